"""A consultant's page on asking clinics to join: the joining link, a list to invite, and who has not answered."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments.clinics.policies import has_verified_address
from assessments.networks import actions, invitation_actions, mails
from assessments.networks.doors import consultant, frame, network_or_404, not_found_if_gone, second_step_first
from assessments.networks.forms import ListForm
from assessments.networks.inviting_presenters import invited, mails_waiting, sent_words
from assessments.networks.models import Network, NetworkInvitation

if TYPE_CHECKING:
    from uuid import UUID

A_PAGE: Final = 50


@require_http_methods(["GET", "HEAD", "POST"])
@second_step_first
def invitations(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Show the joining link and who is invited; invite the clinics of a list."""
    network = network_or_404(request, network_id)
    if request.method != "POST":
        return _page(request, network, ListForm())
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, network, form)
    try:
        with not_found_if_gone():
            before = invitation_actions.invite_clinics(
                by=consultant(request), network_id=network.pk, lines=form.reading.lines, now=timezone.now()
            )
    except invitation_actions.TooManyInvitationsError as error:
        form.add_error("pasted", str(error))
        return _page(request, network, form)
    messages.success(request, sent_words(form.reading, n_before=len(before)))
    return redirect("networks:invitations", network.pk)


def _page(request: HttpRequest, network: Network, form: ListForm) -> HttpResponse:
    user = consultant(request)
    asked = NetworkInvitation.objects.visible_to(user).filter(network=network)
    page = Paginator(asked, A_PAGE).get_page(request.GET.get("page"))
    token = actions.joining_token(network)
    context = {
        **frame(request, network, "invitations"),
        "link": mails.link_of(token) if token else "",
        "can_invite": has_verified_address(user),
        "page": page,
        "invited": invited(page, now=timezone.now()),
        "mails": mails_waiting(network),
        "form": form,
        "errors": form.problems(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "networks/invitations.html", context, status=status)


@require_POST
@second_step_first
def withdraw(request: HttpRequest, network_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Make an invitation's link useless."""
    network = network_or_404(request, network_id)
    asked = NetworkInvitation.objects.visible_to(request.user).select_related("network")
    invitation = get_object_or_404(asked, pk=invitation_id, network=network)
    invitation_actions.withdraw_invitation(by=consultant(request), invitation=invitation)
    messages.success(request, f"The invitation of {invitation.email} is withdrawn. Its link no longer works.")
    return redirect("networks:invitations", network.pk)


@require_POST
@second_step_first
def renew_link(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Make a new joining link; the old one stops working."""
    network = network_or_404(request, network_id)
    with not_found_if_gone():
        actions.make_new_link(by=consultant(request), network_id=network.pk)
    messages.success(request, "The joining link is new. The one before no longer works.")
    return redirect("networks:invitations", network.pk)
