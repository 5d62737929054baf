"""Change between two finished assessments: which clinics are compared, in which order, and which are named instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.clinics.actions import create_clinic
from assessments.networks import actions
from assessments.networks.change_presenters import caution
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.results.models import ResultScore
from assessments.rounds.erasing import erase_round
from assessments.rounds.models import Round
from readiness.instrument.definition import Answer
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW, make_user, signed_in
from tests.assessments.history import rewriting
from tests.assessments.networks.conftest import join_clinic, make_consultant
from tests.assessments.networks.sheets import (
    COMMENT,
    OPEN_COMMENT,
    OTHER_REQUEST,
    TITLE,
    finished_round,
    main_of,
    open_again,
    page,
    seeded,
    show,
)
from tests.assessments.results.conftest import ALL_MOSTLY, DONT_KNOW
from tests.assessments.results.team import HEARD

LOW = dict.fromkeys(ALL_MOSTLY, 2)
HIGH = dict.fromkeys(ALL_MOSTLY, 5)
FUNDING = ("reimbursement", "long-term-funding", "permanent-plan", "costs-known", "scale-up")


def made(network: Network, name: str, *forms: Mapping[str, Answer], level: Level = Level.SCORES) -> NetworkClinic:
    """Let a clinic in that has finished an assessment with each of these forms, a few hours apart."""
    lead = make_user(f"{name.lower()}@example.org", f"Lead of {name}")
    clinic = create_clinic(by=lead, name=f"{name} Clinic", now=NOW)
    place = join_clinic(network, clinic, lead, level)
    for number, answers in enumerate(forms, start=1):
        finished_round(clinic, lead, answers, at=NOW + timedelta(hours=number))
    return place


@pytest.fixture
def three(network: Network) -> tuple[NetworkClinic, ...]:
    """A clinic that rose, one that fell, and one without an earlier assessment."""
    return (
        made(network, "Ash", LOW, ALL_MOSTLY),
        made(network, "Birch", HIGH, {**ALL_MOSTLY, "intake": 1}),
        made(network, "Cedar", ALL_MOSTLY),
    )


def of_change(user: object, network: Network, query: str = "", *, is_aliased: bool = False) -> str:
    return main_of(page(user, "change", network.pk, query=query, is_aliased=is_aliased))  # type: ignore[arg-type]


def table(html: str) -> dict[str, dict[str, str]]:
    """Give the words of each clinic's cells by topic, in the order of the page, without the numbers of answers."""
    found = {}
    for row in re.findall(r'<tr role="row" data-test="change-row">.*?</tr>', html, re.DOTALL):
        name = re.search(r"<th.*?<a [^>]*>([^<]+)</a>", row, re.DOTALL)
        assert name
        cells = re.findall(r'data-domain="([^"]+)".*?<span class="change-cell">(.*?)</td>', row, re.DOTALL)
        found[name[1]] = {
            key: " ".join(re.sub(r"<[^>]+>", " ", re.sub(r'<span[^>]*data-test="basis".*?</span>', "", cell)).split())
            for key, cell in cells
        }
    return found


def reasons(html: str) -> dict[str, list[str]]:
    groups = re.findall(r'<details[^>]*data-reason="([^"]+)">(.*?)</details>', html, re.DOTALL)
    return {key: re.findall(r"<a [^>]*>([^<]+)</a>", group) for key, group in groups}


def test_topics_stand_before_and_after_with_the_difference(consultant, network, three):
    rows = table(of_change(consultant, network))
    assert list(rows) == ["Ash Clinic", "Birch Clinic"]
    assert set(rows["Ash Clinic"].values()) == {"25 → then 75 +50 higher"}
    assert rows["Birch Clinic"]["practice"] == "100 → then 75 −25 lower"
    assert len(rows["Birch Clinic"]) == 9


def test_verdict_has_the_numbers_of_answers_beside_it(consultant, network):
    """A low answer left blank reads as higher; the consultant, who sees no answers, sees how many there are."""
    made(network, "Ash", {**HIGH, "costs-known": 1}, {**HIGH, "costs-known": DONT_KNOW})
    html = of_change(consultant, network)
    assert table(html)["Ash Clinic"]["funding"] == "83 → then 100 +17 higher"
    bases = re.findall(r'data-test="basis">([^<]+)<', html)
    assert len(bases) == 9
    assert [one for one in bases if "then" in one] == ["6, then 5 of 6 answered"]
    assert "4 of 4 answered" in bases


