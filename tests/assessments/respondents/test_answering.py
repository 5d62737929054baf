"""Drafts, return codes and sending: what is kept, what counts, and that everything counts once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from assessments.clinics.models import Clinic, User
from assessments.respondents import actions, handing_over, return_codes, upkeep
from assessments.respondents.models import Draft, Invitation, Submission, TeamPageLink
from assessments.results import closing
from assessments.rounds.answering import AnswerRefusedError, UnknownKeyError
from assessments.rounds.models import Participation, Round
from assessments.rounds.policies import RoundClosedError
from readiness.instrument.definition import Form, NonAnswer
from tests.assessments.conftest import NOW, open_round_of
from tests.assessments.respondents.conftest import NOON, Team


@pytest.fixture
def invitation(team: Team, tokens: list[str]) -> Invitation:
    return team.invitation()


@pytest.fixture
def other_round(other_clinic: Clinic, stranger: User) -> Round:
    return open_round_of(other_clinic, stranger)


def save(invitation: Invitation, draft_id=None, at=NOON, **given):
    """Save answers, as the browser with this draft, or as one that has just opened the link; give the draft's id."""
    answers = {key.replace("_", "-"): answer for key, answer in given.items()}
    draft_id = draft_id or uuid4()
    actions.save_draft(invitation_id=invitation.pk, draft_id=draft_id, given=answers, now=at)
    return draft_id


def test_draft_holds_answers_and_a_day(invitation: Invitation) -> None:
    draft_id = save(invitation, confidence_risk=10, usability="dont_know")
    save(invitation, draft_id, content_quality=1, confidence_risk=None)
    row = Draft.objects.values().get()
    assert row["id"] == draft_id
    assert row["answers"] == {"content-quality": 1, "usability": "dont_know"}
    assert row["saved_on"] == NOON.date()


def test_saving_costs_the_same_whatever_is_stored(invitation, team, django_assert_num_queries):
    draft_id = save(invitation, usability=3)
    team.invite_some(5)
    save(team.invitation("therapist4@example.org"), usability=4)
    with django_assert_num_queries(6):  # the round, the invitation, the draft, the write; a transaction's two ends
        save(invitation, draft_id, usability=5)


@pytest.mark.parametrize(
    ("key", "answer", "refusal"),
    [
        ("usability", 6, AnswerRefusedError),
        ("usability", True, AnswerRefusedError),
        ("confidence-risk", 11, AnswerRefusedError),
        ("reimbursement", 3, UnknownKeyError),
        ("nothing", 3, UnknownKeyError),
    ],
)
def test_what_the_form_does_not_ask_or_offer_is_not_kept(invitation, key, answer, refusal):
    with pytest.raises(refusal):
        actions.save_draft(invitation_id=invitation.pk, draft_id=uuid4(), given={key: answer}, now=NOON)
    assert not Draft.objects.exists()


def test_c7_draft_of_another_round_is_never_touched(invitation: Invitation, other_round: Round) -> None:
    foreign = Draft.objects.create(round=other_round, answers={"usability": 5}, saved_on=NOON.date())
    with pytest.raises(IntegrityError), transaction.atomic():  # the server draws ids, and signs what browsers keep
        save(invitation, foreign.pk, usability=1)
    foreign.refresh_from_db()
    assert foreign.answers == {"usability": 5}
    with pytest.raises(actions.DraftGoneError):
        actions.send(invitation_id=invitation.pk, draft_id=foreign.pk, now=NOON)


def test_return_code_leads_to_the_draft_within_its_round_alone(team: Team, invitation, other_round, stranger) -> None:
    draft_id = save(invitation, usability=2)
    code = return_codes.write_return_code(invitation_id=invitation.pk, draft_id=draft_id, now=NOON)
    assert code.replace("-", "") not in str(Draft.objects.values().get())
    assert return_codes.find_draft(invitation_id=invitation.pk, code=f" {code.lower()} ", now=NOON) == draft_id
    Team(stranger, other_round).invite("foreign@example.org")
    foreign = Invitation.objects.get(address="foreign@example.org")
    for pk, wrong in ((invitation.pk, "AAAA-BBBB-CCCC"), (invitation.pk, ""), (foreign.pk, code)):
        with pytest.raises(actions.DraftGoneError):
            return_codes.find_draft(invitation_id=pk, code=wrong, now=NOON)


