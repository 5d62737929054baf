"""What tests of results share: rounds with answers, open and closed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from html import unescape
from typing import Final

import pytest
from django.urls import reverse

from assessments.clinics.models import User
from assessments.results import bodies
from assessments.results.closing import close
from assessments.rounds.actions import Change, save_page
from assessments.rounds.models import Round
from readiness.instrument.definition import Answer, Form, NonAnswer
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW, signed_in

LATER: Final = NOW + timedelta(hours=2)
DONT_KNOW: Final = NonAnswer.DONT_KNOW
ITEMS: Final = tuple(item.key for item in load().items_of(Form.MANAGER))

ALL_MOSTLY: Final = dict.fromkeys(ITEMS, 4)
"""Every item answered "Mostly true"."""

MIXED: Final[Mapping[str, Answer]] = {
    **ALL_MOSTLY,
    **dict.fromkeys(("evidence", "usability"), 5),
    "risk-procedure": 2,  # red, safety
    "intake": 2,  # red
    "gp-referral": 1,  # on the same card: patients come by themselves
    "training": 3,  # amber
    "reimbursement": DONT_KNOW,  # amber
    "permanent-plan": 1,
    "costs-known": 2,
    "scale-up": None,
    "named-lead": 3,
    "gp-referral-count": 3,
    "therapist-hours": 0,  # beside a workload of 4
}
"""Two red causes, three amber ones, a "don't know", a blank, two figures."""


def answer(assessment: Round, by: User, answers: Mapping[str, Answer]) -> Round:
    """Save answers as a browser without script does, a page at once."""
    changes = [
        Change(key=key, answer=value, comment=None, base=0, op=f"op-{key}")
        for key, value in answers.items()
        if value is not None
    ]
    assert not save_page(by=by, round_id=assessment.pk, changes=changes, now=NOW)
    return assessment


@pytest.fixture
def mixed_round(open_round: Round, lead: User) -> Round:
    """An open round with the answers of MIXED."""
    return answer(open_round, lead, MIXED)


@pytest.fixture
def closed_round(mixed_round: Round, lead: User) -> Round:
    """The same round, finished by the lead."""
    close(round_id=mixed_round.pk, by=lead, now=LATER)
    mixed_round.refresh_from_db()
    return mixed_round


@pytest.fixture
def answered(open_round: Round, lead: User) -> Callable[[Mapping[str, Answer]], Round]:
    """Give a function that answers the open round."""
    return lambda answers: answer(open_round, lead, answers)


def page_of(user: User, assessment: Round, name: str = "result") -> str:
    """Give a page of results as this person sees it."""
    response = signed_in(user).get(reverse(f"results:{name}", args=[assessment.pk]))
    assert response.status_code == 200
    return unescape(response.content.decode())


def hooks(page: str, name: str) -> list[dict[str, str]]:
    """Give the data attributes of every element with this hook, in the order of the page."""
    tags = re.findall(rf'<[^>]*data-test="{name}"[^>]*>', page)
    return [dict(re.findall(r'data-([a-z]+)="([^"]*)"', tag)) for tag in tags]


@pytest.fixture(autouse=True)
def _no_body_kept() -> None:
    """Forget the bodies of closed rounds, which a process keeps, so that every test sees its own."""
    bodies._closed_body.cache_clear()


@pytest.fixture
def heard(mixed_round: Round, lead: User) -> Round:
    """A finished round in which seven of nine therapists have answered."""
    from tests.assessments.results.team import HEARD, finish, hear

    return finish(hear(mixed_round, lead, HEARD), lead)
