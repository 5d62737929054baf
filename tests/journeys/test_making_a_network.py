"""A consultant makes a network, asks clinics to join and shares the work: without JavaScript, and with axe."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics.models import Clinic, OutgoingMail, User
from assessments.networks import actions, invitation_actions
from assessments.networks.invitation_list import Line
from assessments.networks.models import Level, Network, NetworkMember
from tests.assessments.conftest import PASSWORD, make_user

Visit = Callable[..., None]
SignIn = Callable[[Page, User], None]


@pytest.fixture
def consultant(_database: None) -> User:
    """A consultant whose address is long."""
    address = "a.very.long.address.of.somebody@department-of-digital-mental-health.example.org"
    return make_user(address, "Cora Consultant", is_consultant=True)


@pytest.fixture
def network(consultant: User, lead: User, clinic: Clinic) -> Network:
    """A network with a clinic, a colleague, and two clinics that were asked."""
    now = timezone.now()
    network = actions.create_network(by=consultant, name="Region North roll-out", now=now)
    make_user("colleague@example.org", "Colin Colleague", is_consultant=True)
    actions.add_consultant(by=consultant, network_id=network.pk, email="colleague@example.org", now=now)
    token = str(actions.joining_token(network))
    actions.join(by=lead, token=token, clinic=clinic, level=Level.SCORES, now=now)
    lines = [Line("Lakeside Practice", f"interdisciplinary-rehabilitation-{n}@example.org") for n in range(2)]
    invitation_actions.invite_clinics(by=consultant, network_id=network.pk, lines=lines, now=now)
    return network


def test_consultant_makes_a_network_and_invites_clinics(plain_page: Page, consultant: User, lead: User) -> None:
    page = plain_page
    make_user("colleague@example.org", "Colin Colleague", is_consultant=True)
    page.goto(reverse("account_login"))
    page.get_by_label("E-mail address").fill(consultant.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Make a network").click()
    page.get_by_label("Name of the network").fill("Region North roll-out")
    page.get_by_role("button", name="Make the network").click()

    expect(page.get_by_label("Link to copy")).to_have_value(re.compile(r"^http://testserver/n/[\w-]{32}/$"))
    content = "Klinikk;E-post\r\nBodø Clinic;anna@example.org\r\nMill Street;ben\r\n"
    page.get_by_label("A file from your spreadsheet").set_input_files(
        {"name": "clinics.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Send the invitations").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="Line 3: This is not an e-mail address.").click()
    box = page.get_by_label("Or paste the lines here")
    expect(box).to_be_focused()
    box.fill(box.input_value().replace("Mill Street;ben", "Mill Street;ben@example.org"))
    page.get_by_role("button", name="Send the invitations").click()
    status = page.get_by_role("status")
    expect(status).to_contain_text("2 clinics are invited.")
    expect(status).to_contain_text("“Klinikk, E-post”, was taken for a heading.")
    page.get_by_role("button", name="Withdraw the invitation of Bodø Clinic").click()
    assert [mail.address for mail in OutgoingMail.objects.all()] == ["ben@example.org"]

    page.get_by_role("link", name="Consultants").click()
    page.get_by_label("E-mail address of the consultant").fill(lead.email)
    page.get_by_role("button", name="Add the consultant").click()
    expect(page.get_by_role("alert")).to_contain_text("No consultant on this site has this address.")
    page.get_by_label("E-mail address of the consultant").fill("colleague@example.org")
    page.get_by_role("button", name="Add the consultant").click()
    page.get_by_role("link", name="Leave this network").click()
    page.get_by_role("button", name="Leave the network").click()
    expect(page.get_by_text("You have no network yet.")).to_be_visible()
    assert NetworkMember.objects.get().user.name == "Colin Colleague"


def test_link_is_copied_at_a_press(page: Page, sign_in: SignIn, consultant: User, network: Network) -> None:
    sign_in(page, consultant)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(reverse("networks:invitations", args=[network.pk]))
    page.get_by_role("button", name="Copy the joining link").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"http://testserver/n/{actions.joining_token(network)}/"


def test_pages_of_a_consultant(page: Page, visit: Visit, sign_in: SignIn, consultant: User, network: Network) -> None:
    sign_in(page, consultant)
    people = reverse("networks:people", args=[network.pk])
    member = network.members.get(user__name="Colin Colleague")
    visit(
        reverse("networks:list"),
        reverse("networks:create"),
        reverse("networks:settings", args=[network.pk]),
        people,
        reverse("networks:person_remove", args=[network.pk, member.pk]),
        reverse("networks:invitations", args=[network.pk]),
    )
    page.get_by_label("Or paste the lines here").fill("Lakeside;a@example.org\nForest")
    page.get_by_role("button", name="Send the invitations").click()
    expect(page.get_by_role("alert")).to_be_focused()
    visit()
    page.goto(people)
    page.get_by_label("E-mail address of the consultant").fill("nobody@example.org")
    page.get_by_role("button", name="Add the consultant").click()
    visit()
    page.get_by_role("button", name="Hide the clinics’ names").click()
    expect(page).to_have_url(re.compile(f"{people}$"))
    visit(reverse("networks:invitations", args=[network.pk]))
