"""A clinic's round, its team talk, and the answers of its shared forms: one row an item, each with a revision."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.urls import reverse

from assessments.clinics.guards import Guard
from assessments.clinics.models import Clinic
from assessments.rounds.querysets import FormAnswerQuerySet, RoundQuerySet, TeamTalkQuerySet
from readiness.instrument.definition import Context, ForWhom, Instrument, NonAnswer, Route, Stage
from readiness.instrument.loading import load
from readiness.scoring.team_talk import TALK_NO_AGREEMENT

VALUE_MAX = 100_000
COMMENT_MAX = 2_000
PEOPLE_MAX = 500
OTHER_REQUEST_MAX = 140

FINISHED: Final = "EXISTS (SELECT 1 FROM rounds_round WHERE closed_at IS NOT NULL AND id"
"""The beginning of a guard's condition: that a round is finished."""
_ENDS_WITH_ITS_ROUND: Final = Guard(
    "A finished assessment is never changed.",
    insert=f"{FINISHED} = NEW.round_id)",
    update=f"{FINISHED} IN (OLD.round_id, NEW.round_id))",
    delete=f"{FINISHED} = OLD.round_id)",
    of_round="{row}.round_id",
)

Given = int | str | None
"""An answer as a shared form keeps it: a number, a non-answer's word (in a team talk also "no_agreement"), or None."""


class Participation(models.TextChoices):
    """How many therapists have sent their answers, as coarsely as anybody is told."""

    FEWER = "fewer", "fewer than 5 so far"
    MORE = "more", "5 or more so far"


