"""The demo: what it builds, what it prints, and that running it again makes new links and changes nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from assessments.clinics import outbox
from assessments.clinics.models import AuditEvent, Clinic, OutgoingMail, ResultViewer, User
from assessments.management import demo
from assessments.networks.actions import joining_token
from assessments.networks.models import Network, NetworkClinic
from assessments.networks.needs import needing, with_rounds
from assessments.networks.plan_reading import Wanted, due_actions, read_actions, zones_by_day
from assessments.networks.selection import Need
from assessments.plans.models import Action, Status
from assessments.respondents.actions import LinkGoneError, find_link, invite
from assessments.respondents.models import Invitation, Submission
from assessments.results.closing import close_due
from assessments.results.models import ReleaseRow, ResultFlag
from assessments.rounds.actions import open_round
from assessments.rounds.models import Round, TeamTalk
from readiness.instrument.definition import Context, Form
from readiness.instrument.loading import load
from tests.assessments.test_commands import run

pytestmark = pytest.mark.timeout(30)  # the first test of all builds the demo


@pytest.fixture(scope="module")
def first_run(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """What the first run of the demo prints. What it builds is there for all tests here, and gone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield run("demo", "--json")
        transaction.set_rollback(True)


@pytest.fixture
def printed(first_run: str, db: None) -> dict[str, Any]:
    """What the first run of the demo prints."""
    found: dict[str, Any] = json.loads(first_run)
    return found


def test_demo_prints_what_there_is_to_try(printed: dict[str, Any]) -> None:
    assert set(printed) == {"accounts", "clinics", "rounds", "links"}
    assert len(printed["clinics"]) >= 6
    assert {account["role"] for account in printed["accounts"]} == {"lead", "manager", "consultant", "admin"}
    states = [one["state"] for one in printed["rounds"]]
    assert states.count("open") == 3
    closed = [one["clinic"] for one in printed["rounds"] if one["state"] == "closed"]
    assert sorted(closed.count(clinic) for clinic in set(closed)) == [1, 1, 1, 2, 2]
    assert set(closed) | {one["clinic"] for one in printed["rounds"]} == {one["id"] for one in printed["clinics"]}
    assert len(printed["links"]) >= 3
    assert all(link.startswith("http://testserver/r/") for link in printed["links"])


def test_demo_accounts_can_sign_in_and_see_their_clinics(printed: dict[str, Any]) -> None:
    for account in printed["accounts"]:
        client = Client()
        client.post(reverse("account_login"), {"login": account["email"], "password": account["password"]}, follow=True)
        assert User.objects.get(pk=client.session["_auth_user_id"]).email == account["email"]
        of_network = reverse("networks:clinics", args=[Network.objects.get().pk])
        is_consultant = account["role"] == "consultant"
        page = client.get(of_network if is_consultant else reverse("clinics:list")).content.decode()
        assert all(f"/clinics/{clinic}/" in page for clinic in account["clinics"])


def test_demo_run_again_makes_new_links_and_changes_nothing_else(printed: dict[str, Any]) -> None:
    before, links = _stored(), printed.pop("links")
    again = json.loads(run("demo", "--json"))
    new_links = again.pop("links")
    assert again == printed
    assert _stored() == before
    assert len(new_links) == len(links)
    assert not set(new_links) & set(links)


def _stored() -> dict[str, list[dict[str, object]]]:
    """Everything that the demo has written, but for links, the mails with them, and passwords, which are set back."""
    passing = {"token_hash", "password", "last_login", "mail_id", "body", "created_at", "next_attempt_at", "n_mails"}
    renewed = {"clinics.OutgoingMail": {"id"}}
    return {
        model._meta.label: sorted(
            (
                {
                    name: value
                    for name, value in row.items()
                    if name not in passing | renewed.get(model._meta.label, set())
                }
                for row in model._default_manager.values()
            ),
            key=str,
        )
        for app in ("clinics", "rounds", "respondents", "results", "plans", "networks")
        for model in apps.get_app_config(app).get_models()
    }


def test_demo_links_belong_to_those_who_have_not_answered(printed: dict[str, Any]) -> None:
    tokens = [link.rstrip("/").rsplit("/", 1)[1] for link in printed["links"]]
    for token in tokens:
        found = find_link(token=token, now=datetime.now(UTC))
        assert isinstance(found, Invitation)
        assert not found.answered
    run("demo", "--json")
    with pytest.raises(LinkGoneError):
        find_link(token=tokens[0], now=datetime.now(UTC))


