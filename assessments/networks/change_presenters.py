"""What the page of change shows: figures before and after, differences in points, and no verdict on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.networks.doors import shown_name
from assessments.results import words
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from assessments.networks.change import Pair
    from assessments.networks.models import NetworkClinic
    from readiness.instrument.definition import Domain, Instrument
    from readiness.scoring.score import ScaleScore

BY_NAME: Final = "name"


@dataclass(frozen=True, slots=True)
class ChangeHead:
    """The head of a column, whose link changes the order; `order` is "ascending", "descending" or empty."""

    title: str
    url: str
    order: str


@dataclass(frozen=True, slots=True)
class ChangeCell:
    """A topic before and after. `difference` is signed and empty where one of both has no score."""

    key: str
    title: str
    before: str
    after: str
    difference: str
    exact: str
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
    """Clinics without such a pair, for one reason: how many, the first of them, and how many more there are."""

    key: str
    reason: str
    n_clinics: int
    named: tuple[tuple[UUID, str], ...]

    @property
    def n_more(self) -> int:
        """How many are not named."""
        return self.n_clinics - len(self.named)


def caution(instrument: Instrument) -> str:
    """Say how little it takes to move a topic, from the questionnaire itself."""
    sizes = Counter(len(instrument.items_of(Form.MANAGER, d.key)) for d in instrument.domains_of(Form.MANAGER))
    n_items = max(sizes, key=lambda n: (sizes[n], n))
    scale = instrument.scale[instrument.items_of(Form.MANAGER)[0].scale]
    points = words.figure(100 / (scale.high - scale.low) / n_items)
    return (
        f"One step on one question moves a topic of {words.NUMBERS[n_items]} questions by {points} points; small "
        "differences mean nothing by themselves."
    )


def change_heads(
    instrument: Instrument, sort: str, link: Callable[[str], str], *, is_descending: bool
) -> tuple[ChangeHead, ...]:
    """Lay out the heads. A topic is first put in order from the largest rise down, names from A on."""
    columns = [(BY_NAME, "Clinic"), *((d.key, d.title) for d in instrument.domains_of(Form.MANAGER))]
    return tuple(_head(key, title, sort, link, is_descending=is_descending) for key, title in columns)


def _head(key: str, title: str, sort: str, link: Callable[[str], str], *, is_descending: bool) -> ChangeHead:
    if key != sort:
        return ChangeHead(title, link(key if key == BY_NAME else f"-{key}"), "")
    order = "descending" if is_descending else "ascending"
    return ChangeHead(title, link(key if is_descending else f"-{key}"), order)


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
    scores = (first.score if first else None, second.score if second else None)
    difference = None if scores[0] is None or scores[1] is None else scores[1] - scores[0]
    is_doubtful = any(scale and scale.score is not None and words.doubt_words(scale) for scale in (first, second))
    return ChangeCell(
        key=domain.key,
        title=domain.title,
        before=words.figure(scores[0]),
        after=words.figure(scores[1]),
        difference="" if difference is None else signed(difference),
        exact="" if difference is None else repr(difference),
        doubt="few answers" if is_doubtful else "",
    )


def signed(difference: float) -> str:
    """Give a difference as a whole number with its sign, half rounded away from zero; "0" for none."""
    size = words.figure(abs(difference))
    if size == "0":
        return "0"
    return f"+{size}" if difference > 0 else f"−{size}"


def not_compared(
    key: str, reasons: tuple[str, str], n_clinics: int, places: Iterable[NetworkClinic], *, is_aliased: bool
) -> NotCompared:
    """Name clinics without a pair, with the reason for one or for several."""
    named = tuple((place.clinic_id, shown_name(place, is_aliased)) for place in places)
    return NotCompared(key, reasons[n_clinics != 1], n_clinics, named)