class Round(models.Model):
    """One assessment of a clinic, from opening to closing. It pins the questionnaire's version for ever."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="rounds")
    instrument_key = models.CharField(max_length=40)
    instrument_version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    stage = models.CharField(max_length=10, choices=[(s.value, s.value) for s in Stage])
    routes = models.JSONField(default=list)
    for_whom = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    time_zone = models.CharField(max_length=60)  # the clinic's at opening, so that no day already told ever moves
    due_at = models.DateTimeField()  # the end of the due day in the round's time zone
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    n_invited = models.PositiveIntegerField(default=0)  # therapists; the respondents' app writes it through `actions`
    participation = models.CharField(max_length=5, choices=Participation, blank=True)  # empty: nobody was invited yet
    participation_on = models.DateField(null=True)  # as of the night before this day, in the round's time zone
    is_team_shown = models.BooleanField(default=False)  # closing showed at least one figure of the therapists
    is_latest = models.BooleanField(default=False)  # the clinic has finished no later one
    reminded_of = models.DateTimeField(null=True)  # the closing time of which the lead was reminded

    objects = RoundQuerySet.as_manager()

    guard: ClassVar = Guard(
        "A finished assessment is never changed.",
        update="OLD.closed_at IS NOT NULL AND {others}",
        delete="OLD.closed_at IS NOT NULL",
        may_change=("is_latest",),  # the next one takes it over
        of_round="{row}.id",
    )

    class Meta:
        ordering: ClassVar = ["-opened_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "instrument_key"],
                condition=models.Q(closed_at__isnull=True),
                name="round_one_open_per_clinic",
            ),
            models.CheckConstraint(condition=models.Q(stage__in=[s.value for s in Stage]), name="round_stage_known"),
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("opened_at")), name="round_due_after_opening"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(closed_at__gte=models.F("opened_at")),
                name="round_closed_after_opening",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_by__isnull=True) | models.Q(closed_at__isnull=False),
                name="round_closed_by_only_when_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(participation__in=["", "fewer", "more"]), name="round_participation_known"
            ),
            models.CheckConstraint(
                condition=models.Q(participation="", participation_on__isnull=True)
                | (~models.Q(participation="") & models.Q(participation_on__isnull=False, closed_at__isnull=True)),
                name="round_participation_dated_and_only_while_open",
            ),
            models.CheckConstraint(
                condition=models.Q(is_team_shown=False) | models.Q(closed_at__isnull=False),
                name="round_team_shown_only_when_closed",
            ),
            models.UniqueConstraint(
                fields=["clinic", "instrument_key"],
                condition=models.Q(is_latest=True),
                name="round_one_latest_per_clinic",
            ),
            models.CheckConstraint(
                condition=models.Q(is_latest=False) | models.Q(closed_at__isnull=False),
                name="round_latest_only_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Give the address of the task list."""
        return reverse("rounds:round", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether answers are taken."""
        return self.closed_at is None

    @property
    def instrument(self) -> Instrument:
        """The questionnaire in the version that this round pins."""
        return load(self.instrument_key, self.instrument_version)

    @property
    def context(self) -> Context:
        """What the clinic said of its service."""
        return Context(
            stage=Stage(self.stage),
            routes=frozenset(Route(r) for r in self.routes),
            for_whom=frozenset(ForWhom(w) for w in self.for_whom),
        )

    @property
    def opened_on(self) -> date:
        """The day on which it was opened, in the round's time zone."""
        return self.opened_at.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def due_on(self) -> date:
        """The last day on which answers are taken, in the round's time zone."""
        return last_day(self.due_at, self.time_zone)

    @property
    def closed_on(self) -> date | None:
        """The day on which answers ended, in the round's time zone; None while it is open.

        From the closing time on no answer is taken, so a round that the clock closed ended on its due day, however
        late the clock looked.
        """
        if self.closed_at is None:
            return None
        in_zone = self.closed_at.astimezone(ZoneInfo(self.time_zone))
        return self.due_on if self.closed_at >= self.due_at else in_zone.date()


def last_day(due_at: datetime, time_zone: str) -> date:
    """Give the last whole day before a closing time, in a time zone."""
    return (due_at - timedelta(microseconds=1)).astimezone(ZoneInfo(time_zone)).date()


class RoundSuggestion(models.Model):
    """What a network proposes to a clinic for its next round: a name and a last day. The lead decides."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+")
    origin = models.UUIDField()  # the network
    by_name = models.CharField(max_length=120, blank=True)  # what the network is called
    title = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "origin"], name="round_suggestion_once_per_origin"),
            models.CheckConstraint(
                condition=~models.Q(title="") | models.Q(due_on__isnull=False), name="round_suggestion_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class FormAnswer(models.Model):
    """The answer of a form to one item or fact, with who gave it last and a revision that counts every change.

    A row with neither value nor non-answer was cleared, or holds a comment only. A team talk's row names nobody and has
    no comment.
    """

    NON_ANSWERS = (*(n.value for n in NonAnswer), TALK_NO_AGREEMENT)

    class Form(models.TextChoices):
        """Which shared form."""

        CLINIC = "clinic", "Clinic form"
        JOINT = "joint", "Team talk"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="answers")
    form = models.CharField(max_length=10, choices=Form, default=Form.CLINIC)
    key = models.CharField(max_length=40)
    value = models.IntegerField(null=True)
    non_answer = models.CharField(max_length=20, blank=True, choices=[(n, n) for n in NON_ANSWERS])
    comment = models.TextField(max_length=COMMENT_MAX, blank=True)
    revision = models.PositiveIntegerField(default=1)
    op = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    saved_at = models.DateTimeField()

    objects = FormAnswerQuerySet.as_manager()

    guard: ClassVar = _ENDS_WITH_ITS_ROUND

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "form", "key"], name="form_answer_once"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(non_answer=""), name="form_answer_value_or_non_answer"
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__gte=0, value__lte=VALUE_MAX),
                name="form_answer_value_in_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(non_answer__in=["", *(n.value for n in NonAnswer)])
                | models.Q(non_answer=TALK_NO_AGREEMENT, form="joint"),
                name="form_answer_non_answer_known_to_its_form",
            ),
            models.CheckConstraint(
                condition=~models.Q(form="joint") | models.Q(by__isnull=True, comment=""),
                name="form_answer_of_team_talk_names_nobody",
            ),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="form_answer_revision_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.key} r{self.revision}"

    @property
    def answer(self) -> Given:
        """The answer; None when cleared."""
        return given(self.value, self.non_answer)


def given(value: int | None, non_answer: str) -> Given:
    """Give a stored answer as the questionnaire knows it; "We do not agree" is a word of the team talk alone."""
    if non_answer and non_answer != TALK_NO_AGREEMENT:
        return NonAnswer(non_answer)
    return non_answer or value


class TeamTalk(models.Model):
    """A round's team talk: its link, and once it is sent, how many took part and what they ask for.

    The answers are rows of `FormAnswer`. Whoever holds the link fills it in; the talk knows nobody's name.
    """

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="team_talk")
    token_hash = models.CharField(max_length=64, unique=True)
    n_people = models.PositiveSmallIntegerField(null=True)  # None until the team sends it
    requests = models.JSONField(default=list)  # keys of REQUESTS, three at most, in its order
    other_request = models.CharField(max_length=OTHER_REQUEST_MAX, blank=True)
    sent_on = models.DateField(null=True)  # in the round's time zone

    objects = TeamTalkQuerySet.as_manager()

    guard: ClassVar = _ENDS_WITH_ITS_ROUND

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(n_people__isnull=True, sent_on__isnull=True)
                | models.Q(n_people__isnull=False, sent_on__isnull=False),
                name="team_talk_sent_exactly_by_people",
            ),
            models.CheckConstraint(
                condition=models.Q(n_people__isnull=True) | models.Q(n_people__gte=1, n_people__lte=PEOPLE_MAX),
                name="team_talk_people_in_bounds",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_on__isnull=False) | models.Q(other_request=""),
                name="team_talk_asks_only_when_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"team talk of {self.round_id}"

    @property
    def is_sent(self) -> bool:
        """Whether the team has sent it, which is final."""
        return self.sent_on is not None
