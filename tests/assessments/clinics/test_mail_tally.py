"""How many invitations a mailbox and a clinic may have in a day; kept without addresses, and beyond a round."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from assessments.clinics import outbox
from assessments.clinics.models import MailTally, OutgoingMail
from tests.assessments.conftest import NOW

INVITATION, REMINDER = OutgoingMail.Kind.THERAPIST_INVITATION, OutgoingMail.Kind.THERAPIST_REMINDER
ABOUT = UUID("7b1f0a52-2a56-4c1c-9f57-0d1f6a3b8e11")


@pytest.fixture
def post(clinic):
    """Give a function that posts an invitation, unless told otherwise."""

    def post(address, **said):
        given = {"kind": INVITATION, "about": ABOUT, "subject": "Your view", "body": "Open this.", "now": NOW}
        return outbox.post(clinic=clinic, address=address, **{**given, **said})

    return post


def is_full(clinic, address, now=NOW):
    return outbox.is_full(sender=clinic, address=address, now=now)


def test_invitations_to_a_mailbox_count_over_clinics_and_spellings_and_reminders_do_not(post, clinic, other_clinic):
    for number in range(outbox.MAILBOX_A_DAY_MAX - 1):
        post(f"Nora+{number}@example.org.", about=uuid4())
        post("nora@example.org", kind=REMINDER)
    assert not is_full(other_clinic, "nora@example.org")

    post("NORA@example.org")

    assert is_full(other_clinic, "nora+9@example.org")
    assert not is_full(clinic, "milan@example.org")


def test_c10_limit_of_a_mailbox_outlives_the_rounds_and_ends_with_the_day(post, clinic):
    for _ in range(outbox.MAILBOX_A_DAY_MAX):
        post("nora@example.org")
    outbox.drop_mail(about=ABOUT)
    outbox.drop_tallies(now=NOW)
    assert is_full(clinic, "nora@example.org")

    outbox.drop_tallies(now=NOW + timedelta(days=1))

    assert not MailTally.objects.exists()
    assert not is_full(clinic, "nora@example.org", NOW + timedelta(days=1))


def test_c10_clinic_sends_so_many_invitations_a_day(post, clinic, other_clinic, monkeypatch):
    monkeypatch.setattr(outbox, "SENDER_A_DAY_MAX", 2)
    post("a@example.org")
    assert not is_full(clinic, "c@example.org")

    post("b@example.org")

    assert is_full(clinic, "c@example.org")
    assert not is_full(other_clinic, "c@example.org")


def test_sender_counts_first_so_that_two_lists_of_one_sender_go_one_after_the_other(post, lead, clinic):
    for sender in (clinic, lead):
        of_sender, of_mailbox = outbox._digests(sender, "nora@example.org")
        assert outbox._digests(sender, "milan@example.org")[0] == of_sender != of_mailbox


def test_tally_holds_no_address(post):
    post("nora@example.org")

    kept = str(list(MailTally.objects.values()))
    assert "nora" not in kept
    assert len(MailTally.objects.values_list("digest", flat=True)) == 2
