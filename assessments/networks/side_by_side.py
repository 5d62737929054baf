"""Two to six clinics of a network side by side: which ones an address names, and what each of them shows.

An address may name anything. Only its first few ids are looked up, and what is not in the network, not there at all, or
not readable as an id is the same: a clinic that cannot be shown.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q

from assessments.networks.choosing import chosen, ordered
from assessments.networks.clinic_reading import Outcome, outcome_with
from assessments.networks.models import NetworkClinic
from assessments.networks.needs import with_rounds
from assessments.networks.policies import SIDE_BY_SIDE_MAX
from assessments.networks.selection import Selection
from assessments.rounds.models import FormAnswer, TeamTalk
from readiness.instrument.definition import INSTRUMENT, Form, NonAnswer
from readiness.instrument.loading import load
from readiness.scoring.score import answers_in_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from assessments.networks.querysets import NetworkClinicQuerySet
    from assessments.results.models import Result
    from readiness.instrument.definition import Answer, Instrument

CHOICES_SHOWN: Final = 25
"""How many clinics are offered at once; the others are found by searching."""


@dataclass(frozen=True)
class Wanted:
    """The clinics that an address names, each once, in its order; `is_more`: it names more than can be shown."""

    ids: tuple[UUID, ...]
    has_unreadable: bool
    is_more: bool


@dataclass(frozen=True)
class Column:
    """A clinic that can be compared. `answers` is None unless the clinic shows them; they count as in its context."""

    place: NetworkClinic
    outcome: Outcome
    answers: Mapping[str, Answer] | None


@dataclass(frozen=True)
class SideBySide:
    """What can be shown of the clinics that an address names, and why the others cannot.

    `instrument` is None where no clinic can be compared. `has_unknown` holds for whatever is not in the network.
    """

    instrument: Instrument | None
    columns: tuple[Column, ...]
    at_progress: tuple[NetworkClinic, ...]
    unfinished: tuple[NetworkClinic, ...]
    of_other_version: tuple[NetworkClinic, ...]
    has_unknown: bool
    is_more: bool

    @property
    def places(self) -> tuple[NetworkClinic, ...]:
        """All the clinics of the network that are named, those that can be compared first."""
        return (*(c.place for c in self.columns), *self.at_progress, *self.unfinished, *self.of_other_version)


def read_wanted(given_ids: Sequence[str]) -> Wanted:
    """Read which clinics an address names, at the same cost however many it names."""
    ids: dict[UUID, None] = {}
    has_unreadable = False
    for text in dict.fromkeys(given_ids):
        try:
            ids[UUID(text)] = None
        except ValueError:
            has_unreadable = True
        if len(ids) > SIDE_BY_SIDE_MAX:
            break
    return Wanted(tuple(ids)[:SIDE_BY_SIDE_MAX], has_unreadable, len(ids) > SIDE_BY_SIDE_MAX)


def side_by_side(places: NetworkClinicQuerySet, wanted: Wanted) -> SideBySide:
    """Read what the clinics show that an address names; `places` are those of the network that may be seen."""
    found = {place.clinic_id: place for place in places.filter(clinic__in=wanted.ids).select_related("clinic")}
    named = [found[one] for one in wanted.ids if one in found]
    results = _latest(named)
    version = _version(results.values())
    fitting = {pk: one for pk, one in results.items() if one.round.instrument_version == version}
    showing = [place for place in named if place.shown.shows_scores]
    return SideBySide(
        instrument=next(iter(fitting.values())).round.instrument if fitting else None,
        columns=_columns([place for place in showing if place.clinic_id in fitting], fitting),
        at_progress=tuple(place for place in named if place not in showing),
        unfinished=tuple(place for place in showing if place.clinic_id not in results),
        of_other_version=tuple(p for p in showing if p.clinic_id in results and p.clinic_id not in fitting),
        has_unknown=wanted.has_unreadable or len(named) < len(wanted.ids),
        is_more=wanted.is_more,
    )


def _latest(named: Iterable[NetworkClinic]) -> dict[UUID, Result]:
    """Give the latest frozen results by clinic, of those alone that show scores."""
    results = NetworkClinic.objects.filter(pk__in=[place.pk for place in named]).latest_results()
    results = results.filter(round__instrument_key=INSTRUMENT)
    rows = results.select_related("round").prefetch_related("scores", "flags", "release_rows")
    return {row.round.clinic_id: row for row in rows}


def _version(results: Iterable[Result]) -> int | None:
    """Give the version that most have, of several the newest; None where nothing is finished."""
    counts = Counter(result.round.instrument_version for result in results)
    return max(counts, key=lambda version: (counts[version], version), default=None)


def _columns(places: Sequence[NetworkClinic], results: Mapping[UUID, Result]) -> tuple[Column, ...]:
    rounds = [results[place.clinic_id].round_id for place in places]
    talks = {talk.round_id: talk for talk in TeamTalk.objects.sent().filter(round__in=rounds)}
    showing = {results[place.clinic_id].round_id for place in places if place.shown.shows_answers}
    answers = _answers(showing)
    return tuple(_column(place, results[place.clinic_id], talks, answers) for place in places)


def _column(
    place: NetworkClinic,
    result: Result,
    talks: Mapping[UUID, TeamTalk],
    answers: Mapping[UUID, Mapping[str, Answer]],
) -> Column:
    outcome = outcome_with(result, talks.get(result.round_id))
    stored = answers.get(result.round_id)
    if stored is None:
        return Column(place, outcome, None)
    items = {key: answer for key, answer in stored.items() if key in outcome.instrument.item}
    return Column(place, outcome, answers_in_context(outcome.instrument, Form.MANAGER, items, outcome.context))


def _answers(rounds: Iterable[UUID]) -> dict[UUID, dict[str, Answer]]:
    """Give the clinic form's answers of finished rounds whose clinics show them."""
    found: dict[UUID, dict[str, Answer]] = {pk: {} for pk in rounds}
    rows = FormAnswer.objects.of_clinic_form().filter(round__in=found, round__closed_at__isnull=False)
    for pk, key, value, non_answer in rows.values_list("round_id", "key", "value", "non_answer"):
        found[pk][key] = NonAnswer(non_answer) if non_answer else value
    return found


def choosable(
    places: NetworkClinicQuerySet, search: str, *, is_aliased: bool, now: datetime
) -> tuple[list[NetworkClinic], int]:
    """Give the first clinics that can be chosen, by name or number, and how many there are."""
    instrument = load(INSTRUMENT)
    showing = with_rounds(places, instrument).showing_scores().filter(Q(last_round__isnull=False))
    selection = Selection(search=search)
    found = chosen(showing, selection, instrument=instrument, is_aliased=is_aliased, now=now)
    first = ordered(found, selection, instrument=instrument, is_aliased=is_aliased).select_related("clinic")
    return list(first[:CHOICES_SHOWN]), found.count()