def test_second_code_takes_the_place_of_the_first(invitation: Invitation) -> None:
    draft_id = uuid4()
    first = return_codes.write_return_code(invitation_id=invitation.pk, draft_id=draft_id, now=NOON)
    assert return_codes.find_draft(invitation_id=invitation.pk, code=first, now=NOON) == draft_id
    return_codes.write_return_code(invitation_id=invitation.pk, draft_id=draft_id, now=NOON)
    with pytest.raises(actions.DraftGoneError):
        return_codes.find_draft(invitation_id=invitation.pk, code=first, now=NOON)


def test_sending_leaves_answers_and_a_mark_and_no_draft(invitation: Invitation) -> None:
    draft_id = save(invitation, usability=2, evidence="not_applicable")
    sent = actions.send(invitation_id=invitation.pk, draft_id=draft_id, now=NOON)
    assert sent == {"evidence": NonAnswer.NOT_APPLICABLE, "usability": 2}
    assert Submission.objects.get().answers == {"evidence": "not_applicable", "usability": 2}
    assert not Draft.objects.exists()
    invitation.refresh_from_db()
    assert invitation.answered


def test_answers_are_kept_in_the_order_of_the_questionnaire_whatever_was_answered_first(
    invitation: Invitation, team: Team
) -> None:
    keys = [item.key for item in team.round.instrument.items_of(Form.THERAPIST)]
    draft_id = uuid4()
    for key in reversed(keys):
        actions.save_draft(invitation_id=invitation.pk, draft_id=draft_id, given={key: 3}, now=NOON)
    assert list(Draft.objects.get().answers) == as_the_database_keeps(keys)
    Draft.objects.update(answers=dict.fromkeys(reversed(keys), 3))
    actions.send(invitation_id=invitation.pk, draft_id=draft_id, now=NOON)
    assert list(Submission.objects.get().answers) == as_the_database_keeps(keys)


def as_the_database_keeps(keys: list[str]) -> list[str]:
    """PostgreSQL sorts the keys of what it stores by their length, then by the alphabet; SQLite leaves them alone."""
    return keys if connection.vendor == "sqlite" else sorted(keys, key=lambda key: (len(key), key))


def test_nothing_is_sent_without_answers(invitation: Invitation) -> None:
    empty = save(invitation, usability=None)
    for draft_id, refusal in ((empty, actions.NothingToSendError), (uuid4(), actions.DraftGoneError)):
        with pytest.raises(refusal):
            actions.send(invitation_id=invitation.pk, draft_id=draft_id, now=NOON)
    assert not Submission.objects.exists()


def test_after_sending_nothing_can_be_saved_or_sent(invitation: Invitation) -> None:
    actions.send(invitation_id=invitation.pk, draft_id=save(invitation, usability=2), now=NOON)
    with pytest.raises(actions.AlreadySentError):
        save(invitation, usability=3)
    with pytest.raises(actions.AlreadySentError):
        return_codes.find_draft(invitation_id=invitation.pk, code="AAAA", now=NOON)


def test_closing_takes_what_was_sent_and_destroys_the_rest(team: Team, invitation: Invitation, lead: User) -> None:
    draft_id = save(invitation, usability=2)
    closing.close(round_id=team.round.pk, by=lead, now=NOON)
    with pytest.raises(actions.LinkGoneError):
        save(invitation, draft_id, usability=3)
    with pytest.raises(actions.LinkGoneError):
        actions.send(invitation_id=invitation.pk, draft_id=draft_id, now=NOON)
    assert not Draft.objects.exists()
    assert not Invitation.objects.exists()
    assert TeamPageLink.objects.count() == 3


def test_nothing_is_taken_from_the_closing_time_on(team: Team, invitation: Invitation) -> None:
    draft_id = save(invitation, usability=2)
    for work in (
        lambda: save(invitation, draft_id, at=team.round.due_at, usability=3),
        lambda: actions.send(invitation_id=invitation.pk, draft_id=draft_id, now=team.round.due_at),
        lambda: actions.decline(invitation_id=invitation.pk, now=team.round.due_at),
    ):
        with pytest.raises(RoundClosedError):
            work()


