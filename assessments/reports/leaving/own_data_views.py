"""Pages of a person's own data: what is kept, the file to take along, and closing the account."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from django.contrib.auth import logout
from django.db import OperationalError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.clinics.forms import summary_of
from assessments.clinics.models import User
from assessments.reports.answers import attachment, only_headers
from assessments.reports.leaving.asked_again import (
    IN_THE_WAY,
    TypedNameForm,
    ask_and_come_back,
    is_asked_lately,
    is_back,
    who_again,
)
from assessments.reports.leaving.closing_account import hindrances
from assessments.reports.leaving.erasable import erasable_person, erase_between_others
from assessments.reports.leaving.own_data import NOT_HERE, counts_of, own_file

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """Say what is kept of the person."""
    user = cast(User, request.user)
    page = {
        "counts": counts_of(user),
        "not_here": NOT_HERE,
        "asks_first": not is_asked_lately(request),
        "is_back": is_back(request),
    }
    return render(request, "reports/own_data.html", page)


@require_safe
def own_data_file(request: HttpRequest) -> HttpResponseBase:
    """Give it as a file, to nobody who only found the screen."""
    if not is_asked_lately(request):
        return ask_and_come_back(request, reverse("reports:own_data"))
    now = timezone.now()
    name, content_type = f"my-data-{now:%Y-%m-%d}.json", "application/json"
    if request.method == "HEAD":
        return only_headers(name, content_type)
    return attachment(own_file(cast(User, request.user), now=now), name, content_type)


@require_http_methods(["GET", "HEAD", "POST"])
def close_account(request: HttpRequest) -> HttpResponse:
    """Ask, then close the account for good, sign out and let the browser forget."""
    user = cast(User, request.user)
    found, in_the_way = erasable_person(user, by=user), hindrances(user)
    if in_the_way and request.method == "POST" and not User.objects.filter(pk=user.pk).exists():
        return _goodbye(request)  # its addresses went by the first press, so nothing shows them to be confirmed
    if not in_the_way and (again := who_again(request)):
        return again
    sent = request.POST if request.method == "POST" and not in_the_way else None
    form = TypedNameForm(sent, wanted=found.name, label="Type your e-mail address to close the account")
    is_refused = bool(form.errors) or (request.method == "POST" and bool(in_the_way))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    if form.is_valid():
        try:
            erase_between_others(found)
        except User.DoesNotExist:
            return _goodbye(request)  # the button was pressed twice
        except OperationalError:
            form.add_error(None, IN_THE_WAY)
            status = HTTPStatus.SERVICE_UNAVAILABLE
        else:
            return _goodbye(request)
    context = {"found": found, "hindrances": in_the_way, "form": form, "errors": summary_of(form)}
    return render(request, "reports/erase_account.html", context, status=status)


def _goodbye(request: HttpRequest) -> HttpResponse:
    logout(request)
    response = render(request, "reports/erase_goodbye.html")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
