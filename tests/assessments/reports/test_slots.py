"""Two heavy files at a time, one for a person, and nobody's death keeps a slot."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from assessments.clinics.models import User
from assessments.reports.slots import FOLDER, GATE, N_SLOTS, BusyError, slot
from assessments.rounds.models import Round
from tests.assessments.conftest import signed_in

HOLDER = """
import pathlib, sys, time
from django.conf import settings
settings.configure(VAR_DIR=pathlib.Path(sys.argv[1]))
from assessments.reports.slots import slot
with slot(1) as folder:
    (folder / "scores").write_text("of clinics")
    print("held", flush=True)
    time.sleep(60)
"""
"""A process that holds a slot for person 1, has written something, and does not let it go."""


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path / "not" / "there" / "yet"
    return Path(settings.VAR_DIR) / FOLDER


def test_third_finds_no_slot_until_one_is_free() -> None:
    with slot(1):
        with slot(2), pytest.raises(BusyError), slot(3):
            pass
        with slot(3):
            pass


def test_same_person_finds_no_second_slot() -> None:
    with slot(1):
        with pytest.raises(BusyError), slot(1):
            pass
        with slot(11):
            pass
    with slot(1):
        pass


def test_slot_is_free_when_its_holder_is_killed_and_what_it_wrote_is_gone(folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(folder.parent)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(BusyError), slot(1):
            pass
        holder.kill()
    (left,) = folder.glob("*/scores")
    (folder / f"{N_SLOTS - 1}-files").mkdir()
    (folder / f"{N_SLOTS - 1}-files" / "older").touch()
    with slot(1) as mine:
        assert left.parent == mine
        assert [path for path in folder.rglob("*") if path.is_dir() or path.parent != folder] == [mine]
    assert {path.name for path in folder.iterdir()} == {GATE, *map(str, range(N_SLOTS))}


def test_slot_is_free_when_making_the_file_fails() -> None:
    with pytest.raises(ValueError, match="of ours"), slot(1):
        raise ValueError("a mistake of ours")
    with slot(1):
        pass


def test_whoever_finds_none_waits_on_a_page_that_asks_again(closed_round: Round, lead: User) -> None:
    with slot(lead.pk):
        response = signed_in(lead).get(f"/rounds/{closed_round.pk}/files/report-a4/")
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(response["Retry-After"]) == int(response["Refresh"]) > 0
    assert "asks again by itself" in response.content.decode()
    assert "Content-Disposition" not in response


def test_full_disk_gives_a_plain_page_and_keeps_no_slot(
    closed_round: Round, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = signed_in(lead), f"/rounds/{closed_round.pk}/files/report-a4/"
    for n_before in range(4):
        with monkeypatch.context() as during:
            written = itertools.count()

            def write(*args: Any, usual: Any, n_before: int = n_before, written: Any = written) -> None:
                if next(written) == n_before:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                usual(*args)

            for call in ("ftruncate", "pwrite"):
                during.setattr(os, call, partial(write, usual=getattr(os, call)))
            response = client.get(address)
        assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
        assert "It is not your doing" in response.content.decode()
    with slot(1), slot(2):
        pass


def test_whoever_had_one_lets_those_go_first_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("assessments.reports.turns.time.time", lambda: now[0])
    with slot(1), slot(2):
        now[0] += 1
        with pytest.raises(BusyError), slot(3):
            pass
    for first, then in ((1, 2), (2, 1)):
        with slot(first), pytest.raises(BusyError), slot(then):
            pass
        now[0] += 0.1
    with slot(4), slot(3):
        now[0] += 1
        for waiting in (1, 2):
            with pytest.raises(BusyError), slot(waiting):
                pass
    with slot(2), slot(1):  # who wait for each other keep nobody waiting
        pass


@pytest.mark.parametrize("left", [b"", b'[{"1": 3', b"[1, 2]", b'{"a": 1, "b": 2}', b'[{}, {"1": "x"}]', b"\xff"])
def test_turns_that_cannot_be_read_are_nobodys(folder: Path, left: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / GATE).write_bytes(left)
    with slot(1), slot(2):
        pass
