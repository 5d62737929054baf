"""What the public pages show beyond plain words: a sample result, a worked example, the evidence by topic.

All of it comes from the questionnaire's files and the scoring itself, so that the pages cannot say anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from assessments.results.words import BANDS, LEVELS, figure
from readiness.guidance.cards import merge, words
from readiness.guidance.flags import raise_flags
from readiness.guidance.loading import load as load_guidance
from readiness.instrument.definition import (
    Context,
    Determinant,
    Form,
    Instrument,
    Item,
    Route,
    Stage,
)
from readiness.instrument.loading import load
from readiness.instrument.words import STATUSES, answer_words, seen_in_words, source_name
from readiness.scoring import example
from readiness.scoring.change import steps_needed
from readiness.scoring.compare import shared_items
from readiness.scoring.score import MIN_VALID, ScaleScore, score

SAMPLE_LOW: Final[Mapping[str, int]] = {
    "gp-referral": 1,
    "self-referral": 2,
    "gp-knowledge": 2,
    "intake": 3,
    "long-term-funding": 2,
    "permanent-plan": 2,
    "scale-up": 2,
    "workload": 3,
    "time-norm": 2,
    "gp-acceptance": 2,
    "visibility": 3,
    "reimbursement": 4,
    "costs-known": 3,
    "outcome-data": 3,
    "team-promotion": 3,
    "record-system": 2,
    "stakeholders": 3,
    "written-communication": 3,
    "standard-option": 3,
}
"""What the invented clinic of the start page answered where it is not 4 or 5."""
SAMPLE_CONTEXT: Final = Context(stage=Stage.PILOT, routes=frozenset({Route.GP, Route.SELF}))
SAMPLE_HIGH: Final = frozenset({"management-support", "team-support", "training", "usability", "content-quality"})

WORKED_DOMAIN: Final = "intake"
"""The topic of the worked example that the page on scoring shows."""


@dataclass(frozen=True)
class Topic:
    """A topic's score as the sample shows it; `percent` is 0-100, rounded half up."""

    title: str
    percent: int
    band: str
    word: str


@dataclass(frozen=True)
class Card:
    """What needs a decision, and the answers behind it as (question, answer in words)."""

    title: str
    sentence: str
    level_word: str
    because: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sample:
    """The start page's picture of a result: one card and the topics, weakest first."""

    card: Card
    topics: tuple[Topic, ...]


@dataclass(frozen=True)
class Step:
    """One row of the worked example; `points` is 0-100, None where the answer is not on the scale."""

    question: str
    answer: str
    points: int | None


@dataclass(frozen=True)
class WorkedExample:
    """A topic scored step by step."""

    title: str
    steps: tuple[Step, ...]
    total: int
    n_valid: int
    n_items: int
    topic: Topic


@dataclass(frozen=True)
class Factor:
    """A factor behind one or more questions, with its sources as (key, short name, status in words)."""

    name: str
    why: str
    sources: tuple[tuple[str, str, str], ...]
    seen_in: str


@dataclass(frozen=True)
class FactorGroup:
    """The factors of one topic."""

    title: str
    factors: tuple[Factor, ...]


@cache
def sample() -> Sample:
    """Score the invented clinic of the start page with the real rules."""
    instrument = load()
    guidance = load_guidance(instrument)
    answers = {item.key: _sample_answer(item.key) for item in instrument.items_of(Form.MANAGER)}
    scorecard = score(instrument, Form.MANAGER, answers, SAMPLE_CONTEXT)
    first = merge(raise_flags(instrument, answers, scorecard, SAMPLE_CONTEXT))[0]
    text = words(guidance, instrument, first.flags[0], answers, SAMPLE_CONTEXT)
    topics = sorted((_topic(instrument, scale) for scale in scorecard.domains), key=lambda topic: topic.percent)
    because = tuple(
        (instrument.item[key].short, answer_words(instrument, key, answers[key], SAMPLE_CONTEXT.stage))
        for key in first.items
    )
    return Sample(Card(text.title, text.sentence, LEVELS[first.level], because), tuple(topics))


def _sample_answer(key: str) -> int:
    return SAMPLE_LOW.get(key, 5 if key in SAMPLE_HIGH else 4)


def _topic(instrument: Instrument, scale: ScaleScore) -> Topic:
    if scale.score is None or scale.band is None:
        raise ValueError(f"{scale.key}: an example needs a score")
    title = instrument.domain[str(scale.key)].title
    return Topic(title, int(figure(scale.score)), scale.band.value, BANDS[scale.band])


@cache
def shared_topics() -> tuple[str, ...]:
    """Name the topics whose questions for therapists are all asked of the clinic as well."""
    instrument = load()
    return tuple(domain.title for domain in instrument.domains if shared_items(instrument, domain.key))


@cache
def worked_example() -> WorkedExample:
    """Score one topic with the real rules and show each step."""
    instrument = load()
    scale = score(instrument, Form.MANAGER, example.ANSWERS, example.CONTEXT).domain(WORKED_DOMAIN)
    steps = tuple(_step(instrument, item) for item in instrument.items_of(Form.MANAGER, WORKED_DOMAIN))
    return WorkedExample(
        title=instrument.domain[WORKED_DOMAIN].title,
        steps=steps,
        total=sum(step.points for step in steps if step.points is not None),
        n_valid=scale.n_valid,
        n_items=scale.n_items,
        topic=_topic(instrument, scale),
    )


def _step(instrument: Instrument, item: Item) -> Step:
    answer = example.ANSWERS[item.key]
    points = instrument.scale[item.scale].value(answer) if isinstance(answer, int) else None
    return Step(
        question=item.wording[Form.MANAGER],
        answer=answer_words(instrument, item.key, answer, example.CONTEXT.stage),
        points=None if points is None else int(figure(points)),
    )


@cache
def points() -> tuple[tuple[str, int], ...]:
    """Give the words of the scale with what each counts, 0-100."""
    scale = load().scale["true-now"]
    return tuple((scale.labels[step], int(figure(scale.value(step)))) for step in scale.steps)


@cache
def change_steps() -> tuple[tuple[int, int], ...]:
    """Give, for every number of answers a topic's score can rest on, the steps that count as a change."""
    instrument = load()
    most = max(len(instrument.items_of(Form.MANAGER, domain.key)) for domain in instrument.domains)
    return tuple((n_answers, steps_needed(n_answers)) for n_answers in range(MIN_VALID, most + 1))


@cache
def factor_groups() -> tuple[FactorGroup, ...]:
    """Give the factors that a question asks about, each once, under the first topic that asks."""
    instrument = load()
    groups: dict[str, dict[str, Factor]] = {domain.key: {} for domain in instrument.domains}
    placed: set[str] = set()
    for item in instrument.items:
        if item.determinant not in placed:
            placed.add(item.determinant)
            determinant = instrument.determinant[item.determinant]
            groups[item.domain][item.determinant] = _factor(instrument, determinant)
    return tuple(
        FactorGroup(instrument.domain[key].title, tuple(group.values())) for key, group in groups.items() if group
    )


@cache
def factors_not_asked() -> tuple[Factor, ...]:
    """Give the factors that are known but that no question asks about by itself."""
    instrument = load()
    asked = {item.determinant for item in instrument.items}
    return tuple(_factor(instrument, d) for d in instrument.determinants if d.key not in asked)


def _factor(instrument: Instrument, determinant: Determinant) -> Factor:
    sources = tuple(
        (entry.source, source_name(instrument.source[entry.source]), STATUSES[entry.status].capitalize())
        for entry in determinant.sources
    )
    return Factor(determinant.name, determinant.why, sources, seen_in_words(determinant))
