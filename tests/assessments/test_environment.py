"""What an operator sets is read, checked and refused with one line that names it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

from assessments import environment
from assessments.environment import EnvironmentRefusedError

GOOD: Final = {
    "SECRET_KEY": "long-enough-and-made-for-a-test-0123456789",
    "BASE_URL": "https://readiness.example.org",
    "ALLOWED_HOSTS": "readiness.example.org",
    "EMAIL_URL": "smtp://localhost:25",
    "EMAIL_FROM": "readiness@example.org",
}
NAMES: Final = (*GOOD, "DATABASE_URL", "DEBUG", "REQUIRE_MFA", "SIGNUP", "OPERATOR_NAME", "OPERATOR_EMAIL", "PORT")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a good environment and no `.env`."""
    (tmp_path / "var").mkdir()
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def test_good_environment_is_taken_and_safe_by_default(folder: Path) -> None:
    found = environment.read(folder)
    assert not found.debug
    assert found.require_mfa
    assert found.is_https
    assert found.signup == "open"
    assert found.database["NAME"] == str(folder / "var" / "readiness.sqlite3")
    assert "readiness.example.org" in found.allowed_hosts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY", "django-insecure-0123456789-abcdefghijklmnopqrstuvwxyz"),
        ("SECRET_KEY", "please-change-this-0123456789-abcdefghijkl"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("DATABASE_URL", "postgresql://"),
        ("DATABASE_URL", "sqlite:////no/such/folder/x.sqlite3"),
        ("BASE_URL", None),
        ("BASE_URL", "readiness.example.org"),
        ("BASE_URL", "ftp://readiness.example.org"),
        ("BASE_URL", "https://readiness.example.org/sub/"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://["),
        ("BASE_URL", "https://readiness.example.org:port"),
        ("DATABASE_URL", "postgresql://["),
        ("DATABASE_URL", "postgresql://someone@db:port/readiness"),
        ("ALLOWED_HOSTS", "https://readiness.example.org"),
        ("ALLOWED_HOSTS", "one two"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "one;two"),
        ("BASE_URL", "https://*"),
        ("BASE_URL", "https://user:word@readiness.example.org"),
        ("BASE_URL", "https://readiness.example.org:0"),
        ("BASE_URL", "https://readiness.example.org#part"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:////tmp"),
        ("DATABASE_URL", "postgresql://someone@db/readiness?foo=bar"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "dummymail://"),
        ("EMAIL_URL", "memorymail://"),
        ("EMAIL_FROM", ""),
        ("EMAIL_FROM", "@"),
        ("EMAIL_URL", None),
        ("EMAIL_URL", "pigeon://roof"),
        ("EMAIL_FROM", "nobody"),
        ("DEBUG", "maybe"),
        ("REQUIRE_MFA", "2"),
        ("SIGNUP", "closed"),
        ("OPERATOR_EMAIL", "nobody"),
    ],
)
def test_nonsense_is_refused_with_one_line_that_names_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(EnvironmentRefusedError) as caught:
        environment.read(folder)
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert "\n" not in message


@pytest.mark.parametrize("url", ["HTTPS://Readiness.Example.org", " https://readiness.example.org/ "])
def test_https_is_https_however_it_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("BASE_URL", url)
    found = environment.read(folder)
    assert found.is_https
    assert found.base_url == "https://readiness.example.org"


@pytest.mark.timeout(30)
def test_gunicorn_gives_up_with_one_line() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "gunicorn", "assessments.wsgi", "--no-control-socket", "-b", "127.0.0.1:0"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "assessments.settings", "SIGNUP": "closed"},
        capture_output=True,
        text=True,
        timeout=25,
        check=False,
    )
    assert run.returncode != 0
    assert run.stderr.count("SIGNUP: use open or invited.") == 1
    assert "Traceback" not in run.stderr


def test_refusal_does_not_print_the_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://root:hunter2hunter2@localhost/x")
    with pytest.raises(EnvironmentRefusedError) as caught:
        environment.read(folder)
    assert "hunter2" not in str(caught.value)


def test_environment_wins_over_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("SIGNUP=invited\nOPERATOR_NAME=From the file\n", encoding="utf-8")
    monkeypatch.setenv("OPERATOR_NAME", "From the environment")
    found = environment.read(folder)
    monkeypatch.delenv("SIGNUP", raising=False)  # reading the file has put it into the environment
    assert found.signup == "invited"
    assert found.operator_name == "From the environment"


@pytest.mark.parametrize(
    ("value", "debug", "expected"),
    [("1", "1", True), ("yes", "1", True), ("0", "1", False), ("off", "1", False)],
)
def test_flags_read_as_people_write_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch, value: str, debug: str, expected: bool
) -> None:
    monkeypatch.setenv("REQUIRE_MFA", value)
    monkeypatch.setenv("DEBUG", debug)
    assert environment.read(folder).require_mfa is expected


@pytest.mark.timeout(30)
def test_process_does_not_start_half_open() -> None:
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={**os.environ, **GOOD, "DATABASE_URL": "nonsense"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    assert len(run.stderr.strip().splitlines()) == 1
    assert "DATABASE_URL" in run.stderr
    assert run.stdout == ""


def test_sqlite_overwrites_what_is_deleted(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.sqlite3")) as database:
        database.execute("PRAGMA secure_delete=OFF")  # some builds of SQLite have it on, others not
        database.executescript(str(settings.SQLITE_OPTIONS["init_command"]))
        database.executescript(
            "CREATE TABLE answers (text); INSERT INTO answers VALUES ('wholly-unlike-anything-else')"
        )
        database.executescript("DELETE FROM answers; PRAGMA wal_checkpoint(TRUNCATE)")
        assert database.execute("PRAGMA secure_delete").fetchone() == (1,)
    assert b"wholly-unlike" not in (tmp_path / "a.sqlite3").read_bytes()
