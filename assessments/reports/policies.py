"""Who may take what along. Whether a person may know of it at all stands in the querysets of the apps below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

from assessments.clinics.policies import RefusedError, has_verified_address

if TYPE_CHECKING:
    from assessments.clinics.models import User
    from assessments.rounds.models import Round


def check_is_finished(assessment: Round) -> None:
    """Refuse files of an assessment that still takes answers.

    Raises:
        RefusedError: it is open.
    """
    if assessment.is_open:
        raise RefusedError(
            "Files are made of finished assessments. This one is open; its result so far can be printed."
        )


def has_second_step(user: User) -> bool:
    """Whether the person has the second step of signing in that their account needs; those of managers need none."""
    needs_one = settings.REQUIRE_MFA and (user.is_consultant or user.is_staff)
    return not needs_one or is_mfa_enabled(user)


def check_has_confirmed(user: User) -> None:
    """Refuse a token to whoever has not shown that their address is theirs: it is told each time that one is made.

    Raises:
        RefusedError: it is not confirmed.
    """
    if not has_verified_address(user):
        raise RefusedError("Before you make a token, please confirm your e-mail address.")
