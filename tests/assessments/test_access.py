"""Every address, as everybody, with every method: what the table of routes says is what happens."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.utils import timezone

from assessments import health, routes
from assessments.clinics import actions
from assessments.clinics.models import Clinic, ManagerInvitation, Membership, OutgoingMail, User
from assessments.clinics.reminder_links import token_of
from assessments.networks import actions as network_actions
from assessments.networks.invitation_actions import INVITATION_LIFE
from assessments.networks.models import Level, Network, NetworkInvitation, NetworkMember
from assessments.plans.actions import Content, add_action
from assessments.respondents.models import Invitation
from assessments.rounds.models import Round, TeamTalk
from assessments.routes import ROUTES, Person, Route
from tests.assessments.conftest import NOW, PASSWORD
from tests.assessments.networks.conftest import join_clinic, make_consultant

PEOPLE: Final = ("anonymous", "stranger", "manager", "lead", "consultant", "admin")
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
TOKEN: Final = "a-token-that-was-sent-by-mail"
SIGN_IN: Final = ("/accounts/login/", "/admin/login/")
NOTHING_TO_FIND: Final = {
    "/accounts/confirm-email/<key>/",  # the key is not one
    "/accounts/2fa/authenticate/",  # nobody is half-way through signing in
    "/accounts/2fa/totp/deactivate/",  # nobody in the cast has a second factor
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/download/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/tokens/<uuid:token_id>/end/",  # everybody has their own
    "/team/",  # no round is finished in this test's world
    "/rounds/<uuid:round_id>/files/<slug:kind>/",
    "/networks/<uuid:network_id>/clinics/<uuid:clinic_id>/rounds/<uuid:round_id>/",
    "/admin/autocomplete/",
    "/admin/r/<path:content_type_id>/<path:object_id>/",
    "/admin/<url>",
    "/api/v<path:rest>",  # there never is
}
"""Addresses at which those who may come find nothing in this test's world."""
OF_ACCOUNTS: Final = {"/networks/", "/networks/new/"}
"""Addresses of nobody's things, so that whoever may not come is told why."""


@pytest.fixture
def consultant(clinic: Clinic, lead: User) -> User:
    """A consultant of a network that `clinic` lets in as far as can be, with a colleague who may be removed."""
    cora, colin = make_consultant("cora@example.org", "Cora"), make_consultant("colin@example.org", "Colin")
    network = network_actions.create_network(by=cora, name="Region North roll-out", now=NOW)
    network_actions.add_consultant(by=cora, network_id=network.pk, email=colin.email, now=NOW)
    join_clinic(network, clinic, lead, Level.ANSWERS)
    NetworkInvitation.objects.create(
        network=network,
        clinic_name="Lakeside Practice",
        email="lakeside@example.org",
        token_hash=actions.hash_of(TOKEN),
        invited_at=NOW,
        expires_at=NOW + INVITATION_LIFE,
    )
    return cora


@pytest.fixture
def cast(
    clinic: Clinic,
    lead: User,
    manager: User,
    other_clinic: Clinic,
    stranger: User,
    consultant: User,
    admin: User,
    open_round: Round,
    at_noon: None,
) -> dict[str, User | None]:
    """Everybody, by the name used in the table; the stranger leads another clinic."""
    health.note_worker(now=timezone.now())
    ManagerInvitation.objects.create(
        clinic=clinic,
        email="new@example.org",
        token_hash=actions.hash_of(TOKEN),
        invited_by=lead,
        expires_at=timezone.now() + actions.INVITATION_LIFE,
    )
    Round.objects.filter(pk=open_round.pk).update(n_invited=9)  # from five on there is a reminder
    Invitation.objects.create(
        round=open_round,
        address="therapist@example.org",
        address_key="therapist@example.org",
        token_hash=actions.hash_of(TOKEN),
        invited_on=open_round.opened_at.date(),
    )
    TeamTalk.objects.create(round=open_round, token_hash=actions.hash_of(TOKEN))
    people = (None, stranger, manager, lead, consultant, admin)
    return dict(zip(PEOPLE, people, strict=True))


@pytest.fixture
def address_of(cast: dict[str, User | None], clinic: Clinic, lead: User, open_round: Round) -> Callable[[Route], str]:
    """Fill the variable parts of an address with things of `clinic`."""
    member = Membership.objects.get(user__email="manager@example.org")
    invitation = ManagerInvitation.objects.get()
    parts: dict[str, Any] = {
        "clinic_id": clinic.pk,
        "network_id": Network.objects.get().pk,
        "round_id": open_round.pk,
        "assessment_id": open_round.pk,
        "questionnaire": "icbt-readiness",
        "version": 1,
        "token_id": open_round.pk,
        "action_id": add_action(by=lead, clinic=clinic, content=Content(title="One step"), op="one", now=NOW).pk,
        "member_id": member.pk,
        "invitation_id": invitation.pk,
        "domain": "programme",
        "key": "evidence",
        "kind": "json",
        "number": 1,
        "token": TOKEN,
        "uidb36": "1",
        "app_label": "clinics",
        "content_type_id": ContentType.objects.get_for_model(Clinic).pk,
        "url": "nothing/",
        "rest": "1/nothing",
    }

    def fill(route: Route) -> str:
        of_model: dict[str, Any] = {"object_id": member.user_id if "/user/" in route.path else clinic.pk}
        if route.path.startswith("/reminders/"):
            of_model["token"] = token_of(User.objects.get(email="lead@example.org"), OutgoingMail.Kind.CLOSING_REMINDER)
        if "/team/" in route.path:
            of_model["invitation_id"] = Invitation.objects.get().pk
        if route.path.startswith("/networks/"):
            of_model["invitation_id"] = NetworkInvitation.objects.get().pk
            of_model["member_id"] = NetworkMember.objects.get(user__name="Colin").pk
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str({**parts, **of_model}[match[1]]), route.path)

    return fill


