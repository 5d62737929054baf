"""Erasing a clinic, or a person who has an account, with all that belongs to them: here everything is in reach.

Therapists' answers and addresses go with the rounds; they are never looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError
from django.db.models.functions import Lower

from assessments.clinics import outbox
from assessments.clinics.actions import record_for_all
from assessments.clinics.erasing import check_nobody_objects, erasing, hold_clinics
from assessments.clinics.models import AuditEvent, Clinic, Erasure, ManagerInvitation, Membership, ResultViewer, User
from assessments.clinics.policies import check_can_be_erased, check_can_erase
from assessments.networks.actions import tell_clinics
from assessments.networks.models import Network, NetworkClinic, NetworkInvitation, NetworkMember, NetworkTombstone
from assessments.networks.policies import check_can_go
from assessments.plans.models import Action
from assessments.rounds.erasing import remove
from assessments.rounds.models import Round
from assessments.rounds.policies import check_can_lose_figures

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID


class PlacesChangedError(OperationalError):
    """Not all rows that an erasure writes to are held; nothing was erased. As after a deadlock, begin anew."""


def erase_clinic(
    *, by: User | None, clinic_id: UUID, now: datetime, although_figures_are_recent: bool = False
) -> Erasure:
    """Erase a clinic: assessments, plan, acts on record, places of its people and networks. Twice is once.

    Accounts stay. Each network that it let in keeps that one of its clinics was erased, by its number. When figures of
    its therapists came out last is kept, for a clinic that comes back from a file as it once was.

    Args:
        by: the lead; None for the operator.
        clinic_id: which clinic.
        now: when.
        although_figures_are_recent: also within 90 days of figures of the therapists.

    Raises:
        Clinic.DoesNotExist: not there, or no more, or not this person's.
        RefusedError: the person is not the lead, or figures came out lately.
    """
    clinics = Clinic.objects.all() if by is None else Clinic.objects.visible_to(by)
    with erasing(kind=Erasure.Kind.CLINIC, by=by, at=now, clinic_id=clinic_id) as erasure:
        _hold_networks(NetworkClinic.objects.filter(clinic=clinic_id).values_list("network_id", flat=True))
        hold_clinics([clinic_id])
        clinic = clinics.get(pk=clinic_id)
        check_can_erase(by, clinic)
        rounds = list(Round.objects.filter(clinic=clinic).order_by("pk").select_for_update())
        list(Action.objects.filter(clinic=clinic).order_by("pk").select_for_update())
        if not although_figures_are_recent:
            check_can_lose_figures(clinic, now=now)
        NetworkTombstone.objects.bulk_create(
            NetworkTombstone(network_id=place.network_id, number=place.number, erased_at=now)
            for place in NetworkClinic.objects.filter(clinic=clinic)
        )
        erasure.team_shown_at = Round.objects.filter(clinic=clinic).team_shown_at()
        for assessment in rounds:
            remove(assessment)
        _forget_in_admin(clinic)
        clinic.delete()
    return erasure


def erase_person(*, by: User | None, user_id: int, now: datetime) -> Erasure:
    """Erase an account: places, invitations to its addresses, mail to them, and the name beside answers and acts.

    What the person answered and did for their clinics stays, as somebody's who has left. Networks that nobody else
    looks after and no clinic lets in go along.

    Whether somebody was asked in confidence is out of reach here, and must be: whoever knows is asked, while nothing
    that they look at can change.

    Args:
        by: the person; None for the operator.
        user_id: whose account.
        now: when.

    Raises:
        User.DoesNotExist: there is no such account, or no more.
        RefusedError: the person leads a clinic, or is the last to look after a network with clinics; or somebody else
            asks for it; or the person counts when figures of an open assessment are released.
        PlacesChangedError: the person joined or left a clinic or network meanwhile: begin anew.
    """
    with erasing(kind=Erasure.Kind.PERSON, by=by, at=now) as erasure:
        network_ids, clinic_ids = _places_of(user_id)
        networks = _hold_networks(network_ids)
        hold_clinics(clinic_ids)
        _hold_open_rounds(user_id)
        person = User.objects.select_for_update(of=("self",)).get(pk=user_id)
        if _places_of(user_id) != (network_ids, clinic_ids):
            raise PlacesChangedError("The person joined or left a clinic or network meanwhile.")
        check_can_go(by, person)
        check_can_be_erased(by, person)
        check_nobody_objects(person)
        record_for_all(act=AuditEvent.Act.PERSON_ERASED, clinic_ids=clinic_ids, by=by, at=now)
        _leave(networks, person, by, now)
        _forget_addresses_of(person)
        _forget_in_admin(person)
        person.delete()
    return erasure


def _places_of(user_id: int) -> tuple[list[UUID], list[UUID]]:
    """Give the networks and clinics of a person. Nobody joins any while the account's row is held."""
    networks = NetworkMember.objects.filter(user=user_id).order_by("network_id")
    clinics = Membership.objects.filter(user=user_id).order_by("clinic_id")
    return list(networks.values_list("network_id", flat=True)), list(clinics.values_list("clinic_id", flat=True))


def _hold_networks(network_ids: Iterable[UUID]) -> list[Network]:
    return list(Network.objects.filter(pk__in=list(network_ids)).order_by("pk").select_for_update())


def _hold_open_rounds(user_id: int) -> None:
    """Hold the open rounds whose result the person may see, or could: nobody is invited meanwhile, and none closes."""
    seeing = ResultViewer.objects.filter(user=user_id).values("clinic")
    list(Round.objects.open().filter(clinic__in=seeing).order_by("pk").select_for_update(no_key=True))


def _leave(networks: Iterable[Network], person: User, by: User | None, now: datetime) -> None:
    NetworkMember.objects.filter(user=person).delete()
    for network in networks:
        if network.members.exists():
            tell_clinics(network, AuditEvent.Act.CONSULTANT_LEFT, person, by, now)
        else:
            outbox.drop_mail(about=network.pk)
            network.delete()


def _forget_addresses_of(person: User) -> None:
    others = EmailAddress.objects.filter(user=person).values_list(Lower("email"), flat=True)
    addresses = {person.email.lower(), *others}
    ManagerInvitation.objects.annotate(key=Lower("email")).filter(key__in=addresses).delete()
    NetworkInvitation.objects.annotate(key=Lower("email")).filter(key__in=addresses).delete()
    outbox.drop_mail_to(addresses=addresses)


def _forget_in_admin(thing: Clinic | User) -> None:
    """Delete what the admin's log says of a clinic or person: it holds names and addresses."""
    kind = ContentType.objects.get_for_model(thing)
    LogEntry.objects.filter(content_type=kind, object_id=str(thing.pk)).delete()
