"""Who gets in at the API: a truth table of people, scopes, addresses and states, and tricks with the header."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import OperationalError
from django.test import Client

from assessments.clinics import actions as clinic_actions
from assessments.clinics.models import Clinic, Membership, User
from assessments.logs import CarefulFormatter
from assessments.networks.models import Network, NetworkClinic
from assessments.reports.actions import end_token
from assessments.reports.models import ApiToken, Scope
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW, PASSWORD, open_round_of, signed_in
from tests.assessments.reports.api.conftest import Program, program_of

OK, FORBIDDEN, NOT_FOUND = HTTPStatus.OK, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND
SECRETIVE = ("/assessments/{open}/answers", "/assessments/{finished}/answers", "/clinics/{clinic}/plan")
OF_CLINIC = ("/clinics/{clinic}", "/assessments/{open}", "/assessments/{finished}", "/assessments/{finished}/result")
OF_NETWORK = ("/networks/{network}/clinics",)
FOR_ALL = ("/clinics", "/assessments", "/questionnaires/icbt-readiness/1")


def table(scope: Scope, *, is_member: bool, is_consultant: bool, of_one: bool = False) -> dict[str, HTTPStatus]:
    """Say what comes of each address."""
    there = OK if is_member else NOT_FOUND
    secret = there if scope is Scope.ANSWERS else FORBIDDEN
    networks = FORBIDDEN if of_one else OK
    return {
        **dict.fromkeys(FOR_ALL, OK),
        **dict.fromkeys(OF_CLINIC, there),
        **dict.fromkeys(SECRETIVE, secret),
        "/assessments/{open}/result": FORBIDDEN if is_member else NOT_FOUND,
        "/clinics/{clinic}/change": NOT_FOUND,  # one assessment is finished
        "/networks": networks,
        **dict.fromkeys(OF_NETWORK, FORBIDDEN if of_one else OK if is_consultant else NOT_FOUND),
    }


@pytest.mark.timeout(20)
@pytest.mark.parametrize("scope", Scope)
def test_each_person_scope_and_address_meets_what_the_table_says(
    scope: Scope,
    closed_round: Round,
    clinic: Clinic,
    lead: User,
    manager: User,
    stranger: User,
    other_clinic: Clinic,
    admin: User,
    consultant: User,
    network: Network,
    place: NetworkClinic,
    at_noon: None,
) -> None:
    open_round = open_round_of(clinic, lead)
    ids = {"clinic": clinic.pk, "open": open_round.pk, "finished": closed_round.pk, "network": network.pk}
    people = {
        lead: table(scope, is_member=True, is_consultant=False),
        manager: table(scope, is_member=True, is_consultant=False),
        stranger: table(scope, is_member=False, is_consultant=False),
        admin: table(scope, is_member=False, is_consultant=False),
        consultant: table(scope, is_member=False, is_consultant=True),
    }
    surprises = []
    for person, expected in people.items():
        program = program_of(person, scope)
        for path, status in expected.items():
            found = program.ask(path.format(**ids)).status_code
            if found != status:
                surprises.append(f"{person} {scope} {path}: {found}, not {status}")
    own, other = program_of(lead, scope, clinic), program_of(stranger, scope, other_clinic)
    for path, status in table(scope, is_member=True, is_consultant=False, of_one=True).items():
        if (found := own.ask(path.format(**ids)).status_code) != status:
            surprises.append(f"of the clinic {path}: {found}, not {status}")
    for path in OF_CLINIC:
        if other.ask(path.format(**ids)).status_code != NOT_FOUND:
            surprises.append(f"of another clinic {path}")
    assert not surprises


def test_token_of_one_clinic_opens_no_other_of_its_owner(program: Program, lead: User, clinic: Clinic) -> None:
    second = clinic_actions.create_clinic(by=lead, name="Second Clinic", now=NOW)
    limited = program_of(lead, clinic=second)
    assert [one["id"] for one in limited.read("/clinics")["clinics"]] == [str(second.pk)]
    assert limited.ask(f"/clinics/{clinic.pk}").status_code == NOT_FOUND
    assert len(program.read("/clinics")["clinics"]) == 2


def test_reasons_are_told(program: Program, closed_round: Round, clinic: Clinic, lead: User) -> None:
    still_open = open_round_of(clinic, lead)
    assert "open" in message(program, f"/assessments/{still_open.pk}/result")
    assert "scope" in message(program_of(lead, Scope.RESULTS), f"/clinics/{clinic.pk}/plan")
    assert "one clinic" in message(program_of(lead, clinic=clinic), "/networks")
    assert "two finished" in message(program, f"/clinics/{clinic.pk}/change")


def message(program: Program, path: str) -> str:
    """Give what an error says."""
    body = json.loads(program.ask(path).content)
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    return str(body["error"]["message"])


# The right is looked up at each request


def test_removed_manager_finds_nothing_at_the_next_request(
    closed_round: Round, lead: User, manager: User, at_noon: None
) -> None:
    program, path = program_of(manager), f"/assessments/{closed_round.pk}/result"
    assert program.ask(path).status_code == OK
    clinic_actions.remove_manager(by=lead, membership=Membership.objects.get(user=manager), now=NOW)
    assert program.ask(path).status_code == NOT_FOUND
    assert program.read("/clinics")["clinics"] == []
    assert program.read("/assessments")["assessments"] == []


def is_ended(program: Program) -> None:
    end_token(program.token)


def is_closed(program: Program) -> None:
    User.objects.filter(pk=program.token.user_id).update(is_active=False)


def has_new_password(program: Program) -> None:
    owner = User.objects.get(pk=program.token.user_id)
    owner.set_password("thirteen quiet herons")
    owner.save()


def has_expired(program: Program) -> None:
    ApiToken.objects.filter(pk=program.token.pk).update(expires_at=NOW + timedelta(hours=3))


@pytest.mark.parametrize("then", [is_ended, is_closed, has_new_password, has_expired])
def test_token_opens_nothing_once_it_is_over(program: Program, then: Callable[[Program], None]) -> None:
    assert program.ask("/clinics").status_code == OK
    then(program)
    assert program.ask("/clinics").status_code == HTTPStatus.UNAUTHORIZED


def test_new_hash_of_the_same_password_ends_no_token_and_revives_none(
    program: Program, lead: User, settings: Any
) -> None:
    ended = program_of(lead)
    ApiToken.objects.filter(pk=ended.token.pk).update(password_mark="of an earlier password")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", *settings.PASSWORD_HASHERS]
    assert lead.check_password(PASSWORD)
    assert User.objects.get(pk=lead.pk).password.startswith("argon2")
    assert program.ask("/clinics").status_code == OK
    assert ended.ask("/clinics").status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("field", ["is_consultant", "is_staff"])
def test_everything_closes_when_the_second_step_is_gone(
    stranger: User, settings: Any, at_noon: None, field: str
) -> None:
    settings.REQUIRE_MFA = True
    program = program_of(stranger)
    assert program.ask("/clinics").status_code == OK
    User.objects.filter(pk=stranger.pk).update(**{field: True})
    for path in (*FOR_ALL, "/networks"):
        assert program.ask(path).status_code == FORBIDDEN
        assert "second step" in message(program, path)
    Authenticator.objects.create(user=stranger, type=Authenticator.Type.TOTP, data={})
    assert program.ask("/clinics").status_code == OK


# Tricks


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Bearer {}", OK),
        ("bearer {}", OK),
        ("BEARER   {} ", OK),
        ("", HTTPStatus.UNAUTHORIZED),
        ("Bearer", HTTPStatus.UNAUTHORIZED),
        ("Bearer ", HTTPStatus.UNAUTHORIZED),
        ("{}", HTTPStatus.UNAUTHORIZED),
        ("Basic {}", HTTPStatus.UNAUTHORIZED),
        ("Bearer {0},Bearer {0}", HTTPStatus.UNAUTHORIZED),
        ("Bearer {0} {0}", HTTPStatus.UNAUTHORIZED),
        ("Bearer {}\x00", HTTPStatus.UNAUTHORIZED),
        ("Bearer \udcff", HTTPStatus.UNAUTHORIZED),
    ],
)
def test_header_is_read_strictly(program: Program, header: str, status: HTTPStatus) -> None:
    response = Client().get("/api/v1/clinics", headers={"Authorization": header.format(program.secret)})
    assert response.status_code == status
    assert response["Content-Type"] == "application/json; charset=utf-8" if status == OK else "application/json"
    assert "no-store" in response["Cache-Control"]
    assert response.has_header("WWW-Authenticate") is (status == HTTPStatus.UNAUTHORIZED)


def test_neither_session_nor_address_carries_a_token(program: Program, lead: User) -> None:
    browser = signed_in(lead)
    assert browser.get("/api/v1/clinics").status_code == HTTPStatus.UNAUTHORIZED
    for name in ("token", "access_token", "Authorization"):
        assert browser.get("/api/v1/clinics", {name: program.secret}).status_code == HTTPStatus.UNAUTHORIZED
    assert program.ask("/clinics", parameters={"token": program.secret}).status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_but_reading_is_allowed(program: Program, method: str) -> None:
    assert Client().generic(method, "/api/v1/openapi.json")["Content-Type"] == "application/json"
    response = program.ask("/clinics", method)
    assert response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert response["Allow"] == "GET, HEAD"
    assert json.loads(response.content)["error"]["code"] == "read_only"


def test_head_decides_as_get_does(program: Program) -> None:
    response = program.ask("/clinics", "HEAD")
    assert (response.status_code, response.content) == (OK, b"")
    assert Client().head("/api/v1/clinics").status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    ("path", "parameters", "told"),
    [
        ("/clinics", {"fields": "name"}, "This address does not know “fields”. It takes after, limit."),
        ("/clinics", {"x" * 99: "name"}, f"“{'x' * 40}”"),
        ("/clinics", {"limit": 0}, "limit takes 1 or more."),
        ("/clinics", {"limit": 101}, "limit takes 100 or less."),
        ("/clinics", {"limit": "many"}, "limit takes a whole number."),
        ("/clinics", {"limit": [1, 2]}, "limit was given more than once."),
        ("/clinics", {"after": "x"}, "after: take it from the address"),
        ("/assessments", {"state": "closed"}, "state takes open or finished."),
        ("/assessments", {"clinic": "\x00"}, "clinic takes an id."),
        ("/assessments", {"finished_from": "0001-01-01"}, "finished_from takes 2000-01-01 or later."),
        ("/assessments", {"finished_to": "3000-01-01"}, "finished_to takes 2999-12-31 or earlier."),
        ("/assessments", {"finished_to": "2026"}, "finished_to takes a day such as 2026-09-22."),
        ("/assessments", {"finished_to": "yesterday"}, "finished_to takes a day such as 2026-09-22."),
        ("/assessments", {"finished_from": "1790035200"}, "finished_from takes a day such as 2026-09-22."),
        ("/assessments", {"finished_from": "2026-09-22T00:00:00Z"}, "finished_from takes a day such as 2026-09-22."),
        ("/assessments", {"clinic__name": "x"}, "“clinic__name”"),
        ("/assessments", {str(number): 1 for number in range(1001)}, ""),
        ("/networks/{id}/clinics", {"names": "some"}, "names takes true or false."),
        ("/networks", {"role": "lead"}, "“role”"),
        (
            "/questionnaires/icbt-readiness/1",
            {"form": "x"},
            "This address does not know “form”. It takes no parameters.",
        ),
    ],
)
def test_parameter_that_cannot_be_taken_is_named_with_what_can(
    program: Program, path: str, parameters: dict[str, Any], told: str
) -> None:
    response = program.ask(path.format(id=program.token.pk), parameters=parameters)
    assert response.status_code == HTTPStatus.BAD_REQUEST
    error = json.loads(response.content)["error"]
    assert error["code"] == "bad_request"
    assert told in error["message"]


# Errors of the site are JSON there as well


def test_what_is_not_there_is_told_in_json_to_developers_too(client: Client, db: None, settings: Any) -> None:
    settings.DEBUG = True
    for path in (
        "/api/v1",
        "/api/v1/",
        "/api/v1/clinics/",
        "/api/v1/clinics/1",
        "/api/v2/clinics",
        "/api/v1/nothing",
        "/api/v1/questionnaires/x/1",
    ):
        response = client.get(path, headers={"Authorization": "Bearer x"})
        assert response.headers["Content-Type"].startswith("application/json"), path
        assert response.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.UNAUTHORIZED}, path


def test_size_and_length_are_told_in_json(client: Client, db: None) -> None:
    for length, status in (("9999999", HTTPStatus.REQUEST_ENTITY_TOO_LARGE), ("x", HTTPStatus.BAD_REQUEST)):
        response = client.get("/api/v1/clinics", headers={"Content-Length": length})
        assert (response.status_code, response["Content-Type"]) == (status, "application/json")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuntimeError("row of nora"), HTTPStatus.INTERNAL_SERVER_ERROR),
        (OperationalError(), HTTPStatus.SERVICE_UNAVAILABLE),
    ],
)
def test_our_own_errors_are_told_in_json(
    program: Program, monkeypatch: pytest.MonkeyPatch, error: Exception, status: HTTPStatus
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr("assessments.reports.api.clinics.part_of", fail)
    client = Client(raise_request_exception=False)
    response = client.get("/api/v1/clinics", headers={"Authorization": f"Bearer {program.secret}"})
    assert (response.status_code, response["Content-Type"]) == (status, "application/json")
    assert b"nora" not in response.content
    assert response.has_header("Retry-After") is (status == HTTPStatus.SERVICE_UNAVAILABLE)


def test_logs_never_hold_a_token(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    program.ask("/nothing")
    program.ask("/clinics", parameters={"token": program.secret})
    Program(program.token, program.secret + "x").ask("/clinics")
    written = "\n".join(CarefulFormatter("%(message)s").format(record) for record in caplog.records)
    assert program.secret.removeprefix("icbt_") not in written
