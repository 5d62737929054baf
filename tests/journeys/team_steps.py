"""What lead and therapists do when a team is heard: inviting, opening links, answering, looking at figures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, ViewportSize, expect

from assessments.clinics import outbox
from assessments.respondents import actions, upkeep
from assessments.respondents.pages import pages_of
from readiness.instrument.definition import CONFIDENCE, Form
from readiness.instrument.loading import load
from tests.journeys.steps import press, tap

if TYPE_CHECKING:
    from assessments.clinics.models import User
    from assessments.rounds.models import Round

HAND: Final[ViewportSize] = {"width": 390, "height": 844}
"""A therapist's phone."""
PAGES: Final = pages_of(load())
ASKED: Final = tuple(item.key for page in PAGES for item in page.items)
CONFIDENT: Final = frozenset(item.key for item in load().items_of(Form.THERAPIST, CONFIDENCE))
CHOOSE: Final = """(answers) => {
  for (const [key, value] of Object.entries(answers)) {
    const choice = document.querySelector(`[name="answer-${key}"][value="${value}"]`);
    if (choice) choice.click();
  }
}"""
POST_ALL = """async (pages) => {
  const [token, mark] = ["csrfmiddlewaretoken", "mark"].map((name) => document.querySelector(`[name=${name}]`).value);
  for (const [number, answers] of pages) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, mark, ...answers });
    const headers = { "X-Requested-With": "fetch" };
    const saved = await fetch(`/r/pages/${number}/`, { method: "POST", body, headers });
    if (saved.status !== 204) throw new Error(`page ${number}: ${saved.status}`);
  }
}"""


def sheet(work: int | str, sure: int | str, **said: int | str) -> dict[str, int | str]:
    """Give a whole form: one answer for the work, one for own confidence, and what is `said` otherwise."""
    alike = {key: sure if key in CONFIDENT else work for key in ASKED}
    return alike | {key.replace("_", "-"): value for key, value in said.items()}


def addresses(count: int) -> list[str]:
    """Give the addresses of so many therapists."""
    return [f"therapist{number}@example.org" for number in range(1, count + 1)]


def paste(page: Page, assessment: Round, lines: Iterable[str]) -> None:
    """Paste a list of addresses on the lead's page and send the invitations."""
    page.goto(reverse("respondents:team", args=[assessment.pk]))
    page.locator("textarea[name=addresses]").fill("\n".join(lines))
    page.locator("form:has(textarea[name=addresses]) button[type=submit]").click()


def invite(lead: User, assessment: Round, count: int) -> list[str]:
    """Invite so many therapists without the lead's page and give their links."""
    actions.invite(by=lead, round_id=assessment.pk, pasted="\n".join(addresses(count)), now=timezone.now())
    return links(addresses(count))


def links(of: Iterable[str]) -> list[str]:
    """Let the worker send the mail that waits, and give the link in the newest mail to each address."""
    outbox.send_due_mail(now=timezone.now())
    newest = {message.to[0]: str(message.body) for message in mail.outbox}
    found = (re.search(r"http://testserver(/r/[\w-]+/)\n", newest[address]) for address in of)
    return [match[1] for match in found if match]


def a_night_later(days: int = 1) -> datetime:
    """Let the nightly count of who has answered come round."""
    now = timezone.now() + timedelta(days=days)
    upkeep.refresh_participation(now=now)
    return now


def choose(page: Page, answers: Mapping[str, object]) -> None:
    """Choose those of the answers that the page asks for, in one go."""
    page.evaluate(CHOOSE, dict(answers))


def start(page: Page, link: str) -> None:
    """Open a link and go to the first question that is open."""
    page.goto(link)
    page.locator("main .actions a.btn-primary").click()
    page.wait_for_url(re.compile(r"/r/(pages/\d+|check)/$"))


def fill(page: Page, answers: Mapping[str, object], *, up_to: int = len(PAGES)) -> None:
    """Answer page by page, from the first on, and go on after each."""
    for number in range(1, up_to + 1):
        page.wait_for_url(f"**/r/pages/{number}/")
        choose(page, answers)
        press(page, "next")


def tap_through(page: Page, answers: Mapping[str, int | str]) -> None:
    """Answer every page with the thumb: one tap for each question."""
    for part in PAGES:
        page.wait_for_url(f"**/r/pages/{part.number}/")
        for item in part.items:
            tap(page, item.key, answers[item.key])
        press(page, "next")


def fill_at_once(page: Page, answers: Mapping[str, object]) -> None:
    """Save every page from the first one, as the pages do in the background, and go to the page before sending."""
    given = [(part.number, {f"answer-{item.key}": str(answers[item.key]) for item in part.items}) for part in PAGES]
    page.evaluate(POST_ALL, given)
    page.goto(reverse("respondents:check"))


def send(page: Page) -> None:
    """Send from the page that shows all answers."""
    page.wait_for_url("**/r/check/")
    page.locator("form[data-once] button[type=submit]").click()
    page.wait_for_url("**/r/done/")


def finish(page: Page, assessment: Round) -> None:
    """Finish as the lead does."""
    page.goto(reverse("results:finish", args=[assessment.pk]))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**{reverse('results:result', args=[assessment.pk])}")


Figure = tuple[str, str, str, str]


def figures(page: Page) -> dict[str, Figure]:
    """Give what a page shows of the team, by topic: source, value, side and bound; all its places must agree."""
    found: dict[str, Figure] = {}
    shown = page.locator('[data-test="team-figure"]').evaluate_all("all => all.map((one) => ({...one.dataset}))")
    for one in shown:
        said = (one["source"], one["value"], one["side"], one["bound"])
        assert found.setdefault(one["domain"], said) == said, page.url
    return found


def charted(page: Page) -> dict[str, tuple[float, float]]:
    """Give from where to where the team's marks of the chart to explore reach, by the title of the topic."""
    traces = json.loads(page.locator("script#chart-figure").text_content() or "")["data"][1:]
    values = {title: (x, x) for one in traces if "line" not in one for title, x in zip(one["y"], one["x"], strict=True)}
    return values | {one["y"][0]: (one["x"][0], one["x"][1]) for one in traces if "line" in one}


def save_state(page: Page) -> Locator:
    """Give the line that says how saving stands."""
    return page.locator("[data-save-state]")


def our_cookies(page: Page) -> set[str]:
    """Give the names of the cookies that the site has left."""
    return {str(cookie["name"]) for cookie in page.context.cookies()}


def expect_main(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait until the page says it."""
    expect(page.locator("main")).to_contain_text(text)
