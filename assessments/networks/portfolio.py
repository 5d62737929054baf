"""How the clinics of a page stand: read for all of them together, however many a network has.

Of a clinic that shows progress only, nothing but its rounds and how many sections are done is read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Prefetch, Q

from assessments.networks.clinic_reading import sections_of
from assessments.networks.models import NetworkClinic
from assessments.results.models import ResultScore
from assessments.results.team import frozen_scale
from assessments.rounds.models import FormAnswer, TeamTalk

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from django.db.models import QuerySet

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
    """A clinic with its open round and its latest finished one; `outcome` is None where there is none or none shown.

    `n_done` of `n_sections` of the open round's clinic form have an answer to every question that is asked.
    """

    place: NetworkClinic
    open: Round | None
    latest: Round | None
    n_done: int
    n_sections: int
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
    done = _sections_done(open_.values())
    outcomes = _outcomes(reachable.latest_results().filter(round__in=latest.values()))
    return tuple(
        Standing(place, open_.get(key), latest.get(key), *done.get(key, (0, 0)), outcomes.get(key))
        for place in places
        for key in (place.clinic_id,)
    )


def _sections_done(rounds: Collection[Round]) -> Mapping[UUID, tuple[int, int]]:
    """Count by clinic the sections that are done, and all of them."""
    answered: dict[UUID, set[str]] = defaultdict(set)
    answers = FormAnswer.objects.of_clinic_form().answered().filter(round__in=rounds)
    for round_id, key in answers.values_list("round", "key"):
        answered[round_id].add(key)
    sections = {one.clinic_id: sections_of(one, answered[one.pk]) for one in rounds}
    return {clinic: (sum(is_done for _, is_done in found), len(found)) for clinic, found in sections.items()}


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
