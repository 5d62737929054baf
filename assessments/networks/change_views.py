"""The page of what changed in the clinics of a network since the assessment before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from assessments.networks import change as reading
from assessments.networks import change_presenters as presenters
from assessments.networks.comparison import Reason, left_out, results, tally
from assessments.networks.doors import frame, network_or_404, second_step_first
from assessments.networks.models import NetworkClinic
from assessments.networks.paging import PAGE_SIZE, on_page, pager, read_page
from assessments.networks.result_lists import in_order, of_page, places_of
from readiness.instrument.definition import INSTRUMENT, Form
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from assessments.networks.comparison import Tally
    from assessments.networks.querysets import NetworkClinicQuerySet
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
def change(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Show topics before and after in the clinics with two assessments, and name those without."""
    network = network_or_404(request, network_id)
    context = frame(request, network, "compare")
    is_aliased = context["is_aliased"]
    places = NetworkClinic.objects.visible_to(request.user).filter(network=network)
    everybody = tally(places)
    instrument = load(INSTRUMENT, everybody.version)
    sort, is_descending = read_sort(request.GET.get("sort", ""), instrument)
    latest = reading.with_before(results(places, instrument.version))
    counts = reading.pair_tally(latest)
    shown = pager(read_page(request.GET.get("page", "")), counts.n_pairs, lambda page: _link(sort, is_descending, page))
    topic = "" if sort == presenters.BY_NAME else sort
    found = reading.pairs_in_order(latest, places, topic=topic, is_descending=is_descending, is_aliased=is_aliased)
    pairs = reading.read_pairs(of_page(found, on_page(shown)), places)
    context |= {
        "caution": presenters.caution(instrument),
        "n_pairs": counts.n_pairs,
        "heads": presenters.change_heads(
            instrument,
            sort,
            lambda key: _link(key.removeprefix("-"), key.startswith("-"), 1),
            is_descending=is_descending,
        ),
        "rows": presenters.change_rows(pairs, instrument, is_aliased=is_aliased),
        "pager": shown,
        "not_compared": tuple(_not_compared(latest, counts, places, everybody, instrument, is_aliased=is_aliased)),
    }
    return render(request, "networks/change.html", context)


def read_sort(text: str, instrument: Instrument) -> tuple[str, bool]:
    """Read an order, and whether it is turned round; whatever is unknown is the order of names."""
    topics = {domain.key for domain in instrument.domains_of(Form.MANAGER)}
    key = text.removeprefix("-")
    return (key, text.startswith("-")) if key in {presenters.BY_NAME, *topics} else (presenters.BY_NAME, False)


def _link(sort: str, is_descending: bool, page: int = 1) -> str:
    order = f"-{sort}" if is_descending else sort
    parts = {"sort": "" if order == presenters.BY_NAME else order, "page": "" if page == 1 else str(page)}
    return "?" + urlencode({name: value for name, value in parts.items() if value})


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
            yield presenters.not_compared(key, words, n_clinics, named, is_aliased=is_aliased)
    order = ("number",) if is_aliased else ("clinic__name_key", "number")
    for reason, n_clinics in everybody.n_left_out(instrument.version).items():
        if n_clinics:
            found_places = left_out(places, reason, instrument.version).select_related("clinic").order_by(*order)
            yield presenters.not_compared(
                reason.value, REASONS[reason], n_clinics, found_places[:NAMED], is_aliased=is_aliased
            )
