"""The private profile for anybody: the eight confidence questions and what comes of them, nothing stored."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from assessments.respondents import profile_presenters
from assessments.respondents.posts import Posted


@csrf_exempt  # writes nothing: it works out what was sent, for whoever sent it
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def therapist(request: HttpRequest) -> HttpResponse:
    """Ask the eight questions; show the profile of the answers, or the questions again with what is wrong."""
    posted = profile_presenters.read_tried(request.POST)
    if request.method != "POST" or request.POST.get("go") != "profile" or posted.errors:
        return _questions(request, posted)
    page = profile_presenters.profile_page(profile_presenters.tried(posted))
    return render(request, "respondents/try_profile.html", {"profile": page, "carried": list(posted.raw.items())})


def _questions(request: HttpRequest, posted: Posted) -> HttpResponse:
    sheet = profile_presenters.try_sheet(posted)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sheet.errors else HTTPStatus.OK
    return render(request, "respondents/try.html", {"sheet": sheet, "errors": sheet.errors}, status=status)
