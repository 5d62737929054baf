"""The pages of results: so far and finished, first look, the page to print, and finishing."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.clinics.models import User
from assessments.results import policies, presenters
from assessments.results.bodies import body_of
from assessments.results.charts import PLOTLY_CSP
from assessments.results.closing import ClosingError, close
from assessments.results.history import has_earlier
from assessments.results.reading import live, quick, reading_of
from assessments.results.team import coming_team
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from uuid import UUID


@require_safe
@csp_replace(PLOTLY_CSP)  # type: ignore[arg-type]  # its type knows no arguments from the address
def result(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show what a round comes to: so far while it is open, frozen when it is finished."""
    assessment = _round(request, round_id)
    heading = _heading(request, assessment)
    return render(request, "results/result.html", {"heading": heading, "page": body_of(assessment, heading)})


@require_safe
def print_page(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show the one page to print."""
    assessment = _round(request, round_id)
    page = presenters.result_page(reading_of(assessment), _heading(request, assessment))
    return render(request, "results/print.html", {"page": page})


@require_safe
def first_look(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show what the quick start has found, before any topic has a score."""
    assessment = _round(request, round_id)
    if not assessment.is_open:
        return redirect("results:result", assessment.pk)
    page = presenters.first_look(quick(live(assessment)), _heading(request, assessment))
    return render(request, "results/first_look.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Ask the lead whether to finish, and finish."""
    assessment = _round(request, round_id)
    if not assessment.is_open:
        return redirect("results:result", assessment.pk)
    policies.check_can_finish(cast(User, request.user), assessment)
    if request.method != "POST":
        page = presenters.finish_page(live(assessment), coming_team(assessment, now=timezone.now()))
        return render(request, "results/finish.html", {"page": page, "assessment": assessment})
    try:
        close(round_id=assessment.pk, by=cast(User, request.user), now=timezone.now())
    except ClosingError:
        return render(
            request, "results/not_closed.html", {"assessment": assessment}, status=HTTPStatus.SERVICE_UNAVAILABLE
        )
    return redirect("results:result", assessment.pk)


def _round(request: HttpRequest, round_id: UUID) -> Round:
    found = Round.objects.visible_to(request.user).select_related("clinic")
    return get_object_or_404(found.annotate(has_earlier=has_earlier()), pk=round_id)


def _heading(request: HttpRequest, assessment: Round) -> presenters.Heading:
    pk = assessment.pk
    return presenters.Heading(
        clinic=assessment.clinic.name,
        clinic_url=assessment.clinic.get_absolute_url(),
        title=assessment.title,
        finished_on=assessment.closed_on,
        due_on=assessment.due_on if assessment.is_open else None,
        back_url=assessment.get_absolute_url(),
        result_url=reverse("results:result", args=[pk]),
        check_url=reverse("rounds:check", args=[pk]) if assessment.is_open else "",
        quick_url=reverse("rounds:quick", args=[pk]) if assessment.is_open else "",
        print_url=reverse("results:print_page", args=[pk]),
        plan_url=reverse("plans:of_round", args=[pk]),
        change_url=_change_url(assessment),
        add_url=reverse("plans:add", args=[pk]),
        meeting_url="" if assessment.is_open else reverse("plans:meeting", args=[pk]),
        files_url="" if assessment.is_open else reverse("reports:files", args=[pk]),
        team_url=reverse("respondents:team", args=[pk]) if assessment.is_open else "",
        finish_url=reverse("results:finish", args=[pk]) if policies.can_finish(request.user, assessment) else "",
    )


def _change_url(assessment: Round) -> str:
    """Give where a finished round stands beside the one before it; empty where there is none."""
    if assessment.is_open or not assessment.has_earlier:  # type: ignore[attr-defined]  # `_round` has asked
        return ""
    return reverse("plans:change", args=[assessment.clinic_id], query={"to": str(assessment.pk)})
