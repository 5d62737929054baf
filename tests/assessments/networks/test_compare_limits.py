"""The page on which clinics are compared: the mark, aliases, charts, who takes no part, any address, what it costs."""

from __future__ import annotations

import gzip
import re
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.clinics.models import User
from assessments.management.seed import fill
from assessments.networks import actions
from assessments.networks.erasing import erase_clinic
from assessments.networks.models import Level, Network, NetworkClinic
from readiness.instrument.definition import Form
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.networks.clinics import add_clinic, finish, lead_of
from tests.assessments.networks.compare_pages import (
    address,
    cells,
    counted,
    figure,
    left_out,
    page_of,
    rows,
    said,
    without_tokens,
)
from tests.assessments.networks.conftest import join_clinic
from tests.assessments.results.conftest import ALL_MOSTLY, MIXED

pytestmark = pytest.mark.usefixtures("at_noon")

N_QUERIES: Final = 25
MAX_BYTES: Final = 100 * 1024
MOSTLY: Final = {key: 4 for key in ALL_MOSTLY if load().item[key].domain == "funding"}
"""A topic alone: what else is answered changes nothing and takes its time."""
LOW: Final = dict.fromkeys(ALL_MOSTLY, 1)
TOPICS: Final = tuple(domain.key for domain in load().domains_of(Form.MANAGER))


class TestMark:
    """One clinic may be marked in the picture of the topics."""

    @pytest.fixture
    def marked(self, network: Network) -> NetworkClinic:
        finish(add_clinic(network, "Alder"), MIXED)
        place = add_clinic(network, "Birch")
        finish(place, ALL_MOSTLY)
        return place

    def test_mark_stands_in_every_row(self, consultant: User, network: Network, marked: NetworkClinic) -> None:
        page = page_of(consultant, network, f"?mark={marked.clinic_id}")
        assert "Birch is marked." in page
        assert page.count("; marked: 75") == len(TOPICS)
        assert page.count('class="strip-mark"') == len(TOPICS)
        assert f"?sort=funding&mark={marked.clinic_id}" in page

    def test_mark_is_kept_beside_a_filter(self, consultant: User, network: Network, marked: NetworkClinic) -> None:
        page = page_of(consultant, network, f"?flag=missing-funding&mark={marked.clinic_id}")
        assert list(rows(page)) == ["Alder"]
        assert "Birch is marked." in page
        assert f'<input type="hidden" name="mark" value="{marked.clinic_id}">' in page

    def test_foreign_withdrawn_and_unknown_clinics_are_one(
        self, consultant: User, network: Network, marked: NetworkClinic, colleague_consultant: User
    ) -> None:
        other = actions.create_network(by=colleague_consultant, name="Region South", now=NOW)
        foreign, hidden = add_clinic(other, "Elsewhere"), add_clinic(network, "Hidden", Level.PROGRESS)
        for place in (foreign, hidden):
            finish(place, LOW)
        gone = add_clinic(network, "Gone")
        finish(gone, LOW)
        actions.withdraw(by=lead_of(gone.clinic), place=gone, now=NOW)

        ids = [uuid4(), foreign.clinic_id, hidden.clinic_id, gone.clinic_id]
        pages = [without_tokens(page_of(consultant, network, f"?mark={one}")) for one in ids]

        assert len({re.sub(r"mark(=|%3D|\" value=\")[0-9a-f-]{36}", "", page) for page in pages}) == 1
        assert not re.search("is marked|Elsewhere|Gone", pages[0])


def test_aliases_stand_wherever_names_did(consultant: User, network: Network) -> None:
    for name in ("Alder", "Birch"):
        finish(add_clinic(network, f"{name} <b>&"), MIXED)
    add_clinic(network, "Cedar", Level.PROGRESS)
    place = network.places.get(number=2)
    client = signed_in(consultant)
    query = f"?mark={place.clinic_id}&search=Alder"
    assert "Birch" in client.get(address(network, query)).content.decode()

    client.post(reverse("networks:names", args=[network.pk]), {"names": "hidden", "next": address(network)})

    page = " ".join(client.get(address(network, query)).content.decode().split())
    assert not re.search("Alder|Birch|Cedar", page.replace("search=Alder", ""))
    assert "Clinic 2 is marked." in page
    assert left_out(page) == {"Scores not shown (1)": ["Clinic 3"]}
    assert figure(page, "heat-figure")["layout"]["yaxis"]["ticktext"] == ["Clinic 1", "Clinic 2"]


def test_figures_show_the_rows_of_the_page(consultant: User, network: Network) -> None:
    finish(add_clinic(network, "Alder <b>&"), MIXED)
    for number in range(4):
        finish(add_clinic(network, f"Birch {number}"), MOSTLY)
    finish(add_clinic(network, "Nobody"), {})
    response = signed_in(consultant).get(address(network, f"?mark={network.places.get(number=1).clinic_id}"))
    page = " ".join(response.content.decode().split())

    heat = figure(page, "heat-figure")
    (trace,) = heat["data"]
    shown = [cells(row) for row in rows(page).values()]
    assert trace["z"] == [[float(cell["score"]) if cell["score"] else None for cell in row.values()] for row in shown]
    assert heat["layout"]["yaxis"]["ticktext"][0] == "Alder &lt;b&gt;&amp;"
    assert trace["customdata"][0][7].endswith("Money and future<br>44 of 100, Not yet, provisional")
    assert trace["customdata"][5][7].endswith("not enough answers for a score")

    strips = figure(page, "strips-figure")
    _, dots, medians, marks = strips["data"]
    assert (medians["x"], medians["y"]) == ([75], [TOPICS.index("funding")])
    assert (len(marks["x"]), marks["x"][7]) == (len(TOPICS), 43.75)
    assert len(dots["x"]) == page.count("<circle")
    assert "sha256" in response["Content-Security-Policy"]


