"""The page of the questionnaire's files, and the files; nothing of a clinic is in them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.reports.answers import attachment, in_a_moment, only_headers
from assessments.reports.forms.clinic_form import clinic_form
from assessments.reports.forms.kinds import BY_KEY, KINDS, file_name, made
from assessments.reports.pdf.setting import NotMadeError
from assessments.reports.slots import BusyError
from readiness.instrument.definition import INSTRUMENT
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@login_not_required
@require_safe
def questionnaire(request: HttpRequest) -> HttpResponse:
    """Say what the questionnaire is, and list it in the formats of other tools."""
    form = clinic_form(INSTRUMENT)
    context = {"version": form.version, "n_questions": form.n_ratings, "sections": form.sections, "kinds": KINDS}
    return render(request, "reports/questionnaire.html", context)


@login_not_required
@require_safe
def questionnaire_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the questionnaire, its newest version, in one format."""
    wanted = BY_KEY.get(kind)
    if wanted is None:
        raise Http404
    version = load(INSTRUMENT).version
    name = file_name(wanted, version)
    if request.method == "HEAD":
        return only_headers(name, wanted.content_type)
    try:
        content = made(wanted, version)
    except BusyError:
        return in_a_moment(render(request, "reports/questionnaire_busy.html", {"kind": wanted}), request.user.pk or 0)
    except NotMadeError:
        return render(request, "reports/questionnaire_not_made.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return attachment(content, name, wanted.content_type)
