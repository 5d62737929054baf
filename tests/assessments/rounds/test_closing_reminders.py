"""The reminder before closing: when it is written, once for each closing time, and gone when the round closes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from assessments.clinics import outbox
from assessments.clinics.models import OutgoingMail, User
from assessments.results.closing import close
from assessments.rounds.actions import change_settings, open_round
from assessments.rounds.closing_reminders import post_closing_reminders
from readiness.instrument.definition import Context
from tests.assessments.conftest import NOW, join, make_user

ZONE = "Europe/Amsterdam"
CONTEXT = Context(stage="running", routes=["gp"], for_whom=["pain-fatigue"])


def local(day: date, hour: int, minute: int = 0, zone: str = ZONE) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.fixture
def opened(clinic, lead):
    """Give a function that opens a round of the clinic in Amsterdam."""

    def opened(due_on=date(2026, 12, 11), at=NOW):
        clinic.time_zone = ZONE
        clinic.save(update_fields=["time_zone"])
        return open_round(by=lead, clinic=clinic, title="Autumn", context=CONTEXT, due_on=due_on, now=at)

    return opened


def written(at: datetime) -> int:
    post_closing_reminders(now=at)
    return OutgoingMail.objects.filter(kind="closing-reminder").count()


@pytest.mark.parametrize(
    ("due_on", "opened_at", "at", "expected"),
    [
        pytest.param(date(2026, 12, 11), NOW, local(date(2026, 12, 8), 6, 59), 0, id="not before the morning"),
        pytest.param(date(2026, 12, 11), NOW, local(date(2026, 12, 8), 7), 1, id="three days before the last day"),
        pytest.param(date(2026, 12, 11), NOW, local(date(2026, 12, 11), 23, 59), 1, id="late, after an outage"),
        pytest.param(date(2026, 12, 11), NOW, local(date(2026, 12, 12), 0), 0, id="not when it is over"),
        pytest.param(
            date(2026, 12, 11), local(date(2026, 12, 8), 8), local(date(2026, 12, 9), 9), 0, id="opened too late"
        ),
        pytest.param(date(2026, 11, 22), NOW, NOW + timedelta(hours=1), 0, id="of a day"),
        # Clocks go forward in the night to 28 March 2027 and back in the one to 31 October 2027.
        pytest.param(date(2027, 3, 29), NOW, datetime(2027, 3, 26, 6, tzinfo=UTC), 1, id="before clocks go forward"),
        pytest.param(date(2027, 3, 31), NOW, datetime(2027, 3, 28, 4, 59, tzinfo=UTC), 0, id="that morning, too early"),
        pytest.param(date(2027, 3, 31), NOW, datetime(2027, 3, 28, 5, tzinfo=UTC), 1, id="that morning"),
        pytest.param(date(2027, 11, 3), NOW, datetime(2027, 10, 31, 5, 59, tzinfo=UTC), 0, id="clocks back, too early"),
        pytest.param(date(2027, 11, 3), NOW, datetime(2027, 10, 31, 6, tzinfo=UTC), 1, id="clocks back"),
    ],
)
def test_when_it_is_written(opened, due_on, opened_at, at, expected):
    opened(due_on, opened_at)
    assert written(at) == expected


def test_it_is_written_once_for_each_closing_time_whatever_the_clock_does(opened, lead):
    assessment = opened()
    morning = local(date(2026, 12, 8), 7)
    for at in (morning, morning + timedelta(seconds=30), morning - timedelta(days=9), morning + timedelta(days=2)):
        assert written(at) == 1
    change_settings(
        by=lead,
        round_id=assessment.pk,
        title="Autumn",
        context=CONTEXT,
        due_on=date(2026, 12, 20),
        now=morning + timedelta(days=2),
    )
    assert written(morning + timedelta(days=2)) == 1
    assert written(local(date(2026, 12, 17), 7)) == 2
    assert written(local(date(2026, 12, 18), 7)) == 2


def turn_off(lead):
    User.objects.filter(pk=lead.pk).update(is_reminded_of_closing=False)


def close_account(lead):
    User.objects.filter(pk=lead.pk).update(is_active=False)


def take_back_the_address(lead):
    EmailAddress.objects.filter(user=lead).update(verified=False)


@pytest.mark.parametrize("change", [turn_off, close_account, take_back_the_address])
def test_nobody_else_is_written_to_when_the_lead_cannot_or_will_not(opened, lead, clinic, change):
    join(clinic, make_user("manager@example.org"))
    opened()
    change(lead)
    assert written(local(date(2026, 12, 8), 7)) == 0


def test_it_says_what_closes_when_and_goes_with_the_round(opened, lead):
    assessment = opened()
    written(local(date(2026, 12, 8), 7))
    mail = OutgoingMail.objects.get()
    assert (mail.address, mail.subject) == (lead.email, "Autumn at Harbour Clinic closes on 11 December")
    for words in ("Friday, 11 December 2026", f"/rounds/{assessment.pk}/", "/reminders/off/"):
        assert words in mail.body
    close(round_id=assessment.pk, by=lead, now=local(date(2026, 12, 9), 7))
    assert not OutgoingMail.objects.exists()


def test_nothing_is_noted_when_the_mail_cannot_be_kept(opened, monkeypatch, caplog):
    assessment = opened()
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "post", lambda **_: 1 / 0)
        assert written(local(date(2026, 12, 8), 7)) == 0
    assert "ALARM" in caplog.text
    assessment.refresh_from_db()
    assert assessment.reminded_of is None
    assert written(local(date(2026, 12, 8), 8)) == 1


@pytest.mark.timeout(60)
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one(opened):
    opened()
    start = Barrier(2, timeout=20)

    def work(_):
        try:
            start.wait()
            post_closing_reminders(now=local(date(2026, 12, 8), 7))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))
    assert OutgoingMail.objects.count() == 1
