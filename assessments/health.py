"""Is the service able to work? Looked at afresh for each question, and truthful while something is down."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache as remember
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from assessments.clinics import guards

WORKER_KEY: Final = "worker-seen-at"
WORKER_SILENT_MAX: Final = timedelta(minutes=3)
"""The worker comes round every 30 seconds; six missed rounds are more than a slow one."""


@dataclass(frozen=True)
class Readiness:
    """What was found. `worker_age` is in whole seconds; None means never seen, or not to be found out."""

    database: bool
    migrations: bool
    history: bool
    disk: bool
    worker_age: int | None

    @property
    def worker(self) -> bool:
        """Whether the worker has been seen lately."""
        return self.worker_age is not None and self.worker_age <= WORKER_SILENT_MAX.total_seconds()

    @property
    def is_ready(self) -> bool:
        """Whether everything is as it should be."""
        return self.database and self.migrations and self.history and self.disk and self.worker

    def as_json(self) -> dict[str, object]:
        """Give the answer of `/readyz`, the worker's age rounded down to a minute.

        Finer steps would tell anybody how long its last pass took, and so how many reminders it wrote.
        """
        return {
            "status": "ready" if self.is_ready else "not ready",
            "database": self.database,
            "migrations": self.migrations,
            "history": self.history,
            "disk": self.disk,
            "worker": self.worker,
            "worker_age_seconds": None if self.worker_age is None else self.worker_age // 60 * 60,
        }


def look(*, now: datetime) -> Readiness:
    """Look at the database, the migrations, the guards of history, the disk and the worker."""
    database = is_database_reachable()
    return Readiness(
        database=database,
        migrations=database and are_migrations_applied(),
        history=database and is_history_guarded(),
        disk=is_disk_writable(),
        worker_age=worker_age(now=now) if database else None,
    )


def is_database_reachable() -> bool:
    """Ask the database the smallest question there is."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return False
    return True


@remember
def _migrations_of_the_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def are_migrations_applied() -> bool:
    """Whether the database has every migration that this version of the code needs."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return False
    return all(leaf in applied for leaf in _migrations_of_the_code())


def is_history_guarded() -> bool:
    """Whether the database refuses, by itself, to change what is kept for good."""
    try:
        return guards.are_in_place(connection)
    except DatabaseError:
        return False


def is_disk_writable() -> bool:
    """Whether a few bytes can be written where the service keeps its files."""
    try:
        with tempfile.TemporaryFile(dir=settings.VAR_DIR) as file:
            file.write(b"ready")
            file.flush()
    except OSError:
        return False
    return True


def note_worker(*, now: datetime) -> None:
    """Leave the worker's sign of life."""
    cache.set(WORKER_KEY, now.isoformat(), timeout=None)


def worker_age(*, now: datetime) -> int | None:
    """Say how many whole seconds ago the worker was last seen; None when it never was."""
    try:
        seen_at = cache.get(WORKER_KEY)
    except DatabaseError:
        return None
    return None if seen_at is None else max(0, int((now - datetime.fromisoformat(seen_at)).total_seconds()))
