"""A consultant's page of one clinic, and of the answers of one assessment: what each level shows, and nothing more."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.clinics.models import Clinic, User
from assessments.networks import actions
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.results.models import Result, ResultScore
from assessments.results.reading import guidance_for
from assessments.rounds.models import Round
from readiness.guidance.without_answers import fitting
from readiness.instrument.definition import NonAnswer
from tests.assessments.conftest import NOW, open_round_of, signed_in
from tests.assessments.history import rewriting
from tests.assessments.networks.conftest import join_clinic, make_consultant
from tests.assessments.networks.sheets import (
    COMMENT,
    EVERY_LEVEL,
    LATER,
    OPEN_COMMENT,
    OTHER_REQUEST,
    TITLE,
    finish,
    finished_round,
    main_of,
    open_again,
    page,
    show,
    write,
)
from tests.assessments.results.conftest import ALL_MOSTLY, MIXED, hooks
from tests.assessments.results.team import invite

FIGURES = ("domain-score", "flag", "option", "team-figure", "role-gap", "strong", "team-requests")
ANSWER_WORDS = ("Not at all true", "A little true", "Mostly true", "Completely true", "Don’t know")
NEVER = (
    "lead@example.org",
    "Lena Lead",
    "therapist-0@",
    "example.org",
    OPEN_COMMENT,
    "98,765",
    "invited",
    "5 or more so far",
)
"""What no level shows: people, addresses, an open assessment's answers, who was asked."""


@pytest.fixture
def whole(clinic: Clinic, lead: User) -> Round:
    """A finished assessment whose team answered in confidence and talked; another one is open."""
    assessment = finished_round(clinic, lead, is_heard=True, has_talked=True)
    open_again(clinic, lead)
    return assessment


def of_clinic(consultant: User, place: NetworkClinic, query: str = "", *, is_aliased: bool = False) -> str:
    args = (place.network_id, place.clinic_id)
    return main_of(page(consultant, "clinic", *args, query=query, is_aliased=is_aliased))


def of_round(
    consultant: User, place: NetworkClinic, assessment: Round, *, status: int = 200, is_aliased: bool = False
) -> str:
    args = (place.network_id, place.clinic_id, assessment.pk)
    return main_of(page(consultant, "round", *args, status=status, is_aliased=is_aliased))


@pytest.mark.parametrize("level", EVERY_LEVEL)
@pytest.mark.parametrize("is_aliased", [False, True], ids=["names", "aliases"])
def test_no_level_shows_people_or_an_open_assessment(consultant, place, whole, level, is_aliased):
    html = of_clinic(consultant, show(place, level), is_aliased=is_aliased)
    assert not [word for word in NEVER if word in html]
    if level is Level.ANSWERS:
        html = of_round(consultant, place, whole, is_aliased=is_aliased)
        assert not [word for word in NEVER if word in html]


def test_progress_shows_how_far_it_is_and_nothing_else(consultant, place, whole):
    html = of_clinic(consultant, show(place, Level.PROGRESS))
    assert "0 of 9 sections done; they are at “Patients finding the way”" in html
    assert "22 November 2026" in html
    assert "13 December 2026" in html
    assert 'data-test="not-shared"' in html
    assert "Finished on 22 November 2026" in html
    assert not [hook for hook in FIGURES if hooks(html, hook)]
    assert not [word for word in (TITLE, COMMENT, OTHER_REQUEST, *ANSWER_WORDS, "?round=") if word in html]


def test_progress_stays_progress_whatever_assessment_the_address_asks_for(consultant, place, whole):
    show(place, Level.PROGRESS)
    assert not hooks(of_clinic(consultant, place, f"?round={whole.pk}"), "domain-score")


def test_scores_show_frozen_figures_and_no_answer(consultant, place, whole):
    html = of_clinic(consultant, show(place, Level.SCORES))
    assert len(hooks(html, "domain-score")) == 9
    assert {flag["flag"] for flag in hooks(html, "flag")} == set(whole.result.flags.values_list("key", flat=True))
    assert hooks(html, "team-figure")
    assert TITLE in html
    assert OTHER_REQUEST in html
    assert not [word for word in (COMMENT, *ANSWER_WORDS) if word in html]
    assert "The clinic answered" not in html
    assert "Because the clinic answered" not in html


