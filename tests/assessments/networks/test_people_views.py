"""The consultants of a network: who they are, adding a colleague, removing, leaving; and hiding the clinics' names."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assessments.clinics.models import OutgoingMail, User
from assessments.networks import actions
from assessments.networks.models import NetworkMember
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.networks.conftest import make_consultant

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def address(network):
    return reverse("networks:people", args=[network.pk])


@pytest.fixture
def colleague(network, consultant, colleague_consultant):
    """The place of the second consultant in the network."""
    return actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)


def add(user, network, email):
    return signed_in(user).post(reverse("networks:person_add", args=[network.pk]), {"email": email})


def removal(member):
    return reverse("networks:person_remove", args=[member.network_id, member.pk])


def own_place(user):
    return NetworkMember.objects.get(user=user)


def test_page_names_the_consultants(consultant, colleague, address):
    page = signed_in(consultant).get(address).content.decode()
    assert "Cora Consultant (you)" in page
    assert "colleague@example.org, since 22 November 2026" in page
    assert removal(colleague) in page
    assert "leads of all its clinics get a mail" in page


def test_only_consultant_is_not_offered_to_leave(consultant, network, address):
    page = signed_in(consultant).get(address).content.decode()
    assert "/remove/" not in page
    assert "To leave, first add a colleague." in page


@pytest.mark.parametrize("lost", ["is_active", "is_consultant"])
def test_consultant_no_more_is_marked_and_can_be_removed(consultant, colleague, address, lost):
    User.objects.filter(pk=colleague.user_id).update(**{lost: False})
    page = signed_in(consultant).get(address).content.decode()
    assert "Sees nothing any more" in page
    assert removal(colleague) in page
    assert removal(own_place(consultant)) not in page


def test_colleague_is_added_and_the_lead_is_told(consultant, network, place, colleague_consultant, address):
    assert add(consultant, network, " Colleague@Example.org ")["Location"] == address
    assert network.members.filter(user=colleague_consultant).exists()
    addresses = OutgoingMail.objects.values_list("address", flat=True)
    assert sorted(addresses) == ["colleague@example.org", "lead@example.org"]


def test_unknown_address_and_account_without_the_right_get_the_same_answer(consultant, network, lead):
    answers = []
    for email in ("nobody@example.org", lead.email):
        response = add(consultant, network, email)
        assert response.status_code == 422
        answers.append(response.context["errors"])
    assert answers[0] == answers[1]
    assert answers[0][0]["message"].startswith("No consultant on this site has this address.")


@pytest.mark.parametrize(
    "email", ["", "nobody", "a\0@example.org", "a@example.org,b@example.org", "x" * 255 + "@example.org"], ids=len
)
def test_what_is_no_address_is_refused(consultant, network, email):
    assert add(consultant, network, email).status_code == 422


def test_colleague_who_is_in_already_is_told(consultant, network, colleague):
    response = add(consultant, network, "colleague@example.org")
    assert response.status_code == 422
    assert "Colin Colleague is a consultant of this network already." in response.content.decode()


def test_day_on_which_many_were_added_is_told(consultant, network, place, monkeypatch):
    monkeypatch.setattr(actions, "ADDED_A_DAY_MAX", 0)
    response = add(consultant, network, "colleague@example.org")
    assert response.status_code == 422
    assert "Please go on tomorrow." in response.content.decode()


def test_page_after_a_mistake_switches_names_on_its_own_address(consultant, network, address):
    page = add(consultant, network, "nobody").content.decode()
    assert f'name="next" value="{address}"' in page


def test_removing_asks_first_and_says_that_leads_are_told(consultant, place, colleague, address):
    browser = signed_in(consultant)
    page = browser.get(removal(colleague)).content.decode()
    assert "Remove Colin Colleague from Region North roll-out?" in page
    assert "are told by mail that Colin Colleague has left" in page
    assert NetworkMember.objects.filter(pk=colleague.pk).exists()
    assert browser.post(removal(colleague))["Location"] == address
    assert not NetworkMember.objects.filter(pk=colleague.pk).exists()
    assert browser.post(removal(colleague)).status_code == 404


def test_leaving_leads_to_the_list_and_closes_the_network(consultant, network, colleague):
    browser = signed_in(consultant)
    own = removal(own_place(consultant))
    page = browser.get(own).content.decode()
    assert "Leave Region North roll-out?" in page
    assert "told by mail" not in page  # no clinic is in
    assert browser.post(own)["Location"] == "/networks/"
    assert browser.get(reverse("networks:people", args=[network.pk])).status_code == 404


def test_last_consultant_is_told_why_they_stay(consultant, network):
    response = signed_in(consultant).post(removal(own_place(consultant)))
    assert response.status_code == 403
    assert "A network always has a consultant." in response.content.decode()


def test_place_in_another_network_is_not_there(consultant, network, colleague, address):
    other = make_consultant("other@example.org", "Olga Other")
    elsewhere = actions.create_network(by=other, name="Region South", now=NOW).members.get()
    for member_id, network_id in ((elsewhere.pk, network.pk), (elsewhere.pk, elsewhere.network_id)):
        path = reverse("networks:person_remove", args=[network_id, member_id])
        assert signed_in(consultant).post(path).status_code == 404
    assert add(consultant, elsewhere.network, "colleague@example.org").status_code == 404


# Names


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("/networks/?page=2", "/networks/?page=2"),
        ("", None),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("/\\evil.example", None),
        ("javascript:alert(1)", None),
        ("/networks/\r\nSet-Cookie: x", None),
    ],
    ids=ascii,
)
def test_names_lead_back_to_a_page_of_this_site_alone(consultant, network, back, leads_to):
    response = signed_in(consultant).post(reverse("networks:names", args=[network.pk]), {"next": back})
    assert response.status_code == 302
    assert response["Location"] == (leads_to or network.get_absolute_url())


def test_names_are_hidden_in_one_network_and_one_browser(consultant, network, address):
    second = actions.create_network(by=consultant, name="Region South", now=NOW)
    browser = signed_in(consultant)
    hidden = "Clinics stand here as “Clinic 1”"
    names = reverse("networks:names", args=[network.pk])
    browser.post(names, {"names": "hidden", "next": address})
    assert hidden in browser.get(address).content.decode()
    assert hidden not in browser.get(reverse("networks:people", args=[second.pk])).content.decode()
    assert hidden not in signed_in(consultant).get(address).content.decode()
    browser.post(names, {"names": "shown", "next": address})
    assert hidden not in browser.get(address).content.decode()


def test_names_of_a_network_of_others_are_not_there(colleague_consultant, network):
    names = reverse("networks:names", args=[network.pk])
    assert signed_in(colleague_consultant).post(names, {"names": "hidden"}).status_code == 404
