"""CSV: what a spreadsheet could take for a formula, that long and wide say the same, and what the codebook covers."""

from __future__ import annotations

import csv
import io
import re
from typing import Final

import pytest

from assessments.clinics.models import User
from assessments.reports.files import BY_KEY
from assessments.reports.report import Report, report_of
from assessments.reports.tables.csv_text import csv_bytes, harmless
from assessments.rounds.models import FormAnswer, Round
from tests.assessments.conftest import NOW
from tests.assessments.reports.awkward import awkward_report
from tests.assessments.results.conftest import LATER

KINDS: Final = ("answers-long", "answers-wide", "scores", "codebook")
FORMULA: Final = re.compile(r"[\s\x00\u200b\ufeff\"]*[=+\-@＝＋－＠]|[\t\r\n\x00]")
NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")


def rows_of(content: bytes, delimiter: str = ",") -> list[list[str]]:
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def records(report: Report, kind: str) -> list[dict[str, str]]:
    header, *rows = rows_of(BY_KEY[kind].make(report))
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("Fine - as it is; and = too", "Fine - as it is; and = too"),
        ("=1+1", "'=1+1"),
        ("-2+3", "'-2+3"),
        (" \u00a0@x", "' \u00a0@x"),
        ("\ttab", "'\ttab"),
        ("\0nul", "'\0nul"),
        ("\r\nline", "'\r\nline"),
        ("＝1＋1", "'＝1＋1"),
        ("\ufeff\u202e+1", "'\ufeff\u202e+1"),
        ('"=1+1"', '\'"=1+1"'),
        ("'=1", "''=1"),
        ("a;=1", "a;'=1"),
        ("a; =1\t@b", "a;' =1\t'@b"),
        ("two\r\n- lines\n- more", "two\r\n'- lines\n'- more"),
    ],
)
def test_text_that_could_be_a_formula_gets_an_apostrophe(text: str, written: str) -> None:
    assert harmless(text) == written


def test_csv_is_written_as_spreadsheets_and_programs_read_it() -> None:
    written = csv_bytes(["=a", "b"], [[-1.5, 'x, "y"\nz'], [None, True]])
    assert written == b'\xef\xbb\xbf\'=a,b\r\n-1.5,"x, ""y""\nz"\r\n,1\r\n'


@pytest.mark.django_db
def test_no_cell_of_an_awkward_clinic_is_a_formula_wherever_cells_are_parted() -> None:
    report = awkward_report()
    for kind in KINDS:
        content = BY_KEY[kind].make(report)
        for delimiter in ",;\t":
            found = [cell for row in rows_of(content, delimiter) for cell in row if not NUMBER.fullmatch(cell)]
            assert [cell for cell in found if FORMULA.match(cell)] == []
    comments = {row["question"]: row["comment"] for row in records(report, "answers-long")}
    kept = {row.key: row.comment for row in report.items}
    assert {key: harmless(comment) for key, comment in kept.items()}.items() <= comments.items()
    assert sum(comment.startswith("'") for comment in comments.values()) >= 8


def test_long_and_wide_say_what_was_answered_and_why_something_was_not(heard: Round, lead: User) -> None:
    heard.routes = ["self"]  # what was answered about GPs before is not asked any more
    report = report_of(heard, reader=lead, now=LATER)
    long, (wide,) = records(report, "answers-long"), records(report, "answers-wide")
    stored = {row.key: row for row in FormAnswer.objects.of_clinic_form().filter(round=heard)}
    assert len(long) == len(report.items) + len(report.reading.instrument.facts)
    for row in long:
        key, name = row["question"], row["question"].replace("-", "_")
        column = f"{'q' if row['kind'] == 'rating' else 'fact'}_{name}"
        assert (row["value"], row["missing"]) == (wide[column], wide[f"{column}_missing"])
        assert (row["value"] == "") == bool(row["missing"])
        if row["is_asked"] == "0":
            assert row["missing"] == "not_asked"
        elif key not in stored:
            assert row["missing"] == "blank"
        else:
            assert row["value"] or row["missing"] == stored[key].non_answer
            assert row["value"] == ("" if stored[key].value is None else str(stored[key].value))
    assert {row["missing"] for row in long} == {"", "blank", "dont_know", "not_asked"}
    for row in records(report, "scores"):
        name = row["key"].replace("-", "_")
        column = f"{row['view']}_{name}"
        if row["view"] == "therapists":
            assert (row["is_shown"], row["side"], row["bound"]) == tuple(
                wide[f"{column}_{end}"] for end in ("shown", "side", "bound")
            )
        assert row["score"] == wide[column]


def test_codebook_covers_every_column_and_every_code(heard: Round, lead: User) -> None:
    report = report_of(heard, reader=lead, now=NOW)
    book = {(row["file"], row["variable"]): row for row in records(report, "codebook")}
    for kind in KINDS:
        for row in records(report, kind):
            for variable, cell in row.items():
                said = book[kind, variable]
                assert re.fullmatch(r"[a-z][a-z0-9_]{0,63}", variable)
                assert "" not in (said["label"], said["type"])
                codes = [one.partition(" = ")[0] for one in said["codes"].split(" | ") if one]
                assert not cell or not codes or cell in codes
                assert not cell or not said["high"] or float(said["low"]) <= float(cell) <= float(said["high"])
    assert book["answers-wide", "q_reimbursement"]["sources"]