def test_demo_keeps_the_links_of_a_round_that_somebody_opened_themselves(printed: dict[str, Any]) -> None:
    lead, now = User.objects.get(email="lead@example.org"), datetime.now(UTC)
    clinic = Clinic.objects.get(name="Northgate Pain Clinic")
    assessment = open_round(
        by=lead, clinic=clinic, title="Own", context=Context(), due_on=now.date() + timedelta(days=9), now=now
    )
    invite(by=lead, round_id=assessment.pk, pasted="own@example.org", now=now)
    kept = Invitation.objects.get(round=assessment).token_hash
    run("demo", "--json")
    assert Invitation.objects.get(round=assessment).token_hash == kept


def test_demo_shows_teams_that_were_heard_in_every_way(printed: dict[str, Any]) -> None:
    northgate = _rows("Northgate Pain Clinic", "After the pilot")
    assert {row.n for row in northgate.values()} == {8}
    assert (northgate["practice"].side, northgate["acceptance"].side) == ("at_most", "at_least")
    assert northgate["confidence"].value is not None
    assert northgate["confidence"].value < 50
    first, second = Round.objects.filter(clinic__name="Northgate Pain Clinic").order_by("opened_at")
    assert first.is_team_shown
    assert second.is_team_shown
    assert first.closed_at is not None
    assert second.closed_at is not None
    assert second.closed_at - first.closed_at > timedelta(days=90)
    assert {row.status for row in _rows("Millbrook Mental Health", "Taking stock").values()} == {"withheld"}
    talk = TeamTalk.objects.get(round__clinic__name="Clearwater Psychology")
    assert (talk.n_people, "protected-time" in talk.requests) == (3, True)
    assert "no_agreement" in talk.round.answers.of_team_talk().values_list("non_answer", flat=True)


def _rows(clinic: str, title: str) -> dict[str, ReleaseRow]:
    rows = ReleaseRow.objects.filter(result__round__clinic__name=clinic, result__round__title=title)
    return {row.scale: row for row in rows}


def test_demo_leaves_its_acts_on_record_in_the_order_of_time(printed: dict[str, Any]) -> None:
    for clinic in printed["clinics"]:
        acts = list(AuditEvent.objects.filter(clinic=clinic["id"]).order_by("id").values_list("at", flat=True))
        assert acts == sorted(acts)


def test_demo_has_a_plan_in_every_state(printed: dict[str, Any]) -> None:
    plan = Action.objects.filter(clinic__name="Northgate Pain Clinic")
    first, second = Round.objects.filter(clinic__name="Northgate Pain Clinic").order_by("opened_at")
    assert set(plan.values_list("status", flat=True)) == set(Status.values)
    assert plan.overdue(today=datetime.now(UTC).date() - timedelta(days=1)).count() == 1
    assert plan.filter(status=Status.DONE, finished_on__range=(first.closed_on, second.opened_at.date())).count() == 3
    assert plan.shown_to_team().unfinished().exists()
    assert plan.filter(round=second).exists()


def test_demo_flags_what_the_team_says(printed: dict[str, Any]) -> None:
    flags = ResultFlag.objects.filter(result__round__title="After the pilot").values_list("key", "level", "domain")
    assert {("low-therapist-confidence", "red", "confidence"), ("role-gap", "amber", "practice")} <= set(flags)


def test_demo_opens_a_round_in_which_some_have_sent_and_mail_waits(printed: dict[str, Any]) -> None:
    assessment = Round.objects.open().get(clinic__name="Harbour Street Clinic")
    assert (assessment.n_invited, assessment.participation) == (9, "more")
    n_open = len(printed["links"])
    assert Submission.objects.count() == Invitation.objects.filter(answered=True).count() == 9 - n_open
    assert set(Invitation.objects.values_list("round", flat=True)) == {assessment.pk}
    waiting = OutgoingMail.objects.waiting().filter(created_at__gt=datetime.now(UTC) - outbox.GIVE_UP_AFTER)
    assert waiting.count() == 9


def test_demo_shows_clinics_that_differ(printed: dict[str, Any]) -> None:
    flags_of: Callable[[str], set[str]] = lambda name: set(  # noqa: E731
        ResultFlag.objects.filter(result__round__clinic__name=name, level="red").values_list("key", flat=True)
    )
    assert {"low-gp-referral", "missing-funding"} <= flags_of("Northgate Pain Clinic")
    assert {"critical-workload", "critical-management-support"} <= flags_of("Millbrook Mental Health")
    assert flags_of("Fjordside Online Clinic") == set()
    assert Round.objects.get(clinic__name="Lindenhof Day Clinic").stage == "preparing"


