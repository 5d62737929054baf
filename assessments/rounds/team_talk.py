"""What a team talk holds, for whoever may see it: results read it once it is sent, its own pages before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.rounds.models import Given, Round, TeamTalk, given
from assessments.rounds.passes import TEAM_TALK
from assessments.rounds.policies import why_no_answers

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest


def held_talk(request: HttpRequest, *, now: datetime) -> TeamTalk | None:
    """Give the team talk whose link this browser holds; None when it holds none that opens anything."""
    return talk_of(str(TEAM_TALK.read(request).get("link", "")), now=now)


def why_ended(request: HttpRequest) -> str:
    """Say why the talk whose link this browser held takes nothing any more; empty unless its round is finished.

    A talk that was not sent is gone by then, and so is its link; the pass still knows the round.
    """
    known = TEAM_TALK.read(request)
    assessment = Round.objects.closed().filter(pk=known["round"]).first() if known else None
    return why_no_answers(assessment) if assessment else ""


def talk_of(link: str, *, now: datetime) -> TeamTalk | None:
    """Give the team talk that a link opens, by the hash of its token; None when it opens nothing (any more)."""
    return TeamTalk.objects.of_link(link).within_reach(now=now).select_related("round__clinic").first()


def sent_talk(assessment: Round) -> TeamTalk | None:
    """Give the round's team talk if the team has sent it; None otherwise, for until then it is nobody else's."""
    return TeamTalk.objects.sent().filter(round=assessment).first()


def talk_answers(assessment: Round) -> dict[str, Given]:
    """Give what a round's team talk says, by item, as `score_team_talk` reads it. Ask `sent_talk` first."""
    rows = assessment.answers.of_team_talk().answered().values_list("key", "value", "non_answer")
    return {key: given(value, non_answer) for key, value, non_answer in rows}
