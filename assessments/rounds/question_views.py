"""Pages of questions as plain forms: a topic, the quick start, and what was typed when a session ended meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments.clinics.models import User
from assessments.rounds import actions, policies, presenters
from assessments.rounds.models import Round
from assessments.rounds.posts import read_entries, with_entries, with_posted_ground
from assessments.rounds.sheets import Sheet, Stored
from assessments.rounds.views import round_or_404
from readiness.instrument.definition import Form

PAGE_EXPIRED = HTTPStatus.FORBIDDEN


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, round_id: UUID, domain: str) -> HttpResponse:
    """Show and save a topic's page. A post after the session ended shows what was typed and how to go on."""
    if not request.user.is_authenticated:
        return _signed_out(request)
    assessment = round_or_404(request, round_id)
    instrument = assessment.instrument
    if domain not in {d.key for d in instrument.domains_of(Form.MANAGER)}:
        raise Http404
    place, total, before, after = presenters.neighbours(instrument, domain)
    stored = presenters.stored_answers(assessment, presenters.section_keys(instrument, domain))
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
        "next_words": f"Save and go to “{after.title}”" if after else "Save and check your answers",
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
    assessment = round_or_404(request, round_id)
    stored = presenters.stored_answers(assessment)
    sheet = presenters.quick_sheet(assessment.instrument, assessment.context, stored)
    page = {"round": assessment, "clinic": assessment.clinic}
    if request.method == "POST":
        return _saved_or_shown(request, assessment, sheet, stored, "rounds/quick.html", page)
    return _question_page(request, "rounds/quick.html", assessment, sheet, page)


def recover(request: HttpRequest) -> HttpResponse:
    """Show a question page again with what was typed, after its session or its form token ended. Saves nothing."""
    if not request.user.is_authenticated:
        return _signed_out(request)
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    assessment = round_or_404(request, kwargs["round_id"])
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


def _saved_or_shown(
    request: HttpRequest,
    assessment: Round,
    sheet: Sheet,
    stored: Mapping[str, Stored],
    template: str,
    page: dict[str, Any],
) -> HttpResponse:
    """Save every answer that can be saved; go on, or show the page again with what could not."""
    instrument, context = assessment.instrument, assessment.context
    keys = [field.key for field in (*sheet.items, *sheet.facts)]
    entries = read_entries(instrument, request.POST.dict(), keys, stored)
    changes = [entry.change for entry in entries.values() if entry.is_touched and not entry.error]
    person = cast(User, request.user)
    try:
        found = actions.save_page(by=person, round_id=assessment.pk, changes=changes, now=timezone.now())
    except policies.RoundClosedError as closed:
        shown = with_entries(sheet, instrument, context, entries, {})
        page = {**page, "closed_reason": str(closed)}
        return _question_page(request, template, assessment, shown, page, HTTPStatus.FORBIDDEN)
    conflicts = {key: presenters.stored(row, person) for key, row in found.items()}
    unsaved = {key: entry for key, entry in entries.items() if entry.error or key in conflicts}
    if not unsaved:
        return redirect(_destination(request, assessment, page.get("next_url")))
    sheet = presenters.restocked(sheet, instrument, context, presenters.stored_answers(assessment))
    shown = with_entries(sheet, instrument, context, unsaved, conflicts)
    return _question_page(request, template, assessment, shown, page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _destination(request: HttpRequest, assessment: Round, next_url: str | None) -> str:
    """Give where to go after saving. Clearing an answer, or pressing Enter, stays on the page."""
    match request.POST.get("go"):
        case "list":
            return assessment.get_absolute_url()
        case "flags":
            return reverse("results:first_look", args=[assessment.pk])
        case "next":
            return next_url or reverse("rounds:check", args=[assessment.pk])
        case _:
            cleared = request.POST.get("clear", "")
            return f"{request.path}#field-{cleared}" if cleared in assessment.instrument.item else request.path


def _question_page(
    request: HttpRequest,
    template: str,
    assessment: Round,
    sheet: Sheet,
    page: dict[str, Any],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    can_answer = policies.can_answer(assessment, now=timezone.now())
    context = {
        **page,
        "sheet": sheet,
        "errors": sheet.errors,
        "can_answer": can_answer,
        "no_answers": "" if can_answer else policies.why_no_answers(assessment),
    }
    return render(request, template, context, status=status)
