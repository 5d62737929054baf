"""Which setting each kind of reminder has, and the link that turns a kind off for a person without signing in.

The link is made from the site's secret and never expires: a mail may be read years later. It can do nothing else.
"""

from __future__ import annotations

from typing import Final

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from assessments.clinics.mails import absolute
from assessments.clinics.models import OutgoingMail, User

SETTINGS: Final = {
    OutgoingMail.Kind.CLOSING_REMINDER: "is_reminded_of_closing",
    OutgoingMail.Kind.ACTIONS_REMINDER: "is_reminded_of_actions",
}
"""The field of an account that says whether the person wants reminders of a kind."""

SIGNER: Final = Signer(salt="assessments.clinics.reminder_links")


def link_of(user: User, kind: OutgoingMail.Kind) -> str:
    """Give the full address that turns a kind of reminder off for a person."""
    return absolute(reverse("clinics:reminders_off", args=[token_of(user, kind)]))


def token_of(user: User, kind: OutgoingMail.Kind) -> str:
    """Give the link's token: it names account and kind, and nobody can make one for somebody else."""
    return SIGNER.sign_object([user.pk, kind.value])


def read_token(token: str) -> tuple[User, OutgoingMail.Kind] | None:
    """Give whose reminders of which kind a link turns off; None when it is not one of ours, or the account is gone."""
    try:
        user_id, kind = SIGNER.unsign_object(token)
    except (BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=user_id).first()
    return (user, OutgoingMail.Kind(kind)) if user else None
