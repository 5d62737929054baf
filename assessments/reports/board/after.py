"""What stands behind the topics: the plan, what changed, what to find out, and figures beside opinions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.plans.models import Status
from assessments.plans.words import day
from assessments.reports.board.blocks import Block, Listing, Paragraph, Section, Table
from assessments.reports.board.front import answer_line
from assessments.reports.board.team import released_words, talk_words
from assessments.results.team_rows import NOT_SHOWN

if TYPE_CHECKING:
    from assessments.plans.change_flags import FlagMove
    from assessments.plans.change_rows import AnswerMove, ChangePage, TopicChange
    from assessments.plans.change_team import Heard, TeamPair, TeamsSection
    from assessments.reports.plan_rows import PlanRow
    from assessments.reports.report import Report
    from assessments.results.rows import FactRow, ScoreRow

N_OPEN: Final = 60
N_FINISHED: Final = 20
N_STEPS: Final = 20
"""How many actions that are open, or finished, and how many lines of each, a board reads; the workbook holds all."""


def plan(report: Report) -> Section:
    """Write the clinic's plan as it stands on the day of making."""
    made_on = day(report.about.made_on)
    if not report.plan:
        return Section("plan", "The plan", (Paragraph(f"There was no action in the plan on {made_on}."),))
    shown = _shown(report.plan)
    n_more = len(report.plan) - len(shown)
    table = Table(
        caption="The plan",
        head=("Action", "What it answers", "Who", "State"),
        rows=tuple(_action(row) for row in shown),
        shares=(6, 3, 3, 4),
    )
    lead = Paragraph(f"As it stood on {made_on}, with what is under way first.")
    actions = "action" if n_more == 1 else "actions"
    more = [Paragraph(f"The plan has {n_more:,} more {actions}; the workbook lists them all.")] if n_more else []
    return Section("plan", "The plan", (lead, table, *more))


def _shown(rows: tuple[PlanRow, ...]) -> list[PlanRow]:
    finished = [row for row in rows if Status(row.status).is_finished]
    still_open = [row for row in rows if not Status(row.status).is_finished]
    return [*still_open[:N_OPEN], *finished[:N_FINISHED]]


def _steps(steps: str) -> str:
    lines = steps.splitlines()
    n_more = len(lines) - N_STEPS
    return "\n".join([*lines[:N_STEPS], f"… and {n_more:,} more lines, in the workbook"]) if n_more > 1 else steps


def _action(row: PlanRow) -> tuple[str, ...]:
    what = [row.title, _steps(row.steps), f"Why it was dropped: {row.reason}" if row.reason else ""]
    state = [] if row.due.startswith(row.status_words) else [row.status_words]
    facts = " · ".join(filter(None, [row.kind, row.effort]))
    return (
        "\n".join(filter(None, [*what, facts])),
        row.answers,
        row.owner or "Nobody yet",
        "\n".join(filter(None, [*state, row.due])),
    )


def change(report: Report) -> Section:
    """Write what changed since the assessment before."""
    found = report.change
    if found is None:
        only = "This is the first assessment that was finished, so there is nothing to compare it with yet."
        return Section("change", "What changed", (Paragraph(only),))
    before = found.before
    since = f"Compared with {before.title}" + (f", finished on {day(before.finished_on)}" if before.finished_on else "")
    blocks: list[Block] = [
        Paragraph(f"{since}."),
        Paragraph(found.summary),
        *(Paragraph(notice) for notice in found.notices),
        _topics(found),
        Paragraph(found.chance, is_quiet=True),
    ]
    return Section("change", "What changed since the last assessment", tuple(blocks), _change_parts(report, found))


def _change_parts(report: Report, found: ChangePage) -> tuple[Section, ...]:
    flags = found.flags
    listed = tuple(Section(f"change-{key}", title, (_flags(moves),)) for key, title, moves in flags.groups)
    return (
        Section("change-flags", "What asked for a decision or a look", (Paragraph(flags.summary),), listed),
        Section("change-between", "Actions in between", tuple(_between(found))),
        Section("change-team", "What the team said both times", tuple(_teams(report, found.teams))),
    )


def _topics(found: ChangePage) -> Table:
    return Table(
        caption="The topics before and after, of 100",
        head=("Topic", "Before", "After", "Difference", "What can be said"),
        rows=tuple(_topic(row) for row in found.topics),
        shares=(7, 4, 4, 4, 6),
    )


def _topic(row: TopicChange) -> tuple[str, ...]:
    """Write a topic; on how many answers it stands is said once where it is the same both times."""
    bases = [_basis(side) if side else "" for side in (row.before, row.after)]
    is_same = bases[0] == bases[1]
    title = f"{row.title}\n{bases[0]} both times" if is_same else row.title
    sides = [_side(side, "" if is_same else basis) for side, basis in zip((row.before, row.after), bases, strict=True)]
    return (title, *sides, row.points or "–", _verdict(row))


