"""A person's tokens: which there are, making one, ending one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments.clinics.forms import summary_of
from assessments.clinics.models import Clinic, User
from assessments.clinics.policies import has_verified_address
from assessments.reports.actions import TOKENS_MAX, TooManyTokensError, end_token, make_token
from assessments.reports.api.token_forms import TokenForm
from assessments.reports.api.token_presenters import READS, TokenRow, token_row
from assessments.reports.models import ApiToken, Scope
from assessments.reports.policies import check_has_confirmed, has_second_step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

SECOND_STEP_FIRST: Final = "Before you can make tokens, please set up a second step for signing in."
ENOUGH_FOR_A_DAY: Final = "You have made as many tokens as one can in a day. Please make the next one tomorrow."


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Show the person's tokens and make a new one, whose secret stands on the answer to the form and nowhere else."""
    user = cast(User, request.user)
    if request.method != "POST":
        return _page(request, TokenForm(user))
    if not has_second_step(user):
        messages.info(request, SECOND_STEP_FIRST)
        return redirect("mfa_activate_totp")
    check_has_confirmed(user)
    form = TokenForm(user, request.POST)
    return _made(request, form) if form.is_valid() else _page(request, form)


@reauthentication_required  # type: ignore[untyped-decorator]
def _made(request: HttpRequest, form: TokenForm) -> HttpResponse:
    said = form.cleaned_data
    if not ratelimit.consume(request, action="make_token", user=request.user):
        form.add_error(None, ENOUGH_FOR_A_DAY)
        return _page(request, form)
    try:
        token, secret = make_token(
            by=cast(User, request.user),
            name=said["name"],
            scope=Scope(said["scope"]),
            clinic=said.get("clinic"),
            days=said["days"],
            now=timezone.now(),
        )
    except TooManyTokensError as error:
        form.add_error(None, str(error))
        return _page(request, form)
    (row,) = _rows(token.user, [token])
    _tell(token, row.until)
    return render(request, "reports/token_made.html", {"token": row, "secret": secret, "base_url": settings.BASE_URL})


def _tell(token: ApiToken, until: str) -> None:
    """Tell the owner by mail, in none of the words that somebody typed."""
    about = {"reads": READS[token.reach], "until": until}
    get_adapter().send_notification_mail("reports/mail/token_made", token.user, about, email=token.user.email)


def _rows(user: User, tokens: Iterable[ApiToken]) -> list[TokenRow]:
    """Lay out the tokens of a person."""
    now = timezone.now()
    own = set(Clinic.objects.visible_to(user).values_list("pk", flat=True))
    return [token_row(token, own=own, now=now) for token in tokens]


def _page(request: HttpRequest, form: TokenForm) -> HttpResponse:
    user = cast(User, request.user)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    found = ApiToken.objects.visible_to(user).select_related("user", "clinic")
    context = {
        "tokens": _rows(user, found),
        "form": form,
        "errors": summary_of(form),
        "has_second_step": has_second_step(user),
        "is_confirmed": has_verified_address(user),
        "tokens_max": TOKENS_MAX,
    }
    return render(request, "reports/tokens.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Ask, then end a token at once."""
    found = ApiToken.objects.visible_to(cast(User, request.user)).select_related("user", "clinic")
    token = get_object_or_404(found, pk=token_id)
    (row,) = _rows(token.user, [token])
    if request.method != "POST":
        return render(request, "reports/token_end.html", {"token": row})
    end_token(token)
    done = "is ended. Nothing can be read with it any more." if row.is_working else "is gone from your list."
    messages.success(request, f"“{token.name}” {done}")
    return redirect("reports:tokens")
