"""Writing a team talk: who may make its link, what a holder may save, that sending is final, what closing leaves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from assessments.clinics.actions import hash_of
from assessments.clinics.models import AuditEvent, User
from assessments.clinics.policies import RefusedError
from assessments.rounds import actions, policies, talk_actions
from assessments.rounds.answering import AnswerRefusedError, UnknownKeyError
from assessments.rounds.models import FormAnswer, Round, TeamTalk
from assessments.rounds.team_talk import sent_talk, talk_answers
from readiness.scoring.team_talk import score_team_talk
from tests.assessments.conftest import NOW
from tests.assessments.rounds.conftest import finish, make_link, say

pytestmark = pytest.mark.django_db

DETAILS: dict[str, Any] = {"n_people": 4, "requests": ["supervision"], "other_request": ""}


@pytest.fixture
def link(lead: User, open_round: Round) -> str:
    """The hash of a link that the lead has made."""
    return make_link(lead, open_round)


def send(link: str, **change: Any) -> TeamTalk:
    """Send a talk with what it usually holds."""
    return talk_actions.send_talk(link=link, now=NOW, **{**DETAILS, **change})


def test_link_is_random_kept_as_hash_only_and_on_record(lead: User, open_round: Round) -> None:
    token = talk_actions.make_talk_link(by=lead, round_id=open_round.pk, now=NOW)

    assert len(token) == 22  # 128 random bits
    assert TeamTalk.objects.get().token_hash == hash_of(token)
    assert AuditEvent.objects.get(act="team-talk-linked").by == lead


def test_new_link_replaces_the_old_one_and_keeps_what_is_agreed(lead: User, open_round: Round, link: str) -> None:
    say(link, "workload", 2)
    fresh = make_link(lead, open_round)

    with pytest.raises(TeamTalk.DoesNotExist):
        say(link, "evidence", 3)
    say(fresh, "evidence", 4)
    assert talk_answers(open_round) == {"workload": 2, "evidence": 4}


def test_only_the_lead_makes_a_link(manager: User, stranger: User, open_round: Round) -> None:
    with pytest.raises(RefusedError, match="Only the lead"):
        make_link(manager, open_round)
    with pytest.raises(Round.DoesNotExist):
        make_link(stranger, open_round)
    assert not TeamTalk.objects.exists()


def test_no_link_for_a_round_that_takes_no_answers(lead: User, open_round: Round) -> None:
    with pytest.raises(policies.RoundClosedError):
        talk_actions.make_talk_link(by=lead, round_id=open_round.pk, now=open_round.due_at)


def test_no_new_link_for_a_talk_that_was_sent(lead: User, open_round: Round, link: str) -> None:
    say(link, "workload", 2)
    send(link)
    with pytest.raises(policies.TalkSentError):
        make_link(lead, open_round)


@pytest.mark.parametrize("answer", [1, 5, "dont_know", "not_applicable", "no_agreement", None])
def test_team_gives_an_answer_that_names_nobody(open_round: Round, link: str, answer: object) -> None:
    say(link, "workload", answer)

    row = FormAnswer.objects.of_team_talk().get()
    assert (row.answer, row.by, row.comment) == (answer, None, "")
    assert not FormAnswer.objects.of_clinic_form().exists()
    assert talk_answers(open_round) == ({} if answer is None else {"workload": answer})


def test_team_and_clinic_answer_the_same_question_apart(lead: User, open_round: Round, link: str) -> None:
    say(link, "workload", 1)
    change = actions.Change("workload", 5, "", 0, "clinic")
    actions.save_answer(by=lead, round_id=open_round.pk, change=change, now=NOW)

    assert FormAnswer.objects.of_clinic_form().get().answer == 5
    assert FormAnswer.objects.of_team_talk().get().answer == 1


@pytest.mark.parametrize("key", ["confidence-risk", "gp-referral", "gp-referral-count", "nothing-like-it"])
def test_what_a_team_does_not_talk_about_is_not_asked(link: str, key: str) -> None:
    with pytest.raises(UnknownKeyError):
        say(link, key, 3)


@pytest.mark.parametrize("answer", [0, 6, True, 2.5, "4", "perhaps"])
def test_answer_off_the_scale_is_refused(link: str, answer: object) -> None:
    with pytest.raises(AnswerRefusedError):
        say(link, "workload", answer)


def test_comment_is_refused(link: str) -> None:
    change = actions.Change("workload", 2, "It was Anna", 0, "op")
    with pytest.raises(AnswerRefusedError, match="no comments"):
        talk_actions.save_joint_answer(link=link, change=change, now=NOW)


def test_clinic_form_cannot_disagree(lead: User, open_round: Round) -> None:
    change = actions.Change("workload", "no_agreement", "", 0, "op")
    with pytest.raises(AnswerRefusedError):
        actions.save_answer(by=lead, round_id=open_round.pk, change=change, now=NOW)


def test_same_operation_is_stored_once_and_a_stale_one_is_given_back(link: str) -> None:
    first = say(link, "workload", 2, op="one")
    assert say(link, "workload", 2, op="one") == first
    with pytest.raises(actions.StaleRevisionError) as stale:
        say(link, "workload", 4, op="two")
    assert stale.value.current is not None
    assert stale.value.current.answer == 2


def test_page_saves_what_it_can_and_gives_back_what_stands_against_it(open_round: Round, link: str) -> None:
    say(link, "workload", 2)
    changes = [actions.Change(key, 5, None, 0, f"page-{key}") for key in ("workload", "planned-time")]
    conflicts = talk_actions.save_joint_page(link=link, changes=changes, now=NOW)

    assert list(conflicts) == ["workload"]
    assert talk_answers(open_round) == {"workload": 2, "planned-time": 5}


def test_sending_keeps_who_many_what_and_when_and_shows_it_to_results(open_round: Round, link: str) -> None:
    say(link, "workload", 2)
    say(link, "planned-time", "no_agreement")
    assert sent_talk(open_round) is None
    send(link, requests=["step-up", "other", "protected-time"], other_request="  A quiet\troom ")

    talk = sent_talk(open_round)
    assert talk is not None
    assert (talk.n_people, talk.sent_on) == (4, date(2026, 11, 22))
    assert (talk.requests, talk.other_request) == (["protected-time", "step-up", "other"], "A quiet room")
    practice = score_team_talk(open_round.instrument, talk_answers(open_round))[3]
    assert (practice.scale.n_valid, practice.n_no_agreement) == (1, 1)


def test_day_of_sending_is_the_day_where_the_clinic_is(lead: User, open_round: Round, link: str) -> None:
    Round.objects.update(time_zone="Pacific/Auckland")
    say(link, "workload", 2)
    late = NOW + timedelta(hours=4)
    assert talk_actions.send_talk(link=link, now=late, **DETAILS).sent_on == date(2026, 11, 23)


def test_sending_twice_gives_the_first(link: str) -> None:
    say(link, "workload", 2)
    send(link)
    again = send(link, n_people=9, requests=[])
    assert (again.n_people, again.requests) == (4, ["supervision"])


def test_sent_again_after_closing_it_stays_as_it_was_sent(open_round: Round, link: str) -> None:
    say(link, "workload", 2)
    send(link)
    finish(open_round)
    assert send(link, n_people=9).n_people == 4


def test_answers_are_refused_once_sent(link: str) -> None:
    say(link, "workload", 2)
    send(link)
    with pytest.raises(policies.TalkSentError, match="has been sent"):
        say(link, "evidence", 3)
    with pytest.raises(policies.TalkSentError):
        talk_actions.save_joint_page(link=link, changes=[], now=NOW)


def test_answers_and_sending_are_refused_once_closed(open_round: Round, link: str) -> None:
    say(link, "workload", 2)
    Round.objects.filter(pk=open_round.pk).update(closed_at=NOW)
    with pytest.raises(policies.RoundClosedError):
        say(link, "evidence", 3)
    with pytest.raises(policies.RoundClosedError):
        send(link)
    assert sent_talk(open_round) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"n_people": 0}, "from 1 to 500", id="nobody"),
        pytest.param({"n_people": 501}, "from 1 to 500", id="a-crowd"),
        pytest.param(
            {"requests": ["supervision", "step-up", "patient-profile", "technical-help"]}, "up to 3", id="four"
        ),
        pytest.param({"requests": ["a-pony"]}, "what is offered", id="unknown"),
        pytest.param({"requests": ["other"]}, "what is offered", id="other-without-words"),
        pytest.param({"other_request": "A room"}, "what is offered", id="words-without-other"),
        pytest.param({"requests": ["other"], "other_request": "x" * 141}, "under 140", id="too-long"),
        pytest.param({"requests": ["other"], "other_request": "a\0b"}, "cannot be kept", id="nul"),
    ],
)
def test_sending_refuses_what_cannot_be_kept(open_round: Round, link: str, change: dict[str, Any], words: str) -> None:
    say(link, "workload", 2)
    with pytest.raises(talk_actions.TalkRefusedError, match=words):
        send(link, **change)
    assert sent_talk(open_round) is None


def test_sending_needs_one_answer_and_a_cleared_one_is_none(link: str) -> None:
    say(link, "workload", None)
    with pytest.raises(talk_actions.TalkRefusedError, match="at least one question"):
        send(link)


def test_sending_by_a_link_that_opens_nothing_is_refused(db: None) -> None:
    with pytest.raises(TeamTalk.DoesNotExist):
        send(hash_of("nothing"))


def test_closing_destroys_what_was_not_sent(lead: User, open_round: Round, link: str) -> None:
    say(link, "workload", 2)
    change = actions.Change("workload", 5, "", 0, "clinic")
    actions.save_answer(by=lead, round_id=open_round.pk, change=change, now=NOW)
    talk_actions.end_talk(assessment=open_round)

    assert not TeamTalk.objects.exists()
    assert not FormAnswer.objects.of_team_talk().exists()
    assert FormAnswer.objects.of_clinic_form().exists()


def test_closing_keeps_what_was_sent(open_round: Round, link: str) -> None:
    say(link, "workload", 2)
    send(link)
    talk_actions.end_talk(assessment=open_round)

    assert sent_talk(open_round) is not None
    assert talk_answers(open_round) == {"workload": 2}


def test_closing_a_round_without_a_talk_changes_nothing(open_round: Round) -> None:
    talk_actions.end_talk(assessment=open_round)
    assert not TeamTalk.objects.exists()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        pytest.param({"n_people": 1, "sent_on": NOW.date()}, "", id="one"),
        pytest.param({"n_people": 500, "sent_on": NOW.date(), "other_request": "A room"}, "", id="five-hundred"),
        pytest.param({"n_people": 3}, "team_talk_sent_exactly_by_people", id="people-without-sending"),
        pytest.param({"sent_on": NOW.date()}, "team_talk_sent_exactly_by_people", id="sent-by-nobody-knows"),
        pytest.param({"n_people": 0, "sent_on": NOW.date()}, "team_talk_people_in_bounds", id="nobody"),
        pytest.param({"n_people": 501, "sent_on": NOW.date()}, "team_talk_people_in_bounds", id="a-crowd"),
        pytest.param({"other_request": "A room"}, "team_talk_asks_only_when_sent", id="asks-unsent"),
    ],
)
def test_database_refuses_impossible_talks(link: str, change: dict[str, Any], rule: str) -> None:
    if not rule:
        assert TeamTalk.objects.update(**change) == 1
        return
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        TeamTalk.objects.update(**change)


def test_database_keeps_one_talk_a_round(open_round: Round, link: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TeamTalk.objects.create(round=open_round, token_hash="another")
