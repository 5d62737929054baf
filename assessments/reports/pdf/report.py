"""The board report on paper: the words of `report_text`, handed to a template as plain values."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from assessments.reports.pdf.setting import set_pdf
from assessments.reports.report_text import board_report

if TYPE_CHECKING:
    from assessments.reports.report import Report

A4: Final = "a4"
LETTER: Final = "us-letter"


def report_pdf(report: Report, paper: str) -> bytes:
    """Set the board report on a size of paper, by typst's name.

    Raises:
        NotMadeError: it could not be set.
    """
    return set_pdf("report.typ", {"paper": paper, **report_content(report)})


def report_content(report: Report) -> dict[str, Any]:
    """Give everything that the template shows; dates of the file are the day of finishing."""
    closed_on = report.about.closed_on
    return {**asdict(board_report(report)), "date": [closed_on.year, closed_on.month, closed_on.day]}
