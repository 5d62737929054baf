"""`manage.py plan_release`: what it prints, what it withholds and what it refuses. The rule has its own tests."""

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

SHOWN = {"metric": "scale_mean", "scale": "work", "status": "shown", "value": 50, "band": None, "n": 5}
WITHHELD = {"metric": "scale_mean", "scale": "work", "status": "withheld", "value": None, "band": None, "n": None}


def payload(**changes: object) -> dict[str, object]:
    """Give five people who agree on the middle."""
    return {
        "k": 5,
        "viewers": 0,
        "recent_release": False,
        "domains": {"work": {"items": ["time", "room"], "scale": [0, 100, 25]}},
        "submitted": [{"time": 50, "room": 50}] * 5,
    } | changes


def plan(tmp_path: Path, content: str | bytes) -> tuple[Any, str]:
    """Plan from a file; give the JSON printed and what stands on standard error."""
    file = tmp_path / "team.json"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    out, err = io.StringIO(), io.StringIO()
    call_command("plan_release", str(file), stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def test_plan_release_prints_rows_and_no_alarm(tmp_path: Path) -> None:
    assert plan(tmp_path, json.dumps(payload())) == ({"rows": [SHOWN]}, "")


def test_plan_release_prints_a_band(tmp_path: Path) -> None:
    result, _ = plan(tmp_path, json.dumps(payload(submitted=[{"time": 100, "room": 100}] * 5)))
    assert result["rows"] == [SHOWN | {"value": None, "band": {"side": "at_least", "bound": 75}}]


def test_plan_release_of_a_list_is_a_list_each_on_its_own(tmp_path: Path) -> None:
    result, alarm = plan(tmp_path, json.dumps([payload(), payload(k="five"), payload(recent_release=True)]))
    assert result == [{"rows": [SHOWN]}, {"rows": [WITHHELD]}, {"rows": [WITHHELD]}]
    assert len(alarm.splitlines()) == 1


def test_plan_release_of_an_empty_list_is_one(tmp_path: Path) -> None:
    assert plan(tmp_path, "[]") == ([], "")


def test_plan_release_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(payload()).encode())))
    out = io.StringIO()
    call_command("plan_release", "-", stdout=out)
    assert json.loads(out.getvalue()) == {"rows": [SHOWN]}


def without(name: str) -> dict[str, object]:
    return {key: given for key, given in payload().items() if key != name}


def one_answer(answer: str) -> str:
    """Write a team in which one person's answer is this piece of JSON."""
    return json.dumps(payload(submitted=[{"time": 50, "room": 50}] * 4 + [{"time": 50, "room": "HERE"}])).replace(
        '"HERE"', answer
    )


@pytest.mark.parametrize(
    "content",
    [
        *(pytest.param(json.dumps(without(name)), id=f"no {name}") for name in payload() if name != "domains"),
        *(
            pytest.param(one_answer(answer), id=f"an answer of {answer}")
            for answer in ("true", '"50"', "101", "-1", "1e999", "NaN", "Infinity", "-Infinity", "[50]")
        ),
        pytest.param(json.dumps(payload(viewers=-1)), id="viewers below none"),
        pytest.param(json.dumps(payload(k=5.0)), id="a threshold that is no whole number"),
        pytest.param(
            json.dumps(payload(domains={"work": {"items": ["time"], "scale": [1, 5, 1]}})), id="a scale of 1-5"
        ),
    ],
)
def test_plan_release_withholds_and_rings_the_alarm_for_bad_figures(tmp_path: Path, content: str) -> None:
    result, alarm = plan(tmp_path, content)
    assert result == {"rows": [WITHHELD]}
    assert len(alarm.splitlines()) == 1
    assert not any(character.isdigit() for character in alarm)


def test_plan_release_without_topics_has_no_rows(tmp_path: Path) -> None:
    result, alarm = plan(tmp_path, json.dumps(without("domains")))
    assert result == {"rows": []}
    assert alarm


def test_plan_release_writes_any_key_as_plain_json(tmp_path: Path) -> None:
    content = json.dumps(payload()).replace('"work"', '"\\ud800 \\u00e4"')
    result, _ = plan(tmp_path, content)
    assert result["rows"][0]["scale"] == "\ud800 \u00e4"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param('"words"', "recent_release", id="a word"),
        pytest.param("null", "recent_release", id="null"),
        pytest.param("NaN", "recent_release", id="no number"),
        pytest.param(json.dumps([payload(viewers=-1), 3]), "recent_release", id="a list with a number"),
        pytest.param('{"k": 5, "k": 6}', "'k': given twice", id="a key given twice"),
        pytest.param('{"k"', "not JSON", id="half an object"),
        pytest.param("[" * 100_000, "not JSON", id="brackets without end"),
        pytest.param("", "not JSON", id="nothing"),
        pytest.param(b"\xff\xfe\x00", "not UTF-8", id="not UTF-8"),
    ],
)
def test_plan_release_refuses_in_one_line_what_is_no_team(tmp_path: Path, content: str | bytes, named: str) -> None:
    with pytest.raises(CommandError) as caught:
        plan(tmp_path, content)
    message = str(caught.value)
    assert named in message
    assert "\n" not in message
    assert caught.value.returncode == 2


@pytest.mark.timeout(30)
def test_plan_release_needs_no_database(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "plan_release", "-"],
        cwd=site.BASE_DIR,
        env={**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        input=json.dumps(payload(viewers=True)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, json.loads(ended.stdout)) == (0, {"rows": [WITHHELD]})
    assert len(ended.stderr.strip().splitlines()) == 1
