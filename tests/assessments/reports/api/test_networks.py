"""What the API answers to consultants: of each clinic as much as its level shows, and the same as its scores say."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.clinics.models import Clinic, User
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.results.models import ResultScore
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW, open_round_of
from tests.assessments.networks.conftest import earlier, latest
from tests.assessments.networks.sheets import ACTION, COMMENT, OTHER_REQUEST, TITLE
from tests.assessments.reports.api.conftest import Program, program_of

__all__ = ["earlier", "latest"]
SECRETS = (TITLE, COMMENT, ACTION, OTHER_REQUEST, "n_invited", "Lena Lead")


@pytest.fixture
def watcher(consultant: User, at_noon: None) -> Program:
    """The consultant's program."""
    return program_of(consultant)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("level", Level)
def test_clinic_is_told_as_far_as_its_level_shows(
    level: Level, watcher: Program, latest: Round, network: Network, place: NetworkClinic
) -> None:
    NetworkClinic.objects.update(level=level)
    (told,) = watcher.read(f"/networks/{network.pk}/clinics")["clinics"]
    assert (told["name"], told["alias"], told["shows"]) == ("Harbour Clinic", "Clinic 1", level)
    assert told["finished_on"] == "2026-11-22"
    assert (told["latest"] is None) is (level is Level.PROGRESS)
    assert not [secret for secret in SECRETS if secret in json.dumps(told)]
    if level is not Level.PROGRESS:
        frozen = ResultScore.objects.filter(result=latest.result, form="clinic", view="domain")
        assert {one["key"]: one["score"] for one in told["latest"]["topics"]} == dict(
            frozen.values_list("key", "score")
        )
        flags = [(flag["key"], flag["topic"]) for flag in told["latest"]["flags"]]
        assert flags == list(latest.result.flags.values_list("key", "domain"))


def test_names_can_be_left_out_and_ids_with_them(
    watcher: Program, latest: Round, network: Network, place: NetworkClinic, lead: User
) -> None:
    open_round_of(latest.clinic, lead)
    path = f"/networks/{network.pk}/clinics"
    (named,) = watcher.read(path)["clinics"]
    assert named["open"] == {"due_on": "2026-12-13", "n_sections_done": 0, "n_sections": 9}
    assert (named["id"], named["latest"]["id"]) == (str(latest.clinic_id), str(latest.pk))
    (told,) = watcher.read(path, names="false")["clinics"]
    assert told == named | {"id": None, "name": None, "latest": named["latest"] | {"id": None}}
    assert not re.search(r"Harbour|[0-9a-f]{8}-[0-9a-f]{4}-", json.dumps(told))


def test_network_of_a_hundred_is_read_like_one_of_two(
    watcher: Program, earlier: Round, network: Network, place: NetworkClinic
) -> None:
    path = f"/networks/{network.pk}/clinics"

    def read(n_found: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert len(watcher.read(path, limit=100)["clinics"]) == n_found
        return len(queries)

    watcher.ask(path)  # notes the day of use
    before = read(1)
    clinics = Clinic.objects.bulk_create(Clinic(name=f"No. {n}", name_key=f"no. {n}") for n in range(2, 121))
    NetworkClinic.objects.bulk_create(
        NetworkClinic(network=network, clinic=one, number=number, level=Level.SCORES, joined_at=NOW)
        for number, one in enumerate(clinics, start=2)
    )
    assert read(100) == before
    parameters = dict(parse_qsl(urlsplit(watcher.read(path, limit=100)["next"]).query))
    NetworkClinic.objects.filter(number=100).delete()
    assert [one["number"] for one in watcher.read(path, **parameters)["clinics"]] == list(range(101, 121))
