"""`make test` says what it leaves out, and leaves nothing out where that is forbidden."""

from __future__ import annotations

import os
import shutil
import subprocess
from types import SimpleNamespace

import pytest

from tests import pg, suite


@pytest.fixture
def runs(monkeypatch):
    """Record the commands that would run; none does. Chromium and PostgreSQL are taken to be here."""
    commands: list[list[str]] = []

    def run(command, **_):
        commands.append([str(part) for part in command])
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(pg, "binaries", lambda: "/somewhere")
    monkeypatch.setenv("CHROME_PATH", "/somewhere/chromium")
    for name in ("DATABASE_URL", "REQUIRE_BROWSER", "REQUIRE_POSTGRES"):
        monkeypatch.delenv(name, raising=False)
    return commands


@pytest.fixture
def nothing_installs(monkeypatch):
    monkeypatch.setattr(suite, "install", lambda packages: False)


@pytest.fixture
def no_browser(monkeypatch, runs, nothing_installs):
    monkeypatch.delenv("CHROME_PATH")
    monkeypatch.setattr(shutil, "which", lambda name: None)


@pytest.fixture
def no_postgres(monkeypatch, runs, nothing_installs):
    monkeypatch.setattr(pg, "binaries", lambda: None)


def test_suite_runs_journeys_on_sqlite_only(runs):
    assert suite.main() == 0
    on_sqlite, on_postgresql = runs
    assert "not postgresql" in on_sqlite
    assert "(database or postgresql) and not journey" in on_postgresql


def test_suite_without_browser_says_so(no_browser, runs, capsys):
    assert suite.main() == 0
    assert "not postgresql and not journey" in runs[0]
    assert "Left out: the browser journeys, because Chromium is not here" in capsys.readouterr().out


def test_suite_without_browser_is_refused_where_required(no_browser, monkeypatch):
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    assert suite.main() == 1


def test_suite_without_postgres_says_so(no_postgres, runs, capsys):
    assert suite.main() == 0
    assert len(runs) == 1
    assert "Left out: the run on PostgreSQL" in capsys.readouterr().out


def test_suite_without_postgres_is_refused_where_required(no_postgres, monkeypatch):
    monkeypatch.setenv("REQUIRE_POSTGRES", "1")
    assert suite.main() == 1


def test_suite_uses_a_server_that_is_given(no_postgres, runs, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@db/name")
    assert suite.main() == 0
    assert len(runs) == 2


def test_suite_is_refused_when_one_run_is(runs, monkeypatch):
    monkeypatch.setattr(suite, "pytest", lambda title, *_, **__: title == "PostgreSQL")
    assert suite.main() == 1


def test_install_asks_apt_as_root(runs, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert suite.install(("chromium",))
    assert runs == [
        ["apt-get", "-qq", "-y", "update"],
        ["apt-get", "-qq", "-y", "install", "--no-install-recommends", "chromium"],
    ]


def test_where_journeys_are_required_the_quick_browser_is_installed_beside_the_slow_one(runs, monkeypatch):
    asked = []
    monkeypatch.setattr(suite, "install", lambda packages: asked.append(packages))  # and does not come
    monkeypatch.delenv("CHROME_PATH")
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/chromium" if name == "chromium" else None)
    assert suite.main() == 0
    assert asked == []
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    assert suite.main() == 0
    assert asked == [suite.BROWSER.packages]


def test_install_leaves_other_peoples_machines_alone(runs, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not suite.install(("chromium",))
    assert runs == []


def test_cluster_without_server_programs_says_what_to_do(monkeypatch):
    monkeypatch.setattr(pg, "binaries", lambda: None)
    with pytest.raises(pg.PostgresMissingError, match="apt-get install postgresql"), pg.cluster():
        pass
