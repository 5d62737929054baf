"""The page for a team meeting on a big screen: what an assessment asks for, agreed on right there."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments.clinics.models import User
from assessments.plans import actions
from assessments.plans.answered import newer_than
from assessments.plans.fields import summary_of
from assessments.plans.meeting_forms import OwnStepForm
from assessments.plans.meeting_presenters import meeting_page
from assessments.plans.signed_out import keeps_words
from assessments.plans.team_requests import add_request
from assessments.results.reading import reading_of
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from uuid import UUID

NOT_YET = (
    "The page for the meeting is made when the assessment is finished, so that everybody speaks of the same figures. "
    "This is the result so far."
)


@keeps_words
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show a finished assessment to a meeting, and add what it agrees on to the plan."""
    found = Round.objects.visible_to(request.user).select_related("clinic", "result")
    assessment = get_object_or_404(found, pk=round_id)
    if assessment.is_open:
        messages.info(request, NOT_YET)
        return redirect("results:result", assessment.pk)
    if request.method != "POST":
        return _show(request, assessment, _empty_form())
    if "option" in request.POST:
        return _agree(request, assessment)
    if "request" in request.POST:
        return _agree_on_request(request, assessment)
    return _add_own(request, assessment)


def _agree(request: HttpRequest, assessment: Round) -> HttpResponse:
    for_, _, option = request.POST["option"].rpartition(":")
    try:
        actions.add_option(
            by=cast(User, request.user), round_id=assessment.pk, option=option, for_=for_, now=timezone.now()
        )
    except (actions.NotOfferedError, actions.PlanFullError) as error:
        return _show(request, assessment, _empty_form(), [{"field": "", "message": str(error)}])
    return _back(assessment, f"option-{option}")


def _agree_on_request(request: HttpRequest, assessment: Round) -> HttpResponse:
    key = request.POST["request"]
    try:
        add_request(by=cast(User, request.user), assessment=assessment, key=key, now=timezone.now())
    except (actions.NotOfferedError, actions.PlanFullError) as error:
        return _show(request, assessment, _empty_form(), [{"field": "", "message": str(error)}])
    return _back(assessment, f"request-{key}")


def _add_own(request: HttpRequest, assessment: Round) -> HttpResponse:
    form = OwnStepForm(request.POST)
    if form.is_valid():
        try:
            actions.add_action(
                by=cast(User, request.user),
                clinic=assessment.clinic,
                content=actions.Content(title=form.cleaned_data["title"]),
                op=f"own-{form.cleaned_data['op'] or uuid4().hex}",
                origin=actions.Origin(assessment.pk),
                now=timezone.now(),
            )
        except actions.PlanFullError as error:
            form.add_error("title", str(error))
        else:
            return _back(assessment, "agreed")
    return _show(request, assessment, form, summary_of(form))


def _empty_form() -> OwnStepForm:
    return OwnStepForm(initial={"op": uuid4().hex})


def _back(assessment: Round, anchor: str) -> HttpResponse:
    return redirect(f"{reverse('plans:meeting', args=[assessment.pk])}#{anchor}")


def _show(
    request: HttpRequest, assessment: Round, form: OwnStepForm, errors: list[dict[str, str]] | None = None
) -> HttpResponse:
    page = meeting_page(assessment, reading_of(assessment), today=actions.today_of(assessment.clinic, timezone.now()))
    newer = newer_than(assessment)
    context = {"page": page, "round": assessment, "newer": newer, "form": form, "errors": errors or []}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "plans/meeting.html", context, status=status)
