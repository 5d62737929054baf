"""The keyboard alone: signing in, opening a topic, answering, going on; focus is always seen."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.rounds.models import Round
from tests.assessments.conftest import PASSWORD
from tests.journeys.steps import answers_of, expect_saved, press, question, radio, state, tab_to, topic_url


def test_sign_in_answer_and_go_on(page: Page, lead: User, assessment: Round) -> None:
    keys = page.keyboard
    page.goto("/accounts/login/")
    keys.press("Tab")
    expect(page.locator("a.skip-link")).to_be_focused()
    expect(page.locator("a.skip-link")).to_be_in_viewport()
    keys.press("Enter")
    tab_to(page, "input[name=login]")
    keys.type(lead.email)
    tab_to(page, "input[name=password]")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/clinics/")
    for address in (assessment.clinic.get_absolute_url(), assessment.get_absolute_url()):
        tab_to(page, f'a[href="{address}"]')
        keys.press("Enter")
        page.wait_for_url(f"**{address}")
    tab_to(page, f'a[href="{topic_url(assessment, "funding")}"]')
    keys.press("Enter")
    page.wait_for_url("**/sections/funding/")

    tab_to(page, 'input[name="answer-reimbursement"]')
    keys.press("Space")
    expect(radio(page, "reimbursement", 1)).to_be_checked()
    keys.press("ArrowDown")
    expect(radio(page, "reimbursement", 2)).to_be_checked()
    tab_to(page, 'input[name="answer-long-term-funding"]')
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    tab_to(page, 'button[name="go"][value="next"]')
    keys.press("Enter")
    page.wait_for_url("**/sections/acceptance/")
    assert answers_of(assessment) == {"reimbursement": 2, "long-term-funding": 3}


def test_clear_keeps_the_focus_in_its_question(
    page: Page, sign_in: Callable[[Page, User], None], lead: User, assessment: Round
) -> None:
    sign_in(page, lead)
    page.goto(topic_url(assessment, "funding"))
    radio(page, "reimbursement", 1).focus()
    page.keyboard.press("Space")
    expect_saved(page, "reimbursement")
    tab_to(page, 'button[name="clear"][value="reimbursement"]')
    page.keyboard.press("Enter")
    expect(state(page)).to_have_text("All answers saved")
    assert answers_of(assessment) == {"reimbursement": None}
    assert page.evaluate("document.activeElement.closest('[data-item]')?.dataset.item") == "reimbursement"


def test_error_summary_takes_the_focus(
    plain_page: Page, sign_in: Callable[[Page, User], None], lead: User, assessment: Round
) -> None:
    page = plain_page
    sign_in(page, lead)
    page.goto(topic_url(assessment, "funding"))
    question(page, "funding-months").locator("input[type=text]").fill("about ten")
    press(page, "next")
    expect(page.locator("#error-summary")).to_be_focused()
    assert page.title().startswith("Error: ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(question(page, "funding-months")).to_be_focused()
    expect(question(page, "funding-months").locator("input[type=text]")).to_have_value("about ten")
