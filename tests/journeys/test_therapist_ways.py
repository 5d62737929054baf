"""The therapists' form by keyboard alone and without script, and the private profile for anybody."""

from __future__ import annotations

import pytest
from django.apps import apps
from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.respondents.models import Draft, Submission
from assessments.rounds.models import Round
from tests.journeys.conftest import OpenPage
from tests.journeys.steps import press, radio, tab_to
from tests.journeys.team_steps import CONFIDENT, HAND, PAGES, choose, expect_main, invite, our_cookies, sheet

TRIED = dict.fromkeys(sorted(CONFIDENT), 6) | {"confidence-risk": 2, "confidence-tone": 3}


def test_from_link_to_profile_by_keyboard_alone(page: Page, lead: User, assessment: Round) -> None:
    keys = page.keyboard
    page.goto(invite(lead, assessment, 5)[0])
    tab_to(page, "main .actions a.btn-primary")
    keys.press("Enter")
    answered = {}
    for part in PAGES:
        page.wait_for_url(f"**/r/pages/{part.number}/")
        for item in part.items if part.number == 1 else part.items[:1]:
            tab_to(page, f'input[name="answer-{item.key}"]')
            keys.press("Space")
            keys.press("ArrowDown")
            answered[item.key] = page.evaluate("Number(document.activeElement.value)")
        tab_to(page, 'button[name="go"][value="next"]')
        keys.press("Enter")
    page.wait_for_url("**/r/check/")
    tab_to(page, "form[data-once] button[type=submit]")
    keys.press("Enter")
    page.wait_for_url("**/r/done/")
    assert Submission.objects.get().answers == answered
    assert len(answered) == len(PAGES) - 1 + len(PAGES[0].items)
    tab_to(page, 'form[action="/r/clear/"] button')
    keys.press("Enter")
    page.wait_for_url("**/r/clear/")


def test_from_link_to_profile_without_script(open_page: OpenPage, lead: User, assessment: Round) -> None:
    page = open_page(java_script_enabled=False, viewport=HAND)
    answers = sheet(4, 7, confidence_risk="dont_know", workload=2)
    page.goto(invite(lead, assessment, 5)[0])
    page.locator("main .actions a.btn-primary").click()
    for part in PAGES:
        expect(page.locator("h1")).to_contain_text(f"Page {part.number} of {len(PAGES)}")
        radio(page, part.items[0].key, answers[part.items[0].key]).check()
        choose(page, answers)
        press(page, "next")
    expect_main(page, "All 29 questions are answered")
    page.get_by_role("link", name="Change").first.click()
    radio(page, PAGES[0].items[0].key, 1).check()
    press(page, "check")
    page.get_by_role("button", name="Send my answers").click()
    expect_main(page, "Your answers are sent")
    assert Submission.objects.get().answers == answers | {PAGES[0].items[0].key: 1}
    assert not Draft.objects.exists()
    expect(page.locator("ol.confidence > li")).to_have_count(len(CONFIDENT))
    page.get_by_role("link", name="copy of your answers").click()
    expect(page.locator("section.answers dt")).to_have_count(len(answers))


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_anybody_can_try_the_profile_and_nothing_is_stored(open_page: OpenPage, script: bool) -> None:
    def stored() -> dict[str, int]:
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}

    before = stored()
    page = open_page(java_script_enabled=script, viewport=HAND)
    page.goto("/try/therapist/")
    for key, value in TRIED.items():
        radio(page, key, value).check()
    press(page, "profile")
    expect(page.locator("ol.confidence > li")).to_have_count(len(TRIED))
    expect_main(page, "Nothing of this is stored")
    expect(page.locator("details.tip").first).to_be_visible()
    press(page, "change")
    expect(radio(page, "confidence-risk", 2)).to_be_checked()
    assert stored() == before
    assert our_cookies(page) == set()
    if script:
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
