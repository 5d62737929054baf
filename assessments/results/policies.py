"""Who may finish a round. Who may see its result at all stands in the rounds' `querysets`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.clinics.policies import RefusedError, can_lead

if TYPE_CHECKING:
    from assessments.clinics.models import User
    from assessments.clinics.querysets import Viewer
    from assessments.rounds.models import Round


def can_finish(user: Viewer, assessment: Round) -> bool:
    """Say whether this person may finish the round: the lead of its clinic, while it is open."""
    return assessment.is_open and can_lead(user, assessment.clinic)


def check_can_finish(user: User, assessment: Round) -> None:
    """Refuse finishing to anybody but the lead. A finished round is no reason: finishing twice is finishing once.

    Raises:
        RefusedError: the person is not the lead of the clinic.
    """
    if not can_lead(user, assessment.clinic):
        raise RefusedError("Only the lead of the clinic can finish an assessment. Please ask them.")
