"""The pages on which a clinic lets a network in: each looked at, and the choice made by the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics.models import Clinic, User
from assessments.networks import actions
from assessments.networks.models import Level, Network, NetworkClinic
from tests.assessments.conftest import join, make_user
from tests.journeys.steps import tab_to

Visit = Callable[..., None]


@pytest.fixture
def network(_database: None) -> Network:
    """A network with one consultant, whose address is long."""
    address = "a.very.long.address.of.somebody@department-of-digital-mental-health.example.org"
    consultant = make_user(address, "Cora Consultant", is_consultant=True)
    return actions.create_network(by=consultant, name="Region North roll-out", now=timezone.now())


@pytest.fixture
def link(network: Network) -> str:
    """Its joining link."""
    return reverse("networks:join", args=[actions.joining_token(network)])


def test_choice_by_the_keyboard(
    page: Page, sign_in: Callable[[Page, User], None], lead: User, clinic: Clinic, link: str
) -> None:
    keys = page.keyboard
    sign_in(page, lead)
    page.goto(link)
    tab_to(page, "main button[type=submit]")
    keys.press("Enter")
    expect(page.locator("#error-summary")).to_be_focused()
    tab_to(page, '#error-summary a[href="#id_level_0"]')
    keys.press("Enter")
    expect(page.locator("#id_level_0")).to_be_focused()
    keys.press("ArrowDown")
    expect(page.get_by_label("Scores and flags")).to_be_checked()
    tab_to(page, "main button[type=submit]")
    keys.press("Enter")
    page.wait_for_url(
        f"**{reverse('networks:of_clinic', args=[clinic.pk])}*"
    )  # the summary's link stays in the address
    assert NetworkClinic.objects.get().shown is Level.SCORES


def test_pages_of_the_clinics_side(
    page: Page, visit: Visit, sign_in: Callable[[Page, User], None], lead: User, clinic: Clinic, link: str
) -> None:
    visit(link, "/n/nothing-of-the-kind/")
    sign_in(page, lead)
    of_clinic = reverse("networks:of_clinic", args=[clinic.pk])
    visit(of_clinic, link)
    page.get_by_role("button", name="Let them in").click()
    visit()
    page.get_by_label("Progress only").check()
    page.get_by_role("button", name="Let them in").click()
    visit(of_clinic, link)
    of_network = reverse("networks:place", args=[clinic.pk, Network.objects.get().pk])
    visit(of_network, f"{of_network}leave/")


def test_link_read_by_a_manager(
    page: Page, visit: Visit, sign_in: Callable[[Page, User], None], clinic: Clinic, link: str
) -> None:
    sign_in(page, join(clinic, make_user("manager@example.org", "Milan Manager")))
    visit(link, reverse("networks:of_clinic", args=[clinic.pk]))
    expect(page.get_by_text("Nobody but")).to_be_visible()
