"""Erasing an assessment with all that belongs to it. What stays is that it was erased, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.clinics import outbox
from assessments.clinics.actions import record
from assessments.clinics.erasing import erasing, hold_clinics
from assessments.clinics.models import AuditEvent, Erasure
from assessments.clinics.policies import check_can_erase
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from assessments.clinics.models import User


def erase_round(*, by: User | None, round_id: UUID, now: datetime) -> Erasure:
    """Erase an assessment: answers, result, team talk, therapists' answers and invitations, mail. Twice is once.

    The clinic's latest is then the one that it finished before. Actions of the plan stay, and no longer tell in which
    result they were seen. That figures of the therapists came out is kept, because they come out once in 90 days.

    Args:
        by: the lead; None for the operator.
        round_id: which assessment, open or finished.
        now: when.

    Raises:
        Round.DoesNotExist: not there, or no more, or not this person's.
        RefusedError: the person is not the lead.
    """
    rounds = Round.objects.all() if by is None else Round.objects.visible_to(by)
    clinic_id = rounds.values_list("clinic_id", flat=True).get(pk=round_id)
    with erasing(kind=Erasure.Kind.ROUND, by=by, at=now, clinic_id=clinic_id, round_id=round_id) as erasure:
        hold_clinics([clinic_id])
        assessment = rounds.select_related("clinic").select_for_update(of=("self",)).get(pk=round_id)
        check_can_erase(by, assessment.clinic)
        erasure.finished_on = assessment.closed_on
        erasure.team_shown_at = assessment.closed_at if assessment.is_team_shown else None
        remove(assessment)
        record(act=AuditEvent.Act.ROUND_ERASED, clinic=assessment.clinic, by=by, subject=str(round_id), at=now)
    return erasure


def remove(assessment: Round) -> None:
    """Delete a round and all that belongs to it, inside an erasure that holds its row."""
    outbox.drop_mail(about=assessment.pk)
    same = Round.objects.filter(clinic=assessment.clinic_id, instrument_key=assessment.instrument_key)
    was_latest = assessment.is_latest
    assessment.delete()
    if was_latest and (before := same.closed().last_first().first()):
        same.filter(pk=before.pk).update(is_latest=True)
