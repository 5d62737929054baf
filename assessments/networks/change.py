"""What changed in clinics between the assessment that they finished last and the one before it, topic by topic.

Read from frozen rows of clinics that show scores now. Both assessments must have the same version of the questionnaire.
Figures of teams are left out: they are not of the same people, and a difference would look as if they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from assessments.networks.result_lists import in_order, places_of, sorted_as, topics_of
from assessments.results.models import Result, ResultScore
from assessments.rounds.models import Round
from readiness.instrument.definition import INSTRUMENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessments.networks.models import NetworkClinic
    from assessments.networks.querysets import NetworkClinicQuerySet
    from readiness.scoring.score import ScaleScore


@dataclass(frozen=True)
class Pair:
    """A clinic with its last two finished assessments and their scores by topic."""

    place: NetworkClinic
    before: Round
    after: Round
    scores_before: Mapping[str, ScaleScore]
    scores_after: Mapping[str, ScaleScore]


@dataclass(frozen=True)
class PairTally:
    """Of the clinics that finished a version last: with two such assessments, with one alone, with two versions."""

    n_pairs: int
    n_single: int
    n_mixed: int


def with_before(results: QuerySet[Result]) -> QuerySet[Result]:
    """Give latest results with the result before each, and its version."""
    earlier = Round.objects.closed().filter(
        clinic=OuterRef("round__clinic"), instrument_key=INSTRUMENT, is_latest=False
    )
    last = earlier.last_first()
    return results.annotate(
        before=Subquery(last.values("result")[:1]),
        before_version=Subquery(last.values("instrument_version")[:1]),
    )


IS_PAIR = Q(before_version=F("round__instrument_version"))
IS_SINGLE = Q(before_version__isnull=True)


def pair_tally(results: QuerySet[Result]) -> PairTally:
    """Count the clinics that can be compared with themselves, and those that cannot, in one statement."""
    counts = results.order_by().aggregate(
        n=Count("pk"), n_pairs=Count("pk", filter=IS_PAIR), n_single=Count("pk", filter=IS_SINGLE)
    )
    return PairTally(counts["n_pairs"], counts["n_single"], counts["n"] - counts["n_pairs"] - counts["n_single"])


def pairs_in_order(
    results: QuerySet[Result], places: NetworkClinicQuerySet, *, topic: str, is_descending: bool, is_aliased: bool
) -> QuerySet[Result]:
    """Give the results that have one before them, in the order of names, or of the difference on a topic.

    Where a topic cannot be compared, its clinic stands last in both directions.
    """
    found = results.filter(IS_PAIR)
    if not topic:
        return in_order(found, places, is_aliased=is_aliased, turned=is_descending)
    scores = ResultScore.objects.filter(form=ResultScore.Form.CLINIC, view=ResultScore.View.DOMAIN, key=topic)
    scores = scores.order_by().filter(n_items__lte=2 * F("n_valid"))  # of fewer answers nothing is said
    found = found.alias(
        difference=Subquery(scores.filter(result=OuterRef("pk")).values("score")[:1])
        - Subquery(scores.filter(result=OuterRef("before")).values("score")[:1])
    )
    difference = F("difference")
    order = difference.desc(nulls_last=True) if is_descending else difference.asc(nulls_last=True)
    return in_order(found, places, order, is_aliased=is_aliased)


def without_pair(results: QuerySet[Result], *, is_single: bool) -> QuerySet[Result]:
    """Give the results with nothing before them, or with another version before them."""
    return results.filter(IS_SINGLE) if is_single else results.exclude(IS_SINGLE | IS_PAIR)


def pair_of(places: NetworkClinicQuerySet, result: Result) -> Pair | None:
    """Give the pair of a clinic from its latest result; None where there is none, or where this is an earlier one."""
    if not result.round.is_latest:
        return None
    return next(iter(read_pairs([result.pk], places)), None)


def read_pairs(ids: Sequence[int], places: NetworkClinicQuerySet) -> list[Pair]:
    """Read the pairs of a page of results, in its order; everything is of clinics that show scores.

    A result with nothing of the same version before it makes none.
    """
    scores = Prefetch("scores", ResultScore.objects.filter(form=ResultScore.Form.CLINIC, view=ResultScore.View.DOMAIN))
    found = with_before(places.results().filter(pk__in=ids)).filter(IS_PAIR).select_related("round")
    found = found.prefetch_related(scores)
    after = sorted_as(found, ids)
    ids_before = [result.before for result in after]  # type: ignore[attr-defined]
    earlier = places.results().filter(pk__in=ids_before).select_related("round").prefetch_related(scores)
    before = {result.pk: result for result in earlier}
    of_clinic = places_of(after, places)
    return [
        Pair(
            place=of_clinic[result.round.clinic_id],
            before=before[pk].round,
            after=result.round,
            scores_before=topics_of(before[pk]),
            scores_after=topics_of(result),
        )
        for result, pk in zip(after, ids_before, strict=True)
        if pk in before and result.round.clinic_id in of_clinic
    ]
