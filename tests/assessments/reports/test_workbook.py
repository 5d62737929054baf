"""The workbook of an assessment: text is text, figures are the page's, and formulas come to the frozen scores."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from assessments.clinics.models import User
from assessments.plans.models import Action
from assessments.reports.files import BY_KEY
from assessments.reports.report import report_of
from assessments.reports.sheets.book import CELL_MAX, CUT, Book, Front, cell_text
from assessments.reports.sheets.clinic import workbook
from assessments.reports.sheets.items import items_sheet
from assessments.reports.sheets.parts import facts_sheet
from assessments.reports.sheets.sheet import Column, Look, Sheet
from assessments.reports.sheets.topics import DIFFERS, SAME, topics_sheet
from assessments.rounds.models import Round
from readiness.instrument.definition import Answer, Context, Form, NonAnswer, Route
from readiness.instrument.loading import load
from readiness.scoring.score import score
from tests.assessments.conftest import signed_in
from tests.assessments.reports.answered import answered
from tests.assessments.reports.awkward import CLINIC, COMMENTS, TITLE, UNKEPT, awkward_report
from tests.assessments.reports.calculating import calculated, grids_in, grids_of
from tests.assessments.results.conftest import ITEMS, LATER, MIXED

FORMULAS = ("Score by formula", "Check")
SHEETS = ["Summary", "Topics", "Items", "Flags", "Options", "Plan", "Change", "Other views", "Codebook"]


def opened(written: bytes) -> Workbook:
    return load_workbook(io.BytesIO(written), rich_text=True)


def rows_of(book: Workbook, sheet: str) -> list[dict[str, Any]]:
    """Give the rows of a sheet by their heads."""
    heads, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def shown(text: str) -> str:
    """Give text as it must stand in a cell."""
    text = re.sub("[\ufffe\uffff]", "\ufffd", text.replace("\r\n", "\n"))
    return re.sub("^(<r>.*</r>)$", r"\1 ", text)


@pytest.mark.django_db
def test_text_of_an_awkward_clinic_is_text_and_nothing_else() -> None:
    report = awkward_report()
    written = workbook(report)
    book = opened(written)
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.sheet_state == "visible"
        heads = [cell.value for cell in sheet[1]]
        for head, *cells in zip(heads, *list(sheet.iter_rows())[1:], strict=True):
            kinds = {cell.data_type for cell in cells if cell.value is not None}
            assert kinds <= ({"f"} if head in FORMULAS else {"s", "n", "d"})
            assert not [cell for cell in cells if cell.hyperlink or cell.comment]
    assert [row["Comment"] or "" for row in rows_of(book, "Items")] == [shown(row.comment) for row in report.items]
    assert {shown(text) for text in (*COMMENTS, *UNKEPT)} <= {row["Comment"] for row in rows_of(book, "Items")}
    said = {row["About"]: row["What the result says"] for row in rows_of(book, "Summary")}
    assert (said["Clinic"], said["Assessment"]) == (CLINIC, TITLE)
    assert [row["Who"] for row in rows_of(book, "Plan")] == [row.owner for row in report.plan]
    assert {row["Therapists"] for row in rows_of(book, "Topics")} == {"not shown", "not asked"}
    assert not [row for row in rows_of(book, "Topics") if row["Therapists: value"] or row["Therapists: at least"]]


@pytest.mark.django_db
def test_file_says_no_more_of_itself_than_its_title_and_day() -> None:
    report = awkward_report()
    written = workbook(report)
    assert workbook(report) == written
    properties = opened(written).properties
    assert (properties.title, properties.creator, properties.lastModifiedBy) == (f"{CLINIC}: {TITLE}", None, None)
    day = datetime.combine(report.about.closed_on, datetime.min.time())
    assert properties.created == properties.modified == day
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        names = parts.namelist()
        assert not [name for name in names if re.search("external|comment|custom|drawing|rels/sheet", name)]
        defined = re.findall(r'<definedName name="([^"]+)"', parts.read("xl/workbook.xml").decode())
    assert set(defined) == {"_xlnm._FilterDatabase", "_xlnm.Print_Titles", "_xlnm.Print_Area"}


@pytest.mark.django_db
def test_workbook_says_what_the_page_says(
    closed_round: Round, finish_next: Callable[..., Round], action: Action, lead: User
) -> None:
    second = finish_next({**MIXED, "gp-referral": 5})
    report = report_of(second, reader=lead, now=LATER)
    book = opened(workbook(report))
    scores = [topic.score for topic in report.page.topics]
    topics = rows_of(book, "Topics")
    said = [(row["Topic"], f"{row['Score']:.0f}", row["Word"] or "", row["Remark"] or "") for row in topics[:-1]]
    assert said == [(one.title, f"{float(one.exact):.0f}", one.words, one.doubt) for one in scores]
    assert topics[-1]["Topic"] == "The therapists’ own confidence"
    cards = [*report.page.first, *report.page.rest]
    flags = [(card.number, flag.title, flag.sentence) for card in cards for flag in card.flags]
    assert [(row["Place"], row["Flag"], row["In words"]) for row in rows_of(book, "Flags")] == flags
    assert [row["Key"] for row in rows_of(book, "Options")] == [offer.key for offer in report.reading.offers]
    assert [(row["Action"], row["Due on"].date()) for row in rows_of(book, "Plan")] == [(action.title, action.due_on)]
    assert report.change
    changed = [(row.title, row.words) for row in report.change.topics]
    assert [(row["What"], row["What became of it"]) for row in rows_of(book, "Change")][: len(changed)] == changed
    remarks = {row["What became of it"]: row["Remark"] for row in rows_of(book, "Change") if row["About"] == "Flag"}
    assert remarks["Closed"] == "Was “Look at this”"
    assert remarks["Stayed"] in {"Needs a decision", "Look at this"}
    page = signed_in(lead).get(f"/rounds/{second.pk}/results/").content.decode()
    groupings = {row["Grouping"] for row in rows_of(book, "Other views")}
    assert len(groupings) == 2
    assert not [grouping for grouping in groupings if f"<summary>{grouping}</summary>" not in page]


@pytest.mark.django_db
def test_codebook_explains_every_column_and_every_key(closed_round: Round, lead: User) -> None:
    report = report_of(closed_round, reader=lead, now=LATER)
    book = opened(workbook(report))
    entries = rows_of(book, "Codebook")
    told = {(row["Where"], row["Name"]) for row in entries if row["Part"] == "Column"}
    assert told == {(sheet.title, cell.value) for sheet in book for cell in sheet[1]}
    names = {row["Name"] for row in entries}
    for sheet, column in (("Items", "Key"), ("Items", "Missing"), ("Topics", "Status"), ("Topics", "Band")):
        assert {row[column] for row in rows_of(book, sheet) if row[column]} <= names
    assert {row["Key"] for row in rows_of(book, "Flags")} <= names
    csv = BY_KEY["codebook"].make(report).decode()
    codes = {row["Name"]: row["Meaning"] for row in entries if row["Part"] in {"Band", "Status"}}
    assert [code for code, means in codes.items() if f"{code} = {means}" not in csv] == []


def scored(answers: Mapping[str, Answer], context: Context) -> dict[str, list[list[Any]]]:
    """Give the sheets of topics and questions for these answers, without a database."""
    report = answered(answers, context)
    return grids_of((topics_sheet(report), items_sheet(report)))


def test_stated_figures_are_told_in_words_and_as_numbers() -> None:
    sheet = facts_sheet(answered({"patients-started": 1200, "gp-referral-count": NonAnswer.DONT_KNOW}, Context()))
    heads, *lines = grids_of([sheet])[sheet.name]
    said = {line[heads.index("Key")]: line[2:-1] for line in lines}
    assert heads[2:] == ["Answer", "Unit", "Figure", "Missing", "Key"]
    assert said["patients-started"] == ["1,200", "patients", 1200, ""]
    assert said["gp-referral-count"] == ["Don’t know", "", None, "dont_know"]
    assert sheet.n_printed == heads.index("Figure")


def worked_out(grids: Mapping[str, list[list[Any]]], topic: str) -> tuple[Any, Any]:
    """Calculate a topic's score and what its check says."""
    heads, *rows = grids["Topics"]
    row = 2 + [row[heads.index("Topic key")] for row in rows].index(topic)
    score_, check = (calculated(grids, "Topics", row, heads.index(head) + 1) for head in FORMULAS)
    return score_, check


