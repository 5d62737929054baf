"""Every figure of a result with one row each: the clinic's scores, the therapists' released figures, a team talk's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.reports.codes import BANDS, NOT_SHOWN, SIDES, STATUSES
from assessments.reports.tables.columns import (
    CODE,
    NUMBER,
    TEXT,
    WHOLE,
    YES_NO,
    Column,
    Table,
    about_cells,
    about_row,
    table,
)
from assessments.results.team_rows import topic_title
from readiness.scoring.release import RowStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assessments.reports.report import Report
    from assessments.reports.tables.csv_text import Cell
    from assessments.results.rows import ScoreRow
    from assessments.results.team import Talk
    from readiness.scoring.score import ScaleScore

TOPIC, TAKEAWAY, CFIR, THERAPISTS, TALK = "topic", "takeaway", "cfir", "therapists", "team_talk"
VIEWS: Final = (
    (TOPIC, "a topic, from the clinic form"),
    (TAKEAWAY, "the clinic form once more, by the five takeaways"),
    (CFIR, "the clinic form once more, by CFIR domain"),
    (THERAPISTS, "the therapists as a group, in confidence"),
    (TALK, "the team, together in a talk"),
)
COLUMNS: Final = (
    Column("view", CODE, "Whose figure it is, and of what", codes=VIEWS),
    Column("key", TEXT, "The topic, takeaway or CFIR domain, by its key"),
    Column("title", TEXT, "The topic, takeaway or CFIR domain"),
    Column(
        "score", NUMBER, "The figure, unrounded; of therapists rounded to 5; empty for none and for a range", 0, 100
    ),
    Column("figure", TEXT, "The figure as pages write it"),
    Column("words", TEXT, "The figure in words; of a range, every word it may mean"),
    Column("status", CODE, "How far a score can be leaned on; empty for the therapists", codes=STATUSES),
    Column("band", CODE, "The word for the score; empty for the therapists and the talk", codes=BANDS),
    Column("is_shown", YES_NO, "Whether there is a figure to see"),
    Column("side", CODE, "To which side a figure of the therapists is a range", codes=SIDES),
    Column("bound", WHOLE, "Where that range begins", 0, 100),
    Column("n_items", WHOLE, "How many questions the score is about", 0),
    Column("n_applicable", WHOLE, "Of these, how many apply", 0),
    Column(
        "n_valid", WHOLE, "Of these, how many have an answer on the scale; the score is the mean of (value - 1) x 25", 0
    ),
    Column("n_dont_know", WHOLE, "How many were answered “Don’t know”", 0),
    Column("n_not_applicable", WHOLE, "How many do not apply, or were not asked", 0),
    Column("n_blank", WHOLE, "How many were not answered", 0),
    Column("n_no_agreement", WHOLE, "How many the team did not agree on; only of a talk", 0),
    Column("n_at_least", WHOLE, "At least so many therapists stand behind the figure", 5),
)


def scores_long(report: Report) -> Table:
    """Give one row for each figure."""
    columns = (*(column for column, _ in about_cells(report.about)), *COLUMNS)
    first = about_row(report.about)
    return table("scores", columns, [first | row for row in _rows(report)])


def _rows(report: Report) -> Iterator[dict[str, Cell]]:
    page, card = report.page, report.reading.scorecard
    yield from _clinic(TOPIC, card.domains, [topic.score for topic in page.topics])
    yield from _clinic(TAKEAWAY, card.takeaways, [row.score for row in page.takeaways])
    yield from _clinic(CFIR, card.cfir, [row.score for row in page.cfir])
    if report.reading.team.n_invited:
        yield from _therapists(report)
    if report.reading.team.talk:
        yield from _talk(report, report.reading.team.talk)


def _clinic(view: str, scales: Iterable[ScaleScore], rows: Iterable[ScoreRow]) -> Iterator[dict[str, Cell]]:
    said = {row.key: row for row in rows}
    for scale in scales:
        row = said[str(scale.key)]
        yield {
            "view": view,
            "key": row.key,
            "title": row.title,
            "figure": row.figure,
            "words": row.words,
            "band": row.band,
            **_of_questions(scale),
        }


def _of_questions(scale: ScaleScore) -> dict[str, Cell]:
    return {
        "score": scale.score,
        "status": scale.status.value,
        "is_shown": scale.score is not None,
        "n_items": scale.n_items,
        "n_applicable": scale.n_applicable,
        "n_valid": scale.n_valid,
        "n_dont_know": scale.n_dont_know,
        "n_not_applicable": scale.n_not_applicable,
        "n_blank": scale.n_blank,
    }


def _therapists(report: Report) -> Iterator[dict[str, Cell]]:
    """Give the release. A topic that is not shown has the same row whatever the reason."""
    marks = {row.key: row.released for row in report.page.team.rows}
    for row in report.reading.team.rows:
        mark = marks.get(row.scale)
        yield {
            "view": THERAPISTS,
            "key": row.scale,
            "title": topic_title(report.reading.instrument.domain[row.scale]),
            "score": row.value,
            "figure": mark.figure if mark else NOT_SHOWN,
            "words": mark.words if mark else "",
            "is_shown": row.status is RowStatus.SHOWN,
            "side": row.band.side.value if row.band else "",
            "bound": row.band.bound if row.band else None,
            "n_at_least": row.n,
        }


def _talk(report: Report, talk: Talk) -> Iterator[dict[str, Cell]]:
    cells = {row.key: row.talk for row in report.page.team.rows}
    for one in talk.scores:
        key = str(one.scale.key)
        mark = cell.mark if (cell := cells[key]) else None
        yield {
            "view": TALK,
            "key": key,
            "title": report.reading.instrument.domain[key].title,
            "figure": mark.figure if mark else "",
            "words": mark.words if mark else "",
            "n_no_agreement": one.n_no_agreement,
            **_of_questions(one.scale),
        }
