"""Which options a clinic is offered: 2-4 for every flag and for each of its three lowest topics.

Chosen and ordered by this clinic's own low answers; a closed route is never opened by an option.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from readiness.guidance.answers import is_in_place, is_low, is_middling
from readiness.guidance.definition import MAX_OPTIONS, MIN_OPTIONS, Basis, Guidance, Kind, Option
from readiness.guidance.flags import WEAK_DOMAIN, Flag, open_routes
from readiness.instrument.definition import Answer, Context, Form, Instrument, Item, NonAnswer
from readiness.scoring.bands import IN_PLACE_FROM
from readiness.scoring.score import RawAnswers, ScaleScore, Scorecard, answers_in_context

LOWEST_DOMAINS: Final = 3
UNKNOWN: Final = 4
"""Where "don't know" stands among low answers: after 3."""
NONE_LOW: Final = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """An option offered to this clinic.

    `for_` is the key of a flag, or of a domain for low domains and `weak-domain`. `items` are the low answers (1-3 or
    "don't know") that the option acts on, lowest first: "Because you answered ...".
    """

    key: str
    for_: str
    kind: Kind
    basis: Basis
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Target:
    key: str
    candidates: tuple[Option, ...]
    focus: frozenset[str]  # the items that made it a target


def offer(
    instrument: Instrument,
    guidance: Guidance,
    answers: RawAnswers,
    scorecard: Scorecard,
    context: Context | None,
    flags: Sequence[Flag],
) -> tuple[Offer, ...]:
    """Give 2-4 options for every flag, in the flags' order, then for the three lowest domains under 75.

    An option may be offered for several flags, never twice for the same one, even if that was raised for several
    domains. Beside training stands at least one option that changes money, time, roles, pathways or systems.

    Raises:
        AnswerError: as `score`.

    Source: docs/scoring.md, "Options".
    """
    context = context or Context()
    given = answers_in_context(instrument, Form.MANAGER, answers, context)
    low = _low_answers(instrument, given)
    settled = frozenset(key for key, answer in given.items() if is_in_place(answer))
    routes = open_routes(given, context)
    usable = tuple(option for option in guidance.options if option.routes <= routes)
    return tuple(
        Offer(option.key, target.key, option.kind, option.basis, _acted_on(option, low))
        for target in _targets(instrument, usable, scorecard, flags)
        for option in _chosen(target, low, settled)
    )


def serves(option: Option, flag: str, domain: str = "") -> bool:
    """Say whether an option is one for a flag; for `weak-domain`, whether it is one for the domain."""
    return domain in option.domains if flag == WEAK_DOMAIN else flag in option.flags


def lowest_domains(scorecard: Scorecard) -> tuple[str, ...]:
    """Give up to three domains under 75, lowest first, ties in the order of the questionnaire."""
    return lowest_of(scorecard.domains)


def lowest_of(scales: Iterable[ScaleScore]) -> tuple[str, ...]:
    """Give the same of the domains' scores, in the order of the questionnaire."""
    known = [(scale.score, str(scale.key)) for scale in scales if scale.score is not None]
    under = sorted((pair for pair in known if pair[0] < IN_PLACE_FROM), key=lambda pair: pair[0])
    return tuple(key for _, key in under[:LOWEST_DOMAINS])


def _low_answers(instrument: Instrument, given: Mapping[str, Answer]) -> dict[str, int]:
    """Give the items answered 1-3, "don't know", or "does not apply" where safety is asked, lowest first."""
    low = {key: rank for key, answer in given.items() if (rank := _lowness(instrument.item[key], answer)) < NONE_LOW}
    return dict(sorted(low.items(), key=lambda pair: pair[1]))


def _lowness(item: Item, answer: Answer) -> int:
    if isinstance(answer, int):
        return answer if is_low(answer) or is_middling(answer) else NONE_LOW
    is_unknown = answer is NonAnswer.DONT_KNOW or (item.safety and answer is NonAnswer.NOT_APPLICABLE)
    return UNKNOWN if is_unknown else NONE_LOW


def _acted_on(option: Option, low: Iterable[str]) -> tuple[str, ...]:
    return tuple(key for key in low if key in option.items)


def _targets(
    instrument: Instrument, usable: Sequence[Option], scorecard: Scorecard, flags: Sequence[Flag]
) -> Iterable[_Target]:
    """Give each flag once, with the items of all topics for which it was raised, then the low domains."""
    weak = [flag.domain for flag in flags if flag.key == WEAK_DOMAIN]
    causes: dict[str, set[str]] = {}
    for flag in flags:
        if flag.key != WEAK_DOMAIN:
            causes.setdefault(flag.key, set()).update(flag.items)
    for key, items_of_flag in causes.items():
        yield _Target(key, tuple(o for o in usable if serves(o, key)), frozenset(items_of_flag))
    for domain in dict.fromkeys((*weak, *lowest_domains(scorecard))):
        items = frozenset(item.key for item in instrument.items_of(Form.MANAGER, domain))
        yield _Target(domain, tuple(o for o in usable if serves(o, WEAK_DOMAIN, domain)), items)


def _chosen(target: _Target, low: Mapping[str, int], settled: frozenset[str]) -> Sequence[Option]:
    """Take the options that act on low answers, at least two, at most four, one of them structural.

    An option whose first question is settled steps back: it is taken only where there would be too few.
    """
    ranked = sorted(target.candidates, key=_by_low_answers(target.focus, low, settled))
    n_fitting = sum(bool(_acted_on(option, low)) and option.items[0] not in settled for option in ranked)
    chosen = ranked[: min(max(n_fitting, MIN_OPTIONS), MAX_OPTIONS)]
    if any(option.kind.is_structural for option in chosen):
        return chosen
    return [*chosen[: MAX_OPTIONS - 1], *[option for option in ranked if option.kind.is_structural][:1]]


def _by_low_answers(
    focus: frozenset[str], low: Mapping[str, int], settled: frozenset[str]
) -> Callable[[Option], tuple[bool, int, bool, int, int]]:
    """Order options: by the lowest answer in focus, then those made for such an answer, then those that act on more."""

    def rank(option: Option) -> tuple[bool, int, bool, int, int]:
        main, acted_on = option.items[0], _acted_on(option, low)
        in_focus = [low[key] for key in acted_on if key in focus]
        return (
            not acted_on or main in settled,
            min(in_focus, default=NONE_LOW),
            not (main in low and main in focus),
            -len(in_focus),
            -len(acted_on),
        )

    return rank
