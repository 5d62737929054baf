"""The sheet of topics: the frozen scores, the same worked out from the sheet of questions, and what the team says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsxwriter.utility import xl_col_to_name

from assessments.reports.codes import NOT_SHOWN
from assessments.reports.missing import Missing
from assessments.reports.sheets import items
from assessments.reports.sheets.sheet import YES, Column, Formula, Look, Sheet
from assessments.results.team_rows import topic_title
from readiness.instrument.definition import Form
from readiness.scoring.compare import GAP
from readiness.scoring.score import MIN_VALID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.reports.report import Report
    from assessments.results.rows import ScoreRow
    from assessments.results.team_rows import Mark
    from readiness.scoring.release import EndBand, Row
    from readiness.scoring.score import ScaleScore

NAME: Final = "Topics"
NOT_ASKED: Final = "not asked"
SAME: Final = "same"
DIFFERS: Final = "differs"
DIGITS: Final = 9
"""To how many digits behind the point the formula must give the frozen score."""
KEY: Final = "Topic key"
SCORE: Final = "Score"
WORKED_OUT: Final = "Score by formula"


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic in its row of the sheet; the managers' side is None where only therapists are asked about it.

    `therapists` is the group's figure as it is shown, in words where it is not; `released` are its numbers.
    """

    row: int
    n_items: int
    key: str
    title: str
    scale: ScaleScore | None
    score: ScoreRow | None
    therapists: str | int
    released: Row | None
    talked: ScaleScore | None
    is_apart: bool

    def cell(self, head: str) -> str:
        """Give the address of this topic's cell under a head."""
        return f"${_LETTERS[head]}{self.row}"

    @property
    def end(self) -> EndBand | None:
        """The end of the scale that the group's figure covers, where it is a range."""
        return self.released.band if self.released else None

    @property
    def worked_out(self) -> Formula | None:
        """The score as the answers give it: the mean of the values, where enough of what applies has one."""
        if self.scale is None:
            return None
        topic = f"{items.cells_of(items.TOPIC_KEY, self.n_items)},{self.cell(KEY)}"
        values = items.cells_of(items.VALUE, self.n_items)
        n_valid = f'COUNTIFS({topic},{values},">=1")'
        missing = items.cells_of(items.MISSING, self.n_items)
        elsewhere = "".join(
            f'-COUNTIFS({topic},{missing},"{code}")' for code in (Missing.NOT_APPLICABLE, Missing.NOT_ASKED)
        )
        n_applicable = f"(COUNTIFS({topic}){elsewhere})"
        mean = f"(AVERAGEIFS({values},{topic})-1)/4*100"
        is_enough = f'IF(2*{n_valid}>={n_applicable},{mean},"")'
        text = f'=IF({n_valid}>={MIN_VALID},{is_enough},"")'
        return Formula(text, "" if self.scale.score is None else self.scale.score)

    @property
    def check(self) -> Formula | None:
        """Whether the formula gives the frozen score."""
        if self.scale is None:
            return None
        frozen, now = self.cell(SCORE), self.cell(WORKED_OUT)
        both = f'IF(ROUND({frozen}-{now},{DIGITS})=0,"{SAME}","{DIFFERS}")'
        without = f'IF({now}="","{SAME}","{DIFFERS}")'
        text = f'=IF({frozen}="",{without},IF({now}="","{DIFFERS}",{both}))'
        return Formula(text, SAME)


def _count(name: str, head: str, about: str) -> Column[TopicLine]:
    return Column(head, about, 10, lambda line: getattr(line.scale, name, None), Look.COUNT)


