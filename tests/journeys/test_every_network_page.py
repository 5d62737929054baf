"""Every page on which consultants look at clinics, empty and full, with and without names; seen as all others are."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.networks import actions
from assessments.networks.models import Level, Network
from assessments.rounds.models import Round
from tests.journeys.conftest import Visit
from tests.journeys.network_steps import OF_A_NETWORK, addresses, clinic_in, finish, make_consultant
from tests.journeys.steps import begin

SignIn = Callable[[Page, User], None]

LOOKING = ("overview", "clinics", "actions", "compare", "side_by_side", "teams", "change")


def pages(names: Iterable[str], network: Network) -> list[str]:
    """Give the addresses of pages of a network."""
    return [reverse(f"networks:{name}", args=[network.pk]) for name in names]


@pytest.fixture
def consultant(_database: None) -> User:
    """The consultant of `network`."""
    return make_consultant()


@pytest.fixture
def network(consultant: User) -> Network:
    """A network that no clinic has let in yet."""
    return actions.create_network(by=consultant, name="Region North roll-out", now=timezone.now())


def test_pages_of_a_network_without_clinics(
    page: Page, visit: Visit, sign_in: SignIn, consultant: User, network: Network
) -> None:
    sign_in(page, consultant)
    visit(*pages(LOOKING, network))


@pytest.fixture
def full(network: Network) -> Network:
    """The network with a clinic at each level, one of them in its third assessment."""
    clinic_in(network, "Lake Clinic", Level.ANSWERS)
    twice = clinic_in(network, "Interdisciplinary-Rehabilitation-and-Aftercare Clinic", Level.SCORES)
    clinic_in(network, "Harbour Clinic", Level.PROGRESS)
    lead = twice.clinic.memberships.get().user
    finish(lead, twice.clinic)
    begin(lead, twice.clinic)
    return network


def test_pages_of_a_network_with_clinics(
    page: Page, visit: Visit, sign_in: SignIn, consultant: User, full: Network
) -> None:
    sign_in(page, consultant)
    visit(*pages(LOOKING, full))


def test_pages_of_the_clinics_of_a_network_with_and_without_names(
    page: Page, visit: Visit, sign_in: SignIn, consultant: User, full: Network
) -> None:
    sign_in(page, consultant)
    clinics = [place.clinic for place in full.places.select_related("clinic")]
    rounds = Round.objects.closed().filter(clinic=clinics[0])
    visit(*addresses(full, *clinics, rounds=rounds)[len(OF_A_NETWORK) :])
    page.get_by_role("button", name="Hide the clinics’ names").click()
    visit(*pages(LOOKING[:4], full))
    expect(page.get_by_role("main")).not_to_contain_text("Lake Clinic")


def test_pages_of_a_network_in_trouble(
    page: Page, visit: Visit, sign_in: SignIn, consultant: User, network: Network
) -> None:
    clinic_in(network, "Lake Clinic", Level.SCORES)
    sign_in(page, consultant)
    strange = "?sort=nothing&flag=nothing&page=99&band=funding:perfect&clinic=1&clinic=2"
    visit(*(f"{url}{strange}" for url in pages(LOOKING, network)))
    page.goto(reverse("networks:settings", args=[network.pk]))
    page.locator("main input[type=text]").first.fill("")
    page.get_by_role("button", name="Save the settings").click()
    expect(page.locator("#error-summary")).to_be_visible()
    visit()
