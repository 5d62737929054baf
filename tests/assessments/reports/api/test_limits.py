"""How often a token may ask, and what reading writes: a day of use, which keeps nobody from reading."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from http import HTTPStatus
from threading import Event

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.clinics.models import User
from assessments.reports.actions import drop_expired_tokens
from assessments.reports.api import limits
from assessments.reports.models import ApiToken
from assessments.rounds.limits import SOURCES_MAX
from tests.assessments.conftest import NOW
from tests.assessments.reports.api.conftest import Program, program_of

OK = HTTPStatus.OK


def test_token_that_asks_too_often_is_told_to_wait(
    program: Program, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 90.0)
    monkeypatch.setattr(limits, "CALLS_A_MINUTE_MAX", 2)
    answers = [program.ask("/clinics") for _ in range(3)]
    assert [one.status_code for one in answers] == [OK, OK, HTTPStatus.TOO_MANY_REQUESTS]
    assert answers[-1]["Retry-After"] == "30"
    assert program_of(lead).ask("/clinics").status_code == OK


def test_no_token_pays_for_others_however_many_ask(
    program: Program, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 90.0)
    monkeypatch.setattr(limits, "CALLS_A_MINUTE_MAX", 1)
    for number in range(SOURCES_MAX):
        limits.CALLS.add(f"of {number}", at=90.0)
    answers = [one.ask("/clinics").status_code for one in (program, program_of(lead), program)]
    assert answers == [OK, OK, HTTPStatus.TOO_MANY_REQUESTS]


def test_wrong_tokens_are_limited_by_where_they_come_from(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 90.0)
    monkeypatch.setattr(limits, "WRONG_A_MINUTE_MAX", 2)
    nowhere = Client(REMOTE_ADDR="").get("/api/v1/clinics", headers={"Authorization": "Bearer icbt_guessed"})
    assert (nowhere.status_code, nowhere["Content-Type"]) == (HTTPStatus.UNAUTHORIZED, "application/json")
    wrong = Program(program.token, "icbt_guessed")
    statuses = [wrong.ask("/clinics").status_code for _ in range(3)]
    assert statuses == [HTTPStatus.UNAUTHORIZED] * 2 + [HTTPStatus.TOO_MANY_REQUESTS]
    assert program.ask("/clinics").status_code == OK


def test_reading_writes_the_day_of_use_once_a_day_and_nothing_else(program: Program) -> None:
    def written(method: str = "GET") -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert program.ask("/clinics", method).status_code == OK
        statements = [query["sql"] for query in queries]
        return [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]

    assert not written("HEAD")
    (statement,) = written()
    assert statement.startswith('UPDATE "reports_apitoken" SET "last_used_on"')
    assert not written()
    assert ApiToken.objects.get().last_used_on == NOW.date()
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert len(written()) == 1


def test_database_that_takes_no_write_keeps_nobody_from_reading(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*args: object, **kwargs: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("assessments.reports.querysets.ApiTokenQuerySet.update", locked)
    assert program.ask("/clinics").status_code == OK


@pytest.mark.timeout(30)
@pytest.mark.django_db(transaction=True)
def test_whoever_else_writes_keeps_nobody_from_reading(program: Program) -> None:
    holds, has_read = Event(), Event()

    def hold() -> None:
        with closing(connection), transaction.atomic():
            ApiToken.objects.update(name="Held")
            holds.set()
            has_read.wait(timeout=30)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        try:
            assert holds.wait(timeout=30)
            assert program.ask("/clinics").status_code == OK
        finally:
            has_read.set()
        held.result()
    assert ApiToken.objects.get().last_used_on is None
    program.ask("/clinics")
    assert ApiToken.objects.get().last_used_on == NOW.date()


def test_worker_drops_tokens_a_month_after_they_expired(program: Program, lead: User) -> None:
    program_of(lead, days=365, name="Stays")
    drop_expired_tokens(now=NOW + timedelta(days=119))
    assert ApiToken.objects.count() == 2
    drop_expired_tokens(now=NOW + timedelta(days=120))
    assert ApiToken.objects.get().name == "Stays"
