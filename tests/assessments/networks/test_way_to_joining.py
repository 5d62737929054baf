"""The way to a joining link: signing in, an account, a clinic of one's own, and back to the link."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from assessments.networks import actions, invitation_actions
from assessments.networks.models import NetworkClinic
from tests.assessments.conftest import NOW, PASSWORD, make_user, signed_in
from tests.assessments.networks.joining import invite, read, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def test_sending_without_signing_in_leads_to_the_sign_in_and_back(token, clinic, lead):
    client = Client()
    response = client.post(url(token), {"clinic": clinic.pk, "level": "answers"})
    assert response["Location"] == f"{reverse('account_login')}?next={url(token).replace('/', '%2F')}"
    assert not NetworkClinic.objects.exists()
    response = client.post(response["Location"], {"login": lead.email, "password": PASSWORD})
    assert response["Location"] == url(token)


def test_d1_link_is_the_same_whether_the_address_has_an_account(network, consultant, lead, clinic):
    known = invite(network, consultant, "Harbour Clinic", lead.email)
    unknown = invite(network, consultant, "Harbour Clinic", "nobody@example.org")
    assert read(Client(), known).replace(known, "") == read(Client(), unknown).replace(unknown, "")


def sign_up(client, token, email="new@example.org"):
    said = {"name": "Nia New", "email": email, "password1": PASSWORD, "next": url(token)}
    return client.post(reverse("account_signup"), said)


def test_link_opens_sign_up_where_accounts_are_by_invitation(settings, token, invited, network, consultant):
    settings.SIGNUP = "invited"
    for number, link in enumerate((token, invited)):
        client = Client()
        assert sign_up(client, link, f"new{number}@example.org")["Location"] == url(link)
        assert "You do not lead a clinic here yet." in read(client, link)


def test_dead_link_opens_no_sign_up(settings, token, network, consultant, clinic):
    settings.SIGNUP = "invited"
    actions.make_new_link(by=consultant, network_id=network.pk)
    for address in (url(token), reverse("networks:of_clinic", args=[clinic.pk]), "/n/", "/n/x/y/"):
        page = Client().get(reverse("account_signup"), {"next": address}).content.decode()
        assert "Accounts here are by invitation" in page


def test_link_expires_for_sign_up_too(settings, invited):
    settings.SIGNUP = "invited"
    with time_machine.travel(NOW + invitation_actions.INVITATION_LIFE + timedelta(days=1)):
        page = Client().get(reverse("account_signup"), {"next": url(invited)}).content.decode()
    assert "Accounts here are by invitation" in page


def test_new_clinic_leads_back_to_the_link(token, db):
    client = signed_in(make_user("new@example.org"))
    address = re.findall(r'href="(/clinics/new/\?[^"]+)"', read(client, token))[0]
    form = client.get(address).content.decode()
    assert f'name="next" value="{url(token)}"' in form
    response = client.post("/clinics/new/", {"name": "New Clinic", "next": url(token)})
    assert response["Location"] == url(token)
    assert "New Clinic" in read(client, token)
