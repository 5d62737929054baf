"""Saving under bad luck: what is typed stays on the page, what is called saved is stored, and nothing is stored twice.

Rows R5, R6, R7 and R28 of the promises about faults, on a page with its script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Dialog, Page, Route, expect

from assessments.clinics.models import User
from assessments.results import closing
from assessments.rounds.models import Round
from tests.assessments.conftest import PASSWORD
from tests.journeys.steps import (
    SAVES,
    Held,
    answer_by_colleague,
    answers_of,
    expect_saved,
    press,
    question,
    radio,
    state,
    stored,
    tap,
    topic_url,
)

RED_WITHIN_MS = 5_000
RESENT_WITHIN_MS = 15_000
NETWORK_IS_DOWN = r"Failed to load resource: (net::|the server responded with a status of 5)"

SignIn = Callable[[Page, User], None]


@pytest.fixture
def topic(page: Page, sign_in: SignIn, lead: User, assessment: Round) -> Page:
    """The page of the topic Money and future, opened by the lead."""
    sign_in(page, lead)
    page.goto(topic_url(assessment, "funding"))
    return page


def expect_red(page: Page) -> None:
    """Wait until the page says that something is not saved."""
    expect(state(page)).to_have_attribute("data-tone", "problem", timeout=RED_WITHIN_MS)
    expect(state(page)).to_contain_text("stay on this page")


def expect_all_saved(page: Page) -> None:
    """Wait until the page says that everything is saved."""
    expect(state(page)).to_have_text("All answers saved", timeout=RESENT_WITHIN_MS)


def saves(page: Page) -> list[str]:
    """Give a list to which the keys of answered saves are added as they come in."""
    keys: list[str] = []
    page.on("requestfinished", lambda r: keys.append(r.url.split("/")[-2]) if r.method == "PUT" else None)
    return keys


def dialogs(page: Page) -> list[str]:
    """Accept every dialog and give a list to which their kinds are added."""
    kinds: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.accept()

    page.on("dialog", on_dialog)
    return kinds


def test_lost_network_is_said_and_everything_resent_in_order(
    topic: Page, assessment: Round, provoked: list[str]
) -> None:
    provoked.append(NETWORK_IS_DOWN)
    given = {"reimbursement": 1, "long-term-funding": 2, "costs-known": 3}
    arrived = saves(topic)
    topic.context.set_offline(True)
    for key, value in given.items():
        tap(topic, key, value)
    expect_red(topic)
    expect(question(topic, "reimbursement").locator("[data-state]")).to_have_text("Not saved, retrying")
    assert answers_of(assessment) == {}

    topic.context.set_offline(False)
    expect_all_saved(topic)
    expect_saved(topic, *given)
    assert arrived == list(given)
    assert answers_of(assessment) == given
    assert assessment.answers.filter(revision=1).count() == len(given)


def test_the_last_of_several_changes_made_without_network_is_what_is_stored(
    topic: Page, assessment: Round, provoked: list[str]
) -> None:
    provoked.append(NETWORK_IS_DOWN)
    topic.context.set_offline(True)
    for value in (1, 3, 5):
        tap(topic, "reimbursement", value)
    expect_red(topic)

    topic.context.set_offline(False)
    expect_all_saved(topic)
    assert answers_of(assessment) == {"reimbursement": 5}


def test_errors_of_the_server_are_waited_out(topic: Page, assessment: Round, provoked: list[str]) -> None:
    provoked.append(NETWORK_IS_DOWN)
    answers = [502, 500]

    def unlucky(route: Route) -> None:
        if answers:
            route.fulfill(status=answers.pop(), body="<h1>Bad gateway</h1>", content_type="text/html")
        else:
            route.continue_()

    topic.route(SAVES, unlucky)
    tap(topic, "reimbursement", 2)
    expect_red(topic)
    expect_all_saved(topic)
    assert answers == []
    assert answers_of(assessment) == {"reimbursement": 2}


def test_an_answer_that_got_lost_on_its_way_back_is_stored_once(
    topic: Page, assessment: Round, provoked: list[str]
) -> None:
    provoked.append(NETWORK_IS_DOWN)
    lost: list[int] = []

    def lose_the_first_reply(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    topic.route(SAVES, lose_the_first_reply)
    tap(topic, "reimbursement", 2)
    expect_all_saved(topic)
    assert lost == [200]
    row = stored(assessment, "reimbursement")
    assert row is not None
    assert (row.answer, row.revision) == (2, 1)


def test_slow_network_is_said_and_waited_for(topic: Page, assessment: Round) -> None:
    held = Held(topic)
    tap(topic, "reimbursement", 2)
    tap(topic, "reimbursement", 4)
    expect_red(topic)
    assert len(held.waiting) == 1

    held.let_go()
    expect_all_saved(topic)
    assert answers_of(assessment) == {"reimbursement": 4}


def test_signed_out_while_answering_loses_nothing(topic: Page, assessment: Round, lead: User) -> None:
    Session.objects.all().delete()
    tap(topic, "reimbursement", 2)
    expect(state(topic)).to_contain_text("You are signed out", timeout=RED_WITHIN_MS)

    with topic.context.expect_page() as opened:
        state(topic).get_by_role("link").click()
    tab = opened.value
    tab.locator("input[name=login]").fill(lead.email)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_url("**/clinics/")
    tab.close()

    topic.bring_to_front()
    expect_all_saved(topic)
    assert answers_of(assessment) == {"reimbursement": 2}


def test_form_token_that_is_gone_is_replaced_unseen(topic: Page, assessment: Round) -> None:
    topic.context.clear_cookies(name="csrftoken")
    tap(topic, "reimbursement", 2)
    expect_all_saved(topic)
    assert answers_of(assessment) == {"reimbursement": 2}


def test_leaving_warns_while_something_is_unsent_and_only_then(topic: Page, assessment: Round) -> None:
    kinds = dialogs(topic)
    tap(topic, "reimbursement", 2)
    expect_all_saved(topic)
    topic.reload()
    assert kinds == []

    Held(topic)
    tap(topic, "reimbursement", 4)
    topic.reload()
    assert kinds == ["beforeunload"]
    topic.unroute_all(behavior="ignoreErrors")
    expect(radio(topic, "reimbursement", 2)).to_be_checked()


def test_save_and_go_on_waits_for_what_is_unsent(topic: Page, assessment: Round) -> None:
    held = Held(topic)
    kinds = dialogs(topic)
    tap(topic, "reimbursement", 2)
    question(topic, "costs-known").locator("details.comment summary").click()
    question(topic, "costs-known").locator("textarea").fill("Finance is counting.")
    press(topic, "next")
    expect(state(topic)).to_have_text("Saving…")
    assert topic.url.endswith(topic_url(assessment, "funding"))

    held.let_go()
    topic.wait_for_url(f"**{topic_url(assessment, 'acceptance')}")
    assert answers_of(assessment) == {"reimbursement": 2, "costs-known": None}
    assert kinds == []


def test_reload_and_back_show_what_was_last_saved(topic: Page, assessment: Round) -> None:
    tap(topic, "reimbursement", 2)
    expect_saved(topic, "reimbursement")
    topic.reload()
    expect(radio(topic, "reimbursement", 2)).to_be_checked()

    tap(topic, "reimbursement", 3)
    expect_saved(topic, "reimbursement")
    topic.goto(topic_url(assessment, "skills"))
    topic.go_back()
    expect(radio(topic, "reimbursement", 3)).to_be_checked()
    tap(topic, "reimbursement", 5)
    expect_all_saved(topic)
    assert answers_of(assessment) == {"reimbursement": 5}


def test_back_shows_what_a_colleague_saved_meanwhile(topic: Page, assessment: Round, manager: User) -> None:
    tap(topic, "reimbursement", 2)
    expect_saved(topic, "reimbursement")
    topic.goto(topic_url(assessment, "skills"))
    answer_by_colleague(manager, assessment, "reimbursement", 4)
    topic.go_back()
    expect(radio(topic, "reimbursement", 4)).to_be_checked()
    tap(topic, "reimbursement", 5)
    expect_saved(topic, "reimbursement")
    assert answers_of(assessment) == {"reimbursement": 5}


def test_round_that_closes_while_answering_is_said(topic: Page, assessment: Round, lead: User) -> None:
    closing.close(round_id=assessment.pk, by=lead, now=timezone.now())
    tap(topic, "reimbursement", 2)
    expect(question(topic, "reimbursement").locator("[data-state]")).to_contain_text(re.compile(r"^Not saved: \w"))
    expect(state(topic)).to_have_attribute("data-tone", "problem")
    press(topic, "next")
    expect(state(topic)).to_contain_text("not saved")
    assert topic.url.endswith(topic_url(assessment, "funding"))
    assert answers_of(assessment) == {}


def test_number_that_cannot_be_read_stays_and_takes_focus(topic: Page, assessment: Round) -> None:
    number = question(topic, "funding-months").locator("input[type=text]")
    number.fill("about ten")
    press(topic, "next")
    expect(question(topic, "funding-months").locator("[data-state]")).to_have_text(
        "Not saved: Please give a whole number from 0 to 100,000."
    )
    expect(question(topic, "funding-months")).to_be_focused()
    expect(number).to_have_value("about ten")

    number.fill("10")
    press(topic, "next")
    topic.wait_for_url(f"**{topic_url(assessment, 'acceptance')}")
    assert answers_of(assessment) == {"funding-months": 10}


@contextmanager
def pressed(page: Page) -> Iterator[None]:
    """Hold the button that goes on; the page's clock stands, so that a slow machine does not press for too long."""
    page.locator('button[name="go"][value="next"]').hover()
    page.clock.install()
    page.clock.pause_at(timezone.now() + timedelta(seconds=1))
    page.mouse.down()
    yield
    page.mouse.up()
    page.clock.resume()


def test_note_that_appears_during_a_slow_click_does_not_swallow_it(topic: Page, assessment: Round) -> None:
    question(topic, "funding-months").locator("input[type=text]").fill("about ten")
    with pressed(topic):
        topic.wait_for_timeout(300)
    expect(question(topic, "funding-months")).to_be_focused()


def test_answer_that_comes_during_a_slow_click_does_not_swallow_it(topic: Page) -> None:
    held = Held(topic)
    with topic.expect_request(SAVES):
        question(topic, "funding-months").locator("input[type=text]").fill("about ten")
    with pressed(topic):
        with topic.expect_response(SAVES):
            held.let_go()
        topic.wait_for_timeout(100)
    expect(question(topic, "funding-months")).to_be_focused()
