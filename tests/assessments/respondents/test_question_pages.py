"""Pages of questions as a browser without script sends them, and what happens when something is in the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from assessments.respondents import actions
from assessments.respondents.models import Draft
from assessments.respondents.pages import pages_of
from assessments.results import closing
from tests.assessments.conftest import chosen
from tests.assessments.respondents.conftest import NOON, Team, Therapist

FIRST = ("content-quality", "evidence", "usability", "adaptability")


@pytest.mark.parametrize(
    ("number", "go", "leads_to"),
    [
        (1, "next", "/r/pages/2/"),
        (8, "next", "/r/check/"),
        (1, "back", "/r/"),
        (3, "back", "/r/pages/2/"),
        (1, "stay", "/r/pages/1/"),
        (2, "later", "/r/later/"),
        (2, "check", "/r/check/"),
    ],
)
def test_every_button_saves_and_leads_on(team: Team, therapist: Therapist, number: int, go: str, leads_to: str) -> None:
    key = pages_of(team.round.instrument)[number - 1].items[0].key
    assert therapist.answer(number, {key: 2}, go)["Location"] == leads_to
    assert Draft.objects.get().answers == {key: 2}
    assert chosen(therapist.page(f"pages/{number}/"), key) == ["2"]


def test_nothing_is_chosen_beforehand(therapist: Therapist) -> None:
    for number in range(1, 9):
        assert " checked" not in therapist.page(f"pages/{number}/")


def test_long_scale_has_eleven_buttons_whose_ends_say_what_they_mean(therapist: Therapist) -> None:
    page = therapist.page("pages/7/")
    field = re.search(r'<fieldset.*?id="field-confidence-feedback".*?</fieldset>', page, re.DOTALL)
    assert field is not None
    assert re.findall(r'value="(\d+)"', field[0]) == [str(step) for step in range(11)]
    labels = re.findall(r"<label>.*?</label>", field[0], re.DOTALL)
    names = [" ".join(re.sub("<[^>]+>", "", label).split()) for label in labels]
    assert names[0] == "0: Cannot do at all"
    assert names[10] == "10: Certain I can do"
    assert names[11:] == ["Don’t know", "Not part of my work"]


def test_absent_question_stays_and_clearing_is_its_own_button(therapist: Therapist) -> None:
    therapist.answer(1, {"usability": 2, "evidence": "dont_know"})
    therapist.answer(1, {"evidence": 4})
    response = therapist.post("pages/1/", {"answer-usability": "2", "clear": "usability"})
    assert response["Location"] == "/r/pages/1/#field-usability"
    assert Draft.objects.get().answers == {"evidence": 4}


def test_bad_answer_is_named_the_others_are_saved_and_nothing_typed_is_lost(therapist: Therapist) -> None:
    response = therapist.answer(1, {"usability": "<b>9</b>", "evidence": 4, "funding": 3})
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: " in page
    assert 'href="#field-usability"' in page
    assert chosen(page, "evidence") == ["4"]
    assert Draft.objects.get().answers == {"evidence": 4}


def test_page_asks_the_database_for_the_invitation_and_the_draft(
    therapist: Therapist, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    therapist.answer(1, {"usability": 2})
    for place in ("pages/1/", "check/"):
        therapist.page(place)
        with django_assert_num_queries(2):
            therapist.page(place)


def test_empty_page_begins_no_draft(therapist: Therapist) -> None:
    assert therapist.answer(1, {})["Location"] == "/r/pages/2/"
    assert not Draft.objects.exists()


def test_save_in_the_background_says_so_without_a_page(therapist: Therapist) -> None:
    response = therapist.answer(1, {"usability": 2}, "stay", **{"X-Requested-With": "fetch"})
    assert (response.status_code, response.content) == (204, b"")
    assert response["Location"] == "/r/pages/1/"
    assert therapist.answer(1, {}, "next", **{"X-Requested-With": "fetch"})["Location"] == "/r/pages/2/"
    assert therapist.answer(1, {"usability": 99}, "stay", **{"X-Requested-With": "fetch"}).status_code == 422
    assert Draft.objects.get().answers == {"usability": 2}


def test_r16_closed_meanwhile_is_said_and_what_was_typed_is_shown(team: Team, therapist: Therapist) -> None:
    therapist.answer(1, {"usability": 2})
    closing.close(round_id=team.round.pk, by=team.lead, now=NOON)
    response = therapist.answer(1, {"usability": 5, "evidence": "dont_know"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "No more answers can be sent" in page
    assert "Completely true" in page
    assert "Don’t know" in page


def test_withdrawn_meanwhile_is_said_and_what_was_typed_is_shown(team: Team, therapist: Therapist) -> None:
    actions.withdraw(by=team.lead, round_id=team.round.pk, invitation_id=team.invitation().pk, now=NOON)
    response = therapist.answer(1, {"usability": 5})
    assert response.status_code == 404
    assert "Completely true" in response.content.decode()


def test_sent_meanwhile_in_another_window_is_said(team: Team, therapist: Therapist) -> None:
    therapist.answer_all(team.round)
    therapist.send()
    response = therapist.answer(1, {"usability": 5})
    assert response.status_code == 403
    assert "Your answers were sent" in response.content.decode()


@pytest.mark.parametrize("number", [0, 9, 999])
def test_page_that_is_not_there(therapist: Therapist, number: int) -> None:
    assert therapist.get(f"pages/{number}/").status_code == 404


def test_first_page_leads_to_the_first_open_question(team: Team, therapist: Therapist) -> None:
    assert 'href="/r/pages/1/">Start' in re.sub(r">\s+", ">", therapist.page())
    therapist.answer(1, dict.fromkeys(FIRST, 3))
    assert 'href="/r/pages/2/">Go on where you stopped' in re.sub(r">\s+", ">", therapist.page())
    therapist.answer_all(team.round)
    assert 'href="/r/check/">Go on' in re.sub(r">\s+", ">", therapist.page())


def test_return_code_brings_answers_to_another_browser(tokens: list[str], therapist: Therapist) -> None:
    therapist.answer(1, {"usability": 2})
    page = therapist.post("later/").content.decode()
    code = re.search(r"([A-Z2-9]{4}-){2}[A-Z2-9]{4}", page)
    assert code is not None
    assert code[0] not in therapist.page("later/")
    elsewhere = Therapist(tokens[0])
    wrong = elsewhere.post("resume/", {"code": "AAAA-AAAA-AAAA"})
    assert wrong.status_code == 422
    assert "AAAA-AAAA-AAAA" in wrong.content.decode()
    assert elsewhere.post("resume/", {"code": code[0].lower().replace("-", " ")}).status_code == 302
    assert chosen(elsewhere.page("pages/1/"), "usability") == ["2"]


def test_change_from_the_last_page_leads_back_to_it(team: Team, therapist: Therapist) -> None:
    therapist.answer_all(team.round)
    link = re.search(r'href="(/r/pages/1/\?from=check)#field-usability"', therapist.page("check/"))
    assert link is not None
    assert "Save and see all answers" in therapist.client.get(link[1]).content.decode()
