"""The list of a network's clinics: what stands in a row, what is never there, and an address for everything."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Final

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessments.clinics.models import User
from assessments.networks import actions, portfolio
from assessments.networks.doors import TOO_MUCH
from assessments.networks.filters import ORDERS, OTHER_ORDERS
from assessments.networks.models import Level, Network
from assessments.networks.paging import PAGE_SIZE
from assessments.rounds.models import FormAnswer, Round, TeamTalk
from readiness.instrument.definition import Form
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.history import rewriting
from tests.assessments.networks.clinics import add_clinic, add_empty_clinics, begin, finish, lead_of
from tests.assessments.results.conftest import MIXED

pytestmark = pytest.mark.usefixtures("at_noon")
N_QUERIES: Final = 15


def page_of(user: User, network: Network, address: str = "") -> str:
    """Give the list as a consultant sees it, as text without line breaks."""
    response = signed_in(user).get(reverse("networks:clinics", args=[network.pk]) + address)
    assert response.status_code == 200
    return " ".join(unescape(response.content.decode()).split())


def rows(page: str) -> dict[str, str]:
    """Give the text of each clinic's row by its name."""
    found = re.findall(r'<tr role="row" data-test="clinic">(.*?)</tr>', page)
    names = [re.search(r"<a[^>]*>([^<]*)</a>", row) for row in found]
    return {name[1]: text_of(row) for name, row in zip(names, found, strict=True) if name}


