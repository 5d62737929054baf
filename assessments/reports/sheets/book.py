"""Writes sheets into a workbook. Nothing that people wrote becomes a formula, a link or a command of the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from textwrap import wrap
from typing import IO, TYPE_CHECKING, Any, Final
from unicodedata import east_asian_width

from xlsxwriter import Workbook

from assessments.reports.sheets.sheet import MORE, Formula, Look
from assessments.reports.tables.csv_text import FORMULA
from assessments.results.words import BANDS, LEVELS, figure
from readiness.guidance.flags import Level
from readiness.scoring.bands import Band, band

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
LINE_POINTS: Final = 15
ROW_POINTS_MAX: Final = 405
"""A little less than the highest row that there can be."""
LINES_MAX: Final = ROW_POINTS_MAX // LINE_POINTS
FITS: Final = 1.1
"""How many characters of ordinary text stand in the width of a digit."""
FILTER_WIDTH: Final = 2
"""Characters of a head's width that the button of the filter covers."""
HEADING_MAX: Final = 100
"""How much of a title heads a printed page, where there is room for 255 characters and each "&" takes two."""
A4: Final = 9
LOOKS: Final[dict[Look, dict[str, object]]] = {
    Look.TEXT: {},
    Look.LABEL: {"bold": True},
    Look.CODE: {"font_color": "#51626B"},
    Look.WORD: {},
    Look.COUNT: {"num_format": "0"},
    Look.SCORE: {"num_format": "0"},
    Look.HEAT: {"num_format": "0"},
    Look.EXACT: {"num_format": "0.00"},
    Look.SIGNED: {"num_format": '+0;"−"0;0'},
    Look.DAY: {"num_format": "d mmm yyyy", "align": "left"},
}
ZERO: Final = {"num_format": "0;0"}
"""Of a difference that is less than half a point, which has no sign on the pages either."""
NUMBERS: Final = frozenset({Look.COUNT, Look.SCORE, Look.HEAT, Look.EXACT, Look.SIGNED})
CELL: Final = {"valign": "top", "text_wrap": True, "bottom": 1, "bottom_color": "#D5DDE0"}
HEAD: Final = {"bold": True, "text_wrap": True, "bg_color": "#DCEEF0", "bottom_color": "#0B5560"}
TO_THE_RIGHT: Final = {"align": "right", "indent": 1, "text_wrap": False}
"""Numbers keep a distance from the text beside them."""
FILLS: Final = {
    BANDS[Band.NOT_YET]: "#FBE9E1",
    BANDS[Band.PARTLY]: "#FAF3D6",
    BANDS[Band.IN_PLACE]: "#DDF1EE",
    LEVELS[Level.RED]: "#FBE9E1",
    LEVELS[Level.AMBER]: "#FAF3D6",
}
"""The soft colours of bands and levels, as on the pages."""


@dataclass(frozen=True)
class Front:
    """What a workbook says of itself: its title, and the day that stands as that of its making."""

    title: str
    made_on: date


class Book:
    """A workbook that is being written, sheet after sheet; it is whole when the block is left.

    With a folder it is a long one: its lines go to files there as they are written, and are never held in memory.
    """

    def __init__(self, target: str | IO[bytes], front: Front, *, folder: str = "") -> None:
        kept = {"constant_memory": True, "tmpdir": folder} if folder else {"in_memory": True}
        self.book = Workbook(target, {**_TEXT_IS_TEXT, **kept})
        self.is_long = bool(folder)
        self.front = front
        made_at = datetime.combine(front.made_on, time.min)
        self.book.set_properties({"title": cell_text(front.title), "created": made_at})
        make = self.book.add_format
        self.heads = {look: make({**CELL, **_side(look), **HEAD}) for look in Look}
        self.formats = {look: make({**CELL, **_side(look), **said}) for look, said in LOOKS.items()}
        self.fills = {word: make({**CELL, "bg_color": colour}) for word, colour in FILLS.items()}
        heat = {**CELL, **TO_THE_RIGHT, **LOOKS[Look.HEAT]}
        self.heat = {key: make({**heat, "bg_color": FILLS[word]}) for key, word in BANDS.items()}
        self.zero = make({**CELL, **TO_THE_RIGHT, **ZERO})
        self.quoted = make({**CELL, "quote_prefix": True})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.book.close()

    def add(self, sheet: Sheet[Any]) -> None:
        """Write a whole sheet."""
        page = self.begin(sheet)
        for line in sheet.lines:
            page.write(line)
        page.end()

    def begin(self, sheet: Sheet[Any]) -> Page:
        """Begin a sheet whose lines come one by one, perhaps in turn with those of another."""
        return Page(self, sheet)


