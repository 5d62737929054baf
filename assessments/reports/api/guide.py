"""The page that explains the API to whoever writes a program, made from the document that programs read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from assessments.reports.api.addresses import ERRORS, SCOPE
from assessments.reports.api.document import document, name_of
from assessments.reports.api.errors import CODES, ROOT, TAKEN
from assessments.reports.api.fields import fields_of
from assessments.reports.models import Scope

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

EXAMPLE_LINES: Final = 60
"""How many lines of an example the page shows; the document has all."""


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """What an address takes: `kind` says what may be sent."""

    name: str
    kind: str
    about: SafeString


@dataclass(frozen=True, slots=True)
class AddressRow:
    """An address; `fields` are those of its answer, each with what it means."""

    key: str
    path: str
    title: str
    about: SafeString
    needs_answers: bool
    parameters: tuple[ParameterRow, ...]
    fields: tuple[tuple[str, SafeString], ...]
    example: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Addresses for the same people."""

    key: str
    title: str
    addresses: tuple[AddressRow, ...]


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """A kind of error."""

    status: int
    code: str
    meaning: str


@login_not_required
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Explain the API."""
    described = document(settings.BASE_URL)
    context = {
        "about": [marked(text) for text in described["info"]["description"].split("\n\n")],
        "groups": groups(described),
        "errors": errors(described),
        "an_error": an_error(described),
        "root": settings.BASE_URL + ROOT,
    }
    return render(request, "reports/api.html", context)


def marked(text: str) -> SafeString:
    """Give a text of the document for a page: what stands between backticks there is code."""
    parts = text.split("`")
    form = "".join("<code>{}</code>" if place % 2 else "{}" for place, _ in enumerate(parts))
    return format_html(form, *parts)


def groups(described: dict[str, Any]) -> tuple[GroupRow, ...]:
    """Give the addresses by whom they are for, in the order of the document."""
    found: dict[str, list[AddressRow]] = {}
    for path, methods in described["paths"].items():
        address = _address(path, methods["get"], described["components"]["schemas"])
        found.setdefault(methods["get"]["tags"][0], []).append(address)
    return tuple(GroupRow(slugify(title), title, tuple(addresses)) for title, addresses in found.items())


def _address(path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> AddressRow:
    answer = operation["responses"]["200"]["content"]["application/json"]
    lines = json.dumps(answer["example"], ensure_ascii=False, indent=2).splitlines()
    return AddressRow(
        key=operation["operationId"],
        path=path,
        title=operation["summary"],
        about=marked(operation["description"]),
        needs_answers=Scope(operation[SCOPE]).holds_answers,
        parameters=tuple(_parameter(one) for one in operation["parameters"] if one["in"] == "query"),
        fields=tuple((row.name, marked(row.about)) for row in fields_of(answer["schema"], schemas)),
        example="\n".join(lines[:EXAMPLE_LINES]),
        is_cut=len(lines) > EXAMPLE_LINES,
    )


def _parameter(parameter: dict[str, Any]) -> ParameterRow:
    schema = parameter["schema"]
    kind = " or ".join(schema["enum"]) if "enum" in schema else TAKEN[schema.get("format") or schema["type"]]
    return ParameterRow(parameter["name"], kind, marked(parameter["description"]))


def errors(described: dict[str, Any]) -> tuple[ErrorRow, ...]:
    """Give what each error means; it is the same at every address."""
    responses = described["components"]["responses"]
    return tuple(ErrorRow(status.value, CODES[status], responses[name_of(status)]["description"]) for status in ERRORS)


def an_error(described: dict[str, Any]) -> str:
    """Give the body of an error as an example of all."""
    answer = described["components"]["responses"][name_of(HTTPStatus.NOT_FOUND)]["content"]["application/json"]
    return json.dumps(answer["example"], ensure_ascii=False)
