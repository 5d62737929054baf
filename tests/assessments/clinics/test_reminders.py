"""Turning reminders off: by the settings, by the link in the mail, by the mailbox's own button."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.test import Client

from assessments.clinics import actions, outbox
from assessments.clinics.models import OutgoingMail, User
from assessments.clinics.reminder_links import SETTINGS, link_of, token_of
from tests.assessments.conftest import NOW, signed_in

KINDS = list(SETTINGS)


def is_on(user: User, kind: OutgoingMail.Kind) -> bool:
    user.refresh_from_db()
    return bool(getattr(user, SETTINGS[kind]))


def post(clinic, kind, address="lead@example.org"):
    outbox.post(kind=kind, clinic=clinic, about=clinic.pk, address=address, subject="S", body="B\n", now=NOW)


@pytest.mark.parametrize("kind", KINDS)
def test_link_is_looked_at_without_effect_and_one_click_turns_that_kind_off(lead, clinic, kind):
    """Whoever presses, a person on the page or a mailbox that never saw it, has neither account nor form token here."""
    other = next(one for one in KINDS if one is not kind)
    post(clinic, kind)
    post(clinic, other)
    browser, address = Client(enforce_csrf_checks=True), f"/reminders/off/{token_of(lead, kind)}/"
    for _ in range(2):
        page = browser.get(address)
        assert page.status_code == 200
        assert "Turn these reminders off" in page.content.decode()
        assert is_on(lead, kind)
    for _ in range(2):
        done = browser.post(address, {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        assert "These reminders are off" in done.content.decode()
    assert not browser.cookies
    assert not is_on(lead, kind)
    assert is_on(lead, other)
    assert OutgoingMail.objects.get().kind == other  # what waited is not sent any more


@pytest.mark.parametrize("method", ["get", "post"])
def test_link_that_is_not_ours_turns_nothing_off(lead, method):
    token = token_of(lead, KINDS[0])
    gone = token_of(User(pk=lead.pk + 999), KINDS[0])
    for wrong in (token[:-1], token.replace(":", ".", 1), f"x{token}", "x", "é:x", gone):
        assert getattr(Client(), method)(f"/reminders/off/{wrong}/").status_code == 404
    assert is_on(lead, KINDS[0])


def test_mail_carries_the_link_in_its_headers_and_no_other_mail_does(lead, clinic):
    for kind in KINDS:
        post(clinic, kind)
    post(clinic, OutgoingMail.Kind.THERAPIST_INVITATION)
    assert outbox.send_due_mail(now=NOW) == 3
    headers = [one.extra_headers for one in django_mail.outbox]
    with_way_out = [one for one in headers if "List-Unsubscribe" in one]
    assert [one["List-Unsubscribe-Post"] for one in with_way_out] == ["List-Unsubscribe=One-Click"] * 2
    for one in with_way_out:
        link = re.fullmatch(r"<http[^>]+(/reminders/off/[^>]+/)>", one["List-Unsubscribe"])
        assert link is not None
        assert Client().post(link[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not any(is_on(lead, kind) for kind in KINDS)


def remove(lead, manager, clinic):
    actions.remove_manager(by=lead, membership=clinic.memberships.get(user=manager), now=NOW)


def leave(lead, manager, clinic):
    actions.leave(by=manager, clinic=clinic, now=NOW)


def hand_over(lead, manager, clinic):
    actions.hand_over_lead(by=lead, clinic=clinic, to=manager, now=NOW)


def close_accounts(lead, manager, clinic):
    User.objects.update(is_active=False)


def turn_actions_off(lead, manager, clinic):
    User.objects.update(is_reminded_of_actions=False)


def change_addresses(lead, manager, clinic):
    User.objects.filter(pk=lead.pk).update(email="new@example.org")


def join_elsewhere(lead, manager, clinic):
    """Being a member of another clinic gives no right to this one's mail."""
    remove(lead, manager, clinic)
    actions.create_clinic(by=manager, name="Lake Clinic", now=NOW)


