"""Who may see which plan, on one page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from assessments.clinics.querysets import Viewer
    from assessments.plans.models import Action, ActionEntry  # noqa: F401 (named in the classes' bases)


class ActionQuerySet(models.QuerySet["Action"]):
    """Actions of plans."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the actions of clinics of which this person is lead or manager."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(clinic__memberships__user=user)

    def unfinished(self) -> Self:
        """Give those that are planned or under way."""
        return self.filter(status__in=["planned", "under-way"])

    def finished(self) -> Self:
        """Give those that are done or were dropped."""
        return self.exclude(status__in=["planned", "under-way"])

    def overdue(self, *, today: date) -> Self:
        """Give the unfinished ones whose day has passed; `today` is the clinic's."""
        return self.unfinished().filter(due_on__lt=today)

    def due_between(self, first: date, last: date) -> Self:
        """Give the unfinished ones that are due on these days, both included."""
        return self.unfinished().filter(due_on__range=(first, last))

    def to_remind_of(self, *, until: date) -> Self:
        """Give the unfinished ones that are due until a day, or were, and of which nobody was told for that day."""
        told = models.Q(reminded_of=models.F("due_on"), reminded_of__isnull=False)
        return self.unfinished().filter(~told, due_on__lte=until)

    def shown_to_team(self) -> Self:
        """Give those that the team page shows."""
        return self.filter(is_shown_to_team=True)


class ActionEntryQuerySet(models.QuerySet["ActionEntry"]):
    """What happened to actions."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the entries of clinics of which this person is lead or manager."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(action__clinic__memberships__user=user)
