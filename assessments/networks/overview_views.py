"""A consultant's first screen of a network and the list of its clinics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.networks import filters, list_presenters
from assessments.networks.choosing import chosen, ordered
from assessments.networks.doors import (
    consultant,
    frame,
    network_or_404,
    second_step_first,
    shown_name,
    without_empty_parts,
)
from assessments.networks.models import NetworkClinic, NetworkInvitation
from assessments.networks.overview import causes_in_common, count_needing, few_needing, stuck_at
from assessments.networks.overview_presenters import in_common, n_by_need, need_rows, need_url
from assessments.networks.paging import on_page, pager_of, past_the_end
from assessments.networks.plan_presenters import due_words
from assessments.networks.plan_reading import Wanted, count_of, due_by_topic, n_done_by_clinic, zones_by_day
from assessments.networks.portfolio import countries, standings
from assessments.networks.selection import Need, read_selection
from assessments.networks.tombstones import LATELY, erased_clinics
from assessments.results.reading import guidance_for
from readiness.instrument.definition import INSTRUMENT
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from uuid import UUID


@require_safe
@second_step_first
def overview(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Show who needs the consultant now, and below it what the clinics have in common."""
    network = network_or_404(request, network_id)
    instrument, now = load(INSTRUMENT), timezone.now()
    places = NetworkClinic.objects.visible_to(consultant(request)).filter(network=network)
    counted = count_needing(places, instrument, now=now)
    causes = causes_in_common(places, instrument)
    guidance = guidance_for(instrument.key, instrument.version, None)
    base, stuck = frame(request, network, "overview"), stuck_at(places, instrument, now=now)
    is_aliased = base["is_aliased"]
    few = few_needing(places, instrument, n_by_need(counted, stuck), is_aliased=is_aliased, now=now)
    names = {need: [(one.clinic_id, shown_name(one, is_aliased)) for one in found] for need, found in few.items()}
    context = {
        "counted": counted,
        "n_invited": NetworkInvitation.objects.visible_to(consultant(request)).filter(network=network).count(),
        "needs": need_rows(counted, stuck, instrument, names),
        "due": due_words(count_of(Wanted(), due_by_topic(places, zones_by_day(places, now), Wanted()))),
        "finished_url": need_url(Need.FINISHED, "-finished"),
        "erased": erased_clinics(request.user, network, since=now - LATELY),
        "shared": in_common(causes, counted.n_comparable, guidance, instrument),
    }
    return render(request, "networks/overview.html", base | context)


@require_safe
@second_step_first
@without_empty_parts
def clinics(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """List the network's clinics, chosen, in order and by pages as the address says."""
    network = network_or_404(request, network_id)
    base, instrument = frame(request, network, "clinics"), load(INSTRUMENT)
    is_aliased = base["is_aliased"]
    selection = read_selection(request.GET, instrument)
    selection = filters.without_names(selection) if is_aliased else selection
    places = NetworkClinic.objects.visible_to(consultant(request)).filter(network=network)
    found = chosen(places, selection, instrument=instrument, is_aliased=is_aliased, now=timezone.now())
    n_found = found.count()
    pager = pager_of(selection, n_found)
    in_order = ordered(found, selection, instrument=instrument, is_aliased=is_aliased).select_related("clinic")
    page = list(in_order[on_page(pager)])
    rows = list_presenters.clinic_rows(standings(page, instrument), selection, instrument, is_aliased=is_aliased)
    heads = list_presenters.heads(selection, instrument)
    context = {
        "erased": erased_clinics(request.user, network),
        "notes": [*filters.not_understood(selection), *past_the_end(pager, selection.page)],
        "n_found": n_found,
        "n_all": places.count(),
        "compare_query": selection.but().query(),
        "rows": list_presenters.with_plans(rows, n_done_by_clinic(page)) if selection.need == Need.NO_PLAN else rows,
        "heads": heads,
        "lowest": list_presenters.lowest_head(instrument),
        "n_figures": len(heads) - list_presenters.OF_PROGRESS,
        "pager": pager,
        "filters": filters.filters(selection, instrument, countries(places), is_aliased=is_aliased),
    }
    return render(request, "networks/clinics.html", base | context)
