"""A person's tokens: making, seeing once, and ending them."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client

from assessments.clinics.models import Clinic, Membership, User
from assessments.clinics.policies import RefusedError
from assessments.reports.actions import TOKENS_MAX, TooManyTokensError, find_token
from assessments.reports.models import ApiToken, Scope
from tests.assessments.conftest import NOW, PASSWORD, asked_again, make_user, signed_in
from tests.assessments.plans.conftest import forget
from tests.assessments.reports.api.conftest import Program, program_of

PAGE = "/accounts/tokens/"
SAID = {"name": "Report of the board", "scope": "results", "clinic": "", "days": "90"}


def expire(token: ApiToken) -> None:
    """Let a token be over since yesterday."""
    made_at, expires_at = NOW - timedelta(days=2), NOW - timedelta(days=1)
    ApiToken.objects.filter(pk=token.pk).update(made_at=made_at, expires_at=expires_at)


def make(browser: Client, **said: Any) -> str:
    """Make a token as a person does, with the password that is asked for, and give its secret."""
    browser.post(PAGE, {**SAID, **said})
    page = browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": PAGE}).content.decode()
    return str(re.findall(r'value="(icbt_[\w-]{43})"', page)[0])


def test_secret_is_shown_once_and_kept_nowhere(
    lead: User, clinic: Clinic, mailoutbox: list[EmailMessage], at_noon: None
) -> None:
    browser = signed_in(lead)
    assert browser.post(PAGE, SAID)["Location"].startswith("/accounts/reauthenticate/")
    assert not ApiToken.objects.exists()
    secret = make(browser, clinic=str(clinic.pk), scope="answers", days="365")
    token = ApiToken.objects.get()
    assert (token.name, token.reach, token.clinic) == ("Report of the board", Scope.ANSWERS, clinic)
    assert token.expires_at == NOW + timedelta(hours=3, days=365)
    assert secret not in str([ApiToken.objects.values(), [one.get_decoded() for one in Session.objects.all()]])
    assert secret not in browser.get(PAGE).content.decode()
    assert find_token(secret=secret, now=NOW) == token
    (mail,) = mailoutbox
    assert mail.to == [lead.email]
    assert "read results, answers and plans in your name. It works until 22 November 2027." in mail.body
    assert not [text for text in ("Report of the board", clinic.name, secret) if text in mail.body]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"name": " "}, "what the token is for"),
        ({"name": "x" * 61}, "60"),
        ({"scope": "all"}, "scope"),
        ({"days": "3650"}, "days"),
        ({"clinic": "other"}, "clinic of yours"),
    ],
)
def test_form_that_makes_no_sense_is_shown_again(
    lead: User, clinic: Clinic, other_clinic: Clinic, said: dict[str, str], told: str
) -> None:
    said = {name: str(other_clinic.pk) if value == "other" else value for name, value in said.items()}
    response = signed_in(lead).post(PAGE, {**SAID, **said})
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert told in response.content.decode()
    assert not ApiToken.objects.exists()


def test_ten_tokens_can_work_at_a_time(lead: User, at_noon: None) -> None:
    programs = [program_of(lead) for _ in range(TOKENS_MAX)]
    with pytest.raises(TooManyTokensError):
        program_of(lead)
    ApiToken.objects.filter(pk=programs[0].token.pk).update(expires_at=NOW + timedelta(seconds=1), made_at=NOW)
    ApiToken.objects.filter(pk=programs[0].token.pk).update(
        expires_at=NOW - timedelta(days=1), made_at=NOW - timedelta(days=2)
    )
    program_of(lead)
    browser = signed_in(lead)
    browser.post(PAGE, SAID)
    page = browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": PAGE})
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f"{TOKENS_MAX} tokens" in page.content.decode()


def test_list_says_what_each_token_opens_and_why_it_does_not(lead: User, clinic: Clinic, at_noon: None) -> None:
    program_of(lead, clinic=clinic, name="Of one clinic").ask("/clinics")
    over = program_of(lead, name="Over").token
    expire(over)
    page = signed_in(lead).get(PAGE).content.decode()
    assert "Reads results, answers and plans of Harbour Clinic." in page
    assert "Made on 22 November 2026. It works until 20 February 2027. Last used on 22 November 2026." in page
    assert "It stopped working on 21 November 2026" in page
    lead.set_password(PASSWORD + "!")
    lead.save()
    assert "when you changed your password" in signed_in(lead).get(PAGE).content.decode()


def test_list_names_no_clinic_that_its_owner_has_left(manager: User, clinic: Clinic, at_noon: None) -> None:
    token = program_of(manager, clinic=clinic).token
    Membership.objects.filter(user=manager).delete()
    for address in (PAGE, f"{PAGE}{token.pk}/end/"):
        page = signed_in(manager).get(address).content.decode()
        assert "Reads nothing" in page
        assert clinic.name not in page


def test_owner_ends_a_token_and_nobody_else_does(program: Program, lead: User, manager: User) -> None:
    address = f"{PAGE}{program.token.pk}/end/"
    assert signed_in(manager).post(address).status_code == HTTPStatus.NOT_FOUND
    browser = signed_in(lead)
    assert browser.get(address).status_code == HTTPStatus.OK
    assert program.ask("/clinics").status_code == HTTPStatus.OK
    assert browser.post(address)["Location"] == PAGE
    assert program.ask("/clinics").status_code == HTTPStatus.UNAUTHORIZED


def test_person_and_clinic_take_their_tokens_along(lead: User, manager: User, clinic: Clinic) -> None:
    program_of(lead)
    program_of(manager, clinic=clinic)
    forget(manager)
    assert [token.user for token in ApiToken.objects.all()] == [lead]


@pytest.mark.parametrize("field", ["is_consultant", "is_staff"])
def test_who_needs_a_second_step_makes_no_token_without(stranger: User, settings: Any, field: str) -> None:
    settings.REQUIRE_MFA = True
    browser = signed_in(stranger)
    assert "Make the token" in browser.get(PAGE).content.decode()
    User.objects.filter(pk=stranger.pk).update(**{field: True})
    assert "Make the token" not in browser.get(PAGE).content.decode()
    assert browser.post(PAGE, SAID)["Location"] == "/accounts/2fa/totp/activate/"


def test_who_has_not_confirmed_their_address_makes_no_token_and_gets_no_mail(
    mailoutbox: list[EmailMessage], db: None
) -> None:
    browser = asked_again(make_user("somebody@example.org", is_verified=False))
    assert "confirm your e-mail address" in browser.get(PAGE).content.decode()
    assert browser.post(PAGE, SAID).status_code == HTTPStatus.FORBIDDEN
    assert (ApiToken.objects.count(), mailoutbox) == (0, [])


def test_ending_tokens_frees_no_place_beyond_those_of_a_day(
    lead: User, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"make_token": "2/d/user"}
    browser = asked_again(lead)
    for status in (HTTPStatus.OK, HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY):
        page = browser.post(PAGE, SAID)
        assert page.status_code == status
        ApiToken.objects.all().delete()
    assert "tomorrow" in page.content.decode()
    assert len(mailoutbox) == 2


def test_nobody_sees_a_token_without_signing_in(program: Program) -> None:
    assert not ApiToken.objects.visible_to(AnonymousUser()).exists()
    assert ApiToken.objects.visible_to(program.token.user).get() == program.token


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"name": ""}, "api_token_has_name"),
        ({"scope": "all"}, "api_token_scope_known"),
        ({"expires_at": NOW}, "api_token_expires_after_it_is_made"),
    ],
)
def test_database_refuses_a_token_that_makes_no_sense(
    program: Program, changed: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ApiToken.objects.filter(pk=program.token.pk).update(**changed)


def test_token_lives_for_no_other_time_and_opens_no_clinic_of_others(lead: User, other_clinic: Clinic) -> None:
    with pytest.raises(ValueError, match="life"):
        program_of(lead, days=366)
    with pytest.raises(RefusedError):
        program_of(lead, clinic=other_clinic)
