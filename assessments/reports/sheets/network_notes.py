"""The first sheet of a network's workbook: what is compared, how it was chosen, and how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.networks.filters import filters
from assessments.reports.sheets.sheet import Column, Look, Sheet
from assessments.reports.sheets.summary import Said, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from assessments.networks.compare_presenters import ComparePage
    from assessments.networks.compare_reading import Asked
    from assessments.networks.models import Network

ALIASED: Final = (
    "Clinics stand here by their numbers in the network, because their names were hidden when the file was made."
)
HOW_TO_READ: Final = (
    "A score is of 100. It is kept unrounded and shown as a whole number, as on the page.",
    "An empty cell means that too little was answered, or that a flag is not raised. It never means zero.",
    "Clinics answered for themselves, on different days and in different circumstances. A difference of a few points "
    "between two of them says nothing.",
)
TEAMS: Final = (
    "The sheet Team holds the figures that therapists gave in confidence, as the pages show them, each of one team. "
    "They are rounded to the nearest 5, near either end only a range is told, and the range depends on the size of the "
    "team: so they are not to be averaged or ranked.",
    "A clinic is not on that sheet where no figure of its therapists is shown. That can have several reasons, and "
    "which one is not told: it may be that nobody was asked.",
)
LEAVING: Final = (
    "Here are the clinics that showed this network their scores when the file was made. A clinic can withdraw on any "
    "day; this file will not know of it. Pass it on with care, and delete it when you have done with it."
)
COLUMNS: Final[tuple[Column[Said], ...]] = (
    Column("About", "What the line is about.", 24, lambda line: line.what, Look.LABEL),
    Column("What there is to know", "What is compared, and how to read it.", 110, lambda line: line.says),
)


def notes_sheet(network: Network, asked: Asked, page: ComparePage, day: date) -> Sheet[Said]:
    """Give what a reader has to know before the figures."""
    lines = (*_what(network, asked, page, day), *_how(page))
    return Sheet("Notes", "What is compared, and how far to trust it.", COLUMNS, lines)


def _what(network: Network, asked: Asked, page: ComparePage, day: date) -> Iterator[Said]:
    form = filters(asked.selection, asked.instrument, (), is_aliased=asked.is_aliased)
    yield Said("Network", network.name)
    yield Said("Made on", day)
    yield Said("Compared", _compared(page))
    yield from listed("Chosen", tuple(chip.text for chip in form.chips) or ("All clinics of the network",))
    yield Said("In the order of", next((order.title for order in form.orders if order.is_chosen), ""))
    if asked.is_aliased:
        yield Said("Names", ALIASED)
    if page.n_compared:
        yield from listed("In short", tuple(filter(None, [page.heat_said, page.strips_said, page.flags_said])))


def _compared(page: ComparePage) -> str:
    if page.n_compared:
        return page.compared
    return "Nothing can be compared." if page.n_clinics else "No clinic fits all of what was chosen."


def _how(page: ComparePage) -> Iterator[Said]:
    yield from listed("How to read it", HOW_TO_READ)
    yield from listed("Teams", TEAMS)
    yield Said("Passing it on", LEAVING)
    yield Said("Keep in mind", page.caveats)
