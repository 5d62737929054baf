"""The sheets of flags, options, stated figures and other views: what the result page says, a line for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.reports.sheets.sheet import Column, Look, Sheet
from assessments.results import words
from assessments.results.team_rows import topic_title
from readiness.guidance.words import flag_name, grounds_of
from readiness.instrument.definition import NonAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assessments.reports.report import Report
    from assessments.results.rows import AnswerRow, CardRow, FactRow, FlagRow, ScoreRow
    from readiness.guidance.definition import Option
    from readiness.guidance.flags import Flag
    from readiness.guidance.options import Offer
    from readiness.guidance.words import Grounds
    from readiness.instrument.definition import Fact
    from readiness.scoring.score import ScaleScore


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A flag on its card."""

    card: CardRow
    said: FlagRow
    flag: Flag

    @property
    def because(self) -> str:
        """What raised it, as its card says."""
        return "\n".join(filter(None, [self.card.said, *answers(self.card.because)]))


FLAGS: Final[tuple[Column[FlagLine], ...]] = (
    Column(
        "Place",
        "The place of its card on the page: what comes first, safety before all.",
        7,
        lambda line: line.card.number,
        Look.COUNT,
    ),
    Column("Level", "What it asks for.", 17, lambda line: words.LEVELS[line.flag.level], Look.WORD),
    Column("Flag", "What is to be looked at.", 34, lambda line: line.said.title),
    Column("Topic", "The topic that it is about.", 22, lambda line: line.card.topic),
    Column("In words", "What it means.", 56, lambda line: line.said.sentence),
    Column("Because", "The answers behind it, or what the team says.", 46, lambda line: line.because),
    Column("Sources", "The publications behind it.", 24, lambda line: named(line.said.sources)),
    Column("Key", "The flag’s key.", 24, lambda line: line.flag.key, Look.CODE),
    Column("Level key", "The level as a code.", 9, lambda line: line.flag.level.value, Look.CODE),
    Column("Topic key", "The topic’s key.", 14, lambda line: line.flag.domain, Look.CODE),
)


def flags_sheet(report: Report) -> Sheet[FlagLine]:
    """Give the flags, card by card."""
    return Sheet(
        "Flags", "Something that needs a decision or a look, in the order of the page.", FLAGS, _flags(report), 3, 7
    )


def _flags(report: Report) -> tuple[FlagLine, ...]:
    rows = (*report.page.first, *report.page.rest)
    return tuple(
        FlagLine(row, said, flag)
        for card, row in zip(report.reading.cards, rows, strict=True)
        for flag, said in zip(card.flags, row.flags, strict=True)
    )


@dataclass(frozen=True, slots=True)
class OptionLine:
    """An option, and for what it is offered."""

    for_: str
    offer: Offer
    option: Option
    grounds: Grounds


OPTIONS: Final[tuple[Column[OptionLine], ...]] = (
    Column("For", "The flag, or the topic, for which it is offered.", 26, lambda line: line.for_),
    Column("Option", "Something that the clinic could do; never an order.", 34, lambda line: line.option.title),
    Column("Why", "Why it may help.", 48, lambda line: line.option.why),
    Column("First steps", "How to begin.", 48, lambda line: "\n".join(line.option.steps)),
    Column("Who acts", "Who would have to act.", 22, lambda line: line.option.who),
    Column("Effort", "What it roughly costs in time and money.", 13, lambda line: words.EFFORTS[line.option.effort]),
    Column("Kind", "What it changes.", 15, lambda line: words.KINDS[line.offer.kind]),
    Column("Not when", "When it does not fit.", 36, lambda line: line.option.not_when),
    Column("Rests on", "How firmly it is founded.", 22, lambda line: line.grounds.words),
    Column("Sources", "The publications behind it.", 24, lambda line: named(line.grounds.sources)),
    Column("Key", "The option’s key.", 22, lambda line: line.offer.key, Look.CODE),
    Column("For key", "The key of the flag or topic.", 22, lambda line: line.offer.for_, Look.CODE),
)


def options_sheet(report: Report) -> Sheet[OptionLine]:
    """Give the options as they were offered when the assessment was finished."""
    reading = report.reading
    titles = _targets(report)
    lines = tuple(
        OptionLine(titles[offer.for_], offer, option, grounds_of(option, reading.instrument))
        for offer in reading.offers
        for option in [reading.guidance.option[offer.key]]
    )
    return Sheet("Options", "An option, once for each flag or topic for which it is offered.", OPTIONS, lines, 2, 8)


