"""What people do on the pages, in the words of the pages' own hooks: names of controls, `data-item` and `data-test`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from assessments.rounds import actions
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import Context

if TYPE_CHECKING:
    from assessments.clinics.models import Clinic, User
    from readiness.instrument.definition import Answer

SAVES: Final = "**/rounds/*/items/*/"
SAVED: Final = re.compile(r"^Saved \d\d:\d\d$")
TOPICS: Final = (
    "programme",
    "integration",
    "intake",
    "skills",
    "practice",
    "leadership",
    "process",
    "funding",
    "acceptance",
)

MAX_TABS: Final = 60
FOCUS_IS_SEEN: Final = """() => {
  const spots = [document.activeElement, document.activeElement.closest("label")].filter(Boolean);
  return spots.some((spot) => {
    const look = getComputedStyle(spot);
    return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  });
}"""


def begin(by: User, clinic: Clinic, **said: object) -> Round:
    """Open an assessment that can be answered today; `said` overrides what is said of the service."""
    now = timezone.now()
    context = {"stage": "running", "routes": ["gp", "self"], "for_whom": ["depression-anxiety"], **said}
    return actions.open_round(
        by=by,
        clinic=clinic,
        title="Autumn round",
        context=Context(**context),
        due_on=now.date() + timedelta(days=21),
        now=now,
    )


def answer_by_colleague(by: User, assessment: Round, key: str, answer: Answer, comment: str = "") -> None:
    """Save an answer upon what is stored, as a colleague's browser does meanwhile."""
    row = stored(assessment, key)
    actions.save_answer(
        by=by,
        round_id=assessment.pk,
        change=actions.Change(
            key=key,
            answer=answer,
            comment=comment,
            base=row.revision if row else 0,
            op=f"theirs-{key}-{row.revision if row else 0}",
        ),
        now=timezone.now(),
    )


def stored(assessment: Round, key: str) -> FormAnswer | None:
    """Give what the database holds for a question; None when it holds nothing."""
    return FormAnswer.objects.of_clinic_form().filter(round=assessment, key=key).first()


def answers_of(assessment: Round) -> dict[str, object]:
    """Give everything that the database holds, by key."""
    return {row.key: row.answer for row in FormAnswer.objects.of_clinic_form().filter(round=assessment)}


def topic_url(assessment: Round, domain: str) -> str:
    """Give the address of a topic's page."""
    return reverse("rounds:section", args=[assessment.pk, domain])


def question(page: Page, key: str) -> Locator:
    """Give the box of a question."""
    return page.locator(f'[data-item="{key}"]')


def radio(page: Page, key: str, value: int | str) -> Locator:
    """Give the radio button of an answer."""
    return question(page, key).locator(f'input[type=radio][value="{value}"]')


def tap(page: Page, key: str, value: int | str) -> None:
    """Answer a question by tapping the words of an answer."""
    question(page, key).locator(f'label:has(input[type=radio][value="{value}"])').click()


def expect_saved(page: Page, *keys: str) -> None:
    """Wait until the page says of each question that it is saved, and when."""
    for key in keys:
        expect(question(page, key).locator("[data-state]")).to_have_text(SAVED)


def state(page: Page) -> Locator:
    """Give the line that says how saving stands."""
    return page.locator('[data-test="save-state"]')


def press(page: Page, go: str) -> None:
    """Press one of the buttons at the foot of a question page."""
    page.locator(f'button[name="go"][value="{go}"]').click()


def unanswered(page: Page) -> Iterable[str]:
    """Give the keys of the questions on this page that have no answer yet, in order."""
    boxes = page.locator("fieldset[data-item]:not([data-fact]):not(:has(input[type=radio]:checked))")
    return list(boxes.evaluate_all("boxes => boxes.map((box) => box.dataset.item)"))


def describe_service(page: Page, *, stage: str, routes: Iterable[str], for_whom: Iterable[str]) -> None:
    """Fill in the three taps."""
    page.locator(f'input[name="stage"][value="{stage}"]').check()
    for name, values in (("routes", routes), ("for_whom", for_whom)):
        for value in values:
            page.locator(f'input[name="{name}"][value="{value}"]').check()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the control has the focus; on the way the focus must always be seen."""
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"No way to {selector} by Tab on {page.url}")


class Held:
    """Holds a page's saves back until they are let go."""

    def __init__(self, page: Page) -> None:
        self.waiting: list[Route] = []
        self._is_open = False
        page.route(SAVES, self._arrive)

    def _arrive(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self.waiting.append(route)

    def let_go(self) -> None:
        """Let those that wait and all that follow pass."""
        self._is_open = True
        for route in self.waiting:
            route.continue_()
