"""Which clinics a page shows, and in which order, as its address says: every search, filter and order is a link.

What an address says is compared with lists of what is known; nothing of it ever names a column.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.http import urlencode

from assessments.clinics.models import Setting
from assessments.clinics.text import UnreadableTextError, clean_line
from readiness.guidance.flags import PER_TOPIC, flag_keys
from readiness.instrument.definition import Form, Stage
from readiness.scoring.bands import Band

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import QueryDict

    from readiness.instrument.definition import Instrument

SEARCH_MAX: Final = 120
MANY_MAX: Final = 6
"""How many flags, or topics with a band, an address may ask for at once."""
PAGE_MAX: Final = 1_000_000
SIZES: Final = {"small": (0, 5), "medium": (6, 20), "large": (21, 100_000)}
"""Therapists of a clinic, from and to."""
SORTS: Final = ("name", "stage", "finished", "due", "safety", "flags")
"""Orders that do not depend on the questionnaire; the key of a topic orders by its score as well."""
DESCENDING_FIRST: Final = frozenset({"finished", "safety", "flags"})
"""Orders of which the upper end is of interest first: the newest, the most."""


class Need(StrEnum):
    """Why a clinic may need its consultant now."""

    SAFETY = "safety"
    NOT_STARTED = "not-started"
    STUCK = "stuck"
    CLOSING = "closing"
    NO_PLAN = "no-plan"
    FINISHED = "finished"


@dataclass(frozen=True)
class Selection:
    """A part of a network and its order. Empty fields leave nothing out; filters of a kind must all be met.

    `bands` are pairs of a topic's key and a band. `flags` are keys of flags; with a topic behind a colon, a flag that
    is raised topic by topic is meant on that topic alone. `page` counts from 1. `mark` is the id of a clinic that is
    marked where clinics are compared; nobody knows here whether there is one. `unknown` names what the address says and
    nobody knows, to be told to the reader.
    """

    search: str = ""
    country: str = ""
    setting: str = ""
    size: str = ""
    stage: str = ""
    need: str = ""
    bands: tuple[tuple[str, Band], ...] = ()
    flags: tuple[str, ...] = ()
    sort: str = "name"
    is_descending: bool = False
    page: int = 1
    mark: UUID | None = None
    unknown: tuple[str, ...] = ()

    @property
    def is_filtered(self) -> bool:
        """Whether any clinic may be left out."""
        return replace(self, sort="", is_descending=False, page=1, mark=None, unknown=()) != Selection(sort="")

    def query(self) -> str:
        """Give the address's part from the question mark on; empty where everything is as usual."""
        parts: list[tuple[str, str | int]] = [
            (name, getattr(self, name)) for name in ("search", "country", "setting", "size", "stage", "need")
        ]
        parts += [("band", f"{topic}:{band.value}") for topic, band in self.bands]
        parts += [("flag", flag) for flag in self.flags]
        order = f"-{self.sort}" if self.is_descending else self.sort
        parts += [("sort", "" if order == "name" else order), ("page", "" if self.page == 1 else self.page)]
        parts += [("mark", str(self.mark or ""))]
        written = urlencode([(name, value) for name, value in parts if value])
        return f"?{written}" if written else "?"

    def but(self, **changes: object) -> Selection:
        """Give the selection with something changed, on its first page unless a page is given."""
        return replace(self, **{"page": 1, "unknown": (), **changes})  # type: ignore[arg-type]

    def sorted_by(self, key: str) -> Selection:
        """Give the selection in another order; the order that it has already is turned round."""
        return self.but(sort=key, is_descending=not self.is_descending if key == self.sort else key in DESCENDING_FIRST)


def read_selection(given: QueryDict, instrument: Instrument) -> Selection:
    """Read an address; what is not known is left out and told."""
    reader = _Reader(given)
    keys = frozenset(flag_keys(instrument))
    topics = frozenset(domain.key for domain in instrument.domains_of(Form.MANAGER))
    order = reader.one("sort", lambda text: text.removeprefix("-") in {*SORTS, *topics}) or "name"
    return Selection(
        search=reader.text("search"),
        country=reader.text("country"),
        setting=reader.one("setting", lambda text: text in Setting.values),
        size=reader.one("size", lambda text: text in SIZES),
        stage=reader.one("stage", lambda text: text in tuple(Stage)),
        need=reader.one("need", lambda text: text in tuple(Need)),
        bands=tuple(_band(text) for text in reader.many("band", lambda text: _is_band(text, topics))),
        flags=tuple(reader.many("flag", lambda text: _is_flag(text, keys, topics))),
        sort=order.removeprefix("-"),
        is_descending=order.startswith("-"),
        page=int(reader.one("page", _is_page) or 1),
        mark=_clinic_id(reader.one("mark", lambda text: _clinic_id(text) is not None)),
        unknown=tuple(reader.unknown),
    )


def flag_parts(flag: str) -> tuple[str, str]:
    """Give the key of a flag, and its topic where one is named; otherwise nothing."""
    key, _, topic = flag.partition(":")
    return key, topic


def _is_page(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len(str(PAGE_MAX)) and 1 <= int(text) <= PAGE_MAX


def _is_band(text: str, topics: frozenset[str]) -> bool:
    topic, _, band = text.partition(":")
    return topic in topics and band in tuple(Band)


def _is_flag(text: str, keys: frozenset[str], topics: frozenset[str]) -> bool:
    key, topic = flag_parts(text)
    return text in keys or (key in PER_TOPIC and topic in topics)


def _band(text: str) -> tuple[str, Band]:
    topic, _, band = text.partition(":")
    return topic, Band(band)


def _clinic_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class _Reader:
    """Takes from an address what is known, and notes what is not."""

    def __init__(self, given: QueryDict) -> None:
        self.given = given
        self.unknown: list[str] = []

    def text(self, name: str) -> str:
        try:
            return clean_line(self.given.get(name, ""))[:SEARCH_MAX]
        except UnreadableTextError:
            self._note(name)
            return ""

    def one(self, name: str, is_known: Callable[[str], bool]) -> str:
        value = self.given.get(name, "")
        if value and not is_known(value):
            self._note(name)
            return ""
        return value

    def many(self, name: str, is_known: Callable[[str], bool]) -> Iterable[str]:
        """Give each once, in the order of the address; a form sends empty ones for what is not chosen."""
        values = list(dict.fromkeys(value for value in self.given.getlist(name) if value))
        known = [value for value in values if is_known(value)]
        if len(known) < len(values) or len(known) > MANY_MAX:
            self._note(name)
        return known[:MANY_MAX]

    def _note(self, name: str) -> None:
        self.unknown.append(name)
