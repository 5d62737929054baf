"""A follow-up: what comes along from the assessment before, what stands beside each question, and what never does."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any, Final

import pytest
import time_machine
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessments.clinics.models import Clinic, User
from assessments.rounds import last_time
from assessments.rounds.actions import Change, open_round, save_answer
from assessments.rounds.last_time import LONG_COMMENT
from assessments.rounds.models import FormAnswer, Round
from assessments.rounds.talk_actions import make_talk_link
from readiness.instrument.definition import Context
from tests.assessments.conftest import NOW, carried, chosen, signed_in
from tests.assessments.history import rewriting
from tests.assessments.rounds.conftest import Holder

pytestmark = pytest.mark.django_db

SPRING: Final = NOW - timedelta(days=200)
SUMMER: Final = NOW - timedelta(days=100)
SAID: Final = {"stage": "running", "routes": ["gp"], "for_whom": ["pain-fatigue"]}
FORM: Final = {**SAID, "title": "Follow-up November 2026", "due_on": "2026-12-13"}
LONG: Final = "The contract runs out. " * (LONG_COMMENT // 20)


def assess(by: User, clinic: Clinic, at: datetime, *answers: tuple[str, object, str], title: str = "First") -> Round:
    """Open an assessment, answer it as told (key, answer, comment), and finish its forms a day later."""
    due_on = at.date() + timedelta(days=21)
    begun = open_round(by=by, clinic=clinic, title=title, context=Context(**SAID), due_on=due_on, now=at)
    for key, value, comment in answers:
        save_answer(by=by, round_id=begun.pk, change=Change(key, value, comment, 0, f"op-{key}"), now=at)
    Round.objects.filter(pk=begun.pk).update(closed_at=at + timedelta(days=1))
    return begun


def follow_up(by: User, clinic: Clinic, **said: object) -> Round:
    """Open the next assessment, now."""
    context = Context(**{**SAID, **said})
    due_on = NOW.date() + timedelta(days=21)
    return open_round(by=by, clinic=clinic, title="Second", context=context, due_on=due_on, now=NOW)


def page_of(by: User, assessment: Round, domain: str = "funding") -> str:
    """Give a topic's page as it was when the follow-up was opened."""
    with time_machine.travel(NOW, tick=False):
        return signed_in(by).get(reverse("rounds:section", args=[assessment.pk, domain])).content.decode()


def beside(page: str, key: str) -> str:
    """Give the words that stand beside a question and describe it to a screen reader; empty where none do."""
    assert bool(re.search(f'id="last-{key}"', page)) == bool(re.search(f'aria-describedby="last-{key}"', page))
    found = re.search(rf'id="last-{key}"[^>]*>(.*?)</div>', page, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""


def test_page_beside_last_time_takes_one_more_query(
    lead: User, clinic: Clinic, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, first = signed_in(lead), assess(lead, clinic, SUMMER, ("reimbursement", 4, ""))
    for assessment, n_queries in ((first, 5), (follow_up(lead, clinic), 6)):
        with django_assert_num_queries(n_queries):
            client.get(reverse("rounds:section", args=[assessment.pk, "funding"]))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 422),
        ({"is_still_right": "on"}, 302),
        ({"stage": "pilot"}, 302),
        ({"routes": ["gp", "payer"]}, 302),
        ({"for_whom": ["pain-fatigue", "other"], "is_still_right": "on"}, 302),
        ({"routes": [], "is_still_right": "on"}, 422),
    ],
    ids=["passed by", "confirmed", "stage changed", "ways changed", "changed and ticked", "ticked and emptied"],
)
def test_context_of_last_time_is_confirmed_or_changed(
    lead: User, clinic: Clinic, change: dict[str, Any], status: int
) -> None:
    assess(lead, clinic, SUMMER, ("reimbursement", 4, ""))
    address, client = reverse("rounds:open", args=[clinic.pk]), signed_in(lead)
    with time_machine.travel(NOW, tick=False):
        empty = client.get(address).content.decode()
        sent = client.post(address, {**FORM, "title": "As I like it", **change})

    assert re.findall(r'name="(\w+)" value="([\w-]+)"[^>]*\bchecked', empty) == [
        ("stage", "running"),
        ("routes", "gp"),
        ("for_whom", "pain-fatigue"),
    ]
    assert "As you said on 15 August 2026" in empty
    assert 'value="Follow-up November 2026"' in empty
    assert sent.status_code == status
    if status == 422:
        assert 'value="As I like it"' in sent.content.decode()
        assert Round.objects.count() == 1
    else:
        opened = Round.objects.open().get()
        assert opened.context == Context(**{**SAID, **{k: v for k, v in change.items() if k in SAID}})
        assert not FormAnswer.objects.filter(round=opened).exists()


def test_while_one_is_open_the_way_to_it_stands_in_place_of_the_form(lead: User, clinic: Clinic) -> None:
    assess(lead, clinic, SUMMER)
    opened = follow_up(lead, clinic)
    with time_machine.travel(NOW, tick=False):
        page = signed_in(lead).get(reverse("rounds:open", args=[clinic.pk])).content.decode()
    assert f'href="{opened.get_absolute_url()}"' in page
    assert 'name="stage"' not in page


