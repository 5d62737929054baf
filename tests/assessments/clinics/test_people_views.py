"""Pages about the people of a clinic: inviting, joining, handing over, removing, leaving."""

from __future__ import annotations

import uuid

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import ManagerInvitation, Membership
from tests.assessments.clinics.conftest import token_in
from tests.assessments.conftest import PASSWORD, join, make_user, signed_in


def url(name, clinic, *args):
    return reverse(f"clinics:{name}", args=[clinic.pk, *args])


def invite(client, clinic, email="new@example.org", **fields):
    return client.post(url("invite", clinic), {"email": email, **fields})


def role(user, clinic):
    return Membership.objects.filter(user=user, clinic=clinic).values_list("role", flat=True).first()


def row(user):
    return Membership.objects.get(user=user)


# Who is there


def test_people_are_shown_to_members(lead, manager, clinic):
    for user in (lead, manager):
        text = signed_in(user).get(url("people", clinic)).content.decode()
        assert "Lena Lead" in text
        assert "manager@example.org" in text


def test_only_the_lead_is_offered_the_leads_acts(lead, manager, clinic, token):
    seen = {user: signed_in(user).get(url("people", clinic)).content.decode() for user in (lead, manager)}
    for words in ("Invite a colleague", "new@example.org", url("remove", clinic, row(manager).pk)):
        assert words in seen[lead]
        assert words not in seen[manager]
    assert url("leave", clinic) in seen[manager]
    assert url("leave", clinic) not in seen[lead]


def test_people_cost_the_same_with_many(lead, clinic, django_assert_max_num_queries):
    for number in range(10):
        join(clinic, make_user(f"{number}@example.org"))
    client = signed_in(lead)
    with django_assert_max_num_queries(7):
        client.get(url("people", clinic))


# Inviting


def test_invite_answers_alike_with_and_without_an_account(lead, clinic, stranger):
    client = signed_in(lead)
    answers = []
    for address in (stranger.email, "nobody@example.org"):
        response = invite(client, clinic, address)
        said = client.get(response["Location"]).content.decode()
        answers.append((response.status_code, response["Location"], f"on its way to {address}" in said))
    assert answers[0] == answers[1] == (302, url("people", clinic), True)
    assert [m.to for m in mail.outbox] == [[stranger.email], ["nobody@example.org"]]


@pytest.mark.parametrize(
    "email", ["", "no address", "a@b\nBcc: c@example.org", "x" * 300 + "@example.org", "a\x00@example.org"]
)
def test_invite_refuses_what_is_no_address(lead, clinic, email):
    response = invite(signed_in(lead), clinic, email)
    assert response.status_code == 422
    assert 'href="#id_email"' in response.content.decode()
    assert mail.outbox == []


def test_invite_says_when_somebody_is_a_member(lead, manager, clinic):
    response = invite(signed_in(lead), clinic, manager.email)
    assert response.status_code == 422
    assert "already a member" in response.content.decode()


def test_invite_says_when_the_mail_cannot_go(lead, clinic, settings):
    settings.EMAIL_BACKEND = "tests.assessments.clinics.broken_mail.EmailBackend"
    response = invite(signed_in(lead), clinic)
    assert response.status_code == 503
    assert "nobody was invited" in response.content.decode()
    assert 'value="new@example.org"' in response.content.decode()
    assert not ManagerInvitation.objects.exists()


def test_invite_waits_for_the_leads_own_address(lead, clinic):
    EmailAddress.objects.filter(user=lead).update(verified=False)
    client = signed_in(lead)
    assert "please confirm that lead@example.org" in client.get(url("people", clinic)).content.decode()
    assert invite(client, clinic).status_code == 403
    response = client.post(reverse("account_email"), {"email": lead.email, "action_send": "1"})
    assert response.status_code == 302
    assert [m.to for m in mail.outbox] == [[lead.email]]


@pytest.mark.parametrize(("person", "status"), [("manager", 403), ("stranger", 404), ("admin", 404)])
def test_invite_is_the_leads(request, clinic, manager, person, status):
    assert invite(signed_in(request.getfixturevalue(person)), clinic).status_code == status
    assert mail.outbox == []


def test_invite_gives_no_other_role(lead, clinic, stranger):
    invite(signed_in(lead), clinic, role="lead", is_staff="1", invited_by=stranger.pk)
    token = token_in(str(mail.outbox[0].body))
    signed_in(stranger).post(reverse("clinics:join", args=[token]), {"role": "lead", "clinic": uuid.uuid4()})
    assert role(stranger, clinic) == "manager"


def test_withdraw_ends_the_invitation(lead, clinic, token, client):
    invitation = ManagerInvitation.objects.get()
    response = signed_in(lead).post(url("invitation_withdraw", clinic, invitation.pk))
    assert response["Location"] == url("people", clinic)
    assert client.get(reverse("clinics:join", args=[token])).status_code == 404


def test_withdraw_through_another_clinic_is_not_there(stranger, other_clinic, clinic, token):
    invitation = ManagerInvitation.objects.get()
    client = signed_in(stranger)
    for at in (clinic, other_clinic):
        assert client.post(url("invitation_withdraw", at, invitation.pk)).status_code == 404
    assert ManagerInvitation.objects.count() == 1


# Joining


