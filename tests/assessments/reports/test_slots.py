"""Two heavy files at a time, one for a person, and nobody's death keeps a slot."""

from __future__ import annotations

import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from assessments.clinics.models import User
from assessments.reports.slots import FOLDER, N_SLOTS, BusyError, slot
from assessments.rounds.models import Round
from tests.assessments.conftest import signed_in

HOLDER = """
import pathlib, sys, time
from django.conf import settings
settings.configure(VAR_DIR=pathlib.Path(sys.argv[1]))
from assessments.reports.slots import slot
with slot(1):
    print("held", flush=True)
    time.sleep(60)
"""
"""A process that holds a slot for person 1 and does not let it go."""


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


def test_same_person_finds_no_second_slot(folder: Path) -> None:
    with slot(1):
        with pytest.raises(BusyError), slot(1):
            pass
        with slot(11):
            pass
    with slot(1):
        pass
    assert {path.name for path in folder.iterdir()} == {"gate", *map(str, range(N_SLOTS))}


def test_slot_is_free_when_its_holder_is_killed(folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(folder.parent)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(BusyError), slot(1):
            pass
        holder.kill()
    with slot(1):
        pass


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
