"""The API as a whole: all its addresses, and what each of them answers to an error."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import ValidationError

from assessments.clinics.mails import absolute
from assessments.reports.api import clinics, networks
from assessments.reports.api.addresses import READ
from assessments.reports.api.errors import ApiError, complaint, error_response

api: Final = NinjaAPI(title="iCBT Readiness", version="1", docs_url=None, openapi_url=None, urls_namespace="api")
for _router in (clinics.router, networks.router, networks.for_all):
    api.add_router("", _router)


@api.exception_handler(ApiError)
def _refused(request: HttpRequest, error: ApiError) -> HttpResponse:
    return error_response(error.status, error.message, error.headers)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return error_response(HTTPStatus.NOT_FOUND)


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return error_response(HTTPStatus.BAD_REQUEST, complaint(error.errors[0]))


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    raise error  # the site's own page of errors answers, in JSON, and writes the log


def patterns() -> list[URLPattern]:
    """Give the addresses of the API, each only to be read, and open to whoever has no session."""
    made = [entry for entry in api.urls[0] if isinstance(entry, URLPattern) and entry.name != "api-root"]
    return [
        path(str(entry.pattern).replace("<uuidstr:", "<uuid:"), read_only(entry.callback), name=entry.name)
        for entry in made
    ]


def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer an address that the API does not have, on a developer's machine too."""
    return error_response(HTTPStatus.NOT_FOUND, f"There is no such address. The guide at {absolute('/api/')} has all.")


def read_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view be read by everybody, and answer every other method in JSON."""

    @csrf_exempt  # nothing is written, and no cookie is looked at
    @login_not_required
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method not in READ:
            return error_response(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(READ)})
        return view(request, *args, **kwargs)

    return answered