def test_caution_is_worked_out_from_the_questionnaire(consultant, network, three):
    said = "at least 20 points on five questions, about 17 on six and about 19 on four. Of a topic, one step on one"
    assert said in of_change(consultant, network)
    assert said in caution(load())


def test_nothing_is_called_better_or_worse(consultant, network, three):
    html = of_change(consultant, network)
    assert not re.search(r"better|worse|improve|decline|progress\b(?! only)", re.sub(r"<[^>]+>", " ", html))


def test_differences_put_clinics_in_order(consultant, network, three):
    made(network, "Dogwood", ALL_MOSTLY, {**ALL_MOSTLY, **dict.fromkeys(FUNDING, DONT_KNOW)})
    assert list(table(of_change(consultant, network, "?sort=-funding"))) == [
        "Ash Clinic", "Birch Clinic", "Dogwood Clinic"
    ]  # fmt: skip
    html = of_change(consultant, network, "?sort=funding")
    assert list(table(html)) == ["Birch Clinic", "Ash Clinic", "Dogwood Clinic"]
    assert 'aria-sort="ascending"' in html
    assert "?sort=-funding" in html
    assert table(html)["Dogwood Clinic"]["funding"] == "75 → then – cannot be compared"


def test_names_put_clinics_in_order_and_turn_round(consultant, network, three):
    assert list(table(of_change(consultant, network, "?sort=-name"))) == ["Birch Clinic", "Ash Clinic"]
    assert list(table(of_change(consultant, network, is_aliased=True))) == ["Clinic 1", "Clinic 2"]
    assert list(table(of_change(consultant, network, "?sort=-name", is_aliased=True))) == ["Clinic 2", "Clinic 1"]


def test_clinics_without_a_pair_are_named_by_the_reason(consultant, network, three):
    made(network, "Dogwood", ALL_MOSTLY, ALL_MOSTLY, level=Level.PROGRESS)
    made(network, "Elm")
    mixed = made(network, "Fir", ALL_MOSTLY, LOW)
    with rewriting():
        Round.objects.filter(clinic=mixed.clinic, is_latest=False).update(instrument_version=98)
    other = made(network, "Ginkgo", ALL_MOSTLY, LOW)
    with rewriting():
        Round.objects.filter(clinic=other.clinic).update(instrument_version=99)
    html = of_change(consultant, network)
    assert list(table(html)) == ["Ash Clinic", "Birch Clinic"]
    assert reasons(html) == {
        "single": ["Cedar Clinic"],
        "mixed": ["Fir Clinic"],
        "progress": ["Dogwood Clinic"],
        "unfinished": ["Elm Clinic"],
        "version": ["Ginkgo Clinic"],
    }
    assert "1 clinic has finished one assessment only" in " ".join(html.split())


def test_clinic_of_which_one_was_erased_says_so(consultant, network):
    clinic = made(network, "Ash", HIGH, LOW, ALL_MOSTLY).clinic
    for gone in Round.objects.filter(clinic=clinic, is_latest=False):
        erase_round(by=None, round_id=gone.pk, now=NOW)
    html = of_change(consultant, network)
    (said,) = re.findall(r'data-reason="single">.*?Ash Clinic</a>: ([^<]+)</li>', html, re.DOTALL)
    assert said == f"two were erased, the last on {NOW.day} {NOW:%B %Y}"
    assert "a line crossed, not proof" not in html


def test_last_two_are_compared_and_no_earlier_one(consultant, network):
    made(network, "Ash", HIGH, LOW, ALL_MOSTLY)
    assert table(of_change(consultant, network))["Ash Clinic"]["funding"] == "25 → then 75 +50 higher"


def test_open_assessment_changes_nothing(consultant, network, three):
    before = table(of_change(consultant, network))
    clinic = three[0].clinic
    open_again(clinic, clinic.memberships.get().user)
    assert table(of_change(consultant, network)) == before


