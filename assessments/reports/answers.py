"""How a file is named and sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import slugify

from assessments.reports.slots import retry_seconds

NAMES_BEGIN: Final = "readiness"
OWNER_MAX: Final = 40


def named(owner: str, *parts: str) -> str:
    """Name a file after whom it is of, in characters that every system takes; empty parts are left out."""
    return "-".join(filter(None, [NAMES_BEGIN, slugify(owner)[:OWNER_MAX].strip("-"), *parts]))


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """Send a file to be kept; a browser neither shows it in our place nor guesses what it is."""
    return HttpResponse(content, content_type=content_type, headers=_headers(name))


def only_headers(name: str, content_type: str) -> StreamingHttpResponse:
    """Answer whoever asks by HEAD without making the file; its length is not known, so it is not said."""
    return StreamingHttpResponse((), content_type=content_type, headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}


def in_a_moment(page: HttpResponse, user_pk: int) -> HttpResponse:
    """Have the browser ask again by itself. That somebody waits is no error, so it stays out of the log."""
    page.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    page["Retry-After"] = page["Refresh"] = str(retry_seconds(user_pk))
    page._has_been_logged = True  # type: ignore[attr-defined]
    return page
