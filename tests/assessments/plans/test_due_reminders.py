"""Reminders of actions: in the morning, of what is due within a week or overdue, once for each due day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from assessments.clinics import outbox
from assessments.clinics.models import OutgoingMail, User
from assessments.plans import due_reminders
from assessments.plans.actions import Content, add_action, add_note, change_action, content_of, move_action
from assessments.plans.due_reminders import AHEAD, post_due_reminders
from assessments.plans.models import Action, Status
from tests.assessments.conftest import NOW, join, make_user

ZONE = ZoneInfo("Europe/Amsterdam")
DUE = date(2026, 12, 18)
TITLE = "Ask the payer for a tariff"


def morning(day: date, hour: int = 7, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.fixture
def plan(clinic, lead):
    """Give a function that adds an action to the plan of the clinic in Amsterdam."""
    clinic.time_zone = "Europe/Amsterdam"
    clinic.save(update_fields=["time_zone"])

    def plan(title=TITLE, due_on=DUE, at=NOW, **content):
        said = Content(title=title, due_on=due_on, **content)
        return add_action(by=lead, clinic=clinic, content=said, op=title, now=at)

    return plan


def written(at: datetime) -> list[tuple[str, int]]:
    """Let the worker come round, and give to whom mails were written so far, with how many actions each."""
    post_due_reminders(now=at)
    mails = OutgoingMail.objects.order_by("created_at", "address").values_list("address", "body")
    return [(address, body.count("\n- ")) for address, body in mails]


LEAD = ("lead@example.org", 1)


@pytest.mark.parametrize(
    ("due_on", "at", "is_written"),
    [
        pytest.param(DUE, morning(DUE - AHEAD - timedelta(days=1), 23), False, id="more than a week ahead"),
        pytest.param(DUE, morning(DUE - AHEAD, 6, 59), False, id="not before the morning"),
        pytest.param(DUE, morning(DUE - AHEAD), True, id="a week ahead"),
        pytest.param(DUE, morning(DUE + timedelta(days=90), 23, 59), True, id="overdue, after an outage"),
        pytest.param(None, morning(DUE), False, id="without a day"),
        pytest.param(NOW.date(), morning(NOW.date(), 22), False, id="just written, due today"),
        pytest.param(NOW.date(), morning(NOW.date() + timedelta(days=1)), True, id="written yesterday"),
        # Clocks go forward in the night to 28 March 2027 and back in the one to 31 October 2027.
        pytest.param(date(2027, 4, 4), datetime(2027, 3, 28, 4, 59, tzinfo=UTC), False, id="clocks forward, too early"),
        pytest.param(date(2027, 4, 4), datetime(2027, 3, 28, 5, tzinfo=UTC), True, id="clocks forward"),
        pytest.param(date(2027, 11, 7), datetime(2027, 10, 31, 5, 59, tzinfo=UTC), False, id="clocks back, too early"),
        pytest.param(date(2027, 11, 7), datetime(2027, 10, 31, 6, tzinfo=UTC), True, id="clocks back"),
    ],
)
def test_when_it_is_written(plan, due_on, at, is_written):
    plan(due_on=due_on)
    assert written(at) == [LEAD] * is_written


def test_each_due_day_is_told_once_and_a_clinic_once_a_day_whatever_the_clock_does(plan, lead):
    action = plan()
    day = DUE - AHEAD
    for at in (morning(day), morning(day, 23), morning(day - timedelta(days=30)), morning(day + timedelta(days=20))):
        assert written(at) == [LEAD]
    plan("Another", due_on=day + timedelta(days=1))
    assert written(morning(day, 20)) == [LEAD]  # one a day
    day += timedelta(days=1)
    assert written(morning(day)) == [LEAD, LEAD]
    later = replace(content_of(action), due_on=day + timedelta(days=3))
    change_action(by=lead, action_id=action.pk, base=1, content=later, now=morning(day, 8))
    assert written(morning(day, 9)) == [LEAD, LEAD]
    assert written(morning(day + timedelta(days=1))) == [LEAD, LEAD, LEAD]  # another day is told anew


def test_finished_actions_are_not_told_and_a_note_of_today_hides_nothing(plan, lead):
    done, noted = plan("Done"), plan("Noted")
    move_action(by=lead, action_id=done.pk, base=1, status=Status.DONE, now=NOW)
    add_note(by=lead, action_id=noted.pk, note="SECRET", op="n", now=morning(DUE, 1))
    assert written(morning(DUE)) == [LEAD]
    assert "SECRET" not in OutgoingMail.objects.get().body


@pytest.mark.parametrize(
    ("off", "expected"),
    [
        ((), [("lead@example.org", 3), ("manager@example.org", 1)]),
        (("lead@example.org",), [("manager@example.org", 1)]),
        (("manager@example.org",), [("lead@example.org", 3)]),
        (("lead@example.org", "manager@example.org"), []),
    ],
)
def test_lead_is_told_of_all_and_an_owner_of_their_own(plan, lead, manager, clinic, off, expected):
    gone = join(clinic, make_user("gone@example.org"))
    plan("Of the manager", owner_id=manager.pk)
    plan("Of the lead", owner_id=lead.pk)
    plan("Of one who left", owner_id=gone.pk)
    gone.memberships.all().delete()
    User.objects.filter(email__in=off).update(is_reminded_of_actions=False)
    assert written(morning(DUE)) == expected
    told = {"Of the manager", "Of the lead", "Of one who left"} if LEAD[0] not in off else {"Of the manager"}
    assert set(Action.objects.filter(reminded_of=DUE).values_list("title", flat=True)) == (told if expected else set())


def test_what_a_mail_does_not_name_is_told_the_next_morning(plan, manager, monkeypatch):
    monkeypatch.setattr(due_reminders, "LISTED_MAX", 2)
    for place in range(3):
        plan(f"Step {place}", owner_id=manager.pk)
    day = DUE - AHEAD
    assert written(morning(day)) == [("lead@example.org", 2), ("manager@example.org", 2)]
    assert OutgoingMail.objects.filter(body__contains="And 1 more, which").count() == 2
    assert written(morning(day + timedelta(days=1)))[2:] == [("lead@example.org", 1), ("manager@example.org", 1)]
    assert len(written(morning(day + timedelta(days=2)))) == 4


def test_an_owner_is_told_once_though_the_leads_mail_had_no_room(plan, lead, manager, monkeypatch):
    monkeypatch.setattr(due_reminders, "LISTED_MAX", 2)
    for place in range(4):
        plan(f"Step {place}", due_on=DUE - timedelta(days=1))
    plan("Of the manager", owner_id=manager.pk)
    for days in range(4):
        mails = written(morning(DUE - AHEAD + timedelta(days=days)))
    assert [address for address, _ in mails].count(manager.email) == 1


def test_a_new_owner_is_told_of_a_day_of_which_another_was(plan, lead, manager):
    action, day = plan(owner_id=lead.pk), DUE - AHEAD
    written(morning(day))
    content = replace(content_of(action), owner_id=manager.pk)
    change_action(by=lead, action_id=action.pk, base=1, content=content, now=morning(day, 8))
    assert ("manager@example.org", 1) in written(morning(day + timedelta(days=1)))


def test_a_title_is_no_link_in_a_mail(plan):
    plan("Pay at HTTPS://evil.example or Www.evil.example")
    written(morning(DUE))
    assert "- Pay at HTTPS[:]//evil.example or Www[.]evil.example\n" in OutgoingMail.objects.get().body


def test_it_says_what_is_due_where_and_how_to_turn_it_off(plan, clinic):
    action = plan("Ask <b>the payer</b>")
    plan("Hold a meeting", due_on=DUE + timedelta(days=3), owner_name="Wim Www.outside.example")
    written(morning(DUE + timedelta(days=1)))
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Harbour Clinic: 2 actions are due"
    overdue, _, coming = mail.body.partition("Due within a week:")
    assert "- Ask <b>the payer</b>\n  was due on Friday, 18 December 2026" in overdue
    assert f"/clinics/{clinic.pk}/plan/{action.pk}/" in overdue
    assert "- Hold a meeting\n  due on Monday, 21 December 2026; who sees to it: Wim Www[.]outside.example" in coming
    assert "/reminders/off/" in coming


def test_subject_says_soon_where_all_lies_ahead_and_nobody_else_reads_whose_it_is(plan, manager):
    plan(owner_id=manager.pk)
    written(morning(DUE - AHEAD))
    to_lead, to_owner = OutgoingMail.objects.order_by("address")
    assert to_lead.subject == "Harbour Clinic: an action is due soon"
    assert f"; who sees to it: {manager}" in to_lead.body
    assert to_owner.subject == "Harbour Clinic: an action of yours is due soon"
    assert "who sees to it" not in to_owner.body


def test_nothing_is_noted_when_the_mail_cannot_be_kept(plan, manager, monkeypatch, caplog):
    action = plan(owner_id=manager.pk)
    posted = outbox.post

    def fail_at_the_second(**said):
        if OutgoingMail.objects.exists():
            raise ValueError("full")
        return posted(**said)

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "post", fail_at_the_second)
        assert written(morning(DUE)) == []
    assert "ALARM" in caplog.text
    action.refresh_from_db()
    assert action.reminded_of is None
    assert len(written(morning(DUE, 8))) == 2


@pytest.mark.timeout(60)
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one(plan):
    plan()
    start = Barrier(2, timeout=20)

    def work(_):
        try:
            start.wait()
            post_due_reminders(now=morning(DUE))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))
    assert OutgoingMail.objects.count() == 1
