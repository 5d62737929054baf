"""Withdrawing works at once and everywhere: every address of consultants, in a browser that was open all the time.

What a network sees of a clinic is compared with what it saw before the clinic joined, and with a clinic that never
was. What a level does not show is changed in the database, and no page may differ.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F

from assessments.clinics.models import OutgoingMail
from assessments.networks import actions, invitation_actions
from assessments.networks.invitation_list import Line
from assessments.networks.models import Level, Network, NetworkClinic, NetworkInvitation, NetworkMember
from assessments.plans.models import Action, ActionEntry, Status
from assessments.results import bodies
from assessments.results.models import ReleaseRow, Result, ResultFlag, ResultScore
from assessments.rounds.actions import Change, save_answer
from assessments.rounds.models import FormAnswer, Round, TeamTalk
from tests.assessments.conftest import NOW, open_round_of, signed_in
from tests.assessments.history import rewriting
from tests.assessments.networks.clinics import add_clinic, lead_of, save
from tests.assessments.networks.clinics import finish as finish_of
from tests.assessments.networks.conftest import join_clinic
from tests.assessments.networks.sheets import (
    ACTION,
    COMMENT,
    EVERY_LEVEL,
    OF_ACTIONS,
    OPEN_COMMENT,
    OTHER_REQUEST,
    TITLE,
    finish,
    open_again,
    plan,
)
from tests.assessments.networks.walking import CONSULTANTS_ROUTES, Walk, differences
from tests.assessments.results.conftest import ALL_MOSTLY, MIXED
from tests.assessments.results.team import HEARD, TALK, hear, talk

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]

NAME = "Zanzibar-Clinic"  # written alike in addresses
PLANTED = (ACTION, *OF_ACTIONS, COMMENT, OPEN_COMMENT, OTHER_REQUEST, TITLE, "98,765")


@pytest.fixture
def rounds(clinic, lead, at_noon):
    """Two finished assessments of a clinic whose team was heard in every way, an open one, and a plan."""
    clinic.name = NAME
    clinic.save()
    first = finish(begin(clinic, ALL_MOSTLY), lead, at=NOW + timedelta(minutes=1))
    second = begin(clinic, MIXED)
    for due, topic, status in ((-2, "funding", Status.UNDER_WAY), (3, "intake", Status.PLANNED)):
        plan(clinic, due=due, topic=topic, status=status)
    plan(clinic, status=Status.DROPPED)
    change = Change(key="intake", answer=2, comment=COMMENT, base=1, op="comment")
    save_answer(by=lead, round_id=second.pk, change=change, now=NOW)
    hear(second, lead, HEARD[:5], n_invited=5)
    finish(talk(second, lead, TALK, asks=("supervision", "other"), other=OTHER_REQUEST), lead)
    return (second, first, open_again(clinic, lead))


@pytest.fixture
def others(network):
    """Two clinics that the network sees all the time."""
    places = [add_clinic(network, f"Quiet Clinic {number}", Level.ANSWERS, country="Norway") for number in range(2)]
    for place in places:
        finish_of(place, ALL_MOSTLY)
    return [place.clinic for place in places]


@pytest.fixture
def walk(network, consultant, colleague_consultant, clinic, rounds, others):
    """The consultant's browser, which stays open; nothing of `clinic` is seen yet."""
    actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    Network.objects.update(name="Tramontana roll-out")
    network.refresh_from_db()
    lines = [Line(clinic="Lakeside Practice", email="lakeside@example.net")]
    invitation_actions.invite_clinics(by=consultant, network_id=network.pk, lines=lines, now=NOW)
    return Walk(
        client=signed_in(consultant),
        network=network.pk,
        clinic=clinic.pk,
        rounds=tuple(one.pk for one in rounds),
        others=tuple(other.pk for other in others),
        member=NetworkMember.objects.get(user=colleague_consultant).pk,
        invitation=NetworkInvitation.objects.get().pk,
        name=NAME,
    )


