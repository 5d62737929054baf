"""Which actions a page of the plan shows: how many there are, those of the board, a page of a long list.

Every page reads a bounded number of rows in a fixed number of queries, however many actions there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, F, Min, Q

from assessments.clinics.models import Membership
from assessments.plans.models import Status

if TYPE_CHECKING:
    from datetime import date

    from assessments.clinics.models import Clinic
    from assessments.plans.models import Action
    from assessments.plans.querysets import ActionQuerySet

COLUMN_SHOWN: Final = 15
"""Cards that a column of the board shows of what is planned or under way."""

FINISHED_SHOWN: Final = 10
"""Cards that a column of the board shows of what is done or dropped."""

PAGE_SIZE: Final = 30
"""Actions on a page of a list."""

PAGE_MAX: Final = 1_000


@dataclass(frozen=True)
class Counts:
    """How many actions of a plan there are; `open_kinds` are the kinds of those that are not finished."""

    by_status: dict[Status, int]
    n_overdue: int
    next_due_on: date | None
    open_kinds: frozenset[str]

    @property
    def n_open(self) -> int:
        """How many are planned or under way."""
        return sum(n for status, n in self.by_status.items() if not status.is_finished)

    @property
    def n_all(self) -> int:
        """How many there are."""
        return sum(self.by_status.values())


def count(actions: ActionQuerySet, today: date) -> Counts:
    """Count actions, in one query; `next_due_on` is the first day from today on."""
    open_ = Q(status__in=[status for status in Status if not status.is_finished])
    rows = list(
        actions.order_by()
        .values("status", "kind")
        .annotate(
            n=Count("pk"),
            n_overdue=Count("pk", filter=open_ & Q(due_on__lt=today)),
            next_due_on=Min("due_on", filter=open_ & Q(due_on__gte=today)),
        )
    )
    by_status = dict.fromkeys(Status, 0)
    for row in rows:
        by_status[Status(row["status"])] += row["n"]
    return Counts(
        by_status=by_status,
        n_overdue=sum(row["n_overdue"] for row in rows),
        next_due_on=min((row["next_due_on"] for row in rows if row["next_due_on"]), default=None),
        open_kinds=frozenset(row["kind"] for row in rows if not Status(row["status"]).is_finished),
    )


def column(actions: ActionQuerySet, status: Status) -> ActionQuerySet:
    """Give the actions of a status in the order of the board: what is due first, or what ended last."""
    found = actions.filter(status=status).select_related("owner").defer("steps")
    if status.is_finished:
        return found.order_by("-finished_on", "-created_at", "pk")
    return found.order_by(*BY_DAY)


BY_DAY: Final = (F("due_on").asc(nulls_last=True), "created_at", "pk")


def by_day(actions: ActionQuerySet) -> ActionQuerySet:
    """Give the unfinished actions by their day, those without one last."""
    return actions.unfinished().select_related("owner").defer("steps").order_by(*BY_DAY)


def top_of(actions: ActionQuerySet, status: Status) -> list[Action]:
    """Give the actions with which a column of the board begins."""
    return list(column(actions, status)[: FINISHED_SHOWN if status.is_finished else COLUMN_SHOWN])


@dataclass(frozen=True)
class Page:
    """A page of a list, from 1."""

    number: int
    n_pages: int
    size: int = PAGE_SIZE

    @property
    def rows(self) -> slice:
        """The part of the list that stands on it."""
        return slice((self.number - 1) * self.size, self.number * self.size)


def page_of(n_all: int, wanted: str, size: int = PAGE_SIZE) -> Page:
    """Give the page that an address asks for: the last one for any beyond, the first for what is no page."""
    n_pages = max(1, -(-n_all // size))
    is_number = wanted.isascii() and wanted.isdecimal() and len(wanted) <= len(str(PAGE_MAX))
    return Page(min(max(1, int(wanted)), n_pages) if is_number else 1, n_pages, size)


def members_of(clinic: Clinic) -> frozenset[int]:
    """Give the accounts of the clinic's people, to tell who has left."""
    return frozenset(Membership.objects.filter(clinic=clinic).values_list("user_id", flat=True))
