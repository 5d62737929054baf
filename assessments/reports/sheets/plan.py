"""The sheets of what is to be done and of what has changed: the plan as it stands now, and the page of change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.reports.sheets.sheet import Column, Look, Sheet, yes
from readiness.scoring.change import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assessments.plans.change_flags import FlagMove
    from assessments.plans.change_rows import AnswerMove, ChangePage, TopicChange
    from assessments.reports.plan_rows import PlanRow
    from assessments.reports.report import Report
    from assessments.results.rows import ScoreRow

PLAN: Final[tuple[Column[PlanRow], ...]] = (
    Column("Action", "What the clinic means to do.", 36, lambda row: row.title),
    Column("State", "How far it is.", 12, lambda row: row.status_words),
    Column("Answers", "The flag or topic that it answers.", 26, lambda row: row.answers),
    Column("Who", "Who sees to it.", 24, lambda row: row.owner),
    Column("Due on", "The day by which it is to be done.", 13, lambda row: row.due_on, Look.DAY),
    Column("Finished on", "The day on which it was done, or dropped.", 13, lambda row: row.finished_on, Look.DAY),
    Column("Overdue", "Whether its day had passed when this file was made.", 9, lambda row: yes(row.is_overdue)),
    Column("Steps", "How it is to be done.", 50, lambda row: row.steps),
    Column("Effort", "What it roughly costs in time and money.", 13, lambda row: row.effort),
    Column("Kind", "What it changes.", 15, lambda row: row.kind),
    Column("Why dropped", "Why it will not be done.", 32, lambda row: row.reason),
    Column("State key", "The state as a code.", 12, lambda row: row.status, Look.CODE),
)


def plan_sheet(report: Report) -> Sheet[PlanRow]:
    """Give the clinic's plan as it stood on the day of making."""
    return Sheet(
        "Plan", "An action of the clinic’s plan, as it stood when this file was made.", PLAN, report.plan, n_printed=11
    )


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A topic before and after, or what has become of a flag."""

    about: str
    what: str
    before: ScoreRow | None
    after: ScoreRow | None
    difference: str
    verdict: str
    sentence: str
    remark: str
    answers: str
    key: str


CHANGE: Final[tuple[Column[ChangeLine], ...]] = (
    Column("About", "Whether the line is about a topic or about a flag.", 9, lambda line: line.about),
    Column("What", "The topic, or the flag.", 34, lambda line: line.what),
    Column(
        "Before",
        "The topic’s score in the earlier assessment, of 100.",
        9,
        lambda line: _exact(line.before),
        Look.SCORE,
    ),
    Column("After", "Its score in this assessment.", 9, lambda line: _exact(line.after), Look.SCORE),
    Column(
        "Difference",
        "After less before, kept unrounded. Empty where the two cannot be compared.",
        11,
        lambda line: float(line.difference) if line.difference else None,
        Look.SIGNED,
    ),
    Column("What became of it", "What can be said of the two.", 22, lambda line: line.verdict),
    Column("In words", "The same in a sentence, or why a flag is gone.", 50, lambda line: line.sentence),
    Column("Remark", "What to know before leaning on it.", 40, lambda line: line.remark),
    Column("Answers", "The answers that have moved, before and after.", 50, lambda line: line.answers),
    Column("Key", "The key of the topic or flag.", 22, lambda line: line.key, Look.CODE),
)


def change_sheet(change: ChangePage) -> Sheet[ChangeLine]:
    """Give what has changed since the assessment before."""
    about = f"A topic or a flag, beside the assessment before: {change.before.full}."
    return Sheet("Change", about, CHANGE, (*map(_topic, change.topics), *_flags(change)), 2, 9)


def _topic(row: TopicChange) -> ChangeLine:
    return ChangeLine(
        about="Topic",
        what=row.title,
        before=row.before,
        after=row.after,
        difference=row.exact if row.verdict is not Change.NOT_COMPARED else "",
        verdict=row.words,
        sentence=row.sentence,
        remark=" ".join(filter(None, [row.why, row.remark])),
        answers=_moves(row.moves),
        key=row.key,
    )


def _flags(change: ChangePage) -> Iterator[ChangeLine]:
    for _, verdict, moves in change.flags.groups:
        yield from (_flag(one, verdict) for one in moves)


def _flag(one: FlagMove, verdict: str) -> ChangeLine:
    return ChangeLine(
        about="Flag",
        what=one.name,
        before=None,
        after=None,
        difference="",
        verdict=verdict,
        sentence=one.why,
        remark=f"Was “{one.level_words}”" if one.is_over else one.level_words,
        answers=_moves(one.answers),
        key=one.key,
    )


def _moves(moves: Iterable[AnswerMove]) -> str:
    return "\n".join(f"{one.short}: {one.before} → {one.after}" for one in moves)


def _exact(row: ScoreRow | None) -> float | None:
    return float(row.exact) if row and row.exact else None