def begin(clinic, answers):
    """Open an assessment and answer it at once."""
    assessment = open_round_of(clinic, lead_of(clinic))
    save(assessment, answers, at=NOW)
    return assessment


def hide_names(walk):
    walk.client.post(f"/networks/{walk.network}/names/", {"names": "hidden"})


def finds(seen, *words):
    """Give the addresses whose answers hold one of the words."""
    return [address for address, (_, text) in seen.items() if any(word in text for word in words)]


def alias_of(clinic):
    return NetworkClinic.objects.get(clinic=clinic).alias


def test_the_walk_meets_every_address_that_only_consultants_have(walk):
    seen = walk.see()
    assert len(CONSULTANTS_ROUTES) >= 13
    assert {address.split()[0] for address in seen} == {"GET", "POST"}
    for route in CONSULTANTS_ROUTES:
        start = route.path.partition("<")[0]
        assert any(f" {start}" in address for address in seen), route.path
    assert not [address for address, (status, _) in seen.items() if status >= 500]


# Withdrawing


@pytest.mark.parametrize("is_aliased", [False, True], ids=["names", "aliases"])
def test_level_that_is_lowered_and_access_that_ends_leave_nothing_behind(walk, network, clinic, lead, is_aliased):
    if is_aliased:
        hide_names(walk)
    page, browser = f"/clinics/{clinic.pk}/networks/{network.pk}/", signed_in(lead)
    before, nothing = walk.see(), walk.glance()
    place = join_clinic(network, clinic, lead, Level.PROGRESS)
    progress, alias = walk.glance(), place.alias
    actions.change_level(by=lead, place=place, level=Level.SCORES, now=NOW)
    scores = walk.glance()
    actions.change_level(by=lead, place=place, level=Level.ANSWERS, now=NOW)
    whole = walk.see()
    for less, more in ((nothing, progress), (progress, scores), (scores, walk.glance())):
        assert differences(less, more)
    assert [address for address in differences(before, whole) if "CLINIC0" not in address]
    assert finds(whole, alias if is_aliased else "NAME<")

    browser.post(page, {"level": "scores"})
    assert differences(scores, walk.glance()) == []

    browser.post(page, {"level": "progress"})
    assert differences(progress, walk.glance()) == []

    browser.post(f"{page}leave/")
    after = walk.see()
    assert differences(before, after) == []
    assert differences(walk.of_nobody().see(), after) == []
    assert finds(after, alias, *PLANTED) == []


@pytest.mark.parametrize("end", ["removed", "no consultant any more", "closed"])
def test_consultant_whose_place_ends_sees_nothing_any_more(walk, place, network, consultant, colleague_consultant, end):
    assert walk.client.get(f"/networks/{network.pk}/clinics/").status_code == 200
    if end == "removed":
        member = NetworkMember.objects.select_related("network").get(user=consultant)
        actions.remove_consultant(by=colleague_consultant, member=member, now=NOW)
    else:
        consultant.is_consultant, consultant.is_active = False, end != "closed"
        consultant.save()

    after = walk.see()
    of_network = {status for address, (status, _) in after.items() if str(network.pk) in address}
    assert of_network <= ({302, 403} if end == "closed" else {404})  # 403: what was sent comes back to be sent again
    assert finds(after, "Quiet Clinic", "Clinic 1", network.name, *PLANTED) == []
    assert differences(walk.of_nobody().see(), after) == []


def test_clinic_that_joins_again_comes_under_another_number(place, network, clinic, lead):
    before = alias_of(clinic)
    actions.withdraw(by=lead, place=place, now=NOW)
    assert join_clinic(network, clinic, lead).alias != before


def test_waiting_mails_name_no_clinic(place, network, consultant, colleague_consultant, lead, clinic):
    actions.add_consultant(by=consultant, network_id=network.pk, email=colleague_consultant.email, now=NOW)
    actions.withdraw(by=lead, place=place, now=NOW)
    waiting = OutgoingMail.objects.filter(kind=OutgoingMail.Kind.NETWORK_NOTICE)
    assert waiting.exists()
    assert not [mail for mail in waiting if clinic.name in mail.subject + mail.body]


