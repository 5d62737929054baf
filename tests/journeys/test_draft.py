"""A therapist's page saves itself, after a pause and before it is left; it says so only when it is so."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from assessments.clinics.models import User
from assessments.respondents.models import Draft
from assessments.rounds.models import Round
from tests.journeys.steps import SAVED, press, question, radio, tap
from tests.journeys.team_steps import invite, save_state

PAUSE_MS = 10_000
PAGE = "**/r/pages/*/"
SMALL = """() => [...document.querySelectorAll(".steps-long label")]
  .map((one) => one.getBoundingClientRect())
  .filter((box) => box.width < 30 || box.height < 44 || box.right > innerWidth).length"""


@pytest.fixture
def link(lead: User, assessment: Round) -> str:
    return invite(lead, assessment, 1)[0]


@pytest.fixture
def form(page: Page, link: str) -> Page:
    """The first page of questions, with a clock that the test moves."""
    page.clock.install()
    page.goto(link)
    page.goto("/r/pages/1/")
    return page


def stored() -> dict[str, object]:
    """Give the answers of the one draft; empty when there is none."""
    return next(iter(Draft.objects.values_list("answers", flat=True)), {})


def test_page_saves_itself_after_a_pause_and_says_when(form: Page) -> None:
    tap(form, "usability", 2)
    expect(save_state(form)).to_have_text("Not saved yet")
    form.clock.run_for(PAUSE_MS - 1_000)
    assert not stored()
    form.clock.run_for(2_000)
    expect(save_state(form)).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    assert stored() == {"usability": 2}


def posts_of(page: Page) -> list[str]:
    """Give the list into which every post of a page is written, by the page's address."""
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(urlsplit(sent.url).path) if sent.method == "POST" else None)
    return posts


def test_page_is_turned_with_one_post(form: Page) -> None:
    posts = posts_of(form)
    tap(form, "usability", 2)
    press(form, "next")
    form.wait_for_url("**/r/pages/2/")
    press(form, "back")
    form.wait_for_url("**/r/pages/1/")
    press(form, "later")
    form.wait_for_url("**/r/later/")
    assert posts == ["/r/pages/1/", "/r/pages/2/", "/r/pages/1/"]
    assert stored() == {"usability": 2}


def test_save_under_way_is_waited_for_before_the_page_is_turned(form: Page) -> None:
    waiting: list[Route] = []

    def hold_first(route: Route) -> None:
        if waiting or route.request.method != "POST":
            route.continue_()
        else:
            waiting.append(route)

    form.route(PAGE, hold_first)
    tap(form, "usability", 2)
    form.clock.run_for(PAUSE_MS + 1_000)
    expect(save_state(form)).to_have_text("Saving…")
    posts = posts_of(form)
    tap(form, "usability", 5)
    press(form, "next")
    assert not posts
    waiting[0].continue_()
    form.wait_for_url("**/r/pages/2/")
    assert stored() == {"usability": 5}


def test_whoever_goes_on_answering_while_the_network_is_away_stays(form: Page, provoked: list[str]) -> None:
    provoked.append("Failed to load resource: net::ERR_FAILED")
    away = [True]
    form.route(PAGE, lambda route: route.abort() if away[0] and route.request.method == "POST" else route.continue_())
    press(form, "next")
    expect(save_state(form)).to_contain_text("Not saved, retrying")
    tap(form, "usability", 4)
    away[0] = False
    form.clock.run_for(PAUSE_MS + 1_000)
    expect(save_state(form)).to_have_text(SAVED)
    assert form.url.endswith("/r/pages/1/")
    assert stored() == {"usability": 4}


def test_answer_is_cleared_at_once_and_the_page_stays(form: Page) -> None:
    posts = posts_of(form)
    tap(form, "usability", 2)
    tap(form, "evidence", 3)
    clear = question(form, "usability").locator(".clear")
    clear.click()
    expect(save_state(form)).to_have_text(SAVED)
    expect(radio(form, "usability", 2)).not_to_be_checked()
    expect(clear).not_to_be_visible()
    expect(question(form, "usability")).to_be_focused()
    assert posts == ["/r/pages/1/"]
    assert stored() == {"evidence": 3}
    tap(form, "usability", 2)
    press(form, "next")
    form.wait_for_url("**/r/pages/2/")
    assert stored() == {"evidence": 3, "usability": 2}


def test_two_windows_of_one_person_undo_nothing_of_each_other(form: Page) -> None:
    tap(form, "usability", 2)
    form.clock.run_for(PAUSE_MS + 1_000)
    expect(save_state(form)).to_have_text(SAVED)
    other = form.context.new_page()
    other.goto("/r/pages/1/")
    tap(other, "usability", 5)
    press(other, "next")
    other.wait_for_url("**/r/pages/2/")
    tap(form, "evidence", 3)
    press(form, "next")
    form.wait_for_url("**/r/pages/2/")
    assert stored() == {"usability": 5, "evidence": 3}


def test_leaving_asks_only_while_something_is_unsaved(form: Page) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    form.on("dialog", leave)
    tap(form, "usability", 2)
    form.goto("/r/how/")
    assert asked == ["beforeunload"]
    form.goto("/r/pages/1/")
    tap(form, "usability", 3)
    form.clock.run_for(PAUSE_MS + 1_000)
    expect(save_state(form)).to_have_text(re.compile("^Saved "))
    form.goto("/r/how/")
    assert asked == ["beforeunload"]


def test_refused_save_shows_the_reason_and_what_was_chosen(form: Page) -> None:
    tap(form, "usability", 2)
    form.context.clear_cookies(name="link")
    form.clock.run_for(PAUSE_MS + 1_000)
    expect(save_state(form)).to_have_text("Not saved. Press a button below to see why.")
    press(form, "next")
    expect(form.locator("h1")).to_have_text("Please open your link")
    expect(form.locator("main")).to_contain_text("A little true")


def test_long_scale_fits_a_thumb_and_the_keyboard(page: Page, link: str) -> None:
    page.goto(link)
    page.goto("/r/pages/7/")
    assert page.locator(".steps-long label").count() == 44
    assert page.evaluate(SMALL) == 0
    page.locator("[name=answer-confidence-feedback][value='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[name=answer-confidence-feedback][value='2']")).to_be_checked()
    press(page, "next")
    page.wait_for_url("**/r/pages/8/")
    assert stored() == {"confidence-feedback": 2}


def test_tab_goes_through_the_questions_in_order_and_then_on(form: Page) -> None:
    reached = []
    for _ in range(13):
        form.keyboard.press("Tab")
        reached.append(form.evaluate("() => document.activeElement.name || document.activeElement.innerText.trim()"))
    keys = ("content-quality", "evidence", "usability", "adaptability")
    questions = [stop for key in keys for stop in (f"answer-{key}", "Why we ask")]
    buttons = ["go", "go", "go"]
    assert reached == ["Skip to the content", "iCBT Readiness", *questions, *buttons]
