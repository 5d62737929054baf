"""Mail of networks: it belongs to no clinic, notes count for no limit, and its addresses go a week after it went."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail as django_mail
from django.db import IntegrityError, transaction

from assessments.clinics import outbox
from assessments.clinics.models import MailTally, OutgoingMail
from tests.assessments.conftest import NOW

NETWORK = UUID("3d2a7e10-96f4-4a1e-8b59-1f0c2d3e4f50")
OTHER = UUID("3d2a7e10-96f4-4a1e-8b59-1f0c2d3e4f51")
INVITATION, NOTICE = OutgoingMail.Kind.NETWORK_INVITATION, OutgoingMail.Kind.NETWORK_NOTICE

pytestmark = pytest.mark.django_db


@pytest.fixture
def invite(stranger):
    """Give a function that posts an invitation of a network."""

    def invite(address="anna@example.org", about=NETWORK, by=stranger):
        return outbox.post(
            kind=INVITATION,
            clinic=None,
            by=by,
            about=about,
            address=address,
            subject="Join",
            body="/n/SECRET/\n",
            now=NOW,
        )

    return invite


def tell(*addresses, subject="News"):
    outbox.post_to_all(kind=NOTICE, about=NETWORK, addresses=addresses, subject=subject, body="Hello\n", now=NOW)


def test_note_is_written_to_each_and_due_at_once():
    tell("a@example.org", "b@example.org", subject="News\r\nBcc: all@example.org")
    rows = OutgoingMail.objects.due(now=NOW).filter(clinic=None, about=NETWORK).values_list("address", "subject")
    assert sorted(rows) == [
        ("a@example.org", "News Bcc: all@example.org"),
        ("b@example.org", "News Bcc: all@example.org"),
    ]
    assert outbox.send_due_mail(now=NOW) == 2


def test_notes_go_last(invite):
    tell("a@example.org", "b@example.org")
    invite("c@example.org")
    OutgoingMail.objects.filter(kind=INVITATION).update(created_at=NOW + timedelta(minutes=1))
    outbox.send_due_mail(now=NOW + timedelta(minutes=1))
    first, *others = (mail.to for mail in django_mail.outbox)
    assert first == ["c@example.org"]
    assert sorted(others) == [["a@example.org"], ["b@example.org"]]


def test_note_to_nobody_is_none():
    tell()
    assert not OutgoingMail.objects.exists()


def test_notes_to_thousands_are_written_in_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        tell(*(f"a{n}@example.org" for n in range(3000)))
    assert OutgoingMail.objects.count() == 3000


def test_limits_count_invitations_and_no_notes(invite, stranger):
    tell(*["anna@example.org"] * 10)
    assert not MailTally.objects.exists()
    for about in (NETWORK, OTHER) * (outbox.MAILBOX_A_DAY_MAX // 2):
        assert not outbox.is_full(sender=stranger, address="anna@example.org", now=NOW)
        invite(about=about)
    assert outbox.is_full(sender=stranger, address="ANNA+x@example.org", now=NOW)
    assert not outbox.is_full(sender=stranger, address="ben@example.org", now=NOW)
    assert not outbox.is_full(sender=stranger, address="anna@example.org", now=NOW + timedelta(days=1))


def test_each_consultant_has_a_day_of_their_own_and_so_have_clinics(invite, stranger, lead, clinic):
    invite()
    MailTally.objects.update(n_mails=outbox.SENDER_A_DAY_MAX)
    assert outbox.is_full(sender=stranger, address="ben@example.org", now=NOW)
    for sender in (lead, clinic):
        for address in ("anna@example.org", "ben@example.org"):
            assert not outbox.is_full(sender=sender, address=address, now=NOW)


def test_invitation_that_would_count_for_nobody_is_not_posted(invite):
    with pytest.raises(TypeError):
        invite(by=None)
    assert not OutgoingMail.objects.exists()


def test_counts_are_of_invitations_of_one_network(invite):
    invite()
    invite("ben@example.org", about=OTHER)
    tell("cleo@example.org")
    assert outbox.mail_counts(NETWORK) == (1, 0)
    OutgoingMail.objects.filter(about=NETWORK, kind=INVITATION).update(state="given-up", subject="", body="")
    assert outbox.mail_counts(NETWORK) == (0, 1)


@pytest.mark.parametrize(("days", "is_kept"), [(6, True), (8, False)])
@pytest.mark.parametrize("state", ["sent", "given-up"])
def test_address_goes_a_week_after_the_mail(invite, state, days, is_kept):
    invite()
    tell("ben@example.org")
    OutgoingMail.objects.update(state=state, subject="", body="")
    outbox.drop_old_mail(now=NOW + timedelta(days=days))
    assert OutgoingMail.objects.exists() is is_kept


def test_mail_that_waits_and_mail_of_clinics_stay(invite, clinic):
    invite()
    kind = OutgoingMail.Kind.THERAPIST_INVITATION
    said = {"kind": kind, "clinic": clinic, "about": OTHER, "address": "t@example.org", "subject": "S", "body": "B"}
    sent = outbox.post(**said, now=NOW)
    OutgoingMail.objects.filter(pk=sent.pk).update(state="sent", subject="", body="")
    outbox.drop_old_mail(now=NOW + timedelta(days=99))
    assert OutgoingMail.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "has_clinic", "is_refused"),
    [
        ("network-invitation", False, False),
        ("network-notice", False, False),
        ("network-invitation", True, True),
        ("network-notice", True, True),
        ("therapist-invitation", False, True),
        ("therapist-reminder", False, True),
        ("therapist-reminder", True, False),
    ],
)
def test_mail_belongs_to_a_clinic_exactly_when_it_is_to_therapists(clinic, kind, has_clinic, is_refused):
    row = OutgoingMail(
        kind=kind,
        clinic=clinic if has_clinic else None,
        about=NETWORK,
        address="a@example.org",
        subject="S",
        body="B",
        created_at=NOW,
        next_attempt_at=NOW,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        assert is_refused
    else:
        assert not is_refused
