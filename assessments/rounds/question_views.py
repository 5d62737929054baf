"""Question pages of the clinic form: a topic, the quick start, and what was typed when a session ended meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments.clinics.models import User
from assessments.rounds import actions, policies, presenters, shared_forms
from assessments.rounds.answering import check_answer
from assessments.rounds.last_time import beside
from assessments.rounds.models import Round
from assessments.rounds.shared_forms import SharedForm
from assessments.rounds.sheets import Sheet, Stored
from assessments.rounds.views import round_or_404
from readiness.instrument.definition import Form


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, round_id: UUID, domain: str) -> HttpResponse:
    """Show and save a topic's page. A post after the session ended shows what was typed and how to go on."""
    if not request.user.is_authenticated:
        return _signed_out(request)
    return shared_forms.answer(request, _section_form(request, round_or_404(request, round_id), domain))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def quick(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show and save the quick start; the same items stand in their topics, saved once."""
    if not request.user.is_authenticated:
        return _signed_out(request)
    return shared_forms.answer(request, _quick_form(request, round_or_404(request, round_id)))


def recover(request: HttpRequest) -> HttpResponse:
    """Show a question page again with what was typed, after its session or its form token ended. Saves nothing."""
    if not request.user.is_authenticated:
        return _signed_out(request)
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    assessment = round_or_404(request, kwargs["round_id"])
    if "domain" in kwargs:
        return shared_forms.recover(request, _section_form(request, assessment, kwargs["domain"]))
    return shared_forms.recover(request, _quick_form(request, assessment))


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Send a visitor to sign in, or show what was typed: from the post alone, with nothing of the clinic."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    sheet = presenters.typed_sheet(request.POST.dict())
    return shared_forms.typed_again(request, sheet, "base.html", "signed-out")


def _section_form(request: HttpRequest, assessment: Round, domain: str) -> SharedForm:
    instrument, context = assessment.instrument, assessment.context
    domains = instrument.domains_of(Form.MANAGER)
    if domain not in {d.key for d in domains}:
        raise Http404
    place, before, after = presenters.neighbours(domains, domain)
    next_url = presenters.section_url(assessment, after.key) if after else reverse("rounds:check", args=[assessment.pk])
    return _clinic_form(
        request,
        assessment,
        "rounds/section.html",
        {
            "domain": instrument.domain[domain],
            "place": place,
            "total": len(domains),
            "before": before,
            "next_words": f"Save and go to “{after.title}”" if after else "Save and check your answers",
        },
        look=partial(presenters.stored_answers, assessment, presenters.section_keys(instrument, domain)),
        lay_out=partial(presenters.section_sheet, instrument, context, domain),
        next_url=next_url,
    )


def _quick_form(request: HttpRequest, assessment: Round) -> SharedForm:
    return _clinic_form(
        request,
        assessment,
        "rounds/quick.html",
        {},
        look=partial(presenters.stored_answers, assessment),
        lay_out=partial(presenters.quick_sheet, assessment.instrument, assessment.context),
        next_url=reverse("rounds:check", args=[assessment.pk]),
    )


def _clinic_form(
    request: HttpRequest,
    assessment: Round,
    template: str,
    page: Mapping[str, Any],
    *,
    look: Callable[[], Mapping[str, Stored]],
    lay_out: Callable[[Mapping[str, Stored]], Sheet],
    next_url: str,
) -> SharedForm:
    person = cast(User, request.user)
    now = timezone.now()
    return SharedForm(
        assessment=assessment,
        template=template,
        page={
            **page,
            "round": assessment,
            "clinic": assessment.clinic,
            "item_url": reverse("rounds:item", args=[assessment.pk, "_key_"]),
        },
        no_answers="" if policies.can_answer(assessment, now=now) else policies.why_no_answers(assessment),
        check=check_answer,
        look=look,
        lay_out=lay_out,
        save=lambda changes: actions.save_page(by=person, round_id=assessment.pk, changes=changes, now=now),
        theirs=lambda row: presenters.stored(row, person),
        leads_to={
            "list": assessment.get_absolute_url(),
            "flags": reverse("results:first_look", args=[assessment.pk]),
            "next": next_url,
        },
        beside=partial(beside, assessment),
    )
