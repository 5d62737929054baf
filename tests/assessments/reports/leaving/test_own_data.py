"""A person's own data: everything is told or left out on purpose, to them alone, and the account can be closed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from html import unescape
from http import HTTPStatus
from typing import Any, Final

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.clinics import actions
from assessments.clinics.models import AuditEvent, Clinic, Erasure, ManagerInvitation, Membership, OutgoingMail, User
from assessments.networks.models import Network, NetworkClinic, NetworkInvitation
from assessments.plans.actions import Content, add_action, add_note
from assessments.plans.models import Action
from assessments.reports.leaving import erasable, own_data_views
from assessments.reports.leaving.closing_account import Hindrance, hindrances
from assessments.reports.leaving.kept_rows import KEPT
from assessments.results.closing import close
from assessments.rounds import actions as rounds
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import Form
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW, asked_again, join, make_user, signed_in
from tests.assessments.networks.conftest import join_clinic, make_consultant
from tests.assessments.networks.erased import AGAIN
from tests.assessments.networks.sheets import LATER
from tests.assessments.results.team import hear, sheet

OWN, FILE, CLOSE = "/accounts/data/", "/accounts/data/file/", "/accounts/data/erase/"
NOT_TOLD: Final = {
    "clinics.User_groups.user",  # both stand with the account itself
    "clinics.User_user_permissions.user",
}
SECRET: Final = "SECRETOFTHESTEP"


@pytest.fixture
def busy(clinic: Clinic, manager: User, lead: User, open_round: Round) -> User:
    """A manager of whom something is kept in many a place, with a comment, a note and a second step."""
    change = rounds.Change("training", 4, "Narwhal comment", 0, "op")
    rounds.save_answer(by=manager, round_id=open_round.pk, change=change, now=NOW)
    content = Content(title="Tapir action", owner_id=manager.pk)
    action = add_action(by=manager, clinic=clinic, content=content, op="own", now=NOW)
    add_note(by=manager, action_id=action.pk, note="Ibex note", op="note", now=NOW)
    Authenticator.objects.create(user=manager, type="totp", data={"secret": SECRET})
    about = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=lead, content_type=about, object_id=str(manager.pk), object_repr="Lena saw to it", action_flag=CHANGE
    )
    return manager


def own_file(user: User) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(asked_again(user).get(FILE).content)
    return told


def test_every_column_that_leads_to_a_person_is_told_or_left_out_on_purpose() -> None:
    leading = {
        f"{field.related_model._meta.label}.{field.field.name}"
        for field in User._meta.get_fields(include_hidden=True)
        if isinstance(field, models.ManyToOneRel)
    }
    told = {column for kept in KEPT for column in kept.columns}
    assert leading <= told | NOT_TOLD
    assert len({kept.key for kept in KEPT}) == len(KEPT)


def test_file_holds_what_is_the_persons_and_nobody_elses(busy: User, clinic: Clinic, lead: User) -> None:
    assert "next=%2Faccounts%2Fdata%2F%3Fagain%3D1" in signed_in(busy).get(FILE)["Location"]
    browser = asked_again(busy)
    assert "Press the button once more" in browser.get(f"{OWN}?again=1").content.decode()
    response = browser.get(FILE)
    assert response["Content-Disposition"].startswith('attachment; filename="my-data-')
    assert "no-store" in response["Cache-Control"]
    text, told = response.content.decode(), json.loads(response.content)
    assert told["account"]["email"] == busy.email
    assert [one["clinic"]["name"] for one in told["clinics"]] == [clinic.name]
    (answer,) = told["answers"]
    assert (answer["question"], answer["value"], answer["comment"]) == ("training", 4, "Narwhal comment")
    assert answer["asked"] == load().item["training"].wording[Form.MANAGER]
    assert [one["title"] for one in told["actions"]] == ["Tapir action"]
    assert [one["note"] for one in told["plan_entries"]] == ["", "Ibex note"]
    assert "Action added to the plan" in [one["act"] for one in told["acts"]]
    assert len(told["administration"]) == 1
    assert told["second_step"][0]["kind"] == "totp"
    for word in (SECRET, busy.password, lead.email, lead.name, "Lena"):
        assert word not in text


def test_who_asks_for_the_headers_has_no_file_made(busy: User, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = asked_again(busy)
    sent = browser.get(FILE)
    monkeypatch.setattr(own_data_views, "own_file", None)
    told = browser.head(FILE)
    same = ("Content-Type", "X-Content-Type-Options", "Cache-Control")
    assert [told[name] for name in same] == [sent[name] for name in same]
    assert told["Content-Disposition"].startswith('attachment; filename="my-data-')


def test_what_was_done_for_a_clinic_loses_its_words_when_the_person_leaves(
    busy: User, clinic: Clinic, lead: User
) -> None:
    actions.remove_manager(by=lead, membership=Membership.objects.get(user=busy), now=NOW)
    told = own_file(busy)
    text = json.dumps(told)
    for word in ("Narwhal", "Tapir", "Ibex", "Autumn round", clinic.name):
        assert word not in text
    (answer,) = told["answers"]
    assert (answer["question"], "value" in answer) == ("training", False)
    assert answer["clinic"] == {"id": str(clinic.pk), "name": None}
    assert told["clinics"] == []


def test_what_went_to_an_address_is_told_to_whoever_has_shown_it_to_be_theirs(
    other_clinic: Clinic, stranger: User, network: Network, db: None
) -> None:
    person = make_user("new@example.org", is_verified=False)
    ManagerInvitation.objects.create(
        clinic=other_clinic, email="New@example.org", token_hash="h", invited_by=stranger, expires_at=AGAIN
    )
    NetworkInvitation.objects.create(
        network=network, clinic_name="Lake", email=person.email, token_hash="h", invited_at=NOW, expires_at=AGAIN
    )
    OutgoingMail.objects.create(
        kind="network-invitation",
        about=network.pk,
        address=person.email,
        state="sent",
        created_at=NOW,
        next_attempt_at=NOW,
    )
    keys = ("invitations_of_clinics", "invitations_of_networks", "mail")
    assert [len(own_file(person)[key]) for key in keys] == [0, 0, 0]
    EmailAddress.objects.update(verified=True)
    assert [len(own_file(person)[key]) for key in keys] == [1, 1, 1]


def test_page_counts_what_the_file_holds_and_the_command_prints_it(busy: User) -> None:
    with time_machine.travel(AGAIN, tick=False):
        page, told = unescape(signed_in(busy).get(OWN).content.decode()), own_file(busy)
        out = io.StringIO()
        call_command("export_person", busy.email.upper(), stdout=out)
    assert {**json.loads(out.getvalue()), "account": 0} == {**told, "account": 0}
    for kept in KEPT:
        n_rows = len(told[kept.key])
        assert (f'<span>{kept.words}</span> <span class="count">{n_rows}</span>' in page) is bool(n_rows)
    with pytest.raises(CommandError, match="There is no account"):
        call_command("export_person", "nobody@example.org")


def test_looking_at_pages_writes_nothing(busy: User, lead: User, clinic: Clinic, open_round: Round) -> None:
    of_lead = [f"/clinics/{clinic.pk}/erase/", f"/rounds/{open_round.pk}/erase/"]
    for person, addresses in ((busy, [OWN, FILE, CLOSE]), (lead, [CLOSE, *of_lead])):
        client = asked_again(person)
        with CaptureQueriesContext(connection) as asked:
            assert {client.get(address).status_code for address in addresses} == {HTTPStatus.OK}
        assert {query["sql"].lstrip("(").split()[0] for query in asked.captured_queries} <= {"SELECT"}


# Closing the account


def test_account_is_closed_after_the_password_and_the_address(busy: User, clinic: Clinic, open_round: Round) -> None:
    assert signed_in(busy).get(CLOSE)["Location"].startswith(reverse("mfa_reauthenticate")[:10])
    client = asked_again(busy)
    page = client.get(CLOSE).content.decode()
    assert "What goes, for good" in page
    assert "finished ones too: 1 will stand without a person" in page
    assert client.post(CLOSE, {"typed": "lead@example.org"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert User.objects.filter(pk=busy.pk).exists()
    gone = client.post(CLOSE, {"typed": busy.email.upper()})
    assert "Your account is closed" in gone.content.decode()
    assert gone["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert SESSION_KEY not in client.session
    assert not User.objects.filter(pk=busy.pk).exists()
    assert FormAnswer.objects.get(op="op").by is None
    assert Action.objects.get(op="own").owner is None
    assert clinic.acts.filter(act="person-erased").count() == Erasure.objects.count() == 1
    assert client.post(CLOSE, {"typed": busy.email})["Location"].startswith(reverse("account_login"))


def test_page_leaves_what_the_command_leaves(busy: User) -> None:
    def left(erasing: Callable[[], object]) -> list[Any]:
        with transaction.atomic():
            erasing()
            acts = list(AuditEvent.objects.values_list("act", "clinic", "by", "subject"))
            found = [acts, list(Erasure.objects.values_list("kind", "clinic_id", "by", "at")), User.objects.count()]
            transaction.set_rollback(True)
        return found

    with time_machine.travel(AGAIN, tick=False):
        by_page = left(lambda: asked_again(busy).post(CLOSE, {"typed": busy.email}))
        by_command = left(lambda: call_command("erase", "person", busy.email, "--yes", stdout=io.StringIO()))
    assert by_page == by_command


def lead_of_a_clinic(clinic: Clinic, network: Network) -> User:
    return clinic.memberships.get(role="lead").user


def last_consultant(clinic: Clinic, network: Network) -> User:
    join_clinic(network, clinic, lead_of_a_clinic(clinic, network))
    return network.members.get().user


def asked_in_confidence(clinic: Clinic, network: Network) -> User:
    assessment = Round.objects.get()
    hear(assessment, lead_of_a_clinic(clinic, network), [sheet(3, 4)])
    return join(clinic, make_user(f"therapist-0@{assessment.pk}.example.org", "Thea"))


def changing_the_address(clinic: Clinic, network: Network) -> User:
    """Somebody who would like to know whether that address was asked in confidence."""
    person = join(clinic, make_user("curious@example.org", "Curt"))
    assessment = Round.objects.get()
    hear(assessment, lead_of_a_clinic(clinic, network), [sheet(3, 4)])
    address = f"therapist-0@{assessment.pk}.example.org"
    EmailAddress.objects.create(user=person, email=address, primary=False, verified=False)
    return person


@pytest.mark.parametrize(
    ("who", "why", "way"),
    [
        (lead_of_a_clinic, "You lead Harbour Clinic", "/people/"),
        (last_consultant, "Nobody else looks after the network Region North roll-out", "/people/"),
        (asked_in_confidence, "was asked in confidence", ""),
        (changing_the_address, "a change of it is waiting", "/accounts/email/"),
    ],
)
def test_who_is_needed_is_told_why_and_what_to_do(
    who: Callable[[Clinic, Network], User],
    why: str,
    way: str,
    clinic: Clinic,
    network: Network,
    open_round: Round,
    stranger: User,
    at_noon: None,
) -> None:
    person = who(clinic, network)
    client = asked_again(person)
    for response in (client.get(CLOSE), client.post(CLOSE, {"typed": person.email})):
        page = response.content.decode()
        (hindrance,) = page.split('data-test="hindrance"')[1:]
        assert why in hindrance
        assert way in hindrance
        assert 'name="typed"' not in page
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert User.objects.filter(pk=person.pk).exists()
    with pytest.raises(Exception, match=r"confirm your|leads|Nobody else|asked in confidence"):
        erasable.erasable_person(person, by=person).erase(NOW)
    if who is asked_in_confidence:
        close(round_id=open_round.pk, by=lead_of_a_clinic(clinic, network), now=LATER)
        assert 'name="typed"' in client.get(CLOSE).content.decode()


def test_button_pressed_twice_and_others_in_the_way(busy: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = asked_again(busy)
    monkeypatch.setattr(erasable, "PAUSES", ())
    for error, status, said in (
        (OperationalError("deadlock detected"), HTTPStatus.SERVICE_UNAVAILABLE, "nothing was erased"),
        (User.DoesNotExist(), HTTPStatus.OK, "Your account is closed"),  # by the first press, a moment ago
    ):

        def fail(error: Exception = error, **_: object) -> Erasure:
            raise error

        monkeypatch.setattr(erasable, "erase_person", fail)
        response = client.post(CLOSE, {"typed": busy.email})
        assert (response.status_code, said in response.content.decode()) == (status, True)


def test_first_press_comes_to_its_end_while_the_second_is_looked_at(
    busy: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hindrances_after_it(person: User) -> tuple[Hindrance, ...]:
        erasable.erasable_person(User.objects.get(pk=person.pk), by=person).erase(NOW)
        return hindrances(person)

    client = asked_again(busy)
    monkeypatch.setattr(own_data_views, "hindrances", hindrances_after_it)
    response = client.post(CLOSE, {"typed": busy.email})
    assert (response.status_code, "Your account is closed" in response.content.decode()) == (HTTPStatus.OK, True)


def test_consultant_without_clinics_takes_the_network_along(network: Network, consultant: User) -> None:
    assert asked_again(consultant).post(CLOSE, {"typed": consultant.email}).status_code == HTTPStatus.OK
    assert not Network.objects.exists()


def test_consultants_data_names_networks_and_no_clinics(place: NetworkClinic, consultant: User, clinic: Clinic) -> None:
    told = own_file(consultant)
    assert [one["network"]["name"] for one in told["networks"]] == [place.network.name]
    assert told["could_see_results"][0]["as"].startswith("a consultant of the network")
    assert clinic.name not in json.dumps(told)
    assert own_file(make_consultant("other@example.org", "O"))["networks"] == []
