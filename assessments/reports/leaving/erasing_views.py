"""Pages on which a lead erases an assessment or the clinic: what goes, what stays and why, and one button."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments.clinics.forms import summary_of
from assessments.clinics.models import Clinic, Erasure, User
from assessments.clinics.policies import RefusedError, check_can_erase
from assessments.reports.leaving.asked_again import IN_THE_WAY, TypedNameForm, who_again
from assessments.reports.leaving.erasable import erasable_clinic, erasable_round, erase_between_others
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from assessments.reports.leaving.erasable import Erasable

ROUND_GONE: Final = "The assessment is erased. That it was, and when, stands on the record of the clinic."
CLINIC_GONE: Final = (
    "The clinic is erased, with its assessments and its plan. Your account is still there; you can close it under "
    "Account, Your data."
)
NOT_NOW: Final = (Http404, ObjectDoesNotExist, RefusedError)
"""How somebody hears that there is nothing to erase, or not for them: also whoever has just erased it."""


@require_http_methods(["GET", "HEAD", "POST"])
def erase_round(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Ask, then erase an assessment."""
    try:
        return _erase_round(request, round_id)
    except NOT_NOW:
        before = _sent_twice(request, Round, round_id)
        if before is None:
            raise
        messages.success(request, ROUND_GONE)
        return redirect("rounds:clinic", before.clinic_id)


def _erase_round(request: HttpRequest, round_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    assessment = get_object_or_404(Round.objects.visible_to(user).select_related("clinic"), pk=round_id)
    check_can_erase(user, assessment.clinic)
    page = {
        "what": "assessment",
        "clinic": assessment.clinic,
        "back": assessment.get_absolute_url(),
        "is_open": assessment.is_open,
        "take_along": reverse("reports:files", args=[round_id]),
    }
    answer = _ask_and_erase(request, erasable_round(assessment, by=user), page)
    if answer is None:
        messages.success(request, ROUND_GONE)
    return answer or redirect("rounds:clinic", assessment.clinic_id)


@require_http_methods(["GET", "HEAD", "POST"])
def erase_clinic(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Ask, then erase the clinic; within 90 days of figures of its therapists say until when it has to wait."""
    try:
        return _erase_clinic(request, clinic_id)
    except NOT_NOW:
        if _sent_twice(request, Clinic, clinic_id) is None:
            raise
        messages.success(request, CLINIC_GONE)
        return redirect("clinics:list")


def _erase_clinic(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    user = cast(User, request.user)
    clinic = get_object_or_404(Clinic.objects.visible_to(user), pk=clinic_id)
    check_can_erase(user, clinic)
    page = {
        "what": "clinic",
        "clinic": clinic,
        "back": clinic.get_absolute_url(),
        "is_open": False,
        "take_along": reverse("reports:clinic_files", args=[clinic_id]),
    }
    answer = _ask_and_erase(request, erasable_clinic(clinic, by=user, now=timezone.now()), page)
    if answer is None:
        messages.success(request, CLINIC_GONE)
    return answer or redirect("clinics:list")


def _ask_and_erase(request: HttpRequest, found: Erasable, page: dict[str, object]) -> HttpResponse | None:
    """Show what there is to know and ask; None when it is erased."""
    if found.why_not and request.method == "POST":
        raise RefusedError(found.why_not)
    if not found.why_not and (again := who_again(request)):
        return again
    sent = request.POST if request.method == "POST" else None
    form = TypedNameForm(sent, wanted=found.name, label=f"Type “{found.name}” to erase it")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if form.is_valid():
        try:
            erase_between_others(found)
        except OperationalError:
            form.add_error(None, IN_THE_WAY)
            status = HTTPStatus.SERVICE_UNAVAILABLE
        else:
            return None
    context = {**page, "found": found, "form": form, "errors": summary_of(form)}
    return render(request, "reports/erase_thing.html", context, status=status)


def _sent_twice(request: HttpRequest, model: type[Round | Clinic], pk: UUID) -> Erasure | None:
    """Find what this person has erased by the same form before, if it is gone: a button pressed twice has one effect.

    The first click can come to its end while the second is on its way, wherever that is.
    """
    if request.method != "POST" or model._default_manager.filter(pk=pk).exists():
        return None
    what = {"round_id": pk} if model is Round else {"clinic_id": pk, "kind": Erasure.Kind.CLINIC}
    return Erasure.objects.filter(by=cast(User, request.user), **what).last()
