"""Clinics whose answers differ and whose shown figures do not: no page of a consultant may tell one from the other.

Both are let in under the same name, number and days, one after the other in the same world, and finish in earnest, so
that everything which closing freezes is there. Ids apart, each page must then be the same, letter by letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db import transaction

from assessments.clinics.actions import hash_of
from assessments.networks import actions
from assessments.networks.invitation_actions import invite_clinics
from assessments.networks.invitation_list import Line
from assessments.networks.models import Level, NetworkInvitation, NetworkMember
from assessments.results.models import ResultScore
from readiness.guidance.flags import ROLE_GAP, WEAK_DOMAIN
from readiness.instrument.definition import Answer
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.networks.clinics import add_clinic, begin, finish, lead_of
from tests.assessments.networks.sheets import finish as close
from tests.assessments.networks.sheets import plan
from tests.assessments.networks.twins import read, twins
from tests.assessments.networks.walking import Seen, Walk, differences
from tests.assessments.results.conftest import ALL_MOSTLY
from tests.assessments.results.team import TALK, talk

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(60)]

NAME = "Zanzibar-Clinic"  # written alike in addresses
SEED = 805
"""With it everything differs that could tell of answers; the first test says what that is."""
LOW = dict.fromkeys(ALL_MOSTLY, 2)


@pytest.fixture
def world(network, consultant, colleague_consultant):
    """A network with two clinics, and a browser of its consultant."""
    actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    lines = [Line(clinic="Lakeside Practice", email="lakeside@example.net")]
    invite_clinics(by=consultant, network_id=network.pk, lines=lines, now=NOW)
    others = [add_clinic(network, f"Quiet Clinic {number}") for number in range(2)]
    for place in others:
        finish(place, ALL_MOSTLY)
    return Walk(
        client=signed_in(consultant),
        network=network.pk,
        clinic=None,
        rounds=(),
        others=(others[0].clinic_id, others[1].clinic_id),
        member=NetworkMember.objects.get(user=colleague_consultant).pk,
        invitation=NetworkInvitation.objects.get().pk,
        name=NAME,
    )


def seen_of(world: Walk, network, level: Level, answers: Mapping[str, Answer], draft: Mapping[str, Answer]) -> Seen:
    """Let a clinic in that finishes with these answers and opens another assessment, look at all, and undo it."""
    with transaction.atomic():
        place = add_clinic(network, NAME, level)
        lead = lead_of(place.clinic)
        first = begin(place, answers, at=NOW)
        close(talk(first, lead, TALK, asks=("supervision",)), lead, at=NOW + timedelta(hours=1))
        options = {(one.for_, one.key) for one in read(answers).offers}
        plan(place.clinic, f"Tried: {hash_of(str(sorted(options)))[:20]}", due=3, topic="funding")
        second = begin(place, draft, at=NOW + timedelta(hours=2))
        walk = Walk(**{**vars(world), "clinic": place.clinic_id, "rounds": (first.pk, second.pk)})
        seen = walk.glance()
        assert any("NAME" in text for _, text in seen.values())
        transaction.set_rollback(True)
    return seen


def test_the_twins_differ_in_all_that_could_tell_of_answers():
    first, second = (read(answers) for answers in twins(SEED))
    assert first.shown == second.shown
    assert all(first.managers[key] != second.managers[key] for key in ("programme", "leadership", "acceptance"))
    assert len(first.options - second.options) > 1
    assert len(second.options - first.options) > 1
    orders = [[key for key in one.order if key[0] != WEAK_DOMAIN] for one in (first, second)]
    assert orders[0] != orders[1]
    orders = [[key for key in one.order if key[0] == WEAK_DOMAIN] for one in (first, second)]
    assert orders[0] != orders[1]
    assert ROLE_GAP in dict(first.order)


def test_scores_tell_nothing_of_answers_that_come_to_the_same(world, network):
    first, second = twins(SEED)
    one, other = (seen_of(world, network, Level.SCORES, answers, {"intake": 3}) for answers in (first, second))
    assert differences(one, other) == []


def test_progress_tells_nothing_of_any_answer(world, network):
    one = seen_of(world, network, Level.PROGRESS, ALL_MOSTLY, {"intake": 1, "training": 5})
    other = seen_of(world, network, Level.PROGRESS, LOW, {"intake": 4, "training": 2})
    assert differences(one, other) == []


def test_answers_tell_the_twins_apart(world, network):
    """The comparison would see it: of clinics that show answers, several pages differ."""
    first, second = twins(SEED)
    one, other = (seen_of(world, network, Level.ANSWERS, answers, {"intake": 3}) for answers in (first, second))
    assert len(differences(one, other)) > 1


def test_what_closing_freezes_is_what_was_read(network):
    answers = twins(SEED)[0]
    place = add_clinic(network, NAME)
    assessment = begin(place, answers)
    result = close(talk(assessment, lead_of(place.clinic), TALK), lead_of(place.clinic)).result
    expected = read(answers)
    assert list(result.flags.values_list("key", "domain")) == expected.order
    shared = result.scores.filter(form=ResultScore.Form.CLINIC, view=ResultScore.View.SHARED)
    assert dict(shared.values_list("key", "score")) == expected.managers
