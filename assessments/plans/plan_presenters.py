"""What the pages of a plan show: the board, the list by day, one long column, and what begins an empty plan."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import F
from django.urls import reverse

from assessments.plans import board, words
from assessments.plans.actions import today_of
from assessments.plans.answered import latest_of, name_of
from assessments.plans.models import Action, Status
from assessments.results.reading import guidance_for
from assessments.rounds.models import Round
from readiness.guidance.definition import Kind
from readiness.guidance.plan import is_training_only
from readiness.instrument.loading import load
from readiness.instrument.words import source_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from assessments.clinics.models import Clinic
    from assessments.plans.answered import Titles
    from assessments.plans.board import Counts, Page
    from assessments.plans.querysets import ActionQuerySet

SHOW_ALL: Final = {
    Status.PLANNED: "Show all {n} that are planned",
    Status.UNDER_WAY: "Show all {n} that are under way",
    Status.DONE: "Show all {n} that are done",
    Status.DROPPED: "Show all {n} that were dropped",
}


@dataclass(frozen=True, slots=True)
class CardRow:
    """An action as the board and the lists show it; words that are empty are not said.

    `next_status` is where its button moves it, upon `revision`; empty for a finished one.
    """

    id: UUID
    title: str
    url: str
    move_url: str
    status: str
    answers: str
    settled: str  # where the last result does not point at it any more
    owner: str
    due: str
    is_overdue: bool
    effort: str
    reason: str
    is_shown_to_team: bool
    next_status: str
    next_words: str
    revision: int


@dataclass(frozen=True)
class Column:
    """A column of the board: how many actions there are of a status, and those that stand first."""

    status: str
    title: str
    n_all: int
    cards: tuple[CardRow, ...]
    all_url: str  # empty where all of them are shown
    all_words: str


@dataclass(frozen=True)
class DayGroup:
    """The actions of a day, or those that are overdue, or those without a day."""

    key: str
    title: str
    is_overdue: bool
    cards: tuple[CardRow, ...]


@dataclass(frozen=True)
class Pager:
    """Where the reader is among the pages of a list; an address that leads nowhere is empty."""

    number: int
    n_pages: int
    previous: str
    next: str


@dataclass(frozen=True)
class Way:
    """A way to look at the plan."""

    title: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class Beginning:
    """How a plan begins: with what the assessment `from_title` asks for, or freely. An empty address is not offered.

    `change_url` leads to what changed, where two assessments are finished.
    """

    from_url: str
    from_title: str
    is_so_far: bool
    new_url: str
    clinic_url: str
    change_url: str


@dataclass(frozen=True)
class Hint:
    """Something to consider about the plan as a whole, with its sources as (key, name), and where other options are."""

    title: str
    sentence: str
    sources: tuple[tuple[str, str], ...]
    url: str
    url_title: str


@dataclass(frozen=True)
class Panel:
    """How a plan stands, for the clinic's own page."""

    said: str
    is_overdue: bool
    is_empty: bool
    url: str
    from_url: str = ""  # what the assessment `from_title` asks for; empty where nothing is flagged, or planned already
    from_title: str = ""


@dataclass(frozen=True)
class PlanPage:
    """A clinic's plan as one of its pages shows it; `here` is where a button leads back to."""

    clinic: Clinic
    here: str
    ways: tuple[Way, ...]
    said: str
    n_all: int
    beginning: Beginning
    hint: Hint | None = None
    columns: tuple[Column, ...] = ()
    days: tuple[DayGroup, ...] = ()
    listed: Column | None = None
    pager: Pager | None = None

    @property
    def is_by_day(self) -> bool:
        """Whether this is the list by day."""
        return not self.columns and self.listed is None


class Cards:
    """Makes cards of a clinic's actions; knows its people and its day."""

    def __init__(self, clinic: Clinic, today: date, titles: Titles | None = None) -> None:
        self.today = today
        self._titles: Titles = titles or {}
        self._latest = latest_of(clinic)
        self._members: Collection[int] = board.members_of(clinic)

    def of(self, actions: Iterable[Action]) -> tuple[CardRow, ...]:
        """Give a card of each."""
        return tuple(self._card(action) for action in actions)

    def _card(self, action: Action) -> CardRow:
        next_status, next_words = words.NEXT.get(action.state, ("", ""))
        return CardRow(
            id=action.pk,
            title=action.title,
            url=action.get_absolute_url(),
            move_url=reverse("plans:move", args=[action.clinic_id, action.pk]),
            status=action.status,
            answers=name_of(action.flag, action.domain, self._titles),
            settled=self._latest.settled(action) if self._latest else "",
            owner=words.owner(action, self._members),
            due=words.due(action, self.today),
            is_overdue=not action.finished_on and action.due_on is not None and action.due_on < self.today,
            effort=words.effort(action.effort),
            reason=action.drop_reason,
            is_shown_to_team=action.is_shown_to_team,
            next_status=next_status,
            next_words=next_words,
            revision=action.revision,
        )


def plan_url(clinic: Clinic, **query: object) -> str:
    """Give the address of a page of the plan."""
    return reverse("plans:plan", args=[clinic.pk], query=query or None)


def round_plan_url(assessment: Round) -> str:
    """Give the address of the plan below what an assessment asks for."""
    return reverse("plans:of_round", args=[assessment.pk])


def board_page(
    clinic: Clinic, actions: ActionQuerySet, today: date, titles: Titles | None = None, here: str = ""
) -> PlanPage:
    """Lay out the board. `here` is the page on which it stands, the plan's own unless given, with its flags' titles."""
    counts, cards = board.count(actions, today), Cards(clinic, today, titles)
    columns = tuple(_column(clinic, status, counts, cards.of(board.top_of(actions, status))) for status in Status)
    return _page(clinic, counts, here or plan_url(clinic), columns=columns)


