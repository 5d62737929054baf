"""Who may see which clinic, on one page. Whoever is not a member sees nothing, a site admin included."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db import models

if TYPE_CHECKING:
    from assessments.clinics.models import (  # noqa: F401 - named in strings
        Clinic,
        Erasure,
        ManagerInvitation,
        Membership,
        OutgoingMail,
        ResultViewer,
        User,
    )

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


class ResultViewerQuerySet(models.QuerySet["ResultViewer"]):
    """Who may see a clinic's results, and when."""

    def current(self) -> Self:
        """Give the rows of those who may see the results now."""
        return self.filter(until__isnull=True)

    def since(self, at: datetime) -> Self:
        """Give the rows that were open at a moment or later."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gte=at))


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Mails that go out by the worker."""

    def waiting(self) -> Self:
        """Give the mails that have been neither sent nor given up."""
        return self.filter(state="waiting")

    def due(self, *, now: datetime) -> Self:
        """Give the waiting mails whose next attempt has come and that nobody is sending at this moment."""
        return self.waiting().filter(next_attempt_at__lte=now)


class ErasureQuerySet(models.QuerySet["Erasure"]):
    """That something was erased."""

    def of_rounds(self) -> Self:
        """Give the erasures of single rounds, whose clinic goes on."""
        return self.filter(kind="round", is_running=False)

    def showing_team_since(self, at: datetime) -> Self:
        """Give the erasures of rounds, or of whole clinics, whose figures of the therapists came out after a moment."""
        return self.filter(team_shown_at__gt=at)
