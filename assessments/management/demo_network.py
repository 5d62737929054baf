"""The network of the demo: a consultant, and the invented clinics that let them in, each as far as it likes.

All of it goes the way that it goes in life: the consultant makes the network, the leads come by its link.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count

from assessments.clinics.models import Clinic, Role, User
from assessments.networks import actions
from assessments.networks.models import Level, Network, NetworkClinic

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from assessments.management.demo_story import Story

NAME: Final = "Region North roll-out"
MADE_DAYS_AGO: Final = 30
PROPOSED_TITLE: Final = "Region North, next look"
PROPOSED_IN: Final = timedelta(days=60)


def network_of(consultant: User, invented: Iterable[dict[str, Any]], *, now: datetime) -> list[Story]:
    """Tell how the clinics come to the network; nothing happens where the consultant has one already."""
    has_one = Network.objects.filter(members__user=consultant).exists()
    return [] if has_one else [_network(consultant, invented, now)]


def _network(consultant: User, invented: Iterable[dict[str, Any]], now: datetime) -> Story:
    made_at = now - timedelta(days=MADE_DAYS_AGO)
    yield made_at
    consultant.is_consultant = True
    consultant.save(update_fields=["is_consultant"])
    network = actions.create_network(by=consultant, name=NAME, now=made_at)
    actions.change_network(
        by=consultant,
        network_id=network.pk,
        name=NAME,
        round_title=PROPOSED_TITLE,
        round_due_on=(now + PROPOSED_IN).date(),
    )
    token = actions.joining_token(network) or ""
    for entry in sorted(invented, key=lambda one: -one["network"]["joined_days_ago"]):
        joined_at = now - timedelta(days=entry["network"]["joined_days_ago"])
        yield joined_at
        clinic = Clinic.objects.filter(name=entry["name"], memberships__user__email=entry["lead"]).first()
        lead = clinic and clinic.memberships.get(role=Role.LEAD).user
        if clinic and lead:
            level = Level(entry["network"]["level"])
            actions.join(by=lead, token=token, clinic=clinic, level=level, now=joined_at)


def clinics_of(user: User) -> list[UUID]:
    """Give the clinics that let a network of this consultant in, in the order in which they joined."""
    places = NetworkClinic.objects.visible_to(user).order_by("joined_at", "number")
    return list(dict.fromkeys(places.values_list("clinic_id", flat=True)))


def networks_in_words(email: str) -> str:
    """Name the networks of a consultant, each with how many clinics let it in."""
    networks = Network.objects.filter(members__user__email=email).annotate(n_clinics=Count("places"))
    named = networks.values_list("name", "n_clinics")
    return ", ".join(f"the network “{name}”, {n_clinics} clinics" for name, n_clinics in named)
