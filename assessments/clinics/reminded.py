"""Who may get a reminder: asked when one is written, and again when it is handed over, as rights may have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from assessments.clinics.models import Membership, OutgoingMail, Role, User
from assessments.clinics.reminder_links import SETTINGS

if TYPE_CHECKING:
    from django.db.models import QuerySet


def wanting(kind: OutgoingMail.Kind) -> QuerySet[User]:
    """Give the people who may get reminders of a kind: account open, setting on, address confirmed.

    An address that nobody confirmed may be a stranger's, who never heard of us.
    """
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), email__iexact=OuterRef("email"), verified=True)
    return User.objects.filter(Exists(confirmed), is_active=True, **{SETTINGS[kind]: True})


def may_still_go(mail: OutgoingMail) -> bool:
    """Say whether the address is still that of somebody who may get this mail; true of all that is no reminder.

    Whoever left the clinic, was removed, closed the account or turned reminders off meanwhile may not read of its plan.
    """
    kind = OutgoingMail.Kind(mail.kind)
    if kind not in SETTINGS:
        return True
    members = Membership.objects.filter(clinic=mail.clinic_id, user__in=wanting(kind), user__email__iexact=mail.address)
    if kind == OutgoingMail.Kind.CLOSING_REMINDER:
        members = members.filter(role=Role.LEAD)
    return members.exists()
