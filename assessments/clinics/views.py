"""Pages about clinics: the list, a new one, its details."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.clinics import actions, policies
from assessments.clinics.forms import ClinicForm, summary_of
from assessments.clinics.models import Clinic, Membership, User


@require_safe
def clinic_list(request: HttpRequest) -> HttpResponse:
    """Show the person's clinics and what they are in each; a consultant without clinics finds their networks."""
    user = cast(User, request.user)
    memberships = Membership.objects.filter(user=user).select_related("clinic")
    if user.is_consultant and not memberships:
        return redirect("networks:list")
    return render(request, "clinics/list.html", {"memberships": memberships.order_by("clinic__name", "clinic_id")})


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Create a clinic; whoever creates it leads it. `next` leads back to where a clinic was needed."""
    back = _way_back(request)
    form = ClinicForm(request.POST) if request.method == "POST" else ClinicForm()
    if request.method == "POST" and form.is_valid():
        try:
            clinic = actions.create_clinic(by=cast(User, request.user), now=timezone.now(), **form.cleaned_data)
        except actions.NameTakenError as error:
            form.add_error("name", str(error))
        else:
            return HttpResponseRedirect(back) if back else redirect(clinic)
    return _clinic_form(request, "clinics/create.html", form, back=back)


def _way_back(request: HttpRequest) -> str:
    """Give the page of this site that sent the person here; empty for none."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    return wanted if get_adapter().is_safe_url(wanted) else ""


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Change the details of a clinic."""
    user = cast(User, request.user)
    clinic = get_object_or_404(Clinic.objects.visible_to(user), pk=clinic_id)
    policies.check_can_lead(user, clinic)
    form = ClinicForm(request.POST) if request.method == "POST" else ClinicForm.of(clinic)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_clinic(by=user, clinic=clinic, now=timezone.now(), **form.cleaned_data)
        except actions.NameTakenError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "The details are saved.")
            return redirect(clinic)
    return _clinic_form(request, "clinics/details.html", form, clinic)


def _clinic_form(
    request: HttpRequest, template: str, form: ClinicForm, clinic: Clinic | None = None, back: str = ""
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "clinic": clinic, "errors": summary_of(form), "way_back": back}
    return render(request, template, context, status=status)