def test_answers_stand_beside_the_flags_that_they_raise(consultant, place, whole):
    html = of_clinic(consultant, show(place, Level.ANSWERS))
    assert "The clinic answered" in html
    assert "A little true" in html


def test_flag_is_told_alike_whatever_answers_caused_it(consultant, place, lead, clinic):
    """What the clinic reads depends on single answers; at the level of scores a consultant reads one phrase."""
    first = finished_round(clinic, lead, {**ALL_MOSTLY, "reimbursement": NonAnswer.DONT_KNOW})
    second = finished_round(clinic, lead, {**ALL_MOSTLY, "long-term-funding": 3}, at=LATER + timedelta(hours=1))
    show(place, Level.SCORES)
    cards = [
        re.findall(
            r'<article class="sheet-card".*?<details', of_clinic(consultant, place, f"?round={one.pk}"), re.DOTALL
        )
        for one in (first, second)
    ]
    assert len(cards[0]) == 1
    assert cards[0] == cards[1]


@pytest.mark.parametrize("level", [Level.SCORES, Level.ANSWERS])
def test_flags_are_counted_as_in_the_list(consultant, place, whole, level):
    show(place, level)
    rows = page(consultant, "clinics", place.network_id)
    counts = re.findall(r'<span class="flag-(?:decide|look)">([^<]+)</span>', rows)
    html = of_clinic(consultant, place)
    line = html.partition('data-test="counted">')[2].partition("</p>")[0]
    assert re.findall(r"\d+ to (?:decide|look at)", line) == counts
    assert counts
    assert ("share a card" in line) == (len(hooks(html, "flag")) > html.count('class="sheet-card"'))


def test_flags_with_one_cause_share_a_card(consultant, place, clinic, lead):
    finished_round(clinic, lead, {**ALL_MOSTLY, "intake": 1, "gp-referral": 1})
    html = of_clinic(consultant, place)
    assert "Flags with one cause share a card." in html
    headings = re.findall(r"<h3 data-test=\"flag\"[^>]*>([^<]+)</h3>", html)
    assert len(headings) > html.count('class="sheet-card"')
    assert all(heading.startswith("The clinic ") for heading in headings)


def test_options_are_those_offered_where_answers_are_shown(consultant, place, whole):
    html = of_clinic(consultant, show(place, Level.ANSWERS))
    assert {option["option"] for option in hooks(html, "option")} == {offer["key"] for offer in whole.result.offers}
    assert "Options that the clinic was offered" in html
    assert "Fits where this way in is open" not in html


def test_options_fit_the_flags_in_the_order_of_the_guidance_where_answers_are_not_shown(consultant, place, whole):
    """Which ones are offered, and in which order, tells which answers are low and which routes are open."""
    guidance = guidance_for("icbt-readiness", 1, None)
    order = list(guidance.option)
    with rewriting():
        Result.objects.update(offers=[])
    html = of_clinic(consultant, show(place, Level.SCORES))
    assert "Options that the clinic was offered" not in html
    assert "Fits where this way in is open: GPs refer patients." in html
    lists = [
        [one["option"] for one in hooks(part, "option")]
        for part in re.findall(r"<ul class=\"options\">.*?</ul>", html, re.DOTALL)
    ]
    assert all(one == sorted(one, key=order.index) for one in lists)
    for flag in whole.result.flags.all():
        for option in fitting(guidance, flag.key, flag.domain):
            assert f'id="option-{option.key}"' in html


def test_safety_without_a_flag_is_not_called_settled_unless_answers_are_shown(consultant, place, whole):
    html = of_clinic(consultant, show(place, Level.SCORES))
    assert "Not flagged" in html
    assert "“Not flagged” means settled, or not answered." in html
    html = of_clinic(consultant, show(place, Level.ANSWERS))
    assert "Not flagged" not in html
    assert "In place" in html


