"""Writes sheets into a workbook. Nothing that people wrote becomes a formula, a link or a command of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from textwrap import wrap
from typing import IO, TYPE_CHECKING, Any, Final

from xlsxwriter import Workbook

from assessments.reports.sheets.sheet import Formula, Look
from assessments.results.words import BANDS
from readiness.scoring.bands import Band

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Self

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from assessments.reports.sheets.sheet import Sheet

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_MAX: Final = 32_767
"""How many UTF-16 units a cell holds."""
CUT: Final = " […] The text is longer than a cell can hold."
NO_CHARACTERS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML may hold."""
LIKE_A_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]")
LINE_POINTS: Final = 15
ROW_POINTS_MAX: Final = 405
"""A little less than the highest row that there can be."""
LINES_MAX: Final = ROW_POINTS_MAX // LINE_POINTS
FITS: Final = 1.1
"""How many characters of ordinary text stand in the width of a digit."""
FILTER_WIDTH: Final = 2
"""Characters of a head's width that the button of the filter covers."""
HEADING_MAX: Final = 200
A4: Final = 9
LOOKS: Final[dict[Look, dict[str, object]]] = {
    Look.TEXT: {},
    Look.LABEL: {"bold": True},
    Look.CODE: {"font_color": "#51626B"},
    Look.WORD: {},
    Look.COUNT: {"num_format": "0"},
    Look.SCORE: {"num_format": "0"},
    Look.EXACT: {"num_format": "0.00"},
    Look.SIGNED: {"num_format": "+0;−0;0"},
    Look.DAY: {"num_format": "d mmm yyyy", "align": "left"},
}
NUMBERS: Final = frozenset({Look.COUNT, Look.SCORE, Look.EXACT, Look.SIGNED})
CELL: Final = {"valign": "top", "text_wrap": True, "bottom": 1, "bottom_color": "#D5DDE0"}
HEAD: Final = {"bold": True, "bg_color": "#DCEEF0", "bottom_color": "#0B5560"}
TO_THE_RIGHT: Final = {"align": "right", "indent": 1}
"""Numbers keep a distance from the text beside them."""
FILLS: Final = {
    BANDS[Band.NOT_YET]: "#FBE9E1",
    BANDS[Band.PARTLY]: "#FAF3D6",
    BANDS[Band.IN_PLACE]: "#DDF1EE",
}
"""The soft colours of the bands, as on the pages."""


@dataclass(frozen=True)
class Front:
    """What a workbook says of itself: its title, and the day that stands as that of its making."""

    title: str
    made_on: date


class Book:
    """A workbook that is being written, sheet after sheet; it is whole when the block is left.

    A long one is written line by line and never held in memory.
    """

    def __init__(self, target: str | IO[bytes], front: Front, *, is_long: bool = False) -> None:
        self._front = front
        self._book = Workbook(target, {**_TEXT_IS_TEXT, ("constant_memory" if is_long else "in_memory"): True})
        self._book.set_properties(
            {"title": cell_text(front.title), "created": datetime.combine(front.made_on, time.min)}
        )
        make = self._book.add_format
        self._heads = {look: make({**CELL, **HEAD, **_side(look)}) for look in Look}
        self._formats = {look: make({**CELL, **_side(look), **said}) for look, said in LOOKS.items()}
        self._fills = {word: make({**CELL, "bg_color": colour}) for word, colour in FILLS.items()}
        self._quoted = make({**CELL, "quote_prefix": True})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._book.close()

    def add(self, sheet: Sheet[Any]) -> None:
        """Write a sheet: a row of heads that stays in sight and can be filtered by, then a row for each line."""
        page = self._book.add_worksheet(sheet.name)
        _set_height(page, 0, [(column.head, column.width - FILTER_WIDTH) for column in sheet.columns])
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            page.write_string(0, place, column.head, self._heads[column.look])
        n_rows = 0
        for n_rows, line in enumerate(sheet.lines, start=1):
            values = [column.value(line) for column in sheet.columns]
            _set_height(page, n_rows, [(v, c.width) for v, c in zip(values, sheet.columns, strict=True)])
            for place, (value, column) in enumerate(zip(values, sheet.columns, strict=True)):
                self._write(page, n_rows, place, value, column.look)
        page.freeze_panes(1, sheet.n_fixed)
        page.autofilter(0, 0, n_rows, len(sheet.columns) - 1)
        self._set_up_print(page, sheet, n_rows)

    def _write(self, page: Worksheet, row: int, place: int, value: object, look: Look) -> None:
        format_ = self._formats[look]
        match value:
            case None | "":
                page.write_blank(row, place, None, format_)
            case Formula(text=text, value=result):
                page.write_formula(row, place, text, format_, result)
            case str():
                text = cell_text(value)
                page.write_string(row, place, text, self._text_format(text, look))
            case date():
                page.write_datetime(row, place, datetime.combine(value, time.min), self._formats[Look.DAY])
            case int() | float():
                page.write_number(row, place, value, format_)
            case _:
                raise TypeError(f"a {type(value).__name__} cannot stand in a cell")

    def _text_format(self, text: str, look: Look) -> Format:
        """Give the format of a text cell; one that looks like a formula stays text when somebody edits it."""
        if LIKE_A_FORMULA.match(text):
            return self._quoted
        return self._fills.get(text, self._formats[look]) if look is Look.WORD else self._formats[look]

    def _set_up_print(self, page: Worksheet, sheet: Sheet[Any], n_rows: int) -> None:
        page.set_landscape()
        page.set_paper(A4)
        page.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        if sheet.n_printed:
            page.print_area(0, 0, n_rows, sheet.n_printed - 1)
        page.set_header(f"&L{_heading(self._front.title)}&R{sheet.name}")
        page.set_footer("&RPage &P of &N")


_TEXT_IS_TEXT: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def _side(look: Look) -> dict[str, object]:
    return TO_THE_RIGHT if look in NUMBERS else {}


def _set_height(page: Worksheet, row: int, texts: Iterable[tuple[object, int]]) -> None:
    """Make a row as high as its texts need; not every program works it out by itself."""
    n_lines = max(_n_lines(text, width) for text, width in texts)
    if n_lines > 1:
        page.set_row(row, min(n_lines * LINE_POINTS, ROW_POINTS_MAX))


def _n_lines(text: object, width: int) -> int:
    """Reckon how many lines a text takes in a column of so many characters, rather one too many."""
    if not isinstance(text, str) or (len(text) < width and "\n" not in text):
        return 1
    if len(text) > width * LINES_MAX:
        return LINES_MAX
    return sum(len(wrap(part, int(width * FITS))) or 1 for part in text.splitlines())


def cell_text(text: str) -> str:
    """Give text as a cell can hold it: without what is no character, and cut, visibly, where it is too long."""
    text = NO_CHARACTERS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if _units(text) > CELL_MAX:
        text = _cut(text, CELL_MAX - _units(CUT)) + CUT
    if text.startswith("<r>") and text.endswith("</r>"):
        return f"{text} "  # the writer would take it for marked-up text and put it into the file as it is
    return text


def _heading(title: str) -> str:
    """Give a title for the head of a printed page, where "&" begins a command."""
    return _cut(" ".join(cell_text(title).split()).replace("&", "＆"), HEADING_MAX)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", errors="ignore")
