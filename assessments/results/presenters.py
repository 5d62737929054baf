"""What result pages show, in their order. Takes a reading and plain words, never a round, so that a practice run can
be shown in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from assessments.results import words
from assessments.results.rows import (
    AnswerRow,
    CardRow,
    FactRow,
    FlagRow,
    OptionGroup,
    OptionRow,
    SafetyRow,
    ScoreRow,
    TopicRow,
)
from readiness.guidance.cards import FIRST
from readiness.guidance.cards import words as flag_words
from readiness.guidance.flags import WEAK_DOMAIN, Flag, Level
from readiness.guidance.notes import Inquiry, holds_down
from readiness.guidance.options import Offer, lowest_domains
from readiness.instrument.definition import Form, NonAnswer
from readiness.scoring.bands import Band
from readiness.scoring.score import ScaleScore, ScoreStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from assessments.results.reading import Reading
    from readiness.guidance.cards import Card

STRENGTHS_SHOWN: Final = 6


@dataclass(frozen=True)
class Heading:
    """What stands over a result: whose it is, of what, and of when. An address that is empty is not offered."""

    clinic: str
    title: str
    finished_on: date | None = None
    due_on: date | None = None  # the last day for answers
    back_url: str = ""
    check_url: str = ""
    quick_url: str = ""
    result_url: str = ""
    print_url: str = ""
    finish_url: str = ""


@dataclass(frozen=True)
class ResultPage:
    """A whole result, from safety to the other views."""

    heading: Heading
    is_final: bool
    n_asked: int
    n_answered: int
    safety: tuple[SafetyRow, ...]
    first: tuple[CardRow, ...]
    rest: tuple[CardRow, ...]
    summary: str
    topics: tuple[TopicRow, ...]
    option_groups: tuple[OptionGroup, ...]
    inquiries: tuple[Inquiry, ...]
    strong_topics: tuple[ScoreRow, ...]
    strengths: tuple[AnswerRow, ...]
    more_strengths: tuple[AnswerRow, ...]
    facts: tuple[FactRow, ...]
    clashes: tuple[str, ...]
    takeaways: tuple[ScoreRow, ...]
    cfir: tuple[ScoreRow, ...]
    caveats: tuple[str, ...] = words.CAVEATS
    caveats_brief: str = words.CAVEATS_BRIEF

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return not self.n_answered

    @property
    def is_all_good(self) -> bool:
        """Whether nothing that was answered is below In place."""
        has_scores = any(topic.score.exact for topic in self.topics)
        return has_scores and not self.first and not self.option_groups

    @property
    def topic_scores(self) -> tuple[ScoreRow, ...]:
        """The topics without their answers, for the table."""
        return tuple(topic.score for topic in self.topics)

    @property
    def bands(self) -> tuple[str, ...]:
        """The names of the bands, lowest first."""
        return tuple(band.value for band in Band)

    @property
    def n_open(self) -> int:
        """How many questions are not answered."""
        return self.n_asked - self.n_answered


def result_page(reading: Reading, heading: Heading) -> ResultPage:
    """Lay out a whole result."""
    shown = _Shown(reading)
    cards = [shown.card(number, card) for number, card in enumerate(reading.cards, start=1)]
    topics = shown.topics()
    strengths = [shown.answers[key] for key in reading.strengths.items]
    return ResultPage(
        heading=heading,
        is_final=reading.is_frozen,
        n_asked=reading.n_asked,
        n_answered=reading.n_answered,
        safety=shown.safety(),
        first=tuple(cards[:FIRST]),
        rest=tuple(cards[FIRST:]),
        summary=summary([topic.score for topic in topics]),
        topics=topics,
        option_groups=shown.option_groups(),
        inquiries=reading.inquiries,
        strong_topics=tuple(t.score for t in reversed(topics) if t.score.key in reading.strengths.domains),
        strengths=tuple(strengths[:STRENGTHS_SHOWN]),
        more_strengths=tuple(strengths[STRENGTHS_SHOWN:]),
        facts=shown.facts(),
        clashes=tuple(clash.text for clash in reading.clashes),
        takeaways=shown.score_rows(reading.scorecard.takeaways, {t.key: t.title for t in reading.instrument.takeaways}),
        cfir=shown.score_rows(reading.scorecard.cfir, {c.key: c.title for c in reading.instrument.cfir}),
    )


@dataclass(frozen=True)
class FirstLookPage:
    """What the quick start has found: flags at once, no score of a topic."""

    heading: Heading
    n_asked: int
    n_answered: int
    safety: tuple[SafetyRow, ...]
    cards: tuple[CardRow, ...]


def first_look(reading: Reading, heading: Heading) -> FirstLookPage:
    """Lay out what the quick start has found. `reading` knows the quick questions only."""
    shown = _Shown(reading)
    asked = [key for key in reading.answers if reading.instrument.item[key].quick and reading.is_asked(key)]
    cards = (card for card in reading.cards if card.key != WEAK_DOMAIN)
    return FirstLookPage(
        heading=heading,
        n_asked=len(asked),
        n_answered=sum(reading.answers[key] is not None for key in asked),
        safety=shown.safety(),
        cards=tuple(shown.card(number, card) for number, card in enumerate(cards, start=1)),
    )


def summary(rows: list[ScoreRow]) -> str:
    """Say in a sentence or two what the picture of the topics shows; `rows` are weakest first."""
    scored = [row for row in rows if row.exact]
    if not scored:
        return "No topic has enough answers for a score yet."
    counts = [(band, sum(row.band == band.value for row in scored)) for band in Band]
    parts = [f"{words.NUMBERS[n]} “{words.BANDS[band]}”" for band, n in counts if n]
    sentence = f"Of {words.NUMBERS[len(rows)]} topics, {words.joined(parts)}"
    if len(scored) < len(rows):
        sentence += f"; {words.NUMBERS[len(rows) - len(scored)]} without enough answers for a score"
    return f"{sentence}. The lowest is {scored[0].title}, with {scored[0].figure} of 100."


@dataclass
class _Shown:
    """Lays out one page; remembers which options stand on it in full already."""

    reading: Reading
    answers: dict[str, AnswerRow] = field(init=False)
    _options_shown: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        reading = self.reading
        self.answers = {
            key: AnswerRow(
                key=key,
                short=reading.instrument.item[key].short,
                text=reading.instrument.item[key].wording[Form.MANAGER],
                words=words.answer_words(reading.instrument, key, answer, reading.context.stage)
                if reading.is_asked(key)
                else "Not asked: this way is not in use",
                step=answer if isinstance(answer, int) else 0,
                is_critical=reading.instrument.item[key].critical,
            )
            for key, answer in reading.answers.items()
        }

    def score_rows(self, scales: Iterable[ScaleScore], titles: dict[str, str] | dict[int, str]) -> tuple[ScoreRow, ...]:
        return tuple(self._score(scale, titles[scale.key]) for scale in scales)  # type: ignore[index]

    def _score(self, scale: ScaleScore, title: str) -> ScoreRow:
        return ScoreRow(
            key=str(scale.key),
            title=title,
            exact="" if scale.score is None else repr(scale.score),
            figure=words.figure(scale.score),
            status=scale.status.value,
            band=scale.band.value if scale.band else "",
            words=words.band_words(scale),
            basis=words.basis_words(scale),
            missing=words.missing_words(scale, self.reading.context.stage),
            doubt=words.doubt_words(scale),
            is_hatched=scale.status is not ScoreStatus.NOT_SCORED and not scale.is_half_known,
        )

    def topics(self) -> tuple[TopicRow, ...]:
        """Weakest first; topics without a score stand last, in the order of the form."""
        scales = sorted(self.reading.scorecard.domains, key=lambda s: (s.score is None, s.score or 0.0))
        return tuple(self._topic(scale) for scale in scales)

    def _topic(self, scale: ScaleScore) -> TopicRow:
        reading, domain = self.reading, str(scale.key)
        low = holds_down(reading.instrument, reading.answers, domain, reading.context)
        items = reading.instrument.items_of(Form.MANAGER, domain)
        return TopicRow(
            score=self._score(scale, reading.instrument.domain[domain].title),
            holds_down=tuple(self.answers[key] for key in low),
            others=tuple(self.answers[item.key] for item in items if item.key not in low),
        )

    def card(self, number: int, card: Card) -> CardRow:
        reading = self.reading
        targets = {flag.domain if flag.key == WEAK_DOMAIN else flag.key for flag in card.flags}
        offers = {offer.key: offer for offer in reversed(reading.offers) if offer.for_ in targets}
        return CardRow(
            anchor=f"card-{card.key}-{card.domain}" if card.key == WEAK_DOMAIN else f"card-{card.key}",
            number=number,
            level=card.level.value,
            level_words=words.LEVELS[card.level],
            topic=reading.instrument.domain[card.domain].title,
            flags=tuple(self._flag(flag) for flag in card.flags),
            because=tuple(self.answers[key] for key in card.items),
            options=tuple(self._option(offer, set(card.items)) for offer in reversed(offers.values())),
        )

    def _flag(self, flag: Flag) -> FlagRow:
        reading = self.reading
        said = flag_words(reading.guidance, reading.instrument, flag, reading.answers, reading.context)
        return FlagRow(flag.key, flag.level.value, said.title, said.sentence, self._sources(said.sources))

    def _sources(self, keys: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple((key, words.source_name(self.reading.instrument.source[key])) for key in keys)

    def _option(self, offer: Offer, said: set[str]) -> OptionRow:
        """`said` are the answers that stand beside the option already and need not be repeated."""
        is_repeated = offer.key in self._options_shown
        self._options_shown.add(offer.key)
        option = self.reading.guidance.option[offer.key]
        return OptionRow(
            key=offer.key,
            title=option.title,
            why=option.why,
            steps=option.steps,
            who=option.who,
            effort=words.EFFORTS[option.effort],
            kind=words.KINDS[offer.kind],
            basis=words.BASES[offer.basis],
            sources=self._sources(option.sources),
            not_when=option.not_when,
            because=tuple(self.answers[key] for key in offer.items if key not in said),
            is_repeated=is_repeated,
        )

    def option_groups(self) -> tuple[OptionGroup, ...]:
        reading = self.reading
        return tuple(
            OptionGroup(
                key=domain,
                title=reading.instrument.domain[domain].title,
                figure=words.figure(reading.scorecard.domain(domain).score),
                options=tuple(self._option(offer, set()) for offer in reading.offers if offer.for_ == domain),
            )
            for domain in lowest_domains(reading.scorecard)
        )

    def safety(self) -> tuple[SafetyRow, ...]:
        levels = {key: flag.level for flag in self.reading.flags for key in flag.items}
        items = [item.key for item in self.reading.instrument.items_of(Form.MANAGER) if item.safety]
        return tuple(self._safety(key, levels.get(key)) for key in items)

    def _safety(self, key: str, level: Level | None) -> SafetyRow:
        row = self.answers[key]
        if level:
            return SafetyRow(row, "open", words.LEVELS[level])
        return SafetyRow(row, "settled", "In place") if row.step else SafetyRow(row, "blank", "Not answered yet")

    def facts(self) -> tuple[FactRow, ...]:
        beside = {clash.fact: clash.item for clash in self.reading.guidance.clashes}
        return tuple(
            FactRow(
                text=self.reading.instrument.fact[key].text,
                figure="Don’t know" if isinstance(value, NonAnswer) else f"{value:,}",
                unit="" if isinstance(value, NonAnswer) else self.reading.instrument.fact[key].unit,
                beside=self.answers[beside[key]] if key in beside else None,
            )
            for key, value in self.reading.facts.items()
        )


@dataclass(frozen=True)
class FinishPage:
    """What finishing would freeze: how many answers there are, and how many are not on the scale."""

    n_asked: int
    n_on_scale: int
    n_blank: int
    n_dont_know: int


def finish_page(reading: Reading) -> FinishPage:
    """Count what finishing would freeze."""
    asked = [answer for key, answer in reading.answers.items() if reading.is_asked(key)]
    return FinishPage(
        n_asked=len(asked),
        n_on_scale=sum(isinstance(answer, int) for answer in asked),
        n_blank=asked.count(None),
        n_dont_know=asked.count(NonAnswer.DONT_KNOW),
    )
