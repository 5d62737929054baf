"""Who may see which clinic, on one page. Whoever is not a member sees nothing, a site admin included."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db import models

if TYPE_CHECKING:
    from assessments.clinics.models import Clinic, ManagerInvitation, Membership, User  # noqa: F401 - named in strings

    Viewer: TypeAlias = User | AnonymousUser


class ClinicQuerySet(models.QuerySet["Clinic"]):
    """Clinics."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the clinics of which this person is lead or manager."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Who belongs to which clinic."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the memberships of this person's clinics."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(clinic__memberships__user=user)


class ManagerInvitationQuerySet(models.QuerySet["ManagerInvitation"]):
    """Invitations to join a clinic as a manager."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the invitations of clinics that this person leads."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(clinic__memberships__user=user, clinic__memberships__role="lead")

    def open(self, *, now: datetime) -> Self:
        """Give the invitations that can still be accepted."""
        return self.filter(expires_at__gt=now)
