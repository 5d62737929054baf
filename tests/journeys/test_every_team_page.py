"""Every page on which a team is heard: therapists', the team talk's, the lead's; looked at as all others are."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.clinics.models import User
from assessments.respondents.models import Invitation
from assessments.rounds import talk_actions
from assessments.rounds.models import Round
from assessments.rounds.passes import to_team_page
from tests.assessments.results.conftest import MIXED, answer
from tests.assessments.results.team import HEARD, TALK, finish, hear, talk
from tests.journeys.conftest import Visit
from tests.journeys.steps import expect_saved, press, tap
from tests.journeys.team_steps import (
    PAGES,
    choose,
    expect_main,
    figures,
    fill_at_once,
    invite,
    paste,
    send,
    sheet,
    start,
)

SignIn = Callable[[Page, User], None]

LONG_STEPS = """() => [...document.querySelectorAll(".steps-long")].map((steps) => [...steps.children].map((one) => {
  const box = one.getBoundingClientRect();
  return [box.width, box.height];
}))"""


def test_pages_of_a_therapist(page: Page, visit: Visit, lead: User, assessment: Round) -> None:
    link, later = invite(lead, assessment, 5)[:2]
    visit("/r/", "/r/not-a-link/", link, reverse("respondents:how"), reverse("respondents:decline"))
    visit(reverse("respondents:page", args=[1]))
    choose(page, sheet(4, 7))
    press(page, "next")
    page.wait_for_url("**/r/pages/2/")
    visit(reverse("respondents:later"))
    page.get_by_role("button", name="Give me a return code").click()
    expect(page.locator("[data-return-code]")).to_be_visible()
    visit()
    visit(reverse("respondents:check"))
    fill_at_once(page, sheet(4, 7, confidence_risk=2, confidence_tone=1))
    send(page)
    visit()
    visit(reverse("respondents:copy"), reverse("respondents:check"))
    page.get_by_role("button", name="Done, clear this device").click()
    visit()
    visit(f"{later}not-me/")
    page.get_by_role("button", name="Take me off the list").click()
    expect(page.locator("#error-summary")).to_be_visible()
    page.get_by_label("This invitation is not for me").check()
    page.get_by_role("button", name="Take me off the list").click()
    expect_main(page, "You are off the list")
    visit()


def test_eleven_buttons_fit_a_narrow_phone(page: Page, visit: Visit, lead: User, assessment: Round) -> None:
    start(page, invite(lead, assessment, 5)[0])
    asked = [part.number for part in PAGES if part.is_confidence]
    for number in asked:
        visit(reverse("respondents:page", args=[number]))
        rows = page.evaluate(LONG_STEPS)
        assert [len(row) for row in rows] == [11] * len(PAGES[number - 1].items)
        assert all(width >= 30 and height >= 44 for row in rows for width, height in row), rows
    assert len(asked) == 2


def test_pages_of_the_practice_profile(page: Page, visit: Visit) -> None:
    visit("/try/therapist/")
    choose(page, sheet(4, 7, confidence_risk=2))
    press(page, "profile")
    expect(page.locator("ol.confidence")).to_be_visible()
    visit()


def test_pages_on_which_a_lead_invites(
    page: Page, visit: Visit, sign_in: SignIn, lead: User, manager: User, assessment: Round
) -> None:
    sign_in(page, lead)
    visit(reverse("respondents:team", args=[assessment.pk]))
    paste(page, assessment, [f"a-very-long-name-of-a-mailbox-{'x' * 30}@clinic.example.org", "no address at all"])
    expect(page.locator("#error-summary")).to_be_visible()
    visit()
    invitation = Invitation.objects.get()
    visit(reverse("respondents:withdraw", args=[assessment.pk, invitation.pk]))
    Round.objects.filter(pk=assessment.pk).update(n_invited=9)  # from five on there is a reminder
    visit(*(reverse(f"respondents:{name}", args=[assessment.pk]) for name in ("remind", "team")))
    visit(*(reverse(name, args=[assessment.pk]) for name in ("rounds:round", "results:finish")))
    page.goto(reverse("respondents:team", args=[assessment.pk]))
    page.locator('form[action$="/team-talk/"] button').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The link to your team talk")
    visit()
    sign_in(page, manager)
    visit(reverse("respondents:team", args=[assessment.pk]))


def test_pages_of_results_with_a_team(page: Page, visit: Visit, sign_in: SignIn, lead: User, assessment: Round) -> None:
    answer(assessment, lead, MIXED)
    hear(assessment, lead, HEARD)
    talk(assessment, lead, TALK, asks=("protected-time", "other"))
    sign_in(page, lead)
    names = ("results:result", "results:print_page")
    visit(*(reverse(name, args=[assessment.pk]) for name in (*names, "results:finish")))
    finish(assessment, lead, timezone.now())
    visit(*(reverse(name, args=[assessment.pk]) for name in names))
    shown = figures(page)
    assert {source for source, *_ in shown.values()} == {"released"}
    assert len(shown) == len({part.domain.key for part in PAGES})
    visit_team_page(page, visit, assessment)


def visit_team_page(page: Page, visit: Visit, assessment: Round) -> None:
    """Look at the team page, with the pass that a link gives."""
    response = to_team_page(assessment.pk)
    for name, morsel in response.cookies.items():
        page.context.add_cookies([{"name": name, "value": morsel.value, "url": page.evaluate("location.origin")}])
    visit(reverse("plans:team_page"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What your team said")


def test_pages_of_a_team_talk(page: Page, visit: Visit, lead: User, assessment: Round) -> None:
    visit("/t/", "/t/not-a-link/", reverse("rounds:talk_send"))
    token = talk_actions.make_talk_link(by=lead, round_id=assessment.pk, now=timezone.now())
    visit(reverse("rounds:talk_link", args=[token]), reverse("rounds:talk_topic", args=["practice"]))
    tap(page, "workload", 2)
    expect_saved(page, "workload")
    visit(reverse("rounds:talk"), reverse("rounds:talk_send"))
    page.get_by_role("button", name="Send what we agreed on").click()
    expect(page.locator("#error-summary")).to_be_visible()
    visit()
    page.locator("input[name=n_people]").fill("3")
    page.locator("input[name=other_request]").fill("A quiet room")
    page.get_by_role("button", name="Send what we agreed on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your team talk has been sent")
    visit()
