"""The pages of a team talk as plain forms: saved, shown again, sent once, and nothing pretended."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import Clinic, User
from assessments.rounds.models import FormAnswer, Round, TeamTalk
from assessments.rounds.team_talk import talk_answers
from tests.assessments.conftest import NOW, chosen, signed_in
from tests.assessments.rounds.conftest import TO_SEND, Holder, finish, say
from tests.assessments.rounds.test_rounds import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.mark.parametrize(("n_therapists", "is_told"), [(None, False), (0, False), (1, True), (2, True), (3, False)])
def test_small_team_reads_first_that_its_manager_will_know(
    holder: Holder, clinic: Clinic, n_therapists: int | None, *, is_told: bool
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(n_therapists=n_therapists)
    page = holder.get("talk").content.decode()
    main = page[page.index("<main") :]
    assert ("Your manager will know who said this." in main) is is_told
    if is_told:
        assert main.index("Your manager will know") < main.index("<h1")


def test_start_counts_each_topic_and_leads_to_the_next(holder: Holder) -> None:
    say(holder.link, "workload", "no_agreement")
    page = holder.get("talk").content.decode()

    assert "1 of 5 answered" in page
    assert len(re.findall(r"of \d answered", page)) == 6
    assert "Go on with “The online programme”" in page


def test_topic_offers_the_non_answers_and_no_comment(holder: Holder) -> None:
    page = holder.get("talk_topic", "practice").content.decode()

    assert page.count('value="no_agreement"') == page.count('value="dont_know"') == 5
    assert "We do not agree" in page
    assert "<textarea" not in page


def test_topic_saves_and_goes_to_the_next(holder: Holder, open_round: Round) -> None:
    answer = holder.post(answer_workload="no_agreement", answer_planned_time="4", go="next")

    assert answer["Location"] == reverse("rounds:talk_topic", args=["leadership"])
    assert talk_answers(open_round) == {"workload": "no_agreement", "planned-time": 4}
    page = holder.get("talk_topic", "practice").content.decode()
    assert chosen(page, "workload") == ["no_agreement"]


def test_last_topic_leads_to_the_check(holder: Holder) -> None:
    assert holder.post("acceptance", go="next")["Location"] == reverse("rounds:talk_send")
    assert holder.post("acceptance", go="list")["Location"] == reverse("rounds:talk")


@pytest.mark.parametrize("domain", ["confidence", "funding", "integration", "nothing"])
def test_topic_that_a_team_does_not_talk_about_is_not_there(holder: Holder, domain: str) -> None:
    assert holder.get("talk_topic", domain).status_code == 404


def test_bad_answer_is_shown_again_and_the_others_are_saved(holder: Holder, open_round: Round) -> None:
    answer = holder.post(answer_workload="9", answer_planned_time="4")

    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert talk_answers(open_round) == {"planned-time": 4}


def test_two_holders_at_once_see_both_answers_of_a_clash(holder: Holder, open_round: Round) -> None:
    other = Holder(holder.token)
    other.post(answer_workload="no_agreement", base_workload="0", was_workload="")
    answer = holder.post(answer_workload="2", base_workload="0", was_workload="", answer_time_norm="3")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody with the same link" in page
    assert "<strong>We do not agree</strong>" in page
    assert chosen(page, "workload") == ["2"]
    assert talk_answers(open_round) == {"workload": "no_agreement", "time-norm": 3}


def test_typed_answers_outlive_the_forms_token(holder: Holder) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = holder.client.cookies
    answer = client.post(reverse("rounds:talk_topic", args=["practice"]), {"answer-workload": "no_agreement"})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "This page was open for a long time" in page
    assert chosen(page, "workload") == ["no_agreement"]
    assert "/accounts/" not in page
    assert not FormAnswer.objects.exists()


def test_typed_answers_outlive_the_link(holder: Holder, lead: User, open_round: Round) -> None:
    signed_in(lead).post(reverse("rounds:make_talk_link", args=[open_round.pk]))
    answer = holder.post(answer_workload="no_agreement", base_workload="0")

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "This browser has lost your link" in page
    assert chosen(page, "workload") == ["no_agreement"]
    assert "Harbour Clinic" not in page
    assert not FormAnswer.objects.exists()


def test_round_that_closes_meanwhile_shows_what_was_typed_and_says_it_is_not_saved(
    holder: Holder, open_round: Round
) -> None:
    finish(open_round)
    answer = holder.post(answer_workload="2", base_workload="0")

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "What you typed just now was not saved" in page
    assert "This assessment is finished" in page
    assert chosen(page, "workload") == ["2"]
    assert "Save these answers" not in page
    assert not FormAnswer.objects.exists()


def test_last_day_that_passes_meanwhile_shows_what_was_typed(holder: Holder, open_round: Round) -> None:
    Round.objects.filter(pk=open_round.pk).update(opened_at=NOW - timedelta(days=9), due_at=NOW)
    answer = holder.post(answer_workload="2", base_workload="0")

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "The last day for answers has passed" in page
    assert chosen(page, "workload") == ["2"]
    assert "was not sent" in holder.get("talk").content.decode()


def test_check_names_blanks_and_what_is_not_agreed(holder: Holder) -> None:
    say(holder.link, "workload", "no_agreement")
    page = holder.get("talk_send").content.decode()

    assert "20 questions without an answer, 1 on which you do not agree" in page
    assert "<h3>We do not agree</h3>" in page
    assert reverse("rounds:talk_topic", args=["practice"]) + "#field-workload" in page


def test_sending_is_confirmed_and_final(holder: Holder) -> None:
    say(holder.link, "workload", 2)
    assert holder.send(**TO_SEND)["Location"] == reverse("rounds:talk")

    page = holder.get("talk").content.decode()
    assert "agreed in a meeting of 4" in page
    assert "A quiet room" in page
    assert holder.get("talk_topic", "practice")["Location"] == reverse("rounds:talk")
    assert holder.send(**{**TO_SEND, "n_people": "9"})["Location"] == reverse("rounds:talk")
    assert TeamTalk.objects.get().n_people == 4


def test_answer_after_sending_is_shown_and_not_saved(holder: Holder, open_round: Round) -> None:
    say(holder.link, "workload", 2)
    holder.send(**TO_SEND)
    answer = holder.post(answer_workload="5", base_workload="1", was_workload="2")

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "has been sent" in page
    assert chosen(page, "workload") == ["5"]
    assert talk_answers(open_round) == {"workload": 2}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"n_people": ""}, "how many of you took part", id="no-number"),
        pytest.param({"n_people": "0"}, "1 or more", id="nobody"),
        pytest.param({"n_people": "501"}, "at most 500", id="a-crowd"),
        pytest.param({"n_people": "a few"}, "whole number", id="words"),
        pytest.param({"requests": ["a-pony"]}, "not one of the available choices", id="not-offered"),
        pytest.param({"requests": ["supervision", "step-up", "patient-profile"]}, "up to 3 things", id="four"),
        pytest.param({"other_request": "x" * 141}, "at most 140", id="long-line"),
        pytest.param({"other_request": "a\0b"}, "cannot be kept", id="nul"),
    ],
)
def test_sending_with_bad_input_is_422_and_sends_nothing(holder: Holder, change: dict[str, Any], words: str) -> None:
    say(holder.link, "workload", 2)
    answer = holder.send(**{**TO_SEND, **change})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not TeamTalk.objects.sent().exists()


def test_summary_leads_to_the_first_box_of_what_is_asked_for(holder: Holder) -> None:
    page = holder.send(n_people="4", requests=["a-pony"]).content.decode()
    assert '<a href="#id_requests_0">' in page
    assert 'id="id_requests_0"' in page


def test_sending_without_an_answer_is_422(holder: Holder) -> None:
    answer = holder.send(**TO_SEND)
    assert answer.status_code == 422
    assert "at least one question" in answer.content.decode()


def test_sending_as_the_round_closes_says_that_nothing_was_sent(holder: Holder, open_round: Round) -> None:
    say(holder.link, "workload", 2)
    finish(open_round)
    answer = holder.send(**TO_SEND)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Your team talk was not sent" in page
    assert "This assessment is finished" in page
    assert "A quiet room" in page


def test_sending_after_the_last_day_says_that_nothing_was_sent(holder: Holder, open_round: Round) -> None:
    say(holder.link, "workload", 2)
    Round.objects.filter(pk=open_round.pk).update(opened_at=NOW - timedelta(days=9), due_at=NOW)
    answer = holder.send(**TO_SEND)

    assert answer.status_code == 403
    assert "This team talk was not sent" in answer.content.decode()
    assert "A quiet room" in answer.content.decode()


def test_sending_by_a_replaced_link_keeps_what_was_typed(holder: Holder, lead: User, open_round: Round) -> None:
    signed_in(lead).post(reverse("rounds:make_talk_link", args=[open_round.pk]))
    page = holder.send(**TO_SEND).content.decode()
    assert "This browser has lost the link" in page
    assert "A quiet room" in page


def test_too_early_is_offered_before_the_first_patient(holder: Holder, lead: User, open_round: Round) -> None:
    said = {**SAID, "due_on": open_round.due_on.isoformat()}
    signed_in(lead).post(reverse("rounds:settings", args=[open_round.pk]), said)
    assert "Too early, we have not started" in holder.get("talk_topic", "practice").content.decode()


def test_queries_do_not_grow_with_the_answers(
    holder: Holder, open_round: Round, django_assert_num_queries: Any
) -> None:
    for name in ("workload", "evidence", "training"):
        say(holder.link, name, 3)
    with django_assert_num_queries(2):
        holder.get("talk")
    with django_assert_num_queries(2):
        holder.get("talk_topic", "practice")
    with django_assert_num_queries(2):
        holder.get("talk_send")
