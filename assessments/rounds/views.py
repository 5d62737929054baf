"""Pages of a round: the clinic's rounds, the task list, questions, and the check before finishing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.clinics.forms import summary_of
from assessments.clinics.models import Clinic, User
from assessments.clinics.policies import can_lead
from assessments.rounds import actions, policies, presenters
from assessments.rounds.forms import RoundForm, opening_form
from assessments.rounds.models import Round
from assessments.rounds.talk_presenters import talk_panel
from readiness.instrument.definition import NonAnswer, Stage
from readiness.instrument.words import non_answer_words


@require_safe
def clinic(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Show a clinic: its open round first, then the finished ones."""
    found = get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic_id)
    rounds = list(Round.objects.visible_to(request.user).filter(clinic=found).select_related("clinic"))
    return render(
        request,
        "rounds/clinic.html",
        {
            "clinic": found,
            "open_rounds": [r for r in rounds if r.is_open],
            "closed_rounds": [r for r in rounds if not r.is_open],
            "erased_on": presenters.days_of_erasing(found),
            "is_lead": can_lead(request.user, found),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def open_round(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Open an assessment with its context."""
    found = get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic_id)
    policies.check_can_open_round(cast(User, request.user), found)
    now = timezone.now()
    under_way = presenters.round_under_way(found)
    page = {
        "clinic": found,
        "under_way": under_way,
        "can_answer": under_way is not None and policies.can_answer(under_way, now=now),
    }
    if under_way and request.method != "POST":
        return render(request, "rounds/under_way.html", page)
    proposed = presenters.proposed_round(found, now=now)
    form = opening_form(request.POST or None, proposed.initial, proposed.last.context if proposed.last else None)
    if request.method == "POST" and form.is_valid():
        try:
            assessment = actions.open_round(
                by=cast(User, request.user),
                clinic=found,
                title=form.cleaned_data["title"],
                context=form.context(),
                due_on=form.cleaned_data["due_on"],
                now=now,
            )
        except actions.DueDateError as error:
            form.add_error("due_on", str(error))
        except actions.RoundOpenAlreadyError as error:
            form.add_error(None, str(error))
        else:
            return redirect("rounds:quick", assessment.pk)
    return _form_page(request, "rounds/open.html", form, {**page, "proposed": proposed})


@require_http_methods(["GET", "HEAD", "POST"])
def change_settings(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Change title, context and closing date of an open round."""
    assessment = round_or_404(request, round_id)
    now = timezone.now()
    policies.check_can_change_settings(cast(User, request.user), assessment, now=now)
    initial = {
        "title": assessment.title,
        "stage": assessment.stage,
        "routes": assessment.routes,
        "for_whom": assessment.for_whom,
        "due_on": assessment.due_on,
    }
    form = RoundForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_settings(
                by=cast(User, request.user),
                round_id=assessment.pk,
                title=form.cleaned_data["title"],
                context=form.context(),
                due_on=form.cleaned_data["due_on"],
                now=now,
            )
        except actions.DueDateError as error:
            form.add_error("due_on", str(error))
        else:
            messages.success(request, "The settings of this assessment are saved.")
            _say_what_is_no_longer_too_early(request, assessment)
            return redirect(assessment)
    return _form_page(request, "rounds/settings.html", form, {"round": assessment, "clinic": assessment.clinic})


@require_safe
def task_list(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show the home of a round."""
    assessment = round_or_404(request, round_id)
    instrument, context = assessment.instrument, assessment.context
    sections = presenters.section_rows(assessment)
    quick = presenters.quick_sheet(instrument, context, presenters.stored_answers(assessment))
    now = timezone.now()
    return render(
        request,
        "rounds/round.html",
        {
            "round": assessment,
            "clinic": assessment.clinic,
            "sections": sections,
            "n_complete": sum(s.n_answered == s.n_asked for s in sections),
            "next_section": next((s for s in sections if s.n_answered < s.n_asked), None),
            "quick": quick,
            "context": presenters.context_lines(context),
            "talk": talk_panel(assessment),
            "can_answer": policies.can_answer(assessment, now=now),
            "can_change_settings": policies.can_change_settings(cast(User, request.user), assessment, now=now),
            "is_lead": can_lead(request.user, assessment.clinic),
        },
    )


@require_safe
def check(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show blanks and don't-knows and what they do to the scores, before finishing."""
    assessment = round_or_404(request, round_id)
    policies.check_can_answer(assessment, now=timezone.now())
    rows = presenters.check_rows(assessment)
    return render(
        request,
        "rounds/check.html",
        {
            "round": assessment,
            "clinic": assessment.clinic,
            "rows": rows,
            "n_blank": sum(len(row.blanks) for row in rows),
            "n_unknown": sum(len(row.unknown) for row in rows),
            "left_out_words": non_answer_words(NonAnswer.NOT_APPLICABLE, assessment.context.stage),
            "is_lead": can_lead(request.user, assessment.clinic),
        },
    )


def round_or_404(request: HttpRequest, round_id: UUID) -> Round:
    """Give a round of this person's clinics; not there and not theirs are the same 404."""
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("clinic"), pk=round_id)


def _say_what_is_no_longer_too_early(request: HttpRequest, before: Round) -> None:
    """After the start "Too early" reads "Does not apply to us": ask to look at such answers again."""
    now = round_or_404(request, before.pk)
    count = presenters.count_left_out(now)
    if before.stage == Stage.PREPARING and now.stage != Stage.PREPARING and count:
        answers = "One answer was" if count == 1 else f"{count} answers were"
        messages.warning(
            request, f"{answers} “Too early”, which now reads “Does not apply to us”. “Check your answers” lists them."
        )


def _form_page(request: HttpRequest, template: str, form: RoundForm, page: dict[str, Any]) -> HttpResponse:
    errors = summary_of(form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, template, {**page, "form": form, "errors": errors}, status=status)
