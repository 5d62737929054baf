"""The outbox and a mail server that really speaks SMTP: one conversation a pass, and what its replies do."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from uuid import uuid4

import pytest

from assessments.clinics import outbox
from assessments.clinics.models import OutgoingMail
from tests.assessments.clinics.smtp_server import smtp_server
from tests.assessments.conftest import NOW

PEOPLE = ("first@example.org", "nora@example.org", "last@example.org")


@pytest.fixture
def server(settings):
    """A mail server, and the settings that lead to it."""
    with smtp_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


@pytest.fixture
def three(clinic):
    """Three mails that are due, in the order of PEOPLE."""
    return [
        outbox.post(
            kind=OutgoingMail.Kind.THERAPIST_INVITATION,
            clinic=clinic,
            about=uuid4(),
            address=address,
            subject="Votre avis – Clinique de Zürich",
            body="À ouvrir :\nhttp://testserver/r/SECRET/\n",
            now=NOW + timedelta(minutes=n - 5),
        )
        for n, address in enumerate(PEOPLE)
    ]


def sent():
    """Who was sent a mail."""
    return set(OutgoingMail.objects.filter(state="sent").values_list("address", flat=True))


def test_three_mails_travel_in_one_conversation(three, server):
    assert outbox.send_due_mail(now=NOW) == 3
    assert server.n_connections == 1
    received = [message_from_bytes(text) for text in server.taken]
    assert [message["To"] for message in received] == list(PEOPLE)
    assert [message["Message-ID"] for message in received] == [f"<{row.pk}@testserver>" for row in three]
    assert "À ouvrir".encode() in server.taken[0]


@pytest.mark.parametrize(
    ("reply", "people"),
    [
        ("550 no such mailbox", {"first@example.org", "last@example.org"}),
        ("451 try again later", {"first@example.org", "last@example.org"}),
        ("421 too busy", {"first@example.org"}),
        ("what?", {"first@example.org"}),
    ],
)
def test_reply_to_one_address_decides_about_the_others(three, server, reply, people):
    server.replies["nora@example.org"] = reply
    assert outbox.send_due_mail(now=NOW) == len(people)
    assert sent() == people
    server.replies.clear()
    outbox.send_due_mail(now=NOW + timedelta(minutes=1))
    assert sent() == set(PEOPLE)


def test_server_that_is_gone_is_waited_for(three, server, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert outbox.send_due_mail(now=NOW) == 0
    settings.EMAIL_PORT = port
    assert outbox.send_due_mail(now=NOW + timedelta(minutes=1)) == 3


def test_server_that_says_nothing_is_not_waited_for_long(three, server, settings):
    settings.EMAIL_TIMEOUT = 0.05
    server.replies["first@example.org"] = None
    assert outbox.send_due_mail(now=NOW) == 0
    assert sent() == set()
