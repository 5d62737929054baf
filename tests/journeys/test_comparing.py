"""Comparing clinics in a real browser: charts on request, by keyboard, and the whole page without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.management.seed import fill
from assessments.networks.models import Network, NetworkClinic
from tests.journeys.conftest import CheckAccessibility, OpenPage
from tests.journeys.network_steps import make_consultant

SignIn = Callable[[Page, User], None]

N_SHOWN = 11
"""Of twelve seeded clinics, those that show their scores."""


@pytest.fixture
def consultant(_database: None) -> User:
    """The consultant of `network`."""
    return make_consultant()


@pytest.fixture
def address(consultant: User) -> str:
    """The page on which twelve seeded clinics are compared."""
    fill(n_clinics=12, n_rounds=1, n_therapists=0, seed=1, consultant=consultant, now=timezone.now())
    return reverse("networks:compare", args=[Network.objects.get().pk])


def test_charts_are_drawn_on_request_and_put_away(
    page: Page, sign_in: SignIn, check_accessibility: CheckAccessibility, consultant: User, address: str
) -> None:
    sign_in(page, consultant)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(address)
    assert not any("plotly" in url for url in loaded)

    page.get_by_role("button", name="Explore the table as a chart").click()
    heat = page.locator("[data-chart=heat-figure]")
    expect(heat.locator(".heatmaplayer image")).to_have_count(1)
    expect(heat.locator("table")).to_be_hidden()
    page.get_by_role("button", name="Explore the dots as a chart").click()
    strips = page.locator("[data-chart=strips-figure]")
    expect(strips.locator(".scatterlayer .trace")).to_have_count(3)
    check_accessibility(page)
    assert sum("plotly.min" in url for url in loaded) == 1

    page.get_by_role("button", name="Back to the table").click()
    expect(heat.locator("table")).to_be_visible()
    page.get_by_role("button", name="Back to the picture").click()
    expect(strips.locator("svg.strip").first).to_be_visible()


def test_chart_of_an_open_page_shows_no_clinic_that_has_left(
    page: Page, sign_in: SignIn, consultant: User, address: str
) -> None:
    sign_in(page, consultant)
    page.goto(address)
    clinics = page.locator("[data-test=clinic]")
    expect(clinics).to_have_count(N_SHOWN)
    NetworkClinic.objects.showing_scores()[0].delete()
    page.get_by_role("button", name="Explore the table as a chart").click()
    expect(clinics).to_have_count(N_SHOWN - 1)
    expect(page.locator(".heatmaplayer")).to_have_count(0)
    page.get_by_role("button", name="Explore the table as a chart").click()
    expect(page.locator("[data-chart=heat-figure] .heatmaplayer image")).to_have_count(1)


def test_clinics_are_ordered_marked_and_chosen_without_a_mouse(
    open_page: OpenPage, sign_in: SignIn, consultant: User, address: str
) -> None:
    page = open_page(viewport={"width": 1280, "height": 900})
    sign_in(page, consultant)
    page.goto(address)

    page.get_by_role("columnheader").get_by_role("link", name="Money and future").press("Enter")
    expect(page.get_by_role("columnheader", name="Money and future")).to_have_attribute("aria-sort", "ascending")
    row = page.locator("[data-test=clinic]").first
    name = row.get_by_role("rowheader").get_by_role("link").first.text_content()
    row.get_by_role("link", name="Mark").press("Enter")
    expect(page.get_by_text(f"{name} is marked.")).to_be_visible()
    expect(page.locator("[data-test=clinic].is-marked")).to_contain_text(str(name))
    for box in page.get_by_role("checkbox", name="Choose").all()[:2]:
        box.press("Space")
    page.get_by_role("button", name="Show side by side").press("Enter")
    expect(page.get_by_role("main")).to_contain_text(str(name))


def test_everything_is_there_without_script(plain_page: Page, sign_in: SignIn, consultant: User, address: str) -> None:
    sign_in(plain_page, consultant)
    plain_page.goto(f"{address}?sort=-skills")

    expect(plain_page.locator("[data-test=domain-score]")).to_have_count(9 * N_SHOWN)
    expect(plain_page.locator("[data-test=domain-score]:visible")).to_have_count(3 * N_SHOWN)  # on a phone
    expect(plain_page.locator("svg.strip")).to_have_count(9)
    expect(plain_page.get_by_role("button", name="Explore the table as a chart")).to_have_count(0)
    plain_page.get_by_text("The same as a table").click()
    expect(plain_page.locator("[data-test=spread]")).to_have_count(9)
    plain_page.emulate_media(media="print")
    expect(plain_page.locator("[data-test=domain-score]:visible")).to_have_count(9 * N_SHOWN)
