"""Who people are: accounts, clinics, memberships, who sees results, invitations, mail, and acts kept on record."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from assessments.clinics.erasures import Erasure as Erasure  # Django looks for models here
from assessments.clinics.guards import frozen
from assessments.clinics.querysets import (
    ClinicQuerySet,
    ManagerInvitationQuerySet,
    MembershipQuerySet,
    OutgoingMailQuerySet,
    ResultViewerQuerySet,
)
from assessments.clinics.rehashing import tell_holders

MEMBERSHIP: Final = "membership"
"""The right by which leads and managers see the results of their clinic."""


class UserManager(BaseUserManager["User"]):
    """Makes accounts; the e-mail address is the name."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """Make an account. Addresses are kept in lower case, so that each has one account."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """Make a site admin."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> User:
        """Find an account by address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractUser):
    """A person who signs in by e-mail address. Therapists have no account."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("your name", max_length=120, blank=True)
    email = models.EmailField("e-mail address", max_length=254, unique=True)
    is_consultant = models.BooleanField(
        "implementation consultant",
        default=False,
        help_text="May make networks and see the clinics that let them in. Needs a second step for signing in.",
    )

    is_reminded_of_closing = models.BooleanField(
        "a mail three days before an assessment that I lead closes", default=True
    )
    is_reminded_of_actions = models.BooleanField("a mail when actions of the plan are due", default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Give the name by which colleagues know the person."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """Give the same; names are not taken apart."""
        return self.get_full_name()

    def check_password(self, raw_password: str | None) -> bool:
        """Check a password, whose hash is made anew meanwhile if it was made in an older way."""
        before = self.get_session_auth_hash()
        is_right = super().check_password(raw_password)
        if self.get_session_auth_hash() != before:
            tell_holders(self, before)
        return is_right


class Setting(models.TextChoices):
    """Where a clinic works, for fair comparison."""

    HOSPITAL = "hospital", "Hospital or specialist mental health service"
    PRIMARY = "primary", "Primary care or community service"
    PRIVATE = "private", "Private practice or provider"
    NATIONAL = "national", "National or regional online service"
    OTHER = "other", "Other"


class Role(models.TextChoices):
    """What a member of a clinic may do; the lead opens and finishes rounds and invites people."""

    LEAD = "lead", "Lead"
    MANAGER = "manager", "Manager"


class Clinic(models.Model):
    """A service that assesses its readiness."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField("name of the clinic", max_length=120)
    name_key = models.TextField(editable=False)  # compatibility forms can be many times as long as the name
    country = models.CharField(max_length=80, blank=True)
    setting = models.CharField(max_length=20, choices=Setting, blank=True)
    n_therapists = models.PositiveIntegerField("number of therapists", null=True, blank=True)
    time_zone = models.CharField("time zone", max_length=60, default="UTC")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClinicQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(name=""), name="clinic_has_name"),
            models.CheckConstraint(
                condition=models.Q(n_therapists__isnull=True) | models.Q(n_therapists__lte=100_000),
                name="clinic_n_therapists_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Give the address of the clinic's page."""
        return reverse("rounds:clinic", args=[self.pk])


class Membership(models.Model):
    """A person's place in a clinic."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["role", "joined_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "clinic"], name="membership_once"),
            models.UniqueConstraint(fields=["clinic"], condition=models.Q(role="lead"), name="membership_one_lead"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class ResultViewer(models.Model):
    """A time in which a person may see a clinic's results by one right; `until` is empty while it lasts.

    Each right has its own row, so that losing one leaves the others. A closed account keeps its open rows, because it
    can be opened again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="result_viewers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    right = models.CharField(max_length=36, default=MEMBERSHIP)  # that of members, or the id of a network
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = ResultViewerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["since", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "user", "right"],
                condition=models.Q(until__isnull=True),
                name="result_viewer_open_once_by_right",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="result_viewer_until_after_since",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class ManagerInvitation(models.Model):
    """A lead's invitation of a colleague as manager; the link works once and only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="manager_invitations")
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()

    objects = ManagerInvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["email"]
        constraints: ClassVar = [
            models.UniqueConstraint("clinic", Lower("email"), name="manager_invitation_once"),
        ]

    def __str__(self) -> str:
        return self.email


class OutgoingMail(models.Model):
    """A mail that waits for the worker: written with what it tells of, handed over later.

    What it says is gone once it is sent or given up. A therapist's address goes when the round closes, that of a
    network's mail a week later.
    """

    class Kind(models.TextChoices):
        """What the mail is for; stored values never change."""

        THERAPIST_INVITATION = "therapist-invitation", "Invitation of a therapist"
        THERAPIST_REMINDER = "therapist-reminder", "Reminder to a therapist"
        NETWORK_INVITATION = "network-invitation", "Invitation of a clinic to a network"
        NETWORK_NOTICE = "network-notice", "Note to a clinic that its network has changed"
        CLOSING_REMINDER = "closing-reminder", "Reminder to a lead that an assessment closes soon"
        ACTIONS_REMINDER = "actions-reminder", "Reminder to a lead of actions that are due"

    class State(models.TextChoices):
        """What has become of it; stored values never change."""

        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        GIVEN_UP = "given-up", "Given up"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, null=True, related_name="+")  # None: a network's mail
    kind = models.CharField(max_length=30, choices=Kind)
    about = models.UUIDField(db_index=True)  # the round, the network, or the clinic whose actions are due
    address = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        indexes: ClassVar = [models.Index(fields=["state", "next_attempt_at"], name="outgoing_mail_due")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "sent", "given-up"]), name="outgoing_mail_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["therapist-invitation", "therapist-reminder", "closing-reminder", "actions-reminder"],
                    clinic__isnull=False,
                )
                | models.Q(kind__in=["network-invitation", "network-notice"], clinic__isnull=True),
                name="outgoing_mail_kind_known",
            ),
            models.CheckConstraint(
                condition=(models.Q(state="waiting") & ~models.Q(subject="") & ~models.Q(body=""))
                | (~models.Q(state="waiting") & models.Q(subject="", body="")),
                name="outgoing_mail_text_only_while_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"

    @property
    def is_lost_invitation(self) -> bool:
        """Whether this is an invitation that could not be sent and will not be tried again."""
        return self.kind == self.Kind.THERAPIST_INVITATION and self.state == self.State.GIVEN_UP


class MailTally(models.Model):
    """How many invitations were written on a day, to a mailbox or by a sender: for limits that outlive a round.

    `digest` is keyed with the site's secret and holds neither address nor sender; rows of past days are dropped.
    """

    digest = models.CharField(max_length=64)
    on = models.DateField()  # in UTC
    n_mails = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["digest", "on"], name="mail_tally_once_a_day")]

    def __str__(self) -> str:
        return f"{self.n_mails} on {self.on}"


class AuditEvent(models.Model):
    """An act kept on record: people, open, close. Never an answer saved, never anything of a therapist."""

    class Act(models.TextChoices):
        """What was done; stored values never change."""

        CLINIC_CREATED = "clinic-created", "Clinic created"
        CLINIC_CHANGED = "clinic-changed", "Details of the clinic changed"
        MANAGER_INVITED = "manager-invited", "Manager invited"
        INVITATION_WITHDRAWN = "invitation-withdrawn", "Invitation withdrawn"
        MANAGER_JOINED = "manager-joined", "Manager joined"
        MANAGER_LEFT = "manager-left", "Manager left"
        MANAGER_REMOVED = "manager-removed", "Manager removed"
        LEAD_HANDED_OVER = "lead-handed-over", "Lead handed over"
        ROUND_OPENED = "round-opened", "Assessment opened"
        ROUND_DUE_MOVED = "round-due-moved", "Closing date moved"
        ROUND_CONTEXT_CHANGED = "round-context-changed", "Stage or routes changed"
        ROUND_CLOSED = "round-closed", "Assessment finished"
        THERAPISTS_INVITED = "therapists-invited", "Therapists invited"
        THERAPIST_WITHDRAWN = "therapist-withdrawn", "Invitation of a therapist withdrawn"
        THERAPISTS_REMINDED = "therapists-reminded", "Reminder to therapists sent"
        TEAM_TALK_LINKED = "team-talk-linked", "Link for the team talk made"
        NETWORK_JOINED = "network-joined", "Network let in"
        NETWORK_LEVEL_CHANGED = "network-level-changed", "What a network sees changed"
        NETWORK_LEFT = "network-left", "Network left"
        CONSULTANT_JOINED = "consultant-joined", "Consultant joined a network of the clinic"
        CONSULTANT_LEFT = "consultant-left", "Consultant left a network of the clinic"
        ACTION_ADDED = "action-added", "Action added to the plan"
        ACTION_CHANGED = "action-changed", "Action of the plan changed"
        ACTION_MOVED = "action-moved", "Action of the plan moved"
        ROUND_ERASED = "round-erased", "Assessment erased"
        PERSON_ERASED = "person-erased", "Account of a member erased"
        CLINIC_EXPORTED = "clinic-exported", "Whole clinic taken along as a file"
        CLINIC_IMPORTED = "clinic-imported", "Clinic brought here from a file"

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="acts")
    act = models.CharField(max_length=30, choices=Act)
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # None: done on time, by nobody
    subject = models.CharField(max_length=60, blank=True)  # the id of a round or membership, never a person's address
    at = models.DateTimeField()

    guard: ClassVar = frozen("An act on record is never changed.")

    class Meta:
        ordering: ClassVar = ["-id"]  # as they were written, whatever the clock said

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"
