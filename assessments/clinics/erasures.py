"""That something was erased, which is kept for good: the model alone, which `models` gives to everybody."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.clinics.guards import ERASING, Guard
from assessments.clinics.querysets import ErasureQuerySet


class Erasure(models.Model):
    """That something was erased, and when: all that is left of it here. While it runs the database lets history go.

    It begins and ends inside one transaction and is never deleted, so nothing can be erased without a trace. Which
    person was erased it does not tell.
    """

    class Kind(models.TextChoices):
        """What was erased; stored values never change."""

        ROUND = "round", "Assessment"
        CLINIC = "clinic", "Clinic"
        PERSON = "person", "Person"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    clinic_id = models.UUIDField(null=True, db_index=True)  # the clinic may be gone; None: a person
    round_id = models.UUIDField(null=True)
    finished_on = models.DateField(null=True)  # of a round, in its time zone; None: it was open
    team_shown_at = models.DateTimeField(null=True)  # when the round, or the last of the clinic, closed with figures
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # None: the operator
    at = models.DateTimeField()
    is_running = models.BooleanField(default=True)

    objects = ErasureQuerySet.as_manager()

    guard: ClassVar = Guard(
        "What was erased stays on record.",
        update=(
            "(NOT OLD.is_running AND ({others} OR NEW.is_running "
            f"OR (NEW.by_id {{differs}} OLD.by_id AND (NEW.by_id IS NOT NULL OR NOT {ERASING})))) "
            "OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind OR NEW.at <> OLD.at "
            "OR NEW.clinic_id {differs} OLD.clinic_id OR NEW.round_id {differs} OLD.round_id"
        ),
        may_change=("is_running", "by_id"),
        kept_while_erasing=True,
    )

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_running"], condition=models.Q(is_running=True), name="erasure_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="round", clinic_id__isnull=False, round_id__isnull=False)
                | models.Q(kind="clinic", clinic_id__isnull=False, round_id__isnull=True)
                | models.Q(kind="person", clinic_id__isnull=True, round_id__isnull=True),
                name="erasure_says_of_what",
            ),
            models.CheckConstraint(
                condition=models.Q(finished_on__isnull=True, team_shown_at__isnull=True)
                | models.Q(kind="round", finished_on__isnull=False)
                | models.Q(kind="clinic", finished_on__isnull=True),
                name="erasure_days_of_what_had_them",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} erased"
