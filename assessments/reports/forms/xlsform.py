"""The clinic form as an XLSForm, for ODK, KoboToolbox and their like."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

import xlsxwriter

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
from readiness.instrument.definition import NonAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assessments.reports.forms.clinic_form import Choice, ClinicForm, Number, Option, Rating, Section

Row = dict[str, str]

LANGUAGE: Final = "English (en)"
LABEL: Final = f"label::{LANGUAGE}"
HINT: Final = f"hint::{LANGUAGE}"
GUIDANCE: Final = f"guidance_hint::{LANGUAGE}"
MESSAGE: Final = f"constraint_message::{LANGUAGE}"
SURVEY: Final = (
    "type", "name", LABEL, HINT, GUIDANCE, "required", "relevant", "constraint", MESSAGE, "appearance",
)  # fmt: skip
CHOICES: Final = ("list_name", "name", LABEL)
SETTINGS: Final = ("form_title", "form_id", "version", "default_language", "style")

EVERY_ANSWER: Final = "answer"
WITHOUT_DOES_NOT_APPLY: Final = "answer_always"
WIDTHS: Final = {LABEL: 70, HINT: 40, GUIDANCE: 60, "name": 28, "type": 26}
NO_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""In place of the moment of making: the same version is the same file."""


def xlsform(form: ClinicForm) -> bytes:
    """Write the form as a workbook of three sheets, all of whose cells are text."""
    held = BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.set_properties({"title": form.title, "comments": f"{CAVEAT} {LICENCE}", "created": NO_DAY})
        _write(book, "survey", SURVEY, list(_survey(form)))
        _write(book, "choices", CHOICES, list(_choices(form)))
        _write(book, "settings", SETTINGS, [_settings(form)])
    return held.getvalue()


def _write(book: xlsxwriter.Workbook, name: str, columns: Sequence[str], rows: list[Row]) -> None:
    sheet = book.add_worksheet(name)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, WIDTHS.get(column, 18), wrapped)
        sheet.write_string(0, at, column, bold)
    for line, row in enumerate(rows, start=1):
        for at, column in enumerate(columns):
            if row.get(column):
                sheet.write_string(line, at, row[column])


def _survey(form: ClinicForm) -> Iterator[Row]:
    yield {"type": "note", "name": "introduction", LABEL: INTRODUCTION}
    yield {"type": "begin_group", "name": "service", LABEL: SERVICE, "appearance": "field-list"}
    yield {"type": "note", "name": "service_about", LABEL: SERVICE_ABOUT}
    yield from (_choice(question) for question in form.service)
    yield {"type": "end_group"}
    for section in form.sections:
        yield from _section(section)


def _choice(question: Choice) -> Row:
    name = variable(question.key)
    kind = "select_multiple" if question.is_multiple else "select_one"
    return {"type": f"{kind} {name}", "name": name, LABEL: question.text, "required": "no"}


def _section(section: Section) -> Iterator[Row]:
    name = f"topic_{variable(section.key)}"
    yield {"type": "begin_group", "name": name, LABEL: section.title, "appearance": "field-list"}
    yield {"type": "note", "name": f"{name}_about", LABEL: section.about}
    for rating in section.ratings:
        yield from _rating(rating)
    yield from (_number(number) for number in section.numbers)
    yield {"type": "end_group"}


def _rating(rating: Rating) -> Iterator[Row]:
    name, relevant = variable(rating.key), _relevant(rating.route)
    yield {
        "type": f"select_one {_list_of(rating)}",
        "name": name,
        LABEL: rating.text,
        GUIDANCE: f"Why we ask: {rating.why}",
        "required": "no",
        "relevant": relevant,
    }
    yield {
        "type": "text",
        "name": comment(rating.key),
        LABEL: COMMENT,
        "required": "no",
        "relevant": relevant,
        "appearance": "multiline",
    }


def _list_of(rating: Rating) -> str:
    is_for_all = all(option.code != NonAnswer.NOT_APPLICABLE for option in rating.options)
    return WITHOUT_DOES_NOT_APPLY if is_for_all else EVERY_ANSWER


def _number(number: Number) -> Row:
    return {
        "type": "integer",
        "name": variable(number.key),
        LABEL: number.text,
        HINT: UNKNOWN,
        "required": "no",
        "relevant": _relevant(number.route),
        "constraint": f". >= {number.low} and . <= {number.high}",
        MESSAGE: f"Please give a whole number from {number.low:,} to {number.high:,}.",
    }


def _relevant(route: str) -> str:
    return f"selected(${{{ROUTES_KEY}}}, '{route}')" if route else ""


def _choices(form: ClinicForm) -> Iterator[Row]:
    for question in form.service:
        yield from _list(variable(question.key), question.options)
    lists = {_list_of(rating): rating.options for section in form.sections for rating in section.ratings}
    for name, options in lists.items():
        yield from _list(name, options)


def _list(name: str, options: tuple[Option, ...]) -> Iterator[Row]:
    yield from ({"list_name": name, "name": option.code, LABEL: option.text} for option in options)


def _settings(form: ClinicForm) -> Row:
    return {
        "form_title": f"{form.title}, version {form.version}",
        "form_id": variable(form.key),
        "version": str(form.version),
        "default_language": LANGUAGE,
        "style": "pages",
    }
