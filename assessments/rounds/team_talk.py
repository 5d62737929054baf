"""What a team talk holds, for whoever may see it: results read it once it is sent, its own pages before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.rounds.models import Given, TeamTalk, given

if TYPE_CHECKING:
    from assessments.rounds.models import Round


def sent_talk(assessment: Round) -> TeamTalk | None:
    """Give the round's team talk if the team has sent it; None otherwise, for until then it is nobody else's."""
    return TeamTalk.objects.sent().filter(round=assessment).first()


def talk_answers(assessment: Round) -> dict[str, Given]:
    """Give what a round's team talk says, by item, as `score_team_talk` reads it. Ask `sent_talk` first."""
    rows = assessment.answers.of_team_talk().answered().values_list("key", "value", "non_answer")
    return {key: given(value, non_answer) for key, value, non_answer in rows}
