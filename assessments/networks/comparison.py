"""How many clinics of a network can be laid side by side, how their frozen scores are spread, which flags they share.

Everything is read from frozen rows of clinics that show scores now. The database counts and the pure core works out
medians and quartiles from the counts, so that the answers have the same size for five clinics and for ten thousand.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, assert_never

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q

from assessments.networks.querysets import SHOWING_SCORES
from assessments.results.models import ResultFlag, ResultScore
from assessments.rounds.models import Round
from readiness.guidance.flags import Level
from readiness.instrument.definition import INSTRUMENT
from readiness.scoring.spread import Spread, spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from assessments.networks.querysets import NetworkClinicQuerySet
    from assessments.results.models import Result

FORM: Final = ResultScore.Form.CLINIC
VIEW: Final = ResultScore.View.DOMAIN
ROUNDS: Final = "clinic__rounds__"
"""The way from a clinic's place in a network to its rounds."""


class Reason(Enum):
    """Why a clinic cannot be compared."""

    PROGRESS = "progress"
    UNFINISHED = "unfinished"
    VERSION = "version"


@dataclass(frozen=True)
class Tally:
    """How many clinics there are: at progress only; and of the others with nothing finished, and by version.

    A clinic's version is that of the questionnaire which it finished last.
    """

    n_progress: int
    n_unfinished: int
    n_by_version: Mapping[int, int]

    @property
    def n_clinics(self) -> int:
        """All of them."""
        return self.n_progress + self.n_unfinished + sum(self.n_by_version.values())

    @property
    def version(self) -> int | None:
        """The version that most have, of several the newest; None where nothing is finished."""
        by_number = [(n_clinics, version) for version, n_clinics in self.n_by_version.items()]
        return max(by_number)[1] if by_number else None

    def n_compared(self, version: int) -> int:
        """How many can be compared in this version."""
        return self.n_by_version.get(version, 0)

    def n_left_out(self, version: int) -> dict[Reason, int]:
        """How many cannot, by the reason."""
        return {
            Reason.PROGRESS: self.n_progress,
            Reason.UNFINISHED: self.n_unfinished,
            Reason.VERSION: sum(self.n_by_version.values()) - self.n_compared(version),
        }


@dataclass(frozen=True)
class TopicSpread:
    """How the scores of a topic are spread, and how many clinics have none."""

    spread: Spread
    n_without: int


@dataclass(frozen=True)
class FlagCount:
    """How many clinics have a flag, on whatever topic."""

    key: str
    n_red: int
    n_amber: int

    @property
    def n_clinics(self) -> int:
        """On either level: in one clinic a flag has the same level on every topic."""
        return self.n_red + self.n_amber


def tally(places: NetworkClinicQuerySet) -> Tally:
    """Count what clinics show, and which version they finished last, in one statement."""
    is_latest = Q(clinic__rounds__is_latest=True, clinic__rounds__instrument_key=INSTRUMENT)
    latest = places.alias(latest=FilteredRelation("clinic__rounds", condition=is_latest)).order_by()
    counted = latest.values_list("level", "latest__instrument_version").annotate(n=Count("pk"))
    n_progress = n_unfinished = 0
    n_by_version: dict[int, int] = defaultdict(int)
    for level, version, n_clinics in counted:
        if level not in SHOWING_SCORES:
            n_progress += n_clinics
        elif version is None:
            n_unfinished += n_clinics
        else:
            n_by_version[version] += n_clinics
    return Tally(n_progress, n_unfinished, dict(n_by_version))


def compared(places: NetworkClinicQuerySet, version: int) -> NetworkClinicQuerySet:
    """Give the clinics that can be compared: they show scores, and finished this version last."""
    return places.showing_scores().filter(**_of_latest(version))


def compared_by_topic(
    places: NetworkClinicQuerySet, version: int, topic: str, *then: str, is_descending: bool
) -> NetworkClinicQuerySet:
    """Give the same in the order of a topic's scores, which other columns may follow; no score stands last either way.

    The scores are joined, in one filter with the round that they belong to: the database need not look each one up.
    """
    scores = f"{ROUNDS}result__scores__"
    of_topic = {f"{scores}form": FORM, f"{scores}view": VIEW, f"{scores}key": topic}
    score = F(f"{scores}score")
    order = score.desc(nulls_last=True) if is_descending else score.asc(nulls_last=True)
    return places.showing_scores().filter(**_of_latest(version), **of_topic).order_by(order, *then)


def _of_latest(version: int) -> dict[str, object]:
    return {
        f"{ROUNDS}is_latest": True,
        f"{ROUNDS}instrument_key": INSTRUMENT,
        f"{ROUNDS}instrument_version": version,
    }


def left_out(places: NetworkClinicQuerySet, reason: Reason, version: int) -> NetworkClinicQuerySet:
    """Give the clinics that cannot be compared in this version, for this reason."""
    finished = Round.objects.finished_last().filter(clinic=OuterRef("clinic"), instrument_key=INSTRUMENT)
    match reason:
        case Reason.PROGRESS:
            return places.exclude(level__in=SHOWING_SCORES)
        case Reason.UNFINISHED:
            return places.showing_scores().filter(~Exists(finished))
        case Reason.VERSION:
            return places.showing_scores().filter(Exists(finished.exclude(instrument_version=version)))
        case _:
            assert_never(reason)


def results(places: NetworkClinicQuerySet, version: int) -> QuerySet[Result]:
    """Give the frozen results of the clinics that can be compared."""
    return places.latest_results().filter(round__instrument_key=INSTRUMENT, round__instrument_version=version)


def topic_spreads(found: QuerySet[Result]) -> dict[str, TopicSpread]:
    """Give how each topic's scores are spread, from how many clinics have which score: one statement."""
    scores = ResultScore.objects.filter(result__in=found, form=FORM, view=VIEW)
    by_topic: dict[str, dict[float | None, int]] = defaultdict(dict)
    for key, score, n_clinics in scores.order_by().values_list("key", "score").annotate(n=Count("pk")):
        by_topic[key][score] = n_clinics
    return {key: _spread(counts) for key, counts in by_topic.items()}


def _spread(counts: Mapping[float | None, int]) -> TopicSpread:
    scored = {score: n_clinics for score, n_clinics in counts.items() if score is not None}
    return TopicSpread(spread(scored), counts.get(None, 0))


def flag_counts(found: QuerySet[Result]) -> tuple[FlagCount, ...]:
    """Give how many clinics have which flag, those of most clinics first: one statement."""
    flags = ResultFlag.objects.filter(result__in=found).order_by().values_list("key", "level")
    by_flag: dict[str, dict[str, int]] = defaultdict(dict)
    for key, level, n_clinics in flags.annotate(n=Count("result", distinct=True)):
        by_flag[key][level] = n_clinics
    counts = [FlagCount(key, n.get(Level.RED, 0), n.get(Level.AMBER, 0)) for key, n in by_flag.items()]
    return tuple(sorted(counts, key=lambda count: (-count.n_clinics, -count.n_red, count.key)))
