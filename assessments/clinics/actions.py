"""The only writers of clinics, memberships, viewers and invitations. Each act is one transaction, kept on record."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from assessments.clinics import mails, policies
from assessments.clinics.models import (
    MEMBERSHIP,
    AuditEvent,
    Clinic,
    ManagerInvitation,
    Membership,
    ResultViewer,
    Role,
    User,
)
from assessments.clinics.text import name_key

INVITATION_LIFE: Final = timedelta(days=14)
TOKEN_BYTES: Final = 24  # 192 random bits; the link works without an address, so it must not be guessed


class NameTakenError(ValueError):
    """The person already belongs to a clinic whose name looks the same."""


class AlreadyMemberError(ValueError):
    """The address invited is that of a member of the clinic."""


class TooManyInvitationsError(ValueError):
    """The clinic has as many open invitations as it may have."""


class InvitationGoneError(ValueError):
    """There is no such invitation: never was, used, withdrawn, or too old. Which of these is not told."""


def record(*, act: AuditEvent.Act, clinic: Clinic, by: User | None, subject: str = "", at: datetime) -> None:
    """Keep an act on record, in the transaction of whoever calls.

    Args:
        act: what was done.
        clinic: in which clinic.
        by: who did it; None when the time had come and nobody did.
        subject: the id of the round, membership, invitation or network, and how far a network is let in from then on,
            or the number of a consultant's account; never an address or a name.
        at: when.
    """
    AuditEvent.objects.create(clinic=clinic, act=act, by=by, subject=subject, at=at)


def record_for_all(
    *, act: AuditEvent.Act, clinic_ids: Iterable[UUID], by: User | None, subject: str = "", at: datetime
) -> None:
    """Keep the same act on record in each of several clinics, in the transaction of whoever calls.

    Args:
        act: what was done.
        clinic_ids: in which clinics.
        by: who did it; None for the operator.
        subject: as in `record`.
        at: when.
    """
    AuditEvent.objects.bulk_create(
        (AuditEvent(clinic_id=pk, act=act, by=by, subject=subject, at=at) for pk in clinic_ids), batch_size=1000
    )


def let_see_results(
    *, clinic_ids: Collection[UUID], user_ids: Collection[int], right: str = MEMBERSHIP, at: datetime
) -> None:
    """Note that people may see clinics' results from now on; in the transaction of whoever gives the right.

    Nothing changes for those who may already by this right.

    Args:
        clinic_ids: whose results; each of the people may see those of all of them.
        user_ids: who may see them.
        right: `MEMBERSHIP`, or the id of the network through which they may.
        at: since when.
    """
    rows = (
        ResultViewer(clinic_id=clinic_id, user_id=user_id, right=right, since=at)
        for clinic_id in clinic_ids
        for user_id in user_ids
    )
    ResultViewer.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def stop_seeing_results(
    *,
    clinic_ids: Collection[UUID] | None = None,
    user_ids: Collection[int] | None = None,
    right: str = MEMBERSHIP,
    at: datetime,
) -> None:
    """Note that a right to see results has ended; in the transaction of whoever takes it.

    What somebody may see by another right, they still may. Nothing changes where the right was not there.

    Args:
        clinic_ids: whose results; None for all clinics to which the right opens.
        user_ids: who had the right; None for everybody who did.
        right: as in `let_see_results`.
        at: until when; a clock that went back does not make the time end before it began.
    """
    rows = ResultViewer.objects.filter(right=right).current()
    if clinic_ids is not None:
        rows = rows.filter(clinic__in=clinic_ids)
    if user_ids is not None:
        rows = rows.filter(user__in=user_ids)
    rows.update(until=Greatest(F("since"), at))


@transaction.atomic
def create_clinic(
    *,
    by: User,
    name: str,
    country: str = "",
    setting: str = "",
    n_therapists: int | None = None,
    time_zone: str = "UTC",
    now: datetime,
) -> Clinic:
    """Create a clinic and make its creator the lead.

    Raises:
        NameTakenError: the person already has a clinic of that name.
    """
    _check_name_is_new(by, name)
    clinic = Clinic.objects.create(
        name=name,
        name_key=name_key(name),
        country=country,
        setting=setting,
        n_therapists=n_therapists,
        time_zone=time_zone,
    )
    Membership.objects.create(user=by, clinic=clinic, role=Role.LEAD)
    let_see_results(clinic_ids=[clinic.pk], user_ids=[by.pk], at=now)
    record(act=AuditEvent.Act.CLINIC_CREATED, clinic=clinic, by=by, at=now)
    return clinic


@transaction.atomic
def change_clinic(
    *,
    by: User,
    clinic: Clinic,
    name: str,
    country: str,
    setting: str,
    n_therapists: int | None,
    time_zone: str,
    now: datetime,
) -> Clinic:
    """Change the details of a clinic.

    Raises:
        RefusedError: the person is not the lead.
        NameTakenError: the person already has another clinic of that name.
    """
    clinic = Clinic.objects.select_for_update().get(pk=clinic.pk)
    policies.check_can_lead(by, clinic)
    _check_name_is_new(by, name, but=clinic)
    clinic.name, clinic.name_key = name, name_key(name)
    clinic.country, clinic.setting, clinic.n_therapists = country, setting, n_therapists
    clinic.time_zone = time_zone
    clinic.save()
    record(act=AuditEvent.Act.CLINIC_CHANGED, clinic=clinic, by=by, at=now)
    return clinic


def _check_name_is_new(user: User, name: str, but: Clinic | None = None) -> None:
    """Hold the person's row, so that two requests at once cannot both find the name free."""
    User.objects.select_for_update().get(pk=user.pk)
    same = Clinic.objects.visible_to(user).filter(name_key=name_key(name))
    if any(clinic != but for clinic in same):
        raise NameTakenError("You already have a clinic of this name.")


