"""The clinic's side: who may look at it, how far, changing that, ending it, and what stands on record."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from assessments.clinics import actions as clinic_actions
from assessments.clinics.models import AuditEvent, ResultViewer
from assessments.networks import actions
from assessments.networks.joining_presenters import SHOWS
from assessments.networks.joining_views import ACTS_SHOWN
from assessments.networks.models import Level, Network, NetworkClinic, NetworkMember
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.history import rewriting
from tests.assessments.networks.conftest import join_clinic
from tests.assessments.results.team import without_tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def url(name, clinic, network=None):
    return reverse(f"networks:{name}", args=[clinic.pk, *([network.pk] if network else [])])


def read(user, clinic):
    response = signed_in(user).get(url("of_clinic", clinic))
    assert response.status_code == 200
    return unescape(response.content.decode())


def row():
    return NetworkClinic.objects.values("level", "number", "joined_at", "accepted_by").get()


# Who may look


def test_clinic_without_a_network_reads_what_networks_are(lead, clinic):
    said = read(lead, clinic)
    assert "Nobody but" in said
    assert "A network sees nothing of your clinic unless its lead lets it in" in said
    assert "sends the lead an invitation, or passes on a link" in said
    assert "On record" not in said


def test_members_read_who_sees_how_much_since_when(place, lead, manager, clinic, consultant):
    for user in (lead, manager):
        said = read(user, clinic)
        for words in (
            "Region North roll-out",
            "Answers and comments as well",
            "Let in on 22 November 2026 by Lena Lead",
            "Cora Consultant",
            consultant.email,
            "Has never signed in.",
            *(words for level in Level for words in SHOWS[level]),
        ):
            assert words in said


@pytest.mark.parametrize("level", Level)
def test_page_lists_what_the_level_shows_and_no_more(network, clinic, lead, level):
    join_clinic(network, clinic, lead, level)
    said = read(lead, clinic)
    for one in Level:
        assert all((words in said) is (list(Level).index(one) <= list(Level).index(level)) for words in SHOWS[one])


def test_last_sign_in_is_told_by_the_day_of_the_clinic(place, lead, clinic, consultant):
    clinic.time_zone = "Pacific/Auckland"
    clinic.save()
    consultant.last_login = NOW.replace(hour=23)
    consultant.save()
    said = read(lead, clinic)
    assert "Last signed in on 23 November 2026." in said
    assert "23:00" not in said


def test_consultant_who_may_look_no_more_is_told_apart(place, lead, clinic, consultant):
    consultant.is_consultant = False
    consultant.save()
    assert "Cannot look at clinics at the moment." in read(lead, clinic)


def test_second_step_is_told_where_it_is_required(place, lead, clinic, settings):
    settings.REQUIRE_MFA = False
    assert "second step" not in read(lead, clinic)
    settings.REQUIRE_MFA = True
    assert "Each of them signs in with a second step" in read(lead, clinic)


def test_each_network_names_its_own_consultants(place, lead, clinic, colleague_consultant):
    second = actions.create_network(by=colleague_consultant, name="A second network", now=NOW)
    join_clinic(second, clinic, lead, Level.PROGRESS)
    first, last = read(lead, clinic).split("Region North roll-out</h2>")
    assert "Colin Colleague" in first
    assert "Colin Colleague" not in last.partition("On record")[0]
    assert "Cora Consultant" in last


def test_page_tells_nothing_of_the_network_s_other_clinics(place, network, lead, clinic, other_clinic, stranger):
    before = read(lead, clinic)
    join_clinic(network, other_clinic, stranger)
    after = read(lead, clinic)
    assert len(set(without_tokens([before, after]))) == 1


def test_page_costs_the_same_with_many(place, lead, clinic, network, consultant, django_assert_num_queries):
    client = signed_in(lead)
    with django_assert_num_queries(8):
        client.get(url("of_clinic", clinic))
    for number in range(4):
        more = actions.create_network(by=consultant, name=f"Network {number}", now=NOW)
        join_clinic(more, clinic, lead)
    with django_assert_num_queries(8):
        client.get(url("of_clinic", clinic))


def test_pages_of_the_clinic_lead_here(lead, clinic):
    for name in ("rounds:clinic", "clinics:people"):
        assert url("of_clinic", clinic) in signed_in(lead).get(reverse(name, args=[clinic.pk])).content.decode()


# Who may change it


@pytest.mark.parametrize("name", ["place", "leave"])
def test_manager_is_refused_with_the_reason(place, network, manager, clinic, name):
    before = row()
    client = signed_in(manager)
    for response in (
        client.get(url(name, clinic, network)),
        client.post(url(name, clinic, network), {"level": "progress"}),
    ):
        assert response.status_code == 403
        assert "Only the lead of the clinic can do this." in response.content.decode()
    assert row() == before
    assert url(name, clinic, network) not in read(manager, clinic)


@pytest.mark.parametrize("name", ["place", "leave", "of_clinic"])
def test_whoever_is_no_member_finds_nothing(place, network, clinic, stranger, consultant, admin, name):
    address = url(name, clinic, None if name == "of_clinic" else network)
    never = address.replace(str(clinic.pk), str(uuid.uuid4()))
    for user in (stranger, consultant, admin):
        answers = [signed_in(user).get(each) for each in (address, never)]
        assert [response.status_code for response in answers] == [404, 404]
        assert len(set(without_tokens(response.content.decode() for response in answers))) == 1


@pytest.mark.parametrize("name", ["place", "leave"])
def test_a2_clinic_and_network_that_do_not_belong_together(place, network, lead, clinic, stranger, other_clinic, name):
    elsewhere = actions.create_network(by=network.members.get().user, name="Elsewhere", now=NOW)
    join_clinic(elsewhere, other_clinic, stranger)
    before = list(NetworkClinic.objects.order_by("pk").values())
    pairs = (
        (clinic.pk, elsewhere.pk),
        (other_clinic.pk, network.pk),
        (other_clinic.pk, elsewhere.pk),
        (clinic.pk, uuid.uuid4()),
    )
    for pair in pairs:
        address = reverse(f"networks:{name}", args=pair)
        for response in (signed_in(lead).get(address), signed_in(lead).post(address, {"level": "progress"})):
            assert response.status_code == 404
    assert list(NetworkClinic.objects.order_by("pk").values()) == before


# Changing the level


def test_page_says_what_each_change_does(network, clinic, lead):
    join_clinic(network, clinic, lead, Level.SCORES)
    said = unescape(signed_in(lead).get(url("place", clinic, network)).content.decode())
    assert said.count("This is what they see now.") == 1
    less, _, more = said.partition("This is what they see now.")
    assert "From now on they see neither scores nor anything else of the result, nor your plan." in less
    assert "The therapists’ page no longer names them" in less
    assert (
        "From now on they also see the answers and comments of the clinic form, and what your actions are called."
        in more
    )
    assert "Your therapists read" not in more
    assert re.search(r'value="scores"[^>]*checked', said)


def test_level_changes_at_once(place, network, clinic, lead, consultant):
    client = signed_in(lead)
    for level, sees in (("progress", False), ("scores", True), ("answers", True), ("progress", False)):
        response = client.post(url("place", clinic, network), {"level": level})
        assert response["Location"] == url("of_clinic", clinic)
        assert NetworkClinic.objects.get().level == level
        assert ResultViewer.objects.filter(user=consultant, clinic=clinic).current().exists() is sees
    assert AuditEvent.objects.filter(act=AuditEvent.Act.NETWORK_LEVEL_CHANGED).count() == 4


def test_same_level_again_is_no_act(place, network, clinic, lead):
    signed_in(lead).post(url("place", clinic, network), {"level": "answers"})
    assert not AuditEvent.objects.filter(act=AuditEvent.Act.NETWORK_LEVEL_CHANGED).exists()


@pytest.mark.parametrize("level", ["", "all", "Progress"])
def test_level_that_is_none_is_refused(place, network, clinic, lead, level):
    before = row()
    response = signed_in(lead).post(url("place", clinic, network), {"level": level, "number": 9, "accepted_by": 0})
    assert response.status_code == 422
    assert 'href="#id_level_0"' in response.content.decode()
    assert row() == before


# Ending it


def test_lead_ends_it_after_a_question(place, network, clinic, lead, consultant):
    client = signed_in(lead)
    asked = unescape(client.get(url("leave", clinic, network)).content.decode())
    assert "What they have read, noted or taken along by then stays with them." in asked
    assert NetworkClinic.objects.exists()
    response = client.post(url("leave", clinic, network))
    assert response["Location"] == url("of_clinic", clinic)
    assert not NetworkClinic.objects.exists()
    assert not ResultViewer.objects.filter(user=consultant).current().exists()
    assert "no longer sees anything of Harbour Clinic" in client.get(response["Location"]).content.decode()


def test_r4_pressed_twice_it_has_ended_once(place, network, clinic, lead, manager):
    client = signed_in(lead)
    answers = [client.post(url("leave", clinic, network)) for _ in range(3)]
    assert {(response.status_code, response["Location"]) for response in answers} == {(302, url("of_clinic", clinic))}
    assert AuditEvent.objects.filter(act=AuditEvent.Act.NETWORK_LEFT).count() == 1
    assert signed_in(manager).post(url("leave", clinic, network)).status_code == 404
    assert client.get(url("leave", clinic, network)).status_code == 404


def test_who_left_can_be_let_in_again_and_leave_again(place, network, clinic, lead):
    client = signed_in(lead)
    client.post(url("leave", clinic, network))
    join_clinic(network, clinic, lead, Level.PROGRESS)
    assert NetworkClinic.objects.get().number == 2
    client.post(url("leave", clinic, network))
    assert not NetworkClinic.objects.exists()


# On record


def test_acts_are_told_newest_first(place, network, clinic, lead, consultant, colleague_consultant):
    actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    member = NetworkMember.objects.select_related("network").get(user=colleague_consultant)
    actions.remove_consultant(by=colleague_consultant, member=member, now=NOW + timedelta(hours=1))
    actions.change_level(by=lead, place=place, level=Level.PROGRESS, now=NOW + timedelta(days=1))
    actions.withdraw(by=lead, place=place, now=NOW + timedelta(days=2))
    told = re.findall(r'<li><span class="muted">([^<]+)</span> ([^<]+)</li>', read(lead, clinic))
    assert told == [
        ("24 November 2026", "Lena Lead ended the access of Region North roll-out."),
        ("23 November 2026", "Lena Lead changed what Region North roll-out sees to “Progress only”."),
        ("22 November 2026", "Colin Colleague left Region North roll-out."),
        ("22 November 2026", "Cora Consultant added Colin Colleague to Region North roll-out."),
        ("22 November 2026", "Lena Lead let Region North roll-out in: “Answers and comments as well”."),
    ]


def test_who_was_taken_out_by_whom_is_told(place, network, clinic, lead, consultant, colleague_consultant):
    actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    member = NetworkMember.objects.select_related("network").get(user=colleague_consultant)
    actions.remove_consultant(by=consultant, member=member, now=NOW)
    assert "Cora Consultant took Colin Colleague out of Region North roll-out." in read(lead, clinic)
    with rewriting():
        colleague_consultant.delete()
    assert "Cora Consultant took a consultant out of Region North roll-out." in read(lead, clinic)


def test_acts_of_other_kinds_and_other_clinics_are_not_told(place, network, lead, clinic, stranger, other_clinic):
    join_clinic(network, other_clinic, stranger)
    clinic_actions.change_clinic(
        by=lead,
        clinic=clinic,
        name="Harbour Clinic",
        country="",
        setting="",
        n_therapists=None,
        time_zone="UTC",
        now=NOW,
    )
    told = read(lead, clinic).partition("On record")[2]
    assert told.count("<li>") == 1
    assert "Sami Stranger" not in told


def test_twenty_acts_are_told_and_a_network_that_is_gone_has_no_name(place, network, clinic, lead):
    for number in range(ACTS_SHOWN):
        level = Level.PROGRESS if number % 2 else Level.SCORES
        actions.change_level(by=lead, place=place, level=level, now=NOW + timedelta(minutes=number))
    assert read(lead, clinic).partition("On record")[2].count("<li>") == ACTS_SHOWN
    Network.objects.all().delete()
    told = read(lead, clinic)
    assert "Region North" not in told
    assert "Lena Lead changed what a network sees to “Progress only”." in told
