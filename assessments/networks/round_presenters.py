"""What a consultant's page of a finished assessment shows where the clinic shares its answers, in words.

The whole result as the clinic sees it is not shown here: it says how many therapists were invited, and what a team talk
answered to single questions, which no consultant is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.results.layout import Layout
from assessments.results.rows import AnswerRow, CardRow, FactRow, ScoreRow
from assessments.rounds.presenters import context_lines
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from assessments.results.reading import Reading
    from assessments.rounds.models import Round
    from readiness.guidance.notes import Inquiry


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A question with its answer, and what was written beside it."""

    answer: AnswerRow
    comment: str


@dataclass(frozen=True, slots=True)
class TopicAnswers:
    """A topic with all its answers, in the order of the form."""

    score: ScoreRow
    lines: tuple[AnswerLine, ...]
    n_comments: int


@dataclass(frozen=True, slots=True)
class ToFindOut:
    """What somebody would know that the clinic does not, in a few words each."""

    title: str
    shorts: tuple[str, ...]


@dataclass(frozen=True)
class RoundPage:
    """The answers of a finished assessment; `title` is empty and there are no comments where names are hidden."""

    title: str
    finished_on: date | None
    context: tuple[str, ...]
    n_asked: int
    n_answered: int
    cards: tuple[CardRow, ...]
    topics: tuple[TopicAnswers, ...]
    to_find_out: tuple[ToFindOut, ...]
    strengths: tuple[AnswerRow, ...]
    facts: tuple[FactRow, ...]
    clashes: tuple[str, ...]


def comments_of(assessment: Round) -> dict[str, str]:
    """Give what managers wrote beside the questions, by key. The clinic must show its answers."""
    rows = assessment.answers.of_clinic_form().exclude(comment="")
    return dict(rows.values_list("key", "comment"))


def round_page(assessment: Round, reading: Reading, comments: Mapping[str, str], *, is_aliased: bool) -> RoundPage:
    """Lay out the answers of a finished assessment; topics are in the order of the form."""
    shown = Layout(reading)
    cards = tuple(shown.card(number, card) for number, card in enumerate(reading.cards, start=1))
    scores = {topic.score.key: topic.score for topic in shown.topics()}
    return RoundPage(
        title="" if is_aliased else assessment.title,
        finished_on=assessment.closed_on,
        context=tuple(filter(None, context_lines(reading.context))),
        n_asked=reading.n_asked,
        n_answered=reading.n_answered,
        cards=cards,
        topics=tuple(
            _topic(reading, shown, scores[domain.key], comments)
            for domain in reading.instrument.domains_of(Form.MANAGER)
        ),
        to_find_out=tuple(_to_find_out(inquiry, shown) for inquiry in reading.inquiries),
        strengths=tuple(shown.answers[key] for key in reading.strengths.items),
        facts=shown.facts(),
        clashes=tuple(clash.text for clash in reading.clashes),
    )


def _topic(reading: Reading, shown: Layout, score: ScoreRow, comments: Mapping[str, str]) -> TopicAnswers:
    """What was written beside a question that is not asked in this context does not count, like its answer."""
    instrument = reading.instrument
    lines = tuple(
        AnswerLine(shown.answers[item.key], comments.get(item.key, "") if reading.is_asked(item.key) else "")
        for item in instrument.items_of(Form.MANAGER, score.key)
    )
    return TopicAnswers(score, lines, sum(bool(line.comment) for line in lines))


def _to_find_out(inquiry: Inquiry, shown: Layout) -> ToFindOut:
    return ToFindOut(inquiry.title, tuple(shown.answers[key].short for key in inquiry.items))
