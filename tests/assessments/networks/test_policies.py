"""Who may do what with a network: `can_...` and `check_can_...` say the same, and the refusal gives a reason."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from assessments.clinics.models import User
from assessments.clinics.policies import RefusedError
from assessments.networks import actions
from assessments.networks.policies import (
    can_make_networks,
    can_remove,
    can_work_in,
    check_can_make_networks,
    check_can_remove,
    check_can_work_in,
)
from tests.assessments.conftest import NOW

PEOPLE = {
    "consultant": (True, True),
    "colleague_consultant": (True, False),
    "lead": (False, False),
    "manager": (False, False),
    "stranger": (False, False),
    "admin": (False, False),
    "nobody": (False, False),
}


@pytest.fixture
def nobody():
    return AnonymousUser()


def is_refused(check, *args):
    try:
        check(*args)
    except RefusedError:
        return True
    return False


@pytest.mark.parametrize(("person", "makes", "works"), [(name, *may) for name, may in PEOPLE.items()])
def test_who_makes_networks_and_who_works_in_one(request, network, place, person, makes, works):
    user = request.getfixturevalue(person)
    assert can_make_networks(user) is makes
    assert is_refused(check_can_make_networks, user) is not makes
    assert can_work_in(user, network) is works
    assert is_refused(check_can_work_in, user, network) is not works


@pytest.mark.parametrize(
    ("is_consultant", "is_active", "may"),
    [(True, True, True), (False, True, False), (True, False, False), (False, False, False)],
)
def test_a_consultant_is_one_with_an_open_account(consultant, network, is_consultant, is_active, may):
    User.objects.filter(pk=consultant.pk).update(is_consultant=is_consultant, is_active=is_active)
    consultant.refresh_from_db()
    assert can_make_networks(consultant) is may
    assert can_work_in(consultant, network) is may


@pytest.mark.parametrize(
    ("has_colleague", "lost", "is_own", "may"),
    [
        (False, None, True, False),
        (True, None, True, True),
        (True, None, False, True),
        (True, "is_active", True, False),
        (True, "is_consultant", True, False),
        (True, "is_active", False, True),
    ],
)
def test_somebody_who_can_work_in_a_network_stays(
    network, consultant, colleague_consultant, has_colleague, lost, is_own, may
):
    if has_colleague:
        actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    if lost:
        User.objects.filter(pk=colleague_consultant.pk).update(**{lost: False})
    member = network.members.get(user=consultant if is_own else colleague_consultant)
    assert can_remove(member) is may
    assert is_refused(check_can_remove, consultant, member) is not may


def test_stranger_removes_nobody(network, consultant, colleague_consultant, lead):
    actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    member = network.members.get(user=colleague_consultant)
    assert is_refused(check_can_remove, lead, member)
