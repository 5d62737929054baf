"""`manage.py work`: does what is due, again and again, beside the web server; with --once, a single time."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from assessments import health
from assessments.clinics.outbox import drop_old_mail, send_due_mail
from assessments.networks.invitation_actions import drop_expired_invitations
from assessments.plans.due_reminders import post_due_reminders
from assessments.reports.actions import drop_expired_tokens
from assessments.respondents.upkeep import drop_expired, post_reminders, refresh_participation
from assessments.results.closing import close_due
from assessments.rounds.closing_reminders import post_closing_reminders

if TYPE_CHECKING:
    from types import FrameType

PAUSE_SECONDS: Final = 30
LOOK_UP_SECONDS: Final = 0.5
CLEARING_EVERY: Final = timedelta(days=1)

logger = logging.getLogger(__name__)


class Worker:
    """One pass after another; remembers when sessions were last cleared."""

    def __init__(self) -> None:
        self.cleared_at: datetime | None = None

    def work(self, *, now: datetime) -> int:
        """Do each duty, closing rounds first, and leave a sign of life. One that fails keeps no other from its turn.

        Returns:
            How many rounds were closed. Mails are not counted: after a reminder, how many went out is how many have
            not answered.

        Raises:
            DatabaseError: the database cannot be reached; nothing is lost, the next pass does it.
        """
        duties: dict[str, Callable[..., int | None]] = {
            "closing": close_due,
            "the participation": refresh_participation,
            "reminders": post_reminders,
            "reminders before closing": post_closing_reminders,
            "reminders of actions": post_due_reminders,
            "the outbox": send_due_mail,
            "what has expired": drop_expired,
            "old mail": drop_old_mail,
            "old invitations to networks": drop_expired_invitations,
            "old tokens": drop_expired_tokens,
            "old sessions": self._clear_sessions,
            "counts that are over": drop_counts,
        }
        counts: dict[str, int | None] = {}
        outages: list[DatabaseError] = []
        for name, duty in duties.items():
            try:
                counts[name] = duty(now=now)
            except DatabaseError as error:
                outages.append(error)
            except Exception:
                # Whatever is wrong here, the next pass must come, because it closes rounds.
                logger.exception("ALARM: %s could not be worked through.", name)
        if outages:
            raise outages[0]
        health.note_worker(now=now)
        return counts.get("closing") or 0

    def _clear_sessions(self, *, now: datetime) -> None:
        if self.cleared_at is None or now - self.cleared_at >= CLEARING_EVERY:
            SessionStore.clear_expired()
            self.cleared_at = now


def drop_counts(*, now: datetime) -> None:
    """Drop what is over in the cache: it tells of internet addresses, and Django leaves it until the table is full."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608 - the name is from the settings
            [connection.ops.adapt_datetimefield_value(now)],
        )


class Command(BaseCommand):
    """Do what is due."""

    help = (
        "Close the assessments whose last day is over, count anew how many therapists have answered, write reminders, "
        "send mail, and drop what has expired. "
        "Runs until it is stopped; --once does it once."
    )

    is_stopping = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to stop after one pass."""
        parser.add_argument("--once", action="store_true", help="stop after one pass")

    def handle(self, *args: object, once: bool, **options: object) -> None:
        """Work once, or until the process is told to stop."""
        if once:
            self._work_once()
        else:
            self._work_until_stopped()

    def _work_once(self) -> None:
        try:
            n_closed = Worker().work(now=timezone.now())
        except DatabaseError as error:
            raise CommandError("The database cannot be reached, or is not migrated yet.") from error
        self.stdout.write(f"Closed: {n_closed}")

    def _work_until_stopped(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        worker = Worker()
        while not self.is_stopping:
            self._pass(worker)
            ends_at = time.monotonic() + PAUSE_SECONDS
            while not self.is_stopping and time.monotonic() < ends_at:
                time.sleep(LOOK_UP_SECONDS)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Only note it: an Event has a lock, which the very code that this interrupts may be holding."""
        self.is_stopping = True

    def _pass(self, worker: Worker) -> None:
        """Do one pass; an outage of the database is waited out, not died of."""
        close_old_connections()
        try:
            n_closed = worker.work(now=timezone.now())
        except DatabaseError as error:
            logger.warning(
                "The database cannot be used (%s); trying again in %s s.", type(error).__name__, PAUSE_SECONDS
            )
            connection.close()
        else:
            if n_closed:
                logger.info("Closed %s rounds.", n_closed)
