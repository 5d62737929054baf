"""The commands that take a clinic along and bring it back: what they write, and say."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command

from assessments.clinics.models import AuditEvent
from assessments.networks.erasing import erase_clinic
from assessments.rounds.models import Round
from tests.assessments.reports.test_leaving import AFTER

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _day_after() -> Iterator[None]:
    with time_machine.travel(AFTER, tick=False):
        yield


def test_commands_write_a_private_file_and_read_it_once(closed_round: Round, tmp_path: Path, capsys: Capture) -> None:
    clinic, file = closed_round.clinic, tmp_path / "clinic.json"
    call_command("export_clinic", str(clinic.pk), output=str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert clinic.acts.filter(act=AuditEvent.Act.CLINIC_EXPORTED, by=None).count() == 1
    for wrong in ({"output": str(file)}, {"output": str(tmp_path)}):
        with pytest.raises(CommandError, match=str(tmp_path)):
            call_command("export_clinic", str(clinic.pk), **wrong)
    assert clinic.acts.filter(act=AuditEvent.Act.CLINIC_EXPORTED, by=None).count() == 1
    for which in ("harbour", str(uuid4())):
        with pytest.raises(CommandError, match="no clinic"):
            call_command("export_clinic", which)
    with pytest.raises(CommandError, match="here already"):
        call_command("import_clinic", str(file))
    erase_clinic(by=None, clinic_id=clinic.pk, now=AFTER)
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_clinic", str(tmp_path / "another.json"))
    call_command("import_clinic", str(file))
    assert f"/clinics/{clinic.pk}/" in capsys.readouterr().out
    assert clinic.acts.values_list("act", flat=True)[0] == AuditEvent.Act.CLINIC_IMPORTED


def test_command_leaves_neither_half_a_file_nor_a_record_of_it(
    closed_round: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk is full, or whoever should read it has gone."""
    clinic, file, opened = closed_round.clinic, tmp_path / "clinic.json", os.open
    full = io.BufferedWriter(io.FileIO("/dev/full", "w"), 1 << 20)  # takes all of it, and then cannot let it out
    monkeypatch.setattr(sys, "stdout", Mock(buffer=full))
    with pytest.raises(CommandError, match=r"^Standard output: No space left"):
        call_command("export_clinic", str(clinic.pk))
    monkeypatch.undo()
    full.raw.close()

    def on_a_full_disk(path: str, flags: int, mode: int) -> int:
        os.close(opened(path, flags, mode))
        return opened("/dev/full", os.O_WRONLY)

    monkeypatch.setattr(os, "open", on_a_full_disk)
    with pytest.raises(CommandError, match="No space left"):
        call_command("export_clinic", str(clinic.pk), output=str(file))
    assert not file.exists()
    assert not clinic.acts.filter(act=AuditEvent.Act.CLINIC_EXPORTED).exists()
