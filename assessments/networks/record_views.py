"""The page of acts: what was done in a clinic, for its lead, networks let in and the plan included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments.clinics.models import Clinic
from assessments.clinics.policies import check_can_lead
from assessments.networks.paging import read_page
from assessments.networks.record_presenters import record_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_safe
def record(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Show the lead what was done, newest first."""
    clinic = get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic_id)
    check_can_lead(request.user, clinic)
    page = record_page(clinic, about=request.GET.get("about", ""), page=read_page(request.GET.get("page", "")))
    return render(request, "networks/record.html", {"clinic": clinic, "page": page})
