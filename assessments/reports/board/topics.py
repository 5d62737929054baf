"""A section for each topic: its score, what holds it down, all its answers, what the team says, and the options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.reports.board.blocks import AnswerLine, AnswerList, Block, Paragraph, Section, StateLine, States
from assessments.reports.board.front import TEAM, basis_of, team_words, word_of
from assessments.reports.board.options import Options
from assessments.results.words import joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.reports.report import Report
    from assessments.results.rows import AnswerRow, TopicRow


def section(report: Report) -> Section:
    """Write the sections of all topics, weakest first."""
    options = Options(report)
    return Section(
        "topic-by-topic",
        "Topic by topic",
        (Paragraph("Weakest first: every question with its answer, and options, never orders.", is_quiet=True),),
        tuple(_topic(report, topic, options) for topic in report.page.topics),
    )


def flags_of(report: Report, domain: str) -> list[StateLine]:
    """Give what asks for a decision or a look on a topic."""
    page = report.page
    rows = zip(report.reading.cards, (*page.first, *page.rest), strict=True)
    return [
        StateLine(flag.level, flag.level_words, flag.title, flag.sentence)
        for card, row in rows
        if card.domain == domain
        for flag in row.flags
    ]


def _topic(report: Report, topic: TopicRow, options: Options) -> Section:
    score = topic.score
    figure = f"{score.figure} of 100" if score.figure else "No score"
    said = f"{figure}: {word_of(score)}" if word_of(score) else figure
    blocks: list[Block] = [Paragraph(f"Based on {basis_of(score)}.".replace("..", "."), label=f"{said}.")]
    if team := _team(report, topic):
        blocks.append(Paragraph(team, label=f"{TEAM}:"))
    if flags := flags_of(report, score.key):
        blocks.append(States(tuple(flags)))
    return Section(
        f"topic-{score.key}",
        score.title,
        tuple(blocks),
        tuple(_parts(report, topic, options.of(score.key, score.title))),
    )


def _team(report: Report, topic: TopicRow) -> str:
    """Say what the team says of a topic and from whom, as the result page does."""
    said, row = team_words(report, topic), topic.team
    if not said or row is None or row.mark is None:
        return f"{said[:1].upper()}{said[1:]}." if said else ""
    parts = [f"{row.mark.of_100}{f', “{row.mark.words}”' if row.mark.words else ''} – {row.mark.basis}"]
    if row.talk and row.released:
        talk = row.talk.mark
        parts.append(f"in the team talk {f'{talk.figure}, {talk.basis}' if talk else 'not enough agreed for a figure'}")
    missing = f" ({row.talk.missing})" if row.talk and row.talk.missing else ""
    return f"{'; '.join(parts)}{missing}."


def _parts(report: Report, topic: TopicRow, options: list[Block]) -> Iterable[Section]:
    key, title = topic.score.key, topic.score.title
    comments = {row.key: row.comment for row in report.items}
    others = "The other answers" if topic.holds_down else "The answers"
    for name, part, rows in (("low", "What holds this topic down", topic.holds_down), ("others", others, topic.others)):
        if rows:
            lines = tuple(_line(row, comments) for row in rows)
            yield Section(f"topic-{key}-{name}", part, (AnswerList(joined([part, title]), lines),))
    if options:
        yield Section(f"topic-{key}-options", "Options", tuple(options))


def _line(row: AnswerRow, comments: dict[str, str]) -> AnswerLine:
    return AnswerLine(row.key, row.text, row.words, row.step, comments.get(row.key, ""))