def invite_manager(*, by: User, clinic: Clinic, email: str, now: datetime) -> ManagerInvitation:
    """Invite a colleague by mail; a second invitation of an address takes the place of the first.

    The mail goes first and no lock is held meanwhile: when it cannot be sent, nothing has changed.

    Raises:
        RefusedError: not the lead, or the lead's own address is not verified.
        AlreadyMemberError: the address is that of a member, whom the lead can see anyway.
        TooManyInvitationsError: too many are open.
        MailNotSentError: the mail could not be sent; nothing is kept.
    """
    email = email.strip().lower()
    _check_invitation(by, clinic, email, now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = now + INVITATION_LIFE
    mails.send_manager_invitation(to=email, token=token, clinic=clinic, by=by, expires_at=expires_at)
    with transaction.atomic():
        Clinic.objects.select_for_update().get(pk=clinic.pk)
        _check_invitation(by, clinic, email, now)
        invitation, _ = ManagerInvitation.objects.update_or_create(
            clinic=clinic,
            email=email,
            defaults={"token_hash": hash_of(token), "invited_by": by, "expires_at": expires_at},
        )
        record(act=AuditEvent.Act.MANAGER_INVITED, clinic=clinic, by=by, subject=str(invitation.pk), at=now)
    return invitation


def _check_invitation(by: User, clinic: Clinic, email: str, now: datetime) -> None:
    policies.check_can_invite(by, clinic)
    if Membership.objects.filter(clinic=clinic, user__email=email).exists():
        raise AlreadyMemberError("This address belongs to somebody who is already a member of this clinic.")
    sent = AuditEvent.objects.filter(clinic=clinic, act=AuditEvent.Act.MANAGER_INVITED, at__gt=now - timedelta(days=1))
    if sent.count() >= policies.INVITATIONS_A_DAY_MAX:
        raise TooManyInvitationsError("Many invitations were sent today. Please go on tomorrow.")
    others = ManagerInvitation.objects.filter(clinic=clinic).open(now=now).exclude(email=email)
    if others.count() >= policies.MANAGERS_OPEN_MAX:
        raise TooManyInvitationsError(
            f"{policies.MANAGERS_OPEN_MAX} invitations are open. Withdraw one, or wait until one is accepted."
        )


def hash_of(token: str) -> str:
    """Give what is kept of a token. The token is random, so one round of SHA-256 cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def find_invitation(*, token: str, now: datetime) -> ManagerInvitation:
    """Find the open invitation of a link, at the same cost whatever the token looks like.

    Raises:
        InvitationGoneError: there is none.
    """
    found = ManagerInvitation.objects.open(now=now).filter(token_hash=hash_of(token))
    invitation = found.select_related("clinic", "invited_by").first()
    if invitation is None:
        raise InvitationGoneError("This invitation cannot be used any more.")
    return invitation


@transaction.atomic
def accept_invitation(*, by: User, token: str, now: datetime) -> Membership:
    """Make a person a manager; the link works once. A member stays what they are and the link stays unused.

    Raises:
        InvitationGoneError: there is no such open invitation.
    """
    clinic_id = find_invitation(token=token, now=now).clinic_id
    clinic = Clinic.objects.select_for_update().get(pk=clinic_id)
    invitation = find_invitation(token=token, now=now)  # again, now that nobody else can use it
    membership, is_new = Membership.objects.get_or_create(user=by, clinic=clinic, defaults={"role": Role.MANAGER})
    if is_new:
        invitation.delete()
        let_see_results(clinic_ids=[clinic.pk], user_ids=[by.pk], at=now)
        record(act=AuditEvent.Act.MANAGER_JOINED, clinic=clinic, by=by, subject=str(membership.pk), at=now)
    return membership


@transaction.atomic
def withdraw_invitation(*, by: User, invitation: ManagerInvitation, now: datetime) -> None:
    """Make the link of an invitation useless. Nothing happens when it is gone already.

    Raises:
        RefusedError: the person is not the lead.
    """
    policies.check_can_lead(by, invitation.clinic)
    subject = str(invitation.pk)
    n_deleted, _ = ManagerInvitation.objects.filter(pk=invitation.pk).delete()
    if n_deleted:
        record(act=AuditEvent.Act.INVITATION_WITHDRAWN, clinic=invitation.clinic, by=by, subject=subject, at=now)


@transaction.atomic
def hand_over_lead(*, by: User, clinic: Clinic, to: User, now: datetime) -> None:
    """Make a manager the lead and the lead a manager.

    Raises:
        RefusedError: the person is not the lead, or the other is no manager of this clinic.
    """
    clinic = Clinic.objects.select_for_update().get(pk=clinic.pk)
    policies.check_can_lead(by, clinic)
    heir = Membership.objects.filter(clinic=clinic, user=to).select_related("clinic").first()
    if heir is None or not heir.user.is_active:
        raise policies.RefusedError("Choose a colleague who is a manager of this clinic.")
    policies.check_can_hand_over(by, heir)
    _make_lead(heir, by, now)


@transaction.atomic
def replace_closed_lead(*, by: User, heir: Membership, now: datetime) -> None:
    """Make a manager the lead of a clinic whose lead's account is closed, as a site admin; the old lead is a manager.

    Raises:
        RefusedError: not a site admin, the lead's account is open, or the heir is no manager with an open account.
        Membership.DoesNotExist: the manager has left meanwhile.
    """
    Clinic.objects.select_for_update().get(pk=heir.clinic_id)
    heir = Membership.objects.select_related("clinic", "user").get(pk=heir.pk)
    policies.check_can_replace_lead(by, heir)
    _make_lead(heir, by, now)


def _make_lead(heir: Membership, by: User, now: datetime) -> None:
    """The clinic's row is locked by the caller."""
    Membership.objects.filter(clinic=heir.clinic, role=Role.LEAD).update(role=Role.MANAGER)
    heir.role = Role.LEAD
    heir.save(update_fields=["role"])
    ManagerInvitation.objects.filter(clinic=heir.clinic).update(invited_by=heir.user)
    record(act=AuditEvent.Act.LEAD_HANDED_OVER, clinic=heir.clinic, by=by, subject=str(heir.pk), at=now)


@transaction.atomic
def leave(*, by: User, clinic: Clinic, now: datetime) -> None:
    """Give up one's own place in a clinic.

    Raises:
        RefusedError: the person is the lead, or does not belong to the clinic.
    """
    clinic = Clinic.objects.select_for_update().get(pk=clinic.pk)
    policies.check_can_leave(by, clinic)
    membership = Membership.objects.get(clinic=clinic, user=by)
    subject = str(membership.pk)
    membership.delete()
    stop_seeing_results(clinic_ids=[clinic.pk], user_ids=[by.pk], at=now)
    record(act=AuditEvent.Act.MANAGER_LEFT, clinic=clinic, by=by, subject=subject, at=now)


@transaction.atomic
def remove_manager(*, by: User, membership: Membership, now: datetime) -> None:
    """Take a manager's place away; their next request already finds nothing.

    Raises:
        RefusedError: the person is not the lead, or the membership is the lead's.
        Membership.DoesNotExist: the manager has left meanwhile.
    """
    clinic = Clinic.objects.select_for_update().get(pk=membership.clinic_id)
    membership = Membership.objects.select_related("clinic", "user").get(pk=membership.pk)
    policies.check_can_remove(by, membership)
    subject = str(membership.pk)
    membership.delete()
    stop_seeing_results(clinic_ids=[clinic.pk], user_ids=[membership.user_id], at=now)
    record(act=AuditEvent.Act.MANAGER_REMOVED, clinic=clinic, by=by, subject=subject, at=now)
