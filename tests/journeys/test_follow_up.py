"""From one assessment to the next: what was said stands beside, and a meeting agrees on actions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.plans.actions import Content, Origin, add_action
from assessments.plans.models import TITLE_MAX, Action
from assessments.results.closing import close
from assessments.rounds.models import OTHER_REQUEST_MAX, FormAnswer, Round
from tests.assessments.results.conftest import ITEMS, MIXED
from tests.assessments.results.team import WORK, talk
from tests.journeys.steps import answers_of, begin, expect_saved, press, question, tab_to, tap, topic_url

if TYPE_CHECKING:
    from assessments.clinics.models import Clinic, User
    from readiness.instrument.definition import Answer
    from tests.journeys.conftest import Visit

SignIn = Callable[[Page, "User"], None]


def assessed(lead: User, clinic: Clinic, answers: Mapping[str, Answer], comment: str = "") -> Round:
    """Give an open assessment with these answers, each with the same comment."""
    assessment, now = begin(lead, clinic), timezone.now()
    FormAnswer.objects.bulk_create(
        FormAnswer(
            round=assessment,
            key=key,
            value=value if isinstance(value, int) else None,
            non_answer=value if isinstance(value, str) else "",
            comment=comment,
            op="op",
            by=lead,
            saved_at=now,
        )
        for key, value in answers.items()
        if value is not None
    )
    return assessment


def finished(lead: User, assessment: Round) -> Round:
    """Finish it, and give it as it then is."""
    close(round_id=assessment.pk, by=lead, now=timezone.now())
    assessment.refresh_from_db()
    return assessment


def test_follow_up_is_answered_beside_what_was_said_last_time(
    page: Page, sign_in: SignIn, visit: Visit, lead: User, clinic: Clinic
) -> None:
    first = finished(lead, assessed(lead, clinic, MIXED, "Two payers pay."))
    sign_in(page, lead)
    page.goto(clinic.get_absolute_url())
    page.get_by_role("link", name="Open a follow-up").click()
    expect(page.locator('input[name="stage"]:checked')).to_have_value("running")
    page.get_by_role("button", name="Open the follow-up and start").click()
    expect(page.locator("#error-summary")).to_contain_text("still right")
    visit()
    page.get_by_label("All three are still right").check()
    page.get_by_role("button", name="Open the follow-up and start").click()
    page.wait_for_url("**/quick/")
    second = Round.objects.open().get()

    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    beside = f"Last time ({first.closed_on:%-d %B %Y}): Don’t know “Two payers pay.”"
    expect(question(page, "reimbursement")).to_have_accessible_description(beside)
    tap(page, "reimbursement", 4)
    expect_saved(page, "reimbursement")
    assert answers_of(second) == {"reimbursement": 4}
    assert not FormAnswer.objects.filter(round=second).exclude(comment="").exists()

    page.goto(topic_url(second, "funding"))
    expect(question(page, "reimbursement")).to_have_accessible_description(beside)
    expect(question(page, "scale-up")).to_have_accessible_description(re.compile("Not answered then$"))
    visit()
    press(page, "list")
    page.goto(reverse("rounds:open", args=[clinic.pk]))
    page.get_by_role("link", name=f"Go on with “{second.title}”").click()
    page.wait_for_url(f"**{second.get_absolute_url()}")
    page.goto(reverse("results:finish", args=[second.pk]))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/results/")
    assert answers_of(first)["reimbursement"] == "dont_know"


def test_meeting_agrees_by_keyboard_and_without_script(
    page: Page, plain_page: Page, sign_in: SignIn, visit: Visit, lead: User, clinic: Clinic
) -> None:
    assessment = finished(lead, talk(assessed(lead, clinic, MIXED), lead, dict.fromkeys(WORK, 2), now=timezone.now()))
    address = reverse("plans:meeting", args=[assessment.pk])
    sign_in(page, lead)
    visit(address)
    page.set_viewport_size({"width": 1920, "height": 1080})
    tab_to(page, 'button[name="option"]')

    sign_in(plain_page, lead)
    plain_page.goto(reverse("results:result", args=[assessment.pk]))
    plain_page.get_by_role("link", name="Open for a team meeting").click()
    choice = plain_page.locator('[data-test="option"]').first
    title = choice.locator("p").first.inner_text()
    choice.get_by_role("button").press("Enter")
    plain_page.wait_for_url(f"**{address}#option-*")
    expect(choice).to_contain_text("In the plan: planned")
    expect(choice).to_be_in_viewport()
    plain_page.get_by_label("Something else").fill("Visit the clinic across the river")
    plain_page.get_by_label("Something else").press("Enter")
    plain_page.wait_for_url(f"**{address}#agreed")
    agreed = plain_page.locator('[data-test="agreed"] li')
    expect(agreed).to_have_text([re.compile("^Visit the clinic"), re.compile(f"^{re.escape(title)}")])
    assert Action.objects.unfinished().count() == 2
    visit(address)


def test_longest_meeting_prints_on_two_pages(plain_page: Page, sign_in: SignIn, lead: User, clinic: Clinic) -> None:
    now = timezone.now()
    worst = assessed(lead, clinic, dict.fromkeys(ITEMS, 1))
    longest = ("patient-profile", "written-feedback-training", "other")
    talk(worst, lead, dict.fromkeys(WORK, 5), asks=longest, other="Q" * OTHER_REQUEST_MAX, now=now)
    finished(lead, worst)
    for number in range(12):
        title = f"{number} {'longest ' * 20}"[:TITLE_MAX]
        add_action(by=lead, clinic=clinic, content=Content(title), op=str(number), origin=Origin(worst.pk), now=now)
    for number in range(9):
        then = now - timedelta(days=60)
        late = Content(f"{number} {'longest ' * 20}"[:TITLE_MAX], due_on=(now - timedelta(days=9)).date())
        add_action(by=lead, clinic=clinic, content=late, op=f"late-{number}", now=then)
    sign_in(plain_page, lead)
    plain_page.goto(reverse("plans:meeting", args=[worst.pk]))
    paper = plain_page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2
