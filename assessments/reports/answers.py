"""How a file is sent."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse, StreamingHttpResponse

from assessments.reports.slots import retry_seconds


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