COLUMNS: Final[tuple[Column[TopicLine], ...]] = (
    Column("Topic", "The topic, the lowest first, as on the page of the result.", 30, lambda line: line.title),
    Column(
        SCORE,
        "The clinic’s score of 100, as it was kept when the assessment was finished. Shown as a whole number, kept "
        "unrounded. Empty where too little was answered: that is not zero.",
        8,
        lambda line: line.scale.score if line.scale else None,
        Look.SCORE,
    ),
    Column(
        "Word",
        "What the score means in a word. Empty where fewer than half of the questions have an answer on the scale.",
        11,
        lambda line: line.score.words if line.score else None,
        Look.WORD,
    ),
    Column(
        "Remark", "What to know before leaning on the score.", 24, lambda line: line.score.doubt if line.score else None
    ),
    Column(
        "Therapists",
        f"What the therapists as a group say, in confidence, of 100. “{NOT_SHOWN}”: nothing may be told; "
        f"“{NOT_ASKED}”: they were not asked, or not about this.",
        13,
        lambda line: line.therapists,
        Look.COUNT,
    ),
    Column(
        "Team talk",
        "What the team agreed on in a talk, of 100, kept unrounded. Empty where there was no talk, and where too "
        "little was agreed on.",
        10,
        lambda line: line.talked.score if line.talked else None,
        Look.SCORE,
    ),
    Column(
        "Different views",
        f"“{YES}” where managers and team see the topic differently, by {GAP} points or more on what both were asked. "
        "Empty where no such difference can be told.",
        11,
        lambda line: YES if line.is_apart else "",
    ),
    Column(
        WORKED_OUT,
        "The same score, worked out here from the sheet Items: the mean of (value − 1) × 25 over the topic’s "
        f"values, if there are at least {MIN_VALID} and they are at least half of what applies.",
        11,
        lambda line: line.worked_out,
        Look.EXACT,
    ),
    Column(
        "Check",
        f"“{SAME}” if the formula gives the score that was kept; “{DIFFERS}” once a value on the sheet Items "
        "is changed.",
        9,
        lambda line: line.check,
    ),
    _count("n_items", "Questions", "How many questions the topic has."),
    _count("n_applicable", "Apply", "How many of them apply to this clinic."),
    _count(
        "n_valid", "On the scale", "How many have an answer on the scale; the score is the mean of (value − 1) × 25."
    ),
    _count("n_dont_know", "Don’t know", "How many were answered “don’t know”."),
    _count("n_not_applicable", "Do not apply", "How many do not apply, or come too early."),
    _count("n_blank", "Not answered", "How many were left without an answer."),
    Column(
        "Status",
        "How much was answered, as a code.",
        12,
        lambda line: line.scale.status.value if line.scale else None,
        Look.CODE,
    ),
    Column(
        "Band",
        "The word as a code; there is one wherever there is a score.",
        10,
        lambda line: _band(line.scale),
        Look.CODE,
    ),
    Column(
        "Therapists: value",
        "The therapists’ figure where it is a number, rounded to the nearest 5. Empty where it is a range, and where "
        "nothing is shown.",
        11,
        lambda line: line.released.value if line.released else None,
        Look.COUNT,
    ),
    Column(
        "Therapists: end",
        "Where their figure is a range: which end of the scale it covers, as a code.",
        11,
        lambda line: line.end.side.value if line.end else None,
        Look.CODE,
    ),
    Column(
        "Therapists: bound",
        "Where their figure is a range: up to, or from, where it goes.",
        11,
        lambda line: line.end.bound if line.end else None,
        Look.COUNT,
    ),
    Column(
        "Therapists: at least",
        "From how many therapists the figure is, at least. Empty where nothing is shown.",
        11,
        lambda line: line.released.n if line.released else None,
        Look.COUNT,
    ),
    Column(KEY, "The topic’s key, the same in every assessment.", 14, lambda line: line.key, Look.CODE),
)
_LETTERS: Final = {column.head: xl_col_to_name(place) for place, column in enumerate(COLUMNS)}


def topics_sheet(report: Report) -> Sheet[TopicLine]:
    """Give the topics of the clinic form in the order of the page, then those that only therapists are asked about."""
    about = "A topic: the clinic’s score, and what the team says of it."
    return Sheet(NAME, about, COLUMNS, tuple(_lines(report)), n_printed=7)


def _lines(report: Report) -> Iterator[TopicLine]:
    instrument, page = report.reading.instrument, report.page
    scales = {str(scale.key): scale for scale in report.reading.scorecard.domains}
    scores = {topic.score.key: topic.score for topic in page.topics}
    others = [domain for domain in instrument.domains_of(Form.THERAPIST) if domain.key not in scores]
    titles = {score.key: score.title for score in scores.values()} | {one.key: topic_title(one) for one in others}
    asked = {domain.key for domain in instrument.domains_of(Form.THERAPIST)}
    released = {row.scale: row for row in report.reading.team.rows}
    talk = report.reading.team.talk
    talked = {str(one.scale.key): one.scale for one in talk.scores} if talk else {}
    apart = {gap.key for gap in page.gaps}
    for row, (key, title) in enumerate(titles.items(), start=2):
        team = page.team.of(key)
        mark = team.released if team else None
        yield TopicLine(
            row=row,
            n_items=len(report.items),
            key=key,
            title=title,
            scale=scales.get(key),
            score=scores.get(key),
            therapists=figure_of(mark) if mark else NOT_SHOWN if page.team.n_invited and key in asked else NOT_ASKED,
            released=released.get(key) if mark else None,
            talked=talked.get(key),
            is_apart=key in apart,
        )


def figure_of(mark: Mark) -> str | int:
    """Give a figure of the therapists as it is shown: a range in words, anything else as the number it is."""
    return int(mark.value) if mark.value else mark.figure


def _band(scale: ScaleScore | None) -> str:
    return scale.band.value if scale and scale.band else ""
