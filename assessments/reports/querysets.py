"""Who may see which token of the API: its owner alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from assessments.clinics.querysets import Viewer
    from assessments.reports.models import ApiToken  # noqa: F401 - named in a string


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens of the API."""

    def visible_to(self, user: Viewer) -> Self:
        """Give the tokens of this person."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user)

    def unexpired(self, *, now: datetime) -> Self:
        """Give those whose last moment has not come."""
        return self.filter(expires_at__gt=now)
