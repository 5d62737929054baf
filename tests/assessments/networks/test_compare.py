"""The page on which clinics are compared: what stands on it, in words and figures."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

import pytest
from django.urls import reverse

from assessments.clinics.models import User
from assessments.networks.compare_reading import LEFT_OUT_NAMED
from assessments.networks.models import Level, Network
from assessments.rounds.models import Round
from readiness.instrument.definition import Form, NonAnswer
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW
from tests.assessments.history import rewriting
from tests.assessments.networks.clinics import add_clinic, begin, finish
from tests.assessments.networks.compare_pages import cells, left_out, page_of, rows, said, text_of
from tests.assessments.results.conftest import ALL_MOSTLY, MIXED

pytestmark = pytest.mark.usefixtures("at_noon")

LOW: Final = dict.fromkeys(ALL_MOSTLY, 1)
TOPICS: Final = tuple(domain.key for domain in load().domains_of(Form.MANAGER))


def test_page_compares_the_latest_results_of_clinics_that_show_scores(consultant: User, network: Network) -> None:
    place = add_clinic(network, "Alder")
    finish(place, LOW, at=NOW - timedelta(days=60))
    finish(place, MIXED, at=NOW - timedelta(days=10))
    begin(place, LOW)
    finish(add_clinic(network, "Birch", Level.ANSWERS), ALL_MOSTLY)
    finish(add_clinic(network, "Hidden", Level.PROGRESS), LOW)

    page = page_of(consultant, network)

    assert said(page).startswith("2 of 3 clinics are compared by their latest finished assessment")
    assert list(rows(page)) == ["Alder", "Birch"]
    alder = cells(rows(page)["Alder"])
    assert tuple(alder) == TOPICS
    assert alder["funding"] | {"class": ""} == {
        "domain": "funding",
        "score": "43.75",
        "status": "provisional",
        "band": "not_yet",
        "class": "",
        "text": "Money and future 44 Not yet provisional",
    }
    assert cells(rows(page)["Birch"])["funding"]["text"] == "Money and future 75 In place"


def test_score_on_few_answers_has_no_word_and_no_score_is_no_zero(consultant: User, network: Network) -> None:
    items = [item.key for item in load().items_of(Form.MANAGER, "funding")]
    few = dict.fromkeys(items[:2], 4) | dict.fromkeys(items[2:], NonAnswer.NOT_APPLICABLE)
    none = {item.key: None for item in load().items_of(Form.MANAGER, "process")}
    finish(add_clinic(network, "Alder"), {**ALL_MOSTLY, **few, **none})

    shown = cells(rows(page_of(consultant, network))["Alder"])

    assert shown["funding"]["text"] == "Money and future 75 few answers"
    assert "cell-hatched" in shown["funding"]["class"]
    assert shown["funding"]["band"] == "in_place"
    assert shown["process"]["text"] == "Running the change – not enough answers"
    assert (shown["process"]["score"], shown["process"]["band"]) == ("", "")


def test_what_cannot_be_compared_is_named_with_its_reason(consultant: User, network: Network) -> None:
    finish(add_clinic(network, "Alder"), MIXED)
    finish(add_clinic(network, "Birch"), MIXED)
    add_clinic(network, "New")
    begin(add_clinic(network, "Begun"), MIXED)
    finish(add_clinic(network, "Hidden", Level.PROGRESS), MIXED)
    older = add_clinic(network, "Older")
    finish(older, MIXED)
    with rewriting():
        Round.objects.filter(clinic=older.clinic).update(instrument_version=7)

    page = page_of(consultant, network)

    assert said(page).startswith("2 of 6 clinics are compared")
    assert left_out(page) == {
        "Scores not shown (1)": ["Hidden"],
        "Nothing finished yet (2)": ["Begun", "New"],
        "Last finished with another version of the questionnaire (1)": ["Older"],
    }


def test_many_that_cannot_be_compared_are_counted(consultant: User, network: Network) -> None:
    for number in range(LEFT_OUT_NAMED + 2):
        add_clinic(network, f"Clinic {number:02}", Level.PROGRESS)
    page = page_of(consultant, network)
    assert said(page) == "Nothing can be compared yet."
    (names,) = left_out(page).values()
    assert (len(names), names[0], names[-1]) == (LEFT_OUT_NAMED + 1, "Clinic 00", "and 2 more, in the list of clinics")


def test_network_without_clinics_says_what_to_do(consultant: User, network: Network) -> None:
    page = page_of(consultant, network)
    assert "No clinic has let this network in yet." in page
    assert "json" not in page


@pytest.mark.parametrize(
    ("query", "order", "state"),
    [
        ("?sort=funding", ["Alder", "Cedar", "Birch", "Nobody"], "ascending"),
        ("?sort=-funding", ["Birch", "Alder", "Cedar", "Nobody"], "descending"),
        ("?sort=-name", ["Nobody", "Cedar", "Birch", "Alder"], "descending"),
    ],
)
def test_clinics_are_ordered_by_any_topic(
    consultant: User, network: Network, query: str, order: list[str], state: str
) -> None:
    for name, answers in (("Cedar", MIXED), ("Birch", ALL_MOSTLY), ("Alder", MIXED), ("Nobody", {})):
        finish(add_clinic(network, name), answers)
    page = page_of(consultant, network, query)
    assert list(rows(page)) == order
    (head,) = re.findall(r'<th [^>]*aria-sort="(\w+)"[^>]*><a href="([^"]*)"', page)
    assert head[0] == state
    assert list(rows(page_of(consultant, network, head[1])))  # turned round by its own link


@pytest.mark.parametrize("topic", TOPICS)
def test_head_of_each_topic_orders_by_it(consultant: User, network: Network, topic: str) -> None:
    finish(add_clinic(network, "Alder"), MIXED)
    assert f'href="?sort={topic}"' in page_of(consultant, network)
    assert 'aria-sort="ascending"' in page_of(consultant, network, f"?sort={topic}")


def test_dots_tell_how_far_clinics_lie_apart(consultant: User, network: Network) -> None:
    for number, answers in enumerate([LOW, MIXED, MIXED, ALL_MOSTLY, ALL_MOSTLY]):
        finish(add_clinic(network, f"Clinic {number}"), answers)
    page = page_of(consultant, network)
    assert "Median 44, middle half 44 to 75" in page
    (line,) = re.findall(r'<tr data-test="spread" data-domain="funding">(.*?)</tr>', page)
    assert text_of(line) == "Money and future 44 44 75 3 0 2 0"


def test_few_clinics_have_no_median(consultant: User, network: Network) -> None:
    for number, answers in enumerate([LOW, MIXED, ALL_MOSTLY, {}]):
        finish(add_clinic(network, f"Clinic {number}"), answers)
    page = page_of(consultant, network)
    assert "Median and middle half are said from 5 clinics on." in page
    assert "0, 44 and 75" in page
    (line,) = re.findall(r'<tr data-test="spread" data-domain="funding">(.*?)</tr>', page)
    assert text_of(line) == "Money and future – – – 2 0 1 1"


def test_flags_are_counted_over_all_and_shown_for_the_page(consultant: User, network: Network) -> None:
    finish(add_clinic(network, "Alder"), MIXED)
    finish(add_clinic(network, "Birch"), LOW)
    finish(add_clinic(network, "Cedar"), ALL_MOSTLY)
    page = page_of(consultant, network)
    heads = re.findall(r'<th scope="col" role="columnheader">(<a href="\?flag=.*?)</th>', page)
    told = [text_of(head) for head in heads]
    money, evidence = "Money still open ◆ 1 to decide ◇ 1 to look at", "Evidence in question ◆ 1 to decide"
    assert told.index(money) < told.index(evidence)
    matrix = re.search(r'<table class="matrix".*?</table>', page)[0]  # type: ignore[index]
    lines = {text_of(name): body for name, body in re.findall(r'<th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', matrix)}
    assert "Look at this Money" in text_of(lines["Alder"])
    assert "Needs a decision Money" in text_of(lines["Birch"])
    assert lines["Cedar Nothing flagged"].count("<td") == len(heads)
    assert text_of(lines["Cedar Nothing flagged"]) == ""


def test_flag_raised_by_topic_names_its_topics(consultant: User, network: Network) -> None:
    answers = {item.key: 5 if item.critical else 1 for item in load().items_of(Form.MANAGER)}
    finish(add_clinic(network, "Alder"), answers)
    page = page_of(consultant, network)
    assert re.search(r"Other topics with much open</span> ?<span class=\"matrix-topics\">The online programme, ", page)


def test_head_of_a_flag_keeps_the_clinics_that_have_it(consultant: User, network: Network) -> None:
    finish(add_clinic(network, "Alder"), MIXED)
    finish(add_clinic(network, "Birch"), LOW)
    finish(add_clinic(network, "Cedar"), ALL_MOSTLY)
    assert 'href="?flag=missing-funding"' in page_of(consultant, network)
    page = page_of(consultant, network, "?flag=missing-funding")
    assert said(page).startswith("2 of the 2 clinics that you have chosen are compared")
    assert list(rows(page)) == ["Alder", "Birch"]
    assert re.findall(r'href="\?([^"]*)"[^>]*>Evidence', page) == ["flag=missing-funding&flag=critical-evidence"]
    nobody = page_of(consultant, network, "?flag=missing-funding&band=funding:in_place")
    assert "No clinic fits all of this." in nobody


def test_one_clinic_is_compared_with_nothing_and_leads_to_its_page(consultant: User, network: Network) -> None:
    place = add_clinic(network, "Alder")
    finish(place, MIXED)
    page = page_of(consultant, network)
    assert said(page).startswith("There is one clinic, so there is nothing to compare it with. See what it shows")
    assert f'href="{reverse("networks:clinic", args=[network.pk, place.clinic_id])}">See what it shows<' in page
    add_clinic(network, "Birch")
    assert said(page_of(consultant, network)).startswith("Only one of 2 clinics can be compared, so there is nothing")