def text_of(html: str) -> str:
    """Give what can be read in a piece of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_list_shows_how_a_clinic_stands(consultant: User, network: Network) -> None:
    place = add_clinic(network, "Harbour")
    finish(place, MIXED, at=NOW - timedelta(days=30), stage="pilot")
    process = {item.key: 4 for item in load().items_of(Form.MANAGER, "process")}
    begin(place, {**process, "intake": 3})
    row = rows(page_of(consultant, network))["Harbour"]
    assert "Shows: Scores and flags" in row
    assert "Running" in row
    assert "23 Oct 2026" in row
    assert "Due 13 Dec 2026 1 of 9 sections done Last worked on 22 Nov 2026, at “Patients finding the way”" in row
    assert re.search(r"the way” 1 to decide 1 to decide \d to look at", row)
    assert "Money and future 44 Not yet" in row
    assert row.endswith("Nothing known")


def test_list_counts_a_section_as_done_when_all_that_is_asked_is_answered(consultant: User, network: Network) -> None:
    asked = {item.key: 4 for item in load().items_of(Form.MANAGER, "intake") if not item.route}
    routes = {item.key: 4 for item in load().items_of(Form.MANAGER, "intake") if item.route}
    assert routes
    without = begin(add_clinic(network, "By payers alone"), asked)
    Round.objects.filter(pk=without.pk).update(routes=["payer"])
    begin(add_clinic(network, "By GPs and themselves"), asked)
    cleared = begin(add_clinic(network, "Cleared"), {**asked, **routes})
    FormAnswer.objects.filter(round=cleared, key="intake").update(value=None)
    begin(add_clinic(network, "Done"), {**asked, **routes})
    found = rows(page_of(consultant, network))
    done = {name: "1 of 9 sections done" in row for name, row in found.items()}
    assert done == {"By GPs and themselves": False, "By payers alone": True, "Cleared": False, "Done": True}


def test_list_shows_nothing_but_progress_of_clinics_that_show_progress(consultant: User, network: Network) -> None:
    place = add_clinic(network, "Hidden", Level.PROGRESS)
    finish(place, MIXED, at=NOW - timedelta(days=30))
    begin(place, {"intake": 1})
    page = page_of(consultant, network)
    assert rows(page) == {
        "Hidden": "Hidden Shows: Progress Running 23 Oct 2026 Due 13 Dec 2026 0 of 9 sections done "
        "Last worked on 22 Nov 2026, at “Patients finding the way” Not shared"
    }
    assert 'class="band ' not in page


def test_list_follows_the_level_at_once(consultant: User, network: Network) -> None:
    place = add_clinic(network, "Harbour", Level.ANSWERS)
    finish(place, MIXED)
    assert "Not yet" in rows(page_of(consultant, network))["Harbour"]
    actions.change_level(by=lead_of(place.clinic), place=place, level=Level.PROGRESS, now=NOW)
    assert "Not shared" in rows(page_of(consultant, network))["Harbour"]
    actions.withdraw(by=lead_of(place.clinic), place=place, now=NOW)
    assert rows(page_of(consultant, network)) == {}


def test_list_tells_how_the_team_was_heard_and_never_how_many(consultant: User, network: Network) -> None:
    for name in ("Both", "Figures", "Nobody", "Talk", "Talk of the open one"):
        place = add_clinic(network, name)
        assessment = finish(place, {"intake": 4})
        asked = begin(place) if name == "Talk of the open one" else assessment
        with rewriting():
            if name in ("Both", "Figures"):
                Round.objects.filter(pk=assessment.pk).update(is_team_shown=True, n_invited=7_777)
            if name.startswith(("Both", "Talk")):
                TeamTalk.objects.create(round=asked, token_hash=name, n_people=333, sent_on=NOW.date())
    page = page_of(consultant, network)
    heard = {name: row.split("No topic has a score ")[-1] for name, row in rows(page).items()}
    assert heard == {
        "Both": "In a meeting and in confidence",
        "Figures": "In confidence",
        "Nobody": "Nothing known",
        "Talk": "In a meeting",
        "Talk of the open one": "Nothing known",
    }
    for unsaid in ("7777", "7,777", "333", "invited"):
        assert unsaid not in page


def test_list_without_anything_yet(consultant: User, network: Network) -> None:
    add_clinic(network, "New")
    assert rows(page_of(consultant, network)) == {
        "New": "New Shows: Scores and flags Not told yet None yet None None yet, as nothing is finished"
    }


def test_list_of_an_empty_network_says_what_to_do(consultant: User, network: Network) -> None:
    page = page_of(consultant, network)
    assert "No clinic has let this network in yet." in page
    assert "Invite clinics" in page
    assert 'name="search"' not in page


def test_list_without_hits_says_how_to_go_on(consultant: User, network: Network) -> None:
    add_clinic(network, "Harbour")
    page = page_of(consultant, network, "?search=forest&sort=-due")
    assert "No clinic fits all of this." in page
    assert "0</b> of 1 clinic" in page
    assert 'href="?sort=-due">Show all clinics' in page


def test_list_takes_each_filter_back_by_a_chip(consultant: User, network: Network) -> None:
    add_clinic(network, "Harbour", country="Spain")
    page = page_of(consultant, network, "?country=Spain&band=funding:not_yet&flag=scepticism&sort=due")
    chips = re.findall(r'class="list-chip" href="([^"]*)">([^<]*)<', page)
    assert chips == [
        ("?band=funding%3Anot_yet&flag=scepticism&sort=due", "Spain"),
        ("?country=Spain&flag=scepticism&sort=due", "Money and future: Not yet"),
        ("?country=Spain&band=funding%3Anot_yet&sort=due", "Doubts among GPs or colleagues"),
    ]


def test_form_leads_to_an_address_without_empty_parts(consultant: User, network: Network) -> None:
    client = signed_in(consultant)
    for name in ("clinics", "compare"):
        address = reverse(f"networks:{name}", args=[network.pk])
        asked = client.get(address + "?search=&sort=-safety&need=&country=a%26b&flag=&flag=scepticism&band=")
        assert asked["Location"] == f"{address}?sort=-safety&country=a%26b&flag=scepticism"
        assert client.get(address + "?search=&need=")["Location"] == address
        assert client.get(asked["Location"]).status_code == 200


def test_list_leads_to_comparing_what_was_chosen(consultant: User, network: Network) -> None:
    compare = reverse("networks:compare", args=[network.pk])
    add_clinic(network, "Harbour", country="Spain")
    assert "Compare these clinics" not in page_of(consultant, network)
    add_clinic(network, "Forest", country="Spain")
    assert f'href="{compare}?"' in page_of(consultant, network)
    page = page_of(consultant, network, "?country=Spain&sort=-funding&page=9&size=huge")
    assert f'href="{compare}?country=Spain&sort=-funding"' in page


def test_list_keeps_what_was_chosen_in_its_form(consultant: User, network: Network) -> None:
    add_clinic(network, "Harbour", country="Spain")
    add_clinic(network, "Forest", country="Norway")
    address = "?search=a&country=Spain&stage=pilot&need=stuck&band=funding:not_yet&flag=role-gap:skills&sort=-name"
    page = page_of(consultant, network, address)
    chosen = re.findall(r'<option value="([^"]*)" selected>', page)
    assert sorted(chosen) == ["-name", "Spain", "pilot", "stuck"]
    assert sorted(re.findall(r'value="([^"]*)" checked', page)) == ["funding:not_yet", "role-gap:skills"]
    assert 'value="Norway"' in page


def test_countries_to_choose_from_are_those_of_most_clinics(
    consultant: User, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portfolio, "COUNTRIES_MAX", 2)
    for number, country in enumerate(("Wales", "Norway", "Wales", "Spain", "Norway", "")):
        add_clinic(network, f"Clinic {number}", country=country)
    page = page_of(consultant, network, "?country=Spain")
    offered = re.findall(r'<option value="([^"]+)"', page.partition('name="country"')[2].partition("</select>")[0])
    assert offered == ["Norway", "Wales", "Spain"]


def test_list_orders_by_its_heads(consultant: User, network: Network) -> None:
    add_clinic(network, "Harbour")
    page = page_of(consultant, network, "?sort=-safety&search=har")
    assert re.findall(r'aria-sort="(\w+)"><a href="([^"]*)">([^<]*)<', page) == [
        ("descending", "?search=har&sort=safety", "Safety flags")
    ]
    assert '<a href="?search=har&sort=-finished">Last finished' in page
    assert '<a href="?search=har">Clinic<' in page


def test_list_ordered_by_a_topic_shows_its_figure(consultant: User, network: Network) -> None:
    finish(add_clinic(network, "Mixed"), MIXED)
    finish(add_clinic(network, "Hidden", Level.PROGRESS), MIXED)
    finish(add_clinic(network, "Little"), {"intake": 3})
    finish(add_clinic(network, "Mixed too"), MIXED)
    page = page_of(consultant, network, "?sort=-funding")
    assert re.search(r'aria-sort="descending"><a href="\?sort=funding">Money and future<', page)
    assert '<option value="-funding" selected>Money and future, highest first<' in page
    cells = re.findall(r'<td role="cell" data-label="Money and future">(.*?)</td>', page)
    assert [text_of(cell) for cell in cells] == ["44 Not yet", "44 Not yet", "no score"]
    assert 'colspan="5"' in page


@pytest.mark.parametrize(("order", "named"), [*OTHER_ORDERS.items(), *ORDERS.items()])
def test_list_names_its_order(consultant: User, network: Network, order: str, named: str) -> None:
    add_clinic(network, "Harbour")
    assert f'<option value="{order}" selected>{named}</option>' in page_of(consultant, network, f"?sort={order}")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("?sort=password", "left out: the order."),
        ("?need=x&stage=y", "left out: the stage and the reason to look."),
        ("?band=funding:great", "left out: the topics (each with a word, at most 6)."),
        ("?page=abc", "left out: the page."),
        ("?page=7", "There is only one page."),
        ("?page=9999999999999999999999", "left out: the page."),
        ("?search=%00", "left out: the search."),
    ],
)
def test_list_tells_what_it_did_not_understand_and_works(
    consultant: User, network: Network, address: str, said: str
) -> None:
    add_clinic(network, "Harbour")
    page = page_of(consultant, network, address)
    assert said in page
    assert "Harbour" in rows(page)


@pytest.mark.parametrize(
    "query", ["&".join(f"clinic={n}" for n in range(10_000)), "&".join(f"p{n}" for n in range(5_000))]
)
@pytest.mark.parametrize("name", ["overview", "clinics", "compare", "side_by_side", "teams", "change"])
def test_flood_of_parameters_leads_to_the_page_without_them(
    consultant: User, stranger: User, network: Network, query: str, name: str
) -> None:
    address = reverse(f"networks:{name}", args=[network.pk])
    response = signed_in(consultant).get(f"{address}?{query}", follow=True)
    assert response.redirect_chain == [(address, 302)]
    assert TOO_MUCH in response.content.decode()
    assert signed_in(stranger).get(f"{address}?{query}").status_code == 404


def test_list_by_pages(consultant: User, network: Network) -> None:
    names = add_empty_clinics(network, 2 * PAGE_SIZE + 3)
    assert list(rows(page_of(consultant, network))) == names[:PAGE_SIZE]
    second = page_of(consultant, network, "?page=2")
    assert list(rows(second)) == names[PAGE_SIZE : 2 * PAGE_SIZE]
    assert "Page 2 of 3" in second
    links = re.findall(r'<a href="([^"]*)"[^>]*>(First|Previous|Next|Last)</a>', second)
    assert links == [("?", "First"), ("?", "Previous"), ("?page=3", "Next"), ("?page=3", "Last")]
    beyond = page_of(consultant, network, "?page=80")
    assert list(rows(beyond)) == names[2 * PAGE_SIZE :]
    assert "There are 3 pages. This is the last." in beyond


def test_list_by_aliases_never_names_a_clinic(consultant: User, network: Network) -> None:
    for name in ("Harbour", "Alpine"):
        finish(add_clinic(network, name, country="Spain"), MIXED)
    client = signed_in(consultant)
    hide_names(client, network)
    response = client.get(reverse("networks:clinics", args=[network.pk]) + "?search=Harbour")
    page = " ".join(unescape(response.content.decode()).split())
    assert list(rows(page)) == ["Clinic 1", "Clinic 2"]
    assert "clinics are found by number alone" in page
    assert 'id="search" name="search" value=""' in page
    assert "Harbour" not in page
    assert "Alpine" not in page


def hide_names(client: Client, network: Network) -> None:
    """Show aliases in this browser from now on."""
    client.post(reverse("networks:names", args=[network.pk]), {"names": "hidden", "next": "/networks/"})


def test_list_knows_no_clinic_of_others(consultant: User, network: Network, stranger: User) -> None:
    add_clinic(network, "Harbour", country="Spain")
    stranger.is_consultant = True
    stranger.save()
    theirs = actions.create_network(by=stranger, name="Other network", now=NOW)
    finish(add_clinic(theirs, "Secret place", country="Norway"), MIXED)
    page = page_of(consultant, network, "?search=secret")
    assert "Secret" not in page
    assert "Norway" not in page
    assert "0</b> of 1 clinic" in page
    assert signed_in(stranger).get(reverse("networks:clinics", args=[network.pk])).status_code == 404


@pytest.mark.parametrize("n_clinics", [3, 60])
def test_list_takes_a_fixed_number_of_queries(
    consultant: User, network: Network, n_clinics: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("A", "B", "C"):
        place = add_clinic(network, name)
        finish(place, MIXED, at=NOW - timedelta(days=30))
        begin(place, {"intake": 3})
    add_empty_clinics(network, n_clinics - 3)
    client = signed_in(consultant)
    address = reverse("networks:clinics", args=[network.pk])
    client.get(address)
    with django_assert_num_queries(N_QUERIES):
        client.get(address + "?sort=-safety")
