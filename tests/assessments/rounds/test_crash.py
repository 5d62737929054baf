"""Saved means saved: processes die in the middle of saving, and every acknowledged save is there afterwards, once.

Rows R1 and R2 of the promises about faults, with a real server before a real database.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Final

import psycopg
import pytest
from django.db import connection

from tests import pg
from tests.assessments.rounds.scene import N_WORKERS, Service, service

pytestmark = [pytest.mark.database, pytest.mark.timeout(60)]

N_PEOPLE: Final = 4
KEYS_EACH: Final = 3
SAVING_SECONDS: Final = 2.0
RECOVERED_WITHIN_SECONDS: Final = 30.0


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of the kind under test that nobody else uses, because it is going to be broken."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('crash')}/crash.sqlite3"
        return
    if pg.binaries() is None:
        pytest.skip("A PostgreSQL of our own is needed to break it: apt-get install postgresql.")
    with pg.cluster() as url:
        url = url.replace("/readiness?", "/postgres?")
        with psycopg.connect(url) as line:
            # The cluster of the tests does without; here it is what is tested, and what PostgreSQL does by itself.
            line.execute("ALTER ROLE postgres SET synchronous_commit = on")
        yield url


@pytest.fixture(scope="module")
def running(database_url: str) -> Iterator[Service]:
    """The service before that database."""
    with service(database_url) as running:
        yield running


class People:
    """Four people who save one question after the other, and send again what was not acknowledged."""

    def __init__(self, running: Service) -> None:
        self.service = running
        self.acknowledged: dict[str, list[object]] = {}
        self.n_unheard = 0
        self.last_heard = 0.0
        self._is_over = threading.Event()
        self._stack = ExitStack()

    def __enter__(self) -> People:
        pool = self._stack.enter_context(ThreadPoolExecutor(N_PEOPLE))
        self._stack.callback(self._is_over.set)
        stored = self.service.answers()
        keys = [iter(self.service.keys[n * KEYS_EACH : (n + 1) * KEYS_EACH]) for n in range(N_PEOPLE)]
        self._work = [pool.submit(self._save_on, {key: stored.get(key, [0, 0, ""])[1] for key in own}) for own in keys]
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()
        for work in self._work:
            work.result()

    def _save_on(self, revisions: dict[str, int]) -> None:
        while True:
            for key, revision in revisions.items():
                if self._is_over.is_set():
                    return
                body = {"op": f"{key}-{revision}", "base": revision, "value": 1 + revision % 5}
                revisions[key] = self._until_acknowledged(key, body)
                self.acknowledged[key] = [body["value"], revisions[key], body["op"]]

    def _until_acknowledged(self, key: str, body: dict[str, object]) -> int:
        began = time.monotonic()
        while not (answer := self.service.save(key, body)):
            assert time.monotonic() - began < RECOVERED_WITHIN_SECONDS, f"{body} was never acknowledged"
            self.n_unheard += 1
            time.sleep(0.05)
        self.last_heard = time.monotonic()
        return int(answer["revision"])

    def wait_until_back(self) -> None:
        """Wait until something was not acknowledged and, after now, something else was."""
        began = time.monotonic()
        while self.n_unheard == 0 or self.last_heard < began:
            assert time.monotonic() - began < RECOVERED_WITHIN_SECONDS
            time.sleep(0.05)

    def wait_for_everybody(self) -> None:
        """Wait until something was acknowledged of every answer, however slow the machine is."""
        began = time.monotonic()
        while len(self.acknowledged) < N_PEOPLE * KEYS_EACH:
            assert time.monotonic() - began < RECOVERED_WITHIN_SECONDS
            time.sleep(0.05)


def assert_all_is_there_once(people: People) -> None:
    """Compare what was acknowledged with what is stored: value, revision (so nothing twice) and operation."""
    stored = people.service.answers()
    assert len(people.acknowledged) == N_PEOPLE * KEYS_EACH
    assert {key: stored[key] for key in people.acknowledged} == people.acknowledged


def test_workers_that_are_killed_lose_nothing_that_was_acknowledged(running: Service) -> None:
    with People(running) as people:
        for _ in range(2 * N_WORKERS):
            time.sleep(SAVING_SECONDS / (2 * N_WORKERS))
            running.kill_worker()
        people.wait_until_back()
        people.wait_for_everybody()

    assert_all_is_there_once(people)


def test_database_that_is_killed_loses_nothing_and_is_back_soon(running: Service, database_url: str) -> None:
    with People(running) as people:
        time.sleep(1)
        kill_database(running, database_url)
        people.wait_until_back()
        people.wait_for_everybody()

    assert_all_is_there_once(people)


def kill_database(running: Service, database_url: str) -> None:
    """Kill a process of PostgreSQL, which makes it recover from its log; SQLite has no process but all the workers."""
    if connection.vendor == "sqlite":
        for pid in running.workers():
            os.kill(pid, signal.SIGKILL)
        return
    with psycopg.connect(database_url) as line:
        query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        row = line.execute(query).fetchone()
    assert row is not None
    os.kill(row[0], signal.SIGKILL)
