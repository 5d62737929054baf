"""The page about the questionnaire is made from it, and the page in docs is up to date."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from readiness.instrument.document import document
from readiness.instrument.loading import load

PAGE = Path(__file__).parents[3] / "docs" / "instrument.md"


def test_page_on_disk_is_the_page_of_the_newest_questionnaire():
    assert PAGE.read_text(encoding="utf-8") == document(load()), "run `make docs`"


def test_command_prints_the_page(capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "readiness.instrument.document")
    runpy.run_module("readiness.instrument.document", run_name="__main__")
    assert capsys.readouterr().out == document(load())


def rows(page: str, first_cell: str) -> list[str]:
    """Give the cells of the only table row that begins with this cell."""
    (row,) = (line for line in page.splitlines() if line.startswith(f"| {first_cell} |"))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_item_row_says_what_it_stands_on(small):
    assert rows(document(small), "`workload`") == [
        "`workload`",
        "Both: There is room in the workload.",
        "Workload",
        "process",
        "`study-a`: found in the twelve-clinic study<br>`study-b`: from a summary of the five-service study",
        "depression and anxiety<br>chronic pain and fatigue",
        "Staff said so.",
        "critical, safety, quick",
    ]


@pytest.mark.parametrize(
    ("item", "wording", "marks"),
    [
        ("flow", "Manager: Patients come to us.<br>Therapist: Patients come to me.", "live, route: GPs refer patients"),
        ("can-write", "Therapist: I can write to a patient.", ""),
    ],
)
def test_item_row_gives_each_forms_words_and_marks(small, item, wording, marks):
    cells = rows(document(small), f"`{item}`")
    assert (cells[1], cells[-1]) == (wording, marks)


def test_fact_row(small):
    assert rows(document(small), "`hours`") == ["`hours`", "How many hours?", "hours", "Daily", ""]


def test_source_row_links_where_there_is_an_address(small):
    page = document(small)
    assert rows(page, "`study-a`")[1:] == ["[A (2019).](https://example.org/a)", "All of it."]
    assert rows(page, "`study-b`")[1:] == ["B (2018).", "The abstract."]


def test_factor_that_no_item_asks_is_named_apart(parse_changed):
    page = document(parse_changed('determinant = "writing"', 'determinant = "workload"'))
    known = page[page.index("## Known but not asked") : page.index("## Sources")]
    assert "| Writing | process | `study-b`: wider literature |" in known
    assert "Workload" not in known


def test_bar_in_a_text_does_not_break_the_table(parse_changed):
    assert r"Staff \| managers." in document(parse_changed("Staff said so.", "Staff | managers."))
