"""The Word file of an assessment: it says what the report says, and can be opened whatever somebody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn

from assessments.reports.board.blocks import BoardReport, Section
from assessments.reports.report_text import board_report
from assessments.reports.word.document import word_report
from assessments.reports.word.runs import clean, directed, is_read_leftwards
from assessments.results.team_rows import NOT_SHOWN
from tests.assessments.reports.awkward import awkward_report
from tests.assessments.reports.spoken import said_of

RTL = "שלום (עולם) 12"


@pytest.mark.django_db
def test_document_says_all_of_the_report_in_real_headings_and_tables_whatever_was_written() -> None:
    report = awkward_report()
    board = board_report(report)
    made = word_report(report)
    document = Document(BytesIO(made))
    lines = {_text(one) for one in document.element.body.iter(qn("w:p"))}
    whole = "\n".join(_text(one) for one in document.element.body.iter(qn("w:p")))
    said = [clean(text) for text in said_of(board)]
    assert [text for text in said if not all(line.strip() in whole for line in text.split("\n"))] == []
    assert whole.count(NOT_SHOWN) == 1
    headings = [one.text for one in document.paragraphs if one.style and one.style.name.startswith("Heading")]
    assert {section.title for section in _sections(board)} <= {*headings, *lines}
    assert all(table._tbl.tr_lst[0].xpath("w:trPr/w:tblHeader") for table in document.tables)
    contents: Any = document.styles["TOC Heading"]
    assert contents.paragraph_format.page_break_before  # what stands alone ends there

    own = document.core_properties
    at = datetime(report.about.closed_on.year, report.about.closed_on.month, report.about.closed_on.day, tzinfo=UTC)
    assert (own.author, own.last_modified_by, own.comments) == ("", "", "")
    assert (own.created, own.modified, own.language) == (at, at, "en")
    assert own.title == clean(board.title)
    parts = ZipFile(BytesIO(made)).infolist()
    assert {part.date_time[:3] for part in parts} == {(at.year, at.month, at.day)}
    assert not any("thumbnail" in part.filename or "app.xml" in part.filename for part in parts)
    assert word_report(report) == made


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("plain (1)", [("plain (1)", False)]),
        (f"To {RTL} é", [("To ", False), ("שלום (עולם)", True), (" 12 é", False)]),
        ("a שלום, מרחבא. b", [("a ", False), ("שלום, מרחבא", True), (". b", False)]),
        (f"{RTL} (b)!", [("שלום (עולם) 12 (", True), ("b", False), (")!", True)]),
        ("", []),
    ],
)
def test_what_is_read_leftwards_is_a_run_of_its_own(text: str, runs: list[tuple[str, bool]]) -> None:
    assert directed(text, is_leftwards=is_read_leftwards(text)) == runs


def test_a_document_holds_only_characters() -> None:
    assert clean("a\x00\x08\ud800\ufffe\U0001ffff\u202eb\r\nc\rd\x0be\tf 🦉") == "ab\nc\nd\ne\tf 🦉"


def _text(paragraph: object) -> str:
    names = {qn("w:t"): None, qn("w:br"): "\n", qn("w:tab"): "\t"}
    return "".join((names[one.tag] or one.text) for one in paragraph.iter(*names))  # type: ignore[attr-defined]


def _sections(board: BoardReport) -> Iterator[Section]:
    waiting = [*board.front, *board.rest]
    while waiting:
        yield (section := waiting.pop())
        waiting += section.parts
