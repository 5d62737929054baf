"""The first pages of the board report, which must be able to stand alone: flags, topics, strengths, first steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.reports.board.blocks import (
    Block,
    BriefOption,
    Card,
    Listing,
    Paragraph,
    Section,
    StateLine,
    States,
    TopicLine,
    Topics,
)
from assessments.results.words import BANDS, joined

if TYPE_CHECKING:
    from assessments.reports.report import Report
    from assessments.results.rows import AnswerRow, CardRow, OptionList, ScoreRow, TopicRow

N_STRENGTHS: Final = 3
NOT_ASKED: Final = "not asked"
NOT_SHOWN: Final = "not shown"
TITLES: Final = {1: "First step", 2: "First steps: start with these two", 3: "First steps: start with these three"}


def sections(report: Report) -> tuple[Section, ...]:
    """Write the first pages."""
    return (
        Section("safety", "Safety, and what else asks for a decision", tuple(_attention(report))),
        Section("topics", "The nine topics, weakest first", tuple(_topics(report))),
        *_strengths(report),
        _start(report),
    )


def answer_line(row: AnswerRow) -> str:
    """Give an answer in one line."""
    return f"{row.short} – {row.words}"


def team_words(report: Report, topic: TopicRow) -> str:
    """Say what the team's figure of a topic is, or why there is none; empty where no team was heard at all."""
    if not report.page.team.rows:
        return ""
    if topic.team is None:
        return NOT_ASKED
    if topic.mark is None:
        return topic.team.talk.doubt.lower() if topic.team.talk else NOT_SHOWN
    return topic.mark.figure


def word_of(score: ScoreRow) -> str:
    """Give the word of a score, or why it has none."""
    return score.words or score.doubt


def basis_of(score: ScoreRow) -> str:
    """Say on how many answers a score stands, and how far it can be leaned on."""
    missing = f" ({score.missing})" if score.missing else ""
    doubt = f". {score.doubt}" if score.words and score.doubt else ""
    return f"{score.brief_basis}{missing}{doubt}"


def _attention(report: Report) -> list[Block]:
    """Give the two safety questions, then every other card by its flags, in rank."""
    page = report.page
    safety = [StateLine(row.state, row.words, row.answer.short, row.answer.words) for row in page.safety]
    known = {row.answer.key for row in page.safety}
    flags = [
        StateLine(flag.level, card.level_words, flag.title, card.topic)
        for card in (*page.first, *page.rest)
        if not known & {answer.key for answer in card.because}
        for flag in card.flags
    ]
    if not flags:
        return [States(tuple(safety)), Paragraph("None of the other answers asks for a decision.")]
    return [States((*safety, *flags))]


def _topics(report: Report) -> list[Block]:
    page = report.page
    blocks: list[Block] = [Paragraph(page.summary)]
    blocks.append(
        Topics(
            caption="The nine topics, weakest first, of 100",
            lines=tuple(_line(report, topic) for topic in page.topics),
            has_team=page.has_marks,
            bands=tuple((band.value, word) for band, word in BANDS.items()),
            legend=tuple(_legend(report)),
        )
    )
    if team := _team(report):
        blocks.append(Paragraph(team, label="Your team"))
    if page.gaps:
        blocks.append(Paragraph(f"Clinic and team see these topics differently: {page.gap_titles}."))
    return blocks


def _team(report: Report) -> str:
    """Say from whom there are figures, or why there are none, and the one figure that no topic has."""
    team = report.page.team
    own = f"The therapists rated their own confidence at {team.confidence.of_100}." if team.confidence else ""
    return " ".join(filter(None, [team.brief, own]))


def _line(report: Report, topic: TopicRow) -> TopicLine:
    score = topic.score
    team = team_words(report, topic) if report.page.has_marks else ""
    word = score.words or score.brief_doubt
    return TopicLine(score, score.figure or "–", word, basis_of(score), team, topic.mark)


def _legend(report: Report) -> list[str]:
    page = report.page
    return [
        *(["your team’s figure"] if page.has_values else []),
        *(["the range in which your team’s figure lies"] if page.has_ranges else []),
    ]


def _strengths(report: Report) -> list[Section]:
    page = report.page
    if not page.strengths:
        return []
    blocks: list[Block] = []
    if page.strong_topics:
        named = joined([f"{score.title} ({score.figure})" for score in page.strong_topics])
        blocks.append(Paragraph(f"In place: {named}."))
    kept = page.strengths[:N_STRENGTHS]
    blocks.append(Listing(tuple((row.short, row.words) for row in kept), between=" – "))
    title = "Three strengths to keep" if len(kept) == N_STRENGTHS else "Strengths to keep"
    return [Section("strengths", title, tuple(blocks))]


def _start(report: Report) -> Section:
    page = report.page
    if page.first:
        return Section("start", TITLES[len(page.first)], tuple(_card(report, card) for card in page.first))
    if page.is_empty:
        text = "This assessment was finished without answers, so no topic has a score."
    elif page.is_all_good:
        text = "In what is answered, no topic is below “In place”, and nothing asks for a decision."
        text += " The team sees some of it lower." if page.is_team_lower else ""
    else:
        text = "None of the answers asks for a decision."
    return Section("start", "First steps", (Paragraph(text),))


def _card(report: Report, card: CardRow) -> Card:
    because = f"Because {card.said}." if card.said else "Because you answered"
    if card.said and card.because:
        because += " Your answers to what both were asked"
    return Card(
        number=card.number,
        level=card.level,
        level_words=card.level_words,
        topic=card.topic,
        flags=tuple((flag.title, flag.sentence) for flag in card.flags),
        because=because if card.said or card.because else "",
        because_answers=tuple(answer_line(row) for row in card.because),
        options=tuple(_options(report, card.options)),
    )


def _options(report: Report, options: OptionList) -> list[BriefOption]:
    known = report.reading.guidance.option
    return [
        *(BriefOption(one.title, one.first_step, known[one.key].steps) for one in options.here),
        *(BriefOption(title, "") for _, title in options.elsewhere),
    ]
