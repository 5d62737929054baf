"""Networks of clinics: who looks at them, which clinics let them in and how far, and who is asked to join."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from assessments.clinics.guards import frozen
from assessments.clinics.models import Clinic
from assessments.networks.querysets import (
    NetworkClinicQuerySet,
    NetworkInvitationQuerySet,
    NetworkMemberQuerySet,
    NetworkQuerySet,
    NetworkTombstoneQuerySet,
)


class Level(models.TextChoices):
    """What a clinic shows a network, each level with all of those before it; stored values never change."""

    PROGRESS = "progress", "Progress only"
    SCORES = "scores", "Scores and flags"
    ANSWERS = "answers", "Answers and comments as well"

    @property
    def shows_scores(self) -> bool:
        """Whether frozen scores, flags and the team's figures are shown."""
        return self is not Level.PROGRESS

    @property
    def shows_answers(self) -> bool:
        """Whether the clinic form's answers and comments are shown as well."""
        return self is Level.ANSWERS


class Network(models.Model):
    """A roll-out or region whose consultants look at the clinics that let them in.

    `link_hash` is kept of the joining link; the link itself is made from the site's secret and `link_number`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    link_number = models.PositiveIntegerField(default=1)  # counts the joining links; only the newest one works
    link_hash = models.CharField(max_length=64, unique=True)
    round_title = models.CharField(max_length=120, blank=True)  # proposed to its clinics
    round_due_on = models.DateField(null=True)  # proposed to its clinics
    n_joined = models.PositiveIntegerField(default=0)  # clinics that ever joined: numbers their aliases
    created_at = models.DateTimeField()

    objects = NetworkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(name=""), name="network_has_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Give the address of the network's first screen."""
        return reverse("networks:overview", args=[self.pk])


def alias_of(number: int) -> str:
    """Give what a clinic is called in a network where names are hidden."""
    return f"Clinic {number}"


class NetworkMember(models.Model):
    """A consultant's place in a network. All of them may do the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="network_places")
    joined_at = models.DateTimeField()

    objects = NetworkMemberQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["joined_at", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["network", "user"], name="network_member_once")]

    def __str__(self) -> str:
        return str(self.user)


class NetworkClinic(models.Model):
    """A clinic that lets a network in, and how far. The row goes when the clinic leaves."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="places")
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="network_places")
    level = models.CharField(max_length=10, choices=Level)
    number = models.PositiveIntegerField()  # stands in its alias
    joined_at = models.DateTimeField()
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = NetworkClinicQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["network", "clinic"], name="network_clinic_once"),
            models.UniqueConstraint(fields=["network", "number"], name="network_clinic_number_once"),
            models.CheckConstraint(
                condition=models.Q(level__in=["progress", "scores", "answers"]), name="network_clinic_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network_id} sees {self.level}"

    @property
    def shown(self) -> Level:
        """What the clinic shows."""
        return Level(self.level)

    @property
    def alias(self) -> str:
        """What stands in place of the clinic's name where names are hidden."""
        return alias_of(self.number)


class NetworkTombstone(models.Model):
    """That a clinic of the network was erased: its number, and no name. So nobody wonders where it went."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="tombstones")
    number = models.PositiveIntegerField()  # as in its alias
    erased_at = models.DateTimeField()

    objects = NetworkTombstoneQuerySet.as_manager()

    guard: ClassVar = frozen("That a clinic was erased is never changed.")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["network", "number"], name="network_tombstone_number_once")
        ]

    def __str__(self) -> str:
        return self.alias

    @property
    def alias(self) -> str:
        """What the clinic was called where names are hidden."""
        return alias_of(self.number)


class NetworkInvitation(models.Model):
    """An address that was asked to let the network into its clinic; of the link in the mail only the hash is kept.

    It goes when it is accepted, withdrawn, or 30 days after it has expired.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="invitations")
    clinic_name = models.CharField(max_length=120)  # as the consultant wrote it
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mail_id = models.UUIDField(null=True)  # the mail with its link, while the outbox holds it

    objects = NetworkInvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["clinic_name", "email"]
        constraints: ClassVar = [
            models.UniqueConstraint("network", Lower("email"), "clinic_name", name="network_invitation_once"),
            models.CheckConstraint(condition=~models.Q(clinic_name=""), name="network_invitation_has_clinic"),
        ]

    def __str__(self) -> str:
        return self.email
