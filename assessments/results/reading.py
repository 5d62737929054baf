"""What a clinic's answers come to, as one value: computed while a round is open, read from frozen rows afterwards.

Scores, flags and options of a closed round are never computed again; their words come from the guidance that was in
force. Knows nothing of pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from assessments.results.models import ResultScore
from assessments.results.team import UNHEARD, Team, frozen_scale, frozen_team, live_team
from readiness.guidance.cards import Card, merge
from readiness.guidance.definition import Basis, Guidance, Kind
from readiness.guidance.flags import Flag, Level, raise_flags
from readiness.guidance.loading import load as load_guidance
from readiness.guidance.notes import Clash, Inquiry, Strengths, clashes, find_out, strengths
from readiness.guidance.options import Offer, offer
from readiness.instrument.definition import Answer, Answers, Context, Form, Instrument, NonAnswer
from readiness.instrument.loading import load as load_instrument
from readiness.scoring.compare import clinic_side
from readiness.scoring.score import ScaleScore, Scorecard, answers_in_context, score

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.results.models import Result, ResultFlag
    from assessments.rounds.models import Round
    from readiness.scoring.release import Row


@dataclass(frozen=True)
class Reading:
    """A clinic form and what it comes to.

    `answers` holds every item of the form, as it counts in this context; `facts` those that were stated and
    are asked in it.
    """

    instrument: Instrument
    guidance: Guidance
    context: Context
    answers: Answers
    facts: Mapping[str, int | NonAnswer]
    scorecard: Scorecard
    flags: tuple[Flag, ...]
    offers: tuple[Offer, ...]
    is_frozen: bool
    team: Team = UNHEARD

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """One card for each cause, the pressing ones first."""
        return merge(self.flags)

    @cached_property
    def inquiries(self) -> tuple[Inquiry, ...]:
        """What to find out, by who would know."""
        return find_out(self.instrument, self.guidance, self.answers, self.context)

    @cached_property
    def clashes(self) -> tuple[Clash, ...]:
        """Ratings and figures that point different ways."""
        return clashes(self.instrument, self.guidance, self.answers, self.facts, self.context)

    @cached_property
    def strengths(self) -> Strengths:
        """What to keep."""
        return strengths(self.instrument, self.answers, self.scorecard, self.flags, self.context, self.team.figures)

    @property
    def shared_scores(self) -> tuple[ScaleScore, ...]:
        """The managers' side of each topic on which views are compared, worked out from the answers."""
        sides = (clinic_side(self.instrument, d.key, self.answers, self.context) for d in self.instrument.domains)
        return tuple(side for side in sides if side)

    @cached_property
    def n_asked(self) -> int:
        """How many items are asked in this context."""
        return sum(self.is_asked(key) for key in self.answers)

    @cached_property
    def n_answered(self) -> int:
        """How many of the items asked have an answer, "don't know" and "does not apply" included."""
        return sum(answer is not None and self.is_asked(key) for key, answer in self.answers.items())

    def is_asked(self, key: str) -> bool:
        """Say whether an item is asked in this context."""
        return self.instrument.item[key].is_asked(Form.MANAGER, self.context)


def read(instrument: Instrument, stored: Answers, context: Context, team: Team = UNHEARD) -> Reading:
    """Work out what answers to items and facts come to, complete or not, beside the team's, by the newest guidance.

    Raises:
        AnswerError: an answer that the questionnaire does not know.
    """
    items, facts = _split(instrument, stored, context)
    answers = answers_in_context(instrument, Form.MANAGER, items, context)
    guidance = guidance_for(instrument.key, instrument.version, None)
    scorecard = score(instrument, Form.MANAGER, answers, context)
    flags = raise_flags(instrument, answers, scorecard, context, team.figures)
    offers = offer(instrument, guidance, answers, scorecard, context, flags)
    return Reading(instrument, guidance, context, answers, facts, scorecard, flags, offers, False, team)


def live(assessment: Round, rows: tuple[Row, ...] = ()) -> Reading:
    """Work out what an open round's clinic form and team talk come to so far; `rows` is the release, when it closes."""
    return read(assessment.instrument, _stored(assessment), assessment.context, live_team(assessment, rows))


def frozen(assessment: Round, result: Result) -> Reading:
    """Read the outcome of a closed round from its frozen rows; nothing of it is computed again."""
    prefetch_related_objects([result], "scores")  # read once for the clinic and its team
    instrument, context = assessment.instrument, assessment.context
    items, facts = _split(instrument, _stored(assessment), context)
    return Reading(
        instrument=instrument,
        guidance=guidance_for(instrument.key, instrument.version, result.guidance_version),
        context=context,
        answers=answers_in_context(instrument, Form.MANAGER, items, context),
        facts=facts,
        scorecard=_frozen_scorecard(result),
        flags=tuple(frozen_flag(row) for row in result.flags.all()),
        offers=tuple(
            Offer(row["key"], row["for"], Kind(row["kind"]), Basis(row["basis"]), tuple(row["items"]))
            for row in result.offers
        ),
        is_frozen=True,
        team=frozen_team(assessment, result),
    )


def reading_of(assessment: Round) -> Reading:
    """Give what a round comes to: so far while it is open, frozen when it is closed."""
    return live(assessment) if assessment.is_open else frozen(assessment, assessment.result)


def quick(reading: Reading) -> Reading:
    """Work out what the quick start alone comes to, whatever else is answered."""
    items = reading.instrument.item
    answers = {key: answer for key, answer in reading.answers.items() if items[key].quick}
    return read(reading.instrument, answers, reading.context)


@lru_cache(maxsize=16)
def guidance_for(key: str, instrument_version: int, version: int | None) -> Guidance:
    """Give a version of the guidance, the newest when None; read and checked once, for it never changes."""
    return load_guidance(load_instrument(key, instrument_version), version)


def _stored(assessment: Round) -> dict[str, Answer]:
    rows = assessment.answers.of_clinic_form().values_list("key", "value", "non_answer")
    return {key: NonAnswer(non_answer) if non_answer else value for key, value, non_answer in rows}


def _split(
    instrument: Instrument, stored: Answers, context: Context
) -> tuple[dict[str, Answer], dict[str, int | NonAnswer]]:
    """Part items from facts; a fact of a route not in use is left out, as it is not asked."""
    items = {key: answer for key, answer in stored.items() if key not in instrument.fact}
    asked = (fact.key for fact in instrument.facts if fact.route is None or fact.route in context.routes)
    facts = {key: stored[key] for key in asked if stored.get(key) is not None}
    return items, {key: answer for key, answer in facts.items() if answer is not None}


def _frozen_scorecard(result: Result) -> Scorecard:
    groups: dict[str, list[ScaleScore]] = {view: [] for view in ResultScore.View.values}
    for row in result.scores.all():
        if row.form == ResultScore.Form.CLINIC:
            groups[row.view].append(frozen_scale(row))
    return Scorecard(
        domains=tuple(groups[ResultScore.View.DOMAIN]),
        takeaways=tuple(groups[ResultScore.View.TAKEAWAY]),
        cfir=tuple(groups[ResultScore.View.CFIR]),
    )


def frozen_flag(row: ResultFlag) -> Flag:
    """Give a frozen flag as it was raised."""
    return Flag(row.key, Level(row.level), row.domain, tuple(row.items))
