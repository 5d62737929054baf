"""The board report as PDF: what assistive technology finds in it, and that nobody's text is ever more than text."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from assessments.clinics.models import User
from assessments.plans.models import TEXT_MAX, TITLE_MAX, Status
from assessments.plans.policies import ACTIONS_MAX
from assessments.reports.board import after
from assessments.reports.board.blocks import Paragraph, Table
from assessments.reports.pdf import glyphs, setting
from assessments.reports.pdf.report import A4, LETTER, report_pdf
from assessments.reports.report import Report, report_of
from assessments.reports.report_text import CONTENTS, board_report
from assessments.rounds.models import Round
from readiness.instrument.words import ROUTES
from tests.assessments.conftest import signed_in
from tests.assessments.reports.awkward import COMMENTS, LONG, awkward_report
from tests.assessments.results.conftest import ITEMS, LATER, answer
from tests.assessments.results.team import HEARD, TALK, finish, hear, talk

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(30)]

A4_POINTS = (595, 842)


def test_awkward_report_is_whole_tagged_and_finds_its_way() -> None:
    report = awkward_report()
    read = PdfReader(io.BytesIO(report_pdf(report, A4)))
    assert _size(read) == A4_POINTS
    _check_ways(read, report)
    _check_texts(read)


def test_two_pages_stand_alone_however_much_or_little_there_is_to_say(open_round: Round, lead: User) -> None:
    for report, paper, size in (
        (_least(open_round, lead), A4, A4_POINTS),
        (_most(open_round, lead), LETTER, (612, 792)),
    ):
        read = PdfReader(io.BytesIO(report_pdf(report, paper)))
        assert _size(read) == size
        where, what, rest, *_ = [_squeezed(page.extract_text()) for page in read.pages]
        assert _squeezed(report.page.summary) in where
        assert "Firststep" in what
        assert _squeezed(report.page.caveats_brief) in what
        assert _squeezed(CONTENTS) in rest


def _least(assessment: Round, lead: User) -> Report:
    with transaction.atomic():
        report = report_of(finish(assessment, lead), reader=lead, now=LATER)
        transaction.set_rollback(True)
    assert report.page.is_empty
    return report


def _most(assessment: Round, lead: User) -> Report:
    """Everything asks for a decision, the team sees it differently, and all names are as long as they can be."""
    hear(answer(assessment, lead, dict.fromkeys(ITEMS, 1)), lead, HEARD)
    talk(assessment, lead, TALK)
    report = report_of(finish(assessment, lead), reader=lead, now=LATER)
    about = replace(report.about, clinic="W" * 120, title="W" * 120, routes=(*ROUTES.values(),), for_whom=("x" * 90,))
    return replace(report, about=about)


def test_file_that_cannot_be_made_is_a_page_that_says_so(
    closed_round: Round, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setting, "CHILD", (sys.executable, "-c", "print('%PDF-1.7'); raise SystemExit(1)"))
    response = signed_in(lead).get(f"/rounds/{closed_round.pk}/files/report-a4/")
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "Content-Disposition" not in response
    assert "It is not your doing" in response.content.decode()


def test_words_of_any_length_stay_on_the_paper_and_are_copied_as_they_were_written() -> None:
    report = awkward_report()
    long, address = "W" * 120, "https://example.org/?" + "query=" * 40
    plan = [replace(row, title=long, owner=long, steps=f"{long}{address}") for row in report.plan]
    items = [replace(row, comment=(address, long)[n % 2]) for n, row in enumerate(report.items)]
    about = replace(report.about, clinic=long, title=long)
    read = PdfReader(io.BytesIO(report_pdf(replace(report, about=about, plan=tuple(plan), items=tuple(items)), A4)))
    outside: list[str] = []

    def look(text: str, matrix: list[float], of_text: list[float], font: object, size: float) -> None:
        x = matrix[0] * of_text[4] + matrix[2] * of_text[5] + matrix[4]
        width = max(map(len, re.findall("W+", text)), default=0) * 0.9 * size
        if text.strip() and not 0 <= x <= x + width <= A4_POINTS[0]:
            outside.append(text)

    said = [page.extract_text(visitor_text=look) for page in read.pages]
    assert not outside
    assert read.metadata
    assert read.metadata.title == f"Readiness report: {long}, {long}"
    assert "".join("".join(said).split()).count(address) >= len(items) // 2
    assert [page.partition("WWW\u2026")[0].count("\n") for page in said[1:]] == [0] * len(said[1:])


def test_longest_plan_that_can_be_is_set_without_all_of_it() -> None:
    report = awkward_report()
    row = replace(report.plan[0], title="x" * TITLE_MAX, steps="a\n" * (TEXT_MAX // 2))
    plan = [replace(row, status=status) for status in Status for _ in range(ACTIONS_MAX // len(Status))]
    report = replace(report, plan=tuple(plan))
    assert report_pdf(report, A4)
    (_, table, more) = after.plan(report).blocks
    assert isinstance(table, Table)
    assert isinstance(more, Paragraph)
    assert len(table.rows) == 80
    assert "920 more" in more.text


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _size(read: PdfReader) -> tuple[int, ...]:
    return tuple(round(side) for side in read.pages[0].mediabox[2:])


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
    (document,) = [one for one in tags if one.get("/S") == "/Document"]
    parts = [one.get_object() for one in document["/K"]]
    assert [one for one in parts if one["/S"] == "/Span"] == []  # of which several would be read as one
    levels = [int(one["/S"][2:]) for one in parts if re.fullmatch("/H[1-6]", one["/S"])]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


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
