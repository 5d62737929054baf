"""From a result to a plan without script: three options taken along, one action freely, two people at one of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from assessments.clinics.models import Clinic, User
from assessments.plans import actions
from assessments.plans.models import Action, Status
from tests.assessments.results.conftest import MIXED
from tests.journeys.test_result_pages import closed


def add_option(page: Page, number: int) -> None:
    """Take an option of the result that is on the page into the plan with a click."""
    page.locator('button[form="plan-add"]:visible').nth(number).click()
    page.wait_for_url("**/plan/**?added=1")


def save(page: Page) -> None:
    """Save the form of an action."""
    page.locator("#change button[type=submit]").click()


def card(page: Page, title: str) -> Locator:
    """Give the card of an action."""
    return page.locator('[data-test="action"]', has=page.get_by_role("link", name=title, exact=True))


def test_from_result_to_plan(
    plain_page: Page, sign_in: Callable[[Page, User], None], lead: User, manager: User, clinic: Clinic
) -> None:
    page, assessment = plain_page, closed(lead, clinic, dict(MIXED))
    sign_in(page, lead)
    due_on = timezone.now().date() + timedelta(days=30)

    for number in range(3):
        page.goto(reverse("results:result", args=[assessment.pk]))
        add_option(page, number)
        if number == 0:
            expect(page.locator("select[name=owner]")).to_be_focused()
            page.locator("input[name=title]").fill("Talk to three practices")
            page.locator("select[name=owner]").select_option(label="Milan Manager")
            page.locator("input[name=due_on]").fill(due_on.isoformat())
            save(page)
            expect(page.get_by_role("status")).to_contain_text("Saved.")

    page.get_by_role("link", name="Your plan").click()
    page.get_by_role("link", name="Write an action").click()
    page.locator("input[name=title]").fill("Ask the ministry for a tariff")
    page.locator("input[name=due_on]").fill("2020-01-01")
    page.get_by_role("button", name="Add to the plan").click()
    expect(page.locator("#error-summary")).to_contain_text("This day has passed.")
    expect(page.locator("input[name=title]")).to_have_value("Ask the ministry for a tariff")
    page.locator("input[name=due_on]").fill("")
    page.get_by_role("button", name="Add to the plan").click()
    page.get_by_role("link", name="Your plan").click()
    expect(page.locator('[data-test="action"]')).to_have_count(4)

    first = card(page, "Talk to three practices")
    expect(first).to_contain_text("Milan Manager")
    first.get_by_role("button", name="Start").click()
    expect(page.get_by_role("status")).to_contain_text("“Talk to three practices” is now under way.")
    card(page, "Ask the ministry for a tariff").get_by_role("link").click()
    page.get_by_text("Drop this action").click()
    page.get_by_role("button", name="Drop it for this reason").click()
    expect(page.locator("#error-summary")).to_contain_text("why this will not be done")
    page.locator("input[name=reason]").fill("The region pays")
    page.get_by_role("button", name="Drop it for this reason").click()
    expect(page.get_by_text("Dropped, because: The region pays")).to_be_visible()

    page.get_by_role("link", name="Your plan").click()
    card(page, "Talk to three practices").get_by_role("link").click()
    page.locator("#change summary").click()
    page.locator("input[name=title]").fill("Talk to four practices")
    action = Action.objects.get(title="Talk to three practices")
    actions.move_action(by=manager, action_id=action.pk, base=action.revision, status=Status.DONE, now=timezone.now())
    save(page)
    expect(page.locator("#error-summary")).to_contain_text("Milan Manager moved it to Done")
    expect(page.locator("input[name=title]")).to_have_value("Talk to four practices")
    save(page)
    action.refresh_from_db()
    assert (action.title, action.state, action.due_on) == ("Talk to four practices", Status.DONE, due_on)


def test_pages_of_a_plan_on_a_phone(
    page: Page,
    sign_in: Callable[[Page, User], None],
    visit: Callable[..., None],
    lead: User,
    clinic: Clinic,
) -> None:
    assessment, now = closed(lead, clinic, dict(MIXED)), timezone.now()
    sign_in(page, lead)
    plan = reverse("plans:plan", args=[clinic.pk])
    visit(plan)
    offer = assessment.result.offers[0]
    action, _ = actions.add_option(by=lead, round_id=assessment.pk, option=offer["key"], for_=offer["for"], now=now)
    long_ago = actions.Content(title="Wordvery" * 17, due_on=now.date() - timedelta(days=3), kind="train")
    actions.add_action(by=lead, clinic=clinic, content=long_ago, op="long", now=now - timedelta(days=9))
    visit(plan, f"{plan}?view=dates", f"{plan}?status=planned", reverse("plans:new", args=[clinic.pk]))
    visit(reverse("plans:of_round", args=[assessment.pk]), f"{action.get_absolute_url()}?added=1")
    page.locator("input[name=owner_name]").fill("Joris")
    page.locator("select[name=owner]").select_option(label="Lena Lead")
    save(page)
    expect(page).to_have_title(re.compile("^Error: "))
    visit()
    visit(reverse("results:result", args=[assessment.pk]), clinic.get_absolute_url())
    page.goto(plan)
    actions.move_action(by=lead, action_id=action.pk, base=1, status=Status.DROPPED, reason="No", now=now)
    page.get_by_role("button", name="Start").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody else changed this meanwhile")
    visit()
