"""The only writers of networks, their consultants, and the clinics that let them in. Each act is one transaction.

Whoever comes to see a clinic's results, or no longer does, is noted through `clinics.actions` in the same transaction:
therapists are told, and the threshold of their figures counts on it.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction

from assessments.clinics import outbox
from assessments.clinics.actions import (
    hash_of,
    let_see_results,
    record,
    record_for_all,
    stop_seeing_results,
)
from assessments.clinics.models import AuditEvent, Clinic, OutgoingMail, Role, User
from assessments.clinics.policies import check_can_lead, verified_address_keys
from assessments.clinics.text import address_key, name_key
from assessments.networks import mails
from assessments.networks.models import Level, Network, NetworkClinic, NetworkInvitation, NetworkMember
from assessments.networks.policies import check_can_make_networks, check_can_remove
from assessments.rounds.actions import suggest_rounds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

SAME_PRESS: Final = timedelta(minutes=1)
"""Within how long a second network of the same name is taken for a second press of the button."""
ADDED_A_DAY_MAX: Final = 20
"""How many consultants a network may add in 24 hours: each is a mail to the leads of all its clinics."""
LINK_LENGTH: Final = 32
"""Characters of a joining link's token, six bits each: 192 bits, which nobody guesses."""


class NotAConsultantError(ValueError):
    """No consultant has this address: there is no account, or no site admin has made its holder one."""


class AlreadyMemberError(ValueError):
    """The consultant is in the network already."""


class TooManyAddedError(ValueError):
    """Many consultants were added today, and leads had as many mails."""


class LinkGoneError(ValueError):
    """There is no such link: never was, replaced, withdrawn, used, or too old. Which of these is not told."""


class AlreadyInError(ValueError):
    """The clinic lets this network in already."""


@dataclass(frozen=True)
class Joining:
    """What a link leads to: a network, and the invitation if the link came with one."""

    network: Network
    invitation: NetworkInvitation | None


@transaction.atomic
def create_network(*, by: User, name: str, now: datetime) -> Network:
    """Make a network with its maker as its first consultant; a button that was pressed twice makes one.

    Raises:
        RefusedError: the person is no consultant.
    """
    check_can_make_networks(by)
    User.objects.select_for_update().get(pk=by.pk)  # so that the second press finds what the first has made
    just_now = Network.objects.filter(name=name, created_at__gt=now - SAME_PRESS, members__user=by)
    if made := just_now.first():
        return made
    network = Network(name=name, created_at=now)
    network.link_hash = hash_of(_link_token(network))
    network.save(force_insert=True)
    NetworkMember.objects.create(network=network, user=by, joined_at=now)
    return network


@transaction.atomic
def change_network(*, by: User, network_id: UUID, name: str, round_title: str, round_due_on: date | None) -> Network:
    """Change a network's name and what it proposes to its clinics for their next assessment.

    Raises:
        Network.DoesNotExist: not there, or not this person's.
    """
    network = locked(by, network_id)
    network.name, network.round_title, network.round_due_on = name, round_title, round_due_on
    network.save(update_fields=["name", "round_title", "round_due_on"])
    _suggest(network, list(network.places.values_list("clinic_id", flat=True)))
    return network


def _suggest(network: Network, clinic_ids: Sequence[UUID]) -> None:
    title, due_on = network.round_title, network.round_due_on
    suggest_rounds(clinic_ids=clinic_ids, origin=network.pk, by_name=network.name, title=title, due_on=due_on)


def locked(by: User, network_id: UUID) -> Network:
    """Hold the network's row, so that a clinic and a consultant who come at once both find each other.

    Whose network it is is looked up once the row is held: who was removed while waiting for it finds nothing.

    Raises:
        Network.DoesNotExist: not there, or not this person's.
    """
    Network.objects.select_for_update().get(pk=network_id)
    return Network.objects.visible_to(by).get(pk=network_id)


@transaction.atomic
def add_consultant(*, by: User, network_id: UUID, email: str, now: datetime) -> NetworkMember:
    """Name a consultant, who sees at once what the network's clinics show; they and the clinics' leads get a mail.

    Raises:
        Network.DoesNotExist: not there, or not this person's.
        NotAConsultantError: no consultant has this address.
        AlreadyMemberError: the consultant is in the network.
        TooManyAddedError: many were added in the last 24 hours.
    """
    network = locked(by, network_id)
    _check_added_lately(network, now)
    user = User.objects.filter(email=email.strip().lower(), is_consultant=True, is_active=True).first()
    if user is None:
        raise NotAConsultantError(
            "No consultant on this site has this address. The people who run the site can make somebody a consultant."
        )
    member, is_new = NetworkMember.objects.get_or_create(network=network, user=user, defaults={"joined_at": now})
    if not is_new:
        raise AlreadyMemberError(f"{user} is a consultant of this network already.")
    showing = network.places.showing_scores().values_list("clinic_id", flat=True)
    let_see_results(clinic_ids=list(showing), user_ids=[user.pk], right=str(network.pk), at=now)
    tell_clinics(network, AuditEvent.Act.CONSULTANT_JOINED, user, by, now)
    _tell_consultant(network, user, by, now)
    return member


