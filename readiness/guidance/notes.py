"""What else a clinic's answers say: what holds a topic down, what to find out, what clashes, what to keep.

Every function reads a clinic form, complete or not, and raises AnswerError as `score` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from readiness.guidance.answers import is_in_place
from readiness.guidance.definition import Guidance
from readiness.guidance.flags import ROLE_GAP, Flag
from readiness.instrument.definition import Answer, Context, Form, Instrument, Item, NonAnswer, Stage
from readiness.scoring.bands import Band
from readiness.scoring.compare import Higher, TeamFigure, gap_of
from readiness.scoring.score import RawAnswers, Scorecard, answers_in_context

Facts = Mapping[str, int | NonAnswer | None]
"""Whole numbers stated beside the ratings, by fact key; "don't know" and None say nothing."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Something to find out from one group of people; `message` is plain text to copy, with line breaks."""

    who: str
    title: str
    items: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A rating and a figure that point different ways; the note takes neither side."""

    item: str
    fact: str
    answer: int
    figure: int
    text: str


@dataclass(frozen=True, slots=True)
class Strengths:
    """What to keep: domains In place, and items answered 4 or 5, highest first, then in form order."""

    domains: tuple[str, ...]
    items: tuple[str, ...]


def holds_down(
    instrument: Instrument, answers: RawAnswers, domain: str, context: Context | None = None
) -> tuple[str, ...]:
    """Give the items of a domain answered 1-3: critical ones first, then the lowest, then in form order.

    Empty means that nothing is below In place.
    """
    given = answers_in_context(instrument, Form.MANAGER, answers, context)
    below = [
        (not item.critical, answer, item.key)
        for item in instrument.items_of(Form.MANAGER, domain)
        if isinstance(answer := given[item.key], int) and not is_in_place(answer)
    ]
    return tuple(key for *_, key in sorted(below, key=lambda row: row[:2]))


def find_out(
    instrument: Instrument, guidance: Guidance, answers: RawAnswers, context: Context | None = None
) -> tuple[Inquiry, ...]:
    """Group by who would know: every "don't know", and what is left open by "does not apply".

    "Does not apply" leaves safety open always, another critical item only before the first patient ("too early").
    """
    stage = (context or Context()).stage
    given = answers_in_context(instrument, Form.MANAGER, answers, context)
    open_items = [item for item in instrument.items_of(Form.MANAGER) if _is_open(item, given[item.key], stage)]
    inquiries = []
    for text in guidance.inquiries:
        items = [item for item in open_items if item.find_out == text.key]
        if items:
            questions = "\n".join(f"- {item.wording[Form.MANAGER]}" for item in items)
            message = f"{text.intro}\n\n{questions}\n\n{text.closing}"
            inquiries.append(Inquiry(text.key, text.title, tuple(item.key for item in items), message))
    return tuple(inquiries)


def clashes(
    instrument: Instrument, guidance: Guidance, answers: RawAnswers, facts: Facts, context: Context | None = None
) -> tuple[Clash, ...]:
    """Give the ratings of 4-5 beside a figure that points the other way. Unstated figures clash with nothing."""
    given = answers_in_context(instrument, Form.MANAGER, answers, context)
    found = []
    for text in guidance.clashes:
        answer, figure = given[text.item], facts.get(text.fact)
        if isinstance(answer, int) and is_in_place(answer) and isinstance(figure, int) and figure < text.below:
            found.append(Clash(text.item, text.fact, answer, figure, text.text))
    return tuple(found)


def strengths(
    instrument: Instrument,
    answers: RawAnswers,
    scorecard: Scorecard,
    flags: Iterable[Flag] = (),
    context: Context | None = None,
    team: Mapping[str, TeamFigure] | None = None,
) -> Strengths:
    """Give the domains In place, where at least half of the items are answered on the scale, and the items at 4 or 5.

    A domain on which the clinic rates higher than its team by a role gap is none, nor are the items of that flag.
    `team` are the figures with which the flags were raised.

    Raises:
        AnswerError: as `score`.

    Source: docs/scoring.md, "Strengths to keep".
    """
    given = answers_in_context(instrument, Form.MANAGER, answers, context)
    figures = team or {}
    gaps = {
        flag: gap_of(instrument, figures[flag.domain], given, context)
        for flag in flags
        if flag.key == ROLE_GAP and flag.domain in figures
    }
    doubted = [flag for flag, gap in gaps.items() if gap and gap.higher is Higher.CLINIC]
    not_domains = {flag.domain for flag in doubted}
    not_items = {key for flag in doubted for key in flag.items}
    domains = (str(s.key) for s in scorecard.domains if s.band is Band.IN_PLACE and s.is_half_known)
    high = [(-a, key) for key, a in given.items() if isinstance(a, int) and is_in_place(a) and key not in not_items]
    return Strengths(
        domains=tuple(key for key in domains if key not in not_domains),
        items=tuple(key for _, key in sorted(high, key=lambda row: row[0])),
    )


def _is_open(item: Item, answer: Answer, stage: Stage) -> bool:
    if answer is NonAnswer.NOT_APPLICABLE:
        return item.safety or (item.critical and stage is Stage.PREPARING)
    return answer is NonAnswer.DONT_KNOW
