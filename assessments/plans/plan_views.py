"""The pages of a plan: the clinic's plan, the same below what an assessment asks for, and adding an option to it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.clinics.models import Clinic, User
from assessments.plans import actions, plan_presenters
from assessments.plans.answered import newer_than, titles_of
from assessments.plans.asked import asked_by
from assessments.plans.models import Action, Status
from assessments.plans.signed_out import back_to
from assessments.plans.team_requests import add_request, requests_of
from assessments.results.reading import reading_of
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from uuid import UUID

    from assessments.plans.querysets import ActionQuerySet


@require_safe
def plan(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Show a clinic's plan: its board, the list by day (`?view=dates`), or all of one status (`?status=`)."""
    clinic = get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic_id)
    wanted, found = request.GET.get("page", ""), _actions(request, clinic)
    today = actions.today_of(clinic, timezone.now())
    status = request.GET.get("status")
    if status in Status.values:
        page = plan_presenters.status_page(clinic, found, today, Status(status), wanted)
    elif request.GET.get("view") == "dates":
        page = plan_presenters.dates_page(clinic, found, today, wanted)
    else:
        page = plan_presenters.board_page(clinic, found, today)
    return render(request, "plans/plan.html", {"page": page})


@require_safe
def of_round(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show what an assessment asks for with its options, and below it the plan."""
    return _round_page(request, _round(request, round_id))


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Make an action of an option or of a request of the team; one that is in the plan already is shown."""
    assessment = _round(request, round_id)
    if request.method != "POST":
        return back_to(request, plan_presenters.round_plan_url(assessment))
    by, now = cast(User, request.user), timezone.now()
    for_, _, option = request.POST.get("option", "").rpartition(":")
    try:
        if "request" in request.POST:
            action, added = add_request(by=by, assessment=assessment, key=request.POST["request"], now=now)
        else:
            action, added = actions.add_option(by=by, round_id=assessment.pk, option=option, for_=for_, now=now)
    except (actions.NotOfferedError, actions.PlanFullError) as error:
        return _round_page(request, assessment, str(error))
    if added is actions.Added.NEW:
        messages.success(request, "This is in your plan now. Who sees to it, and by when?")
        return redirect(f"{action.get_absolute_url()}?added=1")
    is_again = added is actions.Added.AGAIN
    messages.info(request, "This is planned again, with its history." if is_again else "This is in your plan already.")
    return redirect(action)


def _round(request: HttpRequest, round_id: UUID) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("clinic"), pk=round_id)


def _actions(request: HttpRequest, clinic: Clinic) -> ActionQuerySet:
    return Action.objects.visible_to(request.user).filter(clinic=clinic)


def _round_page(request: HttpRequest, assessment: Round, error: str = "") -> HttpResponse:
    clinic, found = assessment.clinic, _actions(request, assessment.clinic)
    today = actions.today_of(clinic, timezone.now())
    reading, here = reading_of(assessment), plan_presenters.round_plan_url(assessment)
    context = {
        "round": assessment,
        "newer": newer_than(assessment),
        "asked": asked_by(assessment, reading, found),
        "requests": requests_of(assessment, reading),
        "page": plan_presenters.board_page(clinic, found, today, titles_of(reading), here),
        "errors": [{"field": "", "message": error}] if error else [],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "plans/plan_of_round.html", context, status=status)
