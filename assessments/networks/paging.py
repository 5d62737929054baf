"""Pages of a long list: which one an address asks for, and where the others are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.networks.list_presenters import Pager
from assessments.networks.selection import PAGE_MAX

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE_SIZE: Final = 25
"""Clinics on a page."""


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


def on_page(shown: Pager) -> slice:
    """Give the part of a list that stands on a page."""
    return slice((shown.page - 1) * PAGE_SIZE, shown.page * PAGE_SIZE)
