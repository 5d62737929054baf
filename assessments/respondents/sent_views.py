"""After sending: the therapist's own profile and a copy of the answers, for half an hour, in their browser alone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.respondents import profile_presenters
from assessments.respondents.doors import Why, look, turned_away
from assessments.respondents.passes import PROFILE


@login_not_required
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Show the private profile of what was just sent."""
    kept = profile_presenters.read_keepsake(PROFILE.read(request))
    if kept is None:
        return _without_profile(request)
    return render(request, "respondents/done.html", {"profile": profile_presenters.profile_page(kept)})


@login_not_required
@require_safe
def copy(request: HttpRequest) -> HttpResponse:
    """Show one's own answers to print or keep."""
    kept = profile_presenters.read_keepsake(PROFILE.read(request))
    if kept is None:
        return _without_profile(request)
    return render(request, "respondents/copy.html", {"topics": profile_presenters.copy_of(kept)})


@login_not_required
@require_safe
def copy_file(request: HttpRequest) -> HttpResponse:
    """Give one's own answers as a text file."""
    kept = profile_presenters.read_keepsake(PROFILE.read(request))
    if kept is None:
        return _without_profile(request)
    headers = {"Content-Disposition": 'attachment; filename="my-answers.txt"'}
    text = profile_presenters.copy_text(kept)
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)


def _without_profile(request: HttpRequest) -> HttpResponse:
    found = look(request, timezone.now())
    return turned_away(request, found) if isinstance(found, Why) else redirect("respondents:landing")