def test_join_shows_who_invites_and_changes_nothing(stranger, clinic, token):
    text = signed_in(stranger).get(reverse("clinics:join", args=[token])).content.decode()
    assert "Lena Lead" in text
    assert "Harbour Clinic" in text
    assert role(stranger, clinic) is None


def test_join_takes_a_post(stranger, clinic, token):
    response = signed_in(stranger).post(reverse("clinics:join", args=[token]))
    assert response["Location"] == f"/clinics/{clinic.pk}/"
    assert role(stranger, clinic) == "manager"


def test_join_sends_visitors_to_sign_in_and_back(client, stranger, clinic, token):
    join = reverse("clinics:join", args=[token])
    text = client.get(join).content.decode()
    assert f"{reverse('account_login')}?next=%2Fjoin%2F" in text
    assert f"{reverse('account_signup')}?next=%2Fjoin%2F" in text
    login = client.post(join)["Location"]
    response = client.post(login, {"login": stranger.email, "password": PASSWORD, "next": join})
    assert response["Location"] == join
    client.post(join)
    assert role(stranger, clinic) == "manager"


def test_join_by_a_member_keeps_the_link(manager, clinic, token):
    client = signed_in(manager)
    assert "already" in client.get(reverse("clinics:join", args=[token])).content.decode()
    client.post(reverse("clinics:join", args=[token]))
    assert ManagerInvitation.objects.count() == 1


def test_dead_links_look_alike(client, lead, clinic, token):
    ManagerInvitation.objects.update(expires_at="2020-01-01T00:00Z")
    pages = [client.get(reverse("clinics:join", args=[dead])) for dead in (token, "never-was")]
    assert pages[0].status_code == 404
    assert pages[0].content == pages[1].content


# Handing over, removing, leaving


def test_hand_over_asks_first(lead, manager, clinic):
    client = signed_in(lead)
    address = url("hand_over", clinic, row(manager).pk)
    assert "Milan Manager" in client.get(address).content.decode()
    assert role(lead, clinic) == "lead"
    client.post(address)
    assert (role(lead, clinic), role(manager, clinic)) == ("manager", "lead")
    assert client.get(url("details", clinic)).status_code == 403


def test_hand_over_to_oneself_is_refused(lead, clinic):
    assert signed_in(lead).post(url("hand_over", clinic, row(lead).pk)).status_code == 403


def test_remove_ends_access_at_once(lead, manager, clinic):
    theirs = signed_in(manager)
    assert theirs.get(url("people", clinic)).status_code == 200
    client, address = signed_in(lead), url("remove", clinic, row(manager).pk)
    assert client.get(address).status_code == 200
    assert role(manager, clinic) == "manager"
    client.post(address)
    assert theirs.get(url("people", clinic)).status_code == 404
    assert str(clinic.pk) not in theirs.get("/clinics/").content.decode()


def test_last_lead_stays(lead, clinic):
    client = signed_in(lead)
    for response in (client.post(url("leave", clinic)), client.post(url("remove", clinic, row(lead).pk))):
        assert response.status_code == 403
        assert "always has a lead" in response.content.decode()
    assert role(lead, clinic) == "lead"


def test_leave_asks_first(manager, clinic):
    client = signed_in(manager)
    assert client.get(url("leave", clinic)).status_code == 200
    assert role(manager, clinic) == "manager"
    assert client.post(url("leave", clinic))["Location"] == "/clinics/"
    assert role(manager, clinic) is None


@pytest.mark.parametrize("name", ["remove", "hand_over"])
@pytest.mark.parametrize(("person", "status"), [("manager", 403), ("stranger", 404), ("admin", 404)])
def test_acts_on_people_are_the_leads(request, manager, clinic, name, person, status):
    client = signed_in(request.getfixturevalue(person))
    address = url(name, clinic, row(manager).pk)
    assert client.get(address).status_code == client.post(address).status_code == status
    assert role(manager, clinic) == "manager"


@pytest.mark.parametrize("name", ["remove", "hand_over"])
def test_member_of_another_clinic_is_not_there(stranger, other_clinic, manager, clinic, name):
    client = signed_in(stranger)
    for at in (clinic, other_clinic):
        assert client.post(url(name, at, row(manager).pk)).status_code == 404
    assert role(manager, clinic) == "manager"


@pytest.mark.parametrize("name", ["invite", "invitation_withdraw"])
def test_posts_only(lead, clinic, name):
    args = [uuid.uuid4()] if name == "invitation_withdraw" else []
    assert signed_in(lead).get(url(name, clinic, *args)).status_code == 405


@pytest.mark.parametrize("name", ["remove", "hand_over", "leave"])
def test_looking_changes_nothing(lead, manager, clinic, name):
    client = signed_in(manager if name == "leave" else lead)
    address = url(name, clinic, *([] if name == "leave" else [row(manager).pk]))
    assert client.get(address).status_code == client.head(address).status_code == 200
    assert (role(lead, clinic), role(manager, clinic)) == ("lead", "manager")


def test_forms_need_their_token(lead, manager, clinic, token):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    addresses = [
        url("invite", clinic),
        url("leave", clinic),
        url("remove", clinic, row(manager).pk),
        url("hand_over", clinic, row(manager).pk),
        url("invitation_withdraw", clinic, ManagerInvitation.objects.get().pk),
        reverse("clinics:join", args=[token]),
    ]
    assert {client.post(address).status_code for address in addresses} == {403}
    assert (role(lead, clinic), role(manager, clinic)) == ("lead", "manager")
