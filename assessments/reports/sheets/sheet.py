"""What a sheet of a workbook is: columns that each say what they mean, and lines of plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

Line = TypeVar("Line")


class Look(Enum):
    """How the cells of a column look.

    Scores are kept unrounded and shown as whole numbers, as on the pages. A word of a band or a level has its colour,
    whatever follows it behind `MORE`, and so has a score in the heat.
    """

    TEXT = auto()
    LABEL = auto()
    CODE = auto()
    WORD = auto()
    COUNT = auto()
    SCORE = auto()
    HEAT = auto()
    EXACT = auto()
    SIGNED = auto()
    DAY = auto()


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that is calculated; `value` is what it comes to, for programs that do not calculate, empty for nothing."""

    text: str
    value: float | str


MORE: Final = ": "
"""Behind a word: what more is to be said of it."""

Cell: TypeAlias = "str | float | date | Formula | None"
"""What stands in a cell. Text is text, whatever it looks like; nothing and empty text leave the cell empty."""


@dataclass(frozen=True)
class Column(Generic[Line]):
    """A column: its head, what it means, how wide it is in characters, and what stands there of a line."""

    head: str
    about: str
    width: int
    value: Callable[[Line], Cell]
    look: Look = Look.TEXT


@dataclass(frozen=True)
class Sheet(Generic[Line]):
    """A sheet. `about` says what a line is; `n_fixed` columns stay in sight.

    `n_printed` columns are printed, all where it is 0: keys and numbers for programs stand behind them. One of few
    columns and many lines is printed upright.
    """

    name: str
    about: str
    columns: tuple[Column[Line], ...]
    lines: Iterable[Line]
    n_fixed: int = 1
    n_printed: int = 0
    is_upright: bool = False


YES: Final = "yes"


def yes(is_so: bool) -> str:
    """Say whether something is so."""
    return YES if is_so else "no"
