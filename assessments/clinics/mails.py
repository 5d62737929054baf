"""The mails that clinics send. Links begin with BASE_URL, never with what a request calls itself."""

from __future__ import annotations

from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from assessments.clinics.models import Clinic, User


class MailNotSentError(RuntimeError):
    """The mail server did not take the mail."""


def absolute(path: str) -> str:
    """Give the full address of a path of ours."""
    return f"{settings.BASE_URL}{path}"


def send_manager_invitation(*, to: str, token: str, clinic: Clinic, by: User, expires_at: datetime) -> None:
    """Send the link of an invitation. The same mail goes to an address with and without an account.

    Raises:
        MailNotSentError: it could not be sent.
    """
    context = {
        "clinic": clinic,
        "by": by,
        "link": absolute(reverse("clinics:join", args=[token])),
        "expires_at": expires_at,
    }
    _send(to, "clinics/mail/manager_invitation", context)


def _send(to: str, template: str, context: dict[str, object]) -> None:
    subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
    body = render_to_string(f"{template}_message.txt", context).strip() + "\n"
    try:
        EmailMessage(subject, body, to=[to]).send()
    except (SMTPException, OSError) as error:
        raise MailNotSentError("The mail could not be sent.") from error
