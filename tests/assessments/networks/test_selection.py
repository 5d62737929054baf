"""What an address says of clinics: everything known is kept, everything else told."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from assessments.networks.selection import MANY_MAX, Selection, flag_parts, read_selection
from readiness.instrument.loading import load
from readiness.scoring.bands import Band


def read(address: str) -> Selection:
    """Read the part of an address from the question mark on."""
    return read_selection(QueryDict(address), load())


FULL = (
    "search=harbour&country=Spain&setting=primary&size=small&stage=pilot&need=stuck&band=funding%3Anot_yet"
    "&band=intake%3Apartly&flag=scepticism&flag=role-gap%3Askills&sort=-funding&page=3"
)


@pytest.mark.parametrize("address", ["", FULL, "sort=-name", "need=not-started", "flag=weak-domain"])
def test_selection_is_the_same_when_its_own_address_is_read(address: str) -> None:
    selection = read(address)
    assert selection.unknown == ()
    assert selection.query() == f"?{address}"
    assert read(selection.query()[1:]) == selection


def test_selection_of_everything_known() -> None:
    assert read(FULL) == Selection(
        search="harbour",
        country="Spain",
        setting="primary",
        size="small",
        stage="pilot",
        need="stuck",
        bands=(("funding", Band.NOT_YET), ("intake", Band.PARTLY)),
        flags=("scepticism", "role-gap:skills"),
        sort="funding",
        is_descending=True,
        page=3,
    )


@pytest.mark.parametrize(
    ("address", "unknown"),
    [
        ("setting=moon", "setting"),
        ("size=giant", "size"),
        ("stage=Pilot", "stage"),
        ("need=password", "need"),
        ("band=funding", "band"),
        ("band=confidence:partly", "band"),
        ("band=funding:great", "band"),
        ("flag=no-such", "flag"),
        ("flag=scepticism:funding", "flag"),
        ("flag=weak-domain:nowhere", "flag"),
        ("sort=clinic__memberships__user__email", "sort"),
        ("sort=--name", "sort"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=%D9%A3", "page"),
        ("page=99999999999999999999", "page"),
        ("search=%00", "search"),
    ],
)
def test_selection_tells_what_it_does_not_know(address: str, unknown: str) -> None:
    selection = read(address)
    assert selection == Selection(unknown=(unknown,))


def test_selection_tells_when_too_much_is_asked_at_once() -> None:
    flags = "&".join(f"flag=weak-domain:{domain.key}" for domain in load().domains if domain.key != "confidence")
    selection = read(flags)
    assert len(selection.flags) == MANY_MAX
    assert selection.unknown == ("flag",)


def test_selection_takes_what_a_form_sends_empty() -> None:
    assert read("search=&country=&setting=&size=&stage=&need=&band=&band=&flag=&sort=&page=") == Selection()


def test_selection_cuts_a_search_that_goes_on_and_on() -> None:
    assert len(read("search=" + "a" * 5_000).search) == 120


def test_selection_begins_on_the_first_page_when_it_changes() -> None:
    assert read(FULL).but(country="").page == 1
    assert read(FULL).sorted_by("name").page == 1


def test_selection_turns_the_order_round() -> None:
    once = Selection().sorted_by("due")
    assert (once.sort, once.is_descending) == ("due", False)
    assert once.sorted_by("due").is_descending
    assert not once.sorted_by("due").sorted_by("name").is_descending


@pytest.mark.parametrize(
    ("address", "is_filtered"),
    [("", False), ("sort=-due&page=4", False), ("search=a", True), ("flag=scepticism", True)],
)
def test_selection_is_filtered(address: str, is_filtered: bool) -> None:
    assert read(address).is_filtered == is_filtered


@pytest.mark.parametrize(
    ("flag", "parts"), [("scepticism", ("scepticism", "")), ("role-gap:skills", ("role-gap", "skills"))]
)
def test_flag_parts(flag: str, parts: tuple[str, str]) -> None:
    assert flag_parts(flag) == parts
