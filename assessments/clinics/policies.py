"""Who may do what in a clinic. Each rule is a pair: `can_...` for pages, `check_can_...` for views and actions."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Final

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied

from assessments.clinics.models import Clinic, Membership, ResultViewer, Role, User
from assessments.clinics.text import NotAnAddressError, address_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from assessments.clinics.querysets import ClinicQuerySet, Viewer

MANAGERS_OPEN_MAX: Final = 30
"""How many invitations of a clinic may be open at a time, so that nobody sends mail in bulk through us."""

INVITATIONS_A_DAY_MAX: Final = 60
"""How many a clinic may send in 24 hours, those that were withdrawn or sent again included."""


class RefusedError(PermissionDenied):
    """A person may see a thing but not do this with it, in this role or state; the reason is for them to read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def role_of(user: Viewer, clinic: Clinic) -> Role | None:
    """Give a person's role in a clinic; None when they do not belong to it (a site admin does not either)."""
    if not user.is_authenticated or not user.is_active:
        return None
    role = Membership.objects.filter(user=user, clinic=clinic).values_list("role", flat=True).first()
    return Role(role) if role else None


def can_view(user: Viewer, clinic: Clinic) -> bool:
    """Whether the clinic is this person's; agrees with `visible_to`."""
    return role_of(user, clinic) is not None


def check_can_view(user: Viewer, clinic: Clinic) -> None:
    """Refuse whoever does not belong to the clinic.

    Raises:
        RefusedError: the person has no role in the clinic.
    """
    if not can_view(user, clinic):
        raise RefusedError("You do not belong to this clinic.")


def result_viewer_keys(clinic: Clinic, since: datetime | None = None) -> frozenset[str]:
    """Give the keys of all addresses of the people who may see the clinic's results, to compare by `address_key`.

    Args:
        clinic: whose results.
        since: None for those who may see them now; a moment for those, too, who could then or later.
    """
    rows = ResultViewer.objects.filter(clinic=clinic)
    people = (rows.current() if since is None else rows.since(since)).values("user")
    return _keys(
        User.objects.filter(pk__in=people).values_list("email", flat=True),
        EmailAddress.objects.filter(user__in=people).values_list("email", flat=True),
    )


def verified_address_keys(user: User) -> frozenset[str]:
    """Give the keys of the addresses that the person has shown to be theirs, to compare by `address_key`."""
    return _keys(EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True))


def _keys(*addresses: Iterable[str]) -> frozenset[str]:
    keys = set()
    for address in chain(*addresses):
        with suppress(NotAnAddressError):  # what is no address cannot be invited either
            keys.add(address_key(address))
    return frozenset(keys)


def can_lead(user: Viewer, clinic: Clinic) -> bool:
    """Whether the person leads the clinic: opens and finishes assessments, invites people, hands over."""
    return role_of(user, clinic) is Role.LEAD


def check_can_lead(user: Viewer, clinic: Clinic) -> None:
    """Refuse whoever does not lead the clinic.

    Raises:
        RefusedError: the person is not the clinic's lead.
    """
    if not can_lead(user, clinic):
        raise RefusedError("Only the lead of the clinic can do this. You can ask them, or ask them to hand over.")


def has_verified_address(user: User) -> bool:
    """Whether the person has shown that the address they sign in with is theirs."""
    verified = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    return bool(verified.exists())


def check_can_invite(user: User, clinic: Clinic) -> None:
    """Refuse an invitation by anybody but a lead whose own address is verified.

    Raises:
        RefusedError: not the lead, or the address is not verified yet.
    """
    check_can_lead(user, clinic)
    if not has_verified_address(user):
        raise RefusedError("Before you invite others, please confirm your own e-mail address.")


def can_invite(user: User, clinic: Clinic) -> bool:
    """Whether the person may invite managers now."""
    return can_lead(user, clinic) and has_verified_address(user)


def can_leave(user: Viewer, clinic: Clinic) -> bool:
    """Whether the person may leave: managers may, the lead hands over first."""
    return role_of(user, clinic) is Role.MANAGER


