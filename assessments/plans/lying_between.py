"""Which actions of a clinic's plan lie between two moments: finished, or under way, after one and up to the other.

Read from what was done to each action, in the order in which it was done; what came after does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from assessments.plans.actions import today_of
from assessments.plans.models import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from assessments.clinics.models import Clinic
    from assessments.plans.querysets import ActionEntryQuerySet

BETWEEN: Final = (
    "These lie between the two assessments. Whether they made the difference, nobody can read from figures."
)
NONE_BETWEEN: Final = "No action of the clinic’s plan was finished or under way between the two assessments."
SHOWN: Final = 12
"""How many actions stand there at once; the others are folded."""
SAID: Final = {
    Status.DONE: "Done on",
    Status.UNDER_WAY: "Under way since",
    Status.DROPPED: "Begun, and dropped on",
    Status.PLANNED: "Begun, and put back to planned on",
}


@dataclass(frozen=True, slots=True)
class Lying:
    """An action, how it stood at the later moment, in words, and since which day in the clinic."""

    title: str
    url: str
    status: Status
    words: str
    on: date


@dataclass(frozen=True, slots=True)
class Between:
    """The actions in the order of their state and day: done, under way, then those that were given up."""

    shown: tuple[Lying, ...]
    more: tuple[Lying, ...]

    @property
    def lead(self) -> str:
        """What can be said of them, or that there are none."""
        return BETWEEN if self.shown else NONE_BETWEEN


@dataclass(slots=True)
class _Course:
    """An action on its way through the entries."""

    title: str
    status: Status
    at: datetime
    is_between: bool = False


def lying_between(clinic: Clinic, entries: ActionEntryQuerySet, *, since: datetime, until: datetime) -> Between:
    """Give what lies after `since` and up to `until`, of the entries of this clinic."""
    moves = entries.filter(action__clinic=clinic, at__lte=until).exclude(status="").order_by("id")
    rows = moves.values_list("action", "status", "at", "action__title")
    found = [
        Lying(
            title=course.title,
            url=reverse("plans:action", args=[clinic.pk, pk]),
            status=course.status,
            words=SAID[course.status],
            on=today_of(clinic, course.at),
        )
        for pk, course in _courses(rows, since).items()
        if course.is_between
    ]
    order = list(SAID)
    found.sort(key=lambda one: (order.index(one.status), one.on, one.title))
    return Between(tuple(found[:SHOWN]), tuple(found[SHOWN:]))


def _courses(rows: Iterable[tuple[UUID, str, datetime, str]], since: datetime) -> dict[UUID, _Course]:
    """Follow each action to where it stood; it lies between if it was begun or done there, or still under way."""
    found: dict[UUID, _Course] = {}
    for pk, word, at, title in rows:
        status, course = Status(word), found.get(pk)
        was_under_way = course is not None and course.status is Status.UNDER_WAY
        is_after = at > since
        lies = is_after and (was_under_way or status in (Status.UNDER_WAY, Status.DONE))
        lies = lies or (course is not None and course.is_between)
        found[pk] = _Course(title, status, at, lies)
    for course in found.values():
        course.is_between = course.is_between or course.status is Status.UNDER_WAY
    return found
