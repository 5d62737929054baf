"""Reminders to people with accounts: when they are written, each once, and turning them off.

What becomes due and what a mail says of it is known further up; here is what all kinds have in common.
"""

from __future__ import annotations

import logging
import time as clock
from datetime import datetime, time
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction
from django.template.loader import render_to_string

from assessments.clinics import outbox
from assessments.clinics.models import Clinic, OutgoingMail, User
from assessments.clinics.reminder_links import SETTINGS, link_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from uuid import UUID

CIVIL_HOUR: Final = time(7)
"""From when in the morning reminders are written, where the clinic is."""

logger = logging.getLogger(__name__)


def civil_hour_of(day: date, time_zone: str) -> datetime:
    """Give the moment of a day from which reminders are written in a time zone."""
    return datetime.combine(day, CIVIL_HOUR, tzinfo=ZoneInfo(time_zone))


def write_each(
    kind: OutgoingMail.Kind, ids: Iterable[UUID], write: Callable[[UUID], None], *, seconds: float = 20.0
) -> None:
    """Write the reminders of each round or clinic; one that breaks keeps no other waiting, an outage all.

    After so many seconds the rest is left to the next pass.
    """
    ends_at = clock.monotonic() + seconds
    for pk in ids:
        if clock.monotonic() >= ends_at:
            break
        try:
            write(pk)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("ALARM: the %s of %s could not be written.", kind.value, pk)


def post(
    *,
    kind: OutgoingMail.Kind,
    clinic: Clinic,
    about: UUID,
    to: User,
    template: str,
    context: dict[str, object],
    now: datetime,
) -> None:
    """Put a reminder into the outbox, in the transaction of whoever calls, with the link that turns its kind off."""
    said = {**context, "clinic": clinic, "off": link_of(to, kind)}
    outbox.post(
        kind=kind,
        clinic=clinic,
        about=about,
        address=to.email,
        subject=render_to_string(f"{template}_subject.txt", said),
        body=render_to_string(f"{template}_message.txt", said).strip() + "\n",
        now=now,
    )


def is_on(user: User, kind: OutgoingMail.Kind) -> bool:
    """Say whether a person wants reminders of a kind."""
    return bool(getattr(user, SETTINGS[kind]))


def choose(*, user: User, wanted: dict[OutgoingMail.Kind, bool]) -> None:
    """Keep which kinds of reminder a person wants; those that wait and are not wanted are not sent any more."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(**{SETTINGS[kind]: is_wanted for kind, is_wanted in wanted.items()})
        for kind in (kind for kind, is_wanted in wanted.items() if not is_wanted):
            outbox.drop_waiting_of(kind=kind, address=user.email)
