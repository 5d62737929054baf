"""Pages of a long list: which one an address asks for, and where the others are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.networks.selection import PAGE_MAX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assessments.networks.selection import Selection

PAGE_SIZE: Final = 25
"""Clinics on a page."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where the reader is among pages; an address that leads nowhere is empty."""

    page: int
    n_pages: int
    first: str = ""
    previous: str = ""
    next: str = ""
    last: str = ""


def read_page(text: str) -> int:
    """Read the number of a page; whatever is none is the first."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(PAGE_MAX))):
        return 1
    return max(1, int(text))


def pager(page: int, n_found: int, link: Callable[[int], str]) -> Pager:
    """Say which page this is, the last one where the address asks for one beyond; `link` gives a page's address."""
    n_pages = max(1, -(-n_found // PAGE_SIZE))
    page = min(page, n_pages)
    back = {"first": link(1), "previous": link(page - 1)} if page > 1 else {}
    on = {"next": link(page + 1), "last": link(n_pages)} if page < n_pages else {}
    return Pager(page, n_pages, **back, **on)


def pager_of(selection: Selection, n_found: int) -> Pager:
    """Say which page of a selection this is."""
    return pager(selection.page, n_found, lambda page: selection.but(page=page).query())


def past_the_end(shown: Pager, page: int) -> Iterable[str]:
    """Say so where the address asks for a page beyond the last."""
    if page > shown.n_pages:
        there_are = f"are {shown.n_pages:,} pages. This is the last" if shown.n_pages > 1 else "is only one page"
        yield f"There {there_are}."


def on_page(shown: Pager) -> slice:
    """Give the part of a list that stands on a page."""
    return slice((shown.page - 1) * PAGE_SIZE, shown.page * PAGE_SIZE)
