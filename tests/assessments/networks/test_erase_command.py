"""`manage.py erase`: what an operator is told, asked and refused."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError

from assessments.clinics.models import Clinic, Erasure
from assessments.clinics.policies import RefusedError
from assessments.networks.erasing import erase_clinic
from assessments.reports.leaving import erasable
from assessments.results.closing import close
from assessments.rounds.erasing import erase_round
from assessments.rounds.models import Round
from tests.assessments.conftest import join, make_user
from tests.assessments.networks.erased import AGAIN
from tests.assessments.networks.sheets import LATER
from tests.assessments.results.team import hear, sheet


def test_command_begins_anew_where_others_are_in_the_way_and_says_so_in_a_line(earlier, monkeypatch):
    in_the_way = [2]
    monkeypatch.setattr(erasable, "PAUSES", (0, 0))

    def deadlock(**said: Any) -> Erasure:
        in_the_way[0] -= 1
        if in_the_way[0] >= 0:
            raise OperationalError("deadlock detected")
        return erase_round(**said)

    monkeypatch.setattr(erasable, "erase_round", deadlock)
    run("round", str(earlier.pk), "--yes")
    assert not Round.objects.exists()


def test_command_says_in_a_line_that_others_are_in_the_way(earlier, monkeypatch):
    monkeypatch.setattr(erasable, "PAUSES", (0, 0))
    monkeypatch.setattr(erasable, "erase_round", Mock(side_effect=OperationalError("deadlock detected")))
    with pytest.raises(CommandError, match=r"in the way\. Nothing was erased"):
        run("round", str(earlier.pk), "--yes")


def test_clinic_whose_figures_came_out_lately_is_erased_with_a_word_of_its_own(latest, clinic, lead):
    why = r"came out on 22 November 2026\. The same team must not be asked again, in whatever clinic, before "
    again = latest.closed_at + timedelta(days=90)
    with pytest.raises(RefusedError, match=why):
        erase_clinic(by=lead, clinic_id=clinic.pk, now=again - timedelta(seconds=1))
    with time_machine.travel(again - timedelta(seconds=1), tick=False):
        with pytest.raises(CommandError, match=f"{why}2[01] February 2027, .* add --although-figures-are-recent"):
            run("clinic", str(clinic.pk), "--yes")
        erase_round(by=None, round_id=latest.pk, now=AGAIN)  # which forgets no figures
        with pytest.raises(CommandError, match=why):
            run("clinic", str(clinic.pk), "--yes")
        assert "Please tell" in run("clinic", str(clinic.pk), "--yes", "--although-figures-are-recent")
    assert not Clinic.objects.exists()


def test_clinic_without_recent_figures_needs_no_such_word(latest, clinic):
    with time_machine.travel(latest.closed_at + timedelta(days=90), tick=False):
        assert "Please tell" not in run("clinic", str(clinic.pk), "--yes")


def run(*words: str, answer: str | None = None, monkeypatch: pytest.MonkeyPatch | None = None) -> str:
    out = io.StringIO()
    if monkeypatch:
        monkeypatch.setattr("builtins.input", lambda _: answer)
    call_command("erase", *words, stdout=out)
    return out.getvalue()


def test_command_says_what_goes_and_asks(latest, place, clinic, manager, monkeypatch):
    of_clinic = ("clinic", str(clinic.pk), "--although-figures-are-recent")
    for words in (("round", str(latest.pk)), of_clinic, ("person", manager.email)):
        with pytest.raises(CommandError, match="Nothing was erased"):
            run(*words, answer="no", monkeypatch=monkeypatch)
        assert not Erasure.objects.exists()
    monkeypatch.setattr("builtins.input", Mock(side_effect=EOFError))  # nobody is there to answer
    with pytest.raises(CommandError, match="Nothing was erased"):
        run("person", manager.email)
    assert manager.email in run("person", manager.email.upper(), answer=" Yes ", monkeypatch=monkeypatch)
    assert "Autumn" not in run("round", str(latest.pk), "--yes").partition("Zirconium title")[2]
    said = run("clinic", str(clinic.pk), "--yes", "--although-figures-are-recent")
    assert "Harbour Clinic" in said
    assert "assessments, with all that belongs to them: 1" in said
    assert sorted(Erasure.objects.filter(by=None).values_list("kind", flat=True)) == ["clinic", "person", "round"]


@pytest.mark.parametrize("kind", ["round", "clinic", "person"])
def test_command_refuses_what_is_not_there(db, kind):
    for which in (str(uuid4()), "nobody@example.org", ""):
        with pytest.raises(CommandError, match="There is no"):
            run(kind, which, "--yes")


def test_command_refuses_who_is_needed(lead, clinic, manager, stranger, open_round):
    with pytest.raises(CommandError, match="Hand over the lead"):
        run("person", lead.email, "--yes")
    hear(open_round, lead, [sheet(3, 4)])
    therapist = make_user(f"therapist-0@{open_round.pk}.example.org", "Thea")
    join(clinic, therapist)
    with pytest.raises(CommandError, match="asked in confidence"):
        run("person", therapist.email, "--yes")
    close(round_id=open_round.pk, by=lead, now=LATER)
    run("person", therapist.email, "--yes")