@pytest.mark.parametrize("is_aliased", [False, True], ids=["names", "aliases"])
def test_nothing_stands_that_no_level_shows(consultant, network, clinic, lead, place, is_aliased):
    finished_round(clinic, lead, is_heard=True, at=NOW + timedelta(hours=1))
    finished_round(clinic, lead, has_talked=True, at=NOW + timedelta(hours=2))
    open_again(clinic, lead)
    html = of_change(consultant, network, is_aliased=is_aliased)
    assert table(html)
    never = [COMMENT, OPEN_COMMENT, TITLE, OTHER_REQUEST, "example.org", "Lena", "invited", "Mostly true"]
    never += ["Harbour"] if is_aliased else []
    assert not [word for word in never if word in html]


def test_teams_are_not_compared_over_time(consultant, network, clinic, lead, place):
    """Two figures of a team are not of the same people."""
    for hours in (1, 2):
        finished_round(clinic, lead, ALL_MOSTLY, is_heard=True, at=NOW + timedelta(hours=hours))
    html = of_change(consultant, network)
    assert HEARD
    assert 'data-test="team-figure"' not in html
    assert "What therapists say is not compared over time" in html


def test_clinic_at_progress_contributes_nothing(consultant, network, three):
    show(three[0], Level.PROGRESS)
    html = of_change(consultant, network)
    assert list(table(html)) == ["Birch Clinic"]
    assert reasons(html)["progress"] == ["Ash Clinic"]
    assert "1 of your 3 clinics has two finished assessments" in html


def test_clinic_that_leaves_is_gone_at_once(consultant, network, three):
    for place in (three[0], three[2]):
        actions.withdraw(by=place.clinic.memberships.get().user, place=place, now=NOW)
    html = of_change(consultant, network)
    assert list(table(html)) == ["Birch Clinic"]
    assert not re.search(r"\bAsh\b", html)
    assert "Cedar" not in html


STRANGE = ("?sort=nothing", "?sort=--funding", "?sort=pk", "?page=0", "?page=9999", "?page=x", "?sort=%00")


def test_strange_addresses_show_the_first_page(consultant, network, three):
    for query in STRANGE:
        assert list(table(of_change(consultant, network, query))) == ["Ash Clinic", "Birch Clinic"], query


@pytest.mark.timeout(20)
def test_list_is_paged_in_its_order(consultant, network):
    seeded(network, 30, 2)
    first = table(of_change(consultant, network, "?sort=-funding"))
    second = table(of_change(consultant, network, "?sort=-funding&page=2"))
    assert (len(first), len(second)) == (25, 5)
    scores = differences()
    assert [scores[name] for name in (*first, *second)] == sorted(scores.values(), reverse=True)


def differences() -> dict[str, float]:
    """Work out each clinic's difference on funding from its rows."""
    rows = ResultScore.objects.filter(view="domain", key="funding").select_related("result__round__clinic")
    found: dict[str, dict[datetime, float]] = {}
    for row in rows:
        closed_at = row.result.round.closed_at or timezone.now()
        found.setdefault(row.result.round.clinic.name, {})[closed_at] = row.score if row.score is not None else 0.0
    return {name: by_day[max(by_day)] - by_day[min(by_day)] for name, by_day in found.items()}


@pytest.mark.timeout(20)
def test_many_clinics_without_a_pair_are_counted(consultant, network):
    seeded(network, 30)
    html = of_change(consultant, network)
    assert "There is nothing to compare yet." in html
    assert len(reasons(html)["single"]) == 25
    assert "and 5 more" in html


def test_network_without_clinics_says_so(consultant, network):
    html = of_change(consultant, network)
    assert "There is nothing to compare yet." in html
    assert not reasons(html)


def test_other_people_find_nothing(network, three, stranger, lead, clinic):
    for user in (make_consultant("colin@example.org", "Colin"), stranger, lead):
        page(user, "change", network.pk, status=404)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("n_clinics", [2, 40])
@pytest.mark.parametrize("query", ["", "?sort=-funding"])
def test_queries_do_not_grow(consultant, network, n_clinics, query, django_assert_max_num_queries):
    seeded(network, n_clinics, 2)
    client = signed_in(consultant)
    with django_assert_max_num_queries(25):
        assert client.get(reverse("networks:change", args=[network.pk]) + query).status_code == 200
