"""Puts what clinics' plans show a network into words: the list of what is due, and the plan on a clinic's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.http import urlencode

from assessments.networks.doors import shown_name
from assessments.networks.filters import Chip
from assessments.networks.plan_reading import DUE_WITHIN, NO_TOPIC, Wanted, count_of
from assessments.results import words
from assessments.results.team_rows import topic_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from assessments.networks.plan_reading import ActionShown, DueCount, PlanShown
    from readiness.instrument.definition import Instrument

WITHOUT_TOPIC: Final = "No topic named"
OVERDUE: Final = "overdue"
"""How an address asks for overdue actions alone."""
PARTS: Final = {"topic": "the topic", "clinic": "the clinic", "when": "what is due"}
"""What the parts of an address are called."""


@dataclass(frozen=True, slots=True)
class TopicLink:
    """A topic with the actions that are due on it, and their address."""

    title: str
    n_actions: int
    url: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """An action in a list. `title` is empty where it is not shown, `clinic_url` where the list is of one clinic."""

    clinic_id: UUID
    name: str
    topic: str
    title: str
    status: str
    due_on: date | None
    when: str
    is_overdue: bool
    clinic_url: str


@dataclass(frozen=True)
class DuePage:
    """The list of what is due; `overdue_url` is empty where it would choose nothing new."""

    count: DueCount
    said: str
    overdue_url: str
    chips: tuple[Chip, ...]
    topics: tuple[TopicLink, ...]
    rows: tuple[DueRow, ...]


@dataclass(frozen=True)
class PlanPanel:
    """A clinic's plan on its page; `said` is empty where there is no action yet."""

    said: str
    due: str
    rows: tuple[DueRow, ...]
    n_more: int
    due_url: str


def query(wanted: Wanted, page: int = 1) -> str:
    """Give the address's part from the question mark on."""
    parts = {
        "topic": wanted.topic,
        "clinic": str(wanted.clinic or ""),
        "when": OVERDUE if wanted.is_overdue else "",
        "page": "" if page == 1 else str(page),
    }
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def not_understood(given: Mapping[str, str], wanted: Wanted) -> str:
    """Say what of an address is unknown, a clinic that does not let the network in included; empty for nothing."""
    understood = {"topic": wanted.topic, "clinic": wanted.clinic, "when": wanted.is_overdue}
    unknown = [PARTS[name] for name, value in understood.items() if given.get(name) and not value]
    return f"A part of this address was not understood and is left out: {words.joined(unknown)}." if unknown else ""


def topic_titles(instrument: Instrument) -> dict[str, str]:
    """Give the topics of actions with what they are called, in the order of the questionnaire."""
    return {domain.key: topic_title(domain) for domain in instrument.domains} | {NO_TOPIC: WITHOUT_TOPIC}


def due_page(
    wanted: Wanted,
    by_topic: Mapping[str, DueCount],
    n_clinics: int,
    shown: Iterable[ActionShown],
    instrument: Instrument,
    *,
    clinic: str,
    is_aliased: bool,
) -> DuePage:
    """Lay out the list. `by_topic` counts what is wanted on whatever topic; `clinic` names the one that is chosen."""
    titles = topic_titles(instrument)
    count = count_of(wanted, by_topic)
    return DuePage(
        count=count,
        said=_said(count, n_clinics, is_of_one=wanted.clinic is not None),
        overdue_url="" if wanted.is_overdue or not count.n_overdue else query(_but(wanted, is_overdue=True)),
        chips=tuple(_chips(wanted, titles, clinic)),
        topics=() if wanted.topic else tuple(_topics(wanted, by_topic, titles)),
        rows=tuple(_row(one, titles, wanted, is_aliased=is_aliased) for one in shown),
    )


def plan_panel(plan: PlanShown, clinic_id: UUID, instrument: Instrument, *, is_aliased: bool) -> PlanPanel:
    """Lay out a clinic's plan."""
    counts = {"planned": plan.n_planned, "under way": plan.n_under_way, "done": plan.n_done}
    said = words.joined([f"{n:,} {name}" for name, n in counts.items() if n])
    wanted = Wanted(clinic=clinic_id)
    return PlanPanel(
        said=f"{said}." if said else "",
        due=f"{_parts(plan.due)}." if plan.due.n_actions else "",
        rows=tuple(_row(one, topic_titles(instrument), wanted, is_aliased=is_aliased) for one in plan.next),
        n_more=plan.n_more,
        due_url=query(wanted) if plan.due.n_actions else "",
    )


def due_words(count: DueCount) -> str:
    """Say how many actions are overdue and due soon; empty for none."""
    return _parts(count) if count.n_actions else ""


def _said(count: DueCount, n_clinics: int, *, is_of_one: bool) -> str:
    if not count.n_actions:
        return ""
    where = "" if is_of_one else f" in {words.counted(n_clinics, 'clinic')}"
    return f"{words.counted(count.n_actions, 'action')}{where}: {_parts(count)}."


def _parts(count: DueCount) -> str:
    soon = f"{count.n_soon:,} due within {DUE_WITHIN.days} days"
    return words.joined([f"{count.n_overdue:,} overdue"] * bool(count.n_overdue) + [soon] * bool(count.n_soon))


def _chips(wanted: Wanted, titles: Mapping[str, str], clinic: str) -> Iterable[Chip]:
    if wanted.is_overdue:
        yield Chip("Overdue", query(_but(wanted, is_overdue=False)))
    if wanted.topic:
        yield Chip(titles[wanted.topic], query(_but(wanted, topic="")))
    if wanted.clinic:
        yield Chip(clinic, query(_but(wanted, clinic=None)))


def _topics(wanted: Wanted, by_topic: Mapping[str, DueCount], titles: Mapping[str, str]) -> Iterable[TopicLink]:
    for topic, title in titles.items():
        count = by_topic.get("" if topic == NO_TOPIC else topic)
        if count and count.n_actions:
            yield TopicLink(title, count.n_actions, query(_but(wanted, topic=topic)))


def _row(one: ActionShown, titles: Mapping[str, str], wanted: Wanted, *, is_aliased: bool) -> DueRow:
    return DueRow(
        clinic_id=one.place.clinic_id,
        name=shown_name(one.place, is_aliased),
        topic=titles.get(one.topic, WITHOUT_TOPIC),
        title=one.title,
        status=str(one.status.label),
        due_on=one.due_on,
        when=_when(one.days_left),
        is_overdue=one.days_left is not None and one.days_left < 0,
        clinic_url="" if wanted.clinic else query(_but(wanted, clinic=one.place.clinic_id)),
    )


def _when(days_left: int | None) -> str:
    """Say how far off a day is; empty without one."""
    match days_left:
        case None:
            return ""
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case days if days > 0:
            return f"in {days:,} days"
        case days:
            return f"{words.counted(-days, 'day')} overdue"


def _but(wanted: Wanted, **changes: object) -> Wanted:
    return Wanted(**{**vars(wanted), **changes})