@settings(max_examples=10)
@given(
    answers=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(ITEMS, st.sampled_from((None, 1, 2, 3, 4, 5, *NonAnswer)))
    ),
    routes=st.sets(st.sampled_from(Route)),
)
def test_formulas_give_the_score_whatever_is_answered(answers: Mapping[str, Answer], routes: set[Route]) -> None:
    context = Context(routes=frozenset(routes))
    grids = scored(answers, context)
    for scale in score(load(), Form.MANAGER, answers, context).domains:
        expected = "" if scale.score is None else pytest.approx(scale.score, abs=1e-9)
        assert worked_out(grids, str(scale.key)) == (expected, SAME)


@pytest.mark.django_db
def test_formulas_of_the_file_follow_a_value_that_is_changed(closed_round: Round, lead: User) -> None:
    grids = grids_in(opened(workbook(report_of(closed_round, reader=lead, now=LATER))))
    assert worked_out(grids, "programme") == (pytest.approx(85), SAME)
    heads, first, *_ = grids["Items"]
    assert (first[heads.index("Topic key")], first[heads.index("Value")]) == ("programme", 4)
    first[heads.index("Value")] = 1
    assert worked_out(grids, "programme") == (pytest.approx(70), DIFFERS)
    assert worked_out(grids, "intake")[1] == SAME


