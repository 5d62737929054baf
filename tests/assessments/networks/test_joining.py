"""A joining link: what it says to whom, and how a lead lets a network in."""

from __future__ import annotations

import re
import uuid
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from assessments.clinics import actions as clinic_actions
from assessments.clinics.models import AuditEvent, OutgoingMail, ResultViewer, User
from assessments.networks import actions, invitation_actions
from assessments.networks.joining_presenters import SHOWS
from assessments.networks.models import Level, NetworkClinic, NetworkInvitation
from assessments.rounds import limits
from tests.assessments.conftest import NOW, join, make_user, signed_in
from tests.assessments.networks.conftest import join_clinic
from tests.assessments.networks.joining import invite, read, url
from tests.assessments.results.team import without_tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

COUNTED = (NetworkClinic, AuditEvent, ResultViewer, NetworkInvitation)


def post(user, token, clinic=None, level="scores", **fields):
    said = {"clinic": getattr(clinic, "pk", clinic), "level": level, **fields}
    return signed_in(user).post(url(token), {name: value for name, value in said.items() if value})


def rows():
    return [list(model.objects.order_by("pk").values()) for model in COUNTED]


def chosen(page, name):
    """Give the values of the radio buttons of this name that are on."""
    tags = re.findall(r"<input[^>]*>", page)
    return [re.findall(r'value="([^"]*)"', tag)[0] for tag in tags if f'name="{name}"' in tag and "checked" in tag]


def offered(page):
    """Give the ids of the clinics that can be chosen."""
    return re.findall(r'name="clinic"\s+id="\w+"\s+value="([^"]*)"', page)


# What a link says


def test_link_says_who_would_see_what_before_anybody_signs_in(token, network, consultant, colleague_consultant):
    actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    said = read(Client(), token)
    for words in (
        "Region North roll-out",
        "Cora Consultant",
        "Colin Colleague",
        *(words for level in Level for words in SHOWS[level]),
        "A therapist’s answers, or a therapist’s address.",
        "Who was invited to answer in confidence, who has answered, or how many.",
        "What a team talk answered to single questions.",
        "Consultants who are added later see the same.",
        "change the level or end it at any time",
        "What they have read, noted or taken along by then stays with them.",
    ):
        assert words in said
    here = f"?next={url(token).replace('/', '%2F')}"
    assert reverse("account_login") + here in said
    assert reverse("account_signup") + here in said
    assert 'name="level"' not in said
    assert consultant.email not in said


def test_opening_a_link_changes_nothing(token, invited, lead, clinic):
    before = rows()
    for client in (Client(), signed_in(lead)):
        for link in (token, invited):
            read(client, link)
            client.head(url(link))
    assert rows() == before


def test_second_step_is_promised_where_it_is_required(token, settings):
    settings.REQUIRE_MFA = True
    assert "signs in with a second step" in read(Client(), token)
    settings.REQUIRE_MFA = False
    assert "second step" not in read(Client(), token)


def test_e1_names_are_text_wherever_they_stand(network, consultant, lead, clinic):
    name = "<b>Region</b> & “North”"
    actions.change_network(by=consultant, network_id=network.pk, name=name, round_title="", round_due_on=None)
    consultant.name = "<i>Cora</i>"
    consultant.save()
    invited = invite(network, consultant, "<u>Harbour</u>")
    client = signed_in(lead)
    client.post(url(invited), {"clinic": clinic.pk, "level": "scores"})
    of_clinic = reverse("networks:of_clinic", args=[clinic.pk])
    of_network = reverse("networks:place", args=[clinic.pk, network.pk])
    again = invite(network, consultant, "<u>Lakeside</u>", "lakeside@example.org")
    for address in (url(again), of_clinic, of_network, f"{of_network}leave/"):
        said = client.get(address).content.decode()
        assert not any(tag in said for tag in ("<b>Region", "<i>Cora", "<u>Lake"))
        assert "&lt;b&gt;Region&lt;/b&gt;" in said


