"""What consultants and leads do with networks, for the journeys: pages, clinics with results, and what must be gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics.actions import create_clinic
from assessments.clinics.models import Clinic, User
from assessments.networks import actions
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.plans.actions import Content, add_action
from assessments.results.closing import close
from assessments.rounds.actions import Change, save_page
from assessments.rounds.models import Round
from readiness.instrument.definition import Answer
from tests.assessments.conftest import PASSWORD, make_user
from tests.assessments.results.conftest import MIXED
from tests.journeys.conftest import WHAT_STICKS_OUT
from tests.journeys.steps import begin

OF_A_NETWORK = (
    "overview",
    "clinics",
    "actions",
    "compare",
    "side_by_side",
    "teams",
    "change",
    "invitations",
    "people",
    "settings",
)


def make_consultant(email: str = "consultant@example.org", name: str = "Cora Consultant") -> User:
    """Make an account that a site admin has made a consultant's."""
    return make_user(email, name, is_consultant=True)


def clinic_in(network: Network, name: str, level: Level, answers: Mapping[str, Answer] = MIXED) -> NetworkClinic:
    """Make a clinic with a lead of its own, a finished assessment and a late plan, which lets the network in."""
    lead = make_user(f"{name.split()[0].lower()}@example.org", f"Lead of {name}")
    clinic = create_clinic(by=lead, name=name, country="Netherlands", now=timezone.now())
    finish(lead, clinic, answers)
    late_on = timezone.now().date() - timedelta(days=3)
    content = Content(title="Ask the payer for a tariff", domain="funding", due_on=late_on)
    add_action(by=lead, clinic=clinic, content=content, op="late", now=timezone.now() - timedelta(days=9))

    token = actions.joining_token(network) or ""
    return actions.join(by=lead, token=token, clinic=clinic, level=level, now=timezone.now())


def finish(lead: User, clinic: Clinic, answers: Mapping[str, Answer] = MIXED, comment: str = "") -> Round:
    """Open an assessment, answer and finish it; a comment stands beside the first answer."""
    assessment = begin(lead, clinic)
    given = [(key, answer) for key, answer in answers.items() if answer is not None]
    changes = [
        Change(key=key, answer=answer, comment=comment if number == 0 else None, base=0, op=key)
        for number, (key, answer) in enumerate(given)
    ]
    save_page(by=lead, round_id=assessment.pk, changes=changes, now=timezone.now())
    close(round_id=assessment.pk, by=lead, now=timezone.now() + timedelta(seconds=1))
    return assessment


def addresses(network: Network, *clinics: Clinic, rounds: Iterable[Round] = ()) -> list[str]:
    """Give the address of every page of a network, and of the pages of clinics and rounds in it."""
    beside = "?" + "&".join(f"clinic={clinic.pk}" for clinic in clinics)
    return [
        *(reverse(f"networks:{name}", args=[network.pk]) for name in OF_A_NETWORK),
        *([reverse("networks:side_by_side", args=[network.pk]) + beside] if len(clinics) > 1 else []),
        *(reverse("networks:clinic", args=[network.pk, clinic.pk]) for clinic in clinics),
        *(reverse("networks:round", args=[network.pk, one.clinic_id, one.pk]) for one in rounds),
    ]


def sign_in_by_form(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in form that is shown."""
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button[type=submit]").first.click()


def expect_nothing_of(page: Page, words: str, *urls: str) -> None:
    """Open each address again: whatever it answers, these words are not there."""
    for url in urls:
        page.goto(url)
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("body")).not_to_contain_text(words)


def expect_within_the_edge(page: Page) -> None:
    """Look whether the page is no wider than the window."""
    fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert fits, (page.url, page.evaluate(WHAT_STICKS_OUT))
