"""The plain form after its session or its token has ended: what was typed stays, and is saved after signing in."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.results import closing
from assessments.rounds.models import Round
from tests.assessments.conftest import PASSWORD
from tests.journeys.steps import answers_of, press, question, radio, stored, topic_url

SignIn = Callable[[Page, User], None]


def fill_in(page: Page, assessment: Round) -> None:
    """Choose an answer, write a comment and a number, and send nothing."""
    page.goto(topic_url(assessment, "funding"))
    radio(page, "reimbursement", 2).check()
    question(page, "reimbursement").locator("details.comment summary").click()
    question(page, "reimbursement").locator("textarea").fill("The payer answers in March.")
    question(page, "funding-months").locator("input[type=text]").fill("9")


def expect_as_typed(page: Page) -> None:
    """Look whether everything that was typed is on the page."""
    expect(radio(page, "reimbursement", 2)).to_be_checked()
    expect(question(page, "reimbursement").locator("textarea")).to_have_value("The payer answers in March.")
    expect(question(page, "funding-months").locator("input[type=text]")).to_have_value("9")


def assert_stored(assessment: Round) -> None:
    row = stored(assessment, "reimbursement")
    assert row is not None
    assert row.comment == "The payer answers in March."
    assert answers_of(assessment) == {"reimbursement": 2, "funding-months": 9}


def test_session_that_ended_keeps_what_was_typed(
    plain_page: Page, sign_in: SignIn, lead: User, assessment: Round
) -> None:
    page = plain_page
    sign_in(page, lead)
    fill_in(page, assessment)
    Session.objects.all().delete()
    press(page, "list")
    expect_as_typed(page)
    assert answers_of(assessment) == {}

    tab = page.context.new_page()
    tab.goto("/accounts/login/")
    tab.locator("input[name=login]").fill(lead.email)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_url("**/clinics/")

    # The first press may be answered with a new form token and everything still there; the second saves.
    press(page, "list")
    if not page.url.endswith(assessment.get_absolute_url()):
        expect_as_typed(page)
        press(page, "list")
    page.wait_for_url(f"**{assessment.get_absolute_url()}")
    assert_stored(assessment)


def test_form_token_that_is_gone_keeps_what_was_typed(
    plain_page: Page, sign_in: SignIn, lead: User, assessment: Round
) -> None:
    page = plain_page
    sign_in(page, lead)
    fill_in(page, assessment)
    page.context.clear_cookies(name="csrftoken")
    press(page, "list")
    expect_as_typed(page)

    press(page, "list")
    page.wait_for_url(f"**{assessment.get_absolute_url()}")
    assert_stored(assessment)


def test_round_that_closed_meanwhile_keeps_what_was_typed_and_says_so(
    plain_page: Page, sign_in: SignIn, lead: User, assessment: Round
) -> None:
    page = plain_page
    sign_in(page, lead)
    fill_in(page, assessment)
    closing.close(round_id=assessment.pk, by=lead, now=timezone.now())
    press(page, "list")
    expect(page.get_by_role("alert").first).to_contain_text("was not saved")
    expect_as_typed(page)
    assert answers_of(assessment) == {}
