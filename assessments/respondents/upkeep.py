"""What the worker does for therapists: writes reminders, counts once a night, drops what has expired."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction

from assessments.clinics import outbox
from assessments.clinics.models import OutgoingMail
from assessments.respondents.actions import post_link, unanswered
from assessments.respondents.models import Draft, Reminder, Submission, TeamPageLink
from assessments.rounds import actions as rounds
from assessments.rounds.models import Participation, Round
from assessments.rounds.policies import can_answer
from readiness.scoring.release import MIN_PEOPLE

if TYPE_CHECKING:
    from uuid import UUID

logger = logging.getLogger(__name__)

DRAFT_LIFE: Final = timedelta(days=30)


def post_reminders(*, now: datetime) -> None:
    """Write the reminders that were asked for, each with a fresh link, to those whose invitation was sent.

    Whose invitation still waits, or could not be sent, is left alone: were it replaced, the count of mails not sent
    would tell who has answered. One round that breaks keeps no other waiting.
    """
    for round_id in list(Reminder.objects.filter(is_posted=False).values_list("pk", flat=True)):
        try:
            _post_reminder(round_id, now)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("ALARM: the reminder of round %s could not be written.", round_id)


@transaction.atomic
def _post_reminder(round_id: UUID, now: datetime) -> None:
    assessment = Round.objects.select_related("clinic").select_for_update(of=("self",)).get(pk=round_id)
    is_due = Reminder.objects.filter(pk=round_id, is_posted=False).exists()  # another worker may have come first
    if not is_due or not can_answer(assessment, now=now):
        return
    for invitation in unanswered(assessment).filter(mail__state=OutgoingMail.State.SENT):
        post_link(invitation, assessment, OutgoingMail.Kind.THERAPIST_REMINDER, None, now)
    Reminder.objects.filter(pk=round_id).update(is_posted=True)


def refresh_participation(*, now: datetime, seconds: float = 60.0) -> int:
    """Renew, once a night, what is told of how many have answered; give for how many rounds.

    Each round has its own midnight. In between nothing is counted, so that nobody can watch a single answer arrive.
    After so many seconds the rest is left to the next pass.
    """
    ends_at = time.monotonic() + seconds
    n_renewed = 0
    told = Round.objects.open().exclude(participation="")
    for round_id, time_zone, as_of in told.values_list("pk", "time_zone", "participation_on"):
        today = now.astimezone(ZoneInfo(time_zone)).date()
        if as_of and as_of >= today:
            continue
        if time.monotonic() >= ends_at:
            break
        with transaction.atomic():
            assessment = Round.objects.select_for_update().get(pk=round_id)
            if not assessment.participation_on or assessment.participation_on >= today:
                continue
            is_enough = Submission.objects.filter(round=assessment).count() >= MIN_PEOPLE
            participation = Participation.MORE if is_enough else Participation.FEWER
            rounds.note_participation(assessment=assessment, participation=participation, on=today)
            n_renewed += 1
    return n_renewed


def drop_expired(*, now: datetime) -> None:
    """Drop drafts that nobody touched for 30 days, links to team pages after their time, and tallies of past days."""
    Draft.objects.untouched_since((now - DRAFT_LIFE).date()).delete()
    TeamPageLink.objects.over(now=now).delete()
    outbox.drop_tallies(now=now)