def test_page_costs_the_same_with_many_consultants(token, network, consultant, lead, clinic, django_assert_num_queries):
    client = signed_in(lead)
    with django_assert_num_queries(7):
        read(client, token)
    for number in range(5):
        email = f"c{number}@example.org"
        make_user(email, is_consultant=True)
        actions.add_consultant(by=consultant, network_id=network.pk, email=email, now=NOW)
    with django_assert_num_queries(7):
        read(client, token)


def test_whoever_has_signed_in_reads_who_asks_and_since_when(token, network, consultant, stranger):
    for client, is_told in ((Client(), False), (signed_in(stranger), True)):
        said = read(client, token)
        assert "Cora Consultant" in said
        assert (consultant.email in said) is is_told
        assert ("in this network since 22 November 2026" in said) is is_told
        assert "ask them by an address or a number that you have from elsewhere" in said


# Dead links


@pytest.fixture
def dead(network, consultant, lead, clinic, invited, token):
    """A link of each kind that leads nowhere any more."""
    withdrawn = invite(network, consultant, "Lakeside", "lakeside@example.org")
    invitation_actions.withdraw_invitation(
        by=consultant, invitation=NetworkInvitation.objects.select_related("network").get(email="lakeside@example.org")
    )
    old = invite(network, consultant, "Meadow", "meadow@example.org")
    NetworkInvitation.objects.filter(email="meadow@example.org").update(expires_at=NOW)
    actions.join(by=lead, token=invited, clinic=clinic, level=Level.SCORES, now=NOW)
    actions.make_new_link(by=consultant, network_id=network.pk)
    return {
        "replaced": token,
        "used": invited,
        "withdrawn": withdrawn,
        "expired": old,
        "never was": "x" * 32,
        "odd": "é",
    }


def test_dead_links_answer_alike_whatever_the_reason(dead, lead, other_clinic, stranger):
    for client in (Client(), signed_in(stranger)):
        bodies = set()
        for link in dead.values():
            response = client.get(url(link))
            assert response.status_code == 404
            bodies.update(without_tokens([response.content.decode()]))
        assert len(bodies) == 1
        assert "Region North" not in bodies.pop()


@pytest.mark.parametrize("shut_out", [{"is_active": False}, {"is_consultant": False}], ids=str)
def test_link_of_a_network_that_nobody_looks_after_leads_nowhere(
    token, invited, network, consultant, colleague_consultant, lead, clinic, shut_out
):
    actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    User.objects.filter(pk=consultant.pk).update(**shut_out)
    assert "Colin Colleague" in read(Client(), token)
    assert "Cora Consultant" not in read(Client(), token)
    User.objects.filter(pk=colleague_consultant.pk).update(**shut_out)
    for link in (token, invited):
        assert post(lead, link, clinic).status_code == 404
    assert not NetworkClinic.objects.exists()


def test_consultant_without_a_name_is_not_shown_by_address(token, consultant):
    User.objects.filter(pk=consultant.pk).update(name="")
    page = read(Client(), token)
    assert "A consultant who has given no name" in page
    assert consultant.email not in page


def test_dead_links_are_slowed_down(db, monkeypatch):
    monkeypatch.setattr(limits, "MISSES_A_MINUTE_MAX", 2)
    assert [Client().get(url("nothing")).status_code for _ in range(3)] == [404, 404, 429]


def test_dead_link_takes_nobody_in(dead, lead, clinic, stranger, other_clinic):
    before = rows()
    for link in dead.values():
        assert post(stranger, link, other_clinic).status_code == 404
    assert rows() == before


# Accepting


def test_lead_lets_a_network_in(token, lead, clinic, network, consultant):
    response = post(lead, token, clinic, "scores")
    assert response["Location"] == reverse("networks:of_clinic", args=[clinic.pk])
    place = NetworkClinic.objects.get()
    assert (place.network, place.clinic, place.shown, place.accepted_by) == (network, clinic, Level.SCORES, lead)
    assert ResultViewer.objects.filter(clinic=clinic, user=consultant, right=str(network.pk)).current().exists()
    said = signed_in(lead).get(response["Location"]).content.decode()
    assert "Region North roll-out" in said
    assert "Scores and flags" in said


