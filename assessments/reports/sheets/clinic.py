"""The workbook of a finished assessment."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from assessments.reports.sheets.book import Book, Front
from assessments.reports.sheets.codebook import codebook_sheet
from assessments.reports.sheets.items import items_sheet
from assessments.reports.sheets.parts import facts_sheet, flags_sheet, options_sheet, views_sheet
from assessments.reports.sheets.plan import change_sheet, plan_sheet
from assessments.reports.sheets.summary import summary_sheet
from assessments.reports.sheets.topics import topics_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from assessments.reports.report import Report
    from assessments.reports.sheets.sheet import Sheet


def workbook(report: Report) -> bytes:
    """Write the workbook of a finished assessment."""
    about, written = report.about, BytesIO()
    sheets = tuple(_sheets(report))
    with Book(written, Front(f"{about.clinic}: {about.title}", about.closed_on)) as book:
        for sheet in sheets:
            book.add(sheet)
        book.add(codebook_sheet(sheets, report))
    return written.getvalue()


def _sheets(report: Report) -> Iterator[Sheet[Any]]:
    yield summary_sheet(report)
    yield topics_sheet(report)
    yield items_sheet(report)
    yield flags_sheet(report)
    yield options_sheet(report)
    yield plan_sheet(report)
    if report.change:
        yield change_sheet(report.change)
    yield views_sheet(report)
    if report.reading.facts:
        yield facts_sheet(report)
