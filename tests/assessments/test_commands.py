"""The commands: what they print, what they refuse and with which exit status, and that they can be run again."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command

from assessments.clinics.models import Clinic, User
from assessments.management import demo
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


# demo; what it builds is tried in test_demo.py


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
