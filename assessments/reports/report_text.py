"""The board report in words: its sections in their order, as every format that sets it on pages takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.plans.words import day
from assessments.reports.board import after, ending, front, team, topics
from assessments.reports.board.blocks import BoardReport

if TYPE_CHECKING:
    from assessments.reports.report import Report

TITLE: Final = "Readiness report"
ABOUT: Final = (
    "How ready this clinic is to offer internet-delivered cognitive behavioural therapy (iCBT), by its own answers."
)
CONTENTS: Final = "In the rest of this report"


def board_report(report: Report) -> BoardReport:
    """Write the board report of a finished assessment."""
    about = report.about
    return BoardReport(
        title=f"{TITLE}: {about.clinic}",
        over=TITLE,
        clinic=about.clinic,
        assessment=about.title,
        about=ABOUT,
        facts=tuple(_facts(report)),
        front=front.sections(report),
        caveat=report.page.caveats_brief,
        contents=CONTENTS,
        rest=(
            topics.section(report),
            *team.section(report),
            after.plan(report),
            after.change(report),
            *after.to_find_out(report),
            *after.facts(report),
            ending.scoring(report),
            ending.limits(report),
            ending.sources(report),
        ),
    )


def _facts(report: Report) -> list[tuple[str, str]]:
    about, page = report.about, report.page
    asked = "; beside them ".join(filter(None, [page.heading.asked, page.also_asked]))
    rows = [
        ("Finished", f"{day(about.closed_on)}; opened on {day(about.opened_on)}"),
        ("Asked", f"{asked}. {page.n_answered} of {page.n_asked} questions answered."),
        ("Stage", about.stage),
        ("How patients come", ". ".join(about.routes)),
        ("For whom", ". ".join(about.for_whom)),
    ]
    return [(f"{label}:", text[:1].upper() + text[1:]) for label, text in rows if text]
