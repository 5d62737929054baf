"""The examples of docs/api.md work as they stand there."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from string import Template
from typing import Any, Final

import pytest
from django.conf import settings
from django.test import Client

from assessments.clinics.models import User
from assessments.reports.actions import LIVES, TOKENS_MAX
from assessments.reports.api.limits import CALLS_A_MINUTE_MAX, WRONG_A_MINUTE_MAX
from assessments.reports.api.schemas import PART
from assessments.rounds.limits import SOURCES_MAX
from assessments.rounds.models import Round
from tests.assessments.reports.api.conftest import program_of
from tests.assessments.reports.api.test_document import ids

__all__ = ["ids"]
PAPER: Final = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS: Final = re.findall(r"^```(sh|json)\n(.*?)^```$", PAPER, re.MULTILINE | re.DOTALL)


def test_numbers_of_the_paper_are_those_of_the_code() -> None:
    words = " ".join(PAPER.split())
    *lives, longest = LIVES
    a_day = settings.ACCOUNT_RATE_LIMITS["make_token"].partition("/")[0]
    for said in (
        f"lives {', '.join(map(str, lives))} or {longest} days",
        f"at most {TOKENS_MAX} that work and makes at most {a_day} in a day",
        f"parts of `limit` ({PART}, at most 100)",
        f"{CALLS_A_MINUTE_MAX} requests a minute for a token",
        f"{WRONG_A_MINUTE_MAX} a minute each",
        f"{SOURCES_MAX:,} such sources",
    ):
        assert said in words


def read(command: str, known: dict[str, str]) -> Any:
    """Do what a curl command says, and give the values that come back."""
    words = iter(shlex.split(Template(command.replace("\\\n", " ")).substitute(known)))
    assert next(words) == "curl"
    address, headers, parameters = "", {}, {}
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            name, _, value = next(words).partition("=")
            parameters[name] = value
        elif word != "-G":
            assert not word.startswith("-"), word
            assert not address
            address = word
    response = Client().get(address, parameters, headers=headers)
    assert response.status_code == 200, (command, response.content)
    return response.json()


def missing(shown: Any, told: Any, place: str = "") -> list[str]:
    """Give the names that an example shows and an answer does not have."""
    if isinstance(shown, dict) and isinstance(told, dict):
        return [f"{place}.{key}" for key in shown.keys() - told.keys()] + [
            name for key in shown.keys() & told.keys() for name in missing(shown[key], told[key], f"{place}.{key}")
        ]
    if isinstance(shown, list) and shown:
        assert told, f"{place} is empty"
        return missing(shown[0], told[0], place)
    return []


@pytest.mark.timeout(20)
def test_examples_work_and_answer_what_is_shown(
    ids: dict[str, Any], lead: User, closed_round: Round, at_noon: None
) -> None:
    known = {
        "TOKEN": program_of(lead).secret,
        "API": "http://testserver/api/v1",
        "CLINIC": ids["clinic_id"],
        "ASSESSMENT": ids["assessment_id"],
        "EARLIER": str(closed_round.pk),
        "NETWORK": ids["network_id"],
    }
    told: Any = None
    for language, block in BLOCKS:
        if language == "sh":
            told = read(block, known)
        elif "error" not in json.loads(block):
            assert not missing(json.loads(block), told), block
    assert sum(language == "sh" for language, _ in BLOCKS) == 10