def dates_page(clinic: Clinic, actions: ActionQuerySet, today: date, wanted: str) -> PlanPage:
    """Lay out the list by day: what is overdue, then day by day, then what has no day."""
    counts, cards = board.count(actions, today), Cards(clinic, today)
    page = board.page_of(counts.n_open, wanted)
    rows = cards.of(board.by_day(actions)[page.rows])
    days = tuple(
        DayGroup(key=title, title=title, is_overdue=group[0].is_overdue, cards=group)
        for title, group in ((title, tuple(rows)) for title, rows in groupby(rows, key=_day_title))
    )
    pager = _pager(clinic, page, view="dates")
    return _page(clinic, counts, plan_url(clinic, view="dates", page=page.number), days=days, pager=pager)


def status_page(clinic: Clinic, actions: ActionQuerySet, today: date, status: Status, wanted: str) -> PlanPage:
    """Lay out all actions of a status, page by page."""
    counts, cards = board.count(actions, today), Cards(clinic, today)
    page = board.page_of(counts.by_status[status], wanted)
    listed = _column(clinic, status, counts, cards.of(board.column(actions, status)[page.rows]))
    here = plan_url(clinic, status=status.value, page=page.number)
    return _page(clinic, counts, here, listed=listed, pager=_pager(clinic, page, status=status.value))


def _day_title(card: CardRow) -> str:
    if card.is_overdue:
        return "Overdue"
    return card.due or "Without a day"


def _column(clinic: Clinic, status: Status, counts: Counts, cards: tuple[CardRow, ...]) -> Column:
    n_all = counts.by_status[status]
    return Column(
        status=status.value,
        title=status.label,
        n_all=n_all,
        cards=cards,
        all_url=plan_url(clinic, status=status.value) if n_all > len(cards) else "",
        all_words=SHOW_ALL[status].format(n=n_all),
    )


def _pager(clinic: Clinic, page: Page, **query: object) -> Pager:
    return Pager(
        number=page.number,
        n_pages=page.n_pages,
        previous=plan_url(clinic, **query, page=page.number - 1) if page.number > 1 else "",
        next=plan_url(clinic, **query, page=page.number + 1) if page.number < page.n_pages else "",
    )


def _page(
    clinic: Clinic,
    counts: Counts,
    here: str,
    *,
    columns: tuple[Column, ...] = (),
    days: tuple[DayGroup, ...] = (),
    listed: Column | None = None,
    pager: Pager | None = None,
) -> PlanPage:
    beginning = beginning_of(clinic)
    return PlanPage(
        clinic=clinic,
        here=here,
        ways=(
            Way("By status", plan_url(clinic), bool(columns)),
            Way("By day", plan_url(clinic, view="dates"), not columns and not listed),
        ),
        said=said_of(counts),
        n_all=counts.n_all,
        beginning=beginning,
        hint=_hint(counts, beginning),
        columns=columns,
        days=days,
        listed=listed,
        pager=pager,
    )


def _hint(counts: Counts, beginning: Beginning) -> Hint | None:
    """Say so where everything that is open is training."""
    if not is_training_only(Kind(kind) if kind else None for kind in counts.open_kinds):
        return None
    instrument = load()
    text = guidance_for(instrument.key, instrument.version, None).training_only
    return Hint(
        title=text.title,
        sentence=text.sentence,
        sources=tuple((key, source_name(instrument.source[key])) for key in text.sources),
        url=beginning.from_url,
        url_title=beginning.from_title,
    )


def panel(clinic: Clinic, *, now: datetime) -> Panel:
    """Say how the plan of a clinic stands, and where an empty one begins, in two queries at most."""
    counts = board.count(Action.objects.filter(clinic=clinic), today_of(clinic, now))
    if counts.n_all:
        return Panel(said_of(counts), counts.n_overdue > 0, is_empty=False, url=plan_url(clinic))
    last = Round.objects.filter(clinic=clinic, is_latest=True, result__flags__isnull=False).first()
    return Panel(
        said="Nothing is planned yet.",
        is_overdue=False,
        is_empty=True,
        url=plan_url(clinic),
        from_url=round_plan_url(last) if last else "",
        from_title=last.title if last else "",
    )


def said_of(counts: Counts) -> str:
    """Say how a plan stands, in a sentence."""
    if not counts.n_open:
        return "Nothing in the plan is open."
    said = f"{words.counted(counts.n_open, 'action')} to do"
    if counts.n_overdue:
        said += f", {counts.n_overdue} of them overdue" if counts.n_overdue < counts.n_open else ", overdue"
    if counts.next_due_on:
        said += f"; the next is due on {words.day(counts.next_due_on)}"
    return f"{said}."


def beginning_of(clinic: Clinic) -> Beginning:
    """Say where a plan begins: with the assessment that was finished last, or else the one that is open."""
    finished_first = ("-is_latest", F("closed_at").desc(nulls_last=True), "-opened_at")
    rounds = list(Round.objects.filter(clinic=clinic).order_by(*finished_first)[:2])
    n_finished = sum(not one.is_open for one in rounds)
    return Beginning(
        from_url=reverse("plans:of_round", args=[rounds[0].pk]) if rounds else "",
        from_title=rounds[0].title if rounds else "",
        is_so_far=bool(rounds) and rounds[0].is_open,
        new_url=reverse("plans:new", args=[clinic.pk]),
        clinic_url=clinic.get_absolute_url(),
        change_url=reverse("plans:change", args=[clinic.pk]) if n_finished > 1 else "",
    )
