"""A consultant's own pages: the list of networks, making one."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from assessments.networks.models import Network
from assessments.rounds.models import RoundSuggestion
from tests.assessments.conftest import join, signed_in

pytestmark = pytest.mark.usefixtures("at_noon")


def test_list_names_my_networks_with_clinics_and_consultants(consultant, place):
    page = signed_in(consultant).get("/networks/").content.decode()
    assert "Region North roll-out" in page
    assert "1 clinic, 1 consultant" in page


def test_list_does_not_name_networks_of_others(colleague_consultant, place):
    page = signed_in(colleague_consultant).get("/networks/").content.decode()
    assert "Region North" not in page
    assert "You have no network yet." in page


def test_create_makes_a_network_with_its_maker(consultant):
    response = signed_in(consultant).post("/networks/new/", {"name": " Region  South "})
    assert response.status_code == 302
    network = Network.objects.get()
    assert network.name == "Region South"
    assert [member.user for member in network.members.all()] == [consultant]


def test_create_without_a_name_says_so(consultant):
    response = signed_in(consultant).post("/networks/new/", {"name": " "})
    assert response.status_code == 422
    assert "Please give the network a name." in response.content.decode()


@pytest.mark.parametrize("name", ["Renew at https://x.example", "Region WWW.x.example"])
def test_e4_name_of_a_network_carries_no_link_into_mails(consultant, name):
    response = signed_in(consultant).post(reverse("networks:create"), {"name": name})
    assert response.status_code == 422
    assert "Please leave web addresses out of the name." in response.content.decode()
    assert not Network.objects.exists()


def test_r4_button_pressed_twice_makes_one_network(consultant, colleague_consultant):
    for person in (consultant, consultant, colleague_consultant):
        assert signed_in(person).post(reverse("networks:create"), {"name": "Region South"}).status_code == 302
    assert sorted(Network.objects.values_list("members__user__email", flat=True)) == [
        colleague_consultant.email,
        consultant.email,
    ]


def test_settings_are_saved_and_proposed_to_the_clinics(consultant, network, place, clinic):
    address = reverse("networks:settings", args=[network.pk])
    said = {"name": "Region North", "round_title": "Spring", "round_due_on": "2027-01-31"}
    response = signed_in(consultant).post(address, said)
    assert response["Location"] == address
    suggestion = RoundSuggestion.objects.get(clinic=clinic)
    assert (suggestion.title, suggestion.due_on) == ("Spring", date(2027, 1, 31))


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2026-11-21", "not in the past"),
        ("2028-01-01", "within a year from now"),
        ("soon", "Please give a date, such as 2027-01-31."),
    ],
)
def test_settings_refuse_a_day_that_no_clinic_would_be_offered(consultant, network, day, reason):
    address = reverse("networks:settings", args=[network.pk])
    response = signed_in(consultant).post(address, {"name": "Region North", "round_due_on": day})
    assert response.status_code == 422
    assert reason in response.content.decode()
    network.refresh_from_db()
    assert network.name == "Region North roll-out"


def test_day_that_has_passed_does_not_stand_in_the_way_of_a_new_name(consultant, network):
    Network.objects.update(round_due_on=date(2026, 11, 1))
    page = signed_in(consultant).get(reverse("networks:settings", args=[network.pk])).content.decode()
    assert "2026-11-01" not in page


def test_menu_says_which_clinics_are_ones_own_and_leaves_them_out_without_any(place, consultant, clinic, lead):
    own = f'href="{reverse("clinics:list")}">My clinics<'
    address = reverse("networks:overview", args=[place.network_id])
    assert own not in signed_in(consultant).get(address).content.decode()
    join(clinic, consultant)
    assert own in signed_in(consultant).get(address).content.decode()
    assert own in signed_in(lead).get(reverse("clinics:create")).content.decode()
