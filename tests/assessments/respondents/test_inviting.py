"""Inviting, withdrawing, declining, reminding: who may, whom, how often, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import settings

from assessments.clinics import actions as clinic_actions
from assessments.clinics import outbox
from assessments.clinics.models import AuditEvent, Clinic, OutgoingMail, User
from assessments.clinics.policies import RefusedError
from assessments.respondents import actions, policies, upkeep
from assessments.respondents.addresses import read_addresses
from assessments.respondents.models import Invitation, Refusal, Submission
from assessments.rounds.models import Participation, Round
from assessments.rounds.policies import RoundClosedError
from tests.assessments.conftest import NOW, join, make_user, open_round_of
from tests.assessments.respondents.conftest import NOON, Team, Therapist


def test_pasted_list_is_taken_apart_and_its_garbage_named():
    found, refused = read_addresses(
        "a@example.org; Bea <b@example.org>\nnonsense,\tc@example.org\n\nx@y\n\x00@example.org"
    )
    assert [one.text for one in found] == ["a@example.org", "b@example.org", "c@example.org"]
    assert [(one.text, one.reason) for one in refused] == [
        ("nonsense", "This is not an e-mail address."),
        ("x@y", "This is not an e-mail address."),
        ("\x00@example.org", "This is not an e-mail address."),
    ]


def test_addresses_may_be_parted_by_spaces_and_names_may_hold_them() -> None:
    found, refused = read_addresses(
        "a@example.org b@example.org\xa0 c@example.org\n"
        "Dora van Dijk <d@example.org> Eva <e@example.org>\nMy team f@example.org"
    )
    assert [one.key[0] for one in found] == ["a", "b", "c", "d", "e"]
    assert [one.text for one in refused] == ["My team f@example.org"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("t@example.org", "T@Example.org"),
        ("t@example.org", "t+work@example.org"),
        ("t@example.org", "Tess <t@example.org>"),
        ("t@bücher.example", "t@xn--bcher-kva.example"),
    ],
    ids=["case", "tag", "name", "host"],
)
def test_r18_spellings_of_one_mailbox_are_invited_once(team: Team, one: str, other: str) -> None:
    assert team.invite(f"{one}\n{other}").n_new == 1
    again = team.invite(other)
    assert (again.n_new, again.n_known) == (0, 1)
    assert Invitation.objects.count() == OutgoingMail.objects.count() == 1


def test_mailboxes_count_in_one_order_so_that_two_lists_at_once_do_not_wait_for_each_other(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    monkeypatch.setattr(outbox, "_count", lambda sender, address, now: counted.append(address))
    team.invite("C@example.org\na@example.org\nB@example.org")
    assert counted == ["a@example.org", "B@example.org", "C@example.org"]


def test_what_cannot_be_invited_does_not_keep_others_from_it(team: Team, manager: User) -> None:
    invited = team.invite(f"t@example.org\nnonsense\n{manager.email}\nLEAD+x@example.org")
    assert invited.n_new == 1
    assert [one.text for one in invited.refused] == ["nonsense", "LEAD+x@example.org", manager.email]
    assert team.round.clinic.acts.filter(act=AuditEvent.Act.THERAPISTS_INVITED).count() == 1


def test_inviting_begins_the_coarse_count(team: Team) -> None:
    team.invite_some(2)
    team.round.refresh_from_db()
    assert team.round.n_invited == 2
    assert (team.round.participation, team.round.participation_on) == (Participation.FEWER, NOW.date())


def test_round_invites_no_more_than_it_may(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "INVITED_MAX", 2)
    invited = team.invite("a@example.org, b@example.org, c@example.org")
    assert invited.n_new == 2
    assert invited.refused[0].reason == "An assessment can invite at most 2 people."


def test_c10_one_address_gets_few_mails_a_day_over_all_clinics(lead: User, team: Team) -> None:
    for number in range(outbox.MAILBOX_A_DAY_MAX):
        clinic = clinic_actions.create_clinic(by=lead, name=f"Clinic {number}", now=NOW)
        Team(lead, open_round_of(clinic, lead)).invite("poor@example.org")
    invited = team.invite("Poor@example.org")
    assert invited.n_new == 0
    assert "Many invitations were sent today" in invited.refused[0].reason
    assert team.invite("poor@example.org", NOW + timedelta(days=1, minutes=1)).n_new == 1


def test_b13_limit_on_mails_does_not_tell_who_was_reminded(lead: User, team: Team, tokens: list[str]) -> None:
    answered = Therapist(tokens[0])
    answered.answer_all(team.round)
    answered.send()
    team.remind()
    taken = []
    for number in range(outbox.MAILBOX_A_DAY_MAX):
        clinic = clinic_actions.create_clinic(by=lead, name=f"Clinic {number}", now=NOW)
        probe = Team(lead, open_round_of(clinic, lead)).invite("therapist0@example.org, therapist1@example.org", NOON)
        taken.append((probe.n_new, len(probe.refused)))
    assert set(taken) == {(2, 0), (0, 2)}


def test_c2_only_a_hash_of_the_link_is_kept_and_it_is_long_enough(team: Team) -> None:
    token = team.invite_some(1)[0]
    row = Invitation.objects.values().get()
    assert token not in str(row)
    assert row["token_hash"] == clinic_actions.hash_of(token)
    assert actions.TOKEN_BYTES * 8 >= 128  # C1
    assert len(token) == 22


def test_who_does_not_lead_invites_nobody(team: Team, manager: User, stranger: User) -> None:
    for person, refusal in ((manager, RefusedError), (stranger, Round.DoesNotExist)):
        with pytest.raises(refusal):
            actions.invite(by=person, round_id=team.round.pk, pasted="t@example.org", now=NOW)
    assert not Invitation.objects.exists()


def test_lead_without_a_confirmed_address_invites_nobody(db: None) -> None:
    unconfirmed = make_user("new@example.org", is_verified=False)
    clinic = clinic_actions.create_clinic(by=unconfirmed, name="New Clinic", now=NOW)
    with pytest.raises(RefusedError):
        Team(unconfirmed, open_round_of(clinic, unconfirmed)).invite("t@example.org")


def test_nobody_is_invited_after_the_last_day(team: Team) -> None:
    with pytest.raises(RoundClosedError):
        team.invite("t@example.org", team.round.due_at)


def test_withdrawn_link_opens_nothing_and_what_was_sent_stays(team: Team, tokens: list[str]) -> None:
    therapist = Therapist(tokens[0])
    therapist.answer_all(team.round)
    therapist.send()
    actions.withdraw(by=team.lead, round_id=team.round.pk, invitation_id=team.invitation().pk, now=NOON)
    assert Therapist().open(tokens[0]).status_code == 404
    assert Submission.objects.count() == 1
    team.round.refresh_from_db()
    assert team.round.n_invited == 2
    assert not OutgoingMail.objects.filter(address="therapist0@example.org").exists()  # it had not gone out yet


def test_invited_again_after_withdrawal_is_the_same_invitation(team: Team, tokens: list[str]) -> None:
    therapist = Therapist(tokens[0])
    therapist.answer_all(team.round)
    therapist.send()
    actions.withdraw(by=team.lead, round_id=team.round.pk, invitation_id=team.invitation().pk, now=NOON)
    team.invite("therapist0@example.org", NOON)
    again = Therapist(team.token("therapist0@example.org"))
    assert "Your answers were sent" in again.page()


def test_who_declines_is_written_to_no_more(team: Team, tokens: list[str], lead: User, clinic: Clinic) -> None:
    actions.decline(invitation_id=team.invitation().pk, now=NOON)
    assert Therapist().open(tokens[0]).status_code == 404
    assert "not for them" in team.invite("THERAPIST0@example.org").refused[0].reason
    kept = Refusal.objects.values().get()
    assert "therapist0" not in str(kept)
    assert settings.SECRET_KEY not in str(kept)


def test_reminder_goes_once_and_only_to_those_who_have_not_answered(team: Team, tokens: list[str]) -> None:
    done = Therapist(tokens[0])
    done.answer_all(team.round)
    done.send()
    team.remind()
    reminders = OutgoingMail.objects.filter(kind=OutgoingMail.Kind.THERAPIST_REMINDER)
    assert sorted(mail.address for mail in reminders) == ["therapist1@example.org", "therapist2@example.org"]
    assert Therapist().open(tokens[1]).status_code == 404  # C6: re-issued
    assert Therapist().open(team.token("therapist1@example.org")).status_code == 302
    with pytest.raises(policies.ReminderSentError):
        actions.remind(by=team.lead, round_id=team.round.pk, now=NOON)
    assert reminders.count() == 2


@pytest.mark.parametrize("state", [OutgoingMail.State.WAITING, OutgoingMail.State.GIVEN_UP])
def test_b13_reminder_leaves_what_was_not_sent_alone(team: Team, tokens: list[str], state: str) -> None:
    team.count_as_nine()
    text = {} if state == OutgoingMail.State.WAITING else {"subject": "", "body": ""}
    OutgoingMail.objects.update(state=state, **text)
    before = list(OutgoingMail.objects.values())

    actions.remind(by=team.lead, round_id=team.round.pk, now=NOON)
    upkeep.post_reminders(now=NOON)

    assert list(OutgoingMail.objects.values()) == before


def test_b13_fewer_than_five_are_not_reminded(team: Team) -> None:
    team.invite_some(4)
    with pytest.raises(policies.TooFewToRemindError):
        actions.remind(by=team.lead, round_id=team.round.pk, now=NOON)

    team.invite_some(1)

    actions.remind(by=team.lead, round_id=team.round.pk, now=NOON)
    assert actions.is_reminded(team.round)


@pytest.mark.parametrize(
    ("kind", "is_kept"),
    [(OutgoingMail.Kind.THERAPIST_INVITATION, True), (OutgoingMail.Kind.THERAPIST_REMINDER, False)],
)
def test_b13_sending_drops_a_reminder_that_waits_and_no_invitation(
    team: Team, tokens: list[str], kind: str, is_kept: bool
) -> None:
    OutgoingMail.objects.update(kind=kind)
    mail = team.invitation().mail
    assert mail is not None
    therapist = Therapist(tokens[0])
    therapist.answer_all(team.round)

    therapist.send()

    assert OutgoingMail.objects.filter(pk=mail.pk).exists() is is_kept


def test_reminder_that_breaks_keeps_no_other_waiting(team: Team, tokens: list[str], caplog) -> None:
    OutgoingMail.objects.update(state="sent", subject="", body="")
    team.count_as_nine()
    actions.remind(by=team.lead, round_id=team.round.pk, now=NOON)
    with patch.object(upkeep, "post_link", side_effect=ValueError("nora@example.org")):
        upkeep.post_reminders(now=NOON)
    assert "ALARM" in caplog.text

    upkeep.post_reminders(now=NOON)

    assert OutgoingMail.objects.filter(kind=OutgoingMail.Kind.THERAPIST_REMINDER).count() == 3


def test_reminder_that_another_worker_has_written_and_sent_is_not_written_again(team: Team, tokens: list[str]) -> None:
    OutgoingMail.objects.update(state="sent", subject="", body="")
    team.remind()
    reminders = OutgoingMail.objects.filter(kind=OutgoingMail.Kind.THERAPIST_REMINDER)
    reminders.update(state="sent", subject="", body="")
    before = list(reminders.order_by("pk").values())

    upkeep._post_reminder(team.round.pk, NOON)  # as a worker that had listed it before

    assert len(before) == 3
    assert list(reminders.order_by("pk").values()) == before


def test_invitation_that_could_not_be_sent_is_written_anew(team: Team, tokens: list[str]) -> None:
    OutgoingMail.objects.update(state="given-up", subject="", body="")

    invited = team.invite("therapist0@example.org", NOON)

    assert (invited.n_new, invited.n_known) == (1, 0)
    assert Therapist().open(team.token("therapist0@example.org")).status_code == 302


def test_b13_asking_for_the_reminder_writes_no_mail(team: Team, tokens: list[str]) -> None:
    team.count_as_nine()
    OutgoingMail.objects.update(state="sent", subject="", body="")

    actions.remind(by=team.lead, round_id=team.round.pk, now=NOON)

    assert not OutgoingMail.objects.filter(kind=OutgoingMail.Kind.THERAPIST_REMINDER).exists()


def test_reminder_that_the_closing_overtakes_is_not_written(team: Team, tokens: list[str]) -> None:
    team.count_as_nine()
    OutgoingMail.objects.update(state="sent", subject="", body="")
    actions.remind(by=team.lead, round_id=team.round.pk, now=NOON)

    upkeep.post_reminders(now=team.round.due_at)

    assert not OutgoingMail.objects.filter(kind=OutgoingMail.Kind.THERAPIST_REMINDER).exists()


def test_c6_old_browser_of_somebody_withdrawn_and_invited_again_is_shut_out(team: Team, tokens: list[str]) -> None:
    therapist = Therapist(tokens[0])
    therapist.answer(1, {"usability": 2})
    actions.withdraw(by=team.lead, round_id=team.round.pk, invitation_id=team.invitation().pk, now=NOON)

    team.invite("therapist0@example.org", NOON)

    assert therapist.client.get("/r/").status_code == 404
    assert Therapist().open(team.token("therapist0@example.org")).status_code == 302


def test_invited_again_in_another_spelling_the_mail_goes_to_the_first(team: Team, tokens: list[str]) -> None:
    done = Therapist(tokens[0])
    done.answer_all(team.round)
    done.send()
    actions.withdraw(by=team.lead, round_id=team.round.pk, invitation_id=team.invitation().pk, now=NOON)

    team.invite("therapist0+lead@example.org", NOON)

    again = Invitation.objects.get(address_key="therapist0@example.org")
    assert (again.address, again.answered) == ("therapist0@example.org", True)
    assert again.mail is not None
    assert again.mail.address == "therapist0@example.org"


def test_open_browser_goes_on_after_the_reminder_and_keeps_its_draft(team: Team, tokens: list[str]) -> None:
    therapist = Therapist(tokens[0])
    therapist.answer(1, {"usability": 2})
    team.remind()
    assert therapist.answer(2, {"comorbidity": 3}).status_code == 302
    therapist.open(team.token("therapist0@example.org"))
    assert "A little true" in therapist.page("check/")


def test_people_who_join_later_count_as_viewers_and_are_not_invited(team: Team, clinic: Clinic) -> None:
    late = join(clinic, make_user("late@example.org"))
    assert team.invite("late@example.org").n_new == 0
    clinic_actions.leave(by=late, clinic=clinic, now=NOON)
    assert team.invite("late@example.org", NOON).n_new == 1
