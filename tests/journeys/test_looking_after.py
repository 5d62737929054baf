"""A consultant who looks after clinics: who needs them, and the list, without JavaScript or a mouse too."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from assessments.clinics.models import User
from assessments.networks import actions
from assessments.networks.models import Level, Network
from tests.assessments.conftest import make_user
from tests.assessments.networks.clinics import add_clinic, add_empty_clinics, begin, finish
from tests.assessments.results.conftest import ALL_MOSTLY, MIXED
from tests.journeys.conftest import OpenPage
from tests.journeys.steps import tab_to

SignIn = Callable[[Page, User], None]
WIDE: Final = ViewportSize(width=1280, height=800)


@pytest.fixture
def consultant(_database: None) -> User:
    """The consultant of `network`."""
    return make_user("consultant@example.org", "Cora Consultant", is_consultant=True)


@pytest.fixture
def network(consultant: User) -> Network:
    """A network of the consultant, empty."""
    return actions.create_network(by=consultant, name="Region North roll-out", now=timezone.now())


@pytest.fixture
def roll_out(network: Network) -> Network:
    """The network with six clinics that are differently far."""
    now = timezone.now()
    long_ago = now - timedelta(days=30)
    doubts = {**MIXED, "evidence": 2, "gp-acceptance": 1, "colleague-acceptance": 2}
    finish(add_clinic(network, "Harbour Clinic", country="Netherlands"), doubts, at=long_ago)
    finish(add_clinic(network, "Forest Practice", Level.ANSWERS, country="Norway"), doubts, at=now - timedelta(hours=2))
    finish(add_clinic(network, "Lakeside Centre", country="Norway"), ALL_MOSTLY, at=long_ago)
    begin(add_clinic(network, "Meadow House", Level.PROGRESS), {"intake": 3}, at=long_ago, days=60)
    begin(add_clinic(network, "Hill Clinic"), {"intake": 3}, at=now, days=3)
    add_clinic(network, "A clinic with a name that goes on and on: Rehabilitation-Medicine-and-Chronic-Pain-North")
    return network


def overview_of(network: Network) -> str:
    """Give the address of the first screen."""
    return reverse("networks:overview", args=[network.pk])


def names(page: Page) -> list[str]:
    """Give the clinics of the list."""
    return [name.strip() for name in page.locator('[data-test="clinic"] th a').all_inner_texts()]


def test_from_who_needs_me_to_a_clinic(
    open_page: OpenPage, sign_in: SignIn, consultant: User, roll_out: Network
) -> None:
    page = open_page(viewport=WIDE, permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, consultant)
    page.goto(overview_of(roll_out))
    page.get_by_role("button", name="Copy").first.click()
    expect(page.locator("[data-copy-state]").first).to_have_text("Copied.")
    assert "First steps\n1. " in page.evaluate("navigator.clipboard.readText()")

    page.get_by_role("link", name="With a safety flag").click()
    expect(page.locator("[data-test=count]")).to_have_text("2 of 6 clinics")
    assert sorted(names(page)) == ["Forest Practice", "Harbour Clinic"]
    page.get_by_role("link", name="Clinic", exact=True).click()
    assert names(page) == ["Forest Practice", "Harbour Clinic"]
    expect(page.get_by_role("columnheader", name="Clinic")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("link", name="Safety flag : take back").click()
    expect(page.locator("[data-test=count]")).to_have_text("6 clinics")
    page.get_by_role("link", name="Harbour Clinic").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Harbour Clinic")


def test_list_without_javascript(plain_page: Page, sign_in: SignIn, consultant: User, roll_out: Network) -> None:
    page = plain_page
    sign_in(page, consultant)
    page.goto(overview_of(roll_out))
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.get_by_text("As plain text").first.click()
    expect(page.get_by_role("textbox", name="as plain text").first).to_have_value(re.compile("First steps"))
    page.get_by_role("link", name="Clinics", exact=True).click()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Country").select_option("Norway")
    page.get_by_label("Money still open", exact=True).check()
    page.get_by_role("button", name="Show these clinics").click()
    assert names(page) == ["Forest Practice"]
    page.get_by_role("link", name="Money still open : take back").click()
    assert names(page) == ["Forest Practice", "Lakeside Centre"]
    page.get_by_label("Name of the clinic").fill("nowhere")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name="Show all clinics").click()
    expect(page.locator("[data-test=count]")).to_have_text("6 clinics")


def test_list_by_the_keyboard(page: Page, sign_in: SignIn, consultant: User, roll_out: Network) -> None:
    add_empty_clinics(roll_out, 30)
    sign_in(page, consultant)
    page.goto(overview_of(roll_out))
    tab_to(page, '[data-need="stuck"] > a')
    page.keyboard.press("Enter")
    page.wait_for_url("**/clinics/?need=stuck")
    assert names(page) == ["Meadow House"]
    tab_to(page, "#search")
    page.keyboard.type("many")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=many**")
    expect(page.locator("[data-test=count]")).to_have_text("0 of 36 clinics")  # none of them is stuck
    tab_to(page, '.list-chip[href="?search=many"]')
    page.keyboard.press("Enter")
    expect(page.locator("[data-test=count]")).to_have_text("30 of 36 clinics")
    page.get_by_role("link", name="Last", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
