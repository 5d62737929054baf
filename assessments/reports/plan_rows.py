"""A clinic's plan as files tell it: every action, what is to be done first, by its day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.plans import words
from assessments.plans.answered import name_of
from assessments.plans.board import column, members_of
from assessments.plans.models import Status

if TYPE_CHECKING:
    from datetime import date

    from assessments.clinics.models import Clinic
    from assessments.plans.answered import Titles
    from assessments.plans.querysets import ActionQuerySet

ORDER = (Status.UNDER_WAY, Status.PLANNED, Status.DONE, Status.DROPPED)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """An action of the plan. Words that are empty are not said; `due` says in words what the two days do.

    `effort` and `kind` are the words for `effort_key` and `kind_key`.
    """

    title: str
    status: str
    status_words: str
    answers: str
    owner: str
    due: str
    due_on: date | None
    finished_on: date | None
    is_overdue: bool
    effort_key: str
    effort: str
    kind_key: str
    kind: str
    steps: str
    reason: str


def plan_rows(
    clinic: Clinic, actions: ActionQuerySet, today: date, *, titles: Titles | None = None
) -> tuple[PlanRow, ...]:
    """Give all actions of a clinic's plan; `today` is the clinic's day.

    `titles` are those under which the result beside them shows its flags; without one they have short names.
    """
    members = members_of(clinic)
    return tuple(
        PlanRow(
            title=one.title,
            status=one.status,
            status_words=one.state.label,
            answers=name_of(one.flag, one.domain, titles or {}),
            owner=words.owner(one, members),
            due=words.due(one, today),
            due_on=one.due_on,
            finished_on=one.finished_on,
            is_overdue=not one.finished_on and one.due_on is not None and one.due_on < today,
            effort_key=one.effort,
            effort=words.effort(one.effort),
            kind_key=one.kind,
            kind=words.kind(one.kind),
            steps=one.steps,
            reason=one.drop_reason,
        )
        for status in ORDER
        for one in column(actions, status).defer(None)
    )
