"""How sign-up, sign-in and their mails behave here, where allauth asks us."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.models import EmailConfirmationHMAC
from allauth.account.utils import get_login_redirect_url
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.utils import get_request_param
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.hashers import make_password
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from assessments.clinics.mails import absolute
from assessments.clinics.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    View = TypeVar("View", bound=Callable[..., HttpResponse])

logger = logging.getLogger(__name__)

NOT_SENT: Final = "A mail to you could not be sent just now. Please try again in a few minutes."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Answers allauth's questions about our accounts."""

    error_messages: Final = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address and the password do not belong together. Please try again.",
        "too_many_login_attempts": "There were many attempts to sign in. Please wait five minutes and try again.",
        "enter_current_password": "This is not your password now. Please type it again.",
        "incorrect_password": "This is not your password. Please type it again.",
        "incorrect_code": "This code does not match. Please type the one that is shown now.",
        "rate_limited": "That was quick. Please wait a minute and try again.",
        "duplicate_email": "This is your address already.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether this visitor may make an account: anybody, or whoever comes by a link that invites them."""
        return settings.SIGNUP == "open" or _comes_by_invitation(request)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether a `next` leads to a page of this site: a plain path, never another host in any disguise."""
        if not url or not url.startswith("/") or any(c == "\\" or not c.isprintable() for c in url):
            return False
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Fill in an account from the sign-up form; what the form does not know stays as it is."""
        user.name = form.cleaned_data.get("name", "")
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead to signing in, because a changed password ends every session."""
        return reverse("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Give the link of a reset mail, on the configured address of the site."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return absolute(path.replace("UID-KEY", quote(key)))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC) -> str:
        """Give the link of a confirmation mail, on the configured address of the site."""
        return absolute(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose links never depend on the request. When it cannot go, the page says so, to everybody."""
        links = {
            "site_url": settings.BASE_URL,
            "signup_url": absolute(reverse("account_signup")),
            "reset_url": absolute(reverse("account_reset_password")),
        }
        message = self.render_mail(template_prefix, email, {**context, **links, "email": email})
        try:
            message.send()
        except (SMTPException, OSError) as error:
            # Only the kind: the text of SMTPRecipientsRefused is the address.
            logger.error("mail.not-sent template=%s %s", template_prefix, type(error).__name__)
            if self.request is not None:
                messages.error(self.request, NOT_SENT)


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Answers allauth's questions about the second step of signing in."""

    error_messages: Final = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": "Please confirm your e-mail address first. Then you can set up the second step.",
        "add_email_blocked": "Please turn off the second step before you change your address, then turn it on again.",
    }


def opens_sign_up(is_open: Callable[[str], bool]) -> Callable[[View], View]:
    """Mark the view of a link: whoever comes by one whose token `is_open` may make an account, on every site."""

    def mark(view: View) -> View:
        view.opens_sign_up = is_open  # type: ignore[attr-defined]
        return view

    return mark


def _comes_by_invitation(request: HttpRequest) -> bool:
    try:
        match = resolve(get_request_param(request, REDIRECT_FIELD_NAME) or "")
    except Resolver404:
        return False
    is_open = getattr(match.func, "opens_sign_up", None)
    return is_open is not None and is_open(match.kwargs["token"])


def answer_as_if_new(request: HttpRequest, email: str, password: str) -> HttpResponse:
    """Answer a sign-up with an address that has an account just as if it had none; its owner gets a mail.

    The password is hashed and thrown away, so that the answer takes as long.
    """
    make_password(password)
    adapter = get_adapter()
    if ratelimit.consume(request, action="confirm_email", key=email.lower()):
        adapter.send_account_already_exists_mail(email)
    text = render_to_string("account/messages/email_confirmation_sent.txt", {"email": email}).strip()
    messages.info(request, text)
    return HttpResponseRedirect(get_login_redirect_url(request, signup=True))
