"""Two managers, two browsers, one form: their answers merge, and neither overwrites the other unseen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.rounds.models import Round
from tests.journeys.conftest import OpenPage
from tests.journeys.steps import Held, answers_of, expect_saved, press, question, radio, state, stored, tap, topic_url

SignIn = Callable[[Page, User], None]
Two = tuple[Page, Page]


@pytest.fixture
def two(open_page: OpenPage, sign_in: SignIn, lead: User, manager: User, assessment: Round) -> Two:
    """The same topic in the browsers of the lead and of a manager, opened before either answers."""
    pages = open_page(), open_page()
    for page, user in zip(pages, (lead, manager), strict=True):
        sign_in(page, user)
        page.goto(topic_url(assessment, "leadership"))
    return pages


def conflict(page: Page, key: str) -> str:
    """Wait for the note that a colleague answered too, and give its words."""
    note = question(page, key).get_by_role("alert")
    expect(note).to_be_visible()
    return note.inner_text()


def test_different_questions_merge(two: Two, assessment: Round) -> None:
    hers, his = two
    tap(hers, "management-support", 2)
    tap(his, "team-support", 4)
    expect_saved(hers, "management-support")
    expect_saved(his, "team-support")

    for page in two:
        page.reload()
        expect(radio(page, "management-support", 2)).to_be_checked()
        expect(radio(page, "team-support", 4)).to_be_checked()


def test_same_question_shows_both_answers_and_saves_mine(two: Two, assessment: Round) -> None:
    hers, his = two
    tap(hers, "management-support", 2)
    expect_saved(hers, "management-support")
    tap(his, "management-support", 5)

    words = conflict(his, "management-support")
    assert "Lena Lead" in words
    assert "A little true" in words
    assert "Completely true" in words
    assert answers_of(assessment) == {"management-support": 2}

    his.get_by_role("button", name="Save mine").click()
    expect_saved(his, "management-support")
    assert answers_of(assessment) == {"management-support": 5}
    expect(question(his, "management-support").get_by_role("alert")).to_have_count(0)


def test_same_question_shows_both_answers_and_keeps_theirs(two: Two, assessment: Round) -> None:
    hers, his = two
    question(hers, "management-support").locator("details.comment summary").click()
    question(hers, "management-support").locator("textarea").fill("Until spring.")
    tap(hers, "management-support", 2)
    expect_saved(hers, "management-support")
    tap(his, "management-support", 5)

    assert "Until spring." in conflict(his, "management-support")
    his.get_by_role("button", name="Keep theirs").click()
    expect(radio(his, "management-support", 2)).to_be_checked()
    expect(question(his, "management-support").locator("textarea")).to_have_value("Until spring.")
    row = stored(assessment, "management-support")
    assert row is not None
    assert (row.answer, row.comment) == (2, "Until spring.")

    tap(his, "management-support", 3)
    expect_saved(his, "management-support")
    assert answers_of(assessment) == {"management-support": 3}


def test_save_and_go_on_stays_where_a_colleague_answered_too(two: Two, assessment: Round) -> None:
    hers, his = two
    tap(hers, "management-support", 2)
    expect_saved(hers, "management-support")
    tap(his, "management-support", 5)
    press(his, "next")

    conflict(his, "management-support")
    assert his.url.endswith(topic_url(assessment, "leadership"))
    his.get_by_role("button", name="Save mine").click()
    expect_saved(his, "management-support")
    press(his, "next")
    his.wait_for_url(f"**{topic_url(assessment, 'process')}")


def test_same_question_without_script_shows_both_answers(
    open_page: OpenPage, sign_in: SignIn, lead: User, manager: User, assessment: Round
) -> None:
    pages = [open_page(java_script_enabled=False) for _ in range(2)]
    for page, user, value in zip(pages, (lead, manager), (2, 5), strict=True):
        sign_in(page, user)
        page.goto(topic_url(assessment, "leadership"))
        radio(page, "management-support", value).check()
    hers, his = pages
    press(hers, "list")
    press(his, "list")

    note = question(his, "management-support").locator(".conflict")
    expect(note).to_contain_text("Lena Lead")
    expect(note).to_contain_text("A little true")
    expect(radio(his, "management-support", 5)).to_be_checked()
    assert answers_of(assessment) == {"management-support": 2}

    press(his, "list")
    his.wait_for_url(f"**{assessment.get_absolute_url()}")
    assert answers_of(assessment) == {"management-support": 5}


def test_what_is_changed_before_the_colleague_is_heard_of_waits_for_a_choice(two: Two, assessment: Round) -> None:
    hers, his = two
    tap(hers, "management-support", 2)
    expect_saved(hers, "management-support")
    held = Held(his)
    tap(his, "management-support", 5)
    tap(his, "management-support", 4)
    held.let_go()

    assert "Mostly true" in conflict(his, "management-support")
    tap(his, "management-support", 3)
    assert "Partly true" in conflict(his, "management-support")
    assert answers_of(assessment) == {"management-support": 2}
    his.get_by_role("button", name="Save mine").click()
    expect_saved(his, "management-support")
    assert answers_of(assessment) == {"management-support": 3}


def test_choosing_the_same_as_a_colleague_settles_it(two: Two, assessment: Round) -> None:
    hers, his = two
    tap(hers, "management-support", 2)
    expect_saved(hers, "management-support")
    tap(his, "management-support", 5)
    conflict(his, "management-support")
    tap(his, "management-support", 2)
    his.get_by_role("button", name="Save mine").click()
    expect(state(his)).to_have_text("All answers saved")
    assert answers_of(assessment) == {"management-support": 2}
