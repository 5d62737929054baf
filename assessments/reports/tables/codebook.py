"""What the columns of the tables mean: each of them, of each file, with its codes, wording and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.reports.tables.answers import answers_long, answers_wide
from assessments.reports.tables.columns import NUMBER, TEXT, Column, Table, table
from assessments.reports.tables.scores import scores_long

if TYPE_CHECKING:
    from assessments.reports.report import Report
    from assessments.reports.tables.csv_text import Cell

COLUMNS: Final = (
    Column("file", TEXT, "The table, by the end of its file’s name"),
    Column("variable", TEXT, "The column’s name"),
    Column("label", TEXT, "What it means; of a question, its wording"),
    Column("type", TEXT, "What stands in it"),
    Column("low", NUMBER, "The least that can stand in it"),
    Column("high", NUMBER, "The most that can stand in it"),
    Column("codes", TEXT, "What can stand in it, with its meaning: code = meaning, parted by |"),
    Column("topic", TEXT, "Of a question: its topic"),
    Column("why", TEXT, "Of a question: why it is asked"),
    Column("sources", TEXT, "Of a question: the publications behind it, and how firmly each stands behind it"),
)


def codebook(report: Report) -> Table:
    """Describe every column of the three tables of an assessment."""
    tables = (answers_long(report), answers_wide(report), scores_long(report))
    rows = (_row(one.name, column) for one in tables for column in one.columns)
    return table("codebook", COLUMNS, [*rows, *(_row("codebook", column) for column in COLUMNS)])


def _row(file: str, column: Column) -> dict[str, Cell]:
    return {
        "file": file,
        "variable": column.name,
        "label": column.label,
        "type": column.kind,
        "low": column.low,
        "high": column.high,
        "codes": " | ".join(f"{code} = {meaning}" for code, meaning in column.codes),
        "topic": column.topic,
        "why": column.why,
        "sources": column.sources,
    }
