"""The practice run, from three taps to a result, and keeping its answers: with a new account, and with an old one."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.rounds.models import FormAnswer, Round
from tests.assessments.conftest import PASSWORD, make_user
from tests.journeys.conftest import OpenPage
from tests.journeys.steps import TOPICS, answers_of, describe_service, press, question, radio, topic_url

QUICK: Final[dict[str, int | str]] = {
    "gp-referral": 1,
    "reimbursement": 1,
    "evidence": 4,
    "risk-procedure": "dont_know",
}
MORE = {"costs-known": 2, "permanent-plan": 3, "scale-up": 3, "outcome-data": 4}
KEPT = {**QUICK, **MORE, "funding-months": 8}


@pytest.fixture(params=["with script", "without script"])
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """The practice run needs no script, and bears it."""
    return open_page(java_script_enabled=request.param == "with script")


def flags(page: Page) -> set[str | None]:
    """Give the keys of the flags on the page."""
    return {flag.get_attribute("data-flag") for flag in page.locator('[data-test="flag"]').all()}


def practise(page: Page) -> None:
    """Answer the quick start and one whole topic, and come to the button that keeps the answers."""
    page.goto("/")
    page.locator('main a[href="/try/"]').first.click()
    describe_service(page, stage="pilot", routes=["gp"], for_whom=["pain-fatigue"])
    page.locator("main form button[type=submit]").first.click()
    for key, value in QUICK.items():
        radio(page, key, value).check()
    press(page, "result")
    assert {"low-gp-referral", "missing-funding"} <= flags(page)
    assert page.locator('[data-test="domain-score"]').count() == 0

    press(page, "more")
    expect(radio(page, "reimbursement", 1)).to_be_checked()
    for key, value in MORE.items():
        radio(page, key, value).check()
    question(page, "scale-up").locator("details.comment summary").click()
    question(page, "scale-up").locator("textarea").fill("A “second” region & more")
    question(page, "funding-months").locator("input[type=text]").fill("8")
    press(page, "result")
    assert {"low-gp-referral", "missing-funding"} <= flags(page)
    topics = {score.get_attribute("data-domain") for score in page.locator('[data-test="domain-score"]').all()}
    assert topics == set(TOPICS)
    assert not FormAnswer.objects.exists()


def expect_kept(page: Page) -> None:
    """Look whether everything that was answered is in the round that was made."""
    assessment = Round.objects.get()
    page.wait_for_url(f"**{assessment.get_absolute_url()}")
    assert answers_of(assessment) == KEPT
    page.goto(topic_url(assessment, "funding"))
    expect(radio(page, "costs-known", 2)).to_be_checked()
    expect(question(page, "scale-up").locator("textarea")).to_have_value("A “second” region & more")
    expect(question(page, "funding-months").locator("input[type=text]")).to_have_value("8")


def test_answers_are_kept_with_a_new_account(page: Page) -> None:
    practise(page)
    page.locator('form[action$="/keep/"] button').click()
    page.locator("input[name=email]").fill("new@example.org")
    page.locator("input[name=password1]").fill("short")
    page.locator("input[name=clinic_name]").fill("Lake Clinic")
    page.locator('form[action$="/keep/"] button').click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator('form[action$="/keep/"] button').click()
    expect_kept(page)


def test_answers_are_kept_with_an_account_that_is_there(page: Page) -> None:
    user: User = make_user("lena@example.org", "Lena")
    practise(page)
    page.locator('form[action$="/keep/"] button').click()

    with page.context.expect_page() as opened:
        page.locator('main a[href="/accounts/login/"]').click()
    tab = opened.value
    tab.locator("input[name=login]").fill(user.email)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_url("**/clinics/")
    tab.close()

    # Signing in made the token of this page old; the page comes back with a new one and everything still there.
    page.locator('form[action$="/keep/"] button').click()
    page.locator("input[name=clinic_name]").fill("Lake Clinic")
    page.locator('form[action$="/keep/"] button').click()
    expect_kept(page)
