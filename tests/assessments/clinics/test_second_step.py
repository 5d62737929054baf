"""The second step of signing in: set up, asked for, turned off."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import User
from tests.assessments.conftest import PASSWORD, asked_again


def code_for(secret):
    """The code that an app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def signed_in_by_form(user):
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def with_second_step(lead: User) -> User:
    """The lead, with an app set up on the page."""
    client = asked_again(lead)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    response = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert response.status_code == 302
    return lead


def test_setting_up_asks_for_the_password_again(lead):
    response = signed_in_by_form(lead).get(reverse("mfa_activate_totp"))
    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_wrong_code_does_not_turn_it_on(lead):
    client = asked_again(lead)
    client.get(reverse("mfa_activate_totp"))
    response = client.post(reverse("mfa_activate_totp"), {"code": "000000x"})
    assert response.status_code == 422
    assert not Authenticator.objects.exists()


def test_password_alone_does_not_sign_in(with_second_step):
    client = signed_in_by_form(with_second_step)
    assert SESSION_KEY not in client.session
    assert client.get("/clinics/").status_code == 302
    response = client.post(reverse("mfa_authenticate"), {"code": "12345"})
    assert response.status_code == 422
    assert SESSION_KEY not in client.session


def test_recovery_code_signs_in_once(with_second_step):
    stored = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap()
    code = stored.get_unused_codes()[0]
    client = signed_in_by_form(with_second_step)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert SESSION_KEY in client.session
    again = signed_in_by_form(with_second_step)
    assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == 422


def test_new_password_does_not_take_it_away(with_second_step):
    with_second_step.set_password("nine purple tractors")
    with_second_step.save()
    client = Client()
    client.post(reverse("account_login"), {"login": with_second_step.email, "password": "nine purple tractors"})
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("name", ["mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes"])
def test_pages_need_an_account(client, db, name):
    assert client.get(reverse(name)).status_code == 302
