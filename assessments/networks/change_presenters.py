"""What the page of change shows of each clinic: figures before and after, and what the rule of change says of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from assessments.networks.doors import shown_name
from assessments.networks.filters import Choice
from assessments.results import words
from readiness.instrument.definition import Form
from readiness.scoring.change import STEP, Change, change, difference, steps_needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from assessments.networks.change import Pair
    from assessments.networks.models import NetworkClinic
    from assessments.networks.selection import Selection
    from readiness.instrument.definition import Domain, Instrument
    from readiness.scoring.score import ScaleScore

BY_NAME: Final = "name"
NO_REMARKS: Final[Mapping[UUID, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ChangeHead:
    """The head of a column, whose link changes the order; `order` is "ascending", "descending" or empty."""

    title: str
    url: str
    order: str


@dataclass(frozen=True, slots=True)
class ChangeCell:
    """A topic before and after; `difference` is signed, and empty where the two cannot be compared.

    `basis` says on how many answers the two stand: a question left blank moves a figure too.
    """

    key: str
    title: str
    before: str
    after: str
    difference: str
    exact: str
    verdict: Change
    said: str
    basis: str
    doubt: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A clinic with two assessments."""

    pk: UUID
    name: str
    before_on: date | None
    after_on: date | None
    cells: tuple[ChangeCell, ...]


@dataclass(frozen=True, slots=True)
class NotCompared:
    """Clinics without such a pair, for one reason: how many, the first of them, and how many more there are.

    `named` has of each clinic its number, its name, and what else to know of it, if anything.
    """

    key: str
    reason: str
    n_clinics: int
    named: tuple[tuple[UUID, str, str], ...]

    @property
    def n_more(self) -> int:
        """How many are not named."""
        return self.n_clinics - len(self.named)


def caution(instrument: Instrument) -> str:
    """Say what it takes for a topic to be called higher or lower, from the questionnaire itself."""
    sizes = Counter(len(instrument.items_of(Form.MANAGER, d.key)) for d in instrument.domains_of(Form.MANAGER))
    first, *others = sorted(sizes, key=lambda n: (-sizes[n], -n))
    parts = [f"{_points(first)} points on {words.number(first)} questions"]
    parts += [f"{_points(n_items)} on {words.number(n_items)}" for n_items in sorted(others, reverse=True)]
    return (
        "“Higher” and “lower” stand only where two assessments of a topic differ by more than answering twice may do "
        f"with nothing changed: at least {words.joined(parts)}. Of a topic, one step on one question is never news."
    )


def _points(n_items: int) -> str:
    points = steps_needed(n_items) * STEP / n_items
    return words.figure(points) if points.is_integer() else f"about {words.figure(points)}"


def change_heads(selection: Selection, instrument: Instrument) -> tuple[ChangeHead, ...]:
    """Lay out the heads. A topic is first put in order from the largest rise down, names from A on."""
    columns = [(BY_NAME, "Clinic"), *((d.key, d.title) for d in instrument.domains_of(Form.MANAGER))]
    return tuple(_head(selection, key, title) for key, title in columns)


def _head(selection: Selection, key: str, title: str) -> ChangeHead:
    if key != selection.sort:
        return ChangeHead(title, selection.but(sort=key, is_descending=key != BY_NAME).query(), "")
    order = "descending" if selection.is_descending else "ascending"
    return ChangeHead(title, selection.but(is_descending=not selection.is_descending).query(), order)


def change_orders(selection: Selection, instrument: Instrument, *, is_aliased: bool) -> tuple[Choice, ...]:
    """Give the orders for the form above the page."""
    chosen = f"-{selection.sort}" if selection.is_descending else selection.sort
    name = "Number" if is_aliased else "Name"
    titles = {BY_NAME: name, f"-{BY_NAME}": f"{name}, from the end"}
    for domain in instrument.domains_of(Form.MANAGER):
        titles |= {
            f"-{domain.key}": f"{domain.title}, risen most first",
            domain.key: f"{domain.title}, fallen most first",
        }
    return tuple(Choice(value, title, value == chosen) for value, title in titles.items())


def change_rows(pairs: Iterable[Pair], instrument: Instrument, *, is_aliased: bool) -> tuple[ChangeRow, ...]:
    """Lay out the clinics of a page."""
    return tuple(
        ChangeRow(
            pk=pair.place.clinic_id,
            name=shown_name(pair.place, is_aliased),
            before_on=pair.before.closed_on,
            after_on=pair.after.closed_on,
            cells=change_cells(pair, instrument),
        )
        for pair in pairs
    )


def change_cells(pair: Pair, instrument: Instrument) -> tuple[ChangeCell, ...]:
    """Lay out the topics of a clinic before and after, in the order of the form."""
    return tuple(_cell(domain, pair.scores_before, pair.scores_after) for domain in instrument.domains_of(Form.MANAGER))


def _cell(domain: Domain, before: Mapping[str, ScaleScore], after: Mapping[str, ScaleScore]) -> ChangeCell:
    first, second = before.get(domain.key), after.get(domain.key)
    points, verdict = difference(first, second), change(first, second)
    is_doubtful = any(scale and scale.score is not None and words.doubt_words(scale) for scale in (first, second))
    return ChangeCell(
        key=domain.key,
        title=domain.title,
        before=words.figure(first.score if first else None),
        after=words.figure(second.score if second else None),
        difference="" if points is None else words.signed(points),
        exact="" if points is None else repr(points),
        verdict=verdict,
        said=words.CHANGES[verdict],
        basis=_basis(first, second),
        doubt="few answers" if is_doubtful else "",
    )


def _basis(before: ScaleScore | None, after: ScaleScore | None) -> str:
    """Say on how many questions the two figures stand; empty where a topic was not asked."""
    if before is None or after is None:
        return ""
    first = "" if before.n_valid == after.n_valid else f"{before.n_valid}, then "
    return f"{first}{after.n_valid} of {after.n_items} answered"


def not_compared(
    key: str,
    reasons: tuple[str, str],
    n_clinics: int,
    places: Iterable[NetworkClinic],
    *,
    is_aliased: bool,
    remarks: Mapping[UUID, str] = NO_REMARKS,
) -> NotCompared:
    """Name clinics without a pair, with the reason for one or for several, and with the remark on a clinic."""
    named = ((place.clinic_id, shown_name(place, is_aliased), remarks.get(place.clinic_id, "")) for place in places)
    return NotCompared(key, reasons[n_clinics != 1], n_clinics, tuple(named))
