"""Who may invite therapists. Whether a person may know of an invitation stands in `querysets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.clinics.policies import RefusedError, can_lead, check_can_invite, has_verified_address
from assessments.rounds.policies import can_answer, check_can_answer
from readiness.scoring.release import MIN_PEOPLE

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.clinics.models import User
    from assessments.rounds.models import Round

INVITED_MAX: Final = 500
"""How many therapists a round may invite."""


class TooFewToRemindError(RefusedError):
    """So few are invited that a reminder would point at one of them."""


class ReminderSentError(RefusedError):
    """The one reminder of a round was sent already."""


def check_enough_to_remind(assessment: Round) -> None:
    """Refuse a reminder that could be traced to one of a few.

    Raises:
        TooFewToRemindError: fewer than five are invited.
    """
    if not is_enough_to_remind(assessment):
        raise TooFewToRemindError("A reminder goes out from five invited people on. With fewer it could point at one.")


def is_enough_to_remind(assessment: Round) -> bool:
    """Say whether so many are invited that a reminder points at nobody."""
    return assessment.n_invited >= MIN_PEOPLE


def can_invite(user: User, assessment: Round, *, now: datetime) -> bool:
    """Say whether this person may invite therapists now: a lead with a confirmed address, while answers are taken."""
    return can_answer(assessment, now=now) and can_lead(user, assessment.clinic) and has_verified_address(user)


def check_can_invite_therapists(user: User, assessment: Round, *, now: datetime) -> None:
    """Refuse inviting, reminding and withdrawing to anybody but the lead, and after the last day.

    Raises:
        RoundClosedError: no answers are taken any more.
        RefusedError: not the lead, or the lead's own address is not confirmed yet.
    """
    check_can_answer(assessment, now=now)
    check_can_invite(user, assessment.clinic)
