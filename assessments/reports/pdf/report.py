"""What stands in the board report, as plain values for its template, in the order of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from assessments.plans.words import day
from assessments.reports.pdf.rest import caveats, change, facts, find_out, how, plan, sources, team
from assessments.reports.pdf.setting import set_pdf
from assessments.reports.pdf.summary import summary
from assessments.reports.pdf.topics import topics

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
    """Give everything that the report says."""
    about = report.about
    return {
        "clinic": about.clinic,
        "assessment": about.title,
        "finished": day(about.closed_on),
        "date": [about.closed_on.year, about.closed_on.month, about.closed_on.day],
        "summary": summary(report),
        "topics": topics(report),
        "team": team(report),
        "plan": plan(report),
        "change": change(report),
        "find_out": find_out(report),
        "facts": facts(report),
        "how": how(report),
        "caveats": caveats(report),
        "sources": sources(report),
    }
