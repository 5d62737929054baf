"""What a team meeting looks at: what an assessment asks for, and what has been agreed on, large and without names.

Of the result nothing is told that its own page does not tell, in the same words and from the same lines; of the plan
only titles, how far they are and by when.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assessments.plans import words
from assessments.plans.earlier import AGAIN, by_option, ended
from assessments.plans.models import Action
from assessments.plans.team_requests import requests_of
from assessments.results.layout import Layout
from assessments.results.words import CAVEATS_BRIEF, KINDS, NUMBERS
from readiness.guidance.cards import FIRST
from readiness.guidance.definition import Kind
from readiness.guidance.flags import Level
from readiness.scoring.bands import Band

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from assessments.plans.team_requests import Request
    from assessments.results.reading import Reading
    from assessments.results.rows import (
        AnswerRow,
        CardRow,
        FlagRow,
        GapRow,
        OptionGroup,
        OptionList,
        OptionRow,
        SafetyRow,
        ScoreRow,
    )
    from assessments.results.team_rows import TeamSection
    from assessments.rounds.models import Round
    from readiness.guidance.cards import Card

IN_FULL: Final = 4
"""How many things to decide stand with their options; the others are named, so that it fits two pages of paper."""
OPTIONS: Final = 3
"""How many options stand with each; the result has them all."""
BECAUSE: Final = 2
"""How many answers stand as the reason."""
WEAKEST: Final = 3
TRAINING: Final = KINDS[Kind.TRAIN]
AGREED_SHOWN: Final = 50
"""How many steps since the assessment the page names, the newest; the others are counted."""
ON_PAPER: Final = 12
"""How many steps of the plan stand on paper; more than that fits no second page."""
OVERDUE_NAMED: Final = 5
"""How many overdue steps that the team may see stand with their titles, beside those that this assessment led to."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An option to agree on. `state` says how far it is where it is in the plan; empty where it is not."""

    anchor: str
    value: str
    key: str
    title: str
    first_step: str
    facts: str
    state: str
    is_overdue: bool
    before: str  # how it ended earlier, where it is not in the plan now
    button: str


@dataclass(frozen=True, slots=True)
class Point:
    """Something to decide on, or to look at."""

    level: str
    topic: str
    by_level: tuple[tuple[FlagRow, ...], ...]
    said: str
    because: tuple[AnswerRow, ...]
    choices: tuple[Choice, ...]
    elsewhere: str  # an option that stands further up and would help here too; empty for none


@dataclass(frozen=True, slots=True)
class Weak:
    """One of the weakest topics."""

    score: ScoreRow
    choices: tuple[Choice, ...]
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the team; `state` and `before` are as those of a choice."""

    anchor: str
    key: str
    words: str
    state: str
    is_overdue: bool
    before: str
    button: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """A step of the plan, without who sees to it; `due_on` is empty where the state tells the day."""

    title: str
    state: str
    is_overdue: bool
    due_on: date | None
    by_when: str


@dataclass(frozen=True)
class MeetingPage:
    """A meeting's page, from safety to what was agreed on."""

    clinic: str
    title: str
    finished_on: date | None
    safety: tuple[SafetyRow, ...]
    points: tuple[Point, ...]
    also: tuple[str, ...]  # the titles of other things that need a decision
    n_more: int  # how many more things there are to look at
    weakest: tuple[Weak, ...]
    team: TeamSection
    gaps: tuple[GapRow, ...]
    no_gap: str  # what can be told where there is none
    requests: tuple[Asked, ...]
    agreed: tuple[Agreed, ...]  # the newest first
    n_agreed_more: int
    overdue: tuple[Agreed, ...]  # of the others, what should be done by now and the team may see
    n_others: int  # further steps still to be done that this assessment did not lead to
    caveats: str = CAVEATS_BRIEF
    bands: tuple[str, ...] = tuple(band.value for band in Band)

    @property
    def is_pressing(self) -> bool:
        """Whether anything needs a decision."""
        return any(point.level == Level.RED for point in self.points)

    @property
    def points_title(self) -> str:
        """What stands over the things to decide on, or to look at."""
        if not self.is_pressing:
            return "What to look at first"
        is_only_pressing = all(point.level == Level.RED for point in self.points)
        return "What needs a decision" if is_only_pressing else "What needs a decision or a look"

    @property
    def on_paper(self) -> tuple[Agreed, ...]:
        """The steps that stand on paper: those that this assessment led to, and what is overdue of the others."""
        return (*self.agreed, *self.overdue)[:ON_PAPER]

    @property
    def n_off_paper(self) -> int:
        """How many steps do not stand on paper."""
        return max(0, len(self.agreed) + len(self.overdue) - ON_PAPER) + self.n_agreed_more

    @property
    def weakest_title(self) -> str:
        """What stands over the weakest topics."""
        count = len(self.weakest)
        which = "lowest" if all(weak.score.band == Band.IN_PLACE for weak in self.weakest) else "weakest"
        return f"The {which} topic" if count == 1 else f"The {NUMBERS[count]} {which} topics"


