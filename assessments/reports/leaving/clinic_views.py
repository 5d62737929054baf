"""The page from which a clinic takes everything along, and the file that holds it all, for its lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assessments.clinics.models import Clinic, Membership, Role, User
from assessments.clinics.policies import can_lead, check_can_lead
from assessments.reports.answers import attachment
from assessments.reports.leaving.asked_again import ask_and_come_back, is_asked_lately, is_back
from assessments.reports.leaving.export_clinic import export_clinic, file_name
from assessments.reports.slots import BusyError, NoSlotError, slot
from assessments.rounds.models import Round
from assessments.rounds.policies import why_keep_clinic

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

BUSY: Final = "Other files are being made just now. Please press the button again in a few seconds."
NOT_MADE: Final = (
    "The file could not be made. Please try again in a minute. If it happens again, tell whoever runs this site."
)
PASSWORD_FIRST: Final = "We ask for your password first. Then press the button once more."  # noqa: S105 - words


@require_safe
def clinic_files(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """List the finished assessments, each with the way to its files, and say what the file of the clinic holds."""
    clinic = get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic_id)
    rounds = Round.objects.visible_to(request.user).filter(clinic=clinic)
    page = {
        "clinic": clinic,
        "is_lead": can_lead(request.user, clinic),
        "lead": Membership.objects.select_related("user").get(clinic=clinic, role=Role.LEAD).user,
        "closed_rounds": list(rounds.closed().last_first()),
        "open_rounds": list(rounds.open()),
        "asks_first": not is_asked_lately(request),
        "is_back": is_back(request),
        "why_not_yet": why_keep_clinic(clinic, now=timezone.now()),
    }
    return render(request, "reports/clinic_files.html", page)


@require_POST
def export(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Send the lead everything that the clinic owns, as one file, and keep on record that it was taken along."""
    clinic = get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic_id)
    check_can_lead(request.user, clinic)
    if not is_asked_lately(request):
        messages.info(request, PASSWORD_FIRST)
        return ask_and_come_back(request, reverse("reports:clinic_files", args=[clinic_id]))
    user, now = cast(User, request.user), timezone.now()
    try:
        with slot(user.pk):
            content = export_clinic(by=user, clinic_id=clinic_id, now=now)
    except Clinic.DoesNotExist as error:  # erased a moment ago, or not theirs any more
        raise Http404 from error
    except (BusyError, NoSlotError) as error:
        messages.warning(request, BUSY if isinstance(error, BusyError) else NOT_MADE)
        return redirect("reports:clinic_files", clinic_id)
    return attachment(content, file_name(clinic, now), "application/json")
