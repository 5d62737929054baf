"""Pages of a round: the clinic's rounds, the task list, questions, and the check before finishing."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.clinics.forms import summary_of
from assessments.clinics.models import Clinic, User
from assessments.clinics.policies import can_lead
from assessments.rounds import actions, policies, presenters
from assessments.rounds.forms import RoundForm
from assessments.rounds.models import Round
from assessments.rounds.sheets import Entry, Sheet, Stored, read_entries, with_entries, with_posted_ground
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from datetime import datetime

PAGE_EXPIRED = HTTPStatus.FORBIDDEN


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
            "is_lead": can_lead(request.user, found),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def open_round(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Open an assessment with its context."""
    found = get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic_id)
    policies.check_can_open_round(cast(User, request.user), found)
    now = timezone.now()
    today = timezone.localdate(now)
    initial = {"title": actions.default_title(now), "due_on": today + actions.DEFAULT_DURATION}
    form = RoundForm(request.POST or None, initial=initial)
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
    return _form_page(request, "rounds/open.html", form, {"clinic": found})


@require_http_methods(["GET", "HEAD", "POST"])
def change_settings(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Change title, context and closing date of an open round."""
    assessment = _round(request, round_id)
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
            return redirect(assessment)
    return _form_page(request, "rounds/settings.html", form, {"round": assessment, "clinic": assessment.clinic})


@require_safe
def task_list(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show the home of a round."""
    assessment = _round(request, round_id)
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
            "can_answer": policies.can_answer(assessment, now=now),
            "can_change_settings": policies.can_change_settings(cast(User, request.user), assessment, now=now),
            "is_lead": can_lead(request.user, assessment.clinic),
        },
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, round_id: UUID, domain: str) -> HttpResponse:
    """Show and save a topic's page. A post after the session ended shows what was typed and how to go on."""
    if not request.user.is_authenticated:
        return _signed_out(request)
    assessment = _round(request, round_id)
    instrument = assessment.instrument
    if domain not in {d.key for d in instrument.domains_of(Form.MANAGER)}:
        raise Http404
    place, total, before, after = presenters.neighbours(instrument, domain)
    stored = presenters.stored_answers(assessment)
    sheet = presenters.section_sheet(instrument, assessment.context, domain, stored)
    page = {
        "round": assessment,
        "clinic": assessment.clinic,
        "domain": instrument.domain[domain],
        "place": place,
        "total": total,
        "before": before,
        "after": after,
        "next_url": presenters.section_url(assessment, after.key) if after else None,
    }
    if request.method == "POST":
        return _saved_or_shown(request, assessment, sheet, stored, "rounds/section.html", page)
    return _question_page(request, "rounds/section.html", assessment, sheet, page)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def quick(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show and save the quick start; the same items stand in their topics, saved once."""
    if not request.user.is_authenticated:
        return _signed_out(request)
    assessment = _round(request, round_id)
    stored = presenters.stored_answers(assessment)
    sheet = presenters.quick_sheet(assessment.instrument, assessment.context, stored)
    page = {"round": assessment, "clinic": assessment.clinic}
    if request.method == "POST":
        return _saved_or_shown(request, assessment, sheet, stored, "rounds/quick.html", page)
    return _question_page(request, "rounds/quick.html", assessment, sheet, page)


@require_safe
def check(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show blanks and don't-knows and what they do to the scores, before finishing."""
    assessment = _round(request, round_id)
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
            "is_lead": can_lead(request.user, assessment.clinic),
        },
    )


def recover(request: HttpRequest) -> HttpResponse:
    """Show a question page again with what was typed, after its session or its form token ended. Saves nothing."""
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    assessment = Round.objects.visible_to(request.user).select_related("clinic").filter(pk=kwargs["round_id"]).first()
    if assessment is None:
        return _signed_out(request)
    domain = kwargs.get("domain")
    stored = presenters.stored_answers(assessment)
    if domain is None:
        sheet = presenters.quick_sheet(assessment.instrument, assessment.context, stored)
    elif domain in assessment.instrument.domain:
        sheet = presenters.section_sheet(assessment.instrument, assessment.context, domain, stored)
    else:
        raise Http404
    keys = [field.key for field in (*sheet.items, *sheet.facts)]
    posted = request.POST.dict()
    entries = read_entries(assessment.instrument, posted, keys, stored)
    typed = with_entries(with_posted_ground(sheet, posted), assessment.instrument, assessment.context, entries, {})
    return render(request, "rounds/recover.html", {"sheet": typed, "is_signed_out": False}, status=PAGE_EXPIRED)


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Send a visitor to sign in, or show what was typed: from the post alone, with nothing of the clinic."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    sheet = presenters.typed_sheet(request.POST.dict())
    return render(request, "rounds/recover.html", {"sheet": sheet, "is_signed_out": True}, status=PAGE_EXPIRED)


def _round(request: HttpRequest, round_id: UUID) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("clinic"), pk=round_id)


def _saved_or_shown(
    request: HttpRequest,
    assessment: Round,
    sheet: Sheet,
    stored: Mapping[str, Stored],
    template: str,
    page: dict[str, Any],
) -> HttpResponse:
    """Save every answer that can be saved; go on, or show the page again with what could not."""
    now = timezone.now()
    instrument = assessment.instrument
    entries = read_entries(
        instrument, request.POST.dict(), [field.key for field in (*sheet.items, *sheet.facts)], stored
    )
    try:
        conflicts = _save(request, assessment, entries, now)
    except policies.RoundClosedError as closed:
        shown = with_entries(sheet, instrument, assessment.context, entries, {})
        return _question_page(
            request, template, assessment, shown, {**page, "closed_reason": str(closed)}, HTTPStatus.FORBIDDEN
        )
    unsaved = {key: entry for key, entry in entries.items() if entry.error or key in conflicts}
    if not unsaved:
        return redirect(presenters.destination(assessment, request.POST.get("go", ""), page.get("next_url")))
    fresh = presenters.stored_answers(assessment)
    sheet = presenters.restocked(sheet, instrument, assessment.context, fresh)
    shown = with_entries(sheet, instrument, assessment.context, unsaved, conflicts)
    return _question_page(request, template, assessment, shown, page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _save(request: HttpRequest, assessment: Round, entries: Mapping[str, Entry], now: datetime) -> dict[str, Stored]:
    """Save what is sound; give what a colleague saved meanwhile, by key."""
    policies.check_can_answer(assessment, now=now)
    conflicts = {}
    for entry in entries.values():
        if entry.error or not entry.is_touched:
            continue
        try:
            actions.save_answer(
                by=cast(User, request.user),
                round_id=assessment.pk,
                key=entry.key,
                answer=entry.answer,
                comment=entry.comment,
                base=entry.base,
                op=entry.op,
                now=now,
            )
        except actions.StaleRevisionError as stale:
            conflicts[entry.key] = presenters.stored(stale.current)
    return conflicts


def _question_page(
    request: HttpRequest,
    template: str,
    assessment: Round,
    sheet: Sheet,
    page: dict[str, Any],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    can_answer = policies.can_answer(assessment, now=timezone.now())
    context = {**page, "sheet": sheet, "errors": sheet.errors, "can_answer": can_answer}
    return render(request, template, context, status=status)


def _form_page(request: HttpRequest, template: str, form: RoundForm, page: dict[str, Any]) -> HttpResponse:
    errors = summary_of(form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, template, {**page, "form": form, "errors": errors}, status=status)