def test_demo_opens_rounds_again_when_the_last_was_closed_and_mends_passwords(printed: dict[str, Any]) -> None:
    close_due(now=max(one.due_at for one in Round.objects.open()) + timedelta(days=1))
    lead = User.objects.get(email="lead@example.org")
    lead.set_password("changed by somebody")
    lead.save()
    again = json.loads(run("demo", "--json"))
    assert [one["state"] for one in again["rounds"]].count("open") == 3
    assert len(again["links"]) == len(printed["links"])
    lead.refresh_from_db()
    assert lead.check_password(demo.PASSWORD)


def test_demo_opens_a_network_to_its_consultant(printed: dict[str, Any]) -> None:
    network = Network.objects.get()
    account = next(account for account in printed["accounts"] if account["role"] == "consultant")
    assert sorted(account["clinics"]) == sorted(clinic["id"] for clinic in printed["clinics"])
    levels = list(network.places.order_by().values_list("level", flat=True))
    assert (levels.count("answers"), levels.count("scores"), levels.count("progress")) == (2, 3, 1)
    assert joining_token(network)
    viewers = ResultViewer.objects.filter(right=str(network.pk), user__email=account["email"]).current()
    assert viewers.count() == 5


def test_demo_shows_its_consultant_plans_at_each_level_that_shows_any(printed: dict[str, Any]) -> None:
    places, now = NetworkClinic.objects.all(), datetime.now(UTC)
    due = due_actions(places, zones_by_day(places, now), Wanted())
    shown = read_actions(due, slice(99), is_aliased=False, now=now)
    assert {(one.place.level, bool(one.title)) for one in shown} == {("answers", True), ("scores", False)}
    assert {(one.days_left or 0) < 0 for one in shown} == {True, False}


def test_demo_gives_its_consultant_something_to_look_at(printed: dict[str, Any]) -> None:
    places = NetworkClinic.objects.showing_scores()
    for key in ("missing-funding", "low-gp-referral"):
        flags = ResultFlag.objects.filter(key=key, result__round__is_latest=True)
        assert places.filter(clinic__in=flags.values("result__round__clinic")).count() >= 4
    for need in (Need.SAFETY, Need.STUCK, Need.CLOSING, Need.NO_PLAN):
        needy = with_rounds(NetworkClinic.objects.all(), load())
        needy = needy.filter(needing(need, instrument=load(), now=datetime.now(UTC)))
        assert 1 <= needy.count() <= 2, need
    assert TeamTalk.objects.exclude(requests=[]).count() == 2


def test_demo_adds_the_network_to_clinics_that_were_there_before_it(printed: dict[str, Any]) -> None:
    Network.objects.all().delete()
    User.objects.get(email=demo.CONSULTANT).delete()
    Clinic.objects.filter(name="Harbour Street Clinic").update(name="Renamed by somebody")
    json.loads(run("demo", "--json"))
    assert NetworkClinic.objects.count() == 5
    NetworkClinic.objects.first().delete()  # type: ignore[union-attr]
    json.loads(run("demo", "--json"))
    assert NetworkClinic.objects.count() == 4


def test_demo_prints_first_the_open_round_whose_links_it_prints(printed: dict[str, Any]) -> None:
    first = next(one for one in printed["rounds"] if one["state"] == "open")
    assert Round.objects.get(pk=first["id"]).clinic.name == "Harbour Street Clinic"


def test_demo_tells_people_how_to_sign_in_and_to_answer(printed: dict[str, Any]) -> None:
    words = run("demo")
    assert demo.PASSWORD in words
    assert "lead@example.org" in words
    assert "/accounts/login/" in words
    assert "the network “Region North roll-out”, 6 clinics" in words
    assert words.count("http://testserver/r/") == 2


def test_demo_says_nothing_of_links_when_there_are_none(printed: dict[str, Any]) -> None:
    Invitation.objects.update(answered=True)
    assert "therapists, without an account" not in run("demo")


def test_demo_answers_fit_the_questionnaire() -> None:
    for entry in demo.invented():
        for one in entry["rounds"]:
            lengths = {domain: len(marks) for domain, marks in one["answers"].items()}
            assert lengths == {
                domain.key: len(load().items_of(Form.MANAGER, domain.key)) for domain in load().domains_of(Form.MANAGER)
            }
            if "therapists" in one:
                asked = {domain.key for domain in load().domains_of(Form.THERAPIST)}
                assert set(one["therapists"]["answers"]) == asked
