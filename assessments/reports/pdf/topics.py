"""The topics one by one: the score, what holds it down, every answer, what the team says, and options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments.reports.pdf.answers import answer_lines, because
from assessments.reports.pdf.summary import topic_line
from assessments.results.layout import offers_of
from assessments.results.words import EFFORTS, KINDS
from readiness.guidance.words import grounds_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.reports.report import Report
    from assessments.results.rows import CardRow, TopicRow
    from assessments.results.team_rows import TeamRow
    from readiness.guidance.definition import Option
    from readiness.guidance.options import Offer

    Values = dict[str, Any]


def topics(report: Report) -> list[Values]:
    """Give the topics, weakest first; an option stands in full where it comes first."""
    options = Options(report)
    comments = {row.key: row.comment for row in report.items}
    return [_topic(report, topic, options, comments) for topic in report.page.topics]


def _topic(report: Report, topic: TopicRow, options: Options, comments: dict[str, str]) -> Values:
    score = topic.score
    cards = cards_of(report, score.key)
    return {
        **topic_line(topic),
        "doubt": score.doubt,
        "based": score.basis,
        "missing": score.missing,
        "team": team_sentence(topic.team),
        "cards": [card_lines(card) for card in cards],
        "holds_down": answer_lines(topic.holds_down, comments),
        "others": answer_lines(topic.others, comments),
        **options.of(score.key),
    }


def cards_of(report: Report, domain: str) -> list[CardRow]:
    """Give what asks for attention on a topic."""
    rows = (*report.page.first, *report.page.rest)
    return [row for card, row in zip(report.reading.cards, rows, strict=True) if card.domain == domain]


def card_lines(card: CardRow) -> Values:
    """Give what is said of something that asks for attention."""
    return {
        "level": card.level,
        "words": card.level_words,
        "said": f"Because {card.said}." if card.said else "",
        "flags": [{"title": flag.title, "sentence": flag.sentence} for flag in card.flags],
    }


def team_sentence(row: TeamRow | None) -> str:
    """Say what the team says of a topic, as the result page does; empty where it is not asked about it."""
    if row is None:
        return ""
    talk = row.talk
    missing = f" ({talk.missing})" if talk and talk.missing else ""
    if row.mark is None:
        return f"{talk.doubt if talk else 'Not shown'}{missing}."
    said = f"{row.mark.of_100} {row.mark.words and f'“{row.mark.words}”'}".strip()
    beside = ""
    if row.released and talk:
        view = f"{talk.mark.figure}, {talk.mark.basis}" if talk.mark else "not enough agreed for a figure"
        beside = f"; in the team talk {view}"
    return f"{said}, {row.mark.basis}{beside}{missing}."


class Options:
    """The options of a report; remembers which have stood in full."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._answers = {row.key: row.answer for row in report.items}
        self._under: dict[str, str] = {}

    def of(self, domain: str) -> Values:
        """Give the options for a topic and for what asks for attention on it, and those that stood in full before."""
        found = list(self._offers(domain))
        title = self._report.reading.instrument.domain[domain].title
        here = [offer for offer in found if offer.key not in self._under]
        elsewhere = [[self._option(offer).title, self._under[offer.key]] for offer in found if offer.key in self._under]
        self._under.update((offer.key, title) for offer in here)
        return {"options": [self._in_full(offer) for offer in here], "elsewhere": elsewhere}

    def _offers(self, domain: str) -> Iterable[Offer]:
        reading = self._report.reading
        of_cards = [offer for card in reading.cards if card.domain == domain for offer in offers_of(reading, card)]
        of_topic = [offer for offer in reading.offers if offer.for_ == domain]
        found: dict[str, Offer] = {}
        for offer in (*of_cards, *of_topic):
            found.setdefault(offer.key, offer)
        return found.values()

    def _option(self, offer: Offer) -> Option:
        return self._report.reading.guidance.option[offer.key]

    def _in_full(self, offer: Offer) -> Values:
        option = self._option(offer)
        grounds = grounds_of(option, self._report.reading.instrument)
        names = ", ".join(name for _, name in grounds.sources)
        joined = "; see also " if grounds.judgement else ": "
        return {
            "title": option.title,
            "because": because([self._answers[key] for key in offer.items]),
            "why": option.why,
            "steps": list(option.steps),
            "who": option.who,
            "effort": EFFORTS[option.effort],
            "kind": KINDS[offer.kind],
            "basis": f"{grounds.words}{joined + names if names else ''}",
            "not_when": option.not_when,
        }
