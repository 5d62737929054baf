"""A new manager, from the start page to a result with three first steps, with a thumb; and the same without script."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from assessments.rounds.models import FormAnswer, Round
from tests.assessments.conftest import PASSWORD
from tests.journeys.steps import (
    TOPICS,
    describe_service,
    expect_saved,
    press,
    question,
    radio,
    tap,
    topic_url,
    unanswered,
)

LOW = {"gp-referral": 1, "reimbursement": 1, "long-term-funding": 2}
QUICK = {
    "evidence": 4,
    "risk-procedure": 4,
    "data-protection": 5,
    "intake": 4,
    "gp-referral": 1,
    "self-referral": 3,
    "training": 3,
    "workload": 2,
    "management-support": 4,
    "named-lead": 4,
    "reimbursement": 1,
    "long-term-funding": 2,
}


def sign_up(page: Page) -> None:
    """Create an account and a clinic, beginning on the start page."""
    page.goto("/")
    page.locator('main a[href="/accounts/signup/"]').first.click()
    page.locator("input[name=email]").fill("new@example.org")
    page.locator("input[name=name]").fill("Nora New")
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator('main a[href="/clinics/new/"]').click()
    page.locator("input[name=name]").fill("Lake Clinic")
    page.locator("main form button[type=submit]").click()


def open_round(page: Page) -> Round:
    """Open an assessment for a clinic that is preparing."""
    page.locator('main a[href$="/rounds/new/"]').click()
    describe_service(page, stage="preparing", routes=["gp", "self"], for_whom=["depression-anxiety"])
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/quick/")
    return Round.objects.get()


def flags(page: Page) -> list[str]:
    """Give the keys of the flags on the page, in its order."""
    found: list[str] = page.locator('[data-test="flag"]').evaluate_all("all => all.map((one) => one.dataset.flag)")
    return found


def finish(page: Page) -> None:
    """Go on from the check to finishing, and confirm."""
    page.locator('main a[href$="/finish/"]').first.click()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/results/")


def test_new_manager_gets_from_the_start_page_to_three_first_steps(page: Page) -> None:
    sign_up(page)
    assessment = open_round(page)

    for key, value in QUICK.items():
        tap(page, key, value)
        expect_saved(page, key)
    press(page, "flags")
    page.wait_for_url("**/quick/result/")
    assert {"low-gp-referral", "missing-funding"} <= set(flags(page))
    assert page.locator('[data-test="domain-score"]').count() == 0

    page.goto(assessment.get_absolute_url())
    page.locator(f'a[href="{topic_url(assessment, TOPICS[0])}"]').first.click()
    for place, topic in enumerate(TOPICS):
        page.wait_for_url(f"**{topic_url(assessment, topic)}")
        for key in unanswered(page):
            tap(page, key, 3 + (place + len(key)) % 3)
        press(page, "next")
    page.wait_for_url("**/check/")
    assert FormAnswer.objects.filter(round=assessment).count() == 47
    finish(page)

    scores = page.locator('[data-test="domain-score"]')
    assert {score.get_attribute("data-domain") for score in scores.all()} == set(TOPICS)
    assert {"low-gp-referral", "missing-funding"} <= set(flags(page))
    assert page.locator('section:has(> #start) > article:has([data-test="flag"])').count() == 3
    assert page.locator('[data-test="option"]').count() >= 3
    expect(page.get_by_role("main")).to_contain_text("Because you answered")
    page.locator('main a[href$="/print/"]').first.click()
    page.wait_for_url("**/print/")
    assert scores.count() == len(TOPICS)


def test_the_same_path_works_without_script(plain_page: Page) -> None:
    page = plain_page
    sign_up(page)
    assessment = open_round(page)

    for key, value in LOW.items():
        radio(page, key, value).check()
    press(page, "flags")
    page.wait_for_url("**/quick/result/")
    assert {"low-gp-referral", "missing-funding"} <= set(flags(page))

    page.goto(topic_url(assessment, "funding"))
    expect(radio(page, "reimbursement", 1)).to_be_checked()
    why = question(page, "costs-known").locator("details.why")
    why.locator("summary").click()
    expect(why.locator("p")).to_be_visible()
    for key in unanswered(page):
        radio(page, key, 4).check()
    question(page, "scale-up").locator("details.comment summary").click()
    question(page, "scale-up").locator("textarea").fill("Two regions wait for us.")
    press(page, "list")
    page.wait_for_url(f"**{assessment.get_absolute_url()}")
    page.goto(topic_url(assessment, "funding"))
    expect(question(page, "scale-up").locator("textarea")).to_have_value("Two regions wait for us.")

    question(page, "reimbursement").locator('button[name="clear"]').click()
    page.goto(topic_url(assessment, "funding"))
    expect(question(page, "reimbursement").locator("input[type=radio]:checked")).to_have_count(0)

    page.goto(topic_url(assessment, "skills"))
    for key in unanswered(page):
        radio(page, key, "dont_know" if key == "training" else 3).check()
    question(page, "therapists-trained").locator("input[type=text]").fill("12")
    press(page, "list")
    assert FormAnswer.objects.get(round=assessment, key="therapists-trained").value == 12

    page.locator('main a[href$="/check/"]').first.click()
    expect(page.get_by_role("main")).to_contain_text(re.compile("Don’t know"))
    finish(page)
    funding = page.locator('[data-test="domain-score"][data-domain="funding"]').first
    expect(funding).to_have_attribute("data-status", "scored")
