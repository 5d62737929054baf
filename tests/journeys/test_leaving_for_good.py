"""A lead erases an assessment, then the clinic, then closes the account: by pages alone, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.clinics.models import Clinic, Erasure, User
from assessments.rounds.models import Round
from tests.assessments.conftest import PASSWORD


def test_lead_leaves_nothing_behind(
    plain_page: Page, sign_in: Callable[[Page, User], None], lead: User, clinic: Clinic, assessment: Round
) -> None:
    page = plain_page
    sign_in(page, lead)
    page.goto(assessment.get_absolute_url())
    page.get_by_role("link", name="Erase this assessment").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="What stays, and why")).to_be_visible()
    page.get_by_label("Type “Autumn round” to erase it").fill("Spring round")
    page.get_by_role("button", name="Erase the assessment for good").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not “Autumn round”")
    page.get_by_label("Type “Autumn round” to erase it").fill("autumn round")
    page.get_by_role("button", name="Erase the assessment for good").click()
    expect(page.get_by_role("status")).to_contain_text("The assessment is erased.")

    page.goto(reverse("reports:close_account"))
    page.get_by_role("link", name="Erase the clinic").click()
    page.get_by_label("Type “Harbour Clinic” to erase it").fill("Harbour Clinic")
    page.get_by_role("button", name="Erase the clinic for good").click()
    expect(page.get_by_role("status")).to_contain_text("The clinic is erased")

    page.get_by_role("link", name="Account").click()
    page.get_by_role("link", name="Your data").click()
    page.get_by_role("link", name="Close your account").click()
    page.get_by_label("Type your e-mail address").fill(lead.email)
    page.get_by_role("button", name="Close the account for good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is closed")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert sorted(Erasure.objects.filter(by=None).values_list("kind", flat=True)) == ["clinic", "person", "round"]
    assert not User.objects.exists()
