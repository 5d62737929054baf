"""A consultant's own pages: the list of networks, making one."""

from __future__ import annotations

from assessments.networks.models import Network
from tests.assessments.conftest import signed_in


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
