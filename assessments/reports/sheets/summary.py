"""The first sheet: whose result it is and what it comes to, for whoever opens nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.reports.sheets.parts import answers
from assessments.reports.sheets.sheet import Column, Look, Sheet
from assessments.results import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from assessments.reports.report import About, Report


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the summary; `what` is empty where the line above goes on."""

    what: str
    says: str | int | date


COLUMNS: Final[tuple[Column[Said], ...]] = (
    Column("About", "What the line is about.", 26, lambda line: line.what, Look.LABEL),
    Column("What the result says", "The same words as on the page of the result.", 110, lambda line: line.says),
)


def summary_sheet(report: Report) -> Sheet[Said]:
    """Give the summary."""
    lines = (*_whose(report.about), *_asked(report), *_result(report), *_caution(report))
    return Sheet("Summary", "What the result is about, and what it says.", COLUMNS, lines, is_upright=True)


def _whose(about: About) -> Iterator[Said]:
    yield Said("Clinic", about.clinic)
    yield Said("Assessment", about.title)
    yield Said("Opened on", about.opened_on)
    yield Said("Finished on", about.closed_on)
    yield Said("The service", about.stage)
    yield from listed("How patients come", about.routes)
    yield from listed("For whom it is", about.for_whom)


def _asked(report: Report) -> Iterator[Said]:
    page = report.page
    asked = page.heading.asked
    yield Said("Asked", asked[:1].upper() + asked[1:])
    if page.also_asked:
        yield Said("Asked as well", page.also_asked)
    yield Said("Answered", f"{page.n_answered} of {page.n_asked} questions")


def _result(report: Report) -> Iterator[Said]:
    page = report.page
    yield Said("In short", page.summary)
    yield from listed("Safety", tuple(f"{row.answer.short}: {row.words}" for row in page.safety))
    firsts = (
        f"{flags[0].level_words}: {words.joined([flag.title for flag in flags])}"
        for card in page.first
        for flags in card.by_level
    )
    yield from listed("Start with these", tuple(firsts))
    if page.rest:
        yield Said("Then", f"{words.counted(len(page.rest), 'more thing')} to look at, on the sheet Flags")
    yield from listed("What to keep: topics", tuple(row.title for row in page.strong_topics))
    yield from listed("What to keep: answers", tuple(answers(page.strengths)))
    yield from listed("The team", tuple(filter(None, [page.team.brief, page.team.summary])))
    yield from listed("The team asks for", page.team.requests)
    if page.gaps:
        yield Said("Different views", page.gap_titles)
    if report.change:
        yield Said("Since the last time", f"{report.change.before.full}. {report.change.summary}")


def _caution(report: Report) -> Iterator[Said]:
    about = report.about
    yield from listed("Keep in mind", report.page.caveats)
    yield Said("Questionnaire", f"{about.instrument_title}, version {about.instrument_version}")
    yield Said("Guidance", f"version {about.guidance_version}")
    yield Said("Scoring", f"version {about.algorithm_version}")


def listed(what: str, says: tuple[str, ...]) -> Iterator[Said]:
    """Say several things of one, a line each."""
    yield from (Said("" if place else what, text) for place, text in enumerate(says))
