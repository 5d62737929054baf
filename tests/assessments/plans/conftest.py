"""What tests of plans share: a clinic with a finished assessment, a second one after it, and actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest

from assessments.clinics.models import Clinic, Erasure, User
from assessments.plans.actions import Content, add_action
from assessments.plans.models import Action
from assessments.results.closing import close
from assessments.rounds.actions import Change, open_round, save_answer
from assessments.rounds.models import Round
from readiness.instrument.definition import Answer, Context
from tests.assessments.conftest import NOW
from tests.assessments.results.conftest import LATER, MIXED, answer

NEXT: datetime = NOW + timedelta(days=120)
"""When the follow-up is opened."""


@pytest.fixture
def closed_round(open_round: Round, lead: User) -> Round:
    """A finished round with the answers of MIXED."""
    answer(open_round, lead, MIXED)
    close(round_id=open_round.pk, by=lead, now=LATER)
    open_round.refresh_from_db()
    return open_round


@pytest.fixture
def finish_next(clinic: Clinic, lead: User) -> Callable[..., Round]:
    """Give a function that opens and finishes a further round with these answers; `at` is when."""

    def finish(answers: Mapping[str, Answer], at: datetime = NEXT, **said: object) -> Round:
        context = Context(**{"stage": "running", "routes": ["gp", "self"], "for_whom": ["pain-fatigue"], **said})
        due_on = at.date() + timedelta(days=21)
        assessment = open_round(by=lead, clinic=clinic, title="Follow-up", context=context, due_on=due_on, now=at)
        for key, value in answers.items():
            if value is not None:
                save_answer(by=lead, round_id=assessment.pk, change=Change(key, value, None, 0, f"op-{key}"), now=at)
        close(round_id=assessment.pk, by=lead, now=at + timedelta(hours=2))
        assessment.refresh_from_db()
        return assessment

    return finish


@pytest.fixture
def action(clinic: Clinic, lead: User) -> Action:
    """An action that the lead has planned."""
    content = Content(title="Ask the payer for a tariff", domain="funding", due_on=NOW.date() + timedelta(days=30))
    return add_action(by=lead, clinic=clinic, content=content, op="first", now=NOW)


def forget(user: User) -> None:
    """Let an account be gone as an erasure does."""
    erasure = Erasure.objects.create(kind=Erasure.Kind.PERSON, at=NOW)
    user.delete()
    erasure.is_running = False
    erasure.save()
