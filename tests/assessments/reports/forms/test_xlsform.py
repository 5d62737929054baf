"""The XLSForm as pyxform, the reader of ODK and KoboToolbox, understands it."""

from __future__ import annotations

from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook
from pyxform.xls2xform import ConvertResult, convert

from assessments.reports.forms.clinic_form import clinic_form
from assessments.reports.forms.names import variable
from assessments.reports.forms.xlsform import xlsform
from readiness.instrument.definition import INSTRUMENT

FORM = clinic_form(INSTRUMENT)
RATINGS = [rating for section in FORM.sections for rating in section.ratings]
XFORMS = "{http://www.w3.org/2002/xforms}"


@pytest.fixture(scope="module")
def converted() -> ConvertResult:
    return convert(BytesIO(xlsform(FORM)), file_type=".xlsx", validate=False)


@pytest.fixture(scope="module")
def binds(converted: ConvertResult) -> dict[str, dict[str, str]]:
    """The rules for each question, by the last part of its path."""
    root = ET.fromstring(converted.xform)
    return {bind.get("nodeset", "").rsplit("/", 1)[-1]: dict(bind.attrib) for bind in root.iter(f"{XFORMS}bind")}


def test_form_is_read_without_a_warning_and_asks_everything(
    converted: ConvertResult, binds: dict[str, dict[str, str]]
) -> None:
    assert converted.warnings == []
    assert {variable(key) for key in FORM.keys} <= set(binds)
    assert {bind["required"] for bind in binds.values() if "required" in bind} <= {"false()"}


def test_question_of_a_route_is_asked_where_the_route_is_chosen(binds: dict[str, dict[str, str]]) -> None:
    for rating in RATINGS:
        rule = binds[variable(rating.key)].get("relevant", "")
        assert rule.replace(" ", "") == (f"selected(/data/service/routes,'{rating.route}')" if rating.route else "")
    assert sum(bool(rating.route) for rating in RATINGS) == 4


def test_every_list_of_answers_is_that_of_its_questions() -> None:
    book = load_workbook(BytesIO(xlsform(FORM)))
    survey, choices = (list(book[name].iter_rows(min_row=2, values_only=True)) for name in ("survey", "choices"))
    type_of = {row[1]: row[0] for row in survey}
    for rating in RATINGS:
        offered = [row[1:] for row in choices if type_of[variable(rating.key)] == f"select_one {row[0]}"]
        assert offered == [(option.code, option.text) for option in rating.options]
    cells = [
        cell for name in book.sheetnames for row in book[name].iter_rows() for cell in row if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} == {"s"}