# What a level does not show


def change_what_nobody_is_shown():
    """Change how many were invited, and every answer that is not a finished clinic form's."""
    Round.objects.update(n_invited=77)
    Round.objects.open().update(participation="more", participation_on=NOW.date())
    FormAnswer.objects.filter(form="joint", value__isnull=False).update(value=6 - F("value"))
    Action.objects.update(steps="Another step", owner_name="Another owner", flag="scepticism", effort="low")
    Action.objects.exclude(drop_reason="").update(drop_reason="Another reason")
    ActionEntry.objects.update(note="Another note")
    drafts = FormAnswer.objects.filter(round__in=Round.objects.open(), value__isnull=False)
    drafts.filter(value__gt=5).update(value=4_321)
    drafts.filter(value__lte=5).update(value=6 - F("value"), comment="Another narwhal", revision=9)


def change_the_answers():
    """Change the clinic forms of finished assessments, what is written beside them, and what actions are called."""
    Action.objects.update(title="Another action")
    answers = FormAnswer.objects.filter(form="clinic", round__closed_at__isnull=False, value__isnull=False)
    answers.filter(value__gt=5).update(value=1_234)
    answers.filter(value__lte=5).update(value=6 - F("value"), comment="Another quokka", revision=9)


def change_the_result():
    """Change everything that closing has frozen, and how far the plan is."""
    Action.objects.unfinished().update(domain="skills", due_on=NOW.date(), status=Status.PLANNED)
    ResultScore.objects.filter(score__isnull=False).update(score=100 - F("score"))
    ResultFlag.objects.all().delete()
    ReleaseRow.objects.filter(value__isnull=False).update(value=95 - F("value"))
    Result.objects.update(offers=[])
    TeamTalk.objects.update(other_request="Another okapi", n_people=4)
    Round.objects.filter(closed_at__isnull=False).update(title="Another title", is_team_shown=False)


CHANGES = {
    Level.ANSWERS: (change_what_nobody_is_shown,),
    Level.SCORES: (change_what_nobody_is_shown, change_the_answers),
    Level.PROGRESS: (change_what_nobody_is_shown, change_the_answers, change_the_result),
}
"""For each level, what no page may depend on."""


def seen_after(walk, *changes):
    """Walk in a world where some things are different, and put them back."""
    with transaction.atomic():
        with rewriting():
            for change in changes:
                change()
        bodies._closed_body.cache_clear()
        seen = walk.glance()
        transaction.set_rollback(True)
    bodies._closed_body.cache_clear()
    return seen


def test_no_page_depends_on_what_its_level_does_not_show(walk, place):
    for level in EVERY_LEVEL:
        NetworkClinic.objects.update(level=level)
        shown = walk.glance()
        assert differences(shown, seen_after(walk, *CHANGES[level])) == []
    for change in (change_the_answers, change_the_result):
        assert differences(shown, seen_after(walk, change))


@pytest.mark.parametrize("is_aliased", [False, True], ids=["names", "aliases"])
def test_planted_words_are_found_at_their_level_alone(walk, place, lead, is_aliased):
    if is_aliased:
        hide_names(walk)
    for level, own_words, results in (
        (Level.PROGRESS, False, False),
        (Level.SCORES, False, not is_aliased),
        (Level.ANSWERS, not is_aliased, not is_aliased),
    ):
        NetworkClinic.objects.update(level=level)
        seen = walk.glance()
        assert finds(seen, OPEN_COMMENT, "98,765", lead.name, lead.email, *OF_ACTIONS) == []
        assert bool(finds(seen, COMMENT)) is own_words
        assert bool(finds(seen, ACTION)) is own_words
        assert bool(finds(seen, TITLE)) is results
        assert bool(finds(seen, OTHER_REQUEST)) is results
        assert bool(finds(seen, "NAME<")) is not is_aliased
