"""The pages of results: so far and finished, first look, print, finish."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from assessments.rounds.models import Round


@require_GET
def result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a round's result, so far or finished."""
    assessment = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    return render(request, "site/message.html", {"heading": assessment.title, "paragraphs": []})


@require_GET
def print_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the one page to print."""
    return result(request, pk)


@require_GET
def first_look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what the quick start came to."""
    return result(request, pk)


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm finishing, and finish."""
    assessment = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    return render(request, "site/message.html", {"heading": assessment.title, "paragraphs": []})


@login_not_required
@require_GET
def practice(request: HttpRequest) -> HttpResponse:
    """Open the practice run."""
    return render(request, "site/message.html", {"heading": "Try it", "paragraphs": []})
