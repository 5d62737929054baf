"""`manage.py work`: does what is due, again and again, beside the web server; with --once, a single time."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.contrib.sessions.backends.db import SessionStore
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from assessments import health
from assessments.clinics.outbox import send_due_mail
from assessments.results.closing import close_due

PAUSE_SECONDS: Final = 30
CLEARING_EVERY: Final = timedelta(days=1)

logger = logging.getLogger(__name__)


class Done(NamedTuple):
    """What a pass has done: how many rounds it closed, how many mails the mail server took."""

    n_closed: int
    n_mails: int

    def __str__(self) -> str:
        return f"Closed: {self.n_closed}, mails: {self.n_mails}"


class Worker:
    """One pass after another; remembers when sessions were last cleared."""

    def __init__(self) -> None:
        self.cleared_at: datetime | None = None

    def work(self, *, now: datetime) -> Done:
        """Close the rounds that are due, send mail, clear sessions once a day, leave a sign of life.

        Raises:
            DatabaseError: the database cannot be reached; nothing is lost, the next pass does it.
        """
        done = Done(n_closed=close_due(now=now), n_mails=_send_mail(now))
        if self.cleared_at is None or now - self.cleared_at >= CLEARING_EVERY:
            SessionStore.clear_expired()
            self.cleared_at = now
        health.note_worker(now=now)
        return done


def _send_mail(now: datetime) -> int:
    try:
        return send_due_mail(now=now)
    except DatabaseError:
        raise
    except Exception:
        # Whatever is wrong with mail, the next pass must come, because it closes rounds.
        logger.exception("ALARM: the outbox could not be worked through.")
        return 0


class Command(BaseCommand):
    """Do what is due."""

    help = (
        "Close the assessments whose last day is over, send mail, and tidy up. "
        "Runs until it is stopped; --once does it once."
    )

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
            done = Worker().work(now=timezone.now())
        except DatabaseError as error:
            raise CommandError("The database cannot be reached, or is not migrated yet.") from error
        self.stdout.write(str(done))

    def _work_until_stopped(self) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker = Worker()
        while not stop.is_set():
            self._pass(worker)
            stop.wait(PAUSE_SECONDS)

    def _pass(self, worker: Worker) -> None:
        """Do one pass; an outage of the database is waited out, not died of."""
        close_old_connections()
        try:
            done = worker.work(now=timezone.now())
        except DatabaseError as error:
            logger.warning(
                "The database cannot be used (%s); trying again in %s s.", type(error).__name__, PAUSE_SECONDS
            )
            connection.close()
        else:
            if any(done):
                logger.info("%s", done)
