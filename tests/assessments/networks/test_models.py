"""What the database accepts of networks and what it refuses, whoever writes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from assessments.networks.models import Level, Network, NetworkClinic, NetworkInvitation, NetworkMember
from tests.assessments.conftest import NOW


def refused(write):
    """Whether the database refuses a write."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


@pytest.fixture
def other_network(colleague_consultant):
    return Network.objects.create(name="Region South", link_hash="south", created_at=NOW)


@pytest.mark.parametrize(("name", "is_refused"), [("A", False), ("", True)])
def test_network_has_a_name(db, name, is_refused):
    assert refused(lambda: Network.objects.create(name=name, link_hash="x", created_at=NOW)) is is_refused


def test_two_networks_may_share_a_name_and_not_a_link(network):
    def make(link_hash):
        Network.objects.create(name=network.name, link_hash=link_hash, created_at=NOW)

    assert refused(lambda: make(network.link_hash))
    assert not refused(lambda: make("another"))


def test_consultant_is_once_in_a_network(network, other_network, consultant, colleague_consultant):
    def add(to, user):
        NetworkMember.objects.create(network=to, user=user, joined_at=NOW)

    assert refused(lambda: add(network, consultant))
    assert not refused(lambda: add(network, colleague_consultant))
    assert not refused(lambda: add(other_network, consultant))


@pytest.mark.parametrize(
    ("said", "is_refused"),
    [
        ({}, False),
        ({"level": "progress"}, False),
        ({"level": "answers"}, False),
        ({"level": "everything"}, True),
        ({"level": ""}, True),
        ({"number": 1}, True),
        ({"number": -1}, True),
        ({"accepted_by": None}, False),
    ],
    ids=str,
)
def test_place_has_a_level_and_a_number_of_its_own(network, place, other_clinic, stranger, said, is_refused):
    row = {"network": network, "clinic": other_clinic, "number": 2, "accepted_by": stranger, "joined_at": NOW}
    assert refused(lambda: NetworkClinic.objects.create(**{"level": "scores", **row, **said})) is is_refused


def test_clinic_is_once_in_a_network_and_may_be_in_several(network, other_network, place, clinic):
    def let_in(to):
        NetworkClinic.objects.create(network=to, clinic=clinic, level="scores", number=7, joined_at=NOW)

    assert refused(lambda: let_in(network))
    assert not refused(lambda: let_in(other_network))


@pytest.mark.parametrize(
    ("said", "is_refused"),
    [
        ({}, True),
        ({"email": "A@example.org"}, True),
        ({"email": "b@example.org"}, False),
        ({"clinic_name": "Lakeside"}, False),
        ({"clinic_name": ""}, True),
        ({"email": "b@example.org", "token_hash": "1"}, True),
    ],
    ids=str,
)
def test_invitation_is_one_an_address_and_clinic(network, said, is_refused):
    row = {"network": network, "clinic_name": "Harbour", "email": "a@example.org", "invited_at": NOW, "expires_at": NOW}
    NetworkInvitation.objects.create(token_hash="1", **row)
    assert refused(lambda: NetworkInvitation.objects.create(**{"token_hash": "2", **row, **said})) is is_refused


def test_invitations_of_two_networks_do_not_meet(network, other_network):
    for to, token_hash in ((network, "1"), (other_network, "2")):
        NetworkInvitation.objects.create(
            network=to,
            clinic_name="Harbour",
            email="a@example.org",
            token_hash=token_hash,
            invited_at=NOW,
            expires_at=NOW,
        )


@pytest.mark.parametrize(
    ("level", "shows"),
    [(Level.PROGRESS, (False, False)), (Level.SCORES, (True, False)), (Level.ANSWERS, (True, True))],
)
def test_each_level_shows_what_the_one_before_shows(level, shows):
    assert (level.shows_scores, level.shows_answers) == shows


def test_place_is_called_by_its_number_where_names_are_hidden(place):
    assert (place.alias, place.shown) == ("Clinic 1", Level.ANSWERS)
    assert "Harbour" not in str(place)
