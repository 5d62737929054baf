"""A consultant's pages about networks as such: the list, a new one, its settings, and hiding the clinics' names."""

from __future__ import annotations

from datetime import UTC
from http import HTTPStatus
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.clinics.forms import summary_of
from assessments.clinics.models import Clinic
from assessments.networks import actions, policies
from assessments.networks.doors import (
    consultant,
    frame,
    network_or_404,
    not_found_if_gone,
    second_step_first,
    switch_names,
)
from assessments.networks.forms import NetworkForm, NewNetworkForm
from assessments.networks.models import Network

if TYPE_CHECKING:
    from uuid import UUID


@require_safe
@second_step_first
def network_list(request: HttpRequest) -> HttpResponse:
    """Show the networks of which the person is a consultant."""
    user = consultant(request)
    policies.check_can_make_networks(user)
    context = {
        "networks": Network.objects.visible_to(user).with_counts(),
        "has_clinic": Clinic.objects.visible_to(user).exists(),
    }
    return render(request, "networks/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@second_step_first
def create(request: HttpRequest) -> HttpResponse:
    """Make a network; whoever makes it is its first consultant."""
    user = consultant(request)
    policies.check_can_make_networks(user)
    form = NewNetworkForm(request.POST) if request.method == "POST" else NewNetworkForm()
    if request.method == "POST" and form.is_valid():
        network = actions.create_network(by=user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, f"{network} is made. Now ask clinics to join: pass on the link below.")
        return redirect("networks:invitations", network.pk)
    return _form_page(request, "networks/create.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@second_step_first
def settings(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Change the network's name and what it proposes to its clinics."""
    network = network_or_404(request, network_id)
    today = timezone.now().astimezone(UTC).date()
    is_sent = request.method == "POST"
    form = NetworkForm(request.POST, today=today) if is_sent else NetworkForm.of(network, today=today)
    if is_sent and form.is_valid():
        with not_found_if_gone():
            actions.change_network(by=consultant(request), network_id=network.pk, **form.cleaned_data)
        messages.success(request, "The settings are saved.")
        return redirect("networks:settings", network.pk)
    return _form_page(request, "networks/settings.html", form, **frame(request, network, "settings"))


def _form_page(request: HttpRequest, template: str, form: NewNetworkForm, **context: object) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, template, {**context, "form": form, "errors": summary_of(form)}, status=status)


@require_POST
@second_step_first
def names(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Hide the clinics' names in this browser, or show them again, and go back to the page."""
    network = network_or_404(request, network_id)
    switch_names(request, network, is_hidden=request.POST.get("names") != "shown")
    back = request.POST.get("next", "")
    return redirect(back) if get_adapter().is_safe_url(back) else redirect(network)
