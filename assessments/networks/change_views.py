"""The page of what changed in the clinics of a network since the assessment before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.networks import change as reading
from assessments.networks import change_presenters as presenters
from assessments.networks.change_counts import flag_changes, topic_changes
from assessments.networks.change_summary import of_clinics, summary
from assessments.networks.choosing import chosen
from assessments.networks.comparison import Reason, left_out, results, tally
from assessments.networks.doors import frame, network_or_404, second_step_first, without_empty_parts
from assessments.networks.filters import filters, not_understood, without_names
from assessments.networks.models import NetworkClinic
from assessments.networks.paging import PAGE_SIZE, on_page, pager_of, past_the_end
from assessments.networks.portfolio import countries
from assessments.networks.result_lists import in_order, of_page, places_of
from assessments.networks.selection import read_selection
from assessments.networks.tombstones import erased_of
from readiness.instrument.definition import INSTRUMENT
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import QueryDict

    from assessments.networks.comparison import Tally
    from assessments.networks.querysets import NetworkClinicQuerySet
    from assessments.networks.selection import Selection
    from assessments.results.models import Result
    from readiness.instrument.definition import Instrument

NAMED: Final = PAGE_SIZE
"""How many clinics without a pair are named for each reason."""
SINGLE: Final = ("has finished one assessment only", "have finished one assessment only")
MIXED: Final = (
    "answered two versions of the questionnaire in its last two assessments",
    "answered two versions of the questionnaire in their last two assessments",
)
REASONS: Final = {
    Reason.PROGRESS: ("shows its progress only", "show their progress only"),
    Reason.UNFINISHED: ("has not finished an assessment yet", "have not finished an assessment yet"),
    Reason.VERSION: (
        "finished another version of the questionnaire last",
        "finished other versions of the questionnaire last",
    ),
}


@require_safe
@second_step_first
@without_empty_parts
def change(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Show topics before and after in the clinics with two assessments, and name those without."""
    network = network_or_404(request, network_id)
    context = frame(request, network, "compare")
    is_aliased = context["is_aliased"]
    places = NetworkClinic.objects.visible_to(request.user).filter(network=network)
    everybody = tally(places)
    instrument = load(INSTRUMENT, everybody.version)
    selection = read_order(request.GET, instrument, is_aliased=is_aliased)
    found, counted = places, everybody
    if selection.is_filtered:
        found = chosen(places, selection, instrument=instrument, is_aliased=is_aliased, now=timezone.now())
        counted = tally(found)
    latest = results(found, instrument.version)
    paired = reading.with_before(latest)
    counts = reading.pair_tally(paired)
    shown = pager_of(selection, counts.n_pairs)
    pairs = _pairs(paired, found, selection, on_page(shown), is_aliased=is_aliased)
    choices = filters(selection, instrument, countries(places), is_aliased=is_aliased)
    context |= {
        "notes": [*not_understood(selection), *past_the_end(shown, selection.page)],
        "filters": replace(choices, orders=presenters.change_orders(selection, instrument, is_aliased=is_aliased)),
        "n_all": everybody.n_clinics,
        "n_found": counted.n_clinics,
        "n_pairs": counts.n_pairs,
        "said": of_clinics(counts.n_pairs, counted.n_clinics, everybody.n_clinics),
        "caution": presenters.caution(instrument),
        "summary": summary(topic_changes(latest), flag_changes(latest), instrument) if counts.n_pairs else None,
        "heads": presenters.change_heads(selection, instrument),
        "rows": presenters.change_rows(pairs, instrument, is_aliased=is_aliased),
        "pager": shown,
        "not_compared": tuple(_not_compared(paired, counts, found, counted, instrument, is_aliased=is_aliased)),
    }
    return render(request, "networks/change.html", context)


def read_order(given: QueryDict, instrument: Instrument, *, is_aliased: bool) -> Selection:
    """Read which clinics an address asks for, by name or by a topic's difference; another order is not known here."""
    selection = read_selection(given, instrument)
    if selection.sort != presenters.BY_NAME and selection.sort not in instrument.domain:
        unknown = (*selection.unknown, "sort")
        selection = replace(selection, sort=presenters.BY_NAME, is_descending=False, unknown=unknown)
    return without_names(selection) if is_aliased else selection


def _pairs(
    paired: QuerySet[Result], places: NetworkClinicQuerySet, selection: Selection, page: slice, *, is_aliased: bool
) -> list[reading.Pair]:
    topic = "" if selection.sort == presenters.BY_NAME else selection.sort
    found = reading.pairs_in_order(
        paired, places, topic=topic, is_descending=selection.is_descending, is_aliased=is_aliased
    )
    return reading.read_pairs(of_page(found, page), places)


def _not_compared(
    latest: QuerySet[Result],
    counts: reading.PairTally,
    places: NetworkClinicQuerySet,
    everybody: Tally,
    instrument: Instrument,
    *,
    is_aliased: bool,
) -> Iterable[presenters.NotCompared]:
    """Name the first clinics of each reason for which there are any; those of a network are asked for in its order."""
    for n_clinics, is_single, words in ((counts.n_single, True, SINGLE), (counts.n_mixed, False, MIXED)):
        if n_clinics:
            found = in_order(reading.without_pair(latest, is_single=is_single), places, is_aliased=is_aliased)
            page = list(found.select_related("round")[:NAMED])
            of_clinic = places_of(page, places)
            named = [of_clinic[one.round.clinic_id] for one in page if one.round.clinic_id in of_clinic]
            key = "single" if is_single else "mixed"
            remarks = erased_of(named) if is_single else {}
            yield presenters.not_compared(key, words, n_clinics, named, is_aliased=is_aliased, remarks=remarks)
    order = ("number",) if is_aliased else ("clinic__name_key", "number")
    for reason, n_clinics in everybody.n_left_out(instrument.version).items():
        if n_clinics:
            found_places = left_out(places, reason, instrument.version).select_related("clinic").order_by(*order)
            yield presenters.not_compared(
                reason.value, REASONS[reason], n_clinics, found_places[:NAMED], is_aliased=is_aliased
            )
