"""How a file is sent."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse

from assessments.reports.slots import RETRY_SECONDS


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """Send a file to be kept; a browser neither shows it in our place nor guesses what it is."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)


def in_a_moment(page: HttpResponse) -> HttpResponse:
    """Have the browser ask again by itself."""
    page.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    page["Retry-After"] = page["Refresh"] = str(RETRY_SECONDS)
    return page
