"""How clinics come into a network and leave it again: by the joining link, and by an invitation from a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics import outbox
from assessments.clinics.models import Clinic, User
from assessments.networks.models import Level, Network, NetworkClinic
from tests.journeys.conftest import OpenPage, Visit
from tests.journeys.network_steps import (
    addresses,
    clinic_in,
    expect_nothing_of,
    finish,
    make_consultant,
    sign_in_by_form,
)
from tests.journeys.test_people import sign_up

SignIn = Callable[[Page, User], None]

COMMENT = "The board has not decided yet."


def choose_level(page: Page, label: str) -> None:
    """Choose how far the network is let in."""
    page.get_by_role("radio", name=label).check()


def test_a_clinic_lets_a_network_in_shows_less_and_leaves(
    page: Page, open_page: OpenPage, visit: Visit, sign_in: SignIn, lead: User, clinic: Clinic
) -> None:
    assessment = finish(lead, clinic, comment=COMMENT)
    sign_in(page, make_consultant())
    page.goto(reverse("networks:list"))
    visit()
    page.get_by_role("link", name="Make a network").click()
    page.get_by_role("button", name="Make the network").click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.get_by_label("Name").fill("Region North roll-out")
    page.get_by_role("button", name="Make the network").click()
    network = Network.objects.get()
    page.goto(reverse("networks:invitations", args=[network.pk]))
    link = urlsplit(page.get_by_label("Link to copy").input_value()).path

    # The lead comes without an account's cookie and without JavaScript.
    theirs = open_page(java_script_enabled=False)
    theirs.goto(link)
    expect(theirs.get_by_role("main")).to_contain_text("Cora Consultant")
    theirs.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in_by_form(theirs, lead.email)
    theirs.get_by_role("radio", name=clinic.name).check()
    theirs.get_by_role("button", name="Let them in").click()
    expect(theirs.locator("#error-summary")).to_be_visible()
    choose_level(theirs, Level.ANSWERS.label)
    theirs.get_by_role("button", name="Let them in").click()
    expect(theirs.get_by_role("main")).to_contain_text("Region North roll-out")

    clinic_in(network, "Lake Clinic", Level.SCORES)
    page.goto(reverse("networks:clinics", args=[network.pk]))
    page.get_by_role("link", name=clinic.name).click()
    page.locator(f'a[href="{reverse("networks:round", args=[network.pk, clinic.pk, assessment.pk])}"]').first.click()
    expect(page.get_by_role("main")).to_contain_text(COMMENT)
    visit(page.url)

    theirs.get_by_role("link", name="Change what they see").click()
    choose_level(theirs, Level.SCORES.label)
    theirs.get_by_role("button", name="Save what they see").click()
    page.reload()
    expect(page.locator("body")).not_to_contain_text(COMMENT)
    page.goto(reverse("networks:clinic", args=[network.pk, clinic.pk]))
    expect(page.locator("#topics")).to_be_visible()

    theirs.get_by_role("link", name="Change what they see").click()
    choose_level(theirs, Level.PROGRESS.label)
    theirs.get_by_role("button", name="Save what they see").click()
    page.reload()
    expect(page.locator("#topics")).to_have_count(0)
    expect(page.locator('[data-test="not-shared"]')).to_be_visible()
    visit(page.url)

    theirs.get_by_role("link", name="End their access").click()
    theirs.get_by_role("button", name="End it now").click()
    expect(theirs.get_by_role("main")).to_contain_text("no longer sees anything")
    answer = page.reload()
    assert answer
    assert answer.status == 404
    other = Clinic.objects.get(name="Lake Clinic")
    expect_nothing_of(page, clinic.name, *addresses(network, clinic, other, rounds=[assessment]))


def test_an_invitation_from_a_list_brings_a_clinic_that_was_not_here(
    page: Page, open_page: OpenPage, visit: Visit, sign_in: SignIn, tmp_path: Path, settings: Any
) -> None:
    # As `make run` writes mail into var/mail.
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", tmp_path
    sign_in(page, make_consultant())
    page.goto(reverse("networks:create"))
    page.get_by_label("Name").fill("Region North roll-out")
    page.get_by_role("button", name="Make the network").click()
    network = Network.objects.get()
    page.goto(reverse("networks:invitations", args=[network.pk]))
    lines = "Clinic;Lead\nLake Clinic;anna@example.org\nHill Clinic;ben at example\n=1+1;eve@example.org\n"
    page.locator('input[type="file"]').set_input_files(
        {"name": "clinics.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    )
    page.get_by_role("button", name="Send the invitations").click()
    refused = page.locator(".refused-lines")
    expect(refused).to_contain_text("Line 3")
    expect(refused).to_contain_text("Line 4")
    assert not network.invitations.exists()
    visit()
    page.locator("textarea").fill("Clinic;Lead\nLake Clinic;anna@example.org\nHill Clinic;ben@example.org")
    page.get_by_role("button", name="Send the invitations").click()
    expect(page.locator(".invited li")).to_have_count(2)
    visit()

    outbox.send_due_mail(now=timezone.now())
    mail = next(text for file in tmp_path.iterdir() if "To: anna@example.org" in (text := file.read_text()))
    found = re.search(r"http://testserver(/n/\S+)", mail)
    assert found
    theirs = open_page()
    theirs.goto(found[1])
    theirs.get_by_role("main").get_by_role("link", name="Create an account").click()
    sign_up(theirs, "anna@example.org", "Anna")
    theirs.get_by_role("link", name="Create your clinic").click()
    theirs.get_by_label("Name of the clinic").fill("Lake Clinic")
    theirs.get_by_role("button", name="Create the clinic").click()
    choose_level(theirs, Level.SCORES.label)
    theirs.get_by_role("button", name="Let them in").click()
    expect(theirs.get_by_role("main")).to_contain_text("Scores and flags")
    assert NetworkClinic.objects.get().clinic.name == "Lake Clinic"
    theirs.goto(found[1])
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("cannot be used")

    page.reload()
    expect(page.locator(".invited li")).to_have_count(1)
    page.goto(reverse("networks:clinics", args=[network.pk]))
    expect(page.get_by_role("link", name="Lake Clinic")).to_be_visible()