@pytest.mark.parametrize("change", ["withdraw", "progress"])
def test_clinic_that_ends_it_is_gone_at_once(consultant: User, change: str) -> None:
    fill(n_clinics=12, n_rounds=1, n_therapists=0, seed=1, consultant=consultant, now=NOW)
    network = Network.objects.get(places__number=12)
    client = signed_in(consultant)
    before = without_tokens(client.get(address(network)).content.decode())
    place = add_clinic(network, "Zander")
    finish(place, LOW)
    query = f"?mark={place.clinic_id}"
    assert "Zander is marked" in client.get(address(network, query)).content.decode()

    if change == "withdraw":
        actions.withdraw(by=lead_of(place.clinic), place=place, now=NOW)
        assert without_tokens(client.get(address(network)).content.decode()) == before
    else:
        actions.change_level(by=lead_of(place.clinic), place=place, level=Level.PROGRESS, now=NOW)
    page = client.get(address(network, query)).content.decode()
    assert "Zander is marked" not in page
    assert '<tr data-test="spread" data-domain="funding">' in page
    assert counted(page) == counted(before)


def test_clinic_that_is_erased_while_the_page_is_read_is_left_out(consultant: User, network: Network) -> None:
    for name in ("Alder", "Birch"):
        finish(add_clinic(network, name), MOSTLY)
    alder = network.places.get(clinic__name="Alder").clinic_id
    client, erased = signed_in(consultant), list[UUID]()

    def erase_before_scores(execute: Any, sql: str, *args: Any) -> Any:
        if not erased and 'FROM "results_resultscore"' in sql:
            erased.append(alder)
            erase_clinic(by=None, clinic_id=alder, now=NOW)
        return execute(sql, *args)

    with connection.execute_wrapper(erase_before_scores):
        page = " ".join(client.get(address(network)).content.decode().split())
    assert erased
    assert list(rows(page)) == ["Birch"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?sort=password", "the order"),
        ("?page=0", "the page"),
        ("?page=99999999999999999999", "the page"),
        ("?mark=drop%20table", "the clinic to mark"),
        ("?band=funding:superb&flag=red", "the topics"),
        ("?search=%00", "the search"),
        ("?" + "&".join(f"flag=missing-funding&clinic={uuid4()}" for _ in range(200)), ""),
        ("?page=77", "There is only one page"),
    ],
)
def test_address_that_nobody_knows_gives_a_page_that_says_so(
    consultant: User, network: Network, query: str, told: str
) -> None:
    finish(add_clinic(network, "Alder"), MIXED)
    page = page_of(consultant, network, query)
    assert told in page
    assert list(rows(page)) == ["Alder"]


def test_network_of_others_is_not_there(network: Network, colleague_consultant: User, lead: User) -> None:
    finish(add_clinic(network, "Alder"), MIXED)
    for user in (colleague_consultant, lead):
        client = signed_in(user)
        assert client.get(address(network)).status_code == 404
        assert client.get(reverse("networks:compare", args=[uuid4()])).status_code == 404


def test_clinics_own_lead_does_not_compare(network: Network, clinic, lead: User) -> None:
    join_clinic(network, clinic, lead, Level.ANSWERS)
    assert signed_in(lead).get(address(network)).status_code == 404


@pytest.fixture
def seeded(consultant: User) -> Network:
    """A network of 60 clinics with two finished assessments each."""
    fill(n_clinics=60, n_rounds=2, n_therapists=0, seed=1, consultant=consultant, now=NOW)
    return Network.objects.get(places__number=60)


def test_queries_and_bytes_do_not_grow_with_the_clinics(consultant: User, network: Network, seeded: Network) -> None:
    for number in range(3):
        finish(add_clinic(network, f"Clinic {number}", Level.SCORES), MIXED)
    add_clinic(network, "Hidden", Level.PROGRESS)
    client = signed_in(consultant)

    few, _ = _cost(client, network, "?sort=funding")
    many, n_bytes = _cost(client, seeded, "?sort=funding")
    marked = seeded.places.filter(level=Level.SCORES).first()
    assert marked
    query = f"?flag=missing-funding&band=funding:not_yet&stage=running&sort=-skills&mark={marked.clinic_id}"
    filtered, n_bytes_filtered = _cost(client, seeded, query)

    assert few == many <= N_QUERIES
    assert filtered <= N_QUERIES
    assert max(n_bytes, n_bytes_filtered) <= MAX_BYTES


def test_pages_hold_every_clinic_once(consultant: User, seeded: Network) -> None:
    pages = [page_of(consultant, seeded, f"?sort=funding&page={number}") for number in (1, 2, 3)]
    shown = [name for page in pages for name in rows(page)]
    assert [len(rows(page)) for page in pages] == [25, 25, 4]
    assert len(set(shown)) == 54
    scores = [float(cells(row)["funding"]["score"] or 1000) for page in pages for row in rows(page).values()]
    assert scores == sorted(scores)
    assert said(pages[0]).startswith("54 of 60 clinics are compared")


def _cost(client: Client, network: Network, query: str) -> tuple[int, int]:
    """Give the number of statements and of compressed bytes of a page."""
    client.get(address(network, query))
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address(network, query))
    assert response.status_code == 200
    return len(queries), len(gzip.compress(response.content))
