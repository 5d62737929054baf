"""Pages about the people of a clinic: who belongs to it, inviting, joining, handing over, leaving."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.clinics import actions, policies
from assessments.clinics.accounts import opens_sign_up
from assessments.clinics.forms import InviteForm, summary_of
from assessments.clinics.mails import MailNotSentError
from assessments.clinics.models import Clinic, ManagerInvitation, Membership, User

MAIL_NOT_SENT = "The mail could not be sent just now, so nobody was invited. Please try again in a few minutes."


def _clinic(request: HttpRequest, clinic_id: UUID) -> Clinic:
    return get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic_id)


def _member(request: HttpRequest, clinic: Clinic, member_id: UUID) -> Membership:
    members = Membership.objects.visible_to(request.user).select_related("clinic", "user")
    return get_object_or_404(members, pk=member_id, clinic=clinic)


@require_safe
def people(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Show who belongs to the clinic, and to the lead also who is invited."""
    return _people(request, _clinic(request, clinic_id), InviteForm())


def _people(request: HttpRequest, clinic: Clinic, form: InviteForm, status: int = HTTPStatus.OK) -> HttpResponse:
    user = cast(User, request.user)
    is_lead = policies.can_lead(user, clinic)
    invitations = ManagerInvitation.objects.visible_to(user).filter(clinic=clinic).open(now=timezone.now())
    context = {
        "clinic": clinic,
        "members": Membership.objects.visible_to(user).filter(clinic=clinic).select_related("user"),
        "invitations": invitations,
        "is_lead": is_lead,
        "can_invite": is_lead and policies.has_verified_address(user),
        "can_leave": not is_lead,
        "form": form,
        "errors": summary_of(form),
    }
    return render(request, "clinics/people.html", context, status=status)


@require_POST
def invite(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Invite a colleague by mail. The answer never tells whether the address has an account."""
    user = cast(User, request.user)
    clinic = _clinic(request, clinic_id)
    policies.check_can_invite(user, clinic)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _people(request, clinic, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    email = form.cleaned_data["email"]
    try:
        actions.invite_manager(by=user, clinic=clinic, email=email, now=timezone.now())
    except (actions.AlreadyMemberError, actions.TooManyInvitationsError) as error:
        form.add_error("email", str(error))
        return _people(request, clinic, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    except MailNotSentError:
        form.add_error(None, MAIL_NOT_SENT)
        return _people(request, clinic, form, HTTPStatus.SERVICE_UNAVAILABLE)
    messages.success(request, f"An invitation is on its way to {email}.")
    return redirect("clinics:people", clinic.pk)


@require_POST
def withdraw_invitation(request: HttpRequest, clinic_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Make an invitation's link useless."""
    user = cast(User, request.user)
    clinic = _clinic(request, clinic_id)
    policies.check_can_lead(user, clinic)
    invitations = ManagerInvitation.objects.visible_to(user).select_related("clinic")
    invitation = get_object_or_404(invitations, pk=invitation_id, clinic=clinic)
    actions.withdraw_invitation(by=user, invitation=invitation, now=timezone.now())
    messages.success(request, f"The invitation of {invitation.email} is withdrawn. Its link no longer works.")
    return redirect("clinics:people", clinic.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, clinic_id: UUID, member_id: UUID) -> HttpResponse:
    """Ask, then take a manager's place away."""
    user = cast(User, request.user)
    clinic = _clinic(request, clinic_id)
    membership = _member(request, clinic, member_id)
    policies.check_can_remove(user, membership)
    if request.method != "POST":
        return render(request, "clinics/remove.html", {"clinic": clinic, "member": membership.user})
    actions.remove_manager(by=user, membership=membership, now=timezone.now())
    messages.success(request, f"{membership.user} no longer belongs to {clinic}.")
    return redirect("clinics:people", clinic.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, clinic_id: UUID, member_id: UUID) -> HttpResponse:
    """Ask, then make a manager the lead."""
    user = cast(User, request.user)
    clinic = _clinic(request, clinic_id)
    membership = _member(request, clinic, member_id)
    policies.check_can_hand_over(user, membership)
    if request.method != "POST":
        return render(request, "clinics/hand_over.html", {"clinic": clinic, "member": membership.user})
    actions.hand_over_lead(by=user, clinic=clinic, to=membership.user, now=timezone.now())
    messages.success(request, f"{membership.user} now leads {clinic}. You are a manager.")
    return redirect("clinics:people", clinic.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Ask, then give up one's own place."""
    user = cast(User, request.user)
    clinic = _clinic(request, clinic_id)
    policies.check_can_leave(user, clinic)
    if request.method != "POST":
        return render(request, "clinics/leave.html", {"clinic": clinic})
    actions.leave(by=user, clinic=clinic, now=timezone.now())
    messages.success(request, f"You have left {clinic}.")
    return redirect("clinics:list")


def _is_invitation(token: str) -> bool:
    try:
        actions.find_invitation(token=token, now=timezone.now())
    except actions.InvitationGoneError:
        return False
    return True


@opens_sign_up(_is_invitation)
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever has its link; accept it for whoever is signed in."""
    now = timezone.now()
    here = urlencode({"next": reverse("clinics:join", args=[token])})
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect(f"{resolve_url('account_login')}?{here}")
    try:
        if request.method == "POST":
            return _accept(request, token)
        invitation = actions.find_invitation(token=token, now=now)
    except actions.InvitationGoneError:
        return render(request, "clinics/join_gone.html", status=HTTPStatus.NOT_FOUND)
    is_member = policies.can_view(request.user, invitation.clinic)
    context = {"invitation": invitation, "clinic": invitation.clinic, "is_member": is_member, "here": here}
    return render(request, "clinics/join.html", context)


def _accept(request: HttpRequest, token: str) -> HttpResponse:
    membership = actions.accept_invitation(by=cast(User, request.user), token=token, now=timezone.now())
    messages.success(request, f"Welcome to {membership.clinic}.")
    return redirect(membership.clinic)
