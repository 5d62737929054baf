"""The page on which the lead hears the team: who is invited, and a coarse count. Managers see words and counts."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.clinics.policies import can_lead
from assessments.respondents import actions, policies, team_presenters
from assessments.respondents.forms import InviteForm
from assessments.respondents.models import Invitation
from assessments.rounds.models import Round
from assessments.rounds.talk_presenters import talk_panel

if TYPE_CHECKING:
    from uuid import UUID

    from assessments.clinics.models import User

INVALID = HTTPStatus.UNPROCESSABLE_ENTITY


def _round(request: HttpRequest, round_id: UUID) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("clinic"), pk=round_id)


@require_safe
def team(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show how the team is heard, and to the lead also who is invited."""
    return _team(request, _round(request, round_id), InviteForm())


@require_POST
def invite(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Invite the addresses that the lead pastes; what cannot be invited comes back with its reasons."""
    user, now = cast("User", request.user), timezone.now()
    assessment = _round(request, round_id)
    policies.check_can_invite_therapists(user, assessment, now=now)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _team(request, assessment, form)
    invited = actions.invite(by=user, round_id=assessment.pk, pasted=form.cleaned_data["addresses"], now=now)
    if invited.refused:
        assessment.refresh_from_db()
        return _team(request, assessment, InviteForm.of_refused(invited.refused), invited)
    messages.success(request, team_presenters.invited_words(invited))
    return redirect("respondents:team", assessment.pk)


def _team(
    request: HttpRequest, assessment: Round, form: InviteForm, invited: actions.Invited | None = None
) -> HttpResponse:
    user, now = cast("User", request.user), timezone.now()
    can_invite = policies.can_invite(user, assessment, now=now)
    refused = invited.refused if invited else ()
    errors = form.problems() + [{"field": "id_addresses", "message": f"{r.text}: {r.reason}"} for r in refused]
    context = {
        "round": assessment,
        "clinic": assessment.clinic,
        "team": team_presenters.team_page(assessment, now=now),
        "talk": talk_panel(assessment),
        "form": form,
        "errors": errors,
        "invited": team_presenters.invited_words(invited) if invited else "",
        "is_lead": can_lead(user, assessment.clinic),
        "can_invite": can_invite,
        "invitations": Invitation.objects.visible_to(user).filter(round=assessment).standing() if can_invite else (),
    }
    return render(request, "respondents/team.html", context, status=INVALID if errors else HTTPStatus.OK)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, round_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Ask, then make an invitation's link useless."""
    user, now = cast("User", request.user), timezone.now()
    assessment = _round(request, round_id)
    policies.check_can_invite_therapists(user, assessment, now=now)
    standing = Invitation.objects.visible_to(user).filter(round=assessment).standing()
    invitation = get_object_or_404(standing, pk=invitation_id)
    if request.method != "POST":
        context = {"round": assessment, "clinic": assessment.clinic, "invitation": invitation}
        return render(request, "respondents/withdraw.html", context)
    with suppress(Invitation.DoesNotExist):  # another window was quicker
        actions.withdraw(by=user, round_id=assessment.pk, invitation_id=invitation.pk, now=now)
    messages.success(request, "The invitation is withdrawn. Its link no longer works.")
    return redirect("respondents:team", assessment.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Ask, then remind those who have not answered, once; nobody is told who or how many they are."""
    user, now = cast("User", request.user), timezone.now()
    assessment = _round(request, round_id)
    policies.check_can_invite_therapists(user, assessment, now=now)
    policies.check_enough_to_remind(assessment)
    if request.method != "POST":
        if actions.is_reminded(assessment):
            return redirect("respondents:team", assessment.pk)
        return render(request, "respondents/remind.html", {"round": assessment, "clinic": assessment.clinic})
    try:
        actions.remind(by=user, round_id=assessment.pk, now=now)
    except policies.ReminderSentError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, "The reminder is on its way.")
    return redirect("respondents:team", assessment.pk)
