"""How a table becomes CSV that spreadsheets and statistics programs read alike: UTF-8 with BOM, RFC 4180.

A spreadsheet takes text that begins with one of a few signs for a formula, and runs it.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Cell = str | int | float | bool | None
"""What a cell can hold; None is an empty cell, a boolean is 1 or 0."""

CONTENT_TYPE: Final = "text/csv; charset=utf-8"

_SIGNS: Final = r"=+\-@＝＋－＠﹦﹢﹣﹫"
_UNSEEN: Final = r"\x00-\x08\x0e-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\"'"
FORMULA: Final = re.compile(rf"\A(?=[\s{_UNSEEN}]*[{_SIGNS}]|[\t\r\n\x00])")
"""The beginning of text that a spreadsheet takes for a formula, or could once the text is edited."""
_WITHIN: Final = re.compile(rf"(;|\t|\r\n?|\n)(?=(?:[^\S\t\r\n]|[{_UNSEEN}])*[{_SIGNS}])")
"""Where a program that parts cells at semicolons or tabs, as in many countries, would see a cell of its own begin."""


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write a table; text that could be taken for a formula gets an apostrophe in front, numbers stay numbers."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in header])
    for row in rows:
        writer.writerow([_written(cell) for cell in row])
    return written.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Give text as it is, with an apostrophe wherever a spreadsheet could see a formula begin."""
    return _WITHIN.sub(r"\1'", FORMULA.sub("'", text))


def _written(cell: Cell) -> str | int | float | None:
    if isinstance(cell, str):
        return harmless(cell)
    return int(cell) if isinstance(cell, bool) else cell
