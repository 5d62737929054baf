"""Clinics side by side: which ones an address may name, what stands in the cells, and what is told of the others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from assessments.clinics.actions import create_clinic
from assessments.clinics.models import Clinic, User
from assessments.networks import actions
from assessments.networks.doors import TOO_MUCH
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.networks.side_by_side import read_wanted
from assessments.networks.side_by_side_presenters import NOT_ONE_OF_THEM
from assessments.results.closing import close
from assessments.rounds.models import Round
from readiness.instrument.definition import NonAnswer
from tests.assessments.conftest import NOW, make_user, signed_in
from tests.assessments.history import rewriting
from tests.assessments.networks.conftest import join_clinic, make_consultant
from tests.assessments.networks.sheets import (
    COMMENT,
    LATER,
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
from tests.assessments.results.conftest import ALL_MOSTLY


@pytest.fixture
def other_place(network: Network, place: NetworkClinic, other_clinic: Clinic, stranger: User) -> NetworkClinic:
    """The second clinic of the network, which shows its scores only."""
    return join_clinic(network, other_clinic, stranger, Level.SCORES)


@pytest.fixture
def both(clinic, lead, other_clinic, stranger, place, other_place) -> tuple[Round, Round]:
    """Two finished assessments, of which the first was heard in both ways; another one is open."""
    first = finished_round(clinic, lead, is_heard=True, has_talked=True)
    open_again(clinic, lead)
    return first, finished_round(other_clinic, stranger, {**ALL_MOSTLY, "intake": 1, "costs-known": 1})


def beside(user: User, network: Network, ids: Iterable[object], more: str = "", *, is_aliased: bool = False) -> str:
    query = "?" + "&".join(f"clinic={one}" for one in ids) + more
    return main_of(page(user, "side_by_side", network.pk, query=query, is_aliased=is_aliased))


def rows(html: str, what: str) -> dict[str, list[str]]:
    """Give the words of each row's cells, without the clinics' names, by its key."""
    found = {}
    for row in re.findall(rf'<tr role="row"\s+data-test="side-{what}".*?</tr>', html, re.DOTALL):
        cells = [
            re.sub(r'<span class="side-clinic">.*?</span>', "", cell)
            for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)
        ]
        key = re.search(r'data-key="([^"]+)"', row)
        assert key
        found[key[1]] = [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]
    return found


def names(html: str) -> list[str]:
    heads = html.partition('data-test="compared"')[2].partition("</ul>")[0]
    return re.findall(r"<a [^>]*>([^<]+)</a>", heads)


def test_topics_stand_in_the_order_of_their_difference(consultant, network, both, clinic, other_clinic):
    html = beside(consultant, network, (clinic.pk, other_clinic.pk))
    assert names(html) == ["Harbour Clinic", "Forest Clinic"]
    topics = rows(html, "topic")
    assert len(topics) == 9
    scores = [
        [float(score) for score in re.findall(r'data-score="([^"]+)"', row)]
        for row in re.findall(r'<tr role="row"\s+data-test="side-topic".*?</tr>', html, re.DOTALL)
    ]
    apart = [abs(first - second) for first, second in scores]
    assert apart == sorted(apart, reverse=True)
    assert apart[0] > 0
    assert "the same" in html


def test_cells_stand_in_the_order_of_the_address(consultant, network, both, clinic, other_clinic):
    straight = rows(beside(consultant, network, (clinic.pk, other_clinic.pk)), "topic")
    turned = rows(beside(consultant, network, (other_clinic.pk, clinic.pk)), "topic")
    assert {key: cells[::-1] for key, cells in straight.items()} == turned


def test_flags_name_the_clinics_that_have_them(consultant, network, both, clinic, other_clinic):
    flags = rows(beside(consultant, network, (clinic.pk, other_clinic.pk)), "flag")
    assert flags["critical-risk-procedure"] == ["Needs a decision", "Not flagged"]
    assert next(iter(flags)) == "critical-risk-procedure"
    assert flags["low-patient-inflow"] == ["Needs a decision", "Needs a decision"]


def test_team_stands_with_its_figures_and_nobody_knows_who_was_asked(consultant, network, both, clinic, other_clinic):
    html = beside(consultant, network, (clinic.pk, other_clinic.pk))
    team = rows(html, "team")
    assert team["heard"] == ["In confidence, at least 7 therapists; agreed in a meeting of 3", "No figure"]
    assert team["practice"] == ["50 Partly", "No figure"]
    assert team["requests"] == [f"Supervision of our online work; Something else: {OTHER_REQUEST}", "Nothing known"]
    assert "invited" not in html


def test_answers_stand_only_for_the_clinic_that_shares_them(consultant, network, both, clinic, other_clinic):
    html = beside(consultant, network, (clinic.pk, other_clinic.pk))
    answers = rows(html, "answer")
    assert len(answers) == 47
    assert answers["intake"] == ["A little true", "Not shared"]
    assert answers["reimbursement"] == ["Don’t know", "Not shared"]
    assert answers["scale-up"] == ["Not answered", "Not shared"]
    assert {cells[1] for cells in answers.values()} == {"Not shared"}


def test_answers_that_differ_most_stand_first_and_are_marked(
    consultant, network, both, clinic, other_place, other_clinic
):
    show(other_place, Level.ANSWERS)
    html = beside(consultant, network, (clinic.pk, other_clinic.pk))
    funding = html.partition('data-domain="funding"')[2].partition("</details>")[0]
    assert next(iter(rows(funding, "answer"))) in {"permanent-plan", "costs-known"}
    assert "3 steps apart" in funding
    assert 'class="is-far"' in funding


def test_answers_count_as_in_the_context_of_the_clinic(
    consultant, network, clinic, lead, place, other_place, other_clinic, stranger
):
    finished_round(clinic, lead, ALL_MOSTLY)
    finished_round(other_clinic, stranger, {**ALL_MOSTLY, "gp-referral": NonAnswer.NOT_APPLICABLE}, routes=["self"])
    show(other_place, Level.ANSWERS)
    answers = rows(beside(consultant, network, (clinic.pk, other_clinic.pk)), "answer")
    assert answers["gp-referral"] == ["Mostly true", "Not asked"]


@pytest.mark.parametrize("level", [Level.PROGRESS, Level.SCORES, Level.ANSWERS])
@pytest.mark.parametrize("is_aliased", [False, True], ids=["names", "aliases"])
def test_nothing_stands_that_a_level_does_not_show(
    consultant, network, both, clinic, other_clinic, place, level, is_aliased
):
    show(place, level)
    html = beside(consultant, network, (clinic.pk, other_clinic.pk), is_aliased=is_aliased)
    never = [COMMENT, OPEN_COMMENT, TITLE, "98,765", "Lena Lead", "example.org", "invited"]
    if is_aliased:
        never += ["Harbour Clinic", "Forest Clinic", OTHER_REQUEST]
    if level is not Level.ANSWERS:
        never += ["A little true", "Don’t know", "Mostly true"]
        assert 'data-test="not-shared"' in html
    if level is Level.PROGRESS:
        never += [OTHER_REQUEST, "meeting of"]
        assert "shows its progress only" in html
        assert all(len(cells) == 1 for cells in rows(html, "topic").values())
    assert not [word for word in never if word in html]


@pytest.fixture
def strange_ids(consultant, other_place) -> dict[str, object]:
    """Ids of clinics that cannot be shown, by the reason."""
    away = make_user("away@example.org")
    elsewhere = actions.create_network(by=make_consultant("colin@example.org", "Colin"), name="South", now=NOW)
    foreign = create_clinic(by=away, name="Faraway Clinic", now=NOW)
    join_clinic(elsewhere, foreign, away, Level.ANSWERS)
    finished_round(foreign, away)
    gone = create_clinic(by=away, name="Gone Clinic", now=NOW)
    left = join_clinic(other_place.network, gone, away, Level.ANSWERS)
    finished_round(gone, away)
    actions.withdraw(by=away, place=left, now=NOW)
    return {"foreign": foreign.pk, "gone": gone.pk, "none": uuid4(), "unreadable": "x'--", "empty": "", "nul": "%00"}


@pytest.mark.parametrize("reason", ["foreign", "gone", "none", "unreadable", "empty", "nul"])
def test_whatever_is_not_in_the_network_reads_alike(
    consultant, network, both, clinic, other_clinic, strange_ids, reason
):
    html = beside(consultant, network, (clinic.pk, other_clinic.pk, strange_ids[reason]))
    assert html.count(NOT_ONE_OF_THEM) == 1
    assert names(html) == ["Harbour Clinic", "Forest Clinic"]
    assert "Faraway" not in html
    assert "Gone" not in html


def test_pages_with_unknown_ids_are_the_same_whatever_the_reason(
    consultant, network, both, clinic, other_clinic, strange_ids
):
    def without_address(one: object) -> str:
        html = beside(consultant, network, (clinic.pk, other_clinic.pk, one))
        return re.sub(r'csrfmiddlewaretoken" value="[^"]+"|name="next" value="[^"]*"', "", html)

    assert len({without_address(one) for one in strange_ids.values()}) == 1


def test_clinic_without_a_finished_assessment_is_named_with_the_reason(
    consultant, network, clinic, lead, place, other_place, other_clinic
):
    finished_round(clinic, lead)
    html = beside(consultant, network, (clinic.pk, other_clinic.pk))
    assert "has not finished an assessment yet" in html
    assert names(html) == ["Harbour Clinic"]
    assert "This is one clinic only" in html
    assert 'id="choose"' in html


def test_clinic_with_another_version_is_named_and_not_compared(consultant, network, both, clinic, other_clinic):
    with rewriting():
        Round.objects.filter(pk=both[0].pk).update(instrument_version=99)
    third = create_clinic(by=make_user("third@example.org"), name="Third Clinic", now=NOW)
    join_clinic(network, third, User.objects.get(email="third@example.org"), Level.SCORES)
    finished_round(third, User.objects.get(email="third@example.org"))
    html = beside(consultant, network, (clinic.pk, other_clinic.pk, third.pk))
    assert names(html) == ["Forest Clinic", "Third Clinic"]
    assert "answered another version of the questionnaire" in html


def test_each_clinic_stands_once(consultant, network, both, clinic, other_clinic):
    html = beside(consultant, network, (clinic.pk, clinic.pk, str(clinic.pk).upper(), other_clinic.pk))
    assert names(html) == ["Harbour Clinic", "Forest Clinic"]
    assert 'data-test="note"' not in html


@pytest.mark.parametrize("n_clinics", [0, 1])
def test_too_few_clinics_lead_to_a_choice(consultant, network, both, clinic, n_clinics):
    html = beside(consultant, network, (clinic.pk,) * n_clinics)
    assert 'id="choose"' in html
    assert 'name="clinic"' in html
    assert names(html) == ["Harbour Clinic"] * n_clinics


def test_more_than_six_show_the_first_six(consultant, network):
    clinics = seeded(network, 8)
    html = beside(consultant, network, (one.pk for one in clinics))
    assert names(html) == [one.name for one in clinics[:6]]
    assert "Up to six clinics can stand side by side." in html
    assert NOT_ONE_OF_THEM not in html


def test_reading_an_address_ends_with_what_can_be_shown():
    ids = [str(UUID(int=number)) for number in range(100_000)]
    wanted = read_wanted(["x", *ids])
    assert wanted.ids == tuple(UUID(int=number) for number in range(6))
    assert wanted.has_unreadable
    assert wanted.is_more


def test_ten_thousand_ids_lead_to_a_choice_and_a_message(consultant, network, both):
    client = signed_in(consultant)
    query = "?" + "&".join(f"clinic={UUID(int=number)}" for number in range(10_000))
    response = client.get(reverse("networks:side_by_side", args=[network.pk]) + query, follow=True)
    assert response.status_code == 200
    assert TOO_MUCH in response.content.decode()
    assert 'name="clinic"' in response.content.decode()


def test_search_by_name_does_not_stand_on_the_page_while_names_are_hidden(consultant, network, both):
    args = ("side_by_side", network.pk)
    html = page(consultant, *args, query="?search=Riverside&sort=name", is_aliased=True)
    assert "Riverside" not in html
    assert "While names are hidden, clinics are found by number alone" in html
    assert 'value="12"' in page(consultant, *args, query="?search=12", is_aliased=True)


def test_choice_offers_those_that_can_be_compared(consultant, network, both, place, clinic, other_clinic):
    html = beside(consultant, network, ())
    assert html.count('name="clinic"') == 2
    show(place, Level.PROGRESS)
    html = beside(consultant, network, ())
    assert "Harbour Clinic" not in html
    assert html.count('name="clinic"') == 1


def test_choice_is_searched_by_name_and_keeps_what_is_chosen(consultant, network, both, clinic, other_clinic):
    html = beside(consultant, network, (clinic.pk,), "&search=forest")
    boxes = re.findall(r'<input[^>]*name="clinic"[^>]*>', html)
    assert [str(clinic.pk) in boxes[0], "checked" in boxes[0]] == [True, True]
    assert [str(other_clinic.pk) in boxes[1], "checked" in boxes[1]] == [True, False]
    assert "1 clinic found" in html


@pytest.mark.parametrize("search", ["nobody", "%00", "'; drop", "%F0%9F%98%80" * 200])
def test_choice_finds_nothing_and_still_stands(consultant, network, both, search):
    html = beside(consultant, network, (), f"&search={search}")
    assert 'id="search"' in html


def test_under_aliases_names_cannot_be_searched_for(consultant, network, both):
    for search in ("forest", "no such clinic"):
        assert beside(consultant, network, (), f"&search={search}", is_aliased=True).count('name="clinic"') == 2
    found = beside(consultant, network, (), "&search=clinic 2", is_aliased=True)
    assert found.count('name="clinic"') == 1
    assert "Clinic 2" in found


def test_only_the_first_clinics_are_offered(consultant, network):
    seeded(network, 30)
    html = beside(consultant, network, ())
    assert html.count('name="clinic"') == 25
    assert "And 5 more" in html


def test_network_without_clinics_says_so(consultant, network):
    assert "No clinic of this network shows its scores" in beside(consultant, network, ())


def test_other_networks_are_not_there(consultant, network, both, stranger, lead):
    colleague = make_consultant("colin@example.org", "Colin")
    for user in (colleague, stranger, lead):
        page(user, "side_by_side", network.pk, status=404)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("n_clinics", [2, 40])
def test_queries_do_not_grow(consultant, network, n_clinics, django_assert_max_num_queries):
    clinics = seeded(network, n_clinics)
    client = signed_in(consultant)
    address = reverse("networks:side_by_side", args=[network.pk])
    with django_assert_max_num_queries(25):
        response = client.get(address, {"clinic": [str(one.pk) for one in clinics]})
    assert response.status_code == 200


def test_clinic_in_two_networks_shows_here_what_it_shows_here(
    consultant, network, both, clinic, lead, other_clinic, place
):
    """The level that another network has counts for nothing here."""
    mine = actions.create_network(by=consultant, name="Region West", now=NOW)
    join_clinic(mine, clinic, lead, Level.PROGRESS)
    html = beside(consultant, mine, (clinic.pk, other_clinic.pk))
    assert names(html) == []
    assert "shows its progress only" in html
    assert NOT_ONE_OF_THEM in html


def test_latest_assessment_is_the_one_compared(consultant, network, both, clinic, other_clinic, lead, place):
    assert rows(beside(consultant, network, (clinic.pk, other_clinic.pk)), "answer")["intake"][0] == "A little true"
    close(round_id=Round.objects.open().get().pk, by=lead, now=LATER + timedelta(days=1))
    assert rows(beside(consultant, network, (clinic.pk, other_clinic.pk)), "answer")["intake"][0] == "Completely true"


def test_boxes_of_the_comparison_lead_to_those_chosen(consultant, network, both, clinic, other_clinic):
    client = signed_in(consultant)
    address = reverse("networks:side_by_side", args=[network.pk])
    asked = client.get(f"{address}?from=%3Fsort%3D-funding&clinic={clinic.pk}&clinic={other_clinic.pk}")
    assert asked["Location"] == f"{address}?clinic={clinic.pk}&clinic={other_clinic.pk}"


@pytest.mark.parametrize(
    ("came_from", "query"),
    [("?", "?"), ("?flag=scepticism&sort=-funding", "?flag=scepticism&sort=-funding"), ("//example.org?x=1", "?")],
)
def test_no_box_ticked_leads_back_to_the_boxes(consultant, network, both, came_from, query):
    client = signed_in(consultant)
    asked = client.get(reverse("networks:side_by_side", args=[network.pk]), {"from": came_from}, follow=True)
    assert asked.redirect_chain[-1][0] == reverse("networks:compare", args=[network.pk]) + query
    assert "No clinic was chosen. Tick the boxes of two to six" in asked.content.decode()
