"""What several clinics have in common, in a sentence, and which options meet more than one of their causes.

Reads how many clinics have which flag, never their answers: it does not know which clinic has which, nor which routes
are closed where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from readiness.guidance.cards import SAME_CAUSE
from readiness.guidance.definition import TOPIC, Guidance
from readiness.guidance.flags import PER_TOPIC, WEAK_DOMAIN
from readiness.guidance.options import serves
from readiness.instrument.definition import Instrument, Route

SEVERAL: Final = 2
"""How many causes an option meets at least to come first."""
MAX_IN_COMMON: Final = 5
"""How many options are told: enough for one meeting."""
ALL_FROM: Final = 3
"""How many clinics there are at least where "all" is said of them."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A flag and how many clinics have it, `n_red` of them at red; `domain` is read only where it is per topic."""

    key: str
    domain: str
    n_clinics: int
    n_red: int

    @property
    def target(self) -> tuple[str, str]:
        """What options are for: a weak topic, or a flag whatever its topics; flags that share a card are one."""
        return SAME_CAUSE.get(self.key, self.key), self.domain if self.key == WEAK_DOMAIN else ""


@dataclass(frozen=True, slots=True)
class Shared:
    """An option for several clinics, with the causes it meets: those of most clinics first.

    `routes` are those that must all be open in a clinic for the option to fit there; none for most.
    """

    key: str
    routes: frozenset[Route]
    causes: tuple[Cause, ...]

    @property
    def n_clinics_of(self) -> Mapping[tuple[str, str], int]:
        """Clinics by target, each with those of its most common cause: nobody knows how far its causes overlap."""
        return {cause.target: cause.n_clinics for cause in reversed(self.causes)}  # the largest is written last


def in_common_sentence(guidance: Guidance, instrument: Instrument, cause: Cause, n_of: int) -> str:
    """Say how many of `n_of` clinics have a flag: "14 of 20 clinics ...", "All 20 clinics ...", "1 of 20 clinics ...".

    Raises:
        KeyError: the guidance has no such flag, or the flag is raised per topic and the instrument has no such topic.
        ValueError: not between one clinic and all of them.
    """
    if not 1 <= cause.n_clinics <= n_of:
        raise ValueError(f"{cause.n_clinics} of {n_of}: give at least one clinic and at most all")
    text = guidance.flag[cause.key]
    phrase = text.in_common_one if cause.n_clinics == 1 else text.in_common
    if cause.key in PER_TOPIC:
        phrase = phrase.replace(TOPIC, instrument.domain[cause.domain].title)
    return f"{_so_many(cause.n_clinics, n_of)} {phrase}."


def options_in_common(guidance: Guidance, causes: Sequence[Cause]) -> tuple[Shared, ...]:
    """Give up to five options: first those that meet two or more causes, then one for each common cause not met yet.

    An option counts the clinics of each cause that it meets, so that a clinic with two of them counts twice; then come
    the options that meet more causes, then the order of the guidance. Flags that share a card, and different views on
    several topics, are one cause. Beside every option that trains stands one that changes money, time, roles, pathways
    or systems and meets one of the same causes, if need be only that one; where there is none, the training is left
    out. The room left goes to the causes of most clinics that nothing meets yet, each with the first of its options
    in the guidance that changes more than training. The order of `causes` changes nothing.

    Raises:
        KeyError: the guidance has no such flag.

    Source: docs/scoring.md, "Several clinics".
    """
    options = sorted(_options(guidance, causes), key=_by_clinics)
    chosen: dict[Shared, None] = {}
    for option in options:
        if len(option.n_clinics_of) < SEVERAL:
            break
        beside = next((one for one in (option, *chosen, *options) if _is_beside(guidance, option, one)), None)
        if beside and len(more := chosen | dict.fromkeys((option, beside))) <= MAX_IN_COMMON:
            chosen = more
    chosen |= dict.fromkeys(_for_the_rest(guidance, options, chosen))
    return tuple(option for option in options if option in chosen)


def _for_the_rest(guidance: Guidance, options: Sequence[Shared], chosen: Iterable[Shared]) -> Iterator[Shared]:
    """Give one option for each cause that none of the chosen meets, as long as there is room."""
    met = {target for option in chosen for target in option.n_clinics_of}
    room = MAX_IN_COMMON - len(list(chosen))
    for option in options:
        if room and not met & option.n_clinics_of.keys() and guidance.option[option.key].kind.is_structural:
            met |= option.n_clinics_of.keys()
            room -= 1
            yield option


def _so_many(n_clinics: int, n_of: int) -> str:
    clinics = "clinic" if n_of == 1 else "clinics"
    if n_clinics == n_of >= ALL_FROM:
        return f"All {n_of:,} {clinics}"
    return f"{n_clinics:,} of {n_of:,} {clinics}"


def _options(guidance: Guidance, causes: Iterable[Cause]) -> Iterator[Shared]:
    place = {flag.key: place for place, flag in enumerate(guidance.flags)}
    ordered = sorted(causes, key=lambda cause: (-cause.n_clinics, -cause.n_red, place[cause.key], cause.domain))
    for option in guidance.options:
        met = tuple(cause for cause in ordered if serves(option, cause.key, cause.domain))
        if met:
            yield Shared(option.key, option.routes, met)


def _by_clinics(option: Shared) -> tuple[bool, int, int]:
    """Order options: those for several causes, then by clinics, then by causes."""
    n_clinics_of = option.n_clinics_of
    return len(n_clinics_of) < SEVERAL, -sum(n_clinics_of.values()), -len(n_clinics_of)


def _is_beside(guidance: Guidance, option: Shared, other: Shared) -> bool:
    """Whether the other option changes more than training, and meets one of the same causes."""
    return guidance.option[other.key].kind.is_structural and bool(option.n_clinics_of.keys() & other.n_clinics_of)
