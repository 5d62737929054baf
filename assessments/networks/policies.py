"""Who may do what with a network. Who may see it at all stands in `querysets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.clinics.policies import RefusedError
from assessments.networks.models import Network, NetworkMember
from assessments.networks.querysets import is_consultant

if TYPE_CHECKING:
    from assessments.clinics.models import User
    from assessments.clinics.querysets import Viewer
    from assessments.networks.querysets import NetworkQuerySet

INVITED_AT_ONCE_MAX: Final = 500
"""How many clinics one list may name."""
SIDE_BY_SIDE_MIN: Final = 2
SIDE_BY_SIDE_MAX: Final = 6
"""How many clinics can stand side by side."""


def can_make_networks(user: Viewer) -> bool:
    """Say whether this person may make networks: consultants may, whom a site admin has made one."""
    return is_consultant(user)


def check_can_make_networks(user: Viewer) -> None:
    """Refuse networks to whoever is no consultant.

    Raises:
        RefusedError: no site admin has made this person a consultant.
    """
    if not can_make_networks(user):
        raise RefusedError(
            "This page is for implementation consultants. The people who run this site can make you one."
        )


def can_work_in(user: Viewer, network: Network) -> bool:
    """Say whether this person is a consultant of the network; agrees with `visible_to`."""
    return is_consultant(user) and NetworkMember.objects.filter(network=network, user=user.pk).exists()


def check_can_work_in(user: Viewer, network: Network) -> None:
    """Refuse whoever is no consultant of the network.

    Raises:
        RefusedError: the person does not belong to the network, or is no consultant any more.
    """
    if not can_work_in(user, network):
        raise RefusedError("You are no consultant of this network.")


def can_remove(member: NetworkMember) -> bool:
    """Say whether a consultant can be taken out of their network: somebody who can work in it stays."""
    others = NetworkMember.objects.filter(network=member.network_id).exclude(pk=member.pk)
    return others.open().exists()


def check_can_remove(by: User, member: NetworkMember) -> None:
    """Refuse to leave a network without a consultant, and refuse strangers.

    Raises:
        RefusedError: not a consultant of the network, or nobody would be left.
    """
    check_can_work_in(by, member.network)
    if not can_remove(member):
        raise RefusedError("A network always has a consultant. Add a colleague first; then you can leave.")


def left_alone_by(person: User) -> NetworkQuerySet:
    """Give the networks with clinics that nobody but this person looks after."""
    others = NetworkMember.objects.open().exclude(user=person).values("network")
    return Network.objects.filter(members__user=person, places__isnull=False).exclude(pk__in=others).distinct()


def check_can_go(by: User | None, person: User) -> None:
    """Refuse to erase somebody without whom clinics would be looked at by nobody, and refuse others than the person.

    Raises:
        RefusedError: nobody else looks after a network with clinics; or somebody else asks. None is the operator.
    """
    if by is not None and by != person:
        raise RefusedError("Only the person can ask for this.")
    if names := ", ".join(left_alone_by(person).values_list("name", flat=True)):
        raise RefusedError(f"Nobody else looks after {names}. Name another consultant there first.")
