"""Nine therapists are invited and answer on their phones; figures come at closing, the same for lead and therapists."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.respondents.models import Submission
from assessments.rounds.models import Round
from tests.assessments.results.conftest import MIXED, answer
from tests.journeys.conftest import OpenPage
from tests.journeys.team_steps import (
    HAND,
    a_night_later,
    addresses,
    charted,
    expect_main,
    figures,
    fill,
    fill_at_once,
    finish,
    invite,
    links,
    paste,
    send,
    sheet,
    start,
    tap_through,
)

SignIn = Callable[[Page, User], None]

WAYS = {0: tap_through, 1: fill, 2: fill}
"""The first phones go through every page; the others save them as the pages do in the background."""
LOW = {"patient_motivation": 1, "comorbidity": 1, "digital_access": 1}


@pytest.mark.timeout(120)
def test_nine_therapists_are_heard(
    page: Page, open_page: OpenPage, sign_in: SignIn, lead: User, manager: User, assessment: Round
) -> None:
    answer(assessment, lead, MIXED)
    sign_in(page, lead)
    paste(page, assessment, [*addresses(9), "see you on Monday", manager.email])
    summary = page.locator("#error-summary")
    expect(summary).to_contain_text("see you on Monday: This is not an e-mail address.")
    expect(summary).to_contain_text(f"{manager.email}: This person may see the results")
    expect(page.locator("textarea[name=addresses]")).to_have_value(f"see you on Monday\n{manager.email}")
    expect_main(page, "9 people are invited")
    expect_main(page, "9 not yet sent")

    opened = links(addresses(9))
    assert sorted(message.to for message in mail.outbox) == [[address] for address in addresses(9)]
    page.goto(reverse("respondents:team", args=[assessment.pk]))
    expect_main(page, "9 invitations sent.")

    phones = [open_page(viewport=HAND) for _ in opened]
    for count, (phone, link) in enumerate(zip(phones, opened, strict=True)):
        start(phone, link)
        answers = sheet(3, 4, **LOW) if count % 2 else sheet(4, 6, **LOW)
        WAYS.get(count, fill_at_once)(phone, answers)
        send(phone)
        if count == 3:
            a_night_later()
            at_night = what_the_lead_sees(page, assessment, "fewer than 5")
    assert Submission.objects.filter(round=assessment).count() == 9
    assert what_the_lead_sees(page, assessment, "fewer than 5") == at_night
    a_night_later(2)
    what_the_lead_sees(page, assessment, "5 or more")

    finish(page, assessment)
    shown = figures(page)
    assert set(shown) == {"programme", "intake", "skills", "practice", "leadership", "acceptance", "confidence"}
    assert shown["intake"] == ("released", "", "at_most", "15")
    assert shown["practice"] == ("released", "65", "", "")
    assert shown["confidence"] == ("released", "50", "", "")
    assert charted(page)["Patients finding the way"] == (0, 15)
    assert charted(page)["Daily work"] == (65, 65)

    page.goto(reverse("results:print_page", args=[assessment.pk]))
    assert figures(page) == shown
    old_link = phones[4]
    old_link.goto(opened[4])
    old_link.wait_for_url("**/team/")
    assert figures(old_link) == shown
    stranger = open_page(viewport=HAND)
    stranger.goto("/team/")
    assert figures(stranger) == {}


def test_of_four_answers_nothing_is_shown_anywhere(
    page: Page, open_page: OpenPage, sign_in: SignIn, lead: User, assessment: Round
) -> None:
    answer(assessment, lead, MIXED)
    opened = invite(lead, assessment, 9)
    for link in opened[:4]:
        phone = open_page(viewport=HAND)
        start(phone, link)
        fill_at_once(phone, sheet(1, 0))
        send(phone)
    a_night_later()
    sign_in(page, lead)
    what_the_lead_sees(page, assessment, "fewer than 5")

    finish(page, assessment)
    expect(page.locator('[data-test="not-shown"]')).to_have_count(1)
    assert figures(page) == {}
    assert charted(page) == {}
    assert page.locator('[data-test="role-gap"]').count() == 0
    page.goto(reverse("results:print_page", args=[assessment.pk]))
    assert figures(page) == {}
    for link in (opened[0], opened[8]):
        phone.goto(link)
        phone.wait_for_url("**/team/")
        expect(phone.locator('[data-test="not-shown"]')).to_have_count(1)
        assert figures(phone) == {}
    assert not Submission.objects.exists()


def what_the_lead_sees(page: Page, assessment: Round, band: str) -> list[str]:
    """Give the words of every page about the open round: the band on the page about the team, figures nowhere."""
    page.goto(reverse("respondents:team", args=[assessment.pk]))
    expect_main(page, re.compile(rf"Answered, as of \d+ \w+: {band} so far\. Counted once a night\."))
    words = [page.locator("main").inner_text()]
    for name in ("rounds:round", "results:result", "results:print_page", "results:finish"):
        page.goto(reverse(name, args=[assessment.pk]))
        assert figures(page) == {}
        words.append(page.locator("main").inner_text())
    return words