def test_each_question_shows_what_was_said_of_it_and_fills_nothing_in(lead: User, clinic: Clinic) -> None:
    assess(
        lead,
        clinic,
        SUMMER,
        ("reimbursement", 4, "<b>Two</b> payers pay"),
        ("long-term-funding", "dont_know", ""),
        ("permanent-plan", "not_applicable", LONG),
        ("funding-months", 1200, ""),
        ("self-referral", 5, "Of a way that was not open"),
        title="Summer <look>",
    )
    assessment = follow_up(lead, clinic, stage="preparing", routes=["gp", "self"])
    funding, intake = (page_of(lead, assessment, domain) for domain in ("funding", "intake"))

    when = "Last time (15 August 2026):"
    assert beside(funding, "reimbursement") == f"{when} Mostly true “<b>Two</b> payers pay”"
    assert beside(funding, "long-term-funding") == f"{when} Don’t know"
    assert beside(funding, "permanent-plan") == f"{when} Does not apply to us The comment then “{LONG.strip()}”"
    assert beside(funding, "costs-known") == f"{when} Not answered then"
    assert beside(funding, "funding-months") == f"{when} 1,200"
    assert beside(intake, "self-referral") == f"{when} Not asked then"
    assert "“Summer &lt;look&gt;”, finished on 15 August 2026" in funding
    assert "<b>Two" not in funding
    for key in ("reimbursement", "long-term-funding", "permanent-plan"):
        assert chosen(funding, key) == []
        assert carried(funding, key) == set()
        assert f'name="was-{key}" value=""' in funding
        assert re.search(rf'name="comment-{key}"[^>]*></textarea>', funding)


def test_question_that_reads_otherwise_now_says_so_and_keeps_the_answer_back(
    lead: User, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    assess(lead, clinic, SUMMER, ("reimbursement", 4, "Two payers pay"), ("costs-known", 2, ""))
    monkeypatch.setattr(last_time, "same_question", lambda _before, _after, key: key != "reimbursement")
    page = page_of(lead, follow_up(lead, clinic))
    assert beside(page, "reimbursement") == "Last time (15 August 2026): Asked in other words then"
    assert beside(page, "costs-known") == "Last time (15 August 2026): A little true"


def test_last_time_is_the_one_finished_last_before_this_one_was_opened(
    lead: User, clinic: Clinic, stranger: User, other_clinic: Clinic
) -> None:
    spring = assess(lead, clinic, SPRING, ("reimbursement", 1, ""))
    summer = assess(lead, clinic, SUMMER, ("reimbursement", 3, ""))
    assess(stranger, other_clinic, SUMMER + timedelta(days=9), ("reimbursement", 5, ""))
    other = assess(lead, clinic, SUMMER + timedelta(days=9), ("reimbursement", 5, ""))
    with rewriting():
        Round.objects.filter(pk=other.pk).update(instrument_key="another")
    now = follow_up(lead, clinic)

    assert beside(page_of(lead, spring), "reimbursement") == ""
    assert beside(page_of(lead, summer), "reimbursement").endswith("Not at all true")
    assert beside(page_of(lead, now), "reimbursement").endswith("Partly true")


def test_what_stands_beside_stays_when_something_is_wrong(lead: User, clinic: Clinic) -> None:
    assess(lead, clinic, SUMMER, ("funding-months", 8, ""))
    address = reverse("rounds:section", args=[follow_up(lead, clinic).pk, "funding"])
    with time_machine.travel(NOW, tick=False):
        sent = signed_in(lead).post(address, {"answer-funding-months": "many", "answer-reimbursement": "2"})
    page = sent.content.decode()
    assert sent.status_code == 422
    assert 'aria-describedby="error-funding-months last-funding-months"' in page
    assert "<strong>8</strong>" in page


def test_team_talk_shows_nothing_of_last_time(lead: User, clinic: Clinic) -> None:
    earlier = assess(lead, clinic, SUMMER, ("time-norm", 5, "Managers said"))
    with rewriting():
        FormAnswer.objects.create(round=earlier, form="joint", key="time-norm", value=2, op="o", saved_at=SUMMER)
    with time_machine.travel(NOW, tick=False):
        token = make_talk_link(by=lead, round_id=follow_up(lead, clinic).pk, now=NOW)
        page = Holder(token).get("talk_topic", "practice").content.decode()
    assert "time-norm" in page
    assert "Last time" not in page


@pytest.mark.usefixtures("at_noon")
@pytest.mark.parametrize(("days", "is_said"), [(21, False), (22, True)])
def test_day_on_which_no_figures_of_the_team_can_be_shown_is_told(
    lead: User, clinic: Clinic, monkeypatch: pytest.MonkeyPatch, *, days: int, is_said: bool
) -> None:
    assess(lead, clinic, SUMMER)
    first = NOW.date() + timedelta(days=days)
    monkeypatch.setattr("assessments.rounds.presenters.figures_again_on", lambda *_, **__: first)
    page = signed_in(lead).get(reverse("rounds:open", args=[clinic.pk])).content.decode()
    assert (f"Choose {first:%-d %B %Y} or later, or hear your team in a team talk" in page) == is_said
