"""A clinic's page in a real browser: links open what they lead to, with and without script, and paper is unfolded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from assessments.clinics.models import User
from assessments.management.seed import fill
from assessments.networks.models import Level, NetworkClinic
from tests.journeys.conftest import CheckAccessibility, OpenPage
from tests.journeys.network_steps import make_consultant

SignIn = Callable[[Page, User], None]


@pytest.fixture
def consultant(_database: None) -> User:
    """The consultant of `address`."""
    return make_consultant()


@pytest.fixture
def address(consultant: User) -> str:
    """The page of a clinic with two assessments, many flags and all shown."""
    fill(n_clinics=6, n_rounds=2, n_therapists=0, seed=1, consultant=consultant, now=timezone.now())
    NetworkClinic.objects.update(level=Level.ANSWERS)
    results = NetworkClinic.objects.latest_results()
    worst = max(results.select_related("round"), key=lambda result: len(result.offers))
    place = NetworkClinic.objects.get(clinic=worst.round.clinic_id)
    return reverse("networks:clinic", args=[place.network_id, place.clinic_id])


def linked(page: Page) -> tuple[Locator, Locator]:
    """Give a link to an option that stands in full elsewhere, its folds opened, and the option's text."""
    link = page.locator(".elsewhere a").last
    key = link.get_attribute("data-option")
    for fold in link.locator("xpath=ancestor::details/summary").all():
        fold.click()
    return link, page.locator(f"#option-{key} .option")


def test_link_opens_its_option_each_time(
    page: Page, sign_in: SignIn, check_accessibility: CheckAccessibility, consultant: User, address: str
) -> None:
    sign_in(page, consultant)
    page.goto(address)
    expect(page.locator("#meeting")).to_be_visible()
    link, option = linked(page)
    expect(option).to_be_hidden()
    link.click()
    expect(option).to_be_in_viewport()
    check_accessibility(page)
    option.locator("xpath=../summary").click()
    expect(option).to_be_hidden()
    link.click()
    expect(option).to_be_in_viewport()
    page.reload()
    expect(option).to_be_in_viewport()


def test_link_opens_its_option_without_script(
    open_page: OpenPage, sign_in: SignIn, consultant: User, address: str
) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, consultant)
    page.goto(address)
    link, option = linked(page)
    link.click()
    expect(option).to_be_in_viewport()


def test_paper_shows_every_option(page: Page, sign_in: SignIn, consultant: User, address: str) -> None:
    sign_in(page, consultant)
    page.goto(address)
    options = page.locator(".option-fold .option")
    expect(options.first).to_be_hidden()
    page.emulate_media(media="print")
    for option in options.all():
        expect(option).to_be_visible()
