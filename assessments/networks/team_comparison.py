"""Where managers and their teams see a topic differently, clinic by clinic, and what teams ask for.

Everything is read from frozen rows of clinics that show scores now, and counted by the database. Figures of teams are
never put together over clinics: each is a rounded figure, or a range, of one team.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FloatField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from assessments.networks.clinic_reading import outcome_with
from assessments.networks.result_lists import places_of, sorted_as
from assessments.results.models import ReleaseRow, Result, ResultFlag, ResultScore
from assessments.rounds.models import TeamTalk
from readiness.guidance.flags import ROLE_GAP
from readiness.scoring.compare import Higher, shared_items
from readiness.scoring.release import RowStatus
from readiness.scoring.team_talk import REQUESTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessments.networks.clinic_reading import Outcome
    from assessments.networks.models import NetworkClinic
    from assessments.networks.querysets import NetworkClinicQuerySet
    from readiness.instrument.definition import Domain, Instrument

UNKNOWN: Final = ""
"""Stands for who rates a topic higher where the managers' side was not frozen with the result."""


@dataclass(frozen=True, slots=True)
class TopicViews:
    """A topic that both are asked: in how many clinics the team was heard on it, and where views differ, who is higher.

    `n_unknown` are those where views differ and the figures that would say who is higher were not frozen.
    """

    domain: Domain
    n_heard: int
    n_managers_higher: int
    n_team_higher: int
    n_unknown: int

    @property
    def n_differing(self) -> int:
        """In how many clinics views differ."""
        return self.n_managers_higher + self.n_team_higher + self.n_unknown


@dataclass(frozen=True, slots=True)
class Requests:
    """How many teams talked, and how many ask for what, by key of `REQUESTS`."""

    n_talks: int
    n_by_key: Mapping[str, int]
    sets: tuple[tuple[str, ...], ...]


def shared_topics(instrument: Instrument) -> tuple[Domain, ...]:
    """Give the topics on which managers and therapists are asked the same."""
    return tuple(domain for domain in instrument.domains if shared_items(instrument, domain.key))


def topic_views(results: QuerySet[Result], instrument: Instrument) -> tuple[TopicViews, ...]:
    """Count for each topic where the team was heard, and where views differ: three statements."""
    topics = [domain.key for domain in shared_topics(instrument)]
    n_heard: Counter[str] = Counter()
    released = ReleaseRow.objects.filter(result__in=results.values("pk"), status=RowStatus.SHOWN, scale__in=topics)
    n_heard.update(dict(released.order_by().values_list("scale").annotate(n=Count("pk"))))
    talked = _talked().filter(result__in=results.values("pk"), key__in=topics)
    talked = talked.filter(~Exists(_shown().filter(result=OuterRef("result"), scale=OuterRef("key"))))
    n_heard.update(dict(talked.order_by().values_list("key").annotate(n=Count("pk"))))
    n_higher = _who_is_higher(results)
    return tuple(
        TopicViews(
            domain=domain,
            n_heard=n_heard[domain.key],
            n_managers_higher=n_higher[domain.key][Higher.CLINIC],
            n_team_higher=n_higher[domain.key][Higher.TEAM],
            n_unknown=n_higher[domain.key][UNKNOWN],
        )
        for domain in shared_topics(instrument)
    )


def _shown() -> QuerySet[ReleaseRow]:
    return ReleaseRow.objects.filter(status=RowStatus.SHOWN)


def _talked() -> QuerySet[ResultScore]:
    return ResultScore.objects.filter(form=ResultScore.Form.JOINT, view=ResultScore.View.DOMAIN, score__isnull=False)


