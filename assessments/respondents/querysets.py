"""Who may see which invitation, on one page. Drafts and submissions are visible to nobody by who they are."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from assessments.clinics.querysets import Viewer
    from assessments.respondents.models import Draft, Invitation, TeamPageLink  # noqa: F401 (named in strings)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations of therapists."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the invitations of clinics that this person leads: the lead wrote the addresses."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(round__clinic__memberships__user=user, round__clinic__memberships__role="lead")

    def standing(self) -> Self:
        """Give the invitations that were not withdrawn."""
        return self.filter(token_hash__isnull=False)


class DraftQuerySet(models.QuerySet["Draft"]):
    """Answers not sent yet."""

    def untouched_since(self, day: date) -> Self:
        """Give the drafts that nobody has saved on or after this day."""
        return self.filter(saved_on__lt=day)


class TeamPageLinkQuerySet(models.QuerySet["TeamPageLink"]):
    """Links that open a team page."""

    def working(self, *, now: datetime) -> Self:
        """Give the links that still open it."""
        return self.filter(until__gt=now)

    def over(self, *, now: datetime) -> Self:
        """Give the links whose time has passed."""
        return self.filter(until__lte=now)
