"""Reminders to leads that an assessment closes soon: which are due, and what they say. Called by the worker."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.urls import reverse

from assessments.clinics import reminders
from assessments.clinics.mails import absolute
from assessments.clinics.models import Membership, OutgoingMail, Role
from assessments.clinics.reminded import wanting
from assessments.rounds import actions
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

KIND: Final = OutgoingMail.Kind.CLOSING_REMINDER
DAYS_BEFORE: Final = timedelta(days=3)
"""How long before the last day the lead is reminded."""
REACH: Final = DAYS_BEFORE + timedelta(days=2)
"""How far ahead closing times are looked at: the last day is a day long, and no zone shifts by more than one."""


def post_closing_reminders(*, now: datetime) -> None:
    """Write to the leads of assessments that close in three days, once for each closing time."""
    soon = Round.objects.to_remind_of_closing(now=now, until=now + REACH)
    leads = Membership.objects.filter(role=Role.LEAD, user__in=wanting(KIND))
    told = soon.filter(clinic__in=leads.values("clinic")).order_by("due_at", "pk")
    due = [one.pk for one in told if _is_time(one, now)]
    reminders.write_each(KIND, due, lambda pk: _post(pk, now))


def _is_time(assessment: Round, now: datetime) -> bool:
    """Say whether the morning three days before the last day has come; what was opened later is short enough."""
    at = reminders.civil_hour_of(assessment.due_on - DAYS_BEFORE, assessment.time_zone)
    return assessment.opened_at < at <= now


@transaction.atomic
def _post(round_id: UUID, now: datetime) -> None:
    """Hold the round, so that of two workers one writes, and none does about a round that closes meanwhile."""
    found = Round.objects.select_related("clinic").select_for_update(of=("self",))
    assessment = found.to_remind_of_closing(now=now, until=now + REACH).filter(pk=round_id).first()
    if assessment is None or not _is_time(assessment, now):
        return
    of_lead = {"memberships__clinic": assessment.clinic_id, "memberships__role": Role.LEAD}
    lead = wanting(KIND).filter(**of_lead).first()
    if lead is None:
        return
    reminders.post(
        kind=KIND,
        clinic=assessment.clinic,
        about=assessment.pk,
        to=lead,
        template="rounds/mail/closing",
        context={"assessment": assessment, "link": absolute(reverse("rounds:round", args=[assessment.pk]))},
        now=now,
    )
    actions.note_reminded(assessment=assessment)