def _who_is_higher(results: QuerySet[Result]) -> Mapping[str, Counter[str]]:
    """Count by topic who rates it higher where a gap is flagged.

    The flag says that the sides are apart for every value that the team's figure may mean, so one end of a range tells
    which side is higher.
    """
    here = {"result": OuterRef("result")}
    managers = ResultScore.objects.filter(**here, view=ResultScore.View.SHARED, key=OuterRef("domain")).order_by()
    released = _shown().filter(**here, scale=OuterRef("domain")).annotate(figure=Coalesce("value", "bound")).order_by()
    talked = _talked().filter(**here, key=OuterRef("domain")).order_by()
    flags = ResultFlag.objects.filter(result__in=results.values("pk"), key=ROLE_GAP).annotate(
        managers=Subquery(managers.values("score")[:1]),
        team=Coalesce(
            Cast(Subquery(released.values("figure")[:1]), FloatField()),
            Subquery(talked.values("score")[:1]),
        ),
        higher=Case(
            When(Q(managers__isnull=True) | Q(team__isnull=True), then=Value(UNKNOWN)),
            When(managers__gt=F("team"), then=Value(Higher.CLINIC.value)),
            default=Value(Higher.TEAM.value),
            output_field=CharField(),
        ),
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for domain, higher, n in flags.order_by().values_list("domain", "higher").annotate(n=Count("pk")):
        counts[domain][higher] = n
    return counts


def heard(results: QuerySet[Result], instrument: Instrument, *, topic: str) -> QuerySet[Result]:
    """Give the results whose team was heard on a topic that both are asked, with the number of differences as `n_gaps`.

    `topic` leaves those alone where views differ on it; empty for all.
    """
    topics = [domain.key for domain in shared_topics(instrument)]
    here = {"result": OuterRef("pk")}
    found = results.filter(
        Exists(_shown().filter(**here, scale__in=topics)) | Exists(_talked().filter(**here, key__in=topics))
    )
    gaps = ResultFlag.objects.filter(**here, key=ROLE_GAP)
    if topic:
        found = found.filter(Exists(gaps.filter(domain=topic)))
    n_gaps = gaps.order_by().values("result").annotate(n=Count("pk")).values("n")
    return found.alias(n_gaps=Coalesce(Subquery(n_gaps), 0))


def requests(results: QuerySet[Result]) -> Requests:
    """Count what teams ask for, in one statement: the database counts equal lists, of which there are few."""
    sent = TeamTalk.objects.sent().filter(round__in=results.values("round"))
    rows = sent.order_by().values_list("requests").annotate(n=Count("pk"))
    n_by_key: Counter[str] = Counter()
    n_talks, sets = 0, []
    for keys, n in rows:
        n_talks += n
        sets.append(tuple(keys))
        n_by_key.update(dict.fromkeys(keys, n))
    return Requests(n_talks, {key: n_by_key[key] for key in REQUESTS}, tuple(sorted(sets)))


def talking(results: QuerySet[Result], asked: Requests, *, key: str) -> QuerySet[Result]:
    """Give the results with a team talk that asks for something; `key` leaves those alone that ask for this."""
    wanted = [list(keys) for keys in asked.sets if (key in keys if key else keys)]
    asking = Q(pk__in=[])
    for keys in wanted:
        asking |= Q(requests=keys)
    talks = TeamTalk.objects.sent().filter(asking, round=OuterRef("round"))
    return results.filter(Exists(talks))


def outcomes(ids: Sequence[int], places: NetworkClinicQuerySet) -> list[tuple[NetworkClinic, Outcome]]:
    """Read the outcomes of a page of results, in its order, with the places of their clinics."""
    scores = ResultScore.objects.filter(view__in=[ResultScore.View.DOMAIN, ResultScore.View.SHARED])
    found = places.results().filter(pk__in=ids).select_related("round")
    page = sorted_as(found.prefetch_related(Prefetch("scores", scores), "flags", "release_rows"), ids)
    rounds = [result.round_id for result in page]
    talks = {talk.round_id: talk for talk in TeamTalk.objects.sent().filter(round__in=rounds)}
    of_clinic = places_of(page, places)
    return [
        (of_clinic[result.round.clinic_id], outcome_with(result, talks.get(result.round_id)))
        for result in page
        if result.round.clinic_id in of_clinic
    ]
