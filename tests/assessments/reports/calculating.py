"""Calculates the formulas of a workbook, as far as our workbooks use any; what it does not know is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.utils import range_boundaries

from assessments.reports.sheets.sheet import Formula, Sheet

Grids = Mapping[str, Sequence[Sequence[Any]]]
"""What stands in the cells of each sheet, row by row, heads included."""

TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|"(?P<text>[^"]*)"|(?P<function>[A-Z]+)\(|(?P<sign>>=|<=|<>|[-+*/=<>(),])"""
    r"""|(?:(?P<sheet>\w+)!)?(?P<cells>\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?))"""
)
CONDITION: Final = re.compile(r"(>=|<=|<>|=|<|>)?(.*)")
COMPARE: Final = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


class NotCalculatedError(ValueError):
    """A formula that spreadsheet programs would not calculate either, or that this one does not know."""


@dataclass
class Calculation:
    """Reads one formula and calculates it as it reads; what a condition leaves out is read all the same."""

    grids: Grids
    sheet: str
    formula: str
    tokens: list[dict[str, str | None]] = field(default_factory=list)

    def result(self) -> Any:
        place, formula = 0, self.formula.removeprefix("=")
        while place < len(formula):
            token = TOKEN.match(formula, place)
            if token is None:
                raise NotCalculatedError(formula[place:])
            self.tokens.append(token.groupdict())
            place = token.end()
        value = self._comparison()
        if self.tokens:
            raise NotCalculatedError(self.formula)
        return value

    def _comparison(self) -> Any:
        left = self._sum()
        if sign := self._next(*COMPARE):
            right = self._sum()
            return COMPARE[sign](_plain(left, right), _plain(right, left))
        return left

    def _sum(self) -> Any:
        value = self._product()
        while sign := self._next("+", "-"):
            other = self._product()
            value = _both(value, other, lambda a, b, s=sign: a + b if s == "+" else a - b)
        return value

    def _product(self) -> Any:
        value = self._part()
        while sign := self._next("*", "/"):
            other = self._part()
            value = _both(value, other, lambda a, b, s=sign: a * b if s == "*" else a / b)
        return value

    def _part(self) -> Any:
        token = self.tokens.pop(0)
        if token["number"]:
            return float(token["number"])
        if token["text"] is not None:
            return token["text"]
        if token["function"]:
            return getattr(self, f"_{token['function'].lower()}")(list(self._arguments()))
        if token["cells"]:
            return self._cells(token["sheet"] or self.sheet, token["cells"])
        if token["sign"] == "(":
            value = self._comparison()
            self._expect(")")
            return value
        raise NotCalculatedError(f"{self.formula}: {token}")

    def _arguments(self) -> Iterator[Any]:
        yield self._comparison()
        while self._next(","):
            yield self._comparison()
        self._expect(")")

    def _next(self, *signs: str) -> str:
        if self.tokens and self.tokens[0]["sign"] in signs:
            return str(self.tokens.pop(0)["sign"])
        return ""

    def _expect(self, sign: str) -> None:
        if not self._next(sign):
            raise NotCalculatedError(self.formula)

    def _cells(self, sheet: str, cells: str) -> Any:
        left, top, _, bottom = range_boundaries(cells)
        values = [calculated(self.grids, sheet, row, left) for row in range(top, bottom + 1)]
        return values if ":" in cells else values[0]

    def _if(self, given: list[Any]) -> Any:
        return given[1] if given[0] else given[2]

    def _round(self, given: list[Any]) -> Any:
        return round(given[0], int(given[1]))

    def _countifs(self, given: list[Any]) -> int:
        return sum(_meets(row, given[1::2]) for row in zip(*given[::2], strict=True))

    def _averageifs(self, given: list[Any]) -> Any:
        rows = zip(given[0], *given[1::2], strict=True)
        met = [value for value, *row in rows if isinstance(value, int | float) and _meets(row, given[2::2])]
        return sum(met) / len(met) if met else NotCalculatedError("#DIV/0!")


def calculated(grids: Grids, sheet: str, row: int, column: int) -> Any:
    """Give what stands in a cell, calculated where it is a formula; rows and columns count from 1."""
    value = grids[sheet][row - 1][column - 1]
    if not isinstance(value, Formula):
        return value
    result = Calculation(grids, sheet, value.text).result()
    if isinstance(result, NotCalculatedError):
        raise result
    return result


def grids_of(sheets: Iterable[Sheet[Any]]) -> dict[str, list[list[Any]]]:
    """Give the cells of sheets before they are written."""
    return {
        sheet.name: [
            [column.head for column in sheet.columns],
            *([column.value(line) for column in sheet.columns] for line in sheet.lines),
        ]
        for sheet in sheets
    }


def grids_in(book: Workbook) -> dict[str, list[list[Any]]]:
    """Give the cells of a workbook that was written."""
    return {
        sheet.title: [[Formula(c.value, "") if c.data_type == "f" else c.value for c in row] for row in sheet]
        for sheet in book
    }


def _both(left: Any, right: Any, act: Any) -> Any:
    """An error stays one until a condition leaves it out."""
    wrong = next((one for one in (left, right) if isinstance(one, NotCalculatedError)), None)
    return wrong or act(left or 0, right or 0)


def _plain(value: Any, other: Any) -> Any:
    """An empty cell is empty text beside text, and zero beside a number."""
    return value if value is not None else "" if isinstance(other, str) else 0


def _meets(row: Any, conditions: list[Any]) -> bool:
    return all(_is_met(value, condition) for value, condition in zip(row, conditions, strict=True))


def _is_met(value: Any, condition: Any) -> Any:
    sign, wanted = CONDITION.findall(str(condition))[0]
    if re.fullmatch(r"-?\d+(\.\d+)?", wanted):
        return isinstance(value, int | float) and COMPARE[sign or "="](value, float(wanted))
    return COMPARE[sign or "="](str(value or "").casefold(), wanted.casefold())
