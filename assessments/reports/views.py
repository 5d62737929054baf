"""The page of a finished assessment's files, and the files."""

from __future__ import annotations

from contextlib import nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.clinics.models import User
from assessments.reports.answers import attachment, in_a_moment, only_headers
from assessments.reports.files import BY_KEY, file_name, grouped
from assessments.reports.pdf.setting import NotMadeError
from assessments.reports.policies import check_is_finished
from assessments.reports.report import about_of, report_of
from assessments.reports.slots import BusyError, NoSlotError, slot
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from uuid import UUID


@require_safe
def files(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """List the files of an assessment."""
    assessment = _round(request, round_id)
    return render(request, "reports/files.html", {"assessment": assessment, "groups": grouped()})


@require_safe
def file(request: HttpRequest, round_id: UUID, kind: str) -> HttpResponseBase:
    """Make a file of a finished assessment and send it."""
    assessment = _round(request, round_id)
    made = BY_KEY.get(kind)
    if made is None:
        raise Http404
    check_is_finished(assessment)
    reader, now = cast(User, request.user), timezone.now()
    name = file_name(about_of(assessment, now), made)
    if request.method == "HEAD":
        return only_headers(name, made.content_type)
    about_it = {"assessment": assessment, "kind": made}
    try:
        with slot(reader.pk) if made.is_heavy else nullcontext():
            content = made.make(report_of(assessment, reader=reader, now=now))
    except BusyError:
        return in_a_moment(render(request, "reports/busy.html", about_it), reader.pk)
    except (NotMadeError, NoSlotError):
        return render(request, "reports/not_made.html", about_it, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return attachment(content, name, made.content_type)


def _round(request: HttpRequest, round_id: UUID) -> Round:
    found = Round.objects.visible_to(request.user).select_related("clinic", "result")
    return get_object_or_404(found, pk=round_id)
