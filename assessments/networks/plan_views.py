"""The page of what is due in the plans of a network's clinics."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.networks import plan_reading as reading
from assessments.networks.doors import frame, network_or_404, second_step_first, shown_name
from assessments.networks.models import NetworkClinic
from assessments.networks.needs import shows_scores
from assessments.networks.paging import on_page, pager, read_page
from assessments.networks.plan_presenters import OVERDUE, due_page, not_understood, query, topic_titles
from assessments.networks.plan_reading import Wanted
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from assessments.networks.querysets import NetworkClinicQuerySet
    from readiness.instrument.definition import Instrument


@require_safe
@second_step_first
def actions(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """List the actions that are overdue or due soon, as the address chooses, over all clinics that show scores."""
    network = network_or_404(request, network_id)
    context, instrument, now = frame(request, network, "actions"), load(), timezone.now()
    is_aliased = context["is_aliased"]
    places = NetworkClinic.objects.visible_to(request.user).filter(network=network)
    place = _chosen(request.GET, places)
    wanted = read_wanted(request.GET, instrument, place)
    days = reading.zones_by_day(places, now)
    found = reading.due_actions(places, days, wanted)
    by_topic = reading.due_by_topic(places, days, Wanted(clinic=wanted.clinic, is_overdue=wanted.is_overdue))
    n_found = reading.count_of(wanted, by_topic).n_actions
    shown = pager(read_page(request.GET.get("page", "")), n_found, lambda page: query(wanted, page))
    context |= {
        "page": due_page(
            wanted,
            by_topic,
            reading.n_clinics_of(found),
            reading.read_actions(found, on_page(shown), is_aliased=is_aliased, now=now),
            instrument,
            clinic=shown_name(place, is_aliased) if place else "",
            is_aliased=is_aliased,
        ),
        "note": not_understood(request.GET, wanted),
        "pager": shown,
    } | places.order_by().aggregate(n_clinics=Count("pk"), n_showing=Count("pk", filter=shows_scores()))
    return render(request, "networks/actions.html", context)


def read_wanted(given: QueryDict, instrument: Instrument, place: NetworkClinic | None) -> Wanted:
    """Read which actions an address asks for; whatever is unknown leaves nothing out."""
    topic = given.get("topic", "")
    return Wanted(
        topic=topic if topic in topic_titles(instrument) else "",
        clinic=place.clinic_id if place else None,
        is_overdue=given.get("when") == OVERDUE,
    )


def _chosen(given: QueryDict, places: NetworkClinicQuerySet) -> NetworkClinic | None:
    """Give the clinic that an address asks for, if it lets the network in."""
    try:
        clinic_id = UUID(given.get("clinic", ""))
    except ValueError:
        return None
    return places.select_related("clinic").filter(clinic=clinic_id).first()
