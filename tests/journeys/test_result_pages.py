"""Result pages in a real browser: the chart to explore, the page to print.

Axe reads them with everything open in `test_every_page.py`, and with a team in `test_every_team_page.py`.
"""

from __future__ import annotations

import os
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from assessments.clinics.models import User
from assessments.results.closing import close
from assessments.rounds.models import FormAnswer, Round
from assessments.rounds.passes import TEAM_PAGE
from tests.assessments.results.conftest import ITEMS, MIXED
from tests.assessments.results.team import TALK, hear, sheet, talk
from tests.journeys.steps import begin

LONG_NAME = "Regional Centre for Internet-Delivered Psychological Treatment of Depression and Anxiety, North and East"
WIDE: ViewportSize = {"width": 1280, "height": 900}
PICTURE = Path(__file__).parents[2] / "docs" / "images" / "result.png"
MARGIN = 24  # pixels around what is pictured


def answered(lead: Any, clinic: Any, answers: dict[str, Any]) -> Round:
    """Give an open round with these answers."""
    assessment, now = begin(lead, clinic), timezone.now()
    FormAnswer.objects.bulk_create(
        FormAnswer(
            round=assessment,
            key=key,
            value=value if isinstance(value, int) else None,
            non_answer="" if isinstance(value, int) else value,
            op="op",
            by=lead,
            saved_at=now,
        )
        for key, value in answers.items()
        if value is not None
    )
    return assessment


def closed(lead: Any, clinic: Any, answers: dict[str, Any]) -> Round:
    """Give a finished round with these answers."""
    assessment = answered(lead, clinic, answers)
    close(round_id=assessment.pk, by=lead, now=timezone.now())
    return assessment


@pytest.fixture
def mixed(lead, clinic) -> Round:
    """A finished round with something of everything."""
    return closed(lead, clinic, dict(MIXED))


def visit(page: Page, name: str, assessment: Round) -> None:
    page.goto(reverse(f"results:{name}", args=[assessment.pk]))


def test_chart_is_drawn_on_request_and_put_away(page: Page, sign_in, check_accessibility, lead, mixed) -> None:
    sign_in(page, lead)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    visit(page, "result", mixed)
    assert not any("plotly" in url for url in loaded)

    page.get_by_role("button", name="Explore as a chart").click()

    expect(page.locator(".js-plotly-plot .bars .point")).to_have_count(9)
    expect(page.locator("details.topic").first).to_be_hidden()
    check_accessibility(page)
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator("details.topic").first).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_be_hidden()


def test_everything_can_be_opened_and_read_without_script(plain_page: Page, sign_in, lead, mixed) -> None:
    sign_in(plain_page, lead)
    visit(plain_page, "result", mixed)

    expect(plain_page.get_by_role("button", name="Explore as a chart")).to_have_count(0)
    plain_page.locator("#topic-funding summary").click()
    expect(plain_page.locator("#topic-funding").get_by_text("What holds this topic down")).to_be_visible()
    plain_page.get_by_text("The same as a table").click()
    expect(plain_page.get_by_role("row")).to_have_count(10)


@pytest.mark.parametrize("intake", [1, 2], ids=["all-low", "two-flags-on-a-card"])
def test_worst_result_prints_on_one_page(page: Page, sign_in, lead, clinic, intake) -> None:
    clinic.name = LONG_NAME
    clinic.save()
    low = 1 if intake == 1 else 4
    answers = dict.fromkeys(ITEMS, low) | {"risk-procedure": 1, "intake": intake, "gp-referral": 1, "training": 1}
    worst = closed(lead, clinic, answers)
    sign_in(page, lead)
    visit(page, "print_page", worst)

    paper = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


@pytest.mark.parametrize("way", ["in confidence", "not shown", "talk", "different views"])
def test_worst_result_with_a_team_prints_on_one_page(page: Page, sign_in, lead, clinic, way) -> None:
    clinic.name = LONG_NAME
    clinic.save()
    low = {"risk-procedure": 1, "intake": 2, "gp-referral": 1, "training": 1}  # and no topic but one has a score
    rest = dict.fromkeys(ITEMS, 5) if way == "different views" else dict.fromkeys(ITEMS[:4], 4)
    assessment = answered(lead, clinic, rest | low)
    if way != "talk":
        n_sent = 4 if way == "not shown" else 7
        hear(assessment, lead, [sheet(1, 0)] * n_sent, now=timezone.now())
    longest = ("patient-profile", "written-feedback-training", "other")
    talk(assessment, lead, TALK, asks=longest, other="Quiet " * 23, now=timezone.now())
    close(round_id=assessment.pk, by=lead, now=timezone.now())
    sign_in(page, lead)
    visit(page, "print_page", assessment)

    paper = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_results_of_the_demo_print_on_one_page(page: Page, sign_in) -> None:
    call_command("demo", "--json", stdout=StringIO())
    for assessment in Round.objects.closed():
        sign_in(page, User.objects.filter(memberships__clinic=assessment.clinic).first())
        visit(page, "print_page", assessment)
        expect(page.locator('[data-test="domain-score"]')).to_have_count(9)
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1, assessment.clinic
    sign_in(page, User.objects.get(email="lead@example.org"))
    visit(page, "print_page", Round.objects.closed().filter(clinic__name="Northgate Pain Clinic").latest("closed_at"))
    expect(page.get_by_role("main")).to_contain_text("differ on “Daily work”")
    take_picture(page)


