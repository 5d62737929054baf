"""A consultant prepares a meeting on the demo: who needs them, what is late, four side by side, without names."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.clinics.models import Clinic
from assessments.management import demo
from assessments.networks.models import Level, Network
from assessments.rounds.models import Round
from tests.journeys.conftest import CheckAccessibility, Visit
from tests.journeys.network_steps import addresses, expect_within_the_edge, sign_in_by_form

FOUR = ("Clearwater Psychology", "Lindenhof Day Clinic", "Millbrook Mental Health", "Northgate Pain Clinic")


@pytest.fixture
def network(_database: None) -> Network:
    """The network of the demo."""
    call_command("demo", "--json", stdout=StringIO())
    return Network.objects.get()


def come_in(page: Page) -> None:
    """Sign in as the demo's consultant and open the first screen of the network."""
    page.goto(reverse("account_login"))
    sign_in_by_form(page, demo.CONSULTANT, demo.PASSWORD)
    page.get_by_role("link", name="Networks", exact=True).click()
    page.get_by_role("link", name="Region North roll-out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who needs me now")


def tab(page: Page, name: str) -> None:
    """Open another page of the network."""
    page.get_by_role("navigation", name="Network").get_by_role("link", name=name, exact=True).click()


def keep(page: Page, *flags: str) -> None:
    """Keep the clinics that have all these flags, by the form above the list."""
    page.locator("details.list-more summary").click()
    for flag in flags:
        page.locator(f'input[name="flag"][value="{flag}"]').check()
    page.get_by_role("button", name="Show these clinics").click()


def clinics_on(page: Page) -> list[str]:
    """Give the names of the clinics that the page lists, in its order."""
    return page.locator('[data-test="clinic"] th a:first-of-type:not(.heat-mark)').all_inner_texts()


def follows_up(page: Page) -> None:
    """Read what is late in which plan, what a clinic means to do next, and what has changed over all of them."""
    tab(page, "Who needs me")
    page.get_by_role("link", name="overdue and").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Actions due")
    page.get_by_role("navigation", name="Show only").get_by_role("link", name="Overdue").click()
    late = page.locator('[data-test="due"]').filter(has_text="Millbrook Mental Health")
    expect(late).to_contain_text("Agree on the time for each patient")
    late.get_by_role("link", name="Millbrook Mental Health", exact=True).click()
    expect(page.locator('[data-test="plan-count"]')).to_contain_text("1 planned, 1 under way and 1 done.")
    tab(page, "Compare")
    page.get_by_role("navigation", name="Ways to compare").get_by_role("link", name="Change").click()
    expect(page.locator('[data-test="count"]')).to_contain_text("2 of your 6 clinics have two finished assessments")
    expect(page.locator('[data-test="change-sums"] li').first).to_contain_text("no clear change")


def four_side_by_side(page: Page) -> None:
    """Find the clinics with both flags in the list, compare them, and lay them side by side."""
    tab(page, "Clinics")
    keep(page, "missing-funding", "low-gp-referral")
    assert clinics_on(page) == list(FOUR)
    page.get_by_role("link", name="Compare these clinics").click()
    expect(page.locator('[data-test="compared"]')).to_contain_text("4 clinics")
    for name in FOUR:
        page.get_by_label(f"Choose {name}").check()
    page.get_by_role("button", name="Show side by side").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Clinics side by side")
    for name in FOUR:
        expect(page.get_by_role("main").get_by_role("link", name=name)).to_be_visible()


@pytest.mark.timeout(120)
def test_a_consultant_finds_compares_and_shows_clinics_without_names(
    page: Page, plain_page: Page, visit: Visit, check_accessibility: CheckAccessibility, network: Network
) -> None:
    come_in(page)
    needs = page.locator('[data-test="need"]').all()
    assert {need.get_attribute("data-need"): need.get_attribute("data-count") for need in needs} == {
        "safety": "2",
        "not-started": "0",
        "stuck": "1",
        "closing": "1",
        "no-plan": "1",
    }
    visit()
    page.locator('[data-need="safety"] > a').click()
    assert clinics_on(page) == ["Lindenhof Day Clinic", "Clearwater Psychology"]
    visit(reverse("networks:teams", args=[network.pk]))
    follows_up(page)
    four_side_by_side(page)
    visit()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect_within_the_edge(page)

    page.get_by_role("button", name="Hide the clinics’ names").click()
    names = list(Clinic.objects.values_list("name", flat=True))
    shared = Round.objects.closed().filter(clinic__network_places__level=Level.ANSWERS)
    pages = addresses(network, *Clinic.objects.filter(name__in=FOUR), rounds=shared)
    for address in [page.url, *pages]:
        page.goto(address)
        expect(page.get_by_role("button", name="Show the clinics’ names again")).to_be_visible()
        assert [name for name in names if name in page.content()] == [], address

    page.goto(reverse("networks:compare", args=[network.pk]))
    page.get_by_role("link", name="Mark Clinic 1", exact=True).click()
    expect(page.locator("#strips ~ p").first).to_be_visible()
    expect(page.locator(".strip-marked").first).to_be_visible()
    check_accessibility(page)
    page.get_by_role("button", name="Explore the table as a chart").click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect_within_the_edge(page)
    page.get_by_role("button", name="Show the clinics’ names again").click()
    expect(page.get_by_role("main")).to_contain_text(FOUR[0])

    without_script(plain_page)


def without_script(page: Page) -> None:
    """Do the same once more, in short, where script is switched off."""
    come_in(page)
    follows_up(page)
    tab(page, "Who needs me")
    page.locator('[data-need="stuck"] > a').click()
    assert clinics_on(page) == ["Clearwater Psychology"]
    four_side_by_side(page)
    page.get_by_role("button", name="Hide the clinics’ names").click()
    for name in FOUR:
        expect(page.locator("body")).not_to_contain_text(name)
