"""The network of seeded clinics: each lets it in as its lead would, but many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.clinics.actions import let_see_results
from assessments.clinics.models import AuditEvent, User
from assessments.networks.actions import create_network
from assessments.networks.models import Level, Network, NetworkClinic, NetworkMember

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from assessments.clinics.models import Clinic

NAME: Final = "Seeded network"
CONSULTANT: Final = "seeded-consultant@example.org"
SPREAD: Final = (
    *[Level.SCORES] * 3,
    Level.ANSWERS,
    *[Level.SCORES] * 2,
    Level.PROGRESS,
    Level.ANSWERS,
    Level.SCORES,
    Level.ANSWERS,
)
"""How far ten clinics in a row let the network in: one in ten shows its progress only, three their answers as well."""


def seeded_network(consultant: User, *, now: datetime) -> Network:
    """Give this consultant's network of seeded clinics; it is made the first time."""
    known = Network.objects.visible_to(consultant).filter(name=NAME).order_by("created_at").first()
    return known or create_network(by=consultant, name=NAME, now=now)


def let_in(network: Network, clinics: Sequence[Clinic], leads: Sequence[User], *, now: datetime) -> None:
    """Let the network into clinics by their leads, and leave behind what `networks.actions.join` would have."""
    places = NetworkClinic.objects.bulk_create(
        NetworkClinic(
            network=network,
            clinic=clinic,
            level=SPREAD[number % len(SPREAD)],
            number=number + 1,
            joined_at=now,
            accepted_by=lead,
        )
        for number, (clinic, lead) in enumerate(zip(clinics, leads, strict=True), start=network.n_joined)
    )
    network.n_joined += len(places)
    network.save(update_fields=["n_joined"])
    let_see_results(
        clinic_ids=[place.clinic_id for place in places if place.shown.shows_scores],
        user_ids=list(NetworkMember.objects.filter(network=network).values_list("user_id", flat=True)),
        right=str(network.pk),
        at=now,
    )
    AuditEvent.objects.bulk_create(
        AuditEvent(
            clinic_id=place.clinic_id,
            act=AuditEvent.Act.NETWORK_JOINED,
            by_id=place.accepted_by_id,
            subject=f"{network.pk} {place.level}",
            at=now,
        )
        for place in places
    )
