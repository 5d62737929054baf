"""What clinics' plans show a network: on which topic there is an action, until when and how far it is.

Titles are read of clinics that show their answers, and of none while names are hidden. Whose an action is, its steps,
notes and reasons, and the flag and option that it was made of, are never read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Count, F, Q, Value, When

from assessments.networks.models import Level, NetworkClinic
from assessments.plans.models import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from assessments.networks.querysets import NetworkClinicQuerySet
    from assessments.plans.querysets import ActionQuerySet

DUE_WITHIN: Final = timedelta(days=14)
"""How far ahead the pages look."""
NEXT_SHOWN: Final = 8
"""How many unfinished actions stand on a clinic's page."""
PLACE: Final = "clinic__network_places"
"""The way from an action of `plan_actions` to its clinic's place."""
NO_TOPIC: Final = "none"
"""Stands for the topic of an action that has none."""
Row = tuple[int, str, str, str, date | None]
"""The id of a place, and of an action topic, title, status and day."""


@dataclass(frozen=True)
class Wanted:
    """Which of the actions that are overdue or due soon a page shows; empty fields leave nothing out."""

    topic: str = ""
    clinic: UUID | None = None
    is_overdue: bool = False


@dataclass(frozen=True)
class ActionShown:
    """An unfinished action. `topic` is a key, or empty; `title` is empty unless it may be read.

    `days_left` counts from the clinic's today, below 0 once it is overdue; None without a day.
    """

    place: NetworkClinic
    topic: str
    title: str
    status: Status
    due_on: date | None
    days_left: int | None


@dataclass(frozen=True)
class DueCount:
    """How many actions are overdue, and how many due soon."""

    n_overdue: int = 0
    n_soon: int = 0

    @property
    def n_actions(self) -> int:
        """Both."""
        return self.n_overdue + self.n_soon

    def __add__(self, other: DueCount) -> DueCount:
        return DueCount(self.n_overdue + other.n_overdue, self.n_soon + other.n_soon)


@dataclass(frozen=True)
class PlanShown:
    """A clinic's plan in numbers, and the unfinished actions that come first; `n_more` of them are left out."""

    n_planned: int
    n_under_way: int
    n_done: int
    due: DueCount
    next: tuple[ActionShown, ...]

    @property
    def n_more(self) -> int:
        """How many unfinished actions are not listed."""
        return self.n_planned + self.n_under_way - len(self.next)


def zones_by_day(places: NetworkClinicQuerySet, now: datetime) -> Mapping[date, list[str]]:
    """Give the days that it is now where these clinics are, two or three, each with its time zones."""
    days: dict[date, list[str]] = defaultdict(list)
    for zone in places.order_by().values_list("clinic__time_zone", flat=True).distinct():
        days[now.astimezone(ZoneInfo(zone)).date()].append(zone)
    return days


def is_overdue(days: Mapping[date, list[str]]) -> Q:
    """Say of an unfinished action whether its day has passed where its clinic is."""
    passed = Q(pk__in=[])
    for today, zones in days.items():
        passed |= Q(due_on__lt=today, clinic__time_zone__in=zones)
    return passed


def is_soon(days: Mapping[date, list[str]]) -> Q:
    """Say of an unfinished action whether it is due today or in the days to come."""
    soon = Q(pk__in=[])
    for today, zones in days.items():
        soon |= Q(due_on__range=(today, today + DUE_WITHIN), clinic__time_zone__in=zones)
    return soon


def due_actions(places: NetworkClinicQuerySet, days: Mapping[date, list[str]], wanted: Wanted) -> ActionQuerySet:
    """Give the actions that are overdue or due soon, of those that are wanted, in no particular order."""
    found = places.plan_actions().unfinished().filter(due_on__isnull=False)
    found = found.filter(is_overdue(days) if wanted.is_overdue else is_overdue(days) | is_soon(days))
    if wanted.clinic:
        found = found.filter(clinic=wanted.clinic)
    if wanted.topic:
        found = found.filter(domain=_key(wanted.topic))
    return found


