"""What a network sees of plans: what is due where, by the clinic's own day, and of each level no more than it shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessments.clinics.models import Clinic, User
from assessments.networks.actions import create_network
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.networks.plan_reading import DueCount, Wanted, due_by_topic, plan_of, zones_by_day
from assessments.plans.models import Action, Status
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.networks.clinics import add_clinic, lead_of
from tests.assessments.networks.conftest import join_clinic
from tests.assessments.networks.sheets import OF_ACTIONS, main_of, page, plan

pytestmark = pytest.mark.usefixtures("at_noon")

TODAY = NOW.date()


def of_actions(user: User, network: Network, query: str = "", *, is_aliased: bool = False) -> str:
    return main_of(page(user, "actions", network.pk, query=query, is_aliased=is_aliased))


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows(html: str) -> list[str]:
    """Give the words of each action of a page, in its order."""
    found = re.findall(r'<tr role="row" data-test="due">.*?</tr>', html, re.DOTALL)
    return [text_of(re.sub(r'<a class="clinic-part".*?</a>', "", row, flags=re.DOTALL)) for row in found]


def count(html: str) -> str:
    found = re.search(r'data-test="count">(.*?)</p>', html, re.DOTALL)
    return text_of(found[1]) if found else ""


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ([], ""),
        ([Level.PROGRESS], ""),
        (
            [Level.SCORES],
            "Consultants of “A” read topic, day and status of each action until it is finished; never its title, who "
            "sees to it, its steps or notes.",
        ),
        (
            [Level.ANSWERS],
            "Consultants of “A” read title, topic, day and status of each action until it is finished; never who sees "
            "to it, its steps or notes.",
        ),
        (
            [Level.ANSWERS, Level.SCORES, Level.PROGRESS, Level.SCORES, Level.SCORES],
            "Consultants of “A”, “B”, “D” and 1 more read topic, day and status of each action until it is finished, "
            "those of “A” its title too; never who sees to it, its steps or notes.",
        ),
    ],
)
def test_whoever_writes_into_the_plan_is_told_who_reads_it(
    clinic: Clinic, lead: User, consultant: User, earlier: Round, levels: list[Level], said: str
) -> None:
    for name, level in zip("ABCDE", levels, strict=False):
        join_clinic(create_network(by=consultant, name=name, now=NOW), clinic, lead, level)
    for address in (reverse("plans:new", args=[clinic.pk]), reverse("plans:meeting", args=[earlier.pk])):
        found = re.search(r'data-test="plan-readers">(.*?)</p>', signed_in(lead).get(address).content.decode())
        assert (unescape(found[1]) if found else "") == said


@pytest.fixture
def places(network: Network) -> dict[str, NetworkClinic]:
    """A clinic at each level, each with the same plan: overdue, due today and in 14 days, and what is not due."""
    found = {level.value: add_clinic(network, f"At {level.value}", level) for level in Level}
    for place in found.values():
        plan(place.clinic, "Old tariff", due=-3, topic="funding", status=Status.UNDER_WAY)
        plan(place.clinic, "Today’s talk", due=0, topic="leadership")
        plan(place.clinic, "Last of them", due=14)
        plan(place.clinic, "Far away", due=15, topic="funding")
        plan(place.clinic, "Some day", topic="skills")
        plan(place.clinic, "Done before", due=-1, topic="skills", status=Status.DONE)
        plan(place.clinic, "Dropped before", due=-1, topic="skills", status=Status.DROPPED)
    return found


def test_what_is_due_stands_by_its_day_and_says_what_the_level_shows(
    consultant: User, network: Network, places: dict[str, NetworkClinic]
) -> None:
    html = of_actions(consultant, network)
    assert count(html) == "6 actions in 2 clinics: 2 overdue and 4 due within 14 days."
    assert rows(html) == [
        "19 Nov 2026 3 days overdue At answers Money and future Old tariff Under way",
        "19 Nov 2026 3 days overdue At scores Money and future Under way",
        "22 Nov 2026 today At answers Leadership and team Today’s talk Planned",
        "22 Nov 2026 today At scores Leadership and team Planned",
        "6 Dec 2026 in 14 days At answers No topic named Last of them Planned",
        "6 Dec 2026 in 14 days At scores No topic named Planned",
    ]
    assert "From the plans of the 2 of 3 clinics that show scores" in text_of(html)
    hidden = of_actions(consultant, network, is_aliased=True)
    assert rows(hidden)[0] == "19 Nov 2026 3 days overdue Clinic 2 Money and future Under way"
    assert not [word for word in (*OF_ACTIONS, "At progress") if word in html + hidden]
    assert not [word for word in ("tariff", "At answers") if word in hidden]


def test_each_link_leads_to_just_these_actions(
    consultant: User, network: Network, places: dict[str, NetworkClinic]
) -> None:
    html = of_actions(consultant, network)
    topics = re.findall(r'<li><a href="(\?[^"]+)">([^<]+)</a> <span>(\d+)</span>', html)
    overdue = topics.pop(0)
    assert overdue[1:] == ("Overdue", "2")
    assert [title for _, title, _ in topics] == ["Leadership and team", "Money and future", "No topic named"]
    for address, title, n_actions in topics:
        assert [title in row for row in rows(of_actions(consultant, network, address))] == [True] * int(n_actions)
    assert count(of_actions(consultant, network, overdue[0])) == "2 actions in 2 clinics: 2 overdue."
    both = f"?when=overdue&topic=funding&clinic={places['scores'].clinic_id}"
    assert count(of_actions(consultant, network, both)) == "1 action: 1 overdue."
    assert (
        count(of_actions(consultant, network, f"?clinic={places['progress'].clinic_id}")) == "Nothing of this is due."
    )


def test_strange_addresses_leave_nothing_out_and_say_so(
    consultant: User, network: Network, places: dict[str, NetworkClinic], other_clinic: Clinic
) -> None:
    for query in ("?topic=money", "?when=soon", "?clinic=1", f"?clinic={other_clinic.pk}", "?topic=%00"):
        html = of_actions(consultant, network, query)
        assert len(rows(html)) == 6, query
        assert "was not understood" in html, query
    assert len(rows(of_actions(consultant, network, "?page=99"))) == 6


@pytest.mark.parametrize(
    ("now", "n_overdue"),
    [("2026-11-21 09:59", 0), ("2026-11-21 10:00", 1), ("2026-11-21 23:00", 2), ("2026-11-22 11:00", 3)],
)
def test_a_day_is_over_where_the_clinic_is(network: Network, now: str, n_overdue: int) -> None:
    """Due on 21 November in Kiribati (UTC+14), Amsterdam (UTC+1) and on Midway (UTC-11), to the minute."""
    for zone in ("Pacific/Kiritimati", "Europe/Amsterdam", "Pacific/Midway"):
        place = add_clinic(network, zone, time_zone=zone)
        plan(place.clinic, "Until Saturday", due=-1)
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    all_places = NetworkClinic.objects.filter(network=network)
    counted = due_by_topic(all_places, zones_by_day(all_places, moment), Wanted())
    assert counted[""] == DueCount(n_overdue, 3 - n_overdue)
    shown = [
        one for place in all_places if (found := plan_of(place, is_aliased=False, now=moment)) for one in found.next
    ]
    assert sum(one.days_left < 0 for one in shown if one.days_left is not None) == n_overdue


def test_a_clinics_page_shows_its_plan(consultant: User, network: Network, places: dict[str, NetworkClinic]) -> None:
    for level, is_aliased in (("progress", False), ("scores", False), ("answers", False), ("answers", True)):
        html = main_of(page(consultant, "clinic", network.pk, places[level].clinic_id, is_aliased=is_aliased))
        assert ('data-test="plan"' in html) is (level != "progress")
        assert not [word for word in OF_ACTIONS if word in html]
        assert ("Old tariff" in html) is (level == "answers" and not is_aliased)
        if level != "progress":
            assert "4 planned, 1 under way and 1 done. 1 overdue and 2 due within 14 days." in text_of(html)
            assert [row[:6] for row in rows(html)] == ["19 Nov", "22 Nov", "6 Dec ", "7 Dec ", "No day"]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("n_clinics", [1, 30])
def test_queries_do_not_grow(
    consultant: User, network: Network, n_clinics: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many = [add_clinic(network, f"Clinic {number:02}", Level.ANSWERS) for number in range(n_clinics)]
    Action.objects.bulk_create(_actions(many))
    client, address = signed_in(consultant), reverse("networks:actions", args=[network.pk])
    client.get(address)
    with django_assert_num_queries(10):
        html = client.get(f"{address}?page={(n_clinics * 2 + 24) // 25}").content.decode()
    assert len(rows(html)) == (n_clinics * 2 - 1) % 25 + 1


def _actions(places: Iterable[NetworkClinic]) -> Iterable[Action]:
    for place in places:
        for number in range(2):
            due_on = TODAY + timedelta(days=number)
            yield Action(clinic=place.clinic, title="A step", op=f"op-{number}", created_at=NOW, due_on=due_on)


def test_a_clinic_in_two_networks_counts_once_in_each(
    consultant: User, network: Network, places: dict[str, NetworkClinic]
) -> None:
    other = create_network(by=consultant, name="Region South", now=NOW)
    clinic = places["scores"].clinic
    join_clinic(other, clinic, lead_of(clinic), Level.ANSWERS)
    assert len(rows(of_actions(consultant, network))) == 6
    html = of_actions(consultant, other)
    assert len(rows(html)) == 3
    assert "Old tariff" in html
    assert "Old tariff" not in of_actions(consultant, network, f"?clinic={clinic.pk}")
