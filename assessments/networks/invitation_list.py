"""Reads a list of clinics to invite, as a spreadsheet saves it: every line understood, or named with its reason."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.clinics.text import (
    NotAnAddressError,
    UnreadableTextError,
    address_key,
    clean_line,
    has_link,
    name_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST_MAX: Final = 200_000
"""How long a list may be, in characters: 500 long lines fit."""
NAME_MAX: Final = 120
SHOWN_MAX: Final = 80
"""How much of a line that cannot be used is repeated, in characters."""
SEPARATORS: Final = ";\t,"
SAMPLE: Final = 50
"""How many lines are looked at to find out what parts the columns."""
FORMULA_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""


class UnreadableListError(ValueError):
    """The file is no text that can be read; the message says what to do."""


@dataclass(frozen=True)
class Line:
    """A clinic to invite: its name as written, and its lead's address in lower case."""

    clinic: str
    email: str

    @property
    def key(self) -> tuple[str, str]:
        """What two lines share that ask the same person for the same clinic, in whatever spelling."""
        return name_key(self.clinic), address_key(self.email)


@dataclass(frozen=True)
class RefusedLine:
    """A line that cannot be used, by its number in the list from 1, and why."""

    number: int
    text: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What a list holds: clinics to invite, lines that cannot be used, and a first line taken for a heading."""

    lines: list[Line]
    refused: list[RefusedLine]
    heading: str


def decoded(content: bytes) -> str:
    """Give the text of a file: UTF-8, or UTF-16 where the file says so.

    Raises:
        UnreadableListError: it is neither, or no text at all.
    """
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UnreadableListError(
            "This file cannot be read as text. In your spreadsheet, choose “Save as” and then “CSV UTF-8”, or copy the "
            "lines and paste them below."
        )
    return text


def read_list(text: str) -> Reading:
    """Part a list into clinics with addresses and lines that cannot be used; a line that stands twice is taken once.

    Two columns, clinic and address, parted by comma, semicolon or tab. A first line without an address is a heading.
    """
    found: dict[tuple[str, str], Line] = {}
    refused, heading = [], ""
    for place, (number, cells) in enumerate(_rows(text)):
        shown = ", ".join(cells)[:SHOWN_MAX]
        try:
            line = _line(cells)
        except (ValueError, UnreadableTextError, NotAnAddressError) as error:
            if place == 0 and _is_heading(cells):
                heading = shown
            else:
                refused.append(RefusedLine(number, shown, str(error)))
        else:
            found.setdefault(line.key, line)
    return Reading(list(found.values()), refused, heading)


def _is_heading(cells: list[str]) -> bool:
    return not any("@" in cell for cell in cells)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the lines that hold something, with their numbers, as a spreadsheet would part them."""
    lines = re.split("\r\n|\r|\n", text)
    separator = max(SEPARATORS, key=lambda one: sum(_is_pair(_cells(line, one)) for line in lines[:SAMPLE]))
    for number, line in enumerate(lines, start=1):
        cells = _cells(line, separator)
        if cells:
            yield number, cells


def _cells(line: str, separator: str) -> list[str]:
    """Give the cells that hold something; a line that no spreadsheet would read is one cell."""
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        cells = [line]
    return [cell.strip() for cell in cells if cell.strip()]


def _is_pair(cells: list[str]) -> bool:
    return len(cells) == 2 and "@" in cells[1] and "@" not in cells[0]


def _line(cells: list[str]) -> Line:
    if len(cells) != 2:
        raise ValueError("Please give two columns: the clinic, and the address of its lead.")
    clinic, email = clean_line(cells[0]), clean_line(cells[1]).lower()
    if not clinic:
        raise ValueError("The clinic’s name is missing.")
    if clinic.startswith(FORMULA_STARTS) or email.startswith(FORMULA_STARTS):
        raise ValueError("This begins like a formula. Please type name and address without the first character.")
    if has_link(clinic):
        raise ValueError("Please leave web addresses out of the clinic’s name.")
    if len(clinic) > NAME_MAX:
        raise ValueError(f"The clinic’s name is longer than {NAME_MAX} characters.")
    address_key(email)
    return Line(clinic, email)
