"""Who may get a reminder: asked when one is written, and again when it is handed over, as rights may have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from assessments.clinics.models import Membership, OutgoingMail, Role, User
from assessments.clinics.reminder_links import SETTINGS, link_of

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


def pass_on(mail: OutgoingMail) -> bool:
    """Address a reminder of closing to whoever leads the clinic now, with their own link; say whether that could be.

    It is written once: a lead who took over while it waited would not hear of the closing otherwise. Not stored yet.
    """
    kind = OutgoingMail.Kind(mail.kind)
    if kind != OutgoingMail.Kind.CLOSING_REMINDER:
        return False
    before = User.objects.filter(email__iexact=mail.address).first()
    lead = wanting(kind).filter(memberships__clinic=mail.clinic_id, memberships__role=Role.LEAD).first()
    if before is None or lead is None:
        return False
    mail.address, mail.body = lead.email, mail.body.replace(link_of(before, kind), link_of(lead, kind))
    return True
