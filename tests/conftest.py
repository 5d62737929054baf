"""What all tests share: time limits, a new database after a test that commits, leave to use it beside a browser.

Settings stand in `tests/settings.py`, browser fixtures in `tests/journeys/conftest.py`.
"""

from __future__ import annotations

import gc
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Final

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import TransactionTestCase
from django.urls import get_resolver
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from assessments.clinics import guards

JOURNEY_SECONDS: Final = 60

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's event loop runs in the test's own thread

# A slow machine is no counter-example.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

_flush = BaseDatabaseOperations.execute_sql_flush


def _flush_history_too(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
    """Empty the tables after a test that commits, which the guards of history would refuse."""
    guards.drop(self.connection)
    try:
        _flush(self, sql_list)
    finally:
        guards.make(self.connection)


BaseDatabaseOperations.execute_sql_flush = _flush_history_too  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give a test that commits the new database back, whole; on SQLite a copy of it is quicker than emptying tables."""
    if connection.vendor != "sqlite":
        yield
        return
    with closing(sqlite3.connect(":memory:")) as new, pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            connection.ensure_connection()
            connection.connection.backup(new)

        def put_back(test: TransactionTestCase) -> None:
            connection.close()  # and with it what a test that broke off left open
            connection.ensure_connection()
            new.backup(connection.connection, progress=_no_longer)

        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        yield


def _no_longer(status: int, remaining: int, total: int) -> None:
    """Give up where another thread keeps the database for longer than anybody waits; a copy would wait for ever."""
    if status == sqlite3.SQLITE_BUSY:
        raise sqlite3.OperationalError("database is locked")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Let the collector of garbage look at nothing that lasts as long as the run: modules, views, the tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_finish() -> None:
    """Load all views, so that no test's time is spent on it."""
    get_resolver().url_patterns  # noqa: B018 - read for what it does


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, and everything in `journeys/` as a journey, which gets more time."""
    for item in items:
        if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")
        if "journeys" in item.path.parts:
            item.add_marker("journey")
        if item.get_closest_marker("journey") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(JOURNEY_SECONDS))