def meeting_page(assessment: Round, reading: Reading, *, today: date) -> MeetingPage:
    """Lay out the page of a finished round; `today` is the clinic's."""
    plan = list(_plan(assessment))
    shown, choices = Layout(reading), _Choices(plan, today)
    points, also, n_more = _chosen(reading.cards)
    # In this order, because an option stands where it is laid out first.
    laid = tuple(_point(shown.card(number, card), choices) for number, card in enumerate(points, start=1))
    groups = {group.key: group for group in shown.option_groups()}
    scored = [topic.score for topic in shown.topics() if topic.score.exact][:WEAKEST]
    steps = [one for one in plan if not one.state.is_finished]
    here = [one for one in steps if one.round_id == assessment.pk]
    others = [one for one in steps if one.round_id != assessment.pk]
    overdue = sorted((one for one in others if _is_overdue(one, today)), key=lambda one: (one.due_on, one.created_at))
    named = [one for one in overdue if one.is_shown_to_team][:OVERDUE_NAMED]
    return MeetingPage(
        clinic=assessment.clinic.name,
        title=assessment.title,
        finished_on=assessment.closed_on,
        safety=shown.safety(),
        points=laid,
        also=tuple(flag.title for card in also for flag in shown.card(0, card).flags[:1]),
        n_more=n_more,
        weakest=tuple(_weak(score, groups.get(score.key), choices) for score in scored),
        team=shown.team,
        gaps=shown.gaps(),
        no_gap=shown.no_gap(),
        requests=tuple(_asked(one, today) for one in requests_of(assessment, reading)),
        agreed=tuple(_agreed(one, today) for one in here[: -AGREED_SHOWN - 1 : -1]),
        n_agreed_more=max(0, len(here) - AGREED_SHOWN),
        overdue=tuple(_agreed(one, today) for one in named),
        n_others=len(others) - len(named),
    )


def _plan(assessment: Round) -> Iterator[Action]:
    """Give what is to be done in the clinic's plan, and what was made of options before."""
    of_clinic = Action.objects.filter(clinic=assessment.clinic_id)
    wanted = of_clinic.unfinished() | of_clinic.exclude(option="")
    yield from wanted.only(
        "title", "status", "option", "due_on", "finished_on", "round_id", "created_at", "is_shown_to_team"
    )


def _is_overdue(action: Action, today: date) -> bool:
    return not action.state.is_finished and action.due_on is not None and action.due_on < today


def _agreed(action: Action, today: date) -> Agreed:
    is_overdue = _is_overdue(action, today)
    return Agreed(
        title=action.title,
        state=words.state(action, today),
        is_overdue=is_overdue,
        due_on=None if is_overdue else action.due_on,
        by_when=words.day(action.due_on) if action.due_on else "",
    )


def _asked(request: Request, today: date) -> Asked:
    known = request.action
    return Asked(
        anchor=request.anchor,
        key=request.key,
        words=request.words,
        state=words.state(known, today) if known and request.is_in_plan else "",
        is_overdue=known is not None and _is_overdue(known, today),
        before=ended(known, with_reason=False) if known else "",
        button=request.button or "Agree on this",
    )


def _chosen(cards: Sequence[Card]) -> tuple[list[Card], list[Card], int]:
    """Give the cards to lay out, those to name, and how many are left: what needs a decision is never left out."""
    in_full = [c for place, c in enumerate(cards) if place < FIRST or c.level is Level.RED][:IN_FULL]
    others = [card for card in cards if card not in in_full]
    also = [card for card in others if card.level is Level.RED]
    return in_full, also, len(others) - len(also)


class _Choices:
    """Turns options into choices, each once on the page, with what the plan holds of it."""

    def __init__(self, plan: Sequence[Action], today: date) -> None:
        self._today = today
        self._of_option: Mapping[str, Action] = by_option(plan)
        self._rows: dict[str, OptionRow] = {}
        self._placed: dict[str, str] = {}

    def of(self, options: OptionList, for_: str = "") -> tuple[tuple[Choice, ...], str]:
        """Give the options to choose from here; where all of them stand further up, the title of the first.

        `for_` is what they are for, where it is one thing alone.
        """
        self._rows |= {row.key: row for row in options.here}
        rows = [*options.here, *(self._rows[key] for key, _ in options.elsewhere)]
        chosen = _a_few([row for row in rows if row.key not in self._placed])
        if all(row.kind == TRAINING for row in chosen):
            chosen = []  # what else would help stands further up; training alone is never all that there is to choose
        elsewhere = next((self._placed[row.key] for row in rows if row.key in self._placed), "")
        self._placed |= {row.key: row.title for row in chosen}
        choices = tuple(self._choice(replace(row, for_=for_ or row.for_)) for row in chosen)
        return choices, "" if choices else elsewhere

    def _choice(self, option: OptionRow) -> Choice:
        known = self._of_option.get(option.key)
        return Choice(
            anchor=f"option-{option.key}",
            value=f"{option.for_}:{option.key}",
            key=option.key,
            title=option.title,
            first_step=option.first_step,
            facts=f"{option.kind} · {option.effort}",
            state=words.state(known, self._today) if known and not known.state.is_finished else "",
            is_overdue=known is not None and _is_overdue(known, self._today),
            before=ended(known, with_reason=False) if known else "",
            button=AGAIN.get(known.state, "") if known else "Agree on this",
        )


def _a_few(options: Sequence[OptionRow]) -> Sequence[OptionRow]:
    """Give the first options; where these are training alone, another kind of step takes the place of the last."""
    first, others = list(options[:OPTIONS]), options[OPTIONS:]
    if all(option.kind == TRAINING for option in first):
        return [*first[:-1], *[option for option in others if option.kind != TRAINING][:1]]
    return first


def _point(card: CardRow, choices: _Choices) -> Point:
    found, elsewhere = choices.of(card.options)
    return Point(
        level=card.level,
        topic=card.topic,
        by_level=card.by_level,
        said=card.said,
        because=card.because[:BECAUSE],
        choices=found,
        elsewhere=elsewhere,
    )


def _weak(score: ScoreRow, group: OptionGroup | None, choices: _Choices) -> Weak:
    found, elsewhere = choices.of(group.options, group.key) if group else ((), "")
    return Weak(score, found, elsewhere)