def written(look: Look, *values: Any, title: str = "") -> list[Any]:
    """Give the cells of a column in a workbook of their own, and its sheet last."""
    target = io.BytesIO()
    with Book(target, Front(title, date(2026, 11, 22))) as book:
        book.add(Sheet("One", "", (Column("Head", "", 20, lambda value: value, look),), values))
    sheet = opened(target.getvalue())["One"]
    return [*(row[0] for row in sheet.iter_rows(min_row=2)), sheet]


def test_difference_has_the_sign_that_pages_give_it() -> None:
    *cells, _ = written(Look.SIGNED, 0.5, 0.4, 0.0, -0.4, -0.5)
    assert [cell.value for cell in cells if set("+−") & set(cell.number_format)] == [0.5, -0.5]


def test_text_like_a_formula_stays_text_when_it_is_edited() -> None:
    *cells, _ = written(Look.WORD, "=1+1", "＝1＋1", "﹦1", "\t=1", "\u200b@x", "a = b", "In place")
    assert [bool(cell.quotePrefix) for cell in cells] == [True] * 5 + [False] * 2


def test_word_has_its_colour_whatever_follows_it() -> None:
    alone, more, other, _ = written(Look.WORD, "Look at this", "Look at this: Daily work", "yes")
    assert alone.fill.fgColor.rgb == more.fill.fgColor.rgb != other.fill.fgColor.rgb


def test_row_is_as_high_for_wide_letters_as_for_twice_as_many() -> None:
    *_, sheet = written(Look.TEXT, "x" * 200, "字" * 100, "🏥" * 100, "x" * 100)
    wide, ideographs, emoji, half = (sheet.row_dimensions[row].height for row in range(2, 6))
    assert wide == ideographs == emoji > half


def test_head_of_a_printed_page_holds_no_command_and_is_never_too_long() -> None:
    assert written(Look.TEXT, title="R&D &P")[-1].oddHeader.left.text == "R&&D &&P"
    assert len(str(written(Look.TEXT, title="&" * 300)[-1].oddHeader)) <= 255


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("a\x00b\x1b\ud800\ufffe", "a\ufffdb\ufffd\ufffd\ufffd"),
        ("<r><t>=1+1</t></r>", "<r><t>=1+1</t></r> "),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("🦉" * CELL_MAX, "🦉" * ((CELL_MAX - len(CUT)) // 2) + CUT),
    ],
    ids=["no character", "marked up", "line ends", "too long"],
)
def test_cell_holds_text_that_every_program_can_read(text: str, stands: str) -> None:
    assert cell_text(text) == stands