def test_level_progress_makes_nobody_see_results(token, lead, clinic, consultant):
    post(lead, token, clinic, "progress")
    assert not ResultViewer.objects.filter(user=consultant).exists()


def test_level_is_a_choice_of_its_own(token, lead, clinic):
    assert chosen(read(signed_in(lead), token), "level") == []
    before = rows()
    response = post(lead, token, clinic, level="")
    said = unescape(response.content.decode())
    assert response.status_code == 422
    assert '<a href="#id_level_0">Please choose what they may see.</a>' in said
    assert chosen(said, "clinic") == [str(clinic.pk)]
    assert "<title>Error: " in said
    assert rows() == before


@pytest.mark.parametrize("level", ["everything", "SCORES", "0", "progress\x00"])
def test_made_up_level_is_refused(token, lead, clinic, level):
    before = rows()
    assert post(lead, token, clinic, level).status_code == 422
    assert rows() == before


def test_level_chosen_stays_chosen_when_the_clinic_is_missing(token, lead, clinic):
    clinic_actions.create_clinic(by=lead, name="Second Clinic", now=NOW)
    said = unescape(post(lead, token, level="answers").content.decode())
    assert chosen(said, "level") == ["answers"]
    assert chosen(said, "clinic") == []
    assert '<a href="#id_clinic_0">Please choose your clinic.</a>' in said


def test_invitation_is_used_up_and_the_link_of_the_network_is_not(token, invited, lead, clinic):
    post(lead, invited, clinic)
    assert not NetworkInvitation.objects.exists()
    assert Client().get(url(invited)).status_code == 404
    assert Client().get(url(token)).status_code == 200


def test_link_of_the_network_answers_the_invitation_too(token, invited, network, consultant, lead, clinic):
    invite(network, consultant, "Lakeside Practice", email="lead+lakeside@example.org")
    invite(network, consultant, "Harbour Clinic", email="somebody@example.org")
    post(lead, token, clinic)
    left = NetworkInvitation.objects.values_list("clinic_name", "email")
    assert sorted(left) == [
        ("Harbour Clinic", "somebody@example.org"),
        ("Lakeside Practice", "lead+lakeside@example.org"),
    ]
    assert not OutgoingMail.objects.filter(body__contains=invited).exists()


@pytest.mark.parametrize(
    ("has_another", "is_verified", "n_left"), [(False, True, 0), (True, True, 1), (False, False, 1)]
)
def test_only_invitation_of_a_lead_may_give_the_clinic_another_name(
    token, network, consultant, lead, clinic, has_another, is_verified, n_left
):
    invite(network, consultant, "The practice at the harbour", email="Lead+work@example.org")
    if has_another:
        clinic_actions.create_clinic(by=lead, name="Lakeside Practice", now=NOW)
    EmailAddress.objects.update(verified=is_verified)
    post(lead, token, clinic)
    assert NetworkInvitation.objects.count() == n_left


def test_clinic_that_left_stands_in_no_list_of_invitations(place, network, consultant, lead, clinic):
    invite(network, consultant, "Harbour Clinic")
    actions.withdraw(by=lead, place=place, now=NOW)
    assert not NetworkInvitation.objects.exists()


def test_form_sent_twice_is_told_that_it_is_in(token, invited, network, lead, clinic):
    for link in (invited, invited, token):
        response = post(lead, link, clinic, network=network.pk)
        assert response["Location"] == reverse("networks:of_clinic", args=[clinic.pk])
    client = signed_in(lead)
    client.post(url(token), {"clinic": clinic.pk, "level": "answers"})
    assert "Harbour Clinic lets this network in already." in client.get(response["Location"]).content.decode()
    assert NetworkClinic.objects.get().shown is Level.SCORES
    assert AuditEvent.objects.filter(act=AuditEvent.Act.NETWORK_JOINED).count() == 1


