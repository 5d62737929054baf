"""What the API answers when it cannot do what was asked: always JSON, always the same shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.http import JsonResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

ROOT: Final = "/api/v1"
ALL_VERSIONS: Final = "/api/v"
CODES: Final = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.UNAUTHORIZED: "no_token",
    HTTPStatus.FORBIDDEN: "not_allowed",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "read_only",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many_requests",
    HTTPStatus.INTERNAL_SERVER_ERROR: "server_error",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}
"""The word by which a program tells the kind of an error."""
WORDS: Final = {
    HTTPStatus.BAD_REQUEST: "This request could not be read.",
    HTTPStatus.UNAUTHORIZED: "Send a working token in the header “Authorization: Bearer”.",
    HTTPStatus.FORBIDDEN: "This token does not open that.",
    HTTPStatus.NOT_FOUND: "There is nothing here, or nothing that this token opens.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The API can only be read: use GET.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "This request is too large.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests. Please wait as many seconds as the header Retry-After says.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database cannot be reached just now. Please try again in a few seconds.",
}
"""What is said where there is nothing more exact to say."""
TAKEN: Final = {
    "uuid": "an id",
    "date": "a day such as 2026-09-22",
    "integer": "a whole number",
    "boolean": "true or false",
    "string": "a text",
}
"""What a parameter takes, by its format or type in a JSON schema."""
TYPES: Final = {"uuid": "uuid", "date": "date", "int": "integer", "bool": "boolean"}
"""What stands there, by the word with which the library's kinds of errors begin."""


class ApiError(Exception):
    """A request that gets no answer; the message is for whoever writes the program."""

    def __init__(self, status: HTTPStatus, message: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers or {}


def is_of_api(request: HttpRequest) -> bool:
    """Whether a program asks, which is answered in JSON whatever happens."""
    return request.path_info.startswith(ALL_VERSIONS)


def complaint(error: Mapping[str, Any]) -> str:
    """Say what a parameter takes whose value could not be taken, from what the library found."""
    context = error.get("ctx", {})
    match error["type"]:
        case "literal_error":
            takes = context["expected"].replace("'", "")
        case "greater_than_equal":
            takes = f"{context['ge']} or {'more' if isinstance(context['ge'], int) else 'later'}"
        case "less_than_equal":
            takes = f"{context['le']} or {'less' if isinstance(context['le'], int) else 'earlier'}"
        case kind:
            takes = TAKEN.get(TYPES.get(kind.partition("_")[0], ""), "another value")
    return f"{error['loc'][-1]} takes {takes}."


def error_response(status: HTTPStatus, message: str = "", headers: Mapping[str, str] | None = None) -> JsonResponse:
    """Answer an error; without a message, what holds for all of its kind."""
    body = {"error": {"code": CODES[status], "message": message or WORDS[status]}}
    return JsonResponse(body, status=status, headers=headers)
