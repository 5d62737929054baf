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
from assessments.reports.board.front import NOT_ASKED, TEAM, answer_line
from assessments.reports.board.options import Options
from assessments.reports.board.topics import flags_of
from assessments.reports.codes import NOT_SHOWN
from readiness.instrument.definition import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.reports.report import Report
    from assessments.results.rows import GapRow
    from assessments.results.team_rows import Mark, TalkCell, TalkTopic, TeamSection

OWN: Final = "The therapists’ own confidence"


def section(report: Report) -> list[Section]:
    """Write what the team says; nothing where the first pages have said that nothing is known, or shown."""
    team = report.page.team
    if not team.rows:
        return []
    blocks: list[Block] = [Paragraph(text) for text in (team.summary, team.invited) if text]
    blocks.append(_table(team))
    blocks += [Paragraph(text, is_quiet=True) for text in (team.ranges, team.chose) if text]
    return [Section("team", "What the team says", tuple(blocks), tuple(_parts(report)))]


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
    compared = Paragraph(page.compared_words)
    if not page.gaps:
        return [compared, Paragraph(page.no_gap)]
    table = Table(
        caption="Topics seen differently, of 100",
        head=("Topic", "Managers, on what both were asked", TEAM, "What both were asked, with the clinic’s answers"),
        rows=tuple(_gap(gap) for gap in page.gaps),
        shares=(3, 3, 3, 6),
        even=(3,),
    )
    return [compared, Paragraph(page.different), table]


def _gap(gap: GapRow) -> tuple[str, ...]:
    answers = "\n".join(answer_line(row) for row in gap.answers)
    return (gap.title, gap.clinic, f"{gap.team.figure}\n{gap.team.basis}", answers)
