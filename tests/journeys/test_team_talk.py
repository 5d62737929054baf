"""A team of three talks its round through by a link; the lead reads it at once, and after finishing on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.results.models import ReleaseRow
from assessments.rounds.models import Round, TeamTalk
from tests.assessments.results.conftest import MIXED, answer
from tests.journeys.conftest import OpenPage
from tests.journeys.steps import expect_saved, press, question, tap
from tests.journeys.team_steps import HAND, charted, choose, expect_main, figures, finish

SignIn = Callable[[Page, User], None]

TOPICS = ("programme", "intake", "skills", "practice", "leadership", "acceptance")
AGREED = {"workload": 1, "planned-time": 1, "time-norm": 2, "peer-supervision": 4}
ASKED_FOR = ("Protected time for online work", "Supervision of our online work")
OWN_WORDS = "A room where nobody knocks"


def link_from(page: Page, assessment: Round) -> str:
    """Make the link as the lead, on the page about the team, and read it from the message to copy."""
    page.goto(reverse("respondents:team", args=[assessment.pk]))
    page.locator('form[action$="/team-talk/"] button').click()
    page.wait_for_url("**/team-talk/")
    found = re.search(r"http://testserver(/t/[\w-]+/)\n", page.locator("textarea").input_value())
    assert found
    return found[1]


def hold_the_pen(page: Page, link: str) -> None:
    """Answer six topics, split over one question, and send with two requests and one in own words."""
    page.goto(link)
    page.get_by_role("link", name="Begin with").click()
    for topic in TOPICS:
        page.wait_for_url(f"**/t/topics/{topic}/")
        if topic == "practice":
            for key, value in AGREED.items():
                tap(page, key, value)
            question(page, "mixed-roles").get_by_text("We do not agree").click()
            expect_saved(page, *AGREED, "mixed-roles")
        else:
            keys = page.locator("fieldset[data-item]").evaluate_all("all => all.map((one) => one.dataset.item)")
            choose(page, dict.fromkeys(keys, 4))
        press(page, "next")
    page.wait_for_url("**/t/send/")
    expect_main(page, "0 questions without an answer, 1 on which you do not agree.")
    for words in ASKED_FOR:
        page.get_by_label(words).check()
    page.get_by_label("Something else").fill(OWN_WORDS)
    page.get_by_label("How many therapists took part").fill("3")
    page.get_by_role("button", name="Send what we agreed on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your team talk has been sent")


def test_team_of_three_is_heard_by_a_talk(
    page: Page, open_page: OpenPage, sign_in: SignIn, lead: User, assessment: Round
) -> None:
    answer(assessment, lead, MIXED)
    sign_in(page, lead)
    result = reverse("results:result", args=[assessment.pk])
    link = link_from(page, assessment)
    page.goto(result)
    assert figures(page) == {}

    pen = open_page(viewport=HAND)
    hold_the_pen(pen, link)

    page.goto(result)
    shown = figures(page)
    assert set(shown) == set(TOPICS)
    assert shown["practice"] == ("talk", "25.0", "", "")
    assert charted(page)["Daily work"] == (25, 25)
    requests = page.locator('[data-test="team-requests"]')
    for words in (*ASKED_FOR, OWN_WORDS):
        expect(requests).to_contain_text(words)
    expect_main(page, "agreed in a meeting of 3")

    finish(page, assessment)
    assert figures(page) == shown
    page.goto(reverse("results:print_page", args=[assessment.pk]))
    assert figures(page) == shown
    for words in (*ASKED_FOR, OWN_WORDS):
        expect_main(page, words)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    assert not ReleaseRow.objects.filter(status="shown").exists()
    assert TeamTalk.objects.get().n_people == 3

    pen.goto(link)
    pen.wait_for_url("**/team/")
    assert figures(pen) == shown
