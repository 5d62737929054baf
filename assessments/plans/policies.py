"""Who may do what with a clinic's plan. Whether a person may know of it at all stands in `querysets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.clinics.policies import check_can_view

if TYPE_CHECKING:
    from assessments.clinics.models import Clinic, User

ACTIONS_MAX: Final = 1_000
"""How many actions a clinic's plan may hold, finished ones included."""

NOTES_MAX: Final = 500
"""How many notes an action may have."""


def check_can_change_plan(user: User, clinic: Clinic) -> None:
    """Refuse the plan to whoever is neither lead nor manager of the clinic.

    Raises:
        RefusedError: the person has no role in the clinic.
    """
    check_can_view(user, clinic)