@pytest.mark.parametrize("level", [Level.SCORES, Level.ANSWERS])
def test_therapists_asked_without_figures_look_like_nobody_asked(consultant, place, clinic, lead, level):
    """Whether anybody was invited is not told, so two assessments without figures read alike."""
    show(place, level)
    assessment = open_round_of(clinic, lead)
    invite(assessment, lead, 9)
    write(assessment, lead, MIXED, COMMENT)
    finish(assessment, lead)
    other = finished_round(clinic, lead, at=LATER + timedelta(hours=1))
    parts = [
        of_clinic(consultant, place, f"?round={one.pk}").partition('id="team"')[2].partition("</section>")[0]
        for one in (assessment, other)
    ]
    assert "Nothing is known of the therapists’ view" in parts[0]
    assert parts[0] == parts[1]


def test_earlier_assessment_is_chosen_by_a_link(consultant, place, clinic, lead):
    earlier = finished_round(clinic, lead)
    finished_round(clinic, lead, ALL_MOSTLY, at=LATER + timedelta(hours=1))
    html = of_clinic(consultant, place)
    assert f"?round={earlier.pk}" in html
    assert not hooks(html, "flag")
    assert hooks(of_clinic(consultant, place, f"?round={earlier.pk}"), "flag")


def test_aliases_leave_out_names_titles_and_own_words(consultant, place, whole):
    for html in (of_clinic(consultant, place, is_aliased=True), of_round(consultant, place, whole, is_aliased=True)):
        assert "Clinic 1" in html
        assert not [word for word in ("Harbour Clinic", TITLE, COMMENT, OTHER_REQUEST) if word in html]
    assert "Something else" in of_clinic(consultant, place, is_aliased=True)


def test_round_shows_answers_comments_and_figures(consultant, place, whole):
    html = of_round(consultant, place, whole)
    assert len(hooks(html, "topic-answers")) == 9
    assert COMMENT in html
    assert TITLE in html
    assert "The clinic answered" in html
    assert "Two answers point different ways" in html


@pytest.mark.parametrize("level", [Level.PROGRESS, Level.SCORES])
def test_round_is_not_there_unless_answers_are_shown(consultant, place, whole, level):
    show(place, level)
    of_round(consultant, place, whole, status=404)
    html = of_clinic(consultant, place)
    assert reverse("networks:round", args=[place.network_id, place.clinic_id, whole.pk]) not in html


def test_round_that_is_open_is_not_there(consultant, place, whole):
    assessment = Round.objects.open().get()
    of_round(consultant, place, assessment, status=404)
    page(consultant, "clinic", place.network_id, place.clinic_id, query=f"?round={assessment.pk}", status=404)


@pytest.mark.parametrize("query", ["?round=x", "?round=%00", "?round=7d1f6a4e-0000-4000-8000-000000000000"])
def test_assessment_that_is_none_is_not_there(consultant, place, whole, query):
    page(consultant, "clinic", place.network_id, place.clinic_id, query=query, status=404)


@pytest.fixture
def other_place(network: Network, other_clinic: Clinic, stranger: User) -> NetworkClinic:
    return join_clinic(network, other_clinic, stranger, Level.ANSWERS)


def test_assessment_of_another_clinic_is_not_there(consultant, place, other_place, stranger, other_clinic):
    other = finished_round(other_clinic, stranger)
    of_round(consultant, place, other, status=404)
    page(consultant, "clinic", place.network_id, place.clinic_id, query=f"?round={other.pk}", status=404)


def test_clinic_of_another_network_is_not_there(consultant, place, whole):
    colleague = make_consultant("colin@example.org", "Colin")
    elsewhere = actions.create_network(by=colleague, name="Region South", now=NOW)
    mine = actions.create_network(by=consultant, name="Region West", now=NOW)
    for who, network in (
        (consultant, elsewhere),
        (consultant, mine),
        (colleague, place.network),
        (colleague, elsewhere),
    ):
        page(who, "clinic", network.pk, place.clinic_id, status=404)
        page(who, "round", network.pk, place.clinic_id, whole.pk, status=404)


def test_clinic_that_leaves_is_gone_at_once(consultant, place, whole, lead):
    client = signed_in(consultant)
    address = reverse("networks:clinic", args=[place.network_id, place.clinic_id])
    assert client.get(address).status_code == 200
    actions.withdraw(by=lead, place=place, now=NOW)
    assert client.get(address).status_code == 404
    assert client.get(reverse("networks:round", args=[place.network_id, place.clinic_id, whole.pk])).status_code == 404


