"""The API described in OpenAPI, for programs; the guide is made from the same description."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from assessments.reports.actions import LIVES, PREFIX
from assessments.reports.api.addresses import ERRORS
from assessments.reports.api.app import api
from assessments.reports.api.errors import CODES, ROOT, WORDS
from assessments.reports.api.examples import example_of
from assessments.reports.api.limits import CALLS_A_MINUTE_MAX
from assessments.reports.api.schemas import Problem
from assessments.reports.models import Scope

Document = dict[str, Any]

TOKEN: Final = "token"  # noqa: S105 - the name of the way in
ABOUT: Final = (
    "Programs read here what a person may see in iCBT Readiness: the results of assessments as they were frozen, and "
    "the clinic’s own form. They can change nothing. Of therapists there are the released group figures alone, never "
    "an answer; of a team talk what it agreed on, topic by topic, and what it asks for.",
    f"Each request carries a token in the header “Authorization: Bearer {PREFIX}...”; one in an address or a cookie "
    "does not count, and pages of other sites cannot ask from a browser. Its owner makes it on the site, under "
    f"Account, Tokens, for {', '.join(map(str, LIVES[:-1]))} or {LIVES[-1]} days. It stops earlier when its owner ends "
    "it or changes their password. What it opens is looked up anew for each request: when its owner leaves a clinic, "
    "the token finds nothing there.",
    f"A token has one of two scopes. `{Scope.RESULTS}` opens clinics, assessments, results and change; for "
    "consultants, networks as well. A result holds scores with how many questions they rest on, flags with the "
    "questions behind them, and options: no single answer and no comment, but a flag lets one guess a low answer. "
    f"`{Scope.ANSWERS}` opens the same, and the clinic form’s answers with their comments, of an open assessment too, "
    "and the plan.",
    f"A token may ask {CALLS_A_MINUTE_MAX} times a minute. Lists come in parts: follow `next` until it is null. "
    "A parameter that is not known is refused, so that a mistyped filter does not give everything.",
    "What is not known is null and never zero. Days are those of the clinic. Fields may be added; those that are there "
    "keep their name and meaning as long as the address says v1. Go by keys and codes: what is worded for people may "
    "be worded better one day.",
)
MEANINGS: Final = {
    HTTPStatus.BAD_REQUEST: "A parameter is not known, is given twice, or has a value that it cannot have.",
    HTTPStatus.UNAUTHORIZED: "There is no working token: none was sent, or it was mistyped, has expired or was ended.",
    HTTPStatus.FORBIDDEN: "The token does not open this, or there is no result yet; the message says which.",
    HTTPStatus.NOT_FOUND: "It is not there, or not for the token’s owner; which of the two is not told.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Something else than reading was tried.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests in this minute. Retry-After says how many seconds to wait.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "A mistake of ours; the message has a number by which the operator finds it.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database cannot be reached just now. Try again in a few seconds.",
}
"""What each error means."""
HEADERS: Final = {
    HTTPStatus.UNAUTHORIZED: "WWW-Authenticate",
    HTTPStatus.TOO_MANY_REQUESTS: "Retry-After",
    HTTPStatus.SERVICE_UNAVAILABLE: "Retry-After",
}
"""What else an error says, in a header."""


def openapi(request: HttpRequest) -> HttpResponse:
    """Send the document."""
    return JsonResponse(document(settings.BASE_URL))


@lru_cache(maxsize=1)
def document(base_url: str) -> Document:
    """Describe the API as it is reached at an address."""
    made = api.get_openapi_schema(path_prefix="")
    schemas = made["components"]["schemas"] | _shapes_of_errors()
    return {
        "openapi": made["openapi"],
        "info": {"title": "iCBT Readiness", "version": "1", "description": "\n\n".join(ABOUT)},
        "servers": [{"url": base_url + ROOT}],
        "paths": {path: {"get": _operation(methods["get"], schemas)} for path, methods in made["paths"].items()},
        "components": {
            "schemas": schemas,
            "responses": {name_of(status): _error(status) for status in ERRORS},
            "securitySchemes": {TOKEN: {"type": "http", "scheme": "bearer"}},
        },
    }


def name_of(status: HTTPStatus) -> str:
    """Give the name under which the document describes an error, the same at every address."""
    return f"Error{status.value}"


def _operation(made: Document, schemas: Document) -> Document:
    """Describe an address, with an example of what it answers."""
    answer = made["responses"][HTTPStatus.OK]["content"]["application/json"]["schema"]
    content = {"schema": answer, "example": example_of(answer, schemas)}
    errors = {str(status.value): {"$ref": f"#/components/responses/{name_of(status)}"} for status in ERRORS}
    return made | {
        "security": [{TOKEN: []}],
        "parameters": [_parameter(one) for one in made["parameters"]],
        "responses": {
            "200": {"description": "What was asked for.", "content": {"application/json": content}},
            **errors,
        },
    }


def _shapes_of_errors() -> Document:
    """Give the schemas of an error's body by their names; no address holds them, so that each is built once."""
    made = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**made.pop("$defs"), Problem.__name__: made}


def _error(status: HTTPStatus) -> Document:
    example = {"error": {"code": CODES[status], "message": WORDS[status]}}
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    headers = {HEADERS[status]: {"schema": {"type": "string"}}} if status in HEADERS else {}
    return {
        "description": MEANINGS[status],
        "content": {"application/json": {"schema": schema, "example": example}},
        "headers": headers,
    }


def _parameter(parameter: Document) -> Document:
    """Give a parameter as it is sent: what is left out is left out, and no address can say null."""
    schema = parameter["schema"]
    sent = next(iter(schema.get("anyOf", [schema])))
    kept = {name: value for name, value in schema.items() if name == "default" and value is not None}
    is_needed = parameter["required"]
    described = {"description": parameter["description"]} if "description" in parameter else {}
    return {
        "in": parameter["in"],
        "name": parameter["name"],
        "required": is_needed,
        **described,
        "schema": {name: value for name, value in {**sent, **kept}.items() if name not in ("title", "examples")},
    }