def browser_of(user: User | None) -> Client:
    """Give a browser in which the person has signed in with the password, a moment ago."""
    client = Client(raise_request_exception=True)
    if user is not None:
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


WRITES: Final = [
    route
    for route in ROUTES
    if {"POST", "PUT"} & set(route.methods)
    and route.path not in {"/try/quick/", "/try/whole/", "/try/therapist/"}  # these store nothing
    and not route.path.startswith("/reminders/off/")  # mailboxes press this one; its own token is the authority
]


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Undo what requests did: in the database, and in the browser's cookies."""
    cookies = SimpleCookie({name: morsel.value for name, morsel in client.cookies.items()})
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


@contextmanager
def passed(client: Client, route: Route) -> Iterator[None]:
    """Open the link first of which a page knows by the pass that it is exchanged for, and give the pass back."""
    with undone(client):
        if link := re.match("/[rt]/", route.path):
            client.get(f"{link[0]}{TOKEN}/")
        yield


def outcome(client: Client, method: str, address: str) -> str:
    """Send a request without content, undo what it did, and say in two words what came of it."""
    with undone(client):
        response = client.generic(method, address)
        response.getvalue()  # a file that is sent is closed when it has been read
    assert response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, f"{method} {address}: {response.status_code}"
    match response.status_code:
        case HTTPStatus.FOUND if response["Location"].startswith(SIGN_IN) and not address.startswith(SIGN_IN):
            return "sign in"
        case HTTPStatus.UNAUTHORIZED:
            return "sign in"
        case HTTPStatus.FORBIDDEN:
            return "refused"
        case HTTPStatus.NOT_FOUND:
            return "not there"
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return "no such method"
    return "done"


def expected(route: Route, person: str, method: str) -> set[str]:
    """Give what the table allows to come of a request."""
    if Person.TOKEN in route.who:
        return {"sign in"} if method in route.methods else {"no such method"}
    may = person in route.who or Person.LINK in route.who
    if not may:
        return refusals(route, person)
    if method not in route.methods:
        harmless = {"done"} if method in {"OPTIONS", "HEAD"} or not is_ours(route) else set()
        return {"no such method", "not there", "sign in", "refused"} | harmless
    if route.path in NOTHING_TO_FIND:
        return {"done", "not there", "sign in", "refused"}
    return {"done", "sign in"} if needs_account(route, person, method) else {"done"}


def needs_account(route: Route, person: str, method: str) -> bool:
    """Whether the link may be read by anybody but is used after signing in only."""
    return person == "anonymous" and method == "POST" and route.path.startswith(("/join/", "/n/"))


def refusals(route: Route, person: str) -> set[str]:
    """Give the ways in which somebody may be turned away."""
    if route.path == "/admin/logout/":
        return {"sign in", "done"}  # leads to the admin's front door
    if person == "anonymous":
        typed = {"refused"} if "POST" in route.methods else set()  # the form comes back with what was typed
        return {"sign in", "no such method"} | typed
    if route.path.startswith("/admin/"):
        return {"sign in", "refused", "no such method", "not there"}
    if route.path in OF_ACCOUNTS:
        return {"refused", "no such method"}
    if person in {"stranger", "consultant", "admin"} or route.path.startswith("/networks/"):
        return {"not there", "no such method"}
    return {"refused", "no such method"}


def is_ours(route: Route) -> bool:
    """Whether the view is our own; those of the libraries take some methods more, and do nothing with them."""
    return not route.path.startswith(("/accounts/", "/admin/"))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("person", PEOPLE)
def test_each_person_and_method_meets_what_the_table_says(
    person: str, cast: dict[str, User | None], address_of: Callable[[Route], str]
) -> None:
    client = browser_of(cast[person])
    surprises = []
    for route in ROUTES:
        address = address_of(route)
        as_whom = "lead" if person == "stranger" and "_id>" not in route.path else person
        with passed(client, route):
            for method in METHODS:
                found = outcome(client, method, address)
                if found not in expected(route, as_whom, method):
                    surprises.append(f"{person} {method} {address}: {found}")
    assert not surprises


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(routes.addresses()) == set(routes.declared())
    assert len(routes.declared()) == len(ROUTES)


def test_document_says_what_the_table_says() -> None:
    written = (Path(settings.BASE_DIR) / "docs" / "access.md").read_text(encoding="utf-8")
    assert written == routes.document(), "run: manage.py routes > docs/access.md"


@pytest.mark.parametrize("path", ["/.git/config", "/debug/", "/results/x.css", "/about/scoring/x.css", "/clinics/x.js"])
def test_guessed_address_answers_not_found_and_is_not_kept(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/nothing", "/healthz", "/clinics/", "/accounts/login/"])
def test_every_answer_forbids_to_be_framed(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"


def test_write_without_the_forms_token_is_refused(lead: User, address_of: Callable[[Route], str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    refused = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.FOUND}
    surprises = []
    for route in WRITES:
        before = counted()
        with undone(client):
            status = client.generic(route.methods[-1], address_of(route)).status_code
            if status not in refused or counted() != before:
                surprises.append(f"{route.path}: {status}")
    assert not surprises


def counted() -> dict[str, int]:
    """Count what a write might have made or taken away."""
    return {model.__name__: model.objects.count() for model in (Clinic, Membership, ManagerInvitation, Round)}
