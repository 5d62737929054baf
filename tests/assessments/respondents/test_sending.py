"""Looking over, sending once, and what a therapist has afterwards: for half an hour, in one browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from assessments.respondents import presenters
from assessments.respondents.models import Draft, Submission
from tests.assessments.respondents.conftest import NOON, Team, Therapist, words_of


def test_all_answers_are_shown_in_words_with_what_blanks_do(therapist: Therapist) -> None:
    therapist.answer(1, {"usability": 2, "evidence": 5})
    therapist.answer(2, {"comorbidity": "not_applicable"})
    therapist.answer(7, {"confidence-risk": 3, "confidence-tone": 10})
    said = words_of(therapist.page("check/"))
    assert "25 questions are without an answer" in said
    assert "your other answers are enough for this topic" in said
    assert "you do not count in its figure" in said
    assert "10 of 10: Certain I can do" in said
    assert "Sending is final" in said


def test_what_was_not_shown_is_not_sent(therapist: Therapist) -> None:
    therapist.answer(1, {"usability": 2})
    shown = therapist.shown()
    therapist.answer(1, {"evidence": 4})
    response = therapist.post("check/", {"shown": shown})
    assert response.status_code == 422
    assert "have changed since" in response.content.decode()
    assert therapist.post("check/").status_code == 422
    assert not Submission.objects.exists()


def test_empty_form_cannot_be_sent(therapist: Therapist) -> None:
    assert "Send my answers" not in therapist.page("check/")
    assert therapist.post("check/", {"shown": "." * 29}).status_code == 422
    therapist.answer(1, {"usability": 2})
    therapist.post("pages/1/", {"clear": "usability"})
    assert therapist.post("check/", {"shown": "." * 29}).status_code == 422
    assert not Submission.objects.exists()


def test_r4_send_pressed_twice_has_one_effect_and_one_answer(team: Team, tokens: list[str], therapist) -> None:
    therapist.answer_all(team.round)
    shown = therapist.shown()
    before = therapist.client.cookies.copy()
    first = therapist.post("check/", {"shown": shown})
    therapist.client.cookies = before  # the first answer never reached the browser
    second = therapist.post("check/", {"shown": shown})
    assert first["Location"] == second["Location"] == "/r/done/"
    assert "You feel unsure about these tasks for now." in therapist.page("done/")
    assert Submission.objects.count() == 1
    assert not Draft.objects.exists()


def test_dont_know_among_the_answers_keeps_nobody_from_the_profile(therapist: Therapist) -> None:
    therapist.answer(1, {"usability": "dont_know", "evidence": 4})
    therapist.answer(7, {"confidence-tone": "not_applicable"})
    assert therapist.send()["Location"] == "/r/done/"
    assert "Your own confidence, for your eyes only" in therapist.page("done/")
    assert "Don’t know" in therapist.page("copy/")


def test_browser_that_was_too_late_is_not_told_that_its_answers_were_sent(team: Team, tokens: list[str]) -> None:
    quick, slow = Therapist(tokens[0]), Therapist(tokens[0])
    quick.answer_all(team.round, 5)
    slow.answer_all(team.round, 1)
    shown = slow.shown()
    quick.send()
    late = slow.post("check/", {"shown": shown})
    assert late.status_code == 403
    assert "What this browser was about to send was not sent." in late.content.decode()
    assert "Your answers were sent" in slow.page("done/")
    assert [set(one.answers.values()) for one in Submission.objects.all()] == [{5}]


def test_press_that_another_overtakes_gets_the_same_page(
    team: Team, therapist: Therapist, monkeypatch: pytest.MonkeyPatch
) -> None:
    therapist.answer_all(team.round, 5)
    other = Therapist()
    other.client.cookies.update(therapist.client.cookies)
    shown = therapist.shown()
    read = presenters.answers_of

    def overtaken(*args: object) -> object:
        monkeypatch.setattr(presenters, "answers_of", read)
        assert other.post("check/", {"shown": shown})["Location"] == "/r/done/"
        return read(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(presenters, "answers_of", overtaken)

    assert therapist.post("check/", {"shown": shown})["Location"] == "/r/done/"
    assert Submission.objects.count() == 1


def test_pressing_again_does_not_make_the_profile_last_longer(team: Team, therapist: Therapist) -> None:
    therapist.answer_all(team.round)
    shown = therapist.shown()
    therapist.send()
    with time_machine.travel(NOON + timedelta(minutes=20), tick=False):
        again = therapist.post("check/", {"shown": shown})
    assert again["Location"] == "/r/done/"
    assert "profile" not in again.cookies


def test_profile_and_copy_last_half_an_hour_in_the_browser_that_sent(team: Team, tokens: list[str], therapist) -> None:
    therapist.answer_all(team.round, 5)
    therapist.send()
    assert "5 of 10" in therapist.page("done/")
    assert "Completely true" in therapist.page("copy/")
    file = therapist.get("copy/file/")
    assert file["Content-Disposition"] == 'attachment; filename="my-answers.txt"'
    assert file.content.decode().count("5 of 10") == 8
    assert "Your answers were sent" in Therapist(tokens[0]).page("done/")
    with time_machine.travel(NOON + timedelta(minutes=31), tick=False):
        for place in ("done/", "copy/", "copy/file/"):
            assert "Your answers were sent" in therapist.page(place)


def test_b24_next_person_on_a_shared_computer_meets_no_profile(team: Team, tokens: list[str], therapist) -> None:
    therapist.answer_all(team.round)
    therapist.send()
    assert "/r/done/" in therapist.page()
    therapist.open(tokens[0])
    assert "You feel unsure about these tasks for now." in therapist.page("done/")
    therapist.open(tokens[1])
    assert "4 of 10" not in therapist.page("done/")
    assert "/r/done/" not in therapist.page()


def test_b8_second_link_in_the_same_browser_session_sends_nothing(team: Team, tokens: list[str], therapist) -> None:
    therapist.answer_all(team.round)
    therapist.send()
    therapist.open(tokens[1])
    assert "Answers were sent from this browser" in therapist.page()
    assert therapist.answer(1, {"usability": 2}).status_code == 403
    assert therapist.post("check/", {"shown": "4" * 29}).status_code == 403
    therapist.post("clear/")
    therapist.open(tokens[1])
    assert "29 questions" in therapist.page()
    assert therapist.client.cookies["sent"].value == ""


def test_sent_pass_ends_with_the_browser(team: Team, therapist: Therapist) -> None:
    therapist.answer_all(team.round)
    cookie = therapist.send().cookies["sent"]
    assert cookie["max-age"] == ""
    assert cookie["expires"] == ""


def test_b24_cleared_device_keeps_nothing(team: Team, therapist: Therapist) -> None:
    therapist.answer_all(team.round)
    therapist.send()
    response = therapist.post("clear/")
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "This device is cleared" in response.content.decode()
    assert all(not therapist.client.cookies[name].value for name in ("link", "sent", "profile"))
    for place in ("", "done/", "copy/", "check/", "pages/1/"):
        assert therapist.get(place).status_code == 403


def test_done_before_sending_leads_to_the_first_page(therapist: Therapist) -> None:
    assert therapist.get("done/")["Location"] == "/r/"


def test_decline_needs_the_box_ticked(team: Team, tokens: list[str]) -> None:
    wrong = Therapist()
    assert wrong.client.get(f"/r/{tokens[0]}/not-me/")["Location"] == "/r/not-me/"
    assert wrong.post("not-me/").status_code == 422
    response = wrong.post("not-me/", {"sure": "1"})
    assert "You are off the list" in response.content.decode()
    assert Therapist().open(tokens[0]).status_code == 404


@pytest.mark.parametrize("forged", ["", "9" * 29, "4" * 28, "é" * 29, "4" * 3_000])
def test_forged_list_of_answers_gives_no_profile(team: Team, therapist: Therapist, forged: str) -> None:
    therapist.answer_all(team.round)
    therapist.send()
    therapist.client.cookies.pop("profile")
    assert therapist.post("check/", {"shown": forged}).status_code == 403