def take_picture(page: Page) -> None:
    """Write the picture of the README, when asked to: the page to print, where a whole result fits into one look."""
    if os.environ.get("WRITE_SCREENSHOTS") != "1":
        return
    page.set_viewport_size({"width": 1280, "height": 1500})
    head, foot = page.locator("main > header").bounding_box(), page.locator("main > p").last.bounding_box()
    assert head
    assert foot
    PICTURE.parent.mkdir(exist_ok=True)
    page.screenshot(
        path=PICTURE,
        clip={
            "x": head["x"] - MARGIN,
            "y": head["y"] - MARGIN,
            "width": head["width"] + 2 * MARGIN,
            "height": foot["y"] + foot["height"] - head["y"] + 2 * MARGIN,
        },
    )


@pytest.fixture
def heard(lead, clinic) -> Round:
    """A finished round of a team with values, ranges at both ends, and a talk."""
    assessment = answered(lead, clinic, dict.fromkeys(ITEMS, 4))
    ends = dict.fromkeys(("workload", "planned_time", "time_norm", "peer_supervision", "mixed_roles"), 1)
    ends |= dict.fromkeys(("colleague_acceptance", "standard_option", "added_value"), 5)
    hear(assessment, lead, [sheet(3, 4, **ends)] * 7, now=timezone.now())
    talk(assessment, lead, TALK, asks=("supervision", "other"), now=timezone.now())
    close(round_id=assessment.pk, by=lead, now=timezone.now())
    assessment.refresh_from_db()
    return assessment


@pytest.mark.parametrize("way", ["talk", "in confidence"])
def test_marks_at_the_ends_stay_within_the_bar(page: Page, sign_in, lead, clinic, way) -> None:
    assessment = answered(lead, clinic, dict.fromkeys(ITEMS, 4))
    ends = sheet(1, 0, **dict.fromkeys(("colleague_acceptance", "standard_option", "added_value"), 5))
    if way == "talk":
        talk(assessment, lead, {key: value for key, value in ends.items() if key in TALK}, now=timezone.now())
    else:
        hear(assessment, lead, [ends] * 7, now=timezone.now())
    close(round_id=assessment.pk, by=lead, now=timezone.now())
    sign_in(page, lead)
    visit(page, "result", assessment)

    places = page.locator(".topic-bar").evaluate_all("""all => all.map((bar) => {
      const mark = bar.querySelector(".team-value, .team-range");
      const [inner, outer] = [mark ?? bar, bar].map((one) => one.getBoundingClientRect());
      return mark && [inner.left - outer.left, outer.right - inner.right];
    })""")

    marked = [place for place in places if place]
    assert len(marked) == 6
    assert all(min(place) > -0.5 for place in marked), marked
    assert all(min(place) < 2 for place in marked), marked


def test_chart_shows_the_teams_marks_too(page: Page, sign_in, check_accessibility, lead, heard) -> None:
    sign_in(page, lead)
    visit(page, "result", heard)

    page.get_by_role("button", name="Explore as a chart").click()

    expect(page.locator(".js-plotly-plot .bars .point")).to_have_count(9)
    expect(page.locator(".js-plotly-plot .scatterlayer .point")).to_have_count(4 + 2 * 2)
    expect(page.locator("[data-chart-legend]")).to_contain_text("your team’s figure")
    expect(page.locator("[data-chart-legend]")).to_contain_text("the range in which it lies")
    check_accessibility(page)
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator("[data-chart-legend]")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_team_page_can_be_read_by_everybody(plain_page: Page, live_server, heard, scheme) -> None:
    response = HttpResponse()
    TEAM_PAGE.give(response, {"round": str(heard.pk)})
    given = response.cookies[TEAM_PAGE.cookie].value
    plain_page.context.add_cookies([{"name": TEAM_PAGE.cookie, "value": given, "url": live_server.url}])
    plain_page.emulate_media(color_scheme=scheme)

    plain_page.goto(reverse("plans:team_page"))

    expect(plain_page.get_by_role("row")).to_have_count(8)
    expect(plain_page.get_by_role("row", name="Daily work")).to_contain_text("20 or less")
    expect(plain_page.get_by_role("row", name="Trust in iCBT")).to_contain_text("80 or more")
    assert plain_page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert {one["name"] for one in plain_page.context.cookies()} == {TEAM_PAGE.cookie}


def test_sign_before_each_safety_line_fits_its_state(page: Page, sign_in, lead, clinic) -> None:
    sign_in(page, lead)
    for answer, state, sign in ((1, "red", "◆"), (3, "amber", "◇"), (5, "settled", "✓"), (None, "blank", "○")):
        Round.objects.all().delete()
        assessment = answered(lead, clinic, dict.fromkeys(ITEMS, 4) | {"risk-procedure": answer})
        visit(page, "result", assessment)
        line = page.locator(f".safety-{state} .safety-state").first
        shown = line.evaluate("element => getComputedStyle(element, '::before').content")
        assert shown.startswith(f'"{sign}"'), shown


def test_wide_page_has_its_contents_beside_it(page: Page, sign_in, check_accessibility, lead, mixed) -> None:
    page.set_viewport_size(WIDE)
    sign_in(page, lead)
    visit(page, "result", mixed)

    contents = page.get_by_role("navigation", name="On this page")

    contents.get_by_role("link", name="Things to find out").click()
    expect(page.get_by_role("heading", name="Things to find out")).to_be_in_viewport()
    check_accessibility(page)