def _side(row: ScoreRow | None, basis: str) -> str:
    if row is None:
        return "–"
    return "\n".join(filter(None, [" – ".join(filter(None, [row.figure, row.words or row.brief_doubt])), basis]))


def _basis(row: ScoreRow) -> str:
    return f"{row.brief_basis}, {row.doubt.lower()}" if row.words and row.doubt else row.brief_basis


def _verdict(row: TopicChange) -> str:
    if not row.is_compared:
        return f"Cannot be compared. {row.why}"
    return ". ".join(filter(None, [row.words, row.remark]))


def _flags(moves: tuple[FlagMove, ...]) -> Listing:
    return Listing(tuple((move.name, _flag(move)) for move in moves))


def _flag(move: FlagMove) -> str:
    level = f"was “{move.level_words}”" if move.is_over else f"“{move.level_words}”"
    about = "; ".join(filter(None, [level, move.topic]))
    return " ".join(filter(None, [f"({about}).", move.why, *(_move(answer) for answer in move.answers)]))


def _move(move: AnswerMove) -> str:
    if move.before == move.after:
        return f"{move.short}: {move.after} both times."
    return f"{move.short}: before {move.before}, after {move.after}."


def _between(found: ChangePage) -> list[Block]:
    actions = (*found.between.shown, *found.between.more)
    if not actions:
        return [Paragraph(found.between.lead)]
    return [
        Paragraph(found.between.lead),
        Listing(tuple((one.title, f"{one.words} {day(one.on)}") for one in actions), between=" – "),
    ]


def _teams(report: Report, teams: TeamsSection) -> list[Block]:
    blocks: list[Block] = [Paragraph(teams.lead)] if teams.lead else []
    if teams.is_known:
        blocks.append(_team_table(teams))
    if teams.ranges:
        blocks.append(Paragraph(teams.ranges, is_quiet=True))
    if teams.withheld:
        is_told = report.page.team.state == NOT_SHOWN
        why = "Nothing is shown; the first pages say what that can mean." if is_told else teams.not_shown
        blocks.append(Paragraph(why, label=f"{teams.withheld}."))
    for name, one in (("before", teams.before), ("after", teams.after)):
        if one.requests:
            blocks.append(Paragraph("; ".join(one.requests), label=f"What the team asked for {name}:"))
    return blocks


def _team_table(teams: TeamsSection) -> Table:
    columns: list[tuple[str, list[str]]] = []
    for name, one in (("before", teams.before), ("after", teams.after)):
        if teams.was_invited:
            cells = [released_words(_heard(row, name).released, one) for row in teams.rows]
            columns.append((f"In confidence, {name}\n{one.people}", cells))
    for name, one in (("before", teams.before), ("after", teams.after)):
        if teams.has_talked:
            columns.append(
                (f"Team talk, {name}\n{one.meeting}", [talk_words(_heard(r, name).talk) for r in teams.rows])
            )
    return Table(
        caption="What the team said in both assessments, of 100",
        head=("Topic", *(head.strip() for head, _ in columns)),
        rows=tuple(zip([row.title for row in teams.rows], *(cells for _, cells in columns), strict=True)),
        shares=(4, *(3 for _ in columns)),
    )


def _heard(row: TeamPair, name: str) -> Heard:
    return row.before if name == "before" else row.after


def to_find_out(report: Report) -> list[Section]:
    """Write what to find out, and from whom; nothing where nothing is unknown."""
    asked = {row.key: row.answer.short for row in report.items}
    entries = tuple(
        (f"{one.title}:", f"{'; '.join(asked[key] for key in one.items)}.") for one in report.page.inquiries
    )
    lead = Paragraph("Not knowing is an answer too. This is still open; here is who may know.")
    return [Section("find-out", "Things to find out", (lead, Listing(entries)))] if entries else []


def facts(report: Report) -> list[Section]:
    """Write the stated figures beside the ratings that speak of the same; nothing where none was stated."""
    page = report.page
    if not page.facts:
        return []
    clashes = tuple(Paragraph(text, label="Two answers point different ways.") for text in page.clashes)
    table = Table(
        caption="Figures beside opinions",
        head=("What was asked", "Figure", "Beside it"),
        rows=tuple(_fact(row) for row in page.facts),
        shares=(6, 2, 4),
    )
    return [Section("facts", "Figures beside opinions", (*clashes, table))]


def _fact(row: FactRow) -> tuple[str, ...]:
    return (row.text, f"{row.figure} {row.unit}".strip(), answer_line(row.beside) if row.beside else "")