def _tell_consultant(network: Network, user: User, by: User, now: datetime) -> None:
    """Write to who was added, unless they had many notes today: adding and removing in turn floods no mailbox."""
    notes = OutgoingMail.objects.filter(kind=OutgoingMail.Kind.NETWORK_NOTICE, address=user.email)
    if notes.filter(created_at__gt=now - timedelta(days=1)).count() >= outbox.MAILBOX_A_DAY_MAX:
        return
    subject, body = mails.added(network=network, by=by)
    kind = OutgoingMail.Kind.NETWORK_NOTICE
    outbox.post_to_all(kind=kind, about=network.pk, addresses=[user.email], subject=subject, body=body, now=now)


def _check_added_lately(network: Network, now: datetime) -> None:
    """Look at the record of the clinic that was there first: it has an event for each."""
    first = network.places.values("clinic")[:1]
    joined = AuditEvent.objects.filter(clinic__in=first, act=AuditEvent.Act.CONSULTANT_JOINED)
    added = joined.filter(subject__startswith=str(network.pk))
    if added.filter(at__gt=now - timedelta(days=1)).count() >= ADDED_A_DAY_MAX:
        raise TooManyAddedError("Many consultants were added today. Please go on tomorrow.")


@transaction.atomic
def remove_consultant(*, by: User, member: NetworkMember, now: datetime) -> None:
    """Take a consultant out of a network, or leave it; their next request already finds nothing. Leads get a mail.

    Raises:
        Network.DoesNotExist: not there, or not this person's.
        NetworkMember.DoesNotExist: the consultant has left meanwhile.
        RefusedError: nobody would be left.
    """
    network = locked(by, member.network_id)
    member = NetworkMember.objects.select_related("network", "user").get(pk=member.pk)
    check_can_remove(by, member)
    user = member.user
    member.delete()
    stop_seeing_results(user_ids=[user.pk], right=str(network.pk), at=now)
    tell_clinics(network, AuditEvent.Act.CONSULTANT_LEFT, user, by, now)


def tell_clinics(network: Network, act: AuditEvent.Act, user: User, by: User | None, now: datetime) -> None:
    """Put on record in every clinic of a network that a consultant has come or gone, and write to their leads.

    In the transaction of whoever has changed it; `by` None is the operator.
    """
    clinic_ids = network.places.values_list("clinic_id", flat=True)
    record_for_all(act=act, clinic_ids=clinic_ids, by=by, subject=f"{network.pk} {user.pk}", at=now)
    leads = User.objects.filter(memberships__role=Role.LEAD, memberships__clinic__network_places__network=network)
    has_joined = act is AuditEvent.Act.CONSULTANT_JOINED
    subject, body = mails.change_of_consultants(network=network, user=user, has_joined=has_joined)
    outbox.post_to_all(
        kind=OutgoingMail.Kind.NETWORK_NOTICE,
        about=network.pk,
        addresses=leads.filter(is_active=True).values_list("email", flat=True).distinct(),
        subject=subject,
        body=body,
        now=now,
    )


@transaction.atomic
def make_new_link(*, by: User, network_id: UUID) -> None:
    """Make a new joining link; the one before stops working.

    Raises:
        Network.DoesNotExist: not there, or not this person's.
    """
    network = locked(by, network_id)
    network.link_number += 1
    network.link_hash = hash_of(_link_token(network))
    network.save(update_fields=["link_number", "link_hash"])


def _link_token(network: Network) -> str:
    message = f"joining link {network.link_number} of {network.pk}".encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), message, "sha256")
    return base64.urlsafe_b64encode(digest).decode()[:LINK_LENGTH]


def joining_token(network: Network) -> str | None:
    """Give the token of the joining link; None when it was made under another secret and a new one is needed."""
    token = _link_token(network)
    return token if hmac.compare_digest(hash_of(token), network.link_hash) else None


def find_joining(*, token: str, now: datetime) -> Joining:
    """Find what a link leads to, at the same cost whatever the token looks like.

    Raises:
        LinkGoneError: nothing, or a network whose last consultant has no open account any more.
    """
    looked_after = Network.objects.looked_after()
    network = looked_after.filter(link_hash=hash_of(token)).first()
    invited = NetworkInvitation.objects.open(now=now).filter(token_hash=hash_of(token))
    invitation = invited.filter(network__in=looked_after).select_related("network").first()
    if network is None and invitation is None:
        raise LinkGoneError("This link cannot be used any more.")
    return Joining(network or invitation.network, invitation)  # type: ignore[union-attr]


