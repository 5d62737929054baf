"""The clinic form as a data dictionary of REDCap: its eighteen columns, in its order and under its names.

The annotation of a field holds the key of the question and why it is asked; people who fill the form in do not see it.
"""

from __future__ import annotations

import csv
import io
from html import escape
from typing import TYPE_CHECKING, Final

from assessments.reports.forms.clinic_form import (
    CAVEAT,
    COMMENT,
    INTRODUCTION,
    LICENCE,
    ROUTES_KEY,
    SERVICE,
    SERVICE_ABOUT,
    UNKNOWN,
)
from assessments.reports.forms.names import comment, variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.reports.forms.clinic_form import Choice, ClinicForm, Number, Option, Rating, Section

NAME: Final = "Variable / Field Name"
FORM: Final = "Form Name"
SECTION: Final = "Section Header"
TYPE: Final = "Field Type"
LABEL: Final = "Field Label"
CHOICES: Final = "Choices, Calculations, OR Slider Labels"
NOTE: Final = "Field Note"
VALIDATION: Final = "Text Validation Type OR Show Slider Number"
MIN: Final = "Text Validation Min"
MAX: Final = "Text Validation Max"
BRANCHING: Final = "Branching Logic (Show field only if...)"
ANNOTATION: Final = "Field Annotation"
COLUMNS: Final = (
    NAME, FORM, SECTION, TYPE, LABEL, CHOICES, NOTE, VALIDATION, MIN, MAX, "Identifier?", BRANCHING, "Required Field?",
    "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?", ANNOTATION,
)  # fmt: skip

Row = dict[str, str]


def redcap(form: ClinicForm) -> bytes:
    """Write the form as CSV in UTF-8, as REDCap reads it: no mark before the first column."""
    held = io.StringIO()
    writer = csv.DictWriter(held, COLUMNS, restval="")
    writer.writeheader()
    for row in _rows(form):
        writer.writerow({FORM: variable(form.key), **row})
    return held.getvalue().encode()


def _rows(form: ClinicForm) -> Iterator[Row]:
    yield {NAME: "record_id", TYPE: "text", LABEL: "Record ID"}
    about = f"{form.title}, version {form.version}. {INTRODUCTION} {CAVEAT}"
    yield {NAME: "introduction", TYPE: "descriptive", LABEL: escape(about, quote=False), ANNOTATION: LICENCE}
    yield from _under(f"{SERVICE}. {SERVICE_ABOUT}", [_choice(question) for question in form.service])
    for section in form.sections:
        yield from _under(f"{section.title}. {section.about}", list(_section(section)))


def _under(header: str, rows: list[Row]) -> Iterator[Row]:
    """Put a header above the first of these fields."""
    first, *others = rows
    yield {**first, SECTION: escape(header, quote=False)}
    yield from others


def _choice(question: Choice) -> Row:
    return {
        NAME: variable(question.key),
        TYPE: "checkbox" if question.is_multiple else "radio",
        LABEL: escape(question.text, quote=False),
        CHOICES: _choices(question.options),
        ANNOTATION: f"Key: {question.key}.",
    }


def _section(section: Section) -> Iterator[Row]:
    for rating in section.ratings:
        yield from _rating(rating)
    yield from (_number(number) for number in section.numbers)


def _rating(rating: Rating) -> Iterator[Row]:
    branching = _branching(rating.route)
    yield {
        NAME: variable(rating.key),
        TYPE: "radio",
        LABEL: escape(rating.text, quote=False),
        CHOICES: _choices(rating.options),
        BRANCHING: branching,
        ANNOTATION: f"Key: {rating.key}. Why we ask: {rating.why}",
    }
    yield {
        NAME: comment(rating.key),
        TYPE: "notes",
        LABEL: COMMENT,
        BRANCHING: branching,
        ANNOTATION: f"Comment on {rating.key}.",
    }


def _number(number: Number) -> Row:
    return {
        NAME: variable(number.key),
        TYPE: "text",
        LABEL: escape(number.text, quote=False),
        NOTE: UNKNOWN,
        VALIDATION: "integer",
        MIN: str(number.low),
        MAX: str(number.high),
        BRANCHING: _branching(number.route),
        ANNOTATION: f"Key: {number.key}.",
    }


def _choices(options: tuple[Option, ...]) -> str:
    return " | ".join(f"{variable(option.code)}, {escape(option.text, quote=False)}" for option in options)


def _branching(route: str) -> str:
    return f"[{ROUTES_KEY}({variable(route)})] = '1'" if route else ""
