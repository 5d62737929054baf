"""Who sees which network and which clinic in it: nobody but its consultants, and what the clinic's level shows."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from assessments.networks import actions
from assessments.networks.models import Level, Network, NetworkClinic, NetworkInvitation, NetworkMember
from assessments.networks.policies import can_make_networks, can_work_in
from assessments.results.closing import close
from tests.assessments.conftest import NOW, join, make_user, open_round_of
from tests.assessments.networks.conftest import join_clinic, make_consultant


@pytest.fixture
def people(network, place, consultant, colleague_consultant, lead, manager, stranger, admin):
    """Everybody who may stand before a network, by what they are."""
    member = make_consultant("member@example.org", "Mia Member")
    actions.add_consultant(by=consultant, network_id=network.pk, email=member.email, now=NOW)
    former = make_consultant("former@example.org", "Fay Former")
    gone = actions.add_consultant(by=consultant, network_id=network.pk, email=former.email, now=NOW)
    actions.remove_consultant(by=consultant, member=gone, now=NOW)
    demoted = make_consultant("demoted@example.org", "Dee Demoted")
    actions.add_consultant(by=consultant, network_id=network.pk, email=demoted.email, now=NOW)
    demoted.is_consultant = False
    demoted.save()
    closed = make_consultant("closed@example.org", "Cleo Closed")
    actions.add_consultant(by=consultant, network_id=network.pk, email=closed.email, now=NOW)
    closed.is_active = False
    closed.save()
    return {
        "maker": consultant,
        "member": member,
        "other consultant": colleague_consultant,
        "former consultant": former,
        "consultant no more": demoted,
        "account closed": closed,
        "lead": lead,
        "manager": manager,
        "lead of another clinic": stranger,
        "site admin": admin,
        "anonymous": AnonymousUser(),
    }


KINDS = {
    # who: (makes networks, works in this one, is shown it as a member of the clinic)
    "maker": (True, True, False),
    "member": (True, True, False),
    "other consultant": (True, False, False),
    "former consultant": (True, False, False),
    "consultant no more": (False, False, False),
    "account closed": (False, False, False),
    "lead": (False, False, True),
    "manager": (False, False, True),
    "lead of another clinic": (False, False, False),
    "site admin": (False, False, False),
    "anonymous": (False, False, False),
}


@pytest.mark.parametrize("kind", KINDS)
def test_sight_and_policy_agree_for_everybody(people, network, place, kind):
    user = people[kind]
    makes, works, is_shown = KINDS[kind]
    NetworkInvitation.objects.create(
        network=network, clinic_name="A", email="a@example.org", token_hash="a", invited_at=NOW, expires_at=NOW
    )
    assert can_make_networks(user) is makes
    assert can_work_in(user, network) is works
    assert Network.objects.visible_to(user).filter(pk=network.pk).exists() is works
    assert NetworkMember.objects.visible_to(user).exists() is works
    assert NetworkClinic.objects.visible_to(user).exists() is works
    assert NetworkInvitation.objects.visible_to(user).exists() is works
    assert NetworkClinic.objects.visible_to_clinic(user).exists() is is_shown
    assert NetworkMember.objects.visible_to_clinic(user).exists() is is_shown


def test_every_kind_of_person_stands_in_the_table(people):
    assert set(people) == set(KINDS)


def test_nobody_sees_the_row_twice(people, network, place, clinic, consultant, lead):
    second = actions.create_network(by=consultant, name="Region South", now=NOW)
    actions.add_consultant(by=consultant, network_id=second.pk, email="member@example.org", now=NOW)
    join_clinic(second, clinic, lead)
    assert Network.objects.visible_to(consultant).count() == 2
    assert NetworkClinic.objects.visible_to(consultant).count() == 2
    assert NetworkMember.objects.visible_to(consultant).count() == 6
    assert NetworkMember.objects.visible_to_clinic(lead).count() == 6
    assert NetworkClinic.objects.visible_to_clinic(lead).count() == 2


def test_consultant_who_manages_a_clinic_sees_both_sides_and_neither_more(network, place, clinic, consultant):
    join(clinic, consultant)
    assert NetworkClinic.objects.visible_to_clinic(consultant).get() == place
    other = make_user("new@example.org")
    assert not NetworkClinic.objects.visible_to(other).exists()


@pytest.mark.parametrize(
    ("level", "n_scores"),
    [(Level.PROGRESS, 0), (Level.SCORES, 1), (Level.ANSWERS, 1)],
)
def test_level_opens_what_it_says(network, clinic, lead, open_round, level, n_scores):
    close(round_id=open_round.pk, by=lead, now=NOW)
    join_clinic(network, clinic, lead, level)
    places = network.places.all()
    assert places.showing_scores().count() == n_scores
    assert list(places.rounds()) == [open_round]
    assert places.results().count() == n_scores
    assert places.latest_results().count() == n_scores


def test_rounds_and_results_of_other_clinics_stay_out(network, place, other_clinic, stranger):
    other = open_round_of(other_clinic, stranger)
    close(round_id=other.pk, by=stranger, now=NOW)
    assert not network.places.all().rounds().exists()
    assert not network.places.all().results().exists()


def counts(user):
    """Give how many clinics and consultants the list says that the person's network has."""
    row = vars(Network.objects.visible_to(user).with_counts().get())
    return row["n_clinics"], row["n_consultants"]


def test_counts_of_a_network_are_not_multiplied(people, network, place, consultant, other_clinic, stranger):
    join_clinic(network, other_clinic, stranger)
    assert counts(consultant) == (2, 4)


def test_empty_network_is_counted_as_nothing(consultant, network):
    assert counts(consultant) == (0, 1)
