"""How many clinics of a network stand higher or lower on each topic than before, and which flags have come and gone.

Counted by the database, in as many statements for ten thousand clinics as for two, by the rule of `scoring.change`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Least
from django.db.models.lookups import GreaterThanOrEqual

from assessments.networks.change import IS_PAIR, with_before
from assessments.networks.comparison import FORM, VIEW
from assessments.results.models import ResultFlag, ResultScore
from assessments.rounds.models import Round
from readiness.guidance.flags import LOW_CONFIDENCE, PER_TOPIC
from readiness.instrument.definition import INSTRUMENT
from readiness.scoring.change import NOISE, Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from assessments.results.models import Result

ROUNDS: Final = "result__round__clinic__rounds__"
"""The way from a row of one result to the other rounds of its clinic."""
OLD: Final = f"{ROUNDS}result__scores__"
NOT_COUNTED: Final = frozenset({LOW_CONFIDENCE, *PER_TOPIC})
"""Flags that rest on what teams say, who need not be the same people, or that only say that a topic is low."""


@dataclass(frozen=True)
class FlagChange:
    """In how many clinics a flag is not raised any more, is raised newly, and has stayed."""

    key: str
    n_closed: int
    n_new: int
    n_stayed: int


def topic_changes(latest: QuerySet[Result]) -> Mapping[str, Mapping[Change, int]]:
    """Count the clinics by topic and by what can be said of it, from these results and the one before each.

    Clinics without one before, or with one of another version, are left out: one statement.
    """
    both = ResultScore.objects.filter(
        ~Exists(_later_than(ROUNDS)),
        result__in=latest.values("pk"),
        form=FORM,
        view=VIEW,
        **_other_is_earlier(),
        **{f"{OLD}form": FORM, f"{OLD}view": VIEW, f"{OLD}key": F("key")},
    )
    counted = both.order_by().values("key", said=_verdict()).annotate(n=Count("pk"))
    found: dict[str, dict[Change, int]] = defaultdict(dict)
    for key, said, n_clinics in counted.values_list("key", "said", "n"):
        found[key][Change(said)] = n_clinics
    return found


def flag_changes(latest: QuerySet[Result]) -> tuple[FlagChange, ...]:
    """Count the clinics by flag, of the same; those closed in most clinics come first: two statements."""
    still = ResultFlag.objects.filter(result=OuterRef(f"{ROUNDS}result"), key=OuterRef("key"))
    before = ResultFlag.objects.filter(
        ~Exists(_later_than("result__round__")),
        result__round__is_latest=False,
        result__round__instrument_key=INSTRUMENT,
        **{
            f"{ROUNDS}result__in": latest.values("pk"),
            f"{ROUNDS}instrument_version": F("result__round__instrument_version"),
        },
    )
    n_before: Counter[str] = Counter()
    n_stayed: Counter[str] = Counter()
    for key, stays, n_clinics in _by_key(before.annotate(stays=Exists(still)), "stays"):
        n_before[key] += n_clinics
        n_stayed[key] += n_clinics if stays else 0
    after = ResultFlag.objects.filter(result__in=with_before(latest).filter(IS_PAIR).values("pk"))
    n_after: Counter[str] = Counter(dict(_by_key(after)))
    changes = (
        FlagChange(key, n_before[key] - n_stayed[key], n_after[key] - n_stayed[key], n_stayed[key])
        for key in {*n_before, *n_after} - NOT_COUNTED
    )
    return tuple(sorted(changes, key=lambda one: (-one.n_closed, -one.n_new, -one.n_stayed, one.key)))


def _by_key(flags: QuerySet[ResultFlag], *also: str) -> Iterator[tuple[Any, ...]]:
    yield from flags.order_by().values("key", *also).annotate(n=Count("pk")).values_list("key", *also, "n")


def _other_is_earlier() -> dict[str, object]:
    """Say of a clinic's other round that it is a finished one, not the latest, in the same version."""
    return {
        f"{ROUNDS}closed_at__isnull": False,
        f"{ROUNDS}is_latest": False,
        f"{ROUNDS}instrument_key": INSTRUMENT,
        f"{ROUNDS}instrument_version": F("result__round__instrument_version"),
    }


def _later_than(way: str) -> QuerySet[Round]:
    """Give a clinic's finished rounds between its latest and the one that the way leads to; there is none of these."""
    closed_at, opened_at = OuterRef(f"{way}closed_at"), OuterRef(f"{way}opened_at")
    is_later = Q(closed_at__gt=closed_at) | Q(closed_at=closed_at, opened_at__gt=opened_at)
    is_later |= Q(closed_at=closed_at, opened_at=opened_at, pk__gt=OuterRef(f"{way}pk"))  # in the order of LAST_FIRST
    rounds = Round.objects.order_by().filter(clinic=OuterRef("result__round__clinic"), instrument_key=INSTRUMENT)
    return rounds.closed().filter(is_later, is_latest=False)


def _verdict() -> Case:
    """Say what `scoring.change.change` says, of a score and the earlier one."""
    points = F("score") - F(f"{OLD}score")
    is_known = Q(score__isnull=False, n_items__lte=2 * F("n_valid")) & Q(
        **{f"{OLD}score__isnull": False, f"{OLD}n_items__lte": 2 * F(f"{OLD}n_valid")}
    )
    news = points * points * Least(F("n_valid"), F(f"{OLD}n_valid"))
    return Case(
        When(~is_known, then=Value(Change.NOT_COMPARED.value)),
        When(Q(GreaterThanOrEqual(news, NOISE)) & Q(score__gt=F(f"{OLD}score")), then=Value(Change.HIGHER.value)),
        When(Q(GreaterThanOrEqual(news, NOISE)) & Q(score__lt=F(f"{OLD}score")), then=Value(Change.LOWER.value)),
        default=Value(Change.NO_CLEAR_CHANGE.value),
        output_field=CharField(),
    )
