"""The clinic form as a LimeSurvey survey in tab-separated values, one row for each setting, group, question and answer.

LimeSurvey shows texts as HTML and reads braces in them as expressions; ours are escaped and have none.
"""

from __future__ import annotations

import csv
import io
from html import escape
from typing import TYPE_CHECKING, Final

from assessments.reports.forms.clinic_form import (
    CAVEAT,
    INTRODUCTION,
    LICENCE,
    ROUTES_KEY,
    SERVICE,
    SERVICE_ABOUT,
    UNKNOWN,
)
from assessments.reports.forms.names import answer_code, question_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.reports.forms.clinic_form import Choice, ClinicForm, Number, Option, Rating, Section

CLASS: Final = "class"
TYPE: Final = "type/scale"
NAME: Final = "name"
RELEVANCE: Final = "relevance"
TEXT: Final = "text"
HELP: Final = "help"
LANGUAGE: Final = "language"
COLUMNS: Final = (
    CLASS, TYPE, NAME, RELEVANCE, TEXT, HELP, LANGUAGE, "validation", "mandatory", "other", "default", "same_default",
    "min_num_value_n", "max_num_value_n", "num_value_int_only",
)  # fmt: skip

ONE_OF_A_LIST: Final = "L"
SEVERAL: Final = "M"
LIST_WITH_COMMENT: Final = "O"
NUMBER: Final = "N"
ALWAYS: Final = "1"
ONLY_SCALE: Final = "0"
"""The scale to which an answer belongs: the manual wants a number, also where there is no second one."""

Row = dict[str, str]


def limesurvey(form: ClinicForm) -> bytes:
    """Write the form as LimeSurvey exports one: tabs, UTF-8 with the mark in front."""
    held = io.StringIO()
    writer = csv.DictWriter(held, COLUMNS, restval="", dialect="excel-tab")
    writer.writeheader()
    writer.writerows(_rows(form))
    return held.getvalue().encode("utf-8-sig")


def _rows(form: ClinicForm) -> Iterator[Row]:
    for name, value in (("language", "en"), ("format", "G"), ("anonymized", "N"), ("allowprev", "Y")):
        yield {CLASS: "S", NAME: name, TEXT: value}
    for name, text in (
        ("surveyls_title", f"{form.title}, version {form.version}"),
        ("surveyls_description", f"{CAVEAT} {LICENCE}"),
        ("surveyls_welcometext", INTRODUCTION),
    ):
        yield _worded("SL", name, text)
    yield _group(0, SERVICE, SERVICE_ABOUT)
    for question in form.service:
        yield from _choice(question)
    for at, section in enumerate(form.sections, start=1):
        yield _group(at, section.title, section.about)
        yield from _section(section)


def _worded(kind: str, name: str, text: str) -> Row:
    return {CLASS: kind, NAME: name, TEXT: escape(text, quote=False), LANGUAGE: "en"}


def _group(at: int, title: str, about: str) -> Row:
    return {**_worded("G", title, about), TYPE: f"G{at}", RELEVANCE: ALWAYS}


def _question(kind: str, key: str, text: str, route: str = "", help_text: str = "") -> Row:
    return {
        **_worded("Q", question_code(key), text),
        TYPE: kind,
        RELEVANCE: f"!is_empty({ROUTES_KEY}_{answer_code(route)}.NAOK)" if route else ALWAYS,
        HELP: escape(help_text, quote=False),
        "mandatory": "N",
        "other": "N",
    }


def _choice(question: Choice) -> Iterator[Row]:
    yield _question(SEVERAL if question.is_multiple else ONE_OF_A_LIST, question.key, question.text)
    yield from _answers("SQ" if question.is_multiple else "A", question.options)


def _answers(kind: str, options: tuple[Option, ...]) -> Iterator[Row]:
    yield from ({**_worded(kind, answer_code(option.code), option.text), TYPE: ONLY_SCALE} for option in options)


def _section(section: Section) -> Iterator[Row]:
    for rating in section.ratings:
        yield from _rating(rating)
    yield from (_number(number) for number in section.numbers)


def _rating(rating: Rating) -> Iterator[Row]:
    yield _question(LIST_WITH_COMMENT, rating.key, rating.text, rating.route, f"Why we ask: {rating.why}")
    yield from _answers("A", rating.options)


def _number(number: Number) -> Row:
    return {
        **_question(NUMBER, number.key, number.text, number.route, UNKNOWN),
        "min_num_value_n": str(number.low),
        "max_num_value_n": str(number.high),
        "num_value_int_only": "1",
    }
