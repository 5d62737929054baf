"""The first screen: who needs the consultant now and what clinics have in common, each count with its list."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Final

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessments.clinics.models import User
from assessments.networks import actions, invitation_actions
from assessments.networks.invitation_list import Line
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.networks.overview import causes_in_common, count_needing, stuck_at
from assessments.networks.overview_presenters import in_common, need_rows
from assessments.plans.models import Action, Status
from assessments.results.models import ResultFlag
from assessments.results.reading import guidance_for
from assessments.rounds.models import Round
from readiness.guidance.in_common import Cause
from readiness.instrument.definition import INSTRUMENT, Form
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.history import rewriting
from tests.assessments.networks.clinics import add_clinic, add_empty_clinics, begin, finish, lead_of, save
from tests.assessments.networks.sheets import open_again, plan
from tests.assessments.results.conftest import ALL_MOSTLY, DONT_KNOW, ITEMS, MIXED

pytestmark = pytest.mark.usefixtures("at_noon")
N_QUERIES: Final = 13
"""Two of them name the clinics of the reasons that few have."""
LONG_AGO: Final = NOW - timedelta(days=30)
QUICK: Final = {item.key: 4 for item in load().items_of(Form.MANAGER) if item.quick}
NO_MONEY: Final = {**ALL_MOSTLY, "reimbursement": 1, "long-term-funding": 3}


def page_of(user: User, network: Network) -> str:
    """Give the first screen as a consultant sees it, as text without line breaks."""
    response = signed_in(user).get(reverse("networks:overview", args=[network.pk]))
    assert response.status_code == 200
    return " ".join(unescape(response.content.decode()).split())


def needs(page: str) -> dict[str, int]:
    """Give the counts by need."""
    return {key: int(count) for key, count in re.findall(r'data-need="([\w-]+)" data-count="(\d+)"', page)}


def named(page: str) -> dict[str, list[str]]:
    """Give the clinics that are named, by need."""
    parts = re.findall(r'data-need="([\w-]+)"(.*?)(?=data-test="need"|class="asides")', page)
    return {key: re.findall(r'<li><a href="[^"]*/clinics/[^"]+/">([^<]*)<', part) for key, part in parts}


def causes(page: str) -> list[str]:
    """Give the sentences of what clinics have in common."""
    return re.findall(r'data-test="cause"> <a href="[^"]*">([^<]*)<', page)


def listed(user: User, address: str) -> int:
    """Count the clinics of a list."""
    return int(signed_in(user).get(address).context["n_found"])


@pytest.fixture
def roll_out(network: Network) -> Network:
    """A network in which every reason to look is there, of clinics at every level."""
    finish(add_clinic(network, "Red"), MIXED, at=LONG_AGO)
    finish(add_clinic(network, "Amber", Level.ANSWERS), {**NO_MONEY, "data-protection": DONT_KNOW})
    finish(add_clinic(network, "No money"), NO_MONEY)
    finish(add_clinic(network, "Hidden", Level.PROGRESS), MIXED)
    add_clinic(network, "Nothing", Level.PROGRESS)
    begin(add_clinic(network, "Opened"), days=60)
    begin(add_clinic(network, "Stuck", Level.PROGRESS), QUICK, at=LONG_AGO, days=60)
    begin(add_clinic(network, "Hurry"), ALL_MOSTLY, days=5)
    begin(add_clinic(network, "Behind", Level.PROGRESS), {"intake": 3}, days=5)
    return network


def test_overview_counts_who_needs_the_consultant(consultant: User, roll_out: Network) -> None:
    page = page_of(consultant, roll_out)
    assert needs(page) == {"safety": 2, "not-started": 2, "stuck": 1, "closing": 2, "no-plan": 1}
    assert "of 3 clinics whose result you can see" in page
    assert "of 9 clinics" in page
    assert "In 1 clinic it needs a decision, in 1 it is worth a look." in page
    assert "In 1 no assessment is open yet, in 1 not one question is answered." in page
    assert named(page) == {
        "safety": ["Amber", "Red"],
        "not-started": ["Nothing", "Opened"],
        "stuck": ["Stuck"],
        "closing": ["Behind", "Hurry"],
        "no-plan": ["Red"],
    }
    assert "Last seen after the quick start." in page
    assert "1 of them has answered fewer than half of the questions." in page
    assert re.search(r'Finished in the last 14 days: <a href="[^"]*">3</a>', page)


def test_overview_leads_from_each_count_to_just_these_clinics(consultant: User, roll_out: Network) -> None:
    page = page_of(consultant, roll_out)
    links = re.findall(r'href="(/networks/[^"]*\?[^"]*)"[^>]*>(?:<b>|All )?([\d,]+)', page)
    assert len(links) == 6 + len(causes(page))
    for address, count in links:
        assert listed(consultant, address) == int(count), address
    for address, n_clinics in re.findall(r'<a href="([^"]*)">[^<]*</a> <span>(\d+) of 3</span>', page):
        assert listed(consultant, address) == int(n_clinics), address


def test_overview_says_what_clinics_have_in_common(consultant: User, roll_out: Network) -> None:
    page = page_of(consultant, roll_out)
    assert causes(page) == [
        "All 3 clinics have an open question about money: who pays, or for how long.",
    ]
    assert "in 2 of them it needs a decision" in page
    assert 'data-option="' in page
    assert "Money still open</a> <span>3 of 3</span>" in page[page.index('data-option="') :]


def test_overview_offers_options_for_several_causes(consultant: User, network: Network) -> None:
    low = {**ALL_MOSTLY, "evidence": 2, "gp-acceptance": 1, "colleague-acceptance": 2}
    for name in ("A", "B"):
        finish(add_clinic(network, name), low)
    page = page_of(consultant, network)
    option = page[page.index('data-option="') :]
    assert "Evidence in question</a> <span>2 of 2</span>" in option
    text = re.search(r"<textarea[^>]*readonly>(.*?)</textarea>", option)
    assert text
    assert "Evidence in question (2 of 2 clinics)" in text[1]
    for said in ("Addresses: ", "First steps 1. ", "When it does not fit: ", "Who: ", "Basis: "):
        assert said in text[1]


def test_overview_counts_flags_of_no_clinic_at_progress(consultant: User, network: Network) -> None:
    places = [add_clinic(network, name) for name in ("A", "B")]
    for place in places:
        finish(place, MIXED)
    assert needs(page_of(consultant, network))["safety"] == 2
    actions.change_level(by=lead_of(places[0].clinic), place=places[0], level=Level.PROGRESS, now=NOW)
    page = page_of(consultant, network)
    assert needs(page)["safety"] == 1
    assert "of 1 clinic whose result you can see" in page
    assert causes(page) == []
    assert "So far one does." in page
    actions.withdraw(by=lead_of(places[1].clinic), place=places[1], now=NOW)
    page = page_of(consultant, network)
    assert needs(page)["safety"] == 0
    assert "So far none does." in page


def test_overview_leaves_another_version_out_of_what_is_common_and_says_so(consultant: User, network: Network) -> None:
    for name in ("A", "B", "C"):
        finish(add_clinic(network, name), NO_MONEY)
    with rewriting():
        Round.objects.filter(clinic__name="C").update(instrument_version=2)
    page = page_of(consultant, network)
    assert causes(page) == ["2 of 2 clinics have an open question about money: who pays, or for how long."]
    assert "Others answered another version of the questionnaire last" in page


def test_overview_is_calm_where_nobody_needs_anything(consultant: User, network: Network) -> None:
    for name in ("A", "B"):
        place = add_clinic(network, name)
        finish(place, ALL_MOSTLY, at=LONG_AGO)
        plan(place.clinic)
    page = page_of(consultant, network)
    assert set(needs(page).values()) == {0}
    assert page.count("<b>Nobody</b>") == 5
    assert "Finished in the last 14 days: nobody" in page
    assert "Actions of plans: none due" in page
    assert "No flag is shared by two clinics or more." in page


@pytest.mark.parametrize(
    ("level", "closed_ago", "actions", "is_without"),
    [
        (Level.SCORES, 14, (), True),
        (Level.ANSWERS, 30, (), True),
        (Level.SCORES, 13, (), False),
        (Level.PROGRESS, 30, (), False),
        (Level.SCORES, 30, ((90, 80, Status.PLANNED),), False),
        (Level.SCORES, 30, ((90, 80, Status.UNDER_WAY),), False),
        (Level.SCORES, 30, ((90, 31, Status.DONE),), True),
        (Level.SCORES, 30, ((90, 30, Status.DONE),), False),
        (Level.SCORES, 30, ((2, 1, Status.DONE),), False),
        (Level.SCORES, 30, ((2, 1, Status.DROPPED),), True),
    ],
)
def test_closed_without_a_plan(
    network: Network, level: Level, closed_ago: int, actions: tuple[tuple[int, int, Status], ...], is_without: bool
) -> None:
    place = add_clinic(network, "A", level)
    finish(place, NO_MONEY, at=NOW - timedelta(days=closed_ago, hours=1))
    for added_ago, moved_ago, status in actions:
        action = plan(place.clinic, status=status, at=NOW - timedelta(days=moved_ago))
        Action.objects.filter(pk=action.pk).update(created_at=NOW - timedelta(days=added_ago))
    assert count_needing(NetworkClinic.objects.all(), load(), now=NOW).n_no_plan == is_without


def test_closed_without_a_plan_leaves_out_who_has_no_flag_or_answers_again(consultant: User, network: Network) -> None:
    for name, answers in (("Ash", ALL_MOSTLY), ("Birch", NO_MONEY), ("Cedar", NO_MONEY), ("Dogwood", NO_MONEY)):
        place = add_clinic(network, name, Level.SCORES)
        finish(place, answers, at=NOW - timedelta(days=30))
        if name == "Birch":
            open_again(place.clinic, place.clinic.memberships.get().user)
        if name == "Dogwood":
            plan(place.clinic, status=Status.DONE, at=NOW - timedelta(days=40))
    page = signed_in(consultant).get(f"/networks/{network.pk}/clinics/?need=no-plan").content.decode()
    rows = re.findall(r'data-test="clinic">.*?<a [^>]*>([^<]+)</a>.*?Plan: ([^<]+)<', page, re.DOTALL)
    assert rows == [("Cedar", "nothing planned or under way"), ("Dogwood", "nothing open, 1 action done")]


def test_overview_counts_actions_that_are_due(consultant: User, network: Network) -> None:
    for level in Level:
        clinic = add_clinic(network, level.label, level).clinic
        plan(clinic, due=-1)
        plan(clinic, due=9)
    assert re.search(r'<a href="[^"]*/actions/">2 overdue and 2 due within 14 days</a>', page_of(consultant, network))


def test_overview_of_an_empty_network_says_what_to_do(consultant: User, network: Network) -> None:
    page = page_of(consultant, network)
    assert "No clinic has let this network in yet." in page
    assert "Invite clinics" in page
    assert needs(page) == {}


def test_overview_counts_who_is_invited_and_has_not_joined(consultant: User, network: Network) -> None:
    line = Line(clinic="Lakeside Practice", email="lead@lakeside.example.org")
    invitation_actions.invite_clinics(by=consultant, network_id=network.pk, lines=[line], now=NOW)
    assert re.search(r'Invited and not joined: <a href="[^"]*">1</a>', page_of(consultant, network))


def test_stuck_at_the_topic_of_the_answer_saved_last(consultant: User, network: Network) -> None:
    as_good_as_all = dict.fromkeys(ITEMS, 4) | {"gp-referral": None}
    begin(add_clinic(network, "All"), as_good_as_all, at=LONG_AGO, days=90)
    for name in ("Money", "Money too"):
        moved = begin(add_clinic(network, name), {"evidence": 3}, at=LONG_AGO, days=90)
        save(moved, {"costs-known": 3}, at=LONG_AGO + timedelta(days=1))
    begin(add_clinic(network, "Quick"), QUICK, at=LONG_AGO, days=90)
    begin(add_clinic(network, "A figure"), {"usability": 3, "therapist-hours": 4}, at=LONG_AGO, days=90)
    places = NetworkClinic.objects.all()
    found = stuck_at(places, load(), now=NOW)
    assert dict(found) == {"funding": 2, "all": 1, "quick": 1, "practice": 1}
    assert next(iter(found)) == "funding"
    counted = count_needing(places, load(), now=NOW)
    said = {row.key: row.detail for row in need_rows(counted, found, load())}["stuck"]
    assert said.startswith("Last seen: 2 at “Money and future”, ")
    assert said.endswith(" and 1 elsewhere.")


def test_stuck_elsewhere_where_the_answer_saved_last_is_not_asked_any_more(network: Network) -> None:
    assessment = begin(add_clinic(network, "Old"), {"usability": 3}, at=LONG_AGO, days=90)
    assessment.answers.update(key="asked-once")
    assert stuck_at(NetworkClinic.objects.all(), load(), now=NOW) == {"elsewhere": 1}


def test_causes_are_of_flags_that_are_still_raised(network: Network) -> None:
    finish(add_clinic(network, "Old"), NO_MONEY)
    with rewriting():
        ResultFlag.objects.update(key="raised-once")
    assert causes_in_common(NetworkClinic.objects.all(), load()) == ()


def test_closing_soon_is_behind_under_half_of_the_questions(network: Network) -> None:
    half = len(ITEMS) // 2
    begin(add_clinic(network, "Behind"), dict.fromkeys(ITEMS[:half], 3), days=3)
    begin(add_clinic(network, "Ahead"), dict.fromkeys(ITEMS[: half + 1], 3), days=3)
    begin(add_clinic(network, "Time left"), {"intake": 3}, days=30)
    counted = count_needing(NetworkClinic.objects.all(), load(), now=NOW)
    assert (counted.n_closing, counted.n_behind) == (2, 1)


def test_causes_are_counted_topic_by_topic_where_flags_are(network: Network) -> None:
    weak = {item.key: 2 for key in ("process", "programme") for item in load().items_of(Form.MANAGER, key)}
    weak |= {"named-lead": 4, "evidence": 4}
    for name in ("A", "B"):
        finish(add_clinic(network, name), {**ALL_MOSTLY, **weak})
    finish(add_clinic(network, "Hidden", Level.PROGRESS), {**ALL_MOSTLY, **weak})
    assert causes_in_common(NetworkClinic.objects.all(), load()) == (
        Cause("weak-domain", "process", 2, 0),
        Cause("weak-domain", "programme", 2, 0),
    )


def test_in_common_names_six_causes_of_two_clinics_at_least() -> None:
    instrument = load()
    found = [Cause("weak-domain", domain.key, 2, 0) for domain in instrument.domains_of(Form.MANAGER)]
    shared = in_common(
        [*found, Cause("scepticism", "acceptance", 1, 1)], 4, guidance_for(INSTRUMENT, 1, None), instrument
    )
    assert len(shared.causes) == 6
    assert shared.of_all == f"The six most frequent of {len(found)}."
    assert shared.causes[0].url == "?flag=weak-domain%3Aprogramme"
    assert not shared.missing


def test_in_common_never_leaves_out_safety() -> None:
    instrument = load()
    found = [Cause("weak-domain", domain.key, 3, 0) for domain in instrument.domains_of(Form.MANAGER)]
    safety = Cause("critical-risk-procedure", "process", 2, 1)
    shared = in_common([*found, safety], 4, guidance_for(INSTRUMENT, 1, None), instrument)
    assert [cause.url for cause in shared.causes][6:] == ["?flag=critical-risk-procedure"]
    assert shared.of_all == f"The six most frequent of {len(found) + 1}, and those of safety."


def test_overview_names_the_few_by_number_where_names_are_hidden(consultant: User, roll_out: Network) -> None:
    client = signed_in(consultant)
    client.post(reverse("networks:names", args=[roll_out.pk]), {"names": "hidden", "next": "/"})
    page = " ".join(client.get(reverse("networks:overview", args=[roll_out.pk])).content.decode().split())
    assert named(page)["stuck"] == ["Clinic 7"]
    assert "Stuck</a>" not in page


@pytest.mark.parametrize("n_clinics", [4, 60])
def test_overview_takes_a_fixed_number_of_queries(
    consultant: User, network: Network, n_clinics: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("A", "B", "C"):
        place = add_clinic(network, name)
        finish(place, MIXED, at=LONG_AGO)
        begin(place, {"intake": 3})
    finish(add_clinic(network, "D"), NO_MONEY, at=LONG_AGO)
    add_empty_clinics(network, n_clinics - 4)
    client = signed_in(consultant)
    address = reverse("networks:overview", args=[network.pk])
    client.get(address)
    with django_assert_num_queries(N_QUERIES):
        client.get(address)


def test_overview_is_not_there_for_others(network: Network, stranger: User, lead: User) -> None:
    stranger.is_consultant = True
    stranger.save()
    for person in (stranger, lead):
        assert signed_in(person).get(reverse("networks:overview", args=[network.pk])).status_code == 404
