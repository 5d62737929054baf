"""Pages about reminders: a person's settings, and the link in each mail that turns its kind off."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from assessments.clinics import reminders
from assessments.clinics.forms import RemindersForm
from assessments.clinics.models import OutgoingMail, User
from assessments.clinics.policies import has_verified_address
from assessments.clinics.reminder_links import read_token

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

OF_WHAT: Final = {
    OutgoingMail.Kind.CLOSING_REMINDER: "before an assessment closes",
    OutgoingMail.Kind.ACTIONS_REMINDER: "about actions that are due",
}


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change which reminders the person wants."""
    user = cast(User, request.user)
    form = RemindersForm(request.POST) if request.method == "POST" else RemindersForm.of(user)
    if request.method == "POST" and form.is_valid():
        reminders.choose(user=user, wanted=form.wanted())
        messages.success(request, "Your choice is saved.")
        return redirect("clinics:reminders")
    return render(request, "clinics/reminders.html", {"form": form, "is_confirmed": has_verified_address(user)})


@csrf_exempt  # the token is the authority: mailboxes post here without having seen the page (RFC 8058)
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """Show one button, and turn a kind of reminder off when it is pressed. Programs that open links change nothing."""
    found = read_token(token)
    if found is None:
        return render(request, "clinics/reminders_gone.html", status=HTTPStatus.NOT_FOUND)
    user, kind = found
    if request.method == "POST":
        reminders.choose(user=user, wanted={kind: False})
        user.refresh_from_db()
    return render(
        request, "clinics/reminders_off.html", {"of_what": OF_WHAT[kind], "is_on": reminders.is_on(user, kind)}
    )
