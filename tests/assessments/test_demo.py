"""The demo: what it builds, what it prints, and that it can be run again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import AuditEvent, Clinic, User
from assessments.management import demo
from assessments.results.closing import close_due
from assessments.results.models import ResultFlag
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import Form
from readiness.instrument.loading import load
from tests.assessments.test_commands import run


@pytest.fixture
def printed(db: None) -> dict[str, Any]:
    """What the first run of the demo prints."""
    found: dict[str, Any] = json.loads(run("demo", "--json"))
    return found


@pytest.mark.timeout(30)
def test_demo_prints_what_there_is_to_try(printed: dict[str, Any]) -> None:
    assert set(printed) == {"accounts", "clinics", "rounds", "links"}
    assert len(printed["clinics"]) >= 6
    assert {account["role"] for account in printed["accounts"]} == {"lead", "manager", "admin"}
    states = [one["state"] for one in printed["rounds"]]
    assert states.count("open") == 1
    closed = [one["clinic"] for one in printed["rounds"] if one["state"] == "closed"]
    assert sorted(closed.count(clinic) for clinic in set(closed)) == [1, 1, 1, 2, 2]
    assert set(closed) | {one["clinic"] for one in printed["rounds"]} == {one["id"] for one in printed["clinics"]}
    assert printed["links"] == []


@pytest.mark.timeout(30)
def test_demo_accounts_can_sign_in_and_see_their_clinics(printed: dict[str, Any]) -> None:
    for account in printed["accounts"]:
        client = Client()
        client.post(reverse("account_login"), {"login": account["email"], "password": account["password"]}, follow=True)
        assert User.objects.get(pk=client.session["_auth_user_id"]).email == account["email"]
        page = client.get(reverse("clinics:list")).content.decode()
        assert all(f"/clinics/{clinic}/" in page for clinic in account["clinics"])


@pytest.mark.timeout(30)
def test_demo_run_again_changes_nothing(printed: dict[str, Any]) -> None:
    before = (FormAnswer.objects.count(), AuditEvent.objects.count())
    assert json.loads(run("demo", "--json")) == printed
    assert (FormAnswer.objects.count(), AuditEvent.objects.count()) == before


@pytest.mark.timeout(30)
def test_demo_shows_clinics_that_differ(printed: dict[str, Any]) -> None:
    flags_of: Callable[[str], set[str]] = lambda name: set(  # noqa: E731
        ResultFlag.objects.filter(result__round__clinic__name=name, level="red").values_list("key", flat=True)
    )
    assert {"low-gp-referral", "missing-funding"} <= flags_of("Northgate Pain Clinic")
    assert {"critical-workload", "critical-management-support"} <= flags_of("Millbrook Mental Health")
    assert flags_of("Fjordside Online Clinic") == set()
    assert Round.objects.get(clinic__name="Lindenhof Day Clinic").stage == "preparing"


@pytest.mark.timeout(30)
def test_demo_opens_a_round_again_when_the_last_was_closed_and_mends_passwords(printed: dict[str, Any]) -> None:
    assessment = Round.objects.get(closed_at=None)
    close_due(now=assessment.due_at + timedelta(days=1))
    lead = User.objects.get(email="lead@example.org")
    lead.set_password("changed by somebody")
    lead.save()
    again = json.loads(run("demo", "--json"))
    assert [one["state"] for one in again["rounds"]].count("open") == 1
    lead.refresh_from_db()
    assert lead.check_password(demo.PASSWORD)


@pytest.mark.timeout(30)
def test_demo_tells_people_how_to_sign_in(db: None) -> None:
    words = run("demo")
    assert demo.PASSWORD in words
    assert "lead@example.org" in words
    assert "/accounts/login/" in words


def test_demo_stays_out_of_real_data(other_clinic: Clinic) -> None:
    with pytest.raises(CommandError, match="real data"):
        run("demo")
    assert Clinic.objects.count() == 1
    assert not User.objects.filter(email=demo.ADMIN).exists()


@pytest.mark.timeout(30)
def test_demo_joins_other_data_where_things_are_tried_out(other_clinic: Clinic, settings: Any) -> None:
    settings.DEBUG = True
    assert len(json.loads(run("demo", "--json"))["clinics"]) == 6
    assert Clinic.objects.count() == 7


def test_demo_answers_fit_the_questionnaire() -> None:
    for entry in demo.invented():
        for one in entry["rounds"]:
            lengths = {domain: len(marks) for domain, marks in one["answers"].items()}
            assert lengths == {
                domain.key: len(load().items_of(Form.MANAGER, domain.key)) for domain in load().domains_of(Form.MANAGER)
            }
