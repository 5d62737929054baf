"""Many people at once: nothing acknowledged is lost, nothing is stored twice, and closing draws a clean line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from assessments.clinics.models import AuditEvent, User
from assessments.results import closing
from assessments.rounds import actions, policies, talk_actions
from assessments.rounds.models import FormAnswer, Round, TeamTalk
from assessments.rounds.team_talk import talk_answers
from readiness.scoring.team_talk import talk_items
from tests.assessments.conftest import NOW
from tests.assessments.rounds.conftest import make_link, say

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(30)]

N_PEOPLE = 8


def at_once(work: Callable[[int], object]) -> list[object]:
    """Let eight people do the same at the same time, each over a connection of their own."""

    def alone(number: int) -> object:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(N_PEOPLE) as people:
        return list(people.map(alone, range(N_PEOPLE)))


def save(lead: User, assessment: Round, key: str, *, base: int, op: str, answer: int = 3) -> str:
    """Save an answer and say what became of it."""
    try:
        actions.save_answer(
            by=lead,
            round_id=assessment.pk,
            change=actions.Change(key=key, answer=answer, comment=None, base=base, op=op),
            now=NOW,
        )
    except actions.StaleRevisionError:
        return "conflict"
    except policies.RoundClosedError:
        return "closed"
    return "saved"


def test_saves_of_different_items_all_arrive(lead: User, open_round: Round) -> None:
    keys = [item.key for item in open_round.instrument.items_of("manager")][: N_PEOPLE * 3]  # type: ignore[arg-type]

    def work(number: int) -> object:
        return [save(lead, open_round, key, base=0, op=key) for key in keys[number::N_PEOPLE]]

    outcomes = Counter(outcome for found in at_once(work) for outcome in found)  # type: ignore[attr-defined]
    assert outcomes == {"saved": len(keys)}
    assert FormAnswer.objects.count() == len(keys)


def test_saves_of_one_item_upon_the_same_revision_let_one_through(lead: User, open_round: Round) -> None:
    outcomes = Counter(
        at_once(lambda n: save(lead, open_round, "intake", base=0, op=f"op-{n}", answer=1 + n % 2 + 2 * (n == 0)))
    )

    assert outcomes["saved"] >= 1
    assert outcomes["saved"] + outcomes["conflict"] == N_PEOPLE
    assert FormAnswer.objects.get().revision == 1


def test_the_same_operation_sent_by_a_flaky_network_is_stored_once(lead: User, open_round: Round) -> None:
    outcomes = Counter(at_once(lambda _n: save(lead, open_round, "intake", base=0, op="one")))

    assert outcomes == {"saved": N_PEOPLE}
    assert FormAnswer.objects.get().revision == 1


def test_a_save_that_races_with_closing_is_in_the_result_or_refused(lead: User, open_round: Round) -> None:
    keys = [item.key for item in open_round.instrument.items_of("manager")][:N_PEOPLE]  # type: ignore[arg-type]

    def work(number: int) -> object:
        if number == N_PEOPLE // 2:
            return closing.close(round_id=open_round.pk, by=lead, now=NOW)
        return save(lead, open_round, keys[number], base=0, op=keys[number])

    outcomes = Counter(str(outcome) for outcome in at_once(work))
    result = Round.objects.get(pk=open_round.pk).result
    n_valid = sum(row.n_valid for row in result.scores.filter(view="domain"))
    assert n_valid == outcomes["saved"] == FormAnswer.objects.count()
    assert outcomes["saved"] + outcomes["closed"] == N_PEOPLE - 1


def test_a_round_that_everybody_finishes_at_once_closes_once(lead: User, open_round: Round) -> None:
    results = at_once(lambda _n: closing.close(round_id=open_round.pk, by=lead, now=NOW))

    assert len({result.pk for result in results}) == 1  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(act="round-closed").count() == 1


def test_a_talk_that_is_sent_by_everybody_at_once_is_sent_once(lead: User, open_round: Round) -> None:
    link = make_link(lead, open_round)
    say(link, "workload", 2)

    def work(number: int) -> object:
        sent = talk_actions.send_talk(link=link, now=NOW, n_people=number + 1, requests=[], other_request="")
        return sent.n_people

    assert set(at_once(work)) == {TeamTalk.objects.get().n_people}


def test_an_answer_that_races_with_sending_is_sent_along_or_refused(lead: User, open_round: Round) -> None:
    link = make_link(lead, open_round)
    keys = [item.key for item in talk_items(open_round.instrument)][:N_PEOPLE]
    say(link, keys[0], 2)

    def work(number: int) -> object:
        if number == 0:
            talk_actions.send_talk(link=link, now=NOW, n_people=3, requests=[], other_request="")
            return talk_answers(open_round)
        try:
            say(link, keys[number], 3)
        except policies.TalkSentError:
            return "refused"
        return "saved"

    sent, *others = at_once(work)
    assert sent == talk_answers(open_round)
    assert len(talk_answers(open_round)) == 1 + others.count("saved")


def test_nothing_of_an_unsent_talk_is_left_when_answers_race_with_closing(lead: User, open_round: Round) -> None:
    link = make_link(lead, open_round)
    keys = [item.key for item in talk_items(open_round.instrument)][:N_PEOPLE]

    def work(number: int) -> object:
        if number == N_PEOPLE // 2:
            return closing.close(round_id=open_round.pk, by=lead, now=NOW)
        try:
            say(link, keys[number], 3)
        except (policies.RoundClosedError, TeamTalk.DoesNotExist):
            return "refused"
        return "saved"

    outcomes = Counter(str(outcome) for outcome in at_once(work))
    assert outcomes["saved"] + outcomes["refused"] == N_PEOPLE - 1
    assert not TeamTalk.objects.exists()
    assert not FormAnswer.objects.of_team_talk().exists()
