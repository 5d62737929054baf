"""The workbook of a network says what the page of comparison says, of all its clinics and of no other."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from assessments.clinics.models import User
from assessments.networks import actions
from assessments.networks.compare_reading import Asked, compare
from assessments.networks.comparison import tally
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.networks.selection import Selection
from assessments.reports.sheets import network_reading
from assessments.reports.slots import FOLDER, GATE, N_SLOTS, slot
from readiness.instrument.definition import Answer
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.networks.clinics import add_clinic, begin, finish, lead_of
from tests.assessments.networks.compare_pages import address, cells, page_of, rows
from tests.assessments.reports.awkward import CLINIC
from tests.assessments.results.conftest import ALL_MOSTLY, DONT_KNOW, ITEMS, MIXED
from tests.assessments.results.team import HEARD, hear
from tests.assessments.results.team import finish as close

pytestmark = [pytest.mark.usefixtures("at_noon"), pytest.mark.timeout(30)]

FEW: dict[str, Answer] = {**dict.fromkeys(ITEMS, DONT_KNOW), "evidence": 2, "usability": 3, "content-quality": 1}
"""One topic with a provisional score, all others without any."""


@pytest.fixture
def compared(network: Network) -> Network:
    """A network with three clinics to compare, one whose therapists were heard, one that hides its scores."""
    finish(add_clinic(network, CLINIC, Level.ANSWERS), MIXED)
    finish(add_clinic(network, "+Alder"), ALL_MOSTLY)
    finish(add_clinic(network, "Birch"), FEW)
    finish(add_clinic(network, "Hidden", Level.PROGRESS), MIXED)
    add_clinic(network, "Unfinished")
    return network


def book_of(user: User, network: Network, query: str = "", *, aliased: bool = False) -> Workbook:
    client = signed_in(user)
    if aliased:
        client.post(f"/networks/{network.pk}/names/", {"names": "hidden"})
    response = client.get(f"/networks/{network.pk}/compare/file/{query}")
    assert response.status_code == 200
    name = "readiness-region-north-roll-out-2026-11-22-comparison"
    ends = f"{'-chosen' if 'flag' in query or 'search' in query else ''}{'-without-names' if aliased else ''}.xlsx"
    assert response["Content-Disposition"] == f'attachment; filename="{name}{ends}"'
    return load_workbook(io.BytesIO(response.getvalue()))


def lines(book: Workbook, sheet: str) -> dict[str, dict[str, Any]]:
    """Give the lines of a sheet by their first cell, in order."""
    heads, *found = book[sheet].iter_rows(values_only=True)
    return {line[0]: dict(zip(heads, line, strict=True)) for line in found}


@pytest.mark.parametrize("query", ["", "?sort=-programme", "?flag=missing-funding&page=7", "?search=birch"])
def test_file_has_the_rows_of_the_page(consultant: User, compared: Network, query: str) -> None:
    page, book = page_of(consultant, compared, query), book_of(consultant, compared, query)
    topics, flags = lines(book, "Topics"), lines(book, "Flags")
    assert list(topics) == list(flags) == list(rows(page))
    for name, row in rows(page).items():
        for cell in cells(row).values():
            (title,) = [head for head in topics[name] if cell["text"].startswith(f"{head} ")]
            said = topics[name]
            assert said[title] == (pytest.approx(float(cell["score"]), abs=1e-9) if cell["score"] else None)
            if cell["score"]:
                figure, word = f"{said[title]:.0f}", said[f"{title}: word"] or ""
                assert " ".join(filter(None, [title, figure, word])) in cell["text"]


def test_file_says_who_is_left_out_and_names_nobody_where_names_are_hidden(consultant: User, compared: Network) -> None:
    book = book_of(consultant, compared)
    assert [line["Which"] for line in lines(book, "Left out").values()] == ["Hidden", "Unfinished"]
    hidden = book_of(consultant, compared, aliased=True)
    assert list(lines(hidden, "Topics")) == ["Clinic 1", "Clinic 2", "Clinic 3"]
    assert [line["Which"] for line in lines(hidden, "Left out").values()] == ["Clinic 4", "Clinic 5"]
    everything = str([list(sheet.values) for sheet in hidden])
    assert not [name for name in (CLINIC, "Alder", "Birch", "Hidden", "Unfinished") if name in everything]


def test_codebook_explains_what_stands_in_the_file(consultant: User, compared: Network) -> None:
    book = book_of(consultant, compared)
    entries = list(book["Codebook"].iter_rows(min_row=2, values_only=True))
    cells = {cell for sheet in book if sheet.title != "Codebook" for row in sheet.values for cell in row}
    names = {name for part, _, name, *_ in entries if part not in {"Sheet", "Column"}}
    assert {"The online programme", "Not yet"} <= names <= cells
    assert [means for _, _, name, means, _ in entries if name.startswith("The therapists") and "“How sure you" in means]


@pytest.mark.parametrize(
    ("query", "compared_words", "sheets"),
    [
        ("?search=birch", "You have chosen one clinic, so there is nothing to compare it with.", []),
        ("?search=hidden", "Nothing can be compared.", ["Left out"]),
        ("?search=nobody", "No clinic fits all of what was chosen.", []),
    ],
    ids=["one", "none that can be", "none"],
)
def test_file_of_fewer_than_two_says_so_and_has_no_spread(
    consultant: User, compared: Network, query: str, compared_words: str, sheets: list[str]
) -> None:
    book = book_of(consultant, compared, query)
    assert book.sheetnames == ["Notes", "Topics", "Flags", "Team", *sheets, "Codebook"]
    notes = lines(book, "Notes")
    assert notes["Compared"]["What there is to know"] == compared_words
    assert "In short" not in notes


def test_names_are_text(consultant: User, compared: Network) -> None:
    Network.objects.update(name="=1+1 & <b>")
    book = load_workbook(io.BytesIO(signed_in(consultant).get(f"/networks/{compared.pk}/compare/file/").getvalue()))
    found = {cell.value: cell for sheet in book for row in sheet for cell in row if cell.value is not None}
    assert {found[name].data_type for name in ("=1+1 & <b>", CLINIC, "+Alder")} == {"s"}
    assert not [cell for cell in found.values() if cell.data_type == "f" or cell.hyperlink]


def test_team_has_released_figures_alone(consultant: User, network: Network) -> None:
    for name, n_people in (("Heard", 7), ("Withheld", 3)):
        place = add_clinic(network, name)
        lead = lead_of(place.clinic)
        close(hear(begin(place, ALL_MOSTLY), lead, HEARD[:n_people]), lead)
    finish(add_clinic(network, "Never asked"), ALL_MOSTLY)
    book = book_of(consultant, network)
    team = lines(book, "Team")
    assert list(team) == ["Heard"]
    assert team["Heard"]["Training and skills"] == 50
    assert team["Heard"]["From at least"] == 7


def test_statements_are_the_same_for_every_lot(
    consultant: User, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_reading, "AT_ONCE", 2)
    counted = []
    for number in range(6):
        finish(add_clinic(network, f"Clinic of {number}"), FEW)
        client = signed_in(consultant)
        with CaptureQueriesContext(connection) as statements:
            client.get(f"/networks/{network.pk}/compare/file/").getvalue()
        counted.append(len(statements))
    one, two, three, four, five, six = counted
    assert (one, three, five) == (two, four, six)
    assert two - one == 0
    assert five - three == three - one


def test_clinic_that_withdraws_while_the_file_is_made_is_left_out(
    consultant: User, compared: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_reading, "AT_ONCE", 1)
    places = NetworkClinic.objects.visible_to(consultant).filter(network=compared)
    asked = Asked(places, tally(places), load(), Selection(), is_aliased=False, now=NOW)
    lines = network_reading.clinic_lines(asked, compare(asked))
    assert next(lines).row.name == "+Alder"
    birch = places.select_related("clinic").get(clinic__name="Birch")
    actions.withdraw(by=lead_of(birch.clinic), place=birch, now=NOW)
    assert [line.row.name for line in lines] == [CLINIC]


def test_file_waits_for_a_slot_and_leaves_nothing_behind(
    consultant: User, compared: Network, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert len(lines(book_of(consultant, compared), "Topics")) == 3
    assert {path.name for path in (tmp_path / "var" / FOLDER).iterdir()} == {GATE, *map(str, range(N_SLOTS))}
    with slot(consultant.pk):
        response = signed_in(consultant).get(f"/networks/{compared.pk}/compare/file/")
    assert (response.status_code, response["Retry-After"]) == (503, response["Refresh"])
    settings.VAR_DIR = Path(__file__)  # where no folder can be made
    response = signed_in(consultant).get(f"/networks/{compared.pk}/compare/file/")
    assert response.status_code == 500
    assert "It is not your doing" in response.content.decode()


def test_page_leads_to_the_file_with_its_filters(consultant: User, compared: Network) -> None:
    page = page_of(consultant, compared, "?flag=missing-funding&sort=-programme")
    assert f'href="{address(compared)}file/?flag=missing-funding&sort=-programme"' in page
