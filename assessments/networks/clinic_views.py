"""A consultant's pages of single clinics: one clinic, the answers of an assessment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.networks import clinic_presenters as presenters
from assessments.networks.change import pair_of
from assessments.networks.clinic_meeting import meeting
from assessments.networks.clinic_reading import finished_of, outcome_of, progress_of, result_of
from assessments.networks.doors import frame, network_or_404, place_or_404, second_step_first, without_empty_parts
from assessments.networks.filters import not_understood, without_names
from assessments.networks.models import NetworkClinic
from assessments.networks.plan_presenters import plan_panel
from assessments.networks.plan_reading import plan_of
from assessments.networks.round_presenters import comments_of, round_page
from assessments.networks.selection import read_selection
from assessments.networks.side_by_side import choosable, read_wanted
from assessments.networks.side_by_side import side_by_side as compared
from assessments.networks.side_by_side_presenters import side_chooser, side_page
from assessments.networks.tombstones import erased_rounds
from assessments.results.layout import Layout
from assessments.results.reading import frozen
from readiness.instrument.definition import INSTRUMENT
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from assessments.networks.clinic_reading import Outcome
    from assessments.networks.models import Network
    from assessments.rounds.models import Round

CHOSEN_ON: Final = "from"
"""Holds the address of the comparison on which boxes were ticked, from its question mark on."""


@require_safe
@second_step_first
def clinic(request: HttpRequest, network_id: UUID, clinic_id: UUID) -> HttpResponse:
    """Show what a clinic lets its network see, to prepare the next meeting from."""
    network = network_or_404(request, network_id)
    place = place_or_404(request, network, clinic_id)
    context = frame(request, network, "clinics")
    is_aliased = context["is_aliased"]
    progress = progress_of(place)
    rounds = finished_of(place)
    outcome = _chosen(request, place, rounds)
    plan = plan_of(place, is_aliased=is_aliased, now=timezone.now())
    context |= {
        "place": place,
        "head": presenters.clinic_head(place, is_aliased=is_aliased),
        "progress": presenters.progress_line(progress) if progress else None,
        "finished": presenters.finished_lines(
            rounds,
            outcome.assessment.pk if outcome else None,
            has_titles=place.shown.shows_scores and not is_aliased,
        ),
        "plan": plan_panel(plan, place.clinic_id, load(), is_aliased=is_aliased) if plan else None,
        "erased": erased_rounds(place),
        "shows_answers": place.shown.shows_answers,
        "shown_round": outcome.assessment.pk if outcome else None,
    }
    if outcome:
        context |= _outcome(place, outcome, is_aliased=is_aliased)
    return render(request, "networks/clinic.html", context)


def _chosen(request: HttpRequest, place: NetworkClinic, rounds: list[Round]) -> Outcome | None:
    """Give the outcome that the address asks for, or else the latest; None where none may be shown."""
    wanted = request.GET.get("round")
    if not place.shown.shows_scores or not (rounds or wanted):
        return None
    try:
        result = result_of(place, UUID(wanted) if wanted else rounds[0].pk)
    except ValueError:
        result = None
    if result is None:
        raise Http404
    return outcome_of(result)


def _outcome(place: NetworkClinic, outcome: Outcome, *, is_aliased: bool) -> dict[str, object]:
    """Give an outcome as the clinic shows it, and what of it is for the next meeting."""
    shown = Layout(frozen(outcome.assessment, outcome.result)) if place.shown.shows_answers else None
    comments = comments_of(outcome.assessment) if shown and not is_aliased else {}
    page = presenters.outcome_page(outcome, shown.answers if shown else None, is_aliased=is_aliased)
    pair = pair_of(NetworkClinic.objects.filter(pk=place.pk), outcome.result)
    return {"page": page, "meeting": meeting(page, pair, shown, comments)}


@require_safe
@second_step_first
@without_empty_parts
def side_by_side(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Show two to six clinics side by side, as the address names them."""
    network = network_or_404(request, network_id)
    if CHOSEN_ON in request.GET:
        return _led_on(request, network)
    context = frame(request, network, "compare")
    is_aliased = context["is_aliased"]
    wanted, selection = read_wanted(request.GET.getlist("clinic")), read_selection(request.GET, load(INSTRUMENT))
    selection = without_names(selection) if is_aliased else selection
    places = NetworkClinic.objects.visible_to(request.user).filter(network=network)
    found = compared(places, wanted)
    choices = choosable(places, selection.search, is_aliased=is_aliased, now=timezone.now())
    context |= {
        "notes": tuple(not_understood(selection)),
        "page": side_page(found, is_aliased=is_aliased),
        "chooser": side_chooser(found, *choices, is_aliased=is_aliased),
        "search": selection.search,
    }
    return render(request, "networks/side_by_side.html", context)


def _led_on(request: HttpRequest, network: Network) -> HttpResponse:
    """Lead from the boxes of the comparison to the page of those chosen; back to the boxes where none was."""
    if wanted := request.GET.getlist("clinic"):
        page = reverse("networks:side_by_side", args=[network.pk])
        return redirect(f"{page}?{urlencode({'clinic': wanted}, doseq=True)}")
    messages.warning(request, "No clinic was chosen. Tick the boxes of two to six, then show them side by side.")
    selection = read_selection(QueryDict(request.GET[CHOSEN_ON].removeprefix("?")), load(INSTRUMENT))
    return redirect(reverse("networks:compare", args=[network.pk]) + selection.query())


@require_safe
@second_step_first
def clinic_round(request: HttpRequest, network_id: UUID, clinic_id: UUID, round_id: UUID) -> HttpResponse:
    """Show the clinic form's answers of a finished assessment, where the clinic shares them; 404 anywhere else."""
    network = network_or_404(request, network_id)
    place = place_or_404(request, network, clinic_id)
    result = result_of(place, round_id) if place.shown.shows_answers else None
    if result is None:
        raise Http404
    context = frame(request, network, "clinics")
    is_aliased = context["is_aliased"]
    comments = {} if is_aliased else comments_of(result.round)
    context |= {
        "place": place,
        "head": presenters.clinic_head(place, is_aliased=is_aliased),
        "page": round_page(result.round, frozen(result.round, result), comments, is_aliased=is_aliased),
    }
    return render(request, "networks/round.html", context)