def test_drafts_that_nobody_touches_are_dropped_after_thirty_days(invitation: Invitation) -> None:
    save(invitation, usability=2)
    upkeep.drop_expired(now=NOON + timedelta(days=30))
    assert Draft.objects.exists()
    upkeep.drop_expired(now=NOON + timedelta(days=31))
    assert not Draft.objects.exists()


def test_b12_participation_moves_at_night_only(team: Team) -> None:
    team.invite_some(6)
    for number in range(5):
        invitation = team.invitation(f"therapist{number}@example.org")
        actions.send(invitation_id=invitation.pk, draft_id=save(invitation, usability=3), now=NOON)
    assert upkeep.refresh_participation(now=NOON) == 0
    team.round.refresh_from_db()
    assert team.round.participation == Participation.FEWER
    assert upkeep.refresh_participation(now=NOON + timedelta(days=1)) == 1
    team.round.refresh_from_db()
    assert (team.round.participation, team.round.participation_on) == (Participation.MORE, NOW.date() + timedelta(1))


def test_participation_that_was_told_today_locks_no_round(team: Team, django_assert_num_queries) -> None:
    team.invite_some(6)
    with django_assert_num_queries(1):
        upkeep.refresh_participation(now=NOON)


def test_participation_leaves_to_the_next_pass_what_takes_too_long(team: Team) -> None:
    team.invite_some(6)
    tomorrow = NOON + timedelta(days=1)
    assert upkeep.refresh_participation(now=tomorrow, seconds=0) == 0
    assert upkeep.refresh_participation(now=tomorrow) == 1


@pytest.mark.parametrize(("n_sent", "told"), [(0, "fewer"), (4, "fewer"), (5, "more"), (6, "more")])
def test_b23_participation_says_no_number(team: Team, n_sent: int, told: str) -> None:
    team.invite_some(6)
    Submission.objects.bulk_create(Submission(round=team.round) for _ in range(n_sent))
    upkeep.refresh_participation(now=NOON + timedelta(days=1))
    team.round.refresh_from_db()
    assert team.round.participation == told


def at_once(work: Callable[[int], object], count: int = 6) -> list[object]:
    def alone(number: int) -> object:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as people:
        return list(people.map(alone, range(count)))


def sent(invitation: Invitation, draft_id) -> str:
    try:
        actions.send(invitation_id=invitation.pk, draft_id=draft_id, now=NOON)
    except actions.AlreadySentError:
        return "already"
    except (actions.LinkGoneError, RoundClosedError):
        return "closed"
    return "sent"


@pytest.mark.timeout(30)
@pytest.mark.django_db(transaction=True)
def test_first_saves_at_once_of_one_browser_begin_one_draft(invitation: Invitation) -> None:
    draft_id = uuid4()
    keys = ["usability", "evidence", "adaptability", "workload", "training", "confidence_risk"]
    at_once(lambda number: save(invitation, draft_id, **{keys[number]: 3}))
    assert set(Draft.objects.get().answers) == {key.replace("_", "-") for key in keys}


@pytest.mark.timeout(30)
@pytest.mark.django_db(transaction=True)
def test_c8_two_sendings_at_once_count_as_one(invitation: Invitation) -> None:
    drafts = [save(invitation, usability=1 + number % 5) for number in range(6)]
    outcomes = at_once(lambda number: sent(invitation, drafts[number]))
    assert set(outcomes) == {"already", "sent"}
    assert outcomes.count("sent") == Submission.objects.count() == 1


@pytest.mark.timeout(30)
@pytest.mark.django_db(transaction=True)
def test_r16_sending_that_races_with_closing_is_counted_or_told(team: Team, lead: User) -> None:
    team.invite_some(5)
    invitations = list(Invitation.objects.all())
    drafts = [save(one, usability=3, evidence=3) for one in invitations]

    def work(number: int) -> object:
        if number == 5:
            return closing.close(round_id=team.round.pk, by=lead, now=NOON)
        return sent(invitations[number], drafts[number])

    counted: list[int] = []
    gather = handing_over.gather

    def noting(assessment: Round):
        handed = gather(assessment)
        counted.append(len(handed.submitted))
        return handed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handing_over, "gather", noting)
        outcomes = at_once(work)
    assert outcomes.count("sent") + outcomes.count("closed") == 5
    assert counted == [outcomes.count("sent")]
    assert not Submission.objects.exists()
