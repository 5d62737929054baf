"""What the database accepts and what it refuses, whoever writes."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments.clinics.models import Clinic, ManagerInvitation, Membership, OutgoingMail, ResultViewer, Role, User
from tests.assessments.conftest import NOW, make_user


def refused(write):
    """Whether the database refuses a write."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    ("name", "n_therapists", "is_refused"),
    [
        ("A", None, False),
        ("A", 0, False),
        ("A", 100_000, False),
        ("A", 100_001, True),
        ("A", -1, True),
        ("", 1, True),
    ],
)
def test_clinic_bounds(db, name, n_therapists, is_refused):
    def write():
        Clinic.objects.create(name=name, name_key=name, n_therapists=n_therapists)

    assert refused(write) is is_refused


@pytest.mark.parametrize(
    ("role", "is_refused"), [(Role.MANAGER, False), (Role.LEAD, True), ("owner", True), ("", True)]
)
def test_membership_role(clinic, stranger, role, is_refused):
    assert refused(lambda: Membership.objects.create(user=stranger, clinic=clinic, role=role)) is is_refused


def test_membership_is_one_a_person_and_clinic(clinic, other_clinic, manager):
    assert refused(lambda: Membership.objects.create(user=manager, clinic=clinic, role=Role.MANAGER))
    assert not refused(lambda: Membership.objects.create(user=manager, clinic=other_clinic, role=Role.MANAGER))


def test_address_has_one_account_whatever_its_case(lead):
    assert refused(lambda: User.objects.create(email="LEAD@example.org"))
    assert not refused(lambda: User.objects.create(email="lead@example.com"))


def test_invitation_is_one_an_address_and_clinic(clinic, other_clinic, lead):
    def invite(to, email, token_hash):
        ManagerInvitation.objects.create(
            clinic=to, email=email, token_hash=token_hash, invited_by=lead, expires_at=NOW + timedelta(days=1)
        )

    assert not refused(lambda: invite(clinic, "a@example.org", "1"))
    assert refused(lambda: invite(clinic, "A@example.org", "2"))
    assert refused(lambda: invite(other_clinic, "a@example.org", "1"))
    assert not refused(lambda: invite(other_clinic, "a@example.org", "3"))


def test_viewer_has_one_open_time_a_clinic(lead, clinic, other_clinic):
    assert refused(lambda: ResultViewer.objects.create(clinic=clinic, user=lead, since=NOW))
    assert not refused(lambda: ResultViewer.objects.create(clinic=clinic, user=lead, since=NOW, until=NOW))
    assert not refused(lambda: ResultViewer.objects.create(clinic=other_clinic, user=lead, since=NOW))


@pytest.mark.parametrize(("days", "is_refused"), [(1, False), (0, False), (-1, True)])
def test_viewer_time_ends_after_it_began(stranger, clinic, days, is_refused):
    def write():
        ResultViewer.objects.create(clinic=clinic, user=stranger, since=NOW, until=NOW + timedelta(days=days))

    assert refused(write) is is_refused


@pytest.mark.parametrize(
    ("said", "is_refused"),
    [
        ({}, False),
        ({"kind": "therapist-reminder"}, False),
        ({"kind": "advert"}, True),
        ({"state": "lost", "subject": "", "body": ""}, True),
        ({"subject": ""}, True),
        ({"body": ""}, True),
        ({"state": "sent", "subject": "", "body": ""}, False),
        ({"state": "given-up", "subject": "", "body": ""}, False),
        ({"state": "sent", "subject": ""}, True),
        ({"state": "sent", "body": ""}, True),
        ({"state": "given-up"}, True),
        ({"attempts": -1}, True),
    ],
)
def test_outgoing_mail_says_something_exactly_while_it_waits(clinic, said, is_refused):
    def write():
        OutgoingMail.objects.create(
            **{
                "clinic": clinic,
                "kind": "therapist-invitation",
                "about": uuid4(),
                "address": "a@example.org",
                "subject": "Your view",
                "body": "Hello",
                "created_at": NOW,
                "next_attempt_at": NOW,
                **said,
            }
        )

    assert refused(write) is is_refused


def test_people_are_called_by_name_else_by_address(db):
    assert str(make_user("a@example.org", "Ann")) == "Ann"
    nameless = make_user("b@example.org")
    assert (str(nameless), nameless.get_short_name()) == ("b@example.org", "b@example.org")


def test_rows_say_what_they_are(clinic, lead):
    row = Membership.objects.get(user=lead)
    assert (str(clinic), str(row)) == ("Harbour Clinic", "Lena Lead (Lead)")
    assert str(ManagerInvitation(email="a@example.org")) == "a@example.org"
    assert str(ResultViewer.objects.get(user=lead)) == "Lena Lead"
    assert str(OutgoingMail(kind="therapist-reminder", address="a@example.org")) == "therapist-reminder (waiting)"
    assert str(clinic.acts.get()).startswith("clinic-created")


def test_clinic_has_a_page(clinic):
    assert clinic.get_absolute_url() == reverse("rounds:clinic", args=[clinic.pk]) == f"/clinics/{clinic.pk}/"


def test_superuser_is_a_site_admin_found_by_any_case(db):
    boss = User.objects.create_superuser("Boss@Example.org", "twelve quiet herons")
    assert boss.is_staff
    assert boss.is_superuser
    assert User.objects.get_by_natural_key("BOSS@example.org") == boss
