"""How the therapists' form is cut into short pages: a topic each, a long topic in two."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from readiness.instrument.definition import CONFIDENCE, Form
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from readiness.instrument.definition import Domain, Instrument, Item

ITEMS_MAX: Final = 5
"""How many questions a page asks at most."""


@dataclass(frozen=True)
class Page:
    """A page of the therapists' form; numbers begin at 1."""

    number: int
    domain: Domain
    items: tuple[Item, ...]

    @property
    def is_confidence(self) -> bool:
        """Whether it asks how sure the therapist feels, instead of how true a sentence is."""
        return self.domain.key == CONFIDENCE


def pages_of(instrument: Instrument) -> tuple[Page, ...]:
    """Give the pages of the therapists' form in order."""
    return _pages(instrument.key, instrument.version)


@lru_cache(maxsize=20)
def _pages(key: str, version: int) -> tuple[Page, ...]:
    instrument = load(key, version)
    parts = [
        (domain, part)
        for domain in instrument.domains_of(Form.THERAPIST)
        for part in _parts(instrument.items_of(Form.THERAPIST, domain.key))
    ]
    return tuple(Page(number, domain, items) for number, (domain, items) in enumerate(parts, start=1))


def _parts(items: tuple[Item, ...]) -> list[tuple[Item, ...]]:
    """Cut into the fewest parts of nearly the same length."""
    n_parts = -(-len(items) // ITEMS_MAX)
    length = -(-len(items) // n_parts)
    return [items[start : start + length] for start in range(0, len(items), length)]
