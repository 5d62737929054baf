"""Every page of a network for its consultants, empty and full, with and without names; looked at as all others are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.networks import actions
from assessments.networks.invitation_list import Line
from assessments.networks.models import Level, Network
from assessments.rounds.models import Round
from tests.journeys.conftest import Visit
from tests.journeys.network_steps import OF_A_NETWORK, addresses, clinic_in, finish, make_consultant
from tests.journeys.steps import begin

SignIn = Callable[[Page, User], None]


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
    sign_in(page, make_consultant("new@example.org", "Nils New"))
    visit(reverse("networks:list"))
    sign_in(page, consultant)
    visit(reverse("networks:list"), reverse("networks:create"), *addresses(network))


@pytest.fixture
def full(consultant: User, network: Network) -> Network:
    """The network with a clinic at each level, one of them in its second assessment, a colleague and an invitation."""
    clinic_in(network, "Lake Clinic", Level.ANSWERS)
    twice = clinic_in(network, "Interdisciplinary-Rehabilitation-and-Aftercare Clinic", Level.SCORES)
    clinic_in(network, "Harbour Clinic", Level.PROGRESS)
    lead = twice.clinic.memberships.get().user
    finish(lead, twice.clinic)
    begin(lead, twice.clinic)
    make_consultant("colleague@example.org", "Colin Colleague")
    now = timezone.now()
    actions.add_consultant(by=consultant, network_id=network.pk, email="colleague@example.org", now=now)
    lines = [Line("Hill Clinic", "ben@example.org")]
    actions.invite_clinics(by=consultant, network_id=network.pk, lines=lines, now=now)
    return network


def test_pages_of_a_network_with_clinics(
    page: Page, visit: Visit, sign_in: SignIn, consultant: User, full: Network
) -> None:
    sign_in(page, consultant)
    member = full.members.exclude(user=consultant).get()
    visit(*addresses(full), reverse("networks:person_remove", args=[full.pk, member.pk]))


def test_pages_of_the_clinics_of_a_network_with_and_without_names(
    page: Page, visit: Visit, sign_in: SignIn, consultant: User, full: Network
) -> None:
    sign_in(page, consultant)
    clinics = [place.clinic for place in full.places.select_related("clinic")]
    rounds = Round.objects.closed().filter(clinic=clinics[0])
    visit(*addresses(full, *clinics, rounds=rounds)[len(OF_A_NETWORK) :])
    page.get_by_role("button", name="Hide the clinics’ names").click()
    visit(*addresses(full)[:3])
    expect(page.get_by_role("main")).not_to_contain_text("Lake Clinic")


def test_pages_of_a_network_in_trouble(
    page: Page, visit: Visit, sign_in: SignIn, consultant: User, network: Network
) -> None:
    clinic_in(network, "Lake Clinic", Level.SCORES)
    sign_in(page, consultant)
    strange = "?sort=nothing&flag=nothing&page=99&band=funding:perfect&clinic=1&clinic=2"
    visit(*(f"{url}{strange}" for url in addresses(network)[:6]))
    for name, button in (("settings", "Save the settings"), ("people", "Add the consultant")):
        page.goto(reverse(f"networks:{name}", args=[network.pk]))
        page.locator("main input[type=text], main input[type=email]").first.fill("")
        page.get_by_role("button", name=button).click()
        expect(page.locator("#error-summary")).to_be_visible()
        visit()
