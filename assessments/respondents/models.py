"""Who is invited, and what therapists answer: in tables that share no key.

Which draft belongs to which invitation stands in the therapist's browser alone. No row here holds a time finer than a
day, and no row joins a person with answers. All of it is destroyed when the round closes, but for hashes of links.
"""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.db import models

from assessments.clinics.models import Clinic, OutgoingMail
from assessments.respondents.querysets import DraftQuerySet, InvitationQuerySet, TeamPageLinkQuerySet
from assessments.rounds.models import Round

HASH_LENGTH: Final = 64


class Invitation(models.Model):
    """A therapist's invitation to one round. `answered` says that answers were sent, never which.

    A withdrawn invitation has no link any more; its address stays until closing, so that nobody who came to see the
    results can leave the count of those who did.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(max_length=254)
    address_key = models.CharField(max_length=254)  # what two spellings of one mailbox share
    token_hash = models.CharField(max_length=HASH_LENGTH, unique=True, null=True)  # noqa: DJ001 - None: withdrawn
    answered = models.BooleanField(default=False)
    invited_on = models.DateField()
    mail = models.ForeignKey(OutgoingMail, on_delete=models.SET_NULL, null=True, related_name="+")  # the latest

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["address_key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "address_key"], name="invitation_once_per_round"),
            models.CheckConstraint(
                condition=~models.Q(address="") & ~models.Q(address_key=""), name="invitation_has_address"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Draft(models.Model):
    """Answers that a therapist has not sent: one mapping of items, in the order of the questionnaire.

    Only the cookie of the therapist's browser, or the return code, leads to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    code_hash = models.CharField(max_length=HASH_LENGTH, unique=True, null=True)  # noqa: DJ001 - None: no code yet
    saved_on = models.DateField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return str(self.pk)


class Submission(models.Model):
    """Answers that a therapist has sent; without identity, order or time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return str(self.pk)


class Reminder(models.Model):
    """The one reminder of a round. The worker writes its mails, so that asking for it takes as long whoever is left."""

    round = models.OneToOneField(Round, primary_key=True, on_delete=models.CASCADE, related_name="+")
    is_posted = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"Reminder of {self.round_id}"


class TeamPageLink(models.Model):
    """What is left of an invitation after closing: its link opens the team page, and nothing else."""

    token_hash = models.CharField(primary_key=True, max_length=HASH_LENGTH)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    objects = TeamPageLinkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["token_hash"]

    def __str__(self) -> str:
        return f"Link of {self.round_id}"


class Refusal(models.Model):
    """Somebody said "this is not me": the clinic cannot invite that mailbox again. Holds no address."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+")
    address_digest = models.CharField(max_length=HASH_LENGTH)  # keyed with the site's secret

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "address_digest"], name="refusal_once_per_clinic"),
        ]

    def __str__(self) -> str:
        return f"Refusal in {self.clinic_id}"
