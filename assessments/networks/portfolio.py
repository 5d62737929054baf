"""How the clinics of a page stand: read for all of them together, however many a network has.

Of a clinic that shows progress only, nothing but its rounds and how far the open one is are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Prefetch, Q

from assessments.networks.models import NetworkClinic
from assessments.networks.progress import NOTHING_DONE, done_by_clinic
from assessments.results.models import ResultScore
from assessments.results.team import frozen_scale
from assessments.rounds.models import TeamTalk

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

    from assessments.networks.progress import Done
    from assessments.networks.querysets import NetworkClinicQuerySet
    from assessments.results.models import Result, ResultFlag
    from assessments.rounds.models import Round
    from readiness.instrument.definition import Instrument
    from readiness.scoring.score import ScaleScore


@dataclass(frozen=True)
class Outcome:
    """What the latest result of a clinic shows: topics in the order of the questionnaire, flags in their rank.

    `has_figures` says whether any figure of the therapists was shown.
    """

    topics: tuple[ScaleScore, ...]
    flags: tuple[ResultFlag, ...]
    is_talk_heard: bool
    has_figures: bool


@dataclass(frozen=True)
class Standing:
    """A clinic with its open round and its latest finished one; `outcome` is None where there is none or none shown."""

    place: NetworkClinic
    open: Round | None
    latest: Round | None
    done: Done
    outcome: Outcome | None

    @property
    def is_hidden(self) -> bool:
        """Whether the clinic keeps its figures to itself."""
        return not self.place.shown.shows_scores


def standings(places: Collection[NetworkClinic], instrument: Instrument) -> tuple[Standing, ...]:
    """Give how these clinics stand, in their order, in six queries."""
    reachable = NetworkClinic.objects.filter(pk__in=[place.pk for place in places])
    of_each = reachable.rounds().filter(Q(closed_at=None) | Q(is_latest=True), instrument_key=instrument.key)
    rounds = list(of_each)
    open_ = {one.clinic_id: one for one in rounds if one.is_open}
    latest = {one.clinic_id: one for one in rounds if not one.is_open}
    done = done_by_clinic(open_.values())
    outcomes = _outcomes(reachable.latest_results().filter(round__in=latest.values()))
    return tuple(
        Standing(place, open_.get(key), latest.get(key), done.get(key, NOTHING_DONE), outcomes.get(key))
        for place in places
        for key in (place.clinic_id,)
    )


def _outcomes(results: QuerySet[Result]) -> Mapping[UUID, Outcome]:
    """Give by clinic what frozen results show."""
    topics = ResultScore.objects.filter(form=ResultScore.Form.CLINIC, view=ResultScore.View.DOMAIN).order_by("position")
    found = results.select_related("round").defer("offers").prefetch_related(Prefetch("scores", topics), "flags")
    talked = set(TeamTalk.objects.sent().filter(round__result__in=found).values_list("round", flat=True))
    return {
        result.round.clinic_id: Outcome(
            topics=tuple(frozen_scale(score) for score in result.scores.all()),
            flags=tuple(result.flags.all()),
            is_talk_heard=result.round_id in talked,
            has_figures=result.round.is_team_shown,
        )
        for result in found
    }


COUNTRIES_MAX: Final = 60
"""How many countries can be chosen from: clinics write theirs as they like, and the page must not grow with that."""


def countries(places: NetworkClinicQuerySet) -> tuple[str, ...]:
    """Give the countries in which most of these clinics are, in the order of their names."""
    named = places.exclude(clinic__country="").order_by().values_list("clinic__country")
    most = named.annotate(n_clinics=Count("pk")).order_by("-n_clinics", "clinic__country")[:COUNTRIES_MAX]
    return tuple(sorted(country for country, _ in most))
