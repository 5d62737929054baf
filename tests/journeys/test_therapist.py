"""A therapist at a phone: interrupted, offline, too late, twice, and gone again without a trace."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.respondents.models import Draft, Submission
from assessments.results import closing
from assessments.rounds.models import Round
from tests.journeys.conftest import OpenPage
from tests.journeys.steps import SAVED, press, radio, tap
from tests.journeys.team_steps import (
    HAND,
    PAGES,
    expect_main,
    fill,
    fill_at_once,
    invite,
    our_cookies,
    save_state,
    send,
    sheet,
    start,
)

NETWORK_IS_DOWN = r"Failed to load resource: net::"
PAUSE_MS = 10_000
FIRST, SECOND = (part.items[0].key for part in PAGES[:2])
ALL = sheet(4, 7)


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A therapist's phone, whose clock can be put forward."""
    page = open_page(viewport=HAND)
    page.clock.install()
    return page


@pytest.fixture
def link(lead: User, assessment: Round) -> str:
    """The link of one of five who were invited."""
    return invite(lead, assessment, 5)[0]


def answer_and_pause(page: Page, key: str, value: int) -> None:
    """Answer a question and do nothing for ten seconds."""
    tap(page, key, value)
    expect(save_state(page)).to_have_text("Not saved yet")
    page.clock.fast_forward(PAUSE_MS)


def chosen(page: Page) -> int:
    """Give how many answers are chosen on the page."""
    return page.locator("input[type=radio]:checked").count()


def test_interrupted_therapist_goes_on_where_she_stopped(phone: Page, open_page: OpenPage, link: str) -> None:
    start(phone, link)
    fill(phone, ALL, up_to=1)
    phone.wait_for_url("**/r/pages/2/")
    answer_and_pause(phone, SECOND, 2)
    expect(save_state(phone)).to_have_text(SAVED)
    phone.close()

    again = phone.context.new_page()
    again.goto(link)
    again.get_by_role("link", name="Go on where you stopped").click()
    again.wait_for_url("**/r/pages/2/")
    expect(radio(again, SECOND, 2)).to_be_checked()
    press(again, "later")
    again.get_by_role("button", name="Give me a return code").click()
    code = again.locator("[data-return-code]").inner_text()

    elsewhere = open_page(viewport=HAND)
    elsewhere.goto(link)
    elsewhere.get_by_role("link", name="Start", exact=True).click()
    elsewhere.wait_for_url("**/r/pages/1/")
    assert chosen(elsewhere) == 0
    press(elsewhere, "back")
    bring_back(elsewhere, "ABCD-EFGH-JKMN")
    expect(elsewhere.locator("#error-summary")).to_contain_text("This code leads to no answers")
    elsewhere.locator("input[name=code]").fill(code.lower().replace("-", " "))
    elsewhere.get_by_role("button", name="Bring back my answers").click()
    elsewhere.get_by_role("link", name="Go on where you stopped").click()
    expect(radio(elsewhere, SECOND, 2)).to_be_checked()
    assert Draft.objects.count() == 1


def bring_back(page: Page, code: str) -> None:
    """Type a return code on the first page."""
    page.get_by_text("I have a return code").click()
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name="Bring back my answers").click()


def test_lost_network_is_said_and_waited_out(phone: Page, link: str, provoked: list[str]) -> None:
    provoked.append(NETWORK_IS_DOWN)
    start(phone, link)
    phone.context.set_offline(True)
    answer_and_pause(phone, FIRST, 2)
    expect(save_state(phone)).to_contain_text("Not saved, retrying")
    assert not Draft.objects.exists()

    phone.context.set_offline(False)
    expect(save_state(phone)).to_have_text(SAVED)
    assert Draft.objects.get().answers == {FIRST: 2}
    tap(phone, FIRST, 3)
    press(phone, "next")
    phone.wait_for_url("**/r/pages/2/")
    assert Draft.objects.get().answers == {FIRST: 3}


