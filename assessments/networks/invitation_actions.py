"""The only writers of invitations to networks: lists of clinics are asked by mail, each with a link of its own."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from assessments.clinics import outbox
from assessments.clinics.actions import TOKEN_BYTES, hash_of
from assessments.clinics.models import OutgoingMail, User
from assessments.clinics.policies import RefusedError, has_verified_address
from assessments.networks import mails
from assessments.networks.actions import locked
from assessments.networks.invitation_list import Line
from assessments.networks.models import Network, NetworkInvitation
from assessments.networks.policies import INVITED_AT_ONCE_MAX, check_can_work_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

INVITATION_LIFE: Final = timedelta(days=60)
KEPT_EXPIRED: Final = timedelta(days=30)
"""For how long an expired invitation is still listed."""


class TooManyInvitationsError(ValueError):
    """The list is longer than a list may be, or its sender has sent as many today as a day allows."""


@transaction.atomic
def invite_clinics(*, by: User, network_id: UUID, lines: Sequence[Line], now: datetime) -> list[Line]:
    """Invite the leads of clinics by mail, each with a link of its own, and give the lines that were invited before.

    The mails wait in the outbox. A clinic that was invited before at this address gets no second mail.

    Raises:
        Network.DoesNotExist: not there, or not this person's.
        RefusedError: the person's own address is not verified.
        TooManyInvitationsError: the list is too long, or the person has sent as many today as a day allows; nobody was
            invited.
    """
    network = locked(by, network_id)
    if not has_verified_address(by):
        raise RefusedError("Before you invite others, please confirm your own e-mail address.")
    if len(lines) > INVITED_AT_ONCE_MAX:
        raise TooManyInvitationsError(f"Please invite at most {INVITED_AT_ONCE_MAX} clinics at once.")
    known = {Line(row.clinic_name, row.email).key: row for row in network.invitations.order_by("expires_at")}
    new = [line for line in lines if line.key not in known or known[line.key].expires_at <= now]
    NetworkInvitation.objects.filter(pk__in=[known[line.key].pk for line in new if line.key in known]).delete()
    NetworkInvitation.objects.bulk_create([_invited(network, line, by, now) for line in new])
    asked = set(new)
    return [line for line in lines if line not in asked]


def _invited(network: Network, line: Line, by: User, now: datetime) -> NetworkInvitation:
    """Put the mail of an invitation into the outbox and give its row, to be stored."""
    if outbox.is_full(sender=by, address=line.email, now=now):
        raise TooManyInvitationsError(
            f"You have sent as many invitations today as a day allows, in all or to {line.email}. Nobody was invited "
            "by this list; please go on tomorrow, or leave the line out."
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = now + INVITATION_LIFE
    subject, body = mails.invitation(network=network, by=by, clinic=line.clinic, token=token, expires_at=expires_at)
    mail = outbox.post(
        kind=OutgoingMail.Kind.NETWORK_INVITATION,
        clinic=None,
        by=by,
        about=network.pk,
        address=line.email,
        subject=subject,
        body=body,
        now=now,
    )
    return NetworkInvitation(
        network=network,
        clinic_name=line.clinic,
        email=line.email,
        token_hash=hash_of(token),
        invited_at=now,
        expires_at=expires_at,
        mail_id=mail.pk,
    )


@transaction.atomic
def withdraw_invitation(*, by: User, invitation: NetworkInvitation) -> None:
    """Make the link of an invitation useless; a mail that waits is not sent. Nothing happens when it is gone already.

    Raises:
        RefusedError: the person is no consultant of the network.
    """
    check_can_work_in(by, invitation.network)
    if invitation.mail_id:
        outbox.drop_waiting(mail_id=invitation.mail_id)
    NetworkInvitation.objects.filter(pk=invitation.pk).delete()


def drop_expired_invitations(*, now: datetime) -> None:
    """Forget the addresses whose invitations expired 30 days ago."""
    NetworkInvitation.objects.filter(expires_at__lte=now - KEPT_EXPIRED).delete()
