"""The clinic form with one row per question, and one row for all: the same answers, long and wide.

Of therapists, only the figures of their release stand here, and of a team talk only its scores.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from assessments.reports.codes import BANDS, SIDES, STATUSES
from assessments.reports.missing import missing_words
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
    named,
    of_one_row,
    table,
)
from assessments.reports.tables.questions import FIGURE, RATING, missing_column, questions, value_column
from assessments.results.team_rows import topic_title
from readiness.instrument.definition import CONFIDENCE, Form
from readiness.instrument.words import FOR_WHOM, ROUTES
from readiness.scoring.release import RowStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assessments.reports.report import Report
    from assessments.reports.tables.csv_text import Cell
    from assessments.results.rows import ScoreRow
    from readiness.scoring.score import ScaleScore


def answers_long(report: Report) -> Table:
    """Give one row for each question of the clinic form."""
    columns = (
        *(column for column, _ in about_cells(report.about)),
        Column("kind", CODE, "What is asked", codes=((RATING, "a statement, rated"), (FIGURE, "a number, as stated"))),
        Column("topic", TEXT, "The topic, by its key"),
        Column("topic_title", TEXT, "The topic"),
        Column("question", TEXT, "The question, by its key: the same in all assessments of one version"),
        Column("text", TEXT, "The question as it was asked"),
        Column("is_critical", YES_NO, "Whether a low answer is flagged whatever the topic’s score"),
        Column("is_asked", YES_NO, "Whether it was asked; what is about a way to patients not in use is not"),
        Column("value", WHOLE, "The answer: 1 to 5 for a rating, the number itself for a figure", 0, 100_000),
        Column("missing", CODE, "Why there is no value", codes=missing_words(report.about.context.stage)),
        Column("answer", TEXT, "The answer in words"),
        Column("comment", TEXT, "What the managers wrote beside it"),
    )
    first = about_row(report.about)
    return table("answers-long", columns, [first | asdict(one) for one in questions(report)])


def answers_wide(report: Report) -> Table:
    """Give one row for the assessment; files of one version of the questionnaire have the same columns."""
    asked = list(questions(report))
    return of_one_row(
        "answers-wide",
        [
            *about_cells(report.about),
            *_context(report),
            *((value_column(report, one), one.value) for one in asked),
            *((missing_column(report, one), one.missing) for one in asked),
            *_scores(report),
            *_therapists(report),
            *_team_talk(report),
        ],
    )


def _context(report: Report) -> Iterator[tuple[Column, Cell]]:
    context = report.about.context
    for route, words in ROUTES.items():
        yield (
            Column(named("route", route), YES_NO, f"A way by which patients can come: {words}"),
            route in context.routes,
        )
    for whom, words in FOR_WHOM.items():
        yield Column(named("for", whom), YES_NO, f"Whom the service is for: {words}"), whom in context.for_whom


def _scores(report: Report) -> Iterator[tuple[Column, Cell]]:
    page, card = report.page, report.reading.scorecard
    yield from _view("topic", card.domains, [topic.score for topic in page.topics])
    yield from _view("takeaway", card.takeaways, [row.score for row in page.takeaways])
    yield from _view("cfir", card.cfir, [row.score for row in page.cfir])


def _view(view: str, scales: Iterable[ScaleScore], rows: Iterable[ScoreRow]) -> Iterator[tuple[Column, Cell]]:
    titles = {row.key: row.title for row in rows}
    for scale in scales:
        yield from _score(named(view, str(scale.key)), titles[str(scale.key)], scale)


def _score(name: str, title: str, scale: ScaleScore) -> Iterator[tuple[Column, Cell]]:
    """Give a score as it was frozen; pages round it to whole numbers."""
    band = scale.band.value if scale.band else ""
    yield Column(name, NUMBER, f"Score of “{title}”, unrounded; empty for none", 0, 100), scale.score
    yield (
        Column(named(name, "status"), CODE, f"How far the score of “{title}” can be leaned on", codes=STATUSES),
        scale.status.value,
    )
    yield Column(named(name, "band"), CODE, f"The word for the score of “{title}”", codes=BANDS), band


def _therapists(report: Report) -> Iterator[tuple[Column, Cell]]:
    """Give the release. What is not shown is empty, whatever the reason."""
    team, instrument = report.reading.team, report.reading.instrument
    released = {row.scale: row for row in team.rows}
    at_least = next((row.n for row in team.rows if row.n), None)
    yield Column("therapists_invited", WHOLE, "How many therapists were invited", 0), team.n_invited
    yield Column("therapists_at_least", WHOLE, "At least so many stand behind each of their figures", 5), at_least
    for domain in instrument.domains_of(Form.THERAPIST):
        row, name = released.get(domain.key), named("therapists", domain.key)
        band, of = row.band if row else None, f"therapists’ figure of “{topic_title(domain)}”"
        is_shown = row is not None and row.status is RowStatus.SHOWN
        yield Column(named(name, "shown"), YES_NO, f"Whether the {of} is shown"), is_shown
        yield Column(name, WHOLE, f"The {of}, rounded to 5; empty for a range", 0, 100), row.value if row else None
        yield (
            Column(named(name, "side"), CODE, f"To which side the {of} is a range", codes=SIDES),
            band.side.value if band else "",
        )
        yield (
            Column(named(name, "bound"), WHOLE, f"Where that range of the {of} begins", 0, 100),
            band.bound if band else None,
        )


def _team_talk(report: Report) -> Iterator[tuple[Column, Cell]]:
    talk, instrument = report.reading.team.talk, report.reading.instrument
    talked = {str(one.scale.key): one.scale for one in talk.scores} if talk else {}
    yield (
        Column("talk_people", WHOLE, "How many took part in the team talk; empty for none", 1),
        talk.n_people if talk else None,
    )
    for domain in instrument.domains_of(Form.THERAPIST):
        if domain.key == CONFIDENCE:
            continue
        scale, name = talked.get(domain.key), named("talk", domain.key)
        label = f"Team talk’s score of “{domain.title}”, unrounded; empty for none"
        yield Column(name, NUMBER, label, 0, 100), scale.score if scale else None
        label = f"How far the team talk’s score of “{domain.title}” can be leaned on"
        yield Column(named(name, "status"), CODE, label, codes=STATUSES), scale.status.value if scale else ""