class Page:
    """A sheet that is being written: a row of heads that stays in sight and can be filtered by, then the lines."""

    def __init__(self, book: Book, sheet: Sheet[Any]) -> None:
        self._book, self._sheet, self._n_rows = book, sheet, 0
        self._page = page = book.book.add_worksheet(sheet.name)
        _set_height(page, 0, [(column.head, column.width - FILTER_WIDTH) for column in sheet.columns])
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            page.write_string(0, place, column.head, book.heads[column.look])

    def write(self, line: object) -> None:
        """Write a line."""
        columns = self._sheet.columns
        self._n_rows += 1
        values = [column.value(line) for column in columns]
        _set_height(self._page, self._n_rows, [(v, c.width) for v, c in zip(values, columns, strict=True)])
        for place, (value, column) in enumerate(zip(values, columns, strict=True)):
            self._write(place, value, column.look)

    def end(self) -> None:
        """Say how the sheet is read and printed, now that its length is known."""
        page, sheet = self._page, self._sheet
        page.freeze_panes(1, sheet.n_fixed)
        page.autofilter(0, 0, self._n_rows, len(sheet.columns) - 1)
        if not sheet.is_upright:
            page.set_landscape()
        page.set_paper(A4)
        page.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        if sheet.n_printed:
            page.print_area(0, 0, self._n_rows, sheet.n_printed - 1)
        page.set_header(f"&L{_heading(self._book.front.title)}&R{sheet.name}")
        page.set_footer("&RPage &P of &N")

    def _write(self, place: int, value: object, look: Look) -> None:
        page, row, format_ = self._page, self._n_rows, self._book.formats[look]
        match value:
            case None | "":
                if not self._book.is_long:
                    page.write_blank(row, place, None, format_)  # for its line below
            case Formula(text=text, value=result):
                page.write_formula(row, place, text, format_, result)
            case str():
                text = cell_text(value)
                page.write_string(row, place, text, self._text_format(text, look))
            case date():
                page.write_datetime(row, place, datetime.combine(value, time.min), self._book.formats[Look.DAY])
            case float() if look is Look.HEAT and (heat := band(value)):
                page.write_number(row, place, value, self._book.heat[heat])
            case int() | float():
                is_zero = look is Look.SIGNED and figure(abs(value)) == "0"
                page.write_number(row, place, value, self._book.zero if is_zero else format_)
            case _:
                raise TypeError(f"a {type(value).__name__} cannot stand in a cell")

    def _text_format(self, text: str, look: Look) -> Format:
        """Give the format of a text cell; one that looks like a formula stays text when somebody edits it."""
        if FORMULA.match(text):
            return self._book.quoted
        format_ = self._book.formats[look]
        word, _, _ = text.partition(MORE)
        return self._book.fills.get(word, format_) if look is Look.WORD else format_


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
    if not isinstance(text, str):
        return 1
    text = _in_letters(text)
    if len(text) < width and "\n" not in text:
        return 1
    if len(text) > width * LINES_MAX:
        return LINES_MAX
    return sum(len(wrap(part, int(width * FITS))) or 1 for part in text.splitlines())


def _in_letters(text: str) -> str:
    """Give text with two letters for each that is as wide as two, as ideographs and emoji are."""
    if text.isascii():
        return text
    return "".join(one * 2 if east_asian_width(one) in "FW" else one for one in text)


def cell_text(text: str) -> str:
    """Give text as a cell can hold it: without what is no character, and cut, visibly, where it is too long."""
    text = NO_CHARACTERS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if _units(text) > CELL_MAX:
        text = _cut(text, CELL_MAX - _units(CUT)) + CUT
    if text.startswith("<r>") and text.endswith("</r>"):
        return f"{text} "  # the writer would take it for marked-up text and put it into the file as it is
    return text


def _heading(title: str) -> str:
    """Give a title for the head of a printed page, where one "&" begins a command and two are one."""
    return _cut(" ".join(cell_text(title).split()), HEADING_MAX).replace("&", "&&")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", errors="ignore")
