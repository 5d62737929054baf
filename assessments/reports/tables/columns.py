"""What a column of a table is: its name, as statistics programs take it, what it means, and what can stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.reports.tables.csv_text import csv_bytes
from readiness.instrument.words import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.reports.codes import Codes
    from assessments.reports.report import About
    from assessments.reports.tables.csv_text import Cell

TEXT: Final = "text"
CODE: Final = "code"
DAY: Final = "day, YYYY-MM-DD"
WHOLE: Final = "whole number"
NUMBER: Final = "number"
YES_NO: Final = "1 yes, 0 no"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `low` and `high` bound its numbers, `codes` are what can stand in it, with their meaning.

    `topic`, `why` and `sources` are told of a column that stands for a question.
    """

    name: str
    kind: str
    label: str
    low: int | None = None
    high: int | None = None
    codes: Codes = ()
    topic: str = ""
    why: str = ""
    sources: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it leaves, by the end of its file's name."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def csv(self) -> bytes:
        """Write the table as CSV."""
        return csv_bytes([column.name for column in self.columns], self.rows)


def table(name: str, columns: Iterable[Column], rows: Iterable[Mapping[str, Cell]]) -> Table:
    """Give a table of rows by column; what a row does not name is an empty cell."""
    columns = tuple(columns)
    names = [column.name for column in columns]
    return Table(name, columns, tuple(tuple(row.get(one) for one in names) for row in rows))


def of_one_row(name: str, cells: Iterable[tuple[Column, Cell]]) -> Table:
    """Give a table whose only row was laid out together with its columns."""
    columns, row = zip(*cells, strict=True)
    return Table(name, columns, (row,))


def named(*parts: str) -> str:
    """Give a name that R, SPSS, Stata and SAS take alike: letters, digits and underscores."""
    return "_".join(parts).replace("-", "_")


def about_row(about: About) -> dict[str, Cell]:
    """Give what stands first in every row, by column."""
    return {column.name: cell for column, cell in about_cells(about)}


def about_cells(about: About) -> tuple[tuple[Column, Cell], ...]:
    """Give what stands first in every row of every table: whose it is, of which assessment, by which questionnaire."""
    stages = tuple((stage.value, words) for stage, words in STAGES.items())
    return (
        (Column("clinic_id", TEXT, "The clinic, the same in all its files"), about.clinic_id),
        (Column("clinic", TEXT, "The clinic’s name when the file was made"), about.clinic),
        (Column("assessment_id", TEXT, "The assessment, the same in all its files"), about.round_id),
        (Column("assessment", TEXT, "The assessment’s title"), about.title),
        (Column("finished_on", DAY, "The day on which the assessment was finished"), about.closed_on.isoformat()),
        (Column("stage", CODE, "How far the service was", codes=stages), about.context.stage.value),
        (Column("questionnaire", TEXT, "The questionnaire"), about.instrument),
        (
            Column("questionnaire_version", WHOLE, "Its version: questions are the same within one"),
            about.instrument_version,
        ),
    )