def _targets(report: Report) -> dict[str, str]:
    """Name what options are offered for: a flag as its card does, or a topic."""
    instrument, guidance = report.reading.instrument, report.reading.guidance
    short = {key: flag_name(guidance, instrument, key) for key in guidance.flag}
    said = {line.flag.key: line.said.title for line in _flags(report)}
    return {domain.key: topic_title(domain) for domain in instrument.domains} | short | said


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A score of another grouping of the same answers."""

    grouping: str
    score: ScoreRow
    scale: ScaleScore


VIEWS: Final[tuple[Column[ViewLine], ...]] = (
    Column("Grouping", "By what the questions are put together here.", 44, lambda line: line.grouping),
    Column("Title", "The takeaway, or the area of CFIR (2009).", 44, lambda line: line.score.title),
    Column(
        "Score",
        "The score of 100, kept unrounded, shown as a whole number.",
        8,
        lambda line: line.scale.score,
        Look.SCORE,
    ),
    Column("Word", "What the score means in a word.", 11, lambda line: line.score.words, Look.WORD),
    Column("Remark", "What to know before leaning on the score.", 22, lambda line: line.score.doubt),
    Column("Questions", "How many questions it has.", 11, lambda line: line.scale.n_items, Look.COUNT),
    Column("Apply", "How many of them apply to this clinic.", 9, lambda line: line.scale.n_applicable, Look.COUNT),
    Column("On the scale", "How many have an answer on the scale.", 9, lambda line: line.scale.n_valid, Look.COUNT),
    Column("Status", "How much was answered, as a code.", 14, lambda line: line.scale.status.value, Look.CODE),
    Column("Key", "Its key.", 16, lambda line: line.score.key, Look.CODE),
)


def views_sheet(report: Report) -> Sheet[ViewLine]:
    """Give the same answers by takeaways and by the domains of CFIR."""
    page, card = report.page, report.reading.scorecard
    groups = ((page.by_takeaways, page.takeaways, card.takeaways), (page.by_cfir, page.cfir, card.cfir))
    lines = tuple(
        ViewLine(grouping, row.score, scale)
        for grouping, rows, scales in groups
        for row, scale in zip(rows, scales, strict=True)
    )
    return Sheet("Other views", "The same answers put together in another way.", VIEWS, lines, 2, 8)


@dataclass(frozen=True, slots=True)
class FactLine:
    """A figure that the clinic stated beside its ratings."""

    fact: Fact
    topic: str
    said: FactRow
    value: int | NonAnswer


FACTS: Final[tuple[Column[FactLine], ...]] = (
    Column("Topic", "The topic beside which it is asked.", 26, lambda line: line.topic),
    Column("Question", "What was asked.", 60, lambda line: line.fact.text),
    Column("Answer", "The answer as the page says it.", 12, lambda line: line.said.figure),
    Column("Unit", "What the figure counts.", 20, lambda line: line.said.unit),
    Column(
        "Figure",
        "The figure that was stated; never scored.",
        12,
        lambda line: line.value if isinstance(line.value, int) else None,
        Look.COUNT,
    ),
    Column(
        "Missing",
        "Why there is no figure, as a code.",
        14,
        lambda line: line.value.value if isinstance(line.value, NonAnswer) else "",
        Look.CODE,
    ),
    Column("Key", "The question’s key.", 22, lambda line: line.fact.key, Look.CODE),
)


def facts_sheet(report: Report) -> Sheet[FactLine]:
    """Give the figures that were stated."""
    instrument = report.reading.instrument
    lines = tuple(
        FactLine(fact, instrument.domain[fact.domain].title, said, value)
        for (key, value), said in zip(report.reading.facts.items(), report.page.facts, strict=True)
        for fact in [instrument.fact[key]]
    )
    about = "A figure that the clinic stated beside its ratings."
    return Sheet("Stated figures", about, FACTS, lines, n_printed=4)


def answers(rows: Iterable[AnswerRow]) -> Iterator[str]:
    """Say each answer in a line."""
    return (f"{row.short}: {row.words}" for row in rows)


def named(sources: Iterable[tuple[str, str]]) -> str:
    """Name sources in a line."""
    return "; ".join(name for _, name in sources)
