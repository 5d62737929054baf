"""What stands on a clinic's page for the meeting with it: at which level, of which assessments, and nothing new."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.networks.clinic_meeting import COMMENTS
from assessments.networks.models import Level
from assessments.rounds.models import Round
from tests.assessments.conftest import signed_in
from tests.assessments.history import rewriting
from tests.assessments.networks.sheets import (
    COMMENT,
    LATER,
    OPEN_COMMENT,
    OTHER_REQUEST,
    finished_round,
    main_of,
    open_again,
    page,
    show,
)
from tests.assessments.results.conftest import ALL_MOSTLY, MIXED

FACTS = {**ALL_MOSTLY, "gp-referral-count": 43_210}
BOTH = [Level.SCORES, Level.ANSWERS]


def block_of(consultant, place, query="", *, is_aliased=False):
    """Give the block of a clinic's page, empty where there is none."""
    html = main_of(page(consultant, "clinic", place.network_id, place.clinic_id, query=query, is_aliased=is_aliased))
    return html.partition('data-test="meeting"')[2].partition("</section>")[0]


def changes_in(html):
    return re.findall(r'data-domain="([^"]+)" data-difference="([^"]*)"', html)


@pytest.fixture
def two(clinic, lead):
    """Two finished assessments; the team talked in the later one, and another is open."""
    rounds = (
        finished_round(clinic, lead, MIXED),
        finished_round(clinic, lead, FACTS, has_talked=True, at=LATER + timedelta(hours=1)),
    )
    open_again(clinic, lead)
    return rounds


@pytest.mark.parametrize("level", BOTH)
def test_change_has_the_figures_of_the_page_of_change(consultant, place, two, level):
    block = block_of(consultant, show(place, level))
    table = main_of(page(consultant, "change", place.network_id))
    assert len(changes_in(block)) == 9
    assert changes_in(block) == changes_in(table)
    assert reverse("networks:change", args=[place.network_id]) in block


def test_change_is_shown_beside_the_latest_assessment_alone(consultant, place, two):
    assert not changes_in(block_of(consultant, place, f"?round={two[0].pk}"))


def test_change_needs_two_assessments(consultant, place, clinic, lead):
    finished_round(clinic, lead, FACTS)
    assert not changes_in(block_of(consultant, place))


def test_change_needs_one_version_of_the_questionnaire(consultant, place, two):
    with rewriting():
        Round.objects.filter(pk=two[0].pk).update(instrument_version=2)
    block = block_of(consultant, place)
    assert "meeting-change" not in block
    assert "What its team asks for" in block


@pytest.mark.parametrize("level", BOTH)
def test_differing_views_and_requests_stand_there(consultant, place, two, level):
    block = block_of(consultant, show(place, level))
    assert "The managers rate it higher." in block
    assert OTHER_REQUEST in block


def test_stated_figures_and_comments_are_for_the_level_of_answers(consultant, place, two):
    block = block_of(consultant, show(place, Level.ANSWERS))
    assert "43,210" in block
    assert COMMENT in block
    assert OPEN_COMMENT not in block
    assert reverse("networks:round", args=[place.network_id, place.clinic_id, two[1].pk]) in block
    html = page(consultant, "clinic", place.network_id, place.clinic_id)
    assert "98,765" not in html
    html = page(consultant, "clinic", show(place, Level.SCORES).network_id, place.clinic_id)
    assert "43,210" not in html
    assert COMMENT not in html


def test_aliases_leave_out_comments_and_own_words(consultant, place, two):
    block = block_of(consultant, place, is_aliased=True)
    assert COMMENT not in block
    assert OTHER_REQUEST not in block
    assert "43,210" in block


def test_first_comments_stand_there_in_part_and_the_others_by_a_link(consultant, place, two):
    of_form = two[1].answers.of_clinic_form()
    with rewriting():
        of_form.update(comment="word " * 50 + "end")
    block = block_of(consultant, place)
    n_comments = of_form.exclude(key="gp-referral-count").count()
    assert block.count('class="comment"') == COMMENTS
    assert f"All {n_comments} comments" in block
    assert "end<" not in block


def test_progress_has_nothing_for_a_meeting(consultant, place, two):
    assert not block_of(consultant, show(place, Level.PROGRESS))


def test_nothing_to_speak_of_leaves_the_block_out(consultant, place, clinic, lead):
    finished_round(clinic, lead, MIXED)
    html = page(consultant, "clinic", show(place, Level.SCORES).network_id, place.clinic_id)
    assert 'data-test="meeting"' not in html
    assert 'href="#meeting"' not in html


@pytest.mark.parametrize("level", BOTH)
def test_queries_are_few(consultant, place, two, level, django_assert_max_num_queries):
    client = signed_in(consultant)
    show(place, level)
    with django_assert_max_num_queries(25):
        client.get(reverse("networks:clinic", args=[place.network_id, place.clinic_id]))
