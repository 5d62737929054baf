"""The cast of the tests of networks: consultants, their network, and clinics that let it in, made through actions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assessments.clinics.models import Clinic, User
from assessments.networks import actions
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.plans.actions import Content, Origin, add_action
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW, make_user
from tests.assessments.networks.joining import invite
from tests.assessments.networks.sheets import LATER, finished_round, open_again
from tests.assessments.results.team import WORK, hear, sheet, talk


def make_consultant(email: str, name: str) -> User:
    """Make an account that a site admin has made a consultant's."""
    return make_user(email, name, is_consultant=True)


def join_clinic(network: Network, clinic: Clinic, lead: User, level: Level = Level.SCORES) -> NetworkClinic:
    """Let a network into a clinic as its lead does, with the network's joining link."""
    token = actions.joining_token(Network.objects.get(pk=network.pk))
    assert token
    return actions.join(by=lead, token=token, clinic=clinic, level=level, now=NOW)


@pytest.fixture
def consultant(db: None) -> User:
    """The consultant of `network`, who belongs to no clinic."""
    return make_consultant("consultant@example.org", "Cora Consultant")


@pytest.fixture
def colleague_consultant(db: None) -> User:
    """Another consultant; to be added to `network` where a test needs it."""
    return make_consultant("colleague@example.org", "Colin Colleague")


@pytest.fixture
def network(consultant: User) -> Network:
    """The network of `consultant`; ask for `place` too when it should hold a clinic."""
    return actions.create_network(by=consultant, name="Region North roll-out", now=NOW)


@pytest.fixture
def place(network: Network, clinic: Clinic, lead: User) -> NetworkClinic:
    """The place of `clinic` in `network`, which it shows its answers as well."""
    return join_clinic(network, clinic, lead, Level.ANSWERS)


@pytest.fixture
def token(network: Network) -> str:
    """The token of the network's joining link."""
    return str(actions.joining_token(network))


@pytest.fixture
def invited(network: Network, consultant: User) -> str:
    """The token in a mail that invites `clinic` by its name, written a little differently."""
    return invite(network, consultant, "Harbour  CLINIC")


@pytest.fixture
def earlier(clinic: Clinic, lead: User) -> Round:
    """A finished assessment of `clinic`."""
    return finished_round(clinic, lead, has_talked=True)


@pytest.fixture
def latest(earlier: Round, clinic: Clinic, lead: User) -> Round:
    """A later one that showed figures of the therapists, with an action of the plan that was seen in it."""
    assessment = finished_round(clinic, lead, is_heard=True, at=LATER + timedelta(hours=1))
    origin = Origin(assessment.pk)
    add_action(by=lead, clinic=clinic, content=Content(title="Ask the payer"), op="op", origin=origin, now=NOW)
    return assessment


@pytest.fixture
def under_way(clinic: Clinic, lead: User) -> Round:
    """An open one with answers, invitations, drafts, what therapists sent, a team talk and mail."""
    return talk(hear(open_again(clinic, lead), lead, [sheet(3, 4)] * 2), lead, {WORK[0]: 3}, sent=False)
