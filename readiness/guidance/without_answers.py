"""How flags are ordered, and which options fit them, for somebody who is shown flags and scores but no answers.

Reads keys, levels and topics of flags alone: whatever answers raised them, the outcome is the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from readiness.guidance.definition import MAX_OPTIONS, Guidance, Option
from readiness.guidance.flags import Flag, Level, flag_keys
from readiness.guidance.options import serves
from readiness.instrument.definition import Instrument


def in_plain_order(instrument: Instrument, flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Give flags in an order that tells nothing of the answers: safety, then red, then by flag, then by topic.

    Raises:
        KeyError: the instrument has no such flag or topic.

    Source: docs/scoring.md, "Without the answers".
    """
    safety = {f"critical-{item.key}" for item in instrument.items if item.safety}
    place = {key: place for place, key in enumerate(flag_keys(instrument))}
    topic = {key: place for place, key in enumerate(instrument.domain)}

    def rank(flag: Flag) -> tuple[bool, bool, int, int]:
        return flag.key not in safety, flag.level is not Level.RED, place[flag.key], topic[flag.domain]

    return tuple(sorted(flags, key=rank))


def fitting(guidance: Guidance, flag: str, domain: str = "") -> tuple[Option, ...]:
    """Give up to four options for a flag, or for a low topic as for `weak-domain`, in the order of the guidance.

    One of them changes money, time, roles, pathways or systems. Which routes are open is not known here: what needs one
    has it in `routes`.

    Source: docs/scoring.md, "Without the answers".
    """
    candidates = [option for option in guidance.options if serves(option, flag, domain)]
    first = candidates[:MAX_OPTIONS]
    if any(option.kind.is_structural for option in first):
        return tuple(first)
    structural = [option for option in candidates if option.kind.is_structural]
    return (*first[: MAX_OPTIONS - 1], *structural[:1])
