"""Pages about clinics and the people in them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.clinics.models import Membership


@require_GET
def clinic_list(request: HttpRequest) -> HttpResponse:
    """Show the person's clinics."""
    memberships = Membership.objects.filter(user=request.user).select_related("clinic")
    return render(request, "clinics/list.html", {"memberships": memberships})
