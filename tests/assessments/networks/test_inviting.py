"""Links by which clinics join, and the limits of inviting: a link opens what it was made for, nobody is bombed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from assessments.clinics import actions as clinic_actions
from assessments.clinics import outbox
from assessments.clinics.models import MailTally, OutgoingMail
from assessments.clinics.policies import RefusedError
from assessments.networks import actions
from assessments.networks.invitation_actions import (
    TooManyInvitationsError,
    drop_expired_invitations,
    invite_clinics,
    withdraw_invitation,
)
from assessments.networks.invitation_list import Line
from assessments.networks.models import Level, Network, NetworkInvitation
from tests.assessments.conftest import NOW
from tests.assessments.networks.conftest import join_clinic

LATER = NOW + timedelta(days=1)


def invite(network, by, *lines, at=NOW):
    """Invite clinics, given as name and address, and give those that were invited before."""
    before = invite_clinics(by=by, network_id=network.pk, lines=[Line(*line) for line in lines], now=at)
    return [(line.clinic, line.email) for line in before]


def token_in(mail):
    """Give the token of the link in a mail."""
    found = re.search(r"/n/([\w-]+)/", mail.body)
    assert found
    return found[1]


HARBOUR = ("Harbour", "anna@example.org")
LAKESIDE = ("Lakeside", "ben@example.org")


# Joining by a link


def test_renewed_link_opens_and_the_one_before_does_not(network, consultant, clinic, lead):
    old = str(actions.joining_token(network))
    actions.make_new_link(by=consultant, network_id=network.pk)
    with pytest.raises(actions.LinkGoneError):
        actions.join(by=lead, token=old, clinic=clinic, level=Level.SCORES, now=NOW)
    assert join_clinic(network, clinic, lead).clinic == clinic


def test_link_is_long_and_different_for_each_network_and_number(network, consultant):
    second = actions.create_network(by=consultant, name="Region South", now=NOW)
    tokens = {actions.joining_token(network), actions.joining_token(second)}
    actions.make_new_link(by=consultant, network_id=network.pk)
    tokens.add(actions.joining_token(Network.objects.get(pk=network.pk)))
    assert len(tokens) == 3
    assert {len(str(token)) for token in tokens} == {32}
    assert network.link_hash not in tokens


def test_link_made_under_another_secret_cannot_be_shown(network, settings):
    settings.SECRET_KEY = "another-secret-that-is-long-enough-0123456789"
    assert actions.joining_token(network) is None


def test_link_of_an_invitation_works_once(network, clinic, lead, other_clinic, stranger):
    row = NetworkInvitation.objects.create(
        network=network,
        clinic_name="Harbour",
        email="lead@example.org",
        token_hash=clinic_actions.hash_of("token"),
        invited_at=NOW,
        expires_at=LATER,
    )
    for gone in ("nothing", "", "x" * 10_000, "\0", "\ud800", row.token_hash):
        with pytest.raises(actions.LinkGoneError):
            actions.find_joining(token=gone, now=NOW)
    with pytest.raises(actions.LinkGoneError):
        actions.find_joining(token="token", now=LATER)
    actions.join(by=lead, token="token", clinic=clinic, level=Level.SCORES, now=NOW)
    with pytest.raises(actions.LinkGoneError):
        actions.join(by=stranger, token="token", clinic=other_clinic, level=Level.SCORES, now=NOW)
    assert network.places.get().clinic == clinic


def test_invitation_is_not_used_up_by_somebody_who_may_not_join(network, clinic, lead, manager):
    NetworkInvitation.objects.create(
        network=network,
        clinic_name="Harbour",
        email="lead@example.org",
        token_hash=clinic_actions.hash_of("token"),
        invited_at=NOW,
        expires_at=LATER,
    )
    with pytest.raises(RefusedError):
        actions.join(by=manager, token="token", clinic=clinic, level=Level.ANSWERS, now=NOW)
    actions.join(by=lead, token="token", clinic=clinic, level=Level.SCORES, now=NOW)


# Invitations


def test_each_clinic_gets_a_link_of_its_own(network, consultant, clinic, lead):
    assert invite(network, consultant, HARBOUR, LAKESIDE) == []
    mails = OutgoingMail.objects.filter(kind=OutgoingMail.Kind.NETWORK_INVITATION).order_by("address")
    assert [(mail.address, mail.clinic, mail.about) for mail in mails] == [
        ("anna@example.org", None, network.pk),
        ("ben@example.org", None, network.pk),
    ]
    first, second = (token_in(mail) for mail in mails)
    assert first != second
    assert len(first) >= 32
    joining = actions.find_joining(token=first, now=NOW)
    assert joining.network == network
    assert joining.invitation == NetworkInvitation.objects.get(clinic_name="Harbour")
    actions.join(by=lead, token=first, clinic=clinic, level=Level.SCORES, now=NOW)
    assert [row.email for row in network.invitations.all()] == ["ben@example.org"]


def test_only_the_hash_of_a_link_is_kept(network, consultant):
    invite(network, consultant, HARBOUR)
    row, mail = NetworkInvitation.objects.get(), OutgoingMail.objects.get()
    assert row.token_hash == clinic_actions.hash_of(token_in(mail))
    assert (row.mail_id, row.invited_at, row.expires_at) == (mail.pk, NOW, NOW + timedelta(days=60))


@pytest.mark.parametrize("again", [HARBOUR, ("HARBOUR", "anna@example.org"), ("Harbour", "anna+ward@example.org")])
def test_who_was_invited_before_keeps_the_link(network, consultant, again):
    invite(network, consultant, HARBOUR)
    before = NetworkInvitation.objects.get().token_hash
    assert invite(network, consultant, again, LAKESIDE) == [again]
    assert NetworkInvitation.objects.get(clinic_name="Harbour").token_hash == before
    assert OutgoingMail.objects.count() == 2


def test_expired_invitation_is_made_anew(network, consultant):
    invite(network, consultant, HARBOUR)
    outbox.send_due_mail(now=NOW)
    much_later = NOW + timedelta(days=61)
    assert invite(network, consultant, HARBOUR, at=much_later) == []
    assert NetworkInvitation.objects.get().expires_at == much_later + timedelta(days=60)
    assert OutgoingMail.objects.waiting().count() == 1


def test_addresses_of_expired_invitations_are_forgotten_after_a_month(network, consultant):
    invite(network, consultant, HARBOUR)
    drop_expired_invitations(now=NOW + timedelta(days=89))
    assert NetworkInvitation.objects.exists()
    drop_expired_invitations(now=NOW + timedelta(days=90))
    assert not NetworkInvitation.objects.exists()


def test_withdrawn_invitation_opens_nothing_and_is_not_sent(network, consultant):
    invite(network, consultant, HARBOUR)
    row, token = NetworkInvitation.objects.get(), token_in(OutgoingMail.objects.get())
    for _ in range(2):
        withdraw_invitation(by=consultant, invitation=row)
    with pytest.raises(actions.LinkGoneError):
        actions.find_joining(token=token, now=NOW)
    assert not OutgoingMail.objects.exists()


def test_mail_that_was_sent_stays_counted_when_its_invitation_is_withdrawn(network, consultant):
    invite(network, consultant, HARBOUR)
    outbox.send_due_mail(now=NOW)
    withdraw_invitation(by=consultant, invitation=NetworkInvitation.objects.get())
    assert OutgoingMail.objects.get().state == OutgoingMail.State.SENT


def test_nobody_else_withdraws(network, consultant, colleague_consultant):
    invite(network, consultant, HARBOUR)
    with pytest.raises(RefusedError):
        withdraw_invitation(by=colleague_consultant, invitation=NetworkInvitation.objects.get())
    assert NetworkInvitation.objects.exists()


def test_inviting_waits_for_the_senders_own_address(network, consultant):
    EmailAddress.objects.update(verified=False)
    with pytest.raises(RefusedError, match="confirm your own e-mail address"):
        invite(network, consultant, HARBOUR)


def test_list_is_no_longer_than_a_list_may_be(network, consultant):
    lines = [(f"Clinic {n}", f"a{n}@example.org") for n in range(501)]
    with pytest.raises(TooManyInvitationsError, match="at most 500"):
        invite(network, consultant, *lines)
    assert not NetworkInvitation.objects.exists()


def test_mailbox_is_not_bombed_and_nobody_is_invited_by_half(network, consultant):
    lines = [(f"Clinic {n}", "anna@example.org") for n in range(outbox.MAILBOX_A_DAY_MAX + 1)]
    with pytest.raises(TooManyInvitationsError, match=r"in all or to anna@example\.org"):
        invite(network, consultant, LAKESIDE, *lines)
    assert not NetworkInvitation.objects.exists()
    assert not OutgoingMail.objects.exists()
    invite(network, consultant, LAKESIDE, *lines[:-1])
    with pytest.raises(TooManyInvitationsError):
        invite(network, consultant, lines[-1])
    assert invite(network, consultant, lines[-1], at=LATER) == []


def test_c10_consultant_sends_no_more_in_a_day_however_many_networks_they_make(
    network, consultant, colleague_consultant
):
    invite(network, consultant, HARBOUR)
    MailTally.objects.update(n_mails=outbox.SENDER_A_DAY_MAX)
    second = actions.create_network(by=consultant, name="Region South", now=NOW)
    for own in (network, second):
        with pytest.raises(TooManyInvitationsError):
            invite(own, consultant, LAKESIDE)
    elsewhere = actions.create_network(by=colleague_consultant, name="Region East", now=NOW)
    assert invite(elsewhere, colleague_consultant, LAKESIDE) == []


def test_consultant_cannot_find_out_to_whom_others_wrote_today(network, consultant, colleague_consultant, clinic):
    for _ in range(outbox.MAILBOX_A_DAY_MAX):
        outbox.post(
            kind=OutgoingMail.Kind.THERAPIST_INVITATION,
            clinic=clinic,
            about=network.pk,
            address="anna@example.org",
            subject="Your view",
            body="Open this.",
            now=NOW,
        )
    elsewhere = actions.create_network(by=colleague_consultant, name="Region East", now=NOW)
    lines = [(f"Clinic {n}", "anna@example.org") for n in range(outbox.MAILBOX_A_DAY_MAX)]
    invite(elsewhere, colleague_consultant, *lines)
    assert invite(network, consultant, *lines) == []
    assert outbox.is_full(sender=consultant, address="anna@example.org", now=NOW)
