"""The writers of clinics and people: what they change, what they refuse, what they keep on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from assessments.clinics import actions, policies
from assessments.clinics.mails import MailNotSentError
from assessments.clinics.models import AuditEvent, Clinic, ManagerInvitation, Membership, ResultViewer, Role
from tests.assessments.clinics.conftest import token_in
from tests.assessments.conftest import NOW, join, make_user

DETAILS: dict[str, Any] = {"country": "", "setting": "", "n_therapists": None, "time_zone": "UTC"}


def acts(clinic):
    """The acts on record, oldest first."""
    return list(AuditEvent.objects.filter(clinic=clinic).order_by("pk").values_list("act", flat=True))


def roles(clinic):
    """Who is what."""
    return dict(Membership.objects.filter(clinic=clinic).values_list("user__email", "role"))


def viewing(clinic):
    """Who may see the results, and from when until when, in hours after everything was made."""
    hours = lambda at: at and (at - NOW) / timedelta(hours=1)  # noqa: E731
    rows = ResultViewer.objects.filter(clinic=clinic).order_by("since", "user__email")
    return [(row.user.email, hours(row.since), hours(row.until)) for row in rows.select_related("user")]


def test_create_makes_a_lead(lead, clinic):
    assert roles(clinic) == {lead.email: "lead"}
    assert acts(clinic) == ["clinic-created"]


@pytest.mark.parametrize(
    "name", ["Harbour Clinic", "HARBOUR  clinic", "Harbour\u200d Clinic", "Ｈarbour Clinic"], ids=ascii
)
def test_create_refuses_a_name_that_looks_the_same(lead, clinic, name):
    with pytest.raises(actions.NameTakenError):
        actions.create_clinic(by=lead, name=name, now=NOW)
    assert Clinic.objects.count() == 1


def test_names_give_no_rights_and_take_none(stranger, clinic):
    twin = actions.create_clinic(by=stranger, name=clinic.name, now=NOW)
    assert not policies.can_view(stranger, clinic)
    assert policies.can_lead(stranger, twin)


def test_change_saves_and_records(lead, clinic):
    actions.change_clinic(by=lead, clinic=clinic, name="New name", now=NOW, **{**DETAILS, "n_therapists": 7})
    clinic.refresh_from_db()
    assert (clinic.name, clinic.name_key, clinic.n_therapists) == ("New name", "new name", 7)
    assert acts(clinic)[-1] == "clinic-changed"


def test_change_by_manager_is_refused(manager, clinic):
    with pytest.raises(policies.RefusedError):
        actions.change_clinic(by=manager, clinic=clinic, name="Mine now", now=NOW, **DETAILS)
    clinic.refresh_from_db()
    assert clinic.name == "Harbour Clinic"


def test_change_to_the_name_of_another_own_clinic_is_refused(lead, clinic):
    actions.create_clinic(by=lead, name="Second", now=NOW)
    with pytest.raises(actions.NameTakenError):
        actions.change_clinic(by=lead, clinic=clinic, name="second", now=NOW, **DETAILS)


def test_invite_keeps_only_a_hash_and_sends_the_link(lead, clinic, settings):
    settings.BASE_URL = "https://readiness.example.org"
    invitation = actions.invite_manager(by=lead, clinic=clinic, email="New@Example.org ", now=NOW)
    body = mail.outbox[0].body
    token = token_in(str(body))
    assert len(token) * 6 >= 128
    assert f"https://readiness.example.org/join/{token}/" in body
    assert (invitation.email, mail.outbox[0].to) == ("new@example.org", ["new@example.org"])
    assert invitation.token_hash == actions.hash_of(token)
    assert token not in str(ManagerInvitation.objects.values().get())
    assert acts(clinic)[-1] == "manager-invited"


def test_invite_sends_the_same_mail_to_an_address_with_an_account(lead, clinic, stranger):
    bodies = []
    for address in (stranger.email, "nobody@example.org"):
        actions.invite_manager(by=lead, clinic=clinic, email=address, now=NOW)
        bodies.append(mail.outbox[-1].body.replace(token_in(str(mail.outbox[-1].body)), ""))
    assert bodies[0] == bodies[1]


def test_invite_again_takes_the_place_of_the_first(lead, clinic, token):
    actions.invite_manager(by=lead, clinic=clinic, email="new@example.org", now=NOW)
    assert ManagerInvitation.objects.count() == 1
    with pytest.raises(actions.InvitationGoneError):
        actions.find_invitation(token=token, now=NOW)


def test_invite_changes_nothing_when_the_mail_cannot_go(lead, clinic, settings, token):
    settings.EMAIL_BACKEND = "tests.assessments.clinics.broken_mail.EmailBackend"
    for address in ("new@example.org", "second@example.org"):
        with pytest.raises(MailNotSentError):
            actions.invite_manager(by=lead, clinic=clinic, email=address, now=NOW)
    assert actions.find_invitation(token=token, now=NOW).email == "new@example.org"
    assert ManagerInvitation.objects.count() == 1
    assert acts(clinic) == ["clinic-created", "manager-invited"]


def test_invite_refuses_members(lead, manager, clinic):
    with pytest.raises(actions.AlreadyMemberError):
        actions.invite_manager(by=lead, clinic=clinic, email=manager.email.upper(), now=NOW)
    assert mail.outbox == []


def test_invite_refuses_a_manager(manager, clinic):
    with pytest.raises(policies.RefusedError):
        actions.invite_manager(by=manager, clinic=clinic, email="x@example.org", now=NOW)
    assert mail.outbox == []


def test_invite_stops_at_the_limit_until_one_expires(lead, clinic, monkeypatch):
    monkeypatch.setattr(policies, "MANAGERS_OPEN_MAX", 2)
    for number in range(2):
        actions.invite_manager(by=lead, clinic=clinic, email=f"{number}@example.org", now=NOW)
    with pytest.raises(actions.TooManyInvitationsError):
        actions.invite_manager(by=lead, clinic=clinic, email="2@example.org", now=NOW)
    actions.invite_manager(by=lead, clinic=clinic, email="1@example.org", now=NOW)
    actions.invite_manager(by=lead, clinic=clinic, email="2@example.org", now=NOW + timedelta(days=15))


def test_invite_stops_after_many_in_a_day(lead, clinic, monkeypatch):
    monkeypatch.setattr(policies, "INVITATIONS_A_DAY_MAX", 2)
    for _ in range(2):
        actions.invite_manager(by=lead, clinic=clinic, email="same@example.org", now=NOW)
    with pytest.raises(actions.TooManyInvitationsError):
        actions.invite_manager(by=lead, clinic=clinic, email="same@example.org", now=NOW + timedelta(hours=23))
    actions.invite_manager(by=lead, clinic=clinic, email="same@example.org", now=NOW + timedelta(hours=25))


def test_name_with_a_link_or_newline_stays_out_of_the_subject(lead, clinic):
    clinic.name = "Bad\r\nBcc: all@example.org https://evil.example"
    actions.invite_manager(by=lead, clinic=clinic, email="new@example.org", now=NOW)
    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert "evil" not in message["Subject"]


def test_accept_makes_a_manager_once(token, stranger, clinic):
    actions.accept_invitation(by=stranger, token=token, now=NOW)
    assert roles(clinic)[stranger.email] == "manager"
    assert acts(clinic)[-1] == "manager-joined"
    with pytest.raises(actions.InvitationGoneError):
        actions.accept_invitation(by=make_user("late@example.org"), token=token, now=NOW)


def test_accept_by_a_member_changes_nothing(token, lead, clinic):
    membership = actions.accept_invitation(by=lead, token=token, now=NOW)
    assert membership.role == Role.LEAD
    assert ManagerInvitation.objects.count() == 1


@pytest.mark.parametrize("wrong", ["", "x", "A" * 10_000, "\udc80", "' OR 1=1"], ids=ascii)
def test_accept_refuses_an_unknown_token(token, stranger, clinic, wrong):
    with pytest.raises(actions.InvitationGoneError):
        actions.accept_invitation(by=stranger, token=wrong, now=NOW)
    assert stranger.email not in roles(clinic)


def test_accept_refuses_an_old_invitation(lead, stranger, clinic):
    actions.invite_manager(by=lead, clinic=clinic, email="new@example.org", now=NOW)
    token = token_in(str(mail.outbox[-1].body))
    with pytest.raises(actions.InvitationGoneError):
        actions.accept_invitation(by=stranger, token=token, now=NOW + timedelta(days=14))
    actions.accept_invitation(by=stranger, token=token, now=NOW + timedelta(days=14, seconds=-1))


def test_every_kind_of_dead_link_costs_the_same(token, lead, clinic, django_assert_num_queries):
    actions.invite_manager(by=lead, clinic=clinic, email="old@example.org", now=NOW - timedelta(days=60))
    old = token_in(str(mail.outbox[-1].body))
    for dead in ("never-was", "x" * 5_000, old):
        with django_assert_num_queries(1), pytest.raises(actions.InvitationGoneError):
            actions.find_invitation(token=dead, now=NOW)


def test_withdraw_kills_the_link(token, lead, stranger):
    invitation = ManagerInvitation.objects.get()
    actions.withdraw_invitation(by=lead, invitation=invitation, now=NOW)
    actions.withdraw_invitation(by=lead, invitation=invitation, now=NOW)
    with pytest.raises(actions.InvitationGoneError):
        actions.accept_invitation(by=stranger, token=token, now=NOW)
    assert acts(invitation.clinic).count("invitation-withdrawn") == 1


def test_withdraw_by_manager_is_refused(token, manager):
    with pytest.raises(policies.RefusedError):
        actions.withdraw_invitation(by=manager, invitation=ManagerInvitation.objects.get(), now=NOW)
    assert ManagerInvitation.objects.count() == 1


def test_hand_over_swaps_roles(lead, manager, clinic):
    actions.hand_over_lead(by=lead, clinic=clinic, to=manager, now=NOW)
    assert roles(clinic) == {lead.email: "manager", manager.email: "lead"}
    assert acts(clinic)[-1] == "lead-handed-over"
    with pytest.raises(policies.RefusedError):
        actions.hand_over_lead(by=lead, clinic=clinic, to=lead, now=NOW)


@pytest.mark.parametrize("to", ["lead", "stranger", "admin"])
def test_hand_over_refuses_whoever_is_no_manager(request, lead, clinic, to):
    with pytest.raises(policies.RefusedError):
        actions.hand_over_lead(by=lead, clinic=clinic, to=request.getfixturevalue(to), now=NOW)
    assert roles(clinic) == {lead.email: "lead"}


def test_hand_over_to_a_closed_account_is_refused(lead, manager, clinic):
    manager.is_active = False
    manager.save()
    with pytest.raises(policies.RefusedError):
        actions.hand_over_lead(by=lead, clinic=clinic, to=manager, now=NOW)


def test_hand_over_by_a_manager_is_refused(lead, manager, clinic):
    with pytest.raises(policies.RefusedError):
        actions.hand_over_lead(by=manager, clinic=clinic, to=manager, now=NOW)
    assert roles(clinic)[lead.email] == "lead"


def test_leave_takes_the_place_away(manager, clinic):
    actions.leave(by=manager, clinic=clinic, now=NOW)
    assert manager.email not in roles(clinic)
    assert acts(clinic)[-1] == "manager-left"


@pytest.mark.parametrize("person", ["lead", "stranger"])
def test_leave_is_refused(request, lead, clinic, person):
    with pytest.raises(policies.RefusedError):
        actions.leave(by=request.getfixturevalue(person), clinic=clinic, now=NOW)
    assert roles(clinic) == {lead.email: "lead"}


def test_remove_takes_the_place_away(lead, manager, clinic):
    row = Membership.objects.get(user=manager)
    actions.remove_manager(by=lead, membership=row, now=NOW)
    assert manager.email not in roles(clinic)
    assert acts(clinic)[-1] == "manager-removed"
    with pytest.raises(Membership.DoesNotExist):
        actions.remove_manager(by=lead, membership=row, now=NOW)


@pytest.mark.parametrize(("by", "whom"), [("lead", "lead"), ("manager", "lead"), ("manager", "manager")])
def test_remove_is_refused(request, manager, clinic, by, whom):
    row = Membership.objects.get(user=request.getfixturevalue(whom))
    with pytest.raises(policies.RefusedError):
        actions.remove_manager(by=request.getfixturevalue(by), membership=row, now=NOW)
    assert len(roles(clinic)) == 2


def test_acts_name_ids_and_no_address(lead, manager, clinic):
    actions.invite_manager(by=lead, clinic=clinic, email="new@example.org", now=NOW)
    actions.remove_manager(by=lead, membership=Membership.objects.get(user=manager), now=NOW)
    assert all("@" not in subject for subject in AuditEvent.objects.values_list("subject", flat=True))


def test_members_see_results_from_joining_to_leaving(lead, manager, clinic):
    assert viewing(clinic) == [(lead.email, 0, None), (manager.email, 0, None)]
    actions.leave(by=manager, clinic=clinic, now=NOW + timedelta(hours=2))
    assert viewing(clinic) == [(lead.email, 0, None), (manager.email, 0, 2)]


def test_removed_manager_no_longer_sees_results_until_joining_again(lead, manager, clinic):
    row = Membership.objects.get(user=manager)
    actions.remove_manager(by=lead, membership=row, now=NOW + timedelta(hours=3))
    assert viewing(clinic) == [(lead.email, 0, None), (manager.email, 0, 3)]
    join(clinic, manager)
    assert (manager.email, 0, None) in viewing(clinic)
    assert len(viewing(clinic)) == 3


def test_accept_by_a_member_opens_no_second_time(token, lead, clinic):
    actions.accept_invitation(by=lead, token=token, now=NOW + timedelta(hours=1))
    assert viewing(clinic) == [(lead.email, 0, None)]


def test_handing_over_and_closing_an_account_leave_the_viewers_as_they_are(lead, manager, clinic, admin):
    before = viewing(clinic)
    actions.hand_over_lead(by=lead, clinic=clinic, to=manager, now=NOW + timedelta(hours=1))
    manager.is_active = False
    manager.save()
    heir = Membership.objects.get(user=lead)
    actions.replace_closed_lead(by=admin, heir=heir, now=NOW + timedelta(hours=2))
    assert viewing(clinic) == before


def test_seeing_results_begins_and_ends_once(stranger, clinic, lead):
    for hour in (1, 2):
        actions.let_see_results(clinic_ids=[clinic.pk], user_ids=[stranger.pk], at=NOW + timedelta(hours=hour))
    for hour in (3, 4):
        actions.stop_seeing_results(clinic_ids=[clinic.pk], user_ids=[stranger.pk], at=NOW + timedelta(hours=hour))
    assert viewing(clinic) == [(lead.email, 0, None), (stranger.email, 1, 3)]


def test_seeing_results_never_ends_before_it_began(stranger, clinic, lead):
    actions.let_see_results(clinic_ids=[clinic.pk], user_ids=[stranger.pk], at=NOW)
    actions.stop_seeing_results(clinic_ids=[clinic.pk], user_ids=[stranger.pk], at=NOW - timedelta(hours=1))
    assert viewing(clinic) == [(lead.email, 0, None), (stranger.email, 0, 0)]


def test_right_that_ends_leaves_the_other_rights(stranger, clinic, lead):
    for hour, right in enumerate(("membership", "a network")):
        at = NOW + timedelta(hours=hour)
        actions.let_see_results(clinic_ids=[clinic.pk], user_ids=[stranger.pk], right=right, at=at)
    actions.stop_seeing_results(clinic_ids=[clinic.pk], user_ids=[stranger.pk], at=NOW + timedelta(hours=2))
    assert viewing(clinic) == [(lead.email, 0, None), (stranger.email, 0, 2), (stranger.email, 1, None)]
