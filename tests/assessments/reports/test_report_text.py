"""The board report in words: nothing of the result is left out, and nothing that is withheld gets in."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final

import pytest

from assessments.reports import board as board_package
from assessments.reports.report import Report
from assessments.reports.report_text import board_report
from assessments.results.team_rows import NOT_SHOWN
from tests.assessments.reports.awkward import awkward_report

pytestmark = pytest.mark.django_db

BOARD: Final = Path(board_package.__file__).parent
TEMPLATES: Final = BOARD.parents[2] / "templates"
SHORT: Final = 45
"""Characters of what may be a heading, a label or the beginning of a sentence."""


def test_board_report_holds_the_whole_result_and_says_once_that_figures_are_not_shown() -> None:
    report = awkward_report()
    board = board_report(report)
    front, rest = ([part.key for part in parts] for parts in (board.front, board.rest))
    assert front == ["safety", "topics", "strengths", "start"]
    assert rest == ["topic-by-topic", "team", "plan", "change", "find-out", "scoring", "limits", "sources"]
    said = json.dumps(asdict(board), ensure_ascii=False)
    quoted = [json.dumps(text, ensure_ascii=False)[1:-1] for text in _texts(report)]
    assert [text for text in quoted if text not in said] == []
    assert said.count(NOT_SHOWN) == 1


def test_sentence_of_pages_is_not_written_once_more_for_the_board() -> None:
    pages = " ".join(" ".join(one.read_text(encoding="utf-8").split()) for one in TEMPLATES.rglob("*.html"))
    written = [
        node.value
        for module in BOARD.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    sentences = [sentence for text in written for sentence in re.split(r"(?<=\.) ", text) if len(sentence) > SHORT]
    assert [sentence for sentence in sentences if sentence.rstrip(".") in pages] == []


def _texts(report: Report) -> Iterator[str]:
    page = report.page
    yield from (row.comment for row in report.items)
    yield from (text for row in report.items for text in (row.answer.text, row.answer.words))
    yield from (text for topic in page.topics for text in (topic.score.title, topic.score.figure, topic.score.words))
    yield from (
        text for card in (*page.first, *page.rest) for flag in card.flags for text in (flag.title, flag.sentence)
    )
    yield from (report.reading.guidance.option[offer.key].not_when for offer in report.reading.offers)
    yield from (text for row in report.plan for text in (row.title, row.owner, row.due, row.reason, row.steps))
