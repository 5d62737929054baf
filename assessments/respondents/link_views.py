"""A therapist's link: opened, explained, put aside for later, refused. Opening changes nothing."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assessments.respondents import actions, presenters, return_codes
from assessments.respondents.doors import READ, Visit, nothing_there, therapist_page
from assessments.respondents.models import TeamPageLink
from assessments.respondents.passes import PROFILE, held, opened, take_all_back
from assessments.rounds.limits import status_of_miss
from assessments.rounds.passes import to_team_page

INVALID = HTTPStatus.UNPROCESSABLE_ENTITY


@login_not_required
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange a link for a pass, so that its secret leaves the address bar."""
    return _exchanged(request, token, "respondents:landing")


@login_not_required
@require_safe
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """Exchange the link by which somebody says that an invitation is not for them."""
    return _exchanged(request, token, "respondents:decline")


def _exchanged(request: HttpRequest, token: str, to: str) -> HttpResponse:
    try:
        found = actions.find_link(token=token, now=timezone.now())
    except actions.LinkGoneError:
        return nothing_there(request, status_of_miss(request))
    if isinstance(found, TeamPageLink):
        response = to_team_page(found.round_id)
    else:
        kept = held(request)
        response = redirect(to)
        if kept and kept.invitation_id != found.pk:
            PROFILE.take_back(response)  # of whoever sent before, on a shared computer
        opened(found, kept).give(response)
    response.headers["Referrer-Policy"] = (
        "no-referrer"  # on this answer alone: forms that follow must name their origin
    )
    return response


@therapist_page(READ)
def landing(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say in a few words what is asked and who will see what."""
    return _landing(request, visit)


def _landing(request: HttpRequest, visit: Visit, code: str = "", error: str = "") -> HttpResponse:
    context = {
        "deal": presenters.deal(visit.round, now=visit.now),
        "start": presenters.start(visit.round, visit.draft_id),
        "code": code,
        "errors": [{"field": "code", "message": error}] if error else [],
    }
    return visit.page(request, "respondents/landing.html", context, INVALID if error else HTTPStatus.OK)


@therapist_page(READ)
def how(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say the whole deal."""
    return render(request, "respondents/how.html", {"deal": presenters.deal(visit.round, now=visit.now)})


@therapist_page()
def later(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say how to go on later; on request give a return code, which is shown once."""
    context: dict[str, object] = {
        "deal": presenters.deal(visit.round, now=visit.now),
        "is_begun": presenters.start(visit.round, visit.draft_id).is_begun,
    }
    if request.method != "POST":
        return visit.page(request, "respondents/later.html", context)
    code = return_codes.write_return_code(invitation_id=visit.invitation.pk, draft_id=visit.draft_id, now=visit.now)
    return visit.page(request, "respondents/later.html", {**context, "code": code})


@therapist_page()
def resume(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Find the answers of a return code and go on with them in this browser."""
    if request.method != "POST":
        return redirect("respondents:landing")
    code = request.POST.get("code", "")[:40]
    try:
        draft_id = return_codes.find_draft(invitation_id=visit.invitation.pk, code=code, now=visit.now)
    except actions.DraftGoneError as error:
        return _landing(request, visit, code, str(error))
    response = redirect("respondents:landing")
    visit.held.with_draft(draft_id).give(response)
    return response


@therapist_page()
def decline(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask, then take somebody at their word that the invitation was not for them.

    The box must be ticked: a mail scanner that presses buttons does not fill in forms.
    """
    if request.method != "POST":
        return visit.page(request, "respondents/decline.html", {"clinic": visit.round.clinic})
    if not request.POST.get("sure"):
        errors = [{"field": "sure", "message": "Please tick the box if the invitation is not for you."}]
        context = {"clinic": visit.round.clinic, "errors": errors}
        return visit.page(request, "respondents/decline.html", context, INVALID)
    actions.decline(invitation_id=visit.invitation.pk, now=visit.now)
    response = render(request, "respondents/declined.html", {"clinic": visit.round.clinic})
    visit.held.without_draft().give(response)
    return response


@login_not_required
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Let this browser forget everything of a therapist, and say goodbye."""
    response = render(request, "respondents/goodbye.html")
    take_all_back(response)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
