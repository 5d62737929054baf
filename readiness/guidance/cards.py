"""How flags are told to people: one card for each cause, with its words, the pressing ones first.

Flags keep their keys in the data; cards exist on pages only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from readiness.guidance.answers import is_low, kind_of
from readiness.guidance.definition import TOPIC, Guidance, Variant
from readiness.guidance.flags import Flag, Level
from readiness.instrument.definition import Answer, Context, Form, Instrument, Stage
from readiness.scoring.compare import Higher, TeamFigure, gap_of
from readiness.scoring.score import RawAnswers, answers_in_context

SAME_CAUSE: Final = {"low-gp-referral": "low-patient-inflow"}
"""Flags that share a card with another flag when both are raised."""

FIRST: Final = 3
"""How many cards stand under "Start with these three": safety, then red, then the lowest answers."""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to decide or look at, standing for one or more flags.

    `key` and `domain` are those of the flag that names the card. `flags` begin with the most pressing one, whose words
    come first, and among equals with the naming one; `level` is that of the first. `items` are all causing items of
    the naming flag, then of the others, without repeats.
    """

    key: str
    level: Level
    domain: str
    flags: tuple[Flag, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlagWords:
    """A flag in words: a title, a sentence and the keys of the instrument's sources behind it."""

    title: str
    sentence: str
    sources: tuple[str, ...]


def merge(flags: Sequence[Flag]) -> tuple[Card, ...]:
    """Give one card per cause, in the order of the flags; a card stands where its first flag stood."""
    raised = {flag.key for flag in flags}
    groups: dict[tuple[str, str], list[Flag]] = {}
    for flag in flags:
        key = SAME_CAUSE.get(flag.key, flag.key)
        groups.setdefault((key if key in raised else flag.key, flag.domain), []).append(flag)
    return tuple(_card(key, group) for (key, _), group in groups.items())


def words(
    guidance: Guidance,
    instrument: Instrument,
    flag: Flag,
    answers: RawAnswers,
    context: Context | None = None,
    team: Mapping[str, TeamFigure] | None = None,
) -> FlagWords:
    """Put a flag into words: before the first patient, in its particular case, or else by its level.

    `team` are the figures with which the flags were raised; with them a role gap says who rates the topic higher.

    Raises:
        AnswerError: as `score`.
        KeyError: the guidance has no such flag.
    """
    text = guidance.flag[flag.key]
    context = context or Context()
    given = answers_in_context(instrument, Form.MANAGER, answers, context)
    figure = (team or {}).get(flag.domain)
    gap = gap_of(instrument, figure, given, context) if figure else None
    higher = gap.higher if gap else None
    title, sentence = text.title, text.red if flag.level is Level.RED else text.amber
    if text.preparing and context.stage is Stage.PREPARING and all(instrument.item[key].live for key in flag.items):
        title, sentence = text.preparing.title, text.preparing.sentence
    elif variant := next((v for v in text.variants if _fits(v, flag, given, higher)), None):
        title, sentence = variant.title or title, variant.sentence
    topic = instrument.domain[flag.domain].title
    return FlagWords(title.replace(TOPIC, topic), sentence.replace(TOPIC, topic), text.sources)


def _card(key: str, group: Iterable[Flag]) -> Card:
    naming, *others = sorted(group, key=lambda flag: flag.key != key)
    items = dict.fromkeys(item for flag in (naming, *others) for item in flag.items)
    flags = tuple(sorted((naming, *others), key=lambda flag: flag.level is not Level.RED))
    return Card(key, flags[0].level, naming.domain, flags, tuple(items))


def _fits(variant: Variant, flag: Flag, given: Mapping[str, Answer], higher: Higher | None) -> bool:
    causes = [given[key] for key in flag.items]
    kinds = {"low": all(is_low(a) for a in causes), "unknown": not any(isinstance(a, int) for a in causes), None: True}
    return (
        (not variant.items or variant.items == set(flag.items))
        and variant.level in (None, flag.level)
        and variant.higher in (None, higher)
        and kinds[variant.answers]
        and all(kind_of(given[key]) in kinds_given for key, kinds_given in variant.given.items())
    )
