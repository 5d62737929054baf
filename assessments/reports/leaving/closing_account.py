"""What keeps somebody from closing their account, and where they can put it right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from assessments.clinics.erasing import check_nobody_objects
from assessments.clinics.policies import RefusedError, has_only_verified_addresses, led_by
from assessments.networks.policies import left_alone_by

if TYPE_CHECKING:
    from assessments.clinics.models import User


@dataclass(frozen=True)
class Hindrance:
    """A reason why the account cannot be closed yet, and links with which to change that."""

    words: str
    ways: tuple[tuple[str, str], ...] = ()  # words and address


def hindrances(person: User) -> tuple[Hindrance, ...]:
    """Give them all; none when the account can be closed now.

    Whether an address was asked in confidence is told to nobody who may not be its owner.
    """
    found = [
        Hindrance(
            f"You lead {clinic}, and a clinic always has a lead.",
            (
                ("Hand over the lead", reverse("clinics:people", args=[clinic.pk])),
                ("Erase the clinic", reverse("reports:erase_clinic", args=[clinic.pk])),
            ),
        )
        for clinic in led_by(person)
    ]
    found += [
        Hindrance(
            f"Nobody else looks after the network {network}, which clinics let in.",
            (("Add a consultant", reverse("networks:people", args=[network.pk])),),
        )
        for network in left_alone_by(person)
    ]
    if not has_only_verified_addresses(person):
        ways = (("Your e-mail address", reverse("account_email")),)
        return (*found, Hindrance("Your e-mail address is not confirmed, or a change of it is waiting.", ways))
    try:
        check_nobody_objects(person)
    except RefusedError as refused:
        found.append(Hindrance(refused.reason))
    return tuple(found)
