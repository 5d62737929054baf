"""Mail that waits: it goes out once, or again after trouble, and what it says is forgotten. Only servers are faked."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend as LocMem
from django.db import connections, transaction

from assessments.clinics import outbox
from assessments.clinics.models import OutgoingMail
from assessments.clinics.text import NotAnAddressError
from tests.assessments.clinics.broken_mail import Watched
from tests.assessments.conftest import NOW
from tests.assessments.history import rewriting

INVITATION, REMINDER = OutgoingMail.Kind.THERAPIST_INVITATION, OutgoingMail.Kind.THERAPIST_REMINDER
ABOUT = UUID("7b1f0a52-2a56-4c1c-9f57-0d1f6a3b8e11")
PEOPLE = ("first@example.org", "nora@example.org", "last@example.org")


@pytest.fixture
def server(settings):
    """Give a function that puts another mail server in place."""

    def choose(name):
        settings.EMAIL_BACKEND = f"tests.assessments.clinics.broken_mail.{name}"

    return choose


@pytest.fixture
def post(clinic):
    """Give a function that posts a mail, an invitation to Nora unless told otherwise."""

    def post(address="nora@example.org", **said):
        given = {"kind": INVITATION, "about": ABOUT, "subject": "Your view", "body": "Open /r/SECRET/\n", "now": NOW}
        return outbox.post(clinic=clinic, address=address, **{**given, **said})

    return post


@pytest.fixture
def three(post):
    """Three invitations, a minute between them."""
    return [post(address, now=NOW + timedelta(minutes=n - 5)) for n, address in enumerate(PEOPLE)]


def states():
    """What has become of each mail, by address."""
    return dict(OutgoingMail.objects.values_list("address", "state"))


def send(minutes=0, **said):
    """Do a pass, minutes after NOW."""
    return outbox.send_due_mail(now=NOW + timedelta(minutes=minutes), **said)


# posting


def test_post_waits_for_the_worker(post):
    row = post(" Nora+work@Example.ORG")
    assert mail.outbox == []
    assert (row.state, row.attempts, row.next_attempt_at, row.created_at) == ("waiting", 0, NOW, NOW)
    assert row.address == "Nora+work@Example.ORG"


def test_post_goes_back_with_the_transaction_that_it_tells_of(post):
    with transaction.atomic():
        post()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    "address", ["", "nora", "nora@example.org\nBcc: all@example.org", "a@example.org,b@example.org"]
)
def test_post_refuses_what_is_no_address(post, address):
    with pytest.raises(NotAnAddressError):
        post(address)
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Hello\r\nBcc: all@example.org", "Hello Bcc: all@example.org"),
        ("Hello\u2028Bcc:\x0bx\x00y\u0085z", "Hello Bcc: x y z"),
        ("  A   B ", "A B"),
        ("x" * 300, "x" * 200),
    ],
    ids=ascii,
)
def test_subject_is_one_line_and_no_header(post, subject, kept):
    post(subject=subject)
    send()
    message = mail.outbox[0].message()
    assert (mail.outbox[0].subject, message["Bcc"], mail.outbox[0].recipients()) == (kept, None, ["nora@example.org"])


# sending


def test_send_hands_over_what_is_due_oldest_first(three):
    assert send(-4) == 2
    assert [m.to for m in mail.outbox] == [[PEOPLE[0]], [PEOPLE[1]]]
    assert send() == 1
    assert states() == dict.fromkeys(PEOPLE, "sent")


def test_sent_mail_keeps_its_address_and_forgets_what_it_said(post):
    row = post()
    assert send() == 1
    row.refresh_from_db()
    assert (row.state, row.subject, row.body, row.address) == ("sent", "", "", "nora@example.org")
    sent = mail.outbox[0]
    assert (sent.subject, sent.body, sent.to) == ("Your view", "Open /r/SECRET/\n", ["nora@example.org"])
    assert sent.from_email == "iCBT Readiness <readiness@example.org>"


def test_sent_mail_is_recognisable_and_asks_for_no_automatic_answer(post, settings):
    settings.BASE_URL = "https://readiness.example.org:8443"
    row = post()
    send()
    message = mail.outbox[0].message()
    assert message["Message-ID"] == f"<{row.pk}@readiness.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"


def test_sent_mail_is_not_sent_again(post):
    post()
    assert [send(), send(), send(10_000)] == [1, 0, 0]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_send_uses_one_connection_and_no_transaction(three, server, monkeypatch):
    seen: list[str] = []
    monkeypatch.setattr(Watched, "seen", seen)
    server("Watched")
    assert send(-60) == 0
    assert seen == []
    assert send() == 3
    assert seen == ["opened", "taken", "taken", "taken", "closed"]


@pytest.mark.django_db(transaction=True)
def test_send_refuses_to_run_inside_a_transaction(three):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        send()
    assert mail.outbox == []


def test_send_takes_no_new_mail_when_time_is_up(three, monkeypatch):
    clock = iter([0.0, 5.0, 19.9, 20.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    assert send(seconds=20.0) == 2
    monkeypatch.undo()
    assert states()[PEOPLE[2]] == "waiting"
    assert send() == 1


def test_send_asks_the_database_little_when_nothing_is_due(clinic, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert send() == 0


# trouble


@pytest.mark.parametrize("name", ["EmailBackend", "Down", "Misnamed", "Slow", "Locked"])
def test_server_that_cannot_be_used_costs_one_attempt_a_pass_and_loses_nothing(three, server, name):
    server(name)
    assert send() == 0
    assert list(OutgoingMail.objects.values_list("attempts", flat=True)) == [1, 0, 0]
    assert states() == dict.fromkeys(PEOPLE, "waiting")
    server("Works")
    assert send(1) == 3
    assert sorted(m.to[0] for m in mail.outbox) == sorted(PEOPLE)


@pytest.mark.parametrize("name", ["NoNora", "NoNoraText"])
def test_refusal_of_one_keeps_nobody_else_waiting(three, server, name):
    server(name)
    assert send() == 2
    assert states() == {PEOPLE[0]: "sent", PEOPLE[1]: "waiting", PEOPLE[2]: "sent"}
    assert OutgoingMail.objects.waiting().get().body == "Open /r/SECRET/\n"


@pytest.mark.parametrize("name", ["ClosesOnNora", "HangsUpOnNora"])
def test_server_that_hangs_up_ends_the_pass(three, server, name):
    server(name)
    assert send() == 1
    assert states() == {PEOPLE[0]: "sent", PEOPLE[1]: "waiting", PEOPLE[2]: "waiting"}
    assert send() == 1  # Nora's has to wait for its next attempt, so the last one has its turn
    assert states() == {PEOPLE[0]: "sent", PEOPLE[1]: "waiting", PEOPLE[2]: "sent"}


def test_mail_that_cannot_be_written_keeps_nobody_else_waiting(three):
    OutgoingMail.objects.filter(address=PEOPLE[1]).update(subject="two\nlines")
    assert send() == 2
    assert states()[PEOPLE[1]] == "waiting"


def test_bad_good_bye_changes_nothing(post, server):
    post()
    server("EndsBadly")
    assert send() == 1
    assert states() == {"nora@example.org": "sent"}


def test_crash_after_handing_over_repeats_the_mail_under_the_same_id(post, server):
    post()
    server("Dies")
    with pytest.raises(KeyboardInterrupt):
        send()
    assert states() == {"nora@example.org": "waiting"}
    server("Works")
    assert [send(), send(1)] == [0, 1]
    first, second = (m.message()["Message-ID"] for m in mail.outbox)
    assert first == second


def test_attempts_are_made_ever_less_often_up_to_an_hour(post, server):
    row = post()
    server("Down")
    tried_at = []
    for minute in range(300):
        before = row.attempts
        send(minute)
        row.refresh_from_db()
        if row.attempts > before:
            tried_at.append(minute)
    assert tried_at == [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]


def test_mail_is_given_up_after_a_day_and_forgets_what_it_said(post, server):
    row = post()
    server("Down")
    send(24 * 60 - 1)
    assert states() == {"nora@example.org": "waiting"}
    send(24 * 60)
    row.refresh_from_db()
    assert (row.state, row.subject, row.body, row.address) == ("given-up", "", "", "nora@example.org")
    server("Works")
    assert send(24 * 60 + 120) == 0
    assert mail.outbox == []


def test_mail_taken_by_the_server_counts_as_sent_even_if_given_up_meanwhile(post, monkeypatch):
    post()

    def late(self, messages):
        outbox._give_up(NOW + timedelta(days=1))
        return len(messages)

    monkeypatch.setattr(LocMem, "send_messages", late)
    assert send() == 1
    assert states() == {"nora@example.org": "sent"}


def test_mail_deleted_while_it_is_handed_over_stays_deleted(post, monkeypatch):
    row = post()

    def late(self, messages):
        outbox.drop_waiting(mail_id=row.pk)
        return len(messages)

    monkeypatch.setattr(LocMem, "send_messages", late)
    assert send() == 1
    assert states() == {}


def test_second_worker_leaves_a_mail_that_is_being_sent(post, monkeypatch):
    post()
    others = []

    def meanwhile(self, messages):
        others.append(send())
        return len(messages)

    monkeypatch.setattr(LocMem, "send_messages", meanwhile)
    assert send() == 1
    assert others == [0]


@pytest.mark.django_db(transaction=True)
def test_of_workers_at_once_one_sends(three):
    counts = []

    def work():
        try:
            counts.append(send())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 3
    assert sorted(m.to[0] for m in mail.outbox) == sorted(PEOPLE)


@pytest.mark.parametrize(
    "name", ["Works", "EmailBackend", "Down", "Slow", "Locked", "NoNora", "NoNoraText", "ClosesOnNora", "HangsUpOnNora"]
)
def test_log_names_ids_and_codes_only(three, server, name, caplog):
    server(name)
    with caplog.at_level("DEBUG"):
        send()
        send(24 * 60)
    assert ("mail." in caplog.text) is (name != "Works")
    for secret in ("example.org", "nora", "SECRET", "Your view", "192.0.2.1"):
        assert secret not in caplog.text.lower() + caplog.text


def test_log_tells_the_reply_code_of_a_refusal(three, server, caplog):
    server("NoNora")
    send()
    assert f"mail.refused id={three[1].pk} SMTPRecipientsRefused [550]" in caplog.text


# deleting and counting


def test_drop_mail_deletes_all_of_a_round_and_nothing_else(three, post):
    other = post(about=uuid4())
    send(-5)
    outbox.drop_mail(about=ABOUT)
    assert list(OutgoingMail.objects.all()) == [other]


def test_drop_waiting_spares_what_is_sent(post, server):
    sent = post("sent@example.org")
    send()
    outbox.drop_waiting(mail_id=sent.pk)
    assert states() == {"sent@example.org": "sent"}
    given_up = post("given-up@example.org", now=NOW - timedelta(days=2))
    server("Down")
    send()
    for row in (given_up, post("waiting@example.org")):
        outbox.drop_waiting(mail_id=row.pk)
    assert states() == {"sent@example.org": "sent"}


def test_counts_are_of_the_invitations_of_one_round(post, server):
    assert outbox.mail_counts(ABOUT) == (0, 0)
    post("a@example.org")
    post("b@example.org", kind=REMINDER)
    post("c@example.org", about=uuid4())
    send()
    post("d@example.org", now=NOW - timedelta(days=2))
    server("Down")
    send()
    for number in range(3):
        post(f"{number}@example.org")
    post("waiting@example.org", kind=REMINDER)
    counts = outbox.mail_counts(ABOUT)
    assert (counts.n_waiting, counts.n_given_up) == (3, 1)


def test_clinic_takes_its_mail_along(post, clinic):
    post()
    with rewriting():
        clinic.delete()
    assert not OutgoingMail.objects.exists()


def test_only_the_worker_sends():
    root = Path(outbox.__file__).parents[1]
    callers = {path.name for path in root.rglob("*.py") if "send_due_mail" in path.read_text(encoding="utf-8")}
    assert callers == {"outbox.py", "work.py"}
