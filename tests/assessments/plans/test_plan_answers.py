"""What an action answers: as the result names it, asked about when it is settled, and the way back to the options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from assessments.clinics.models import Clinic, User
from assessments.plans import actions
from assessments.plans.answered import latest_of
from assessments.plans.models import Action, Status
from assessments.rounds.models import Round
from readiness.guidance.flags import PER_TOPIC, WEAK_DOMAIN
from readiness.instrument.definition import Answer, Form
from readiness.instrument.loading import load
from tests.assessments.conftest import signed_in
from tests.assessments.plans.conftest import NEXT
from tests.assessments.results.conftest import DONT_KNOW, ITEMS, LATER, page_of

pytestmark = pytest.mark.usefixtures("at_noon")
TOPIC = "acceptance"


def shown(user: User, address: str) -> str:
    """Give a page as this person sees it."""
    return unescape(signed_in(user).get(address).content.decode())


@pytest.fixture
def from_flag(closed_round: Round, lead: User) -> Action:
    """An action made of an option for a flag."""
    flags = {flag.key for flag in closed_round.result.flags.all() if flag.key not in PER_TOPIC}
    offer = next(offer for offer in closed_round.result.offers if offer["for"] in flags)
    said = {"round_id": closed_round.pk, "option": offer["key"], "for_": offer["for"]}
    return actions.add_option(by=lead, now=LATER, **said)[0]


def test_a_flag_has_the_name_that_the_result_gives_it(from_flag: Action, closed_round: Round, lead: User) -> None:
    meeting = shown(lead, reverse("plans:meeting", args=[closed_round.pk]))
    title = meeting.partition(f'data-flag="{from_flag.flag}"')[2].partition(">")[2].partition("<")[0]
    assert title
    assert title in unescape(page_of(lead, closed_round))
    of_round = shown(lead, reverse("plans:of_round", args=[closed_round.pk]))
    assert f'plan-card-answers">{title}<' in of_round
    page = shown(lead, from_flag.get_absolute_url())
    assert page.count(title) >= 2  # what it says, and what may be chosen


def test_what_is_no_longer_flagged_is_asked_about(
    from_flag: Action, closed_round: Round, lead: User, finish_next: Callable[..., Round]
) -> None:
    plan = reverse("plans:plan", args=[from_flag.clinic_id])
    pages = (plan, f"{plan}?view=dates", from_flag.get_absolute_url())
    asked = "What it answers is no longer flagged in “Follow-up”. Is it done?"
    assert not any("no longer flagged" in shown(lead, page) for page in pages)
    with time_machine.travel(NEXT + timedelta(hours=3), tick=False):
        finish_next(dict.fromkeys(ITEMS, 5))
        assert all(asked in shown(lead, page) for page in pages)
        actions.move_action(by=lead, action_id=from_flag.pk, base=1, status=Status.DONE, now=NEXT)
        assert not any("no longer flagged" in shown(lead, page) for page in pages)


@pytest.mark.parametrize(
    ("answers", "is_asked"),
    [
        pytest.param({}, False, id="nothing answered"),
        pytest.param({"risk-procedure": DONT_KNOW}, False, id="not known"),
        pytest.param({"risk-procedure": 5}, True, id="answered higher"),
    ],
)
def test_silence_is_not_asked_about(
    clinic: Clinic,
    closed_round: Round,
    lead: User,
    finish_next: Callable[..., Round],
    answers: dict[str, Answer],
    is_asked: bool,
) -> None:
    content = actions.Content(title="Write it down", flag="critical-risk-procedure", domain="safety")
    action = actions.add_action(by=lead, clinic=clinic, content=content, op="a", now=LATER)
    finish_next(answers)
    latest = latest_of(clinic)
    assert latest
    assert bool(latest.settled(action)) is is_asked


def test_a_low_topic_is_asked_about_when_all_of_it_is_answered_and_no_flag_took_its_place(
    clinic: Clinic, lead: User, finish_next: Callable[..., Round]
) -> None:
    low = [item.key for item in load().items_of(Form.MANAGER, TOPIC)]
    content = actions.Content(title="Plan hours", flag=WEAK_DOMAIN, domain=TOPIC)
    action = actions.add_action(by=lead, clinic=clinic, content=content, op="a", now=LATER)
    finish_next(dict.fromkeys(low, 5))
    latest = latest_of(clinic)
    assert latest
    assert latest.settled(action)
    assert not replace(latest, answered=latest.answered - {low[0]}).settled(action)
    assert not replace(latest, flagged=frozenset({TOPIC})).settled(action)


def test_an_old_result_leads_to_the_newer_one(
    closed_round: Round, lead: User, finish_next: Callable[..., Round]
) -> None:
    addresses = ("plans:of_round", "plans:meeting")
    said = "A newer assessment is finished: “Follow-up”."
    assert not any(said in shown(lead, reverse(name, args=[closed_round.pk])) for name in addresses)
    newer = finish_next(dict.fromkeys(ITEMS, 1))
    for name in addresses:
        page = shown(lead, reverse(name, args=[closed_round.pk]))
        assert f'{said} <a href="{reverse(name, args=[newer.pk])}">Plan from that one</a>' in page
        assert said not in shown(lead, reverse(name, args=[newer.pk]))


def test_the_way_back_to_the_options_is_kept(from_flag: Action, closed_round: Round, lead: User) -> None:
    options = reverse("plans:of_round", args=[closed_round.pk]) + "#asked"
    page = shown(lead, f"{from_flag.get_absolute_url()}?added=1")
    assert f'<a href="{options}">More options of “{closed_round.title}”</a>' in page
    assert "Save, and back to the options" in page
    said = {"title": "", "base": "1", "answers": f"{from_flag.flag}:{from_flag.domain}", "back": "options"}
    client = signed_in(lead)
    assert "Save, and back to the options" in client.post(from_flag.get_absolute_url(), said).content.decode()
    saved = client.post(from_flag.get_absolute_url(), said | {"title": "Ours"})
    assert (saved.status_code, saved["Location"]) == (302, options)
    assert "back to the options" not in shown(lead, from_flag.get_absolute_url())
