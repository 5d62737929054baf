"""What a clinic's plan tells its therapists: of the actions that are marked for the team, what, how far and by when.

Nothing else of an action is read here, and nothing tells whether there are others.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.db.models import F

from assessments.plans.models import Action, Status

if TYPE_CHECKING:
    from datetime import date

    from assessments.clinics.models import Clinic

STATUS: Final = {
    Status.UNDER_WAY: "Under way",
    Status.PLANNED: "Planned",
    Status.DONE: "Done",
    Status.DROPPED: "Dropped",
}
"""How far a step is, in the words and the order in which the team reads it."""

SHOWN: Final = 50
"""How many steps the page names."""


@dataclass(frozen=True)
class Step:
    """An action as the team reads it; `due_on` is empty once nothing is left to do."""

    title: str
    status: str
    due_on: date | None


@dataclass(frozen=True)
class Steps:
    """The steps that the page names, and how many more there are."""

    shown: tuple[Step, ...]
    n_more: int


def steps_told(clinic: Clinic) -> Steps:
    """Give the steps that a clinic tells its team of: what is under way first, by day, and what is over last."""
    shown = Action.objects.shown_to_team().filter(clinic=clinic)
    rows = shown.order_by(F("due_on").asc(nulls_last=True), "created_at", "pk").values_list("title", "status", "due_on")
    steps = [(Status(status), title, due_on) for title, status, due_on in rows]
    steps.sort(key=lambda step: list(STATUS).index(step[0]))
    told = (Step(title, STATUS[status], None if status.is_finished else due) for status, title, due in steps)
    return Steps(tuple(islice(told, SHOWN)), max(0, len(steps) - SHOWN))