def due_by_topic(
    places: NetworkClinicQuerySet, days: Mapping[date, list[str]], wanted: Wanted
) -> Mapping[str, DueCount]:
    """Count what is wanted by topic, in one statement."""
    counted = due_actions(places, days, wanted).order_by().values("domain")
    rows = counted.annotate(n=Count("pk"), n_overdue=Count("pk", filter=is_overdue(days)))
    return {row["domain"]: DueCount(row["n_overdue"], row["n"] - row["n_overdue"]) for row in rows}


def count_of(wanted: Wanted, by_topic: Mapping[str, DueCount]) -> DueCount:
    """Give the count of what is wanted, from that by topic, which leaves no topic out."""
    if not wanted.topic:
        return sum(by_topic.values(), DueCount())
    return by_topic.get(_key(wanted.topic), DueCount())


def n_clinics_of(actions: ActionQuerySet) -> int:
    """Count the clinics that have any of these actions."""
    return actions.order_by().values("clinic").distinct().count()


def read_actions(actions: ActionQuerySet, page: slice, *, is_aliased: bool, now: datetime) -> tuple[ActionShown, ...]:
    """Read a page of actions of `plan_actions`, by their day and then by clinic; those without a day come last."""
    rows = _rows(actions, page, is_aliased=is_aliased)
    places = NetworkClinic.objects.select_related("clinic").in_bulk({row[0] for row in rows})
    return tuple(_shown(row, places[row[0]], now) for row in rows if row[0] in places)


def plan_of(place: NetworkClinic, *, is_aliased: bool, now: datetime) -> PlanShown | None:
    """Read the plan of a clinic; None where the clinic does not show it."""
    if not place.shown.shows_scores:
        return None
    actions = NetworkClinic.objects.filter(pk=place.pk).plan_actions()
    days = {_today(place, now): [place.clinic.time_zone]}
    unfinished = Q(status__in=[Status.PLANNED, Status.UNDER_WAY])
    counts = actions.order_by().aggregate(
        n_planned=Count("pk", filter=Q(status=Status.PLANNED)),
        n_under_way=Count("pk", filter=Q(status=Status.UNDER_WAY)),
        n_done=Count("pk", filter=Q(status=Status.DONE)),
        n_overdue=Count("pk", filter=unfinished & is_overdue(days)),
        n_soon=Count("pk", filter=unfinished & is_soon(days)),
    )
    due = DueCount(counts.pop("n_overdue"), counts.pop("n_soon"))
    first = _rows(actions.unfinished(), slice(NEXT_SHOWN), is_aliased=is_aliased)
    return PlanShown(**counts, due=due, next=tuple(_shown(row, place, now) for row in first))


def n_done_by_clinic(places: Iterable[NetworkClinic]) -> Mapping[UUID, int]:
    """Count what is done by clinic, of those of these that show their plan and have done something."""
    actions = NetworkClinic.objects.filter(pk__in=[place.pk for place in places]).plan_actions()
    counted = actions.filter(status=Status.DONE).order_by().values("clinic").annotate(n=Count("pk"))
    return dict(counted.values_list("clinic", "n"))


def _rows(actions: ActionQuerySet, page: slice, *, is_aliased: bool) -> list[Row]:
    names = (f"{PLACE}__number",) if is_aliased else ("clinic__name_key", f"{PLACE}__number")
    in_order = actions.order_by(F("due_on").asc(nulls_last=True), *names, "domain", "-status", "pk")
    return list(in_order.values_list(PLACE, "domain", _title(is_aliased=is_aliased), "status", "due_on")[page])


def _shown(row: Row, place: NetworkClinic, now: datetime) -> ActionShown:
    _, topic, title, status, due_on = row
    days_left = (due_on - _today(place, now)).days if due_on else None
    return ActionShown(place, topic, title, Status(status), due_on, days_left)


def _key(topic: str) -> str:
    return "" if topic == NO_TOPIC else topic


def _title(*, is_aliased: bool) -> Case | Value:
    """Give the title of an action whose clinic shows its answers, else nothing: what is not shown is not read."""
    if is_aliased:
        return Value("")
    is_shown = When(**{f"{PLACE}__level": Level.ANSWERS}, then=F("title"))
    return Case(is_shown, default=Value(""), output_field=CharField())


def _today(place: NetworkClinic, now: datetime) -> date:
    return now.astimezone(ZoneInfo(place.clinic.time_zone)).date()
