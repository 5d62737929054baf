"""The questions of the clinic form as the tables know them: ratings and stated figures, each with its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.reports.missing import NOT_ASKED_WORDS, missing_words, value_and_missing
from assessments.reports.tables.columns import CODE, WHOLE, Column, named
from readiness.instrument.words import STATUSES, answer_words, source_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.reports.report import Report
    from readiness.instrument.definition import Instrument, Item

RATING, FIGURE = "rating", "figure"


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what was answered, by the columns of the long table.

    `value` None goes with a code in `missing`, which is else empty.
    """

    kind: str
    question: str
    topic: str
    topic_title: str
    text: str
    is_critical: bool
    is_asked: bool
    value: int | None
    missing: str
    answer: str
    comment: str


def questions(report: Report) -> Iterator[Question]:
    """Give every question of the clinic form in its order: ratings, then the figures asked beside them."""
    yield from _ratings(report)
    yield from _figures(report)


def _ratings(report: Report) -> Iterator[Question]:
    for row in report.items:
        yield Question(
            kind=RATING,
            question=row.key,
            topic=row.topic,
            topic_title=row.topic_title,
            text=row.answer.text,
            is_critical=row.answer.is_critical,
            is_asked=row.is_asked,
            value=row.value,
            missing=row.missing,
            answer=row.answer.words,
            comment=row.comment,
        )


def _figures(report: Report) -> Iterator[Question]:
    reading = report.reading
    for fact in reading.instrument.facts:
        is_asked = fact.route is None or fact.route in reading.context.routes
        answer = reading.facts.get(fact.key)
        value, missing = value_and_missing(answer, is_asked=is_asked)
        yield Question(
            kind=FIGURE,
            question=fact.key,
            topic=fact.domain,
            topic_title=reading.instrument.domain[fact.domain].title,
            text=fact.text,
            is_critical=False,
            is_asked=is_asked,
            value=value,
            missing=missing,
            answer=answer_words(reading.instrument, fact.key, answer, reading.context.stage)
            if is_asked
            else NOT_ASKED_WORDS,
            comment="",
        )


def value_column(report: Report, one: Question) -> Column:
    """Describe the column that holds the answers to a question as numbers."""
    instrument = report.reading.instrument
    if one.kind == FIGURE:
        fact = instrument.fact[one.question]
        label = f"{fact.text} ({fact.unit})"
        return Column(_name(one), WHOLE, label, fact.low, fact.high, topic=one.topic)
    item = instrument.item[one.question]
    scale = instrument.scale[item.scale]
    return Column(
        name=_name(one),
        kind=WHOLE,
        label=one.text,
        low=scale.low,
        high=scale.high,
        codes=tuple((str(step), words) for step, words in sorted(scale.labels.items())),
        topic=one.topic,
        why=instrument.determinant[item.determinant].why,
        sources=_sources(instrument, item),
    )


def missing_column(report: Report, one: Question) -> Column:
    """Describe the column that says why a question has no number."""
    return Column(
        name=named(_name(one), "missing"),
        kind=CODE,
        label=f"Why there is no number; empty where there is one: {one.text}",
        codes=missing_words(report.reading.context.stage),
        topic=one.topic,
    )


def _name(one: Question) -> str:
    return named("q" if one.kind == RATING else "fact", one.question)


def _sources(instrument: Instrument, item: Item) -> str:
    behind = instrument.determinant[item.determinant].sources
    return "; ".join(f"{source_name(instrument.source[one.source])} ({STATUSES[one.status]})" for one in behind)
