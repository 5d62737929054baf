"""The board report as PDF: what assistive technology finds in it, and that nobody's text is ever more than text."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from assessments.clinics.models import User
from assessments.reports.pdf import glyphs, setting
from assessments.reports.pdf.report import A4, LETTER, report_pdf
from assessments.reports.report import Report
from assessments.reports.report_text import board_report
from assessments.rounds.models import Round
from tests.assessments.conftest import signed_in
from tests.assessments.reports.awkward import COMMENTS, LONG, awkward_report

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(30)]

SIZES = {A4: (595, 842), LETTER: (612, 792)}


def test_awkward_report_is_whole_tagged_and_finds_its_way_on_both_papers() -> None:
    report = awkward_report()
    for paper, size in SIZES.items():
        read = PdfReader(io.BytesIO(report_pdf(report, paper)))
        assert tuple(round(side) for side in read.pages[0].mediabox[2:]) == size
        _check_ways(read, report)
        _check_texts(read)


def test_file_that_cannot_be_made_is_a_page_that_says_so(
    closed_round: Round, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting, "CHILD", (sys.executable, "-c", "print('%PDF-1.7'); raise SystemExit(1)"))
    response = signed_in(lead).get(f"/rounds/{closed_round.pk}/files/report-a4/")
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "Content-Disposition" not in response
    assert "It is not your doing" in response.content.decode()


def _check_ways(read: PdfReader, report: Report) -> None:
    """What assistive technology finds, and what the file says of itself: nothing of the machine."""
    board = board_report(report)
    root: Any = read.trailer["/Root"]
    outline: Any = read.outline
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert read.metadata is not None
    assert read.metadata.title == glyphs.shown(f"{board.title}, {board.assessment}")
    assert read.metadata.author is None
    assert read.metadata.creation_date is not None
    assert read.metadata.creation_date.date() == report.about.closed_on
    assert [one["/Title"] for one in outline if not isinstance(one, list)] == [
        part.title for part in (*board.front, *board.rest)
    ]
    tags: list[Any] = list(_tags(root["/StructTreeRoot"]))
    assert [one["/Alt"] for one in tags if one.get("/S") == "/Figure"] == [report.page.summary]
    assert {"/H1", "/H2", "/H3", "/TH", "/TD", "/L", "/TOC"} <= {one.get("/S") for one in tags}


def _check_texts(read: PdfReader) -> None:
    """Whatever wants to be code, formula or markup stands there as it was written, the longest comment in whole."""
    said = " ".join("\n".join(page.extract_text() for page in read.pages).split())
    squeezed = said.replace(" ", "")
    wanted = [text for text in COMMENTS if text.isascii()]
    assert [text for text in wanted if "".join(text.split()) not in squeezed] == []
    assert squeezed.count("=long") == LONG // len("=long wörd 🦉 ")
    assert "root:x:0" not in said
    assert said.count("To protect whoever answered".lower()) == 1


def _tags(node: object) -> Iterator[DictionaryObject]:
    found = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(found, DictionaryObject):
        yield found
        children = found.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            yield from _tags(child)
