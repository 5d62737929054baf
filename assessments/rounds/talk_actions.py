"""The only writers of team talks: their link, the answers on which a team agrees, sending, and the end at closing.

A link is known by the hash of its token. A new link takes the place of the old one, and the talk goes on behind it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from assessments.clinics.actions import hash_of, record
from assessments.clinics.models import AuditEvent
from assessments.clinics.text import UnreadableTextError, clean_line
from assessments.rounds import policies
from assessments.rounds.actions import Change, Saved, store, store_page
from assessments.rounds.models import OTHER_REQUEST_MAX, PEOPLE_MAX, FormAnswer, Round, TeamTalk
from readiness.scoring.team_talk import MAX_REQUESTS, REQUESTS

if TYPE_CHECKING:
    from uuid import UUID

    from assessments.clinics.models import User


class TalkRefusedError(ValueError):
    """A talk that cannot be sent as it is; the message says why in the team's words."""


@transaction.atomic
def make_talk_link(*, by: User, round_id: UUID, now: datetime) -> str:
    """Make the link of the round's team talk, in place of any older one, and give its token, which is not kept.

    What the team has agreed on so far stays.

    Raises:
        Round.DoesNotExist: not there, or not this person's.
        RefusedError: the person is not the lead, the round is finished, or the talk was sent.
    """
    assessment = Round.objects.visible_to(by).select_related("clinic").select_for_update(of=("self",)).get(pk=round_id)
    policies.check_can_make_talk_link(by, assessment, now=now)
    talk = TeamTalk.objects.filter(round=assessment).first() or TeamTalk(round=assessment)
    policies.check_can_talk(talk, assessment, now=now)
    token = secrets.token_urlsafe(16)
    talk.token_hash = hash_of(token)
    talk.save()
    record(act=AuditEvent.Act.TEAM_TALK_LINKED, clinic=assessment.clinic, by=by, subject=str(assessment.pk), at=now)
    return token


@transaction.atomic
def save_joint_answer(*, link: str, change: Change, now: datetime) -> Saved:
    """Save the answer on which a team agreed, for whoever holds the link; as `actions.save_answer` in all else.

    Raises:
        TeamTalk.DoesNotExist: the link opens nothing, or another has taken its place.
        TalkSentError: the team has sent its talk.
        As `actions.save_answer`.
    """
    talk = _locked(link)
    policies.check_can_talk(talk, talk.round, now=now)
    return store(talk.round, FormAnswer.Form.JOINT, change, by=None, now=now)


@transaction.atomic
def save_joint_page(*, link: str, changes: Iterable[Change], now: datetime) -> dict[str, FormAnswer | None]:
    """Save the answers of a topic's page; give what stands against them, by key. As `actions.save_page`.

    Raises:
        As `save_joint_answer`, but for StaleRevisionError.
    """
    talk = _locked(link)
    policies.check_can_talk(talk, talk.round, now=now)
    return store_page(talk.round, FormAnswer.Form.JOINT, changes, by=None, now=now)


@transaction.atomic
def send_talk(*, link: str, n_people: int, requests: Collection[str], other_request: str, now: datetime) -> TeamTalk:
    """Send a team talk, once and for good: from now on the clinic's lead and managers see it.

    Sent again, it stays as it was sent first.

    Args:
        link: The hash of the link's token.
        n_people: How many took part, 1-500.
        requests: Keys of REQUESTS, three at most; "other" exactly when `other_request` says something.
        other_request: One line, at most 140 characters; empty for none.
        now: The time.

    Raises:
        TeamTalk.DoesNotExist: the link opens nothing.
        RoundClosedError: the round is finished or due.
        TalkRefusedError: nothing is answered yet, or what is asked for cannot be kept.
    """
    talk = _locked(link)
    if talk.is_sent:
        return talk
    policies.check_can_talk(talk, talk.round, now=now)
    if not talk.round.answers.of_team_talk().answered().exists():
        raise TalkRefusedError("Please answer at least one question before you send.")
    talk.requests, talk.other_request = _checked_requests(requests, other_request)
    if not 1 <= n_people <= PEOPLE_MAX:
        raise TalkRefusedError(f"Please say how many of you took part, from 1 to {PEOPLE_MAX}.")
    talk.n_people = n_people
    talk.sent_on = now.astimezone(ZoneInfo(talk.round.time_zone)).date()
    talk.save()
    return talk


def end_talk(*, assessment: Round) -> None:
    """End the team talk of a round that closes, inside the closing transaction that holds its row.

    A talk that was not sent is destroyed with all its answers, for nobody but its team was to see it.
    """
    TeamTalk.objects.unsent().filter(round=assessment).delete()
    if not TeamTalk.objects.filter(round=assessment).exists():
        assessment.answers.of_team_talk().delete()


def _locked(link: str) -> TeamTalk:
    """Give a talk as it stands once its round's row is ours, so that no sending, new link or closing crosses us."""
    Round.objects.select_for_update(of=("self",)).filter(team_talk__token_hash=link).first()
    return TeamTalk.objects.of_link(link).select_related("round").get()


def _checked_requests(requests: Collection[str], other_request: str) -> tuple[list[str], str]:
    try:
        other = clean_line(other_request)
    except UnreadableTextError as error:
        raise TalkRefusedError(str(error)) from error
    if len(other) > OTHER_REQUEST_MAX:
        raise TalkRefusedError(f"Please keep what else you ask for under {OTHER_REQUEST_MAX} characters.")
    wanted = set(requests)
    if not wanted <= REQUESTS.keys() or ("other" in wanted) != bool(other):
        raise TalkRefusedError("Please choose from what is offered, or say in your own words what else you need.")
    if len(wanted) > MAX_REQUESTS:
        raise TalkRefusedError(f"Please choose up to {MAX_REQUESTS} things: what would help you most.")
    return [key for key in REQUESTS if key in wanted], other