def check_can_leave(user: Viewer, clinic: Clinic) -> None:
    """Refuse to leave a clinic without a lead.

    Raises:
        RefusedError: the person is the lead, or does not belong to the clinic.
    """
    if can_lead(user, clinic):
        raise RefusedError("A clinic always has a lead. Hand over the lead to a colleague first, then you can leave.")
    check_can_view(user, clinic)


def can_remove(user: Viewer, membership: Membership) -> bool:
    """Whether the person may remove this one: the lead may remove managers, nobody removes the lead."""
    return membership.role == Role.MANAGER and can_lead(user, membership.clinic)


def check_can_remove(user: Viewer, membership: Membership) -> None:
    """Refuse to remove the lead, and refuse managers who would remove somebody.

    Raises:
        RefusedError: not the lead, or the membership is the lead's own.
    """
    check_can_lead(user, membership.clinic)
    if membership.role != Role.MANAGER:
        raise RefusedError("A clinic always has a lead, so the lead cannot be removed. You can hand over the lead.")


def check_can_replace_lead(user: User, heir: Membership) -> None:
    """Refuse a new lead by anybody but a site admin, and in any clinic whose lead can still sign in.

    Only a manager of the clinic can take over: whoever sees the answers saw them before.

    Raises:
        RefusedError: no site admin, a lead who can hand over themselves, or no manager of this clinic.
    """
    if not (user.is_active and user.is_staff):
        raise RefusedError("Only a site admin can do this.")
    if Membership.objects.filter(clinic=heir.clinic, role=Role.LEAD, user__is_active=True).exists():
        raise RefusedError("The lead of this clinic can hand over themselves.")
    if heir.role != Role.MANAGER or not heir.user.is_active:
        raise RefusedError("Choose a manager of this clinic whose account is open.")


def check_can_erase(user: User | None, clinic: Clinic) -> None:
    """Refuse erasing a clinic, or an assessment of it, to anybody but its lead and the operator.

    Raises:
        RefusedError: the person is not the lead. None is the operator, who works on the machine itself.
    """
    if user is not None and not can_lead(user, clinic):
        raise RefusedError("Only the lead of the clinic can erase this. Please ask them.")


def led_by(person: User) -> ClinicQuerySet:
    """Give the clinics that a person leads."""
    return Clinic.objects.filter(memberships__user=person, memberships__role=Role.LEAD)


def has_only_verified_addresses(user: User) -> bool:
    """Whether every address that stands beside the account is shown to be this person's."""
    addresses = EmailAddress.objects.filter(user=user)
    return has_verified_address(user) and not addresses.filter(verified=False).exists()


def check_can_be_erased(by: User | None, person: User) -> None:
    """Refuse to erase somebody without whom a clinic would have no lead, or to whom an address may not belong.

    Whether a person may be erased now can depend on whether an address was invited. So whoever asks for themselves has
    only addresses that are theirs; the operator has to know whom they erase.

    Raises:
        RefusedError: the person leads a clinic, or asks with an address that is not verified.
    """
    if by is not None and not has_only_verified_addresses(person):
        raise RefusedError("Please confirm your e-mail address, or keep the old one. Then you can close your account.")
    if names := ", ".join(sorted(led_by(person).values_list("name", flat=True))):
        raise RefusedError(f"This person leads {names}. Hand over the lead, or erase the clinic, first.")


def can_hand_over(user: Viewer, membership: Membership) -> bool:
    """Whether the person may make this member the lead: the lead may, and only managers can take over."""
    return can_remove(user, membership)


def check_can_hand_over(user: Viewer, membership: Membership) -> None:
    """Refuse to hand over a lead that is not yours, or to somebody who has it already.

    Raises:
        RefusedError: not the lead, or the other person is no manager of the clinic.
    """
    check_can_lead(user, membership.clinic)
    if membership.role != Role.MANAGER:
        raise RefusedError("You lead this clinic already. Choose a colleague who is a manager.")
