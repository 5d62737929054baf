"""A clinic's finished assessments over time, from their frozen rows: as many statements for ten of them as for two.

Nothing is scored again, and of therapists' answers only frozen rows of releases are known. Knows nothing of pages.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from assessments.results.models import ReleaseRow, ResultFlag, ResultScore
from assessments.results.reading import frozen_flag, guidance_for
from assessments.results.team import Team, frozen_row, frozen_scale, talk_told
from assessments.rounds.models import FormAnswer, Round, TeamTalk
from readiness.instrument.definition import Form, NonAnswer
from readiness.scoring.score import answers_in_context
from readiness.scoring.team_talk import TalkScore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from assessments.rounds.querysets import RoundQuerySet
    from readiness.guidance.definition import Guidance
    from readiness.guidance.flags import Flag
    from readiness.instrument.definition import Answer, Answers, Context, Instrument
    from readiness.scoring.score import ScaleScore

Scores = dict[str, "ScaleScore"]
"""The scores of the clinic form by topic, as they were frozen."""


@dataclass(frozen=True)
class Side:
    """One of two finished assessments that are set side by side: what was frozen, and what had been answered.

    `answers` holds every item of the clinic form as it counted in the context. `team` has figures and requests, no
    answer of a team talk.
    """

    round: Round
    scores: Scores
    flags: tuple[Flag, ...]
    answers: Answers
    team: Team

    @cached_property
    def instrument(self) -> Instrument:
        """The questionnaire in the version that was answered; asked for a thousand times while two are compared."""
        return self.round.instrument

    @property
    def context(self) -> Context:
        """What the clinic said of its service."""
        return self.round.context

    @property
    def guidance(self) -> Guidance:
        """The guidance that was in force."""
        return guidance_for(
            self.round.instrument_key, self.round.instrument_version, self.round.result.guidance_version
        )


def finished_rounds(rounds: RoundQuerySet) -> list[Round]:
    """Give those of the rounds that are finished, earliest first, each with its result but for the options offered."""
    found = rounds.closed().select_related("result").defer("result__offers")
    return list(found.last_first().reverse())


def has_earlier() -> Exists:
    """Ask whether the clinic of a finished round has finished another one before it, in the round's own statement."""
    return Exists(Round.objects.closed().filter(clinic=OuterRef("clinic"), closed_at__lt=OuterRef("closed_at")))


def topic_scores(rounds: Iterable[Round]) -> dict[UUID, Scores]:
    """Give the frozen scores of each finished round by topic, in the order of its form; in one statement."""
    rows = ResultScore.objects.filter(form=ResultScore.Form.CLINIC, view=ResultScore.View.DOMAIN)
    found: dict[UUID, Scores] = {one.pk: {} for one in rounds}
    of_result = {one.result.pk: found[one.pk] for one in rounds}
    for row in rows.filter(result__in=of_result).order_by("result", "position"):
        of_result[row.result_id][row.key] = frozen_scale(row)
    return found


def read_sides(rounds: Sequence[Round], scores: Mapping[UUID, Scores]) -> tuple[Side, ...]:
    """Read these finished rounds whole, in as many statements for any number; `scores` are those of `topic_scores`."""
    flags, answers, teams = _flags(rounds), _answers(rounds), _teams(rounds)
    return tuple(
        Side(
            round=one,
            scores=scores[one.pk],
            flags=tuple(flags[one.result.pk]),
            answers=answers_in_context(one.instrument, Form.MANAGER, answers[one.pk], one.context),
            team=teams[one.pk],
        )
        for one in rounds
    )


def _flags(rounds: Sequence[Round]) -> dict[int, list[Flag]]:
    found: dict[int, list[Flag]] = defaultdict(list)
    for row in ResultFlag.objects.filter(result__round__in=rounds).order_by("position"):
        found[row.result_id].append(frozen_flag(row))
    return found


def _answers(rounds: Sequence[Round]) -> dict[UUID, dict[str, Answer]]:
    """Give what was answered to items; facts are left out."""
    rows = FormAnswer.objects.of_clinic_form().filter(round__in=rounds)
    items = {one.pk: one.instrument.item for one in rounds}
    found: dict[UUID, dict[str, Answer]] = {one.pk: {} for one in rounds}
    for pk, key, value, non_answer in rows.values_list("round", "key", "value", "non_answer"):
        if key in items[pk]:
            found[pk][key] = NonAnswer(non_answer) if non_answer else value
    return found


def _teams(rounds: Sequence[Round]) -> dict[UUID, Team]:
    released, talked = defaultdict(list), defaultdict(list)
    for row in ReleaseRow.objects.filter(result__round__in=rounds).order_by("position"):
        released[row.result_id].append(frozen_row(row))
    joint = ResultScore.objects.filter(result__round__in=rounds, form=ResultScore.Form.JOINT)
    for score in joint.order_by("position"):
        talked[score.result_id].append(TalkScore(frozen_scale(score), score.n_no_agreement))
    talks = {talk.round_id: talk for talk in TeamTalk.objects.sent().filter(round__in=rounds)}
    return {
        one.pk: Team(
            n_invited=one.n_invited,
            rows=tuple(released[one.result.pk]),
            talk=talk_told(talks[one.pk], tuple(talked[one.result.pk])) if one.pk in talks else None,
        )
        for one in rounds
    }
