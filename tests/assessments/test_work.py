"""The worker: it does all that is due, in the order that matters, and lives through outages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError
from django.db import OperationalError, connection

from assessments import health
from assessments.clinics import outbox
from assessments.clinics.models import Clinic, OutgoingMail
from assessments.respondents.models import Draft
from assessments.respondents.seeding import seed_submissions
from assessments.results.models import Result
from assessments.rounds.actions import note_invited
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW
from tests.assessments.test_commands import run

working = import_module("assessments.management.commands.work")


def test_work_closes_what_is_due_and_leaves_a_sign_of_life(open_round: Round) -> None:
    now = open_round.due_at + timedelta(seconds=1)
    assert working.Worker().work(now=now) == 1
    open_round.refresh_from_db()
    assert not open_round.is_open
    assert open_round.closed_by is None
    assert Result.objects.filter(round=open_round).exists()
    assert health.worker_age(now=now) == 0


def test_work_leaves_alone_what_is_not_due(open_round: Round) -> None:
    assert working.Worker().work(now=open_round.due_at - timedelta(seconds=1)) == 0
    open_round.refresh_from_db()
    assert open_round.is_open


def test_work_clears_sessions_once_a_day(db: None) -> None:
    def leave_one() -> None:
        Session.objects.create(session_key="old", session_data="", expire_date=datetime(2020, 1, 1, tzinfo=UTC))

    worker, now = working.Worker(), datetime.now(UTC)
    for later, n_left in ((timedelta(), 0), (timedelta(hours=23), 1), (timedelta(hours=24), 0)):
        if not Session.objects.exists():
            leave_one()
        worker.work(now=now + later)
        assert Session.objects.count() == n_left


def test_work_drops_counts_that_are_over_and_keeps_the_others(db: None) -> None:
    now = datetime.now(UTC)
    cache.clear()
    cache.set("tried-by-one", [1], timeout=60)
    cache.set("tried-by-another", [1], timeout=600)

    working.Worker().work(now=now + timedelta(seconds=90))

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        assert {key for (key,) in cursor.fetchall()} == {":1:tried-by-another", ":1:worker-seen-at"}


def test_work_once_sends_mail_and_does_not_say_how_many(clinic: Clinic) -> None:
    _post(clinic, at=datetime.now(UTC))
    assert run("work", "--once") == "Closed: 0\n"
    assert [message.to for message in mail.outbox] == [["nora@example.org"]]


def _post(clinic: Clinic, at: datetime) -> None:
    outbox.post(
        kind=OutgoingMail.Kind.THERAPIST_INVITATION,
        clinic=clinic,
        about=uuid4(),
        address="nora@example.org",
        subject="Your view",
        body="Hello",
        now=at,
    )


@pytest.mark.parametrize("backend", ["Down", "Slow", "Locked", "NoNora"])
def test_work_closes_rounds_whatever_the_mail_server_does(open_round: Round, settings: Any, backend: str) -> None:
    settings.EMAIL_BACKEND = f"tests.assessments.clinics.broken_mail.{backend}"
    now = open_round.due_at + timedelta(seconds=1)
    _post(open_round.clinic, at=now)
    assert working.Worker().work(now=now) == 1
    assert health.worker_age(now=now) == 0
    assert OutgoingMail.objects.waiting().count() == 1


def test_work_goes_on_when_the_outbox_breaks(
    open_round: Round, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "no.such.Backend"
    now = open_round.due_at + timedelta(seconds=1)
    _post(open_round.clinic, at=now)
    assert working.Worker().work(now=now) == 1
    assert health.worker_age(now=now) == 0
    assert "ALARM: the outbox" in caplog.text


def test_work_renews_the_participation_and_drops_what_has_expired(open_round: Round) -> None:
    seed_submissions(sent=[(open_round, [{"training": 3}] * 5)], on=NOW.date())
    note_invited(assessment=open_round, n_invited=5, now=NOW)
    Draft.objects.create(round=open_round, saved_on=NOW.date() - timedelta(days=31))
    working.Worker().work(now=NOW + timedelta(days=1))
    open_round.refresh_from_db()
    assert (open_round.participation, open_round.participation_on) == ("more", NOW.date() + timedelta(days=1))
    assert not Draft.objects.exists()


@pytest.mark.parametrize("error", [OperationalError, ZeroDivisionError])
@pytest.mark.parametrize("failing", ["close_due", "refresh_participation", "send_due_mail", "drop_expired"])
def test_work_gives_each_duty_its_turn_whatever_fails(
    db: None, monkeypatch: pytest.MonkeyPatch, failing: str, error: type[Exception]
) -> None:
    def duty(name: str) -> Callable[..., int]:
        def do(*, now: datetime) -> int:
            had_turn.append(name)
            if name == failing:
                raise error
            return 0

        return do

    had_turn: list[str] = []
    duties = ["close_due", "refresh_participation", "send_due_mail", "drop_expired"]
    for name in duties:
        monkeypatch.setattr(working, name, duty(name))
    with suppress(OperationalError):
        working.Worker().work(now=NOW)
    assert had_turn == duties
    assert (health.worker_age(now=NOW) is None) == (error is OperationalError)


def test_work_takes_an_outage_during_mail_for_what_it_is(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "send_due_mail", _down)
    with pytest.raises(CommandError, match="cannot be reached"):
        run("work", "--once")


def test_work_once_says_so_when_the_database_is_down(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "close_due", _down)
    with pytest.raises(CommandError, match="cannot be reached"):
        run("work", "--once")


def _down(**_: object) -> int:
    raise OperationalError("no route to the database: secret-host")


def test_worker_waits_out_an_outage(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    outcomes = iter([_down, lambda **_: 2])
    monkeypatch.setattr(working, "close_due", lambda **given: next(outcomes)(**given))
    monkeypatch.setattr(working, "connection", SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(working, "close_old_connections", lambda: None)
    command, worker = working.Command(), working.Worker()
    with caplog.at_level("INFO"):
        command._pass(worker)
        command._pass(worker)
    assert "trying again" in caplog.text
    assert "secret-host" not in caplog.text
    assert "Closed 2 rounds." in caplog.text


@pytest.mark.timeout(40)
def test_worker_ends_cleanly_when_told_to(tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"}
    with subprocess.Popen(
        [sys.executable, "manage.py", "work"], cwd=site.BASE_DIR, env=environment, stderr=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stderr is not None
        assert "trying again" in worker.stderr.readline()  # there are no tables, which it waits out
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=10) == 0
