"""What holds for every request and answer, whatever the page: size limits, and nothing kept by caches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.contrib.auth import middleware as auth
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from assessments.clinics.models import Clinic, User
from assessments.networks.models import NetworkClinic
from assessments.plans.models import Action
from assessments.reports.api.errors import error_response, is_of_api
from assessments.rounds.models import Round
from assessments.views import bad_request, not_found

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

GONE: Final = tuple(model.DoesNotExist for model in (Clinic, Round, Action, User, NetworkClinic))
"""What an act raises when what it is about was erased: itself, or the clinic or person that it belonged to."""


class LimitsMiddleware:
    """Refuse bodies that are too large before reading them, and keep pages out of caches and other sites' reach."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._too_large(request) or self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    def _too_large(self, request: HttpRequest) -> HttpResponse | None:
        try:
            length = int(request.headers.get("content-length") or 0)
        except ValueError:
            return bad_request(request, ValueError())
        if length <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return None
        if is_of_api(request):
            return error_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class GoneMeanwhileMiddleware:
    """Answer 404 where an act finds that what it is about was erased since the page was loaded.

    Acts hold the row before they write; when it is gone, so is everything that they could write to. It is logged with
    its place in the code and without an id, because a mistake of ours could look like it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show the page of what cannot be found."""
        if isinstance(exception, GONE):
            page = request.resolver_match.view_name if request.resolver_match else "no page"
            logger.warning("gone-meanwhile: %s at %s", type(exception).__qualname__, page, exc_info=exception)
            return not_found(request, exception)
        return None


class LoginRequiredMiddleware(auth.LoginRequiredMiddleware):
    """Asks who somebody is only where it matters; Django's asks first, and so a public page dies with the database.

    `/healthz` and `/readyz` must answer while it is down, to browsers with a session cookie too.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: Sequence[object],
        view_kwargs: Mapping[str, object],
    ) -> HttpResponseBase | None:
        """Let everybody through to what needs no sign-in."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, tuple(view_args), dict(view_kwargs))