@transaction.atomic
def join(*, by: User, token: str, clinic: Clinic, level: Level, now: datetime) -> NetworkClinic:
    """Let a network into a clinic, as its lead; its consultants see at once what the level shows.

    Raises:
        LinkGoneError: the link leads nowhere.
        RefusedError: the person does not lead the clinic.
        AlreadyInError: the clinic lets the network in; its level is changed elsewhere.
    """
    network_id = find_joining(token=token, now=now).network.pk
    network = Network.objects.select_for_update().get(pk=network_id)
    joining = find_joining(token=token, now=now)  # again, now that nobody else can use or replace it
    check_can_lead(by, clinic)
    number = network.n_joined + 1
    place, is_new = NetworkClinic.objects.get_or_create(
        network=network,
        clinic=clinic,
        defaults={"level": level, "number": number, "joined_at": now, "accepted_by": by},
    )
    if not is_new:
        raise AlreadyInError(f"{clinic} lets this network in already.")
    network.n_joined = number
    network.save(update_fields=["n_joined"])
    _drop_invitations(network.pk, clinic, by)
    if joining.invitation:
        joining.invitation.delete()
    _let_consultants_see(place, now)
    _suggest(network, [clinic.pk])
    record(act=AuditEvent.Act.NETWORK_JOINED, clinic=clinic, by=by, subject=f"{network.pk} {level}", at=now)
    return place


def _drop_invitations(network_id: UUID, clinic: Clinic, lead: User) -> None:
    """Drop the invitations of a clinic at its lead's own addresses, by whatever link it joins, and when it leaves.

    One under another name may be for another clinic; it goes where the lead has a single clinic and was asked once.
    """
    own = verified_address_keys(lead)
    asked = [row for row in NetworkInvitation.objects.filter(network=network_id) if address_key(row.email) in own]
    has_one = len(asked) == 1 and lead.memberships.filter(role=Role.LEAD).count() == 1
    answered = [row for row in asked if has_one or name_key(row.clinic_name) == clinic.name_key]
    for row in answered:
        if row.mail_id:
            outbox.drop_waiting(mail_id=row.mail_id)
    NetworkInvitation.objects.filter(pk__in=[row.pk for row in answered]).delete()


def _let_consultants_see(place: NetworkClinic, now: datetime) -> None:
    """Note from now on, or until now, that the network's consultants see results, as the level says."""
    if place.shown.shows_scores:
        members = NetworkMember.objects.filter(network=place.network_id).values_list("user_id", flat=True)
        let_see_results(clinic_ids=[place.clinic_id], user_ids=list(members), right=str(place.network_id), at=now)
    else:
        stop_seeing_results(clinic_ids=[place.clinic_id], right=str(place.network_id), at=now)


@transaction.atomic
def change_level(*, by: User, place: NetworkClinic, level: Level, now: datetime) -> None:
    """Change what a clinic shows a network; less counts from the next request on.

    Raises:
        RefusedError: the person does not lead the clinic.
        NetworkClinic.DoesNotExist: the clinic has left meanwhile.
    """
    Network.objects.select_for_update().get(pk=place.network_id)
    place = NetworkClinic.objects.select_related("clinic").get(pk=place.pk)
    check_can_lead(by, place.clinic)
    if place.shown is level:
        return
    place.level = level
    place.save(update_fields=["level"])
    _let_consultants_see(place, now)
    act, subject = AuditEvent.Act.NETWORK_LEVEL_CHANGED, f"{place.network_id} {level}"
    record(act=act, clinic=place.clinic, by=by, subject=subject, at=now)


def has_left(clinic: Clinic, network_id: UUID) -> bool:
    """Say whether the clinic has let the network in and does so no more."""
    if NetworkClinic.objects.filter(clinic=clinic, network=network_id).exists():
        return False
    left = AuditEvent.objects.filter(clinic=clinic, act=AuditEvent.Act.NETWORK_LEFT, subject=str(network_id))
    return left.exists()


@transaction.atomic
def withdraw(*, by: User, place: NetworkClinic, now: datetime) -> None:
    """Take a clinic out of a network; the consultants' next request finds nothing of it. Twice is once.

    Raises:
        RefusedError: the person does not lead the clinic.
    """
    Network.objects.select_for_update().get(pk=place.network_id)
    check_can_lead(by, place.clinic)
    n_deleted, _ = NetworkClinic.objects.filter(pk=place.pk).delete()
    if not n_deleted:
        return
    _drop_invitations(place.network_id, place.clinic, by)
    stop_seeing_results(clinic_ids=[place.clinic_id], right=str(place.network_id), at=now)
    suggest_rounds(clinic_ids=[place.clinic_id], origin=place.network_id, by_name="", title="", due_on=None)
    record(act=AuditEvent.Act.NETWORK_LEFT, clinic=place.clinic, by=by, subject=str(place.network_id), at=now)
