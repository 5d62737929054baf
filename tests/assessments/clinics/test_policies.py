"""Who may do what in a clinic: one row a person, one column a right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser

from assessments.clinics import actions, policies
from assessments.clinics.models import Clinic, ManagerInvitation, Membership, Role, User
from tests.assessments.conftest import NOW

PEOPLE = ["lead", "manager", "stranger", "admin", "anonymous", "closed"]


@pytest.fixture
def person(request, clinic, manager):
    """One of the people, by name; `closed` is a manager whose account is closed."""
    match request.param:
        case "anonymous":
            return AnonymousUser()
        case "closed":
            manager.is_active = False
            manager.save()
            return manager
        case name:
            return request.getfixturevalue(name)


@pytest.mark.parametrize(
    ("person", "role"),
    [("lead", Role.LEAD), ("manager", Role.MANAGER), *[(name, None) for name in PEOPLE[2:]]],
    indirect=["person"],
)
def test_role(person, clinic, role):
    assert policies.role_of(person, clinic) is role


@pytest.mark.parametrize(
    ("person", "can_view", "can_lead", "can_leave", "can_remove_manager", "can_remove_lead"),
    [
        ("lead", True, True, False, True, False),
        ("manager", True, False, True, False, False),
        ("stranger", False, False, False, False, False),
        ("admin", False, False, False, False, False),
        ("anonymous", False, False, False, False, False),
        ("closed", False, False, False, False, False),
    ],
    indirect=["person"],
)
def test_rights(person, clinic, manager, can_view, can_lead, can_leave, can_remove_manager, can_remove_lead):
    manager_row = Membership.objects.get(user=manager, clinic=clinic)
    lead_row = Membership.objects.get(clinic=clinic, role=Role.LEAD)
    assert policies.can_view(person, clinic) is can_view
    assert policies.can_lead(person, clinic) is can_lead
    assert policies.can_leave(person, clinic) is can_leave
    assert policies.can_remove(person, manager_row) is can_remove_manager
    assert policies.can_hand_over(person, manager_row) is can_remove_manager
    assert policies.can_remove(person, lead_row) is can_remove_lead
    assert policies.can_hand_over(person, lead_row) is can_remove_lead


@pytest.mark.parametrize("person", PEOPLE, indirect=True)
def test_check_agrees_with_can(person, clinic, manager):
    manager_row = Membership.objects.get(user=manager, clinic=clinic)
    lead_row = Membership.objects.get(clinic=clinic, role=Role.LEAD)
    pairs: list[tuple[Any, Any, Any]] = [
        (policies.can_view, policies.check_can_view, clinic),
        (policies.can_lead, policies.check_can_lead, clinic),
        (policies.can_leave, policies.check_can_leave, clinic),
        *[(policies.can_remove, policies.check_can_remove, row) for row in (manager_row, lead_row)],
        *[(policies.can_hand_over, policies.check_can_hand_over, row) for row in (manager_row, lead_row)],
    ]
    for can, check, thing in pairs:
        if can(person, thing):
            check(person, thing)
        else:
            with pytest.raises(policies.RefusedError) as refused:
                check(person, thing)
            assert refused.value.reason.endswith(".")


@pytest.mark.parametrize("person", PEOPLE[:5], indirect=True)
def test_visible_to_agrees_with_can_view(person, clinic, other_clinic):
    for each in Clinic.objects.all():
        seen = policies.can_view(person, each)
        assert Clinic.objects.visible_to(person).filter(pk=each.pk).exists() is seen
        assert Membership.objects.visible_to(person).filter(clinic=each).exists() is seen


@pytest.mark.parametrize("person", PEOPLE[:5], indirect=True)
def test_invitations_are_visible_to_the_lead_only(person, clinic, lead, later):
    ManagerInvitation.objects.create(
        clinic=clinic, email="new@example.org", token_hash="0" * 64, invited_by=lead, expires_at=later
    )
    seen = ManagerInvitation.objects.visible_to(person).exists()
    assert seen is policies.can_lead(person, clinic)


def test_site_admin_sees_no_clinic_they_do_not_belong_to(admin, clinic):
    assert not Clinic.objects.visible_to(admin).exists()


def test_lead_invites_once_their_address_is_verified(lead, clinic):
    assert policies.can_invite(lead, clinic)
    EmailAddress.objects.filter(user=lead).update(verified=False)
    assert not policies.can_invite(lead, clinic)
    with pytest.raises(policies.RefusedError, match="confirm your own"):
        policies.check_can_invite(lead, clinic)


def test_manager_does_not_invite(manager, clinic):
    assert not policies.can_invite(manager, clinic)
    with pytest.raises(policies.RefusedError, match="Only the lead"):
        policies.check_can_invite(manager, clinic)


def test_verified_address_of_somebody_else_does_not_count(lead, manager):
    EmailAddress.objects.filter(user=lead).delete()
    assert not policies.has_verified_address(lead)
    assert policies.has_verified_address(manager)


def test_result_viewers_are_known_by_every_address(lead, manager, stranger, other_clinic, clinic):
    EmailAddress.objects.create(user=lead, email="Lena+work@Example.net", verified=False)
    User.objects.filter(pk=manager.pk).update(email="no address")
    EmailAddress.objects.filter(user=manager).delete()
    assert policies.result_viewer_keys(clinic) == {"lead@example.org", "lena@example.net"}
    assert policies.result_viewer_keys(other_clinic) == {"stranger@example.org"}


def test_result_viewers_of_a_time_include_those_who_left_in_it(lead, manager, clinic):
    left_at = NOW + timedelta(hours=2)
    actions.leave(by=manager, clinic=clinic, now=left_at)
    both, one = {"lead@example.org", "manager@example.org"}, {"lead@example.org"}
    assert policies.result_viewer_keys(clinic) == one
    assert policies.result_viewer_keys(clinic, since=left_at) == both
    assert policies.result_viewer_keys(clinic, since=left_at + timedelta(seconds=1)) == one


def test_result_viewers_cost_the_same_whatever_the_clinic(lead, manager, clinic, django_assert_num_queries):
    with django_assert_num_queries(2):
        policies.result_viewer_keys(clinic)
