"""The first pages of the board report, which must be able to stand alone: flags, topics, strengths, first steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.reports.board.blocks import (
    Block,
    Card,
    Listing,
    Paragraph,
    Section,
    StateLine,
    States,
    TopicLine,
    Topics,
)
from assessments.reports.codes import NOT_SHOWN
from assessments.results.words import BANDS, joined, number
from readiness.scoring.score import ScoreStatus

if TYPE_CHECKING:
    from assessments.reports.report import Report
    from assessments.results.rows import AnswerRow, CardRow, FlagRow, ScoreRow, TopicRow

N_STRENGTHS: Final = 3
TEAM: Final = "The team"
BECAUSE: Final = "Because the clinic answered"
BOTH_ASKED: Final = "The clinic’s answers to what both were asked"
ATTENTION: Final = ("Where it stands", "What", "Answer or topic")
NOT_ASKED: Final = "not asked"
TITLES: Final = {1: "First step", 2: "First steps: start with these two", 3: "First steps: start with these three"}


def sections(report: Report) -> tuple[Section, ...]:
    """Write the first pages."""
    return (
        Section("safety", "Safety, and what else asks for a decision", tuple(_attention(report))),
        Section("topics", f"The {_n_topics(report)} topics, weakest first", tuple(_topics(report))),
        *_strengths(report),
        _start(report),
    )


def _n_topics(report: Report) -> str:
    return number(len(report.page.topics))


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
        StateLine(flag.level, flag.level_words, flag.title, card.topic)
        for card in (*page.first, *page.rest)
        if not known & {answer.key for answer in card.because}
        for flag in card.flags
    ]
    nothing = [] if flags or page.is_empty else [Paragraph("None of the other answers asks for a decision.")]
    return [States((*safety, *flags), ATTENTION), *nothing]


def _topics(report: Report) -> list[Block]:
    page = report.page
    blocks: list[Block] = [Paragraph(page.summary)]
    blocks.append(
        Topics(
            caption=f"The {_n_topics(report)} topics, weakest first, of 100",
            head=("Topic", "Clinic, of 100", *([TEAM] if page.has_marks else []), "Based on"),
            lines=tuple(_line(report, topic) for topic in page.topics),
            has_team=page.has_marks,
            bands=tuple((band.value, word) for band, word in BANDS.items()),
            legend=tuple(_legend(report)),
        )
    )
    if team := _team(report):
        blocks.append(Paragraph(team, label=f"{TEAM}:"))
    if page.views_brief:
        blocks.append(Paragraph(page.views_brief))
    return blocks


def _team(report: Report) -> str:
    """Say from whom there are figures, or why there are none, and the one figure that no topic has."""
    team = report.page.team
    own = f"The therapists rated their own confidence at {team.confidence.of_100}." if team.confidence else ""
    return " ".join(filter(None, [team.brief, own]))


def _line(report: Report, topic: TopicRow) -> TopicLine:
    score = topic.score
    team = team_words(report, topic) if report.page.has_marks else ""
    basis = f"{score.brief_basis}, provisional" if score.status == ScoreStatus.PROVISIONAL else score.brief_basis
    return TopicLine(score, score.figure, score.words or score.brief_doubt, basis, team, topic.mark)


def _legend(report: Report) -> list[str]:
    page = report.page
    return [
        *(["the team’s figure"] if page.has_values else []),
        *(["the range in which the team’s figure lies"] if page.has_ranges else []),
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
    return [Section("strengths", "Strengths to keep", tuple(blocks))]


def _start(report: Report) -> Section:
    page = report.page
    if page.first:
        return Section("start", TITLES[len(page.first)], tuple(_card(report, card) for card in page.first))
    if page.is_empty:
        text = page.without_answers
    elif page.is_all_good:
        text = "In what is answered, no topic is below “In place”, and nothing asks for a decision."
        text += " The team sees some of it lower." if page.is_team_lower else ""
    else:
        text = "None of the answers asks for a decision."
    return Section("start", "First steps", (Paragraph(text),))


def _card(report: Report, card: CardRow) -> Card:
    known = report.reading.guidance.option
    here, elsewhere = card.options.here, card.options.elsewhere
    titles = [*(one.title for one in here), *(title for _, title in elsewhere)]
    return Card(
        number=card.number,
        heads=tuple(_head(flags) for flags in card.by_level),
        topic=card.topic,
        because=_because(card),
        option_lead="An option:" if here else "An option, told with another of these:" if elsewhere else "",
        option=f"{titles[0]}." if titles else "",
        steps_lead="First steps:" if here else "",
        steps=known[here[0].key].steps if here else (),
        others=f"Other options: {'; '.join(titles[1:])}." if titles[1:] else "",
    )


def _head(flags: tuple[FlagRow, ...]) -> StateLine:
    titles, sentences = " · ".join(flag.title for flag in flags), " ".join(flag.sentence for flag in flags)
    return StateLine(flags[0].level, flags[0].level_words, titles, sentences)


def _because(card: CardRow) -> str:
    """Say why there is a card: the team's view, the answers of the clinic, or both."""
    answers = "; ".join(answer_line(row) for row in card.because)
    said = f"Because {card.told}." if card.told else ""
    given = f"{BOTH_ASKED if said else BECAUSE}: {answers}." if answers else ""
    return " ".join(filter(None, [said, given]))