def test_a_used_link_tells_nobody_else_what_it_led_to(invited, network, lead, clinic, stranger, other_clinic):
    post(lead, invited, clinic)
    for fields in ({}, {"network": network.pk}, {"network": "x"}, {"network": uuid.uuid4()}):
        for clinic_id in (clinic.pk, other_clinic.pk, "x"):
            response = post(stranger, invited, clinic_id, **fields)
            assert response.status_code == 404
            assert "Harbour" not in response.content.decode()


def test_lead_who_opens_the_used_link_again_reads_what_it_did(invited, network, lead, clinic, stranger):
    post(lead, invited, clinic)
    said = signed_in(lead).get(url(invited)).content.decode()
    assert "Harbour Clinic lets Region North roll-out in." in said
    assert reverse("networks:of_clinic", args=[clinic.pk]) in said
    for client in (Client(), signed_in(stranger)):
        assert "Region North" not in client.get(url(invited)).content.decode()


# Which clinic


def test_clinic_that_the_invitation_names_is_chosen(invited, lead, clinic):
    other = clinic_actions.create_clinic(by=lead, name="Second Clinic", now=NOW)
    said = read(signed_in(lead), invited)
    assert set(offered(said)) == {str(clinic.pk), str(other.pk)}
    assert chosen(said, "clinic") == [str(clinic.pk)]


def test_only_clinic_is_chosen(token, lead, clinic):
    assert chosen(read(signed_in(lead), token), "clinic") == [str(clinic.pk)]


def test_none_of_several_clinics_is_chosen_without_a_name(token, lead, clinic):
    clinic_actions.create_clinic(by=lead, name="Second Clinic", now=NOW)
    assert chosen(read(signed_in(lead), token), "clinic") == []


def test_clinics_that_are_in_are_not_offered(token, network, lead, clinic):
    join_clinic(network, clinic, lead)
    other = clinic_actions.create_clinic(by=lead, name="Second Clinic", now=NOW)
    said = read(signed_in(lead), token)
    assert offered(said) == [str(other.pk)]
    assert reverse("networks:of_clinic", args=[clinic.pk]) in said


def test_all_clinics_in_leads_to_what_the_network_sees(token, place, lead, clinic):
    said = read(signed_in(lead), token)
    assert "Harbour Clinic lets this network in already." in said
    assert reverse("networks:of_clinic", args=[clinic.pk]) in said
    assert 'name="level"' not in said


def test_manager_is_told_who_can_decide(token, manager, clinic):
    said = read(signed_in(manager), token)
    assert "Only the lead of a clinic can let a network in." in said
    assert "the lead of Harbour Clinic is Lena Lead" in said
    assert 'name="level"' not in said


def test_a5_clinic_of_another_or_that_one_only_manages_is_refused(token, lead, clinic, manager, stranger, other_clinic):
    join(other_clinic, lead)
    before = rows()
    for who, which in ((lead, other_clinic), (manager, clinic), (stranger, clinic), (lead, uuid.uuid4()), (lead, "x")):
        response = post(who, token, which)
        assert response.status_code == 422
        assert rows() == before


def test_a6_lead_who_has_handed_over_meanwhile_is_refused(token, lead, manager, clinic):
    clinic_actions.hand_over_lead(by=lead, clinic=clinic, to=manager, now=NOW)
    before = rows()
    assert post(lead, token, clinic).status_code == 422
    assert rows() == before


def test_a13_nothing_else_is_assigned(token, network, lead, clinic, manager, stranger):
    post(lead, token, clinic, accepted_by=stranger.pk, number=77, network=uuid.uuid4(), joined_at="2020-01-01")
    place = NetworkClinic.objects.get()
    assert (place.accepted_by, place.number, place.network_id) == (lead, 1, network.pk)


def test_a6_consultant_lets_no_clinic_in(token, network, consultant, clinic):
    before = rows()
    assert post(consultant, token, clinic).status_code == 422
    assert rows() == before