@pytest.mark.parametrize("who", ["lead", "manager", "stranger", "admin"])
def test_page_is_for_consultants_of_the_network(request, place, whole, who):
    user = request.getfixturevalue(who)
    page(user, "clinic", place.network_id, place.clinic_id, status=404)
    page(user, "round", place.network_id, place.clinic_id, whole.pk, status=404)


def test_clinic_that_has_not_begun_says_so(consultant, place):
    html = of_clinic(consultant, place)
    assert "This clinic has not begun an assessment yet." in html
    assert "None" not in html


def test_open_assessment_without_answers_says_so(consultant, place, clinic, lead):
    open_round_of(clinic, lead)
    assert "Nothing is answered yet" in of_clinic(consultant, place)


def test_sections_are_counted_as_done_once_all_that_is_asked_is_answered(consultant, place, clinic, lead):
    assessment = open_round_of(clinic, lead, routes=["gp"])
    asked = {key: value for key, value in ALL_MOSTLY.items() if key != "self-referral"}
    write(assessment, lead, asked)
    assert "9 of 9 sections done<" in of_clinic(consultant, place)


def test_views_that_differ_show_who_is_higher_and_the_managers_figure_with_answers_alone(
    consultant, place, clinic, lead
):
    finished_round(clinic, lead, ALL_MOSTLY, has_talked=True)
    html = of_clinic(consultant, show(place, Level.SCORES))
    assert [gap["domain"] for gap in hooks(html, "role-gap")] == ["practice"]
    assert "The managers rate it higher." in html
    assert 'data-test="managers-not-shown"' in html
    assert "The managers, on the questions that both were asked" not in html
    assert "the managers rate 75 of 100" not in html


def test_views_that_differ_show_both_figures_frozen(consultant, place, clinic, lead):
    finished_round(clinic, lead, ALL_MOSTLY, has_talked=True)
    html = of_clinic(consultant, show(place, Level.ANSWERS))
    assert [gap["domain"] for gap in hooks(html, "role-gap")] == ["practice"]
    assert "The managers rate it higher." in html
    assert "the managers rate 75 of 100" in html
    assert 'data-test="managers-not-shown"' not in html
    with rewriting():
        ResultScore.objects.filter(view="shared").delete()  # as in results that were frozen before these were
    html = of_clinic(consultant, place)
    assert [gap["domain"] for gap in hooks(html, "role-gap")] == ["practice"]
    assert "not kept" in html


def test_page_reads_frozen_rows_alone(consultant, place, whole):
    """Changing every answer afterwards changes nothing at the level of scores."""
    show(place, Level.SCORES)
    before = of_clinic(consultant, place)
    with rewriting():
        whole.answers.of_clinic_form().update(value=1, non_answer="", comment="changed")
    after = of_clinic(consultant, place)
    token = r'csrfmiddlewaretoken" value="[^"]+"'
    assert re.sub(token, "", before) == re.sub(token, "", after)


def test_page_without_any_answer_stands(consultant, place, clinic, lead):
    assessment = finished_round(clinic, lead, {})
    assert "Nothing is flagged" in of_clinic(consultant, place)
    assert "0 of 47 questions" in of_round(consultant, place, assessment)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("level", EVERY_LEVEL)
def test_queries_do_not_grow(consultant, place, clinic, lead, level, django_assert_max_num_queries):
    for hours in range(3):
        finished_round(clinic, lead, has_talked=True, at=LATER + timedelta(hours=hours))
    show(place, level)
    client = signed_in(consultant)
    with django_assert_max_num_queries(25):
        assert client.get(reverse("networks:clinic", args=[place.network_id, place.clinic_id])).status_code == 200
    if level is Level.ANSWERS:
        with django_assert_max_num_queries(25):
            address = reverse(
                "networks:round",
                args=[place.network_id, place.clinic_id, Round.objects.closed().latest("closed_at").pk],
            )
            assert client.get(address).status_code == 200
