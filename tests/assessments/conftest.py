"""The cast of every test of the application: the same few people, made through the actions that make them in life."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from assessments.clinics import actions
from assessments.clinics.models import Clinic, ManagerInvitation, Role, User
from assessments.reports.api import limits as api_limits
from assessments.rounds import actions as round_actions
from assessments.rounds import limits
from assessments.rounds.models import Round
from readiness.instrument.definition import Context

NOW: Final = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PASSWORD: Final = "twelve quiet herons"


def make_user(email: str, name: str = "", *, is_verified: bool = True, **fields: object) -> User:
    """Make an account as sign-up does, its address verified unless told otherwise."""
    user = User.objects.create_user(email, PASSWORD, name=name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=is_verified)
    return user


def chosen(page: str, key: str) -> list[str]:
    """Give the answers that a page shows as chosen for a question."""
    return re.findall(rf'name="answer-{key}"\s+value="([^"]*)"\s+checked', page)


def carried(page: str, key: str) -> set[str]:
    """Give the answers that a page carries along unseen for a question."""
    return set(re.findall(rf'type="hidden"\s+name="answer-{key}"\s+value="([^"]*)"', page))


def signed_in(user: User) -> Client:
    """Give a browser in which this person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def asked_again(user: User) -> Client:
    """Give a browser whose person has typed the password a second time, which delicate pages ask for."""
    client = signed_in(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def join(clinic: Clinic, user: User) -> User:
    """Let a person into a clinic as a manager: by an invitation that is accepted at once, without its mail."""
    ManagerInvitation.objects.create(
        clinic=clinic,
        email=user.email,
        token_hash=actions.hash_of(f"of {user.email}"),
        invited_by=clinic.memberships.get(role=Role.LEAD).user,
        expires_at=NOW + timedelta(days=1),
    )
    actions.accept_invitation(by=user, token=f"of {user.email}", now=NOW)
    return user


@pytest.fixture(autouse=True)
def _fresh_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test count the dead links and the requests of another."""
    monkeypatch.setattr(limits, "MISSES", limits.MissLimit())
    monkeypatch.setattr(api_limits, "CALLS", limits.MinuteCount(api_limits.CALLS._sources_max))
    monkeypatch.setattr(api_limits, "WRONG", limits.MinuteCount())


@pytest.fixture
def lead(db: None) -> User:
    """The lead of `clinic`."""
    return make_user("lead@example.org", "Lena Lead")


@pytest.fixture
def clinic(lead: User) -> Clinic:
    """A clinic with its lead; ask for `manager` too when a colleague is needed."""
    with time_machine.travel(NOW, tick=False):
        return actions.create_clinic(by=lead, name="Harbour Clinic", country="Netherlands", now=NOW)


@pytest.fixture
def manager(clinic: Clinic) -> User:
    """A manager of `clinic`."""
    return join(clinic, make_user("manager@example.org", "Milan Manager"))


@pytest.fixture
def stranger(db: None) -> User:
    """The lead of another clinic."""
    return make_user("stranger@example.org", "Sami Stranger")


@pytest.fixture
def other_clinic(stranger: User) -> Clinic:
    """The clinic of `stranger`."""
    return actions.create_clinic(by=stranger, name="Forest Clinic", now=NOW)


@pytest.fixture
def admin(db: None) -> User:
    """A site admin, who belongs to no clinic."""
    return make_user("admin@example.org", "Ada Admin", is_staff=True, is_superuser=True)


@pytest.fixture
def at_noon() -> Iterator[None]:
    """Stop the clock three hours after everything was made."""
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        yield


@pytest.fixture
def open_round(clinic: Clinic, lead: User) -> Round:
    """The open round of `clinic`: a running service that GPs and patients themselves find."""
    return open_round_of(clinic, lead)


def open_round_of(clinic: Clinic, lead: User, **said: object) -> Round:
    """Open an assessment as a lead does; `said` overrides what is said of the service."""
    context = {"stage": "running", "routes": ["gp", "self"], "for_whom": ["pain-fatigue"], **said}
    return round_actions.open_round(
        by=lead,
        clinic=clinic,
        title="Autumn round",
        context=Context(**context),
        due_on=NOW.date() + timedelta(days=21),
        now=NOW,
    )
