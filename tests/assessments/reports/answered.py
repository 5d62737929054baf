"""What files need to know of answers for their scores, without a database: reading, page and questions."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING

from assessments.reports.missing import value_and_missing
from assessments.reports.report import ItemRow
from assessments.results.presenters import Heading, result_page
from assessments.results.reading import read
from readiness.instrument.definition import Answer, Context, Form
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from assessments.reports.report import Report


def answered(answers: Mapping[str, Answer], context: Context) -> Report:
    """Give of a report what topics and questions are written from."""
    instrument = load()
    reading = read(instrument, answers, context)
    page = result_page(reading, Heading(clinic="C", title="T"))
    said = {row.key: row for topic in page.topics for row in (*topic.holds_down, *topic.others)}
    items = tuple(
        ItemRow(
            topic=item.domain,
            topic_title=instrument.domain[item.domain].title,
            answer=said[item.key],
            value=value,
            missing=missing,
            is_asked=is_asked,
            comment="",
        )
        for item in instrument.items_of(Form.MANAGER)
        for is_asked in [reading.is_asked(item.key)]
        for value, missing in [value_and_missing(reading.answers[item.key], is_asked=is_asked)]
    )
    return SimpleNamespace(reading=reading, page=page, items=items)  # type: ignore[return-value]
