"""Reads a list of clinics to invite, as a spreadsheet saves it: every line understood, or named with its reason."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.clinics.text import (
    NotAnAddressError,
    UnreadableTextError,
    address_key,
    clean_line,
    name_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST_MAX: Final = 200_000
"""How long a list may be, in characters: 500 long lines fit."""
NAME_MAX: Final = 120
SHOWN_MAX: Final = 80
"""How much of a line that cannot be used is repeated, in characters."""
FORMULA_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""


class UnreadableListError(ValueError):
    """The file is no text that can be read; the message says what to do."""


@dataclass(frozen=True)
class Line:
    """A clinic to invite: its name as written, and its lead's address in lower case."""

    clinic: str
    email: str


@dataclass(frozen=True)
class RefusedLine:
    """A line that cannot be used, by its number in the list from 1, and why."""

    number: int
    text: str
    reason: str


def decoded(content: bytes) -> str:
    """Give the text of a file: UTF-8, or UTF-16 where the file says so.

    Raises:
        UnreadableListError: it is neither.
    """
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableListError(
            "This file cannot be read as text. In your spreadsheet, choose “Save as” and then “CSV UTF-8”, or copy the "
            "lines and paste them below."
        ) from error


def read_list(text: str) -> tuple[list[Line], list[RefusedLine]]:
    """Part a list into clinics with addresses and lines that cannot be used; a line that stands twice is taken once.

    Two columns, clinic and address, parted by comma, semicolon or tab. A first line without an address is a heading.
    """
    found: dict[tuple[str, str], Line] = {}
    refused = []
    for number, cells in _rows(text):
        try:
            line = _line(cells)
        except (ValueError, UnreadableTextError, NotAnAddressError) as error:
            if number > 1 or any("@" in cell for cell in cells):
                refused.append(RefusedLine(number, ", ".join(cells)[:SHOWN_MAX], str(error)))
        else:
            found.setdefault((name_key(line.clinic), address_key(line.email)), line)
    return list(found.values()), refused


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the lines that hold something, with their numbers, as a spreadsheet would part them."""
    lines = text[:LIST_MAX].replace("\0", "").splitlines()
    separator = max(";\t,", key="\n".join(lines[:5]).count)
    for number, line in enumerate(lines, start=1):
        cells = next(csv.reader(io.StringIO(line), delimiter=separator), [])
        cells = [cell.strip() for cell in cells]
        if any(cells):
            yield number, cells


def _line(cells: list[str]) -> Line:
    cells = [cell for cell in cells if cell]
    if len(cells) != 2:
        raise ValueError("Please give two columns: the clinic, and the address of its lead.")
    clinic, email = clean_line(cells[0]), clean_line(cells[1]).lower()
    if clinic.startswith(FORMULA_STARTS):
        raise ValueError("The clinic’s name begins like a formula. Please type it without the first character.")
    if len(clinic) > NAME_MAX:
        raise ValueError(f"The clinic’s name is longer than {NAME_MAX} characters.")
    address_key(email)
    return Line(clinic, email)
