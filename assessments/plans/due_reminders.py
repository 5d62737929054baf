"""Reminders of actions that become due: who is told of which, once for each due day, and what the mail says.

Called by the worker. What somebody put into the plan today is told from tomorrow on: they have just had it in hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse

from assessments.clinics import reminders
from assessments.clinics.mails import absolute
from assessments.clinics.models import Clinic, Membership, OutgoingMail, Role
from assessments.clinics.reminded import wanting
from assessments.clinics.text import unlinked
from assessments.plans import words
from assessments.plans.actions import note_reminded, today_of
from assessments.plans.board import members_of
from assessments.plans.models import Action, ActionEntry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from uuid import UUID

KIND: Final = OutgoingMail.Kind.ACTIONS_REMINDER
AHEAD: Final = timedelta(days=7)
"""How long before its due day an action is told."""
LISTED_MAX: Final = 20
LONGEST_DAY: Final = timedelta(hours=26)
"""No day in any time zone is longer, nights of changing clocks included."""


@dataclass(frozen=True)
class Line:
    """An action as the mail tells it."""

    title: str
    due_on: date
    owner: str  # empty for nobody
    link: str


def post_due_reminders(*, now: datetime) -> None:
    """Write to leads, and to owners of actions, what is due: in the morning, and once a day at most for a clinic."""
    told_at = _last_told(now)
    untold = Action.objects.to_remind_of(until=now.date() + AHEAD + timedelta(days=1))
    reached = Membership.objects.filter(clinic=OuterRef("clinic"), user__in=wanting(KIND))
    of_somebody = untold.filter(Exists(reached.filter(Q(role=Role.LEAD) | Q(user=OuterRef("owner")))))
    clinics = Clinic.objects.filter(Exists(of_somebody.filter(clinic=OuterRef("pk")))).order_by("pk")
    due = [one.pk for one in clinics if _is_time(one, told_at.get(one.pk), now)]
    reminders.write_each(KIND, due, lambda pk: _post(pk, now))


def _last_told(now: datetime, **of: object) -> dict[UUID, datetime]:
    """Give when a clinic's last mail of the kind was written, of those lately; one of the future counts as lately."""
    lately = OutgoingMail.objects.filter(kind=KIND, created_at__gt=now - LONGEST_DAY, **of).order_by()
    return {pk: at for pk, at in lately.values_list("clinic").annotate(Max("created_at")) if pk}


def _is_time(clinic: Clinic, told_at: datetime | None, now: datetime) -> bool:
    today = today_of(clinic, now)
    return now >= reminders.civil_hour_of(today, clinic.time_zone) and (
        told_at is None or today_of(clinic, told_at) < today
    )


@transaction.atomic
def _post(clinic_id: UUID, now: datetime) -> None:
    """Hold the clinic, so that of two workers one writes, and its actions, so that none moves meanwhile.

    An action is told once the mail of its owner names it, or, where that person gets none, the lead's; the rest is told
    the next morning.
    """
    clinic = Clinic.objects.select_for_update(no_key=True).filter(pk=clinic_id).first()
    if clinic is None or not _is_time(clinic, _last_told(now, clinic=clinic).get(clinic.pk), now):
        return
    actions = _untold_actions(clinic, now)
    people = list(Membership.objects.filter(clinic=clinic, user__in=wanting(KIND)).select_related("user"))
    reached = {person.user_id for person in people}
    told: list[UUID] = []
    for person in people:
        own = [one for one in actions if person.role == Role.LEAD or one.owner_id == person.user_id]
        if own:
            _write(clinic, person, own, now)
            told += [
                one.pk for one in own[:LISTED_MAX] if one.owner_id == person.user_id or one.owner_id not in reached
            ]
    note_reminded(action_ids=told)


def _untold_actions(clinic: Clinic, now: datetime) -> list[Action]:
    today = today_of(clinic, now)
    midnight = datetime.combine(today, time.min, tzinfo=ZoneInfo(clinic.time_zone))
    written = ActionEntry.objects.filter(action=OuterRef("pk"), at__range=(midnight, now))
    untold = Action.objects.filter(clinic=clinic).to_remind_of(until=today + AHEAD)
    untold = untold.filter(~Exists(written.exclude(status="", changed=[])))  # notes do not count
    return list(untold.select_related("owner").select_for_update(of=("self",)).order_by("due_on", "pk"))


def _write(clinic: Clinic, person: Membership, actions: list[Action], now: datetime) -> None:
    today = today_of(clinic, now)
    lines = list(_lines(clinic, actions[:LISTED_MAX]))
    context = {
        "n_actions": len(actions),
        "n_more": len(actions) - len(lines),
        "overdue": [line for line in lines if line.due_on < today],
        "is_ahead": all(line.due_on > today for line in lines),
        "coming": [line for line in lines if line.due_on >= today],
        "is_lead": person.role == Role.LEAD,
        "link": absolute(reverse("plans:plan", args=[clinic.pk])),
    }
    reminders.post(
        kind=KIND,
        clinic=clinic,
        about=clinic.pk,
        to=person.user,
        template="plans/mail/due",
        context=context,
        now=now,
    )


def _lines(clinic: Clinic, actions: list[Action]) -> Iterator[Line]:
    members = members_of(clinic)
    for action in actions:
        if action.due_on is not None:  # all have a day; the type does not say so
            owner = unlinked(words.owner(action, members))
            yield Line(unlinked(action.title), action.due_on, owner, absolute(action.get_absolute_url()))
