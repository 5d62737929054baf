"""What the team says, as the result page tells it, and where clinic and team see a topic differently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.reports.board.blocks import (
    AnswerLine,
    AnswerList,
    Block,
    Listing,
    Paragraph,
    Section,
    States,
    Table,
)
from assessments.reports.board.front import NOT_ASKED, NOT_SHOWN, answer_line
from assessments.reports.board.options import Options
from assessments.reports.board.topics import flags_of
from assessments.results.words import counted
from readiness.instrument.definition import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.reports.report import Report
    from assessments.results.rows import GapRow
    from assessments.results.team_rows import Mark, TalkCell, TalkTopic, TeamSection

OWN: Final = "The therapists’ own confidence"
RANGES: Final = (
    "Near either end of the scale only a range is given: an exact figure there would say how nearly everybody answered."
)
CHOSE: Final = "These are the views of those who chose to answer. Others may see it differently."


def section(report: Report) -> Section:
    """Write what the team says."""
    team = report.page.team
    blocks: list[Block] = []
    if team.summary:
        blocks.append(Paragraph(team.summary))
    if team.n_invited:
        were = "was" if team.n_invited == 1 else "were"
        blocks.append(Paragraph(f"{counted(team.n_invited, 'therapist')} {were} invited to answer in confidence."))
    if not team.rows:
        blocks.append(Paragraph("What is known of their view, or why nothing is shown, stands on the first pages."))
    if team.rows:
        blocks.append(_table(team))
    if team.has_ranges:
        blocks.append(Paragraph(RANGES, is_quiet=True))
    if team.is_shown:
        blocks.append(Paragraph(CHOSE, is_quiet=True))
    return Section("team", "What the team says", tuple(blocks), tuple(_parts(report)))


def released_words(mark: Mark | None, team: TeamSection) -> str:
    """Say what was released of a topic."""
    if mark is None:
        return NOT_SHOWN if team.n_invited else NOT_ASKED
    return " – ".join(filter(None, [mark.figure, mark.words]))


def talk_words(talk: TalkCell | None) -> str:
    """Say what a team talk comes to on a topic."""
    if talk is None:
        return NOT_ASKED
    figure = [talk.mark.figure, talk.mark.words] if talk.mark else []
    return " – ".join(filter(None, [*figure, talk.doubt]))


def _table(team: TeamSection) -> Table:
    columns: list[tuple[str, list[str]]] = []
    if team.is_shown:
        columns.append((f"In confidence\n{team.people}", [released_words(row.released, team) for row in team.rows]))
    if team.meeting:
        columns.append((f"Team talk\n{team.meeting}", [_talk(row.talk) for row in team.rows]))
    titles = [row.title for row in team.rows]
    return Table(
        caption="What the team says, by topic, of 100",
        head=("Topic", *(head for head, _ in columns)),
        rows=tuple(zip(titles, *(cells for _, cells in columns), strict=True)),
        shares=(4, *(3 for _ in columns)),
    )


def _talk(talk: TalkCell | None) -> str:
    if talk is None:
        return NOT_ASKED
    missing = f" ({talk.missing})" if talk.missing else ""
    return f"{talk_words(talk)}\n{talk.basis}{missing}"


def _parts(report: Report) -> Iterable[Section]:
    team = report.page.team
    if options := _own(report):
        yield Section("team-confidence", OWN, tuple(options))
    yield Section("team-views", "Different views", tuple(_views(report)))
    if team.not_agreed:
        entries = tuple((text, "") for text in team.not_agreed)
        yield Section("team-not-agreed", "On this the team did not agree", (Listing(entries),))
    if team.requests:
        yield Section("team-requests", "What the team asks for", (Listing(tuple((one, "") for one in team.requests)),))
    if team.talked:
        parts = tuple(_talked(number, topic) for number, topic in enumerate(team.talked, start=1))
        yield Section("team-answers", "What the team answered in its talk", (Paragraph(f"As {team.meeting}."),), parts)


def _talked(number: int, topic: TalkTopic) -> Section:
    lines = tuple(AnswerLine(row.key, row.text, row.words, row.step, "") for row in topic.answers)
    return Section(f"team-answers-{number}", topic.title, (AnswerList(topic.title, lines),))


def _own(report: Report) -> list[Block]:
    """Tell of own confidence, which no topic of the clinic form is about, where it asks for a look."""
    flags = flags_of(report, CONFIDENCE)
    return [States(tuple(flags)), *Options(report).of(CONFIDENCE, OWN)] if flags else []


def _views(report: Report) -> list[Block]:
    page = report.page
    if not page.team.rows:
        return [Paragraph("No view of the team is known here, so there is nothing to set beside the clinic’s own.")]
    blocks: list[Block] = [
        Paragraph(
            f"Views are compared on {page.compared}, where managers and therapists were asked the same questions; "
            "the clinic’s side counts only these."
        )
    ]
    if not page.gaps:
        return [*blocks, Paragraph(page.no_gap)]
    blocks.append(
        Paragraph(
            "Views count as different from 20 points of 100 on, which is a convention of ours; of a range, the nearest "
            "end counts. Both can be right: each side meets another part of the work."
        )
    )
    blocks.append(
        Table(
            caption="Topics seen differently, of 100",
            head=("Topic", "Managers, on what both were asked", "The team", "What both were asked, with your answers"),
            rows=tuple(_gap(gap) for gap in page.gaps),
            shares=(3, 2, 3, 6),
        )
    )
    return blocks


def _gap(gap: GapRow) -> tuple[str, ...]:
    answers = "\n".join(answer_line(row) for row in gap.answers)
    return (gap.title, gap.clinic, f"{gap.team.figure}\n{gap.team.basis}", answers)
