"""The names of flags, and the words for what an option or a tip rests on: the same on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from readiness.guidance.definition import TOPIC, Basis, Guidance, Option, Tip
from readiness.instrument.words import source_name

if TYPE_CHECKING:
    from readiness.instrument.definition import Instrument

BASES: Final = {
    Basis.RECOMMENDED: "Recommended by a study",
    Basis.IMPLIED: "Follows from what staff found helpful",
    Basis.WIDER: "From the wider literature",
    Basis.JUDGEMENT: "Our own judgement",
}
SUMMARY: Final = "folker-2018-summary"
OWN_JUDGEMENT: Final = "own-judgement"


def flag_name(guidance: Guidance, instrument: Instrument, key: str, domain: str = "") -> str:
    """Name a flag for lists by what may be missing, true at either level; on one topic, where it is raised per topic.

    Without a domain a flag that is raised per topic is named on whichever; for other flags the domain changes nothing.

    Raises:
        KeyError: the guidance has no such flag, or the instrument no such topic.
    """
    text = guidance.flag[key]
    if not (domain and text.short_of_topic):
        return text.short
    return text.short_of_topic.replace(TOPIC, instrument.domain[domain].title)


def basis_of(advice: Option | Tip) -> str:
    """Say what an option or a tip rests on; a vendor's summary of a study is not the study."""
    if advice.basis is Basis.RECOMMENDED and set(advice.sources) == {SUMMARY}:
        return "Recommended in a summary of a study"
    return BASES[advice.basis]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an option or a tip rests on, in words, with keys and names of its sources.

    `judgement` is the key of the source that says what our own judgement is, where it rests on that; else empty.
    """

    words: str
    judgement: str
    sources: tuple[tuple[str, str], ...]


def grounds_of(advice: Option | Tip, instrument: Instrument) -> Grounds:
    """Give what an option or a tip rests on, for a page."""
    is_ours = advice.basis is Basis.JUDGEMENT and OWN_JUDGEMENT in advice.sources
    named = [key for key in advice.sources if not (is_ours and key == OWN_JUDGEMENT)]
    return Grounds(
        words=basis_of(advice),
        judgement=OWN_JUDGEMENT if is_ours else "",
        sources=tuple((key, source_name(instrument.source[key])) for key in named),
    )
