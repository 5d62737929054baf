"""What a result must not leave out, on the page and on the sheet to print."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from assessments.results import closing, presenters
from assessments.results.layout import Layout
from assessments.results.reading import live, read
from assessments.results.rows import OptionList
from assessments.rounds.models import Round
from readiness.instrument.loading import load
from tests.assessments.results.conftest import MIXED, hooks, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def test_print_page_holds_what_a_meeting_needs(closed_round, lead):
    page = page_of(lead, closed_round, "print_page")

    assert [row["flag"] for row in hooks(page, "flag")] == [
        "critical-risk-procedure",
        "low-patient-inflow",
        "low-gp-referral",
        "critical-training",
    ]
    assert len(hooks(page, "option")) == 3
    assert len(hooks(page, "domain-score")) == 9
    assert "not a verdict" in page
    assert re.search("safety-red.*safety-settled", page, re.DOTALL)


def test_every_flag_of_the_first_cards_is_named_on_paper(closed_round, lead):
    page = page_of(lead, closed_round, "print_page")

    assert [(row["flag"], row["level"]) for row in hooks(page, "flag")] == [
        ("critical-risk-procedure", "red"),
        ("low-patient-inflow", "red"),
        ("low-gp-referral", "amber"),
        ("critical-training", "amber"),
    ]
    assert "GPs rarely refer" in page


def test_every_first_step_on_paper_has_an_option(open_round, lead):
    page = presenters.result_page(live(open_round), presenters.Heading(clinic="", title="", due_on=open_round.due_on))
    card = replace(
        Layout(read(load(), MIXED, open_round.context)).card(1, read(load(), MIXED, open_round.context).cards[0]),
        options=OptionList(here=(), elsewhere=(("some-key", "An option told above"), ("other", "Another"))),
    )

    html = render_to_string("results/print.html", {"page": replace(page, first=(card,))})

    assert [row["option"] for row in hooks(html, "option")] == ["some-key"]
    assert "An option told above" in html


def test_figures_of_a_way_that_is_not_in_use_are_not_shown(mixed_round, lead):
    text = load().fact["gp-referral-count"].text
    assert text in page_of(lead, mixed_round)
    Round.objects.update(routes=["self"])
    assert text not in page_of(lead, mixed_round)


@pytest.mark.parametrize("name", ["result", "print_page"])
def test_finished_without_answers_says_so_and_invites_to_nothing(open_round, lead, name):
    closing.close(round_id=open_round.pk, by=lead, now=open_round.opened_at + timedelta(hours=1))

    page = page_of(lead, open_round, name)

    assert "inished without answers" in page
    assert "quick questions" not in page
    text = re.sub(r"<script.*?</script>|<[^>]+>", "", page.partition("<main")[2], flags=re.DOTALL)
    assert "yet" not in text.replace("Not yet", "").replace("not yet tested", "")


def test_other_views_open_to_their_answers(closed_round, lead):
    page = page_of(lead, closed_round)

    shown = re.findall(r'<details class="topic topic-plain".*?</details>', page, flags=re.DOTALL)
    assert len(shown) == 10
    assert sum(group.count("<li>") for group in shown) == 2 * len(live(closed_round).answers)


def test_print_page_without_answers_says_so(open_round, lead):
    assert "Nothing is answered yet" in page_of(lead, open_round, "print_page")
