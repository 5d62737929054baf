"""What the list of clinics can be narrowed to, as a form and as chips that each take one thing back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assessments.clinics.models import Setting
from assessments.networks import words as ours
from assessments.networks.choosing import alias_number
from assessments.networks.selection import MANY_MAX, Need, Selection
from assessments.results.words import BANDS, joined
from readiness.guidance.flags import flag_keys
from readiness.instrument.definition import Form, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from readiness.instrument.definition import Instrument

ORDERS: Final = {
    "name": "Name",
    "-finished": "Finished last, newest first",
    "due": "Open, closing first",
    "-safety": "Safety flags, most pressing first",
    "-flags": "Other flags, most pressing first",
    "stage": "Stage, preparing first",
}
"""Orders that the form offers, beside those by a topic."""
OTHER_ORDERS: Final = {
    "-name": "Name, from the end",
    "finished": "Finished last, oldest first",
    "-due": "Open, closing last",
    "safety": "Safety flags, fewest first",
    "flags": "Other flags, fewest first",
    "-stage": "Stage, running first",
}
"""Orders that only the heads of the columns give; the form names the one in force."""
BY_NUMBER: Final = {"name": "Number", "-name": "Number, from the end"}
"""What the orders by name are called where names are hidden."""
PARTS: Final = {
    "search": "the search",
    "setting": "the setting",
    "size": "the size",
    "stage": "the stage",
    "need": "the reason to look",
    "band": f"the topics (each with a word, at most {MANY_MAX})",
    "flag": f"the flags (at most {MANY_MAX})",
    "sort": "the order",
    "page": "the page",
    "mark": "the clinic to mark",
}
"""What the parts of an address are called."""
NAME: Final = "name"
"""Stands among what is not understood for a search by name where names are hidden."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that the form offers."""

    value: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Select:
    """A field that takes one value; `any_title` stands for none."""

    name: str
    title: str
    any_title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is in force, and the address without it."""

    text: str
    url: str


@dataclass(frozen=True)
class Filters:
    """The form. `bands` are those chosen, `more_bands` by topic those that can be added, one at a time.

    `mark` is a clinic's id, or empty.
    """

    search: str
    search_title: str
    orders: tuple[Choice, ...]
    selects: tuple[Select, ...]
    bands: tuple[Choice, ...]
    more_bands: tuple[tuple[str, tuple[Choice, ...]], ...]
    flags: tuple[Choice, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    mark: str


def without_names(selection: Selection) -> Selection:
    """Leave out a search by name where names are hidden, so that it does not stand on the screen."""
    if not selection.search or alias_number(selection.search) is not None:
        return selection
    return replace(selection, search="", unknown=(*selection.unknown, NAME))


def filters(selection: Selection, instrument: Instrument, countries: Sequence[str], *, is_aliased: bool) -> Filters:
    """Lay out the form with what is chosen."""
    taken = {band_value(topic, band) for topic, band in selection.bands}
    return Filters(
        search=selection.search,
        search_title="Number of the clinic" if is_aliased else "Name of the clinic",
        orders=_orders(selection, instrument, is_aliased=is_aliased),
        selects=_selects(selection, countries),
        bands=tuple(Choice(value, title, True) for value, title in _bands(instrument).items() if value in taken),
        more_bands=_more_bands(instrument, taken),
        flags=_flags(selection, instrument),
        chips=tuple(_chips(selection, instrument)),
        clear_url=Selection(sort=selection.sort, is_descending=selection.is_descending, mark=selection.mark).query(),
        mark=str(selection.mark or ""),
    )


def band_value(topic: str, band: str) -> str:
    """Give a topic with a band as an address does."""
    return f"{topic}:{band}"


def not_understood(selection: Selection) -> Iterable[str]:
    """Say what an address asks for that nobody knows, if anything."""
    parts = [PARTS[name] for name in dict.fromkeys(selection.unknown) if name in PARTS]
    if NAME in selection.unknown:
        yield "While names are hidden, clinics are found by number alone, as in “Clinic 12”. Your search is left out."
    if parts:
        yield f"A part of this address was not understood and is left out: {joined(parts)}."


def _orders(selection: Selection, instrument: Instrument, *, is_aliased: bool) -> tuple[Choice, ...]:
    topics = instrument.domains_of(Form.MANAGER)
    titles = ORDERS | {topic.key: f"{topic.title}, lowest first" for topic in topics}
    others = OTHER_ORDERS | {f"-{topic.key}": f"{topic.title}, highest first" for topic in topics}
    chosen = f"-{selection.sort}" if selection.is_descending else selection.sort
    if chosen in others:
        titles = {chosen: others[chosen]} | titles
    if is_aliased:
        titles |= {value: title for value, title in BY_NUMBER.items() if value in titles}
    return tuple(Choice(value, title, value == chosen) for value, title in titles.items())


def _selects(selection: Selection, countries: Sequence[str]) -> tuple[Select, ...]:
    named = dict.fromkeys([*countries, selection.country]) if selection.country else countries
    return (
        _select("need", "Needs you because", "Any or no reason", ours.NEEDS.items(), selection.need),
        _select("country", "Country", "Any country", [(name, name) for name in named], selection.country),
        _select("setting", "Setting", "Any setting", Setting.choices, selection.setting),
        _select("size", "Size", "Any size", ours.SIZES.items(), selection.size),
        _select("stage", "Stage", "Any stage", ours.STAGES.items(), selection.stage),
    )


def _select(name: str, title: str, any_title: str, titles: Iterable[tuple[str, str]], chosen: str) -> Select:
    choices = tuple(Choice(str(value), text, value == chosen) for value, text in titles)
    return Select(name, title, any_title, choices)


def _bands(instrument: Instrument) -> dict[str, str]:
    return {
        band_value(domain.key, band): f"{domain.title}: {word}"
        for domain in instrument.domains_of(Form.MANAGER)
        for band, word in BANDS.items()
    }


def _more_bands(instrument: Instrument, taken: set[str]) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    titles = _bands(instrument)
    groups = []
    for domain in instrument.domains_of(Form.MANAGER):
        values = [value for band in BANDS if (value := band_value(domain.key, band)) not in taken]
        groups.append((domain.title, tuple(Choice(value, titles[value], False) for value in values)))
    return tuple(groups)


def _flags(selection: Selection, instrument: Instrument) -> tuple[Choice, ...]:
    values = dict.fromkeys([*flag_keys(instrument), *selection.flags])
    return tuple(Choice(value, ours.flag_name(instrument, value), value in selection.flags) for value in values)


def _chips(selection: Selection, instrument: Instrument) -> Iterable[Chip]:
    titles = {
        "search": f"Search: “{selection.search}”",
        "need": ours.NEEDS[Need(selection.need)] if selection.need else "",
        "country": selection.country,
        "setting": str(Setting(selection.setting).label) if selection.setting else "",
        "size": ours.SIZES.get(selection.size, ""),
        "stage": ours.STAGES[Stage(selection.stage)] if selection.stage else "",
    }
    for name, title in titles.items():
        if getattr(selection, name):
            yield Chip(title, selection.but(**{name: ""}).query())
    for band in selection.bands:
        left = tuple(other for other in selection.bands if other != band)
        yield Chip(_bands(instrument)[band_value(*band)], selection.but(bands=left).query())
    for flag in selection.flags:
        kept = tuple(other for other in selection.flags if other != flag)
        yield Chip(ours.flag_name(instrument, flag), selection.but(flags=kept).query())