LEADS_CLOSING, LEADS_ACTIONS, MANAGERS = "closing lead", "actions lead", "actions manager"


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        (None, {LEADS_CLOSING, LEADS_ACTIONS, MANAGERS}),
        (remove, {LEADS_CLOSING, LEADS_ACTIONS}),
        (leave, {LEADS_CLOSING, LEADS_ACTIONS}),
        (join_elsewhere, {LEADS_CLOSING, LEADS_ACTIONS}),
        (hand_over, {LEADS_CLOSING, LEADS_ACTIONS, MANAGERS}),  # who led is a manager now
        (close_accounts, set()),
        (turn_actions_off, {LEADS_CLOSING}),
        (change_addresses, {MANAGERS}),
    ],
)
def test_reminder_goes_to_nobody_who_may_not_get_it_any_more(lead, manager, clinic, change, sent):
    """Asked at every hand-over, so after a mail server that was down too."""
    for subject in (LEADS_CLOSING, LEADS_ACTIONS, MANAGERS):
        kind, who = subject.split()
        outbox.post(
            kind=OutgoingMail.Kind(f"{kind}-reminder"),
            clinic=clinic,
            about=clinic.pk,
            address=f"{who.title()}@example.org",  # in whatever spelling
            subject=subject,
            body="Ask for money\n",
            now=NOW,
        )
    OutgoingMail.objects.update(attempts=3)
    if change:
        change(lead, manager, clinic)
    assert outbox.send_due_mail(now=NOW) == len(sent)
    assert {one.subject for one in django_mail.outbox} == sent
    assert OutgoingMail.objects.count() == len(sent)  # the others are gone, with what they said


@pytest.mark.parametrize("is_wanted", [True, False])
def test_reminder_of_closing_that_waits_goes_to_who_leads_now_with_their_own_link(lead, manager, clinic, is_wanted):
    kind = OutgoingMail.Kind.CLOSING_REMINDER
    outbox.post(
        kind=kind, clinic=clinic, about=clinic.pk, address=lead.email, subject="S", body=link_of(lead, kind), now=NOW
    )
    hand_over(lead, manager, clinic)
    User.objects.filter(pk=manager.pk).update(is_reminded_of_closing=is_wanted)
    assert outbox.send_due_mail(now=NOW) == is_wanted
    assert [(one.to, one.body) for one in django_mail.outbox] == [([manager.email], link_of(manager, kind))] * is_wanted
    assert OutgoingMail.objects.filter(address=manager.email).count() == OutgoingMail.objects.count() == is_wanted


def test_two_workers_never_delete_what_the_other_has_in_hand(lead, manager, clinic, monkeypatch):
    """The other worker took the mail while this one asked who may get it."""
    post(clinic, OutgoingMail.Kind.ACTIONS_REMINDER, manager.email)

    def taken_meanwhile(mail):
        OutgoingMail.objects.filter(pk=mail.pk).update(attempts=1, next_attempt_at=NOW + timedelta(minutes=1))
        return False

    monkeypatch.setattr(outbox, "may_still_go", taken_meanwhile)
    assert outbox.send_due_mail(now=NOW) == 0
    assert OutgoingMail.objects.get().attempts == 1


def test_address_goes_a_week_after_the_mail(clinic):
    post(clinic, KINDS[0])
    post(clinic, KINDS[1])
    outbox.send_due_mail(now=NOW)
    for days, n_left in ((6, 2), (8, 0)):
        outbox.drop_old_mail(now=NOW + timedelta(days=days))
        assert OutgoingMail.objects.count() == n_left


def test_settings_show_and_keep_the_choice(lead):
    browser = signed_in(lead)
    assert browser.get("/accounts/reminders/").content.decode().count("checked") == 2
    saved = browser.post("/accounts/reminders/", {"is_reminded_of_actions": "on"}, follow=True)
    assert "Your choice is saved." in saved.content.decode()
    assert [is_on(lead, kind) for kind in KINDS] == [False, True]
