"""The commands: what they print, what they refuse and with which exit status, and that they can be run again."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from assessments.clinics.models import AuditEvent, Clinic, Membership, ResultViewer, Role, User
from assessments.management import demo
from assessments.results.closing import close_due
from assessments.results.models import Result, ResultFlag, ResultScore
from assessments.results.reading import frozen, live
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import Form
from readiness.instrument.document import document
from readiness.instrument.loading import load


def run(*words: str, **options: Any) -> str:
    """Run a command and give what it printed."""
    out = io.StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


# instrument


def test_instrument_prints_the_newest_questionnaire_as_json() -> None:
    printed = json.loads(run("instrument", "--json"))
    assert (printed["key"], printed["version"]) == ("icbt-readiness", load().version)
    assert len(printed["items"]) == len(load().items)


def test_instrument_prints_a_page_for_people() -> None:
    assert run("instrument", "icbt-readiness").rstrip() == document(load()).rstrip()


def test_instrument_that_is_not_there_is_refused() -> None:
    with pytest.raises(CommandError, match="'nothing'") as caught:
        run("instrument", "nothing")
    assert caught.value.returncode == 2


# score


def payload(**answers: object) -> dict[str, object]:
    """Give a manager's form."""
    return {"form": "manager", "answers": answers}


def score(tmp_path: Path, content: str | bytes) -> Any:
    """Score a file and give the JSON printed."""
    file = tmp_path / "answers.json"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return json.loads(run("score", str(file)))


def test_score_prints_what_answers_mean(tmp_path: Path) -> None:
    result = score(tmp_path, json.dumps(payload(**{"long-term-funding": 1, "reimbursement": 5})))
    assert set(result) == {"domains", "takeaways", "cfir", "flags", "options"}
    assert [flag["key"] for flag in result["flags"]] == ["missing-funding"]


def test_score_of_a_list_is_a_list(tmp_path: Path) -> None:
    assert len(score(tmp_path, json.dumps([payload(), payload(training=3)]))) == 2


def test_score_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(payload()).encode())))
    assert json.loads(run("score", "-"))["flags"] == []


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (json.dumps(payload(unheard=3)), "unheard"),
        (json.dumps(payload(**{"patient-motivation": 3})), "patient-motivation"),
        (json.dumps(payload(training=True)), "training"),
        (json.dumps(payload(training=2.5)), "training"),
        (json.dumps(payload(training=6)), "training"),
        (json.dumps(payload(training="often")), "training"),
        (json.dumps([payload(), payload(training=0)]), "payload 2: training"),
        ('{"form": "manager", "answers": {"training": 1, "training": 5}}', "training"),
        ('{"form": "manager", "answers": {"training": NaN}}', "NaN"),
        ('{"form": "manager", "answers": {"training": ' + "9" * 5000 + "}}", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"form"', "not JSON"),
        ("", "not JSON"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ('"words"', "payload"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_score_refuses_in_one_line_that_names_it(tmp_path: Path, content: str | bytes, named: str) -> None:
    with pytest.raises(CommandError) as caught:
        score(tmp_path, content)
    message = str(caught.value)
    assert named in message
    assert "\n" not in message
    assert len(message) < 400
    assert caught.value.returncode == 2


@pytest.mark.parametrize("name", ["/no/such/file", "/", "a\0b", "no\nfile"])
def test_score_refuses_a_file_that_is_not_there(name: str) -> None:
    with pytest.raises(CommandError) as caught:
        run("score", name)
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)


@pytest.mark.timeout(30)
def test_score_needs_no_database_and_prints_nothing_when_it_refuses(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "score", "-"],
        cwd=site.BASE_DIR,
        env={**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        input=json.dumps(payload(training=9)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "training" in ended.stderr


# routes


def test_routes_prints_rows_with_the_declared_keys() -> None:
    rows = json.loads(run("routes", "--json"))
    assert all(set(row) == {"path", "name", "methods", "who", "kind"} for row in rows)
    assert {"path": "/", "name": "home"}.items() <= rows[0].items()


def test_routes_prints_the_page_that_is_kept() -> None:
    assert run("routes") == (site.BASE_DIR / "docs" / "access.md").read_text(encoding="utf-8")


# demo


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


# seed

N_CLINICS: Final = 3


def seed(**options: Any) -> str:
    """Seed a few clinics."""
    return run("seed", "--clinics", str(N_CLINICS), "--rounds", "2", "--seed", "7", **options)


def test_seed_writes_closed_rounds_with_results(db: None) -> None:
    assert seed() == "Clinics: 3, rounds: 6\n"
    assert Membership.objects.filter(role=Role.LEAD).count() == ResultViewer.objects.current().count() == N_CLINICS
    assert Round.objects.closed().count() == Result.objects.count() == 2 * N_CLINICS
    assert ResultScore.objects.filter(view="domain").count() == 2 * N_CLINICS * 9
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_seeded_result_is_what_closing_would_have_frozen(db: None) -> None:
    seed()
    for result in Result.objects.select_related("round"):
        stored, again = frozen(result.round, result), live(result.round)
        assert stored.scorecard == again.scorecard
        assert stored.flags == again.flags
        assert stored.offers == again.offers


def test_seed_repeats_its_answers(db: None) -> None:
    seed()
    first = list(FormAnswer.objects.order_by("pk").values_list("key", "value", "non_answer"))
    seed(force=True)
    both = list(FormAnswer.objects.order_by("pk").values_list("key", "value", "non_answer"))
    assert both == first + first


def test_seed_stays_out_of_other_data(clinic: Clinic) -> None:
    with pytest.raises(CommandError, match="holds other data"):
        seed()
    assert Clinic.objects.count() == 1


@pytest.mark.parametrize("number", ["-1", "x", "1.5", "99999999"])
def test_seed_refuses_what_is_no_count(number: str) -> None:
    with pytest.raises(CommandError, match="whole number"):
        run("seed", "--clinics", number, "--rounds", "1", "--seed", "1")