def test_round_that_closes_while_somebody_answers_is_said(
    phone: Page, link: str, lead: User, assessment: Round
) -> None:
    start(phone, link)
    fill(phone, ALL, up_to=1)
    phone.wait_for_url("**/r/pages/2/")
    closing.close(round_id=assessment.pk, by=lead, now=timezone.now())
    answer_and_pause(phone, SECOND, 2)
    expect(save_state(phone)).to_have_text("Not saved. Press a button below to see why.")
    expect(radio(phone, SECOND, 2)).to_be_checked()

    press(phone, "next")
    expect(phone.get_by_role("heading", level=1)).to_have_text("No more answers can be sent")
    expect_main(phone, "was not saved")
    expect_main(phone, PAGES[1].items[0].wording[next(iter(PAGES[1].items[0].wording))])
    assert not Draft.objects.exists()
    phone.goto(link)
    phone.wait_for_url("**/team/")


def test_open_page_of_a_colleague_saves_nothing_once_another_link_is_opened(
    phone: Page, lead: User, assessment: Round
) -> None:
    annas, bobs = invite(lead, assessment, 5)[:2]
    start(phone, annas)
    tab = phone.context.new_page()
    start(tab, bobs)
    tap(tab, FIRST, 2)
    press(tab, "next")
    tab.wait_for_url("**/r/pages/2/")

    answer_and_pause(phone, FIRST, 5)
    expect(save_state(phone)).to_have_text("Not saved. Press a button below to see why.")
    press(phone, "next")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Another link was opened in this browser")
    expect_main(phone, "Completely true")
    assert [one.answers for one in Draft.objects.all()] == [{FIRST: 2}]

    start(phone, annas)
    tap(phone, FIRST, 5)
    press(phone, "next")
    phone.wait_for_url("**/r/pages/2/")
    assert sorted(one.answers[FIRST] for one in Draft.objects.all()) == [2, 5]


def test_two_tabs_that_send_at_once_send_once(phone: Page, link: str) -> None:
    start(phone, link)
    fill_at_once(phone, ALL)
    tab = phone.context.new_page()
    tab.goto(reverse("respondents:check"))
    for page in (phone, tab):
        page.evaluate("setTimeout(() => document.querySelector('form[data-once]').requestSubmit(), 0)")
    for page in (phone, tab):
        page.wait_for_url("**/r/done/")
        expect_main(page, "Your answers are sent")
    assert Submission.objects.count() == 1
    assert not Draft.objects.exists()


def test_second_browser_with_the_same_link_is_told_that_it_was_too_late(
    phone: Page, open_page: OpenPage, link: str
) -> None:
    other = open_page(viewport=HAND)
    for page, answers in ((phone, ALL), (other, sheet(1, 1))):
        start(page, link)
        fill_at_once(page, answers)
    send(phone)
    other.locator("form[data-once] button[type=submit]").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Your answers were sent")
    expect_main(other, "What this browser was about to send was not sent.")
    assert [one.answers[FIRST] for one in Submission.objects.all()] == [4]


def test_nothing_of_the_answers_is_left_behind(phone: Page, link: str) -> None:
    start(phone, link)
    fill(phone, ALL, up_to=2)
    phone.wait_for_url("**/r/pages/3/")
    fill_at_once(phone, ALL)
    send(phone)
    for _ in range(3):
        phone.go_back()
        assert chosen(phone) == 0, phone.url
        expect(phone.get_by_role("heading", level=1)).to_have_text("Your answers were sent")
        assert "7 of 10" not in phone.content()

    phone.goto(reverse("respondents:done"))
    expect_main(phone, "Your own confidence, for your eyes only")
    phone.get_by_role("button", name="Done, clear this device").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("This device is cleared")
    assert our_cookies(phone) == set()
    phone.go_back()
    expect(phone.locator("main")).not_to_contain_text(re.compile(r"\b7\b"))
    phone.goto(reverse("respondents:done"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Please open your link")
