"""A consultant's pages about their networks: the list, a new one, what it proposes, its people, invitations, names."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.clinics.forms import summary_of
from assessments.networks import actions, policies
from assessments.networks.doors import consultant, second_step_first
from assessments.networks.forms import NewNetworkForm
from assessments.networks.models import Network


@require_safe
@second_step_first
def network_list(request: HttpRequest) -> HttpResponse:
    """Show the networks of which the person is a consultant."""
    user = consultant(request)
    policies.check_can_make_networks(user)
    return render(request, "networks/list.html", {"networks": Network.objects.visible_to(user).with_counts()})


@require_http_methods(["GET", "HEAD", "POST"])
@second_step_first
def create(request: HttpRequest) -> HttpResponse:
    """Make a network; whoever makes it is its first consultant."""
    user = consultant(request)
    policies.check_can_make_networks(user)
    form = NewNetworkForm(request.POST) if request.method == "POST" else NewNetworkForm()
    if request.method == "POST" and form.is_valid():
        network = actions.create_network(by=user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, f"{network} is made.")
        return redirect("networks:list")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "networks/create.html", {"form": form, "errors": summary_of(form)}, status=status)
