"""A lead reads what changed after a follow-up: a closed flag by its name, and a one-step wobble as no clear change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from assessments.clinics.models import Clinic, User
from assessments.results.closing import close
from assessments.rounds.models import Round
from readiness.instrument.definition import Answer
from tests.assessments.results.conftest import MIXED
from tests.journeys.conftest import Visit
from tests.journeys.test_result_pages import answered

SignIn = Callable[[Page, User], None]

AFTER = {**MIXED, "risk-procedure": 5, "planned-time": 3, "permanent-plan": 5, "costs-known": 5, "reimbursement": 5}
"""Safety is settled and money is, as far as it is known; of daily work one answer differs, by a step."""


@pytest.fixture
def rounds(lead: User, clinic: Clinic) -> list[Round]:
    """Three finished assessments; the last is as the one before."""
    titles = {"Autumn round": dict(MIXED), "Follow-up": AFTER, "A year later": AFTER}
    return [finished(lead, clinic, title, answers) for title, answers in titles.items()]


def finished(lead: User, clinic: Clinic, title: str, answers: dict[str, Answer]) -> Round:
    """Finish an assessment of this name."""
    assessment = answered(lead, clinic, answers)
    Round.objects.filter(pk=assessment.pk).update(title=title)
    close(round_id=assessment.pk, by=lead, now=timezone.now())
    return assessment


def topic(page: Page, domain: str) -> Locator:
    """Give what stands about a topic."""
    return page.locator(f'[data-test="topic-change"][data-domain="{domain}"]')


def read_what_changed(page: Page, clinic: Clinic) -> None:
    """Come from the clinic's page, choose the first two, and find what is news and what is not."""
    page.goto(clinic.get_absolute_url())
    page.get_by_role("link", name="What changed").click()
    expect(page.locator('[data-test="change-summary"]')).to_have_text("No topic shows a clear change.")
    for label, title in (("Before", "Autumn round"), ("After", "Follow-up")):
        field = page.get_by_label(label, exact=True)
        field.select_option(label=field.locator("option", has_text=title).inner_text())
    page.get_by_role("button", name="Show these two").click()
    expect(page.locator('[data-test="change-summary"]')).to_contain_text("“Money and future” is higher")
    expect(topic(page, "practice")).to_contain_text("No clear change")
    expect(topic(page, "practice")).to_contain_text("also happen when nothing has changed")
    expect(topic(page, "funding")).to_contain_text("Higher")
    expect(
        page.locator('[data-test="flag-closed"]', has_text="Safety: what to do when a patient may be at risk")
    ).to_be_visible()
    expect(page.locator('[data-test="line"]')).to_have_count(9)


def test_a_lead_reads_what_changed_with_and_without_script(
    page: Page, plain_page: Page, sign_in: SignIn, visit: Visit, lead: User, clinic: Clinic, rounds: list[Round]
) -> None:
    for each in (plain_page, page):
        sign_in(each, lead)
        read_what_changed(each, clinic)
    visit()
    page.get_by_role("button", name="Explore as a chart").click()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    page.get_by_role("button", name="Back to the picture").click()
    expect(topic(page, "funding")).to_be_visible()
    page.goto(reverse("results:result", args=[rounds[-1].pk]))
    page.get_by_role("link", name="What changed").click()
    expect(page.locator('[data-test="change-summary"]')).to_have_text("No topic shows a clear change.")


def test_before_a_second_assessment_it_leads_to_a_follow_up(
    page: Page, sign_in: SignIn, visit: Visit, lead: User, clinic: Clinic
) -> None:
    sign_in(page, lead)
    address = reverse("plans:change", args=[clinic.pk])
    visit(address)
    finished(lead, clinic, "Autumn round", dict(MIXED))
    visit(address)
    page.get_by_role("link", name="Open a follow-up").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
