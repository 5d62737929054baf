"""A consultant's pages about the consultants of a network: who they are, adding a colleague, removing, leaving."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.clinics.forms import summary_of
from assessments.networks import actions, policies
from assessments.networks.doors import consultant, frame, network_or_404, not_found_if_gone, second_step_first
from assessments.networks.forms import ConsultantForm
from assessments.networks.models import Network, NetworkMember

if TYPE_CHECKING:
    from uuid import UUID


@require_safe
@second_step_first
def people(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Show the consultants of a network."""
    return _people(request, network_or_404(request, network_id), ConsultantForm())


def _people(request: HttpRequest, network: Network, form: ConsultantForm) -> HttpResponse:
    members = NetworkMember.objects.visible_to(request.user).filter(network=network).select_related("user")
    own = get_object_or_404(members, user=consultant(request))
    context = {
        **frame(request, network, "people"),
        "here": reverse("networks:people", args=[network.pk]),
        "members": members,
        "can_leave": policies.can_remove(own),
        "form": form,
        "errors": summary_of(form),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "networks/people.html", context, status=status)


@require_POST
@second_step_first
def add(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Name a consultant. The answer never tells whether an address without a consultant has an account."""
    network = network_or_404(request, network_id)
    form = ConsultantForm(request.POST)
    if not form.is_valid():
        return _people(request, network, form)
    email = form.cleaned_data["email"]
    try:
        with not_found_if_gone():
            member = actions.add_consultant(
                by=consultant(request), network_id=network.pk, email=email, now=timezone.now()
            )
    except (actions.NotAConsultantError, actions.AlreadyMemberError, actions.TooManyAddedError) as error:
        form.add_error("email", str(error))
        return _people(request, network, form)
    messages.success(request, f"{member} is a consultant of this network now and sees what its clinics show.")
    return redirect("networks:people", network.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@second_step_first
def remove(request: HttpRequest, network_id: UUID, member_id: UUID) -> HttpResponse:
    """Ask, then take a consultant out of the network; with one's own place, leave it."""
    user = consultant(request)
    network = network_or_404(request, network_id)
    members = NetworkMember.objects.visible_to(user).select_related("network", "user")
    member = get_object_or_404(members, pk=member_id, network=network)
    policies.check_can_remove(user, member)
    is_own = member.user_id == user.pk
    if request.method != "POST":
        context = {"member": member.user, "is_own": is_own, "has_clinics": network.places.exists()}
        return render(request, "networks/remove.html", {**frame(request, network, "people"), **context})
    with not_found_if_gone():
        actions.remove_consultant(by=user, member=member, now=timezone.now())
    if is_own:
        messages.success(request, f"You have left {network}.")
        return redirect("networks:list")
    messages.success(request, f"{member} no longer belongs to {network}.")
    return redirect("networks:people", network.pk)
