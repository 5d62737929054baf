"""A clinic's plan: its actions, which go on across assessments, and what happened to each, never rewritten."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.urls import reverse

from assessments.clinics.guards import frozen
from assessments.clinics.models import Clinic
from assessments.plans.querysets import ActionEntryQuerySet, ActionQuerySet
from assessments.rounds.models import Round
from readiness.guidance.definition import Effort, Kind

TITLE_MAX: Final = 140
TEXT_MAX: Final = 2_000
REASON_MAX: Final = 300


class Status(models.TextChoices):
    """How far an action is; stored values never change."""

    PLANNED = "planned", "Planned"
    UNDER_WAY = "under-way", "Under way"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do."""
        return self in {Status.DONE, Status.DROPPED}


class Action(models.Model):
    """A step that a clinic means to take. It is never deleted; what is not to be done is dropped, with a reason.

    `flag` and `domain` say what it answers; `option` is the option that it was made from, in the guidance of
    `guidance_version`. Any of them may be empty. Its owner is a person of the clinic, or a name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="plan_actions")
    title = models.CharField(max_length=TITLE_MAX)
    steps = models.TextField(max_length=TEXT_MAX, blank=True)
    round = models.ForeignKey(Round, on_delete=models.SET_NULL, null=True, related_name="+")  # seen in its result
    flag = models.CharField(max_length=60, blank=True)
    domain = models.CharField(max_length=40, blank=True)
    option = models.CharField(max_length=40, blank=True)
    guidance_version = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=12, blank=True, choices=[(k.value, k.value) for k in Kind])
    effort = models.CharField(max_length=6, blank=True, choices=[(e.value, e.value) for e in Effort])
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    owner_name = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    drop_reason = models.CharField(max_length=REASON_MAX, blank=True)
    finished_on = models.DateField(null=True)  # done or dropped, in the clinic's time zone
    is_shown_to_team = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    op = models.CharField(max_length=64)  # the operation that added it, so that a double click adds one
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reminded_of = models.DateField(null=True)  # the due day of which a reminder was written

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        indexes: ClassVar = [models.Index(fields=["clinic", "status", "due_on"], name="plan_by_status_and_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "op"], name="action_added_once"),
            models.CheckConstraint(condition=~models.Q(title=""), name="action_has_title"),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="action_status_known"),
            models.CheckConstraint(
                condition=models.Q(status="dropped") & ~models.Q(drop_reason="")
                | ~models.Q(status="dropped") & models.Q(drop_reason=""),
                name="action_reason_iff_dropped",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["done", "dropped"], finished_on__isnull=False)
                | models.Q(status__in=["planned", "under-way"], finished_on__isnull=True),
                name="action_finished_day_iff_finished",
            ),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=True) | models.Q(owner_name=""), name="action_has_one_owner"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["", *(k.value for k in Kind)]), name="action_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(effort__in=["", *(e.value for e in Effort)]), name="action_effort_known"
            ),
            models.CheckConstraint(
                condition=models.Q(option="", guidance_version__isnull=True)
                | ~models.Q(option="") & models.Q(guidance_version__isnull=False),
                name="action_option_with_its_guidance",
            ),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="action_revision_counts"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Give the address of the action's own page."""
        return reverse("plans:action", args=[self.clinic_id, self.pk])

    @property
    def state(self) -> Status:
        """How far it is."""
        return Status(self.status)


def telling(made: Iterable[Action]) -> Action | None:
    """Give of actions made of one thing the one that tells of it now: the unfinished one, else what ended last.

    None where there is none. Read of each: status, finished_on, created_at.
    """
    return max(
        made, key=lambda one: (not one.state.is_finished, one.finished_on or date.min, one.created_at), default=None
    )


class ActionEntry(models.Model):
    """What somebody did to an action: added it, moved it, changed it, or wrote a note. Entries are only ever added.

    `status` is where it was moved to, empty when it was not moved; `changed` keeps what has other contents since, and
    which, as `entries` writes and reads it.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=10, blank=True, choices=Status)
    changed = models.JSONField(default=list)
    note = models.TextField(max_length=TEXT_MAX, blank=True)  # a note, or why it was dropped
    op = models.CharField(max_length=64, blank=True)  # the operation that wrote a note

    objects = ActionEntryQuerySet.as_manager()

    guard: ClassVar = frozen("What happened to an action is never changed.")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["action", "op"], condition=~models.Q(op=""), name="action_entry_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=["", *Status.values]), name="action_entry_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.status or self.note or str(self.changed)
