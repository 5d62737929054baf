"""The one table that `make bench` prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

HEADS: Final = ("What", "Measured", "Against", "Ratio", "Aim", "")


@dataclass(frozen=True)
class Line:
    """One row of the table; `is_met` is None where there is no aim."""

    what: str
    measured: str
    against: str = ""
    ratio: str = ""
    aim: str = ""
    is_met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row in words."""
        met = {None: "", True: "met", False: "NOT MET"}[self.is_met]
        return (self.what, self.measured, self.against, self.ratio, self.aim, met)


def ratio_line(what: str, measured: float, base: float, against: str, aim: float) -> Line:
    """Give the row of a ratio between two times in milliseconds."""
    ratio = measured / base
    return Line(what, f"{measured:.2f} ms", f"{against} {base:.2f} ms", f"{ratio:.2f}x", f"<= {aim}x", ratio <= aim)


def print_table(lines: Iterable[Line], note: str) -> None:
    """Print the rows under their heads, and the note."""
    rows = [HEADS, *(line.cells for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(note)
