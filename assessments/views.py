"""Pages that belong to no app: what the site is, how scores are made, how it is doing, what to say when it cannot."""

from __future__ import annotations

import logging
import sys
import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments import health, presenters, privacy
from assessments.clinics.policies import RefusedError
from assessments.logs import place_of
from assessments.reports.api.errors import error_response, is_of_api
from assessments.results import words
from assessments.results.practice_views import keep_again
from assessments.rounds.question_views import recover
from assessments.rounds.saving import token_expired
from readiness.instrument.definition import Form
from readiness.instrument.loading import load

logger = logging.getLogger(__name__)

RECOVERABLE = {"rounds:section", "rounds:quick"}
"""Forms that the rounds app can show again with what was typed, when session or token have expired."""


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is, for whom, and what one leaves with."""
    instrument = load()
    context = {
        "sample": presenters.sample(),
        "n_questions": len(instrument.items_of(Form.MANAGER)),
        "topics": instrument.domains_of(Form.MANAGER),
    }
    return render(request, "site/home.html", context)


@login_not_required
@require_safe
def about_scoring(request: HttpRequest) -> HttpResponse:
    """Say how scores, words and flags come about."""
    context = {
        "average": words.AVERAGE,
        "borders": words.BORDERS,
        "worked": presenters.worked_example(),
        "points": presenters.points(),
        "shared_topics": presenters.shared_topics(),
        "change_steps": presenters.change_steps(),
    }
    return render(request, "site/scoring.html", context)


@login_not_required
@require_safe
def about_evidence(request: HttpRequest) -> HttpResponse:
    """Say what the questionnaire stands on, and how firmly."""
    instrument = load()
    context = {
        "groups": presenters.factor_groups(),
        "not_asked": presenters.factors_not_asked(),
        "sources": instrument.sources,
    }
    return render(request, "site/evidence.html", context)


@login_not_required
@require_safe
def about_privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, who sees it and for how long."""
    return render(request, "site/privacy.html", {"cookies": privacy.cookies()})


@login_not_required
@require_safe
def about_privacy_data(request: HttpRequest) -> HttpResponse:
    """Lay out the tables of the database for whoever has to judge them."""
    context = {"apart": privacy.apart(), "sections": privacy.sections(), "framework": privacy.framework()}
    return render(request, "site/privacy_data.html", context)


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the process is alive; nothing else is looked at."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether the service can do its work, and what keeps it from it."""
    readiness = health.look(now=timezone.now())
    status = HTTPStatus.OK if readiness.is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(readiness.as_json(), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    if is_of_api(request):
        return error_response(HTTPStatus.BAD_REQUEST)
    return HttpResponse(render_to_string("400.html"), status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer somebody who may see a thing but not do this with it, with the reason where we gave one."""
    reason = exception.reason if isinstance(exception, RefusedError) else ""
    return render(request, "403.html", {"reason": reason}, status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what is not there, and in the same words for what is not yours."""
    if is_of_api(request):
        return error_response(HTTPStatus.NOT_FOUND)
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an error of ours with a number by which the operator finds it in the log. Needs no database."""
    error_id = uuid.uuid4().hex[:12]
    error = sys.exc_info()[1]
    logger.error("Error %s: %s", error_id, place_of(error) if error else "cause not known")
    if isinstance(error, OperationalError | InterfaceError):
        return _database_away(request)
    if is_of_api(request):
        message = f"Something went wrong on our side. Whoever runs the site finds it in the log by {error_id}."
        return error_response(HTTPStatus.INTERNAL_SERVER_ERROR, message)
    return HttpResponse(render_to_string("500.html", {"error_id": error_id}), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _database_away(request: HttpRequest) -> HttpResponse:
    """Ask to try again: the pages' script does so by itself, and people find what they typed by going back."""
    headers = {"Retry-After": "5"}
    if is_of_api(request):
        return error_response(HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
    if request.method == "PUT":
        reason = "The answer could not be stored just now."
        return JsonResponse({"error": reason}, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
    return HttpResponse(render_to_string("503.html"), status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose session or token has expired: show it again as typed where we can, else say how to go on.

    What another site sent was typed by nobody here: it is never shown as ours, with a token that would let it through.
    """
    if _is_foreign(request, reason):
        return render(request, "site/expired.html", status=HTTPStatus.FORBIDDEN)
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return render(request, "site/expired.html", status=HTTPStatus.FORBIDDEN)
    name = found.view_name
    when_expired: Callable[[HttpRequest], HttpResponse] | None = getattr(found.func, "when_expired", None)
    if when_expired is not None:
        return when_expired(request)
    if name == "rounds:item":
        return token_expired(request)
    if name == "results:keep":
        return keep_again(request)
    if name in RECOVERABLE and request.method == "POST":
        return recover(request)
    return render(request, "site/expired.html", status=HTTPStatus.FORBIDDEN)


def _is_foreign(request: HttpRequest, reason: str) -> bool:
    """Whether a form came from another site, by Django's reason to refuse it or by the browser's own word."""
    is_untrusted = reason.startswith(("Origin checking failed", "Referer checking failed"))
    return is_untrusted or request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}
