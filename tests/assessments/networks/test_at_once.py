"""Clinics and consultants who come at once find each other; a thousand clinics are not a thousand queries."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from assessments.clinics.models import Clinic, Membership, OutgoingMail, ResultViewer
from assessments.networks import actions
from assessments.networks.models import Level, Network, NetworkClinic, NetworkMember
from tests.assessments.conftest import NOW, make_user
from tests.assessments.networks.conftest import join_clinic, make_consultant

pytestmark = pytest.mark.timeout(60)


def at_once(network: Network, *works: Callable[[], object], meanwhile: Callable[[], object] = list) -> list[str]:
    """Let people act while the network's row is held, so that all of them wait for it; give what became of each.

    `meanwhile` is done by whoever holds the row, before it is let go.
    """
    started = threading.Barrier(len(works) + 1, timeout=20)

    def alone(work: Callable[[], object]) -> str:
        try:
            started.wait()
            work()
        except Exception as error:  # noqa: BLE001 - what became of it is what is asked
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(works)) as people:
        with transaction.atomic():
            Network.objects.select_for_update().get(pk=network.pk)
            running = [people.submit(alone, work) for work in works]
            started.wait()
            threading.Event().wait(0.2)
            meanwhile()
        return [one.result() for one in running]


def sees(user, clinic):
    return ResultViewer.objects.filter(user=user, clinic=clinic).current().count()


def add(network, by, user):
    return lambda: actions.add_consultant(by=by, network_id=network.pk, email=user.email, now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_clinic_first", [True, False])
def test_clinic_and_consultant_who_come_at_once_find_each_other(
    network, consultant, colleague_consultant, clinic, lead, is_clinic_first
):
    works = [lambda: join_clinic(network, clinic, lead), add(network, consultant, colleague_consultant)]
    assert at_once(network, *(works if is_clinic_first else reversed(works))) == ["done", "done"]
    assert sees(colleague_consultant, clinic) == 1
    assert sees(consultant, clinic) == 1


@pytest.mark.django_db(transaction=True)
def test_clinic_that_leaves_while_a_consultant_comes_is_seen_by_nobody(
    network, place, consultant, colleague_consultant, clinic, lead
):
    works = [lambda: actions.withdraw(by=lead, place=place, now=NOW), add(network, consultant, colleague_consultant)]
    assert at_once(network, *works) == ["done", "done"]
    assert sees(colleague_consultant, clinic) == 0
    assert sees(consultant, clinic) == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_remove_each_other_at_once_leave_one(network, consultant, colleague_consultant):
    add(network, consultant, colleague_consultant)()
    members = NetworkMember.objects.select_related("network")
    own, other = members.get(user=consultant), members.get(user=colleague_consultant)
    outcomes = at_once(
        network,
        lambda: actions.remove_consultant(by=consultant, member=other, now=NOW),
        lambda: actions.remove_consultant(by=colleague_consultant, member=own, now=NOW),
    )
    assert sorted(outcomes) == ["DoesNotExist", "done"]
    assert network.members.count() == 1


@pytest.mark.django_db(transaction=True)
def test_consultant_who_is_removed_while_acting_does_nothing_more(network, consultant, colleague_consultant):
    add(network, consultant, colleague_consultant)()
    third = make_consultant("third@example.org", "Theo Third")
    gone = NetworkMember.objects.filter(user=colleague_consultant)
    assert at_once(network, add(network, colleague_consultant, third), meanwhile=gone.delete) == ["DoesNotExist"]
    assert network.members.get().user == consultant


@pytest.mark.django_db(transaction=True)
def test_clinics_that_join_at_once_get_numbers_of_their_own(network, consultant):
    clinics = []
    for n in range(6):
        person = make_user(f"lead{n}@example.org")
        clinic = Clinic.objects.create(name=f"Clinic {n}", name_key=f"clinic {n}")
        Membership.objects.create(user=person, clinic=clinic, role="lead")
        clinics.append((clinic, person))
    works = [lambda clinic=clinic, person=person: join_clinic(network, clinic, person) for clinic, person in clinics]
    assert at_once(network, *works) == ["done"] * 6
    assert sorted(network.places.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


# Many clinics


def fill(network: Network, number: int) -> None:
    """Put clinics into a network, each led by one of twenty people."""
    leads = [make_user(f"lead{n}@example.org", is_verified=False) for n in range(20)]
    clinics = Clinic.objects.bulk_create(Clinic(name=f"Clinic {n}", name_key=f"clinic {n}") for n in range(number))
    Membership.objects.bulk_create(
        Membership(user=leads[n % 20], clinic=clinic, role="lead") for n, clinic in enumerate(clinics)
    )
    NetworkClinic.objects.bulk_create(
        NetworkClinic(network=network, clinic=clinic, level=Level.SCORES, number=n, joined_at=NOW)
        for n, clinic in enumerate(clinics, start=1)
    )


@pytest.mark.django_db
def test_consultant_of_a_thousand_clinics_comes_and_goes_in_few_queries(network, consultant, colleague_consultant):
    fill(network, 1000)
    with CaptureQueriesContext(connection) as coming:
        member = add(network, consultant, colleague_consultant)()
    assert ResultViewer.objects.filter(user=colleague_consultant).current().count() == 1000
    assert OutgoingMail.objects.count() == 21
    with CaptureQueriesContext(connection) as going:
        actions.remove_consultant(by=consultant, member=member, now=NOW)
    assert not ResultViewer.objects.filter(user=colleague_consultant).current().exists()
    assert OutgoingMail.objects.count() == 41
    assert max(len(coming), len(going)) <= 30  # one for each thousand rows; on SQLite a few more
