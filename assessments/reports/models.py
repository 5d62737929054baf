"""Tokens by which programs read the API for a person, within what that person may see."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.clinics.models import Clinic
from assessments.reports.querysets import ApiTokenQuerySet


class Scope(models.TextChoices):
    """What a token opens; stored values never change."""

    RESULTS = "results", "Results"
    ANSWERS = "answers", "Results, answers and the plan"

    @property
    def holds_answers(self) -> bool:
        """Whether the clinic form's answers and the plan can be read as well."""
        return self is Scope.ANSWERS


class ApiToken(models.Model):
    """A person's key for a program. Of its secret only the hash is kept, and of its use only the last day.

    A new password ends it: `password_mark` is then another. The row goes when its owner ends the token, and 30 days
    after it has expired.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    scope = models.CharField(max_length=10, choices=Scope)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, null=True, related_name="+")  # None: all of theirs
    secret_hash = models.CharField(max_length=64, unique=True)
    password_mark = models.CharField(max_length=64)  # made of the password's hash when the token was made
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)  # in UTC; None: never

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="api_token_has_name"),
            models.CheckConstraint(condition=models.Q(scope__in=["results", "answers"]), name="api_token_scope_known"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="api_token_expires_after_it_is_made"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reach(self) -> Scope:
        """What it opens."""
        return Scope(self.scope)

    @property
    def is_of_this_password(self) -> bool:
        """Whether its owner still has the password with which it was made; needs the owner."""
        return self.password_mark == self.user.get_session_auth_hash()
