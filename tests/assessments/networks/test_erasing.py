"""What is erased is gone everywhere, and that it was erased stays: for the record, for therapists, for networks."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from assessments.clinics import guards
from assessments.clinics.models import Clinic, Erasure, ManagerInvitation, OutgoingMail, User
from assessments.clinics.policies import RefusedError
from assessments.networks import actions, invitation_actions
from assessments.networks.erasing import erase_clinic
from assessments.networks.invitation_list import Line
from assessments.networks.models import Level, Network
from assessments.networks.tombstones import LATELY
from assessments.plans.actions import Content, add_action
from assessments.plans.models import Action
from assessments.results.closing import close
from assessments.results.history import finished_rounds
from assessments.rounds import actions as rounds
from assessments.rounds.erasing import erase_round
from assessments.rounds.models import FormAnswer, Round
from assessments.rounds.policies import figures_again_at
from tests.assessments.conftest import NOW, join, make_user, open_round_of
from tests.assessments.history import rewriting
from tests.assessments.networks.conftest import join_clinic
from tests.assessments.networks.erased import AGAIN, erase, named_in
from tests.assessments.networks.sheets import LATER, finished_round, open_again, page

# What goes, and what stays


def test_nothing_of_a_finished_assessment_is_left_but_that_it_was_erased(earlier, latest, clinic, lead):
    erase_round(by=lead, round_id=latest.pk, now=AGAIN)
    assert named_in(latest.pk) == set()
    erasure, act = Erasure.objects.get(), clinic.acts.first()
    assert (erasure.kind, erasure.clinic_id, erasure.round_id, erasure.by) == ("round", clinic.pk, latest.pk, lead)
    assert (erasure.finished_on, erasure.at, erasure.is_running) == (latest.closed_on, AGAIN, False)
    assert (act.act, act.by, act.subject) == ("round-erased", lead, str(latest.pk))
    assert Round.objects.get().is_latest
    assert Action.objects.get().round is None
    assert earlier.answers.exists()


def test_nothing_of_an_open_assessment_is_left(under_way, clinic, lead):
    assert OutgoingMail.objects.filter(about=under_way.pk).exists()
    erase_round(by=lead, round_id=under_way.pk, now=AGAIN)
    assert named_in(under_way.pk, "@" + str(under_way.pk)) == set()
    assert Erasure.objects.get().finished_on is None
    open_round_of(clinic, lead)  # there is room for another


def test_erasing_figures_does_not_bring_the_next_ones_forward(latest, clinic, lead):
    following = open_round_of(clinic, lead)
    before = figures_again_at(following, now=AGAIN)
    assert before == latest.closed_at + timedelta(days=90)
    erase_round(by=lead, round_id=latest.pk, now=AGAIN)
    assert figures_again_at(following, now=AGAIN) == before
    assert figures_again_at(following, now=before) is None


def test_erasing_one_without_figures_holds_nothing_up(earlier, clinic, lead):
    erase_round(by=None, round_id=earlier.pk, now=AGAIN)
    assert figures_again_at(open_round_of(clinic, lead), now=AGAIN) is None


def test_nothing_of_a_clinic_is_left_but_a_number(
    latest, under_way, place, manager, clinic, lead, stranger, other_clinic
):
    join_clinic(place.network, other_clinic, stranger)
    erase_clinic(by=lead, clinic_id=clinic.pk, now=AGAIN, although_figures_are_recent=True)
    assert named_in(clinic.pk, clinic.name) == set()
    assert [(one.network, one.number) for one in place.network.tombstones.all()] == [(place.network, place.number)]
    assert User.objects.filter(pk__in=[lead.pk, manager.pk]).count() == 2
    assert Clinic.objects.get() == other_clinic
    assert other_clinic.acts.exists()


def test_one_before_is_the_latest_then_in_the_order_of_all_pages(latest, clinic, lead):
    rounds = sorted([*Round.objects.all(), finished_round(clinic, lead, at=LATER + timedelta(hours=2))], key=by_key)
    with rewriting():  # a clock that gave the same time twice
        Round.objects.update(is_latest=False, closed_at=LATER)
        for hours, one in enumerate(reversed(rounds)):
            Round.objects.filter(pk=one.pk).update(opened_at=NOW - timedelta(days=9, hours=-hours))
    *_, before, last = finished_rounds(Round.objects.all())
    Round.objects.filter(pk=last.pk).update(is_latest=True)
    erase_round(by=None, round_id=last.pk, now=AGAIN)
    assert Round.objects.get(is_latest=True) == before


def by_key(row: Round) -> str:
    return str(row.pk)


def test_mails_to_a_person_go_whatever_became_of_them(clinic, manager, lead):
    states = itertools.product(OutgoingMail.Kind, OutgoingMail.State, (manager.email.title(), lead.email))
    text = dict.fromkeys(("subject", "body"), "x")
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            kind=kind,
            state=state,
            address=to,
            clinic=None if kind.startswith("network") else clinic,
            about=clinic.pk,
            created_at=NOW,
            next_attempt_at=NOW,
            **(text if state == "waiting" else {}),
        )
        for kind, state, to in states
    )
    erase(by=None, user_id=manager.pk)
    left = OutgoingMail.objects.exclude(address=lead.email)
    assert set(left.values_list("kind", flat=True)) == {"therapist-invitation", "therapist-reminder"}
    assert OutgoingMail.objects.filter(address=lead.email).count() == len(OutgoingMail.Kind) * 3


def test_nothing_of_a_person_is_left_but_what_they_did(
    latest, clinic, lead, network, consultant, other_clinic, stranger
):
    person = join(clinic, make_user("leaving@example.org", "Lorna Leaving", is_consultant=True))
    join_clinic(network, other_clinic, stranger)
    actions.add_consultant(by=consultant, network_id=network.pk, email=person.email, now=NOW)
    open_one = open_again(clinic, lead)
    rounds.save_answer(
        by=person, round_id=open_one.pk, change=rounds.Change("training", 4, None, 0, "op-of-person"), now=NOW
    )
    close(round_id=open_one.pk, by=lead, now=AGAIN)
    add_action(by=person, clinic=clinic, content=Content(title="Own", owner_id=person.pk), op="own", now=NOW)
    ManagerInvitation.objects.create(
        clinic=other_clinic, email=person.email, token_hash="h", invited_by=stranger, expires_at=AGAIN
    )
    line = Line(clinic="Another", email=person.email)
    invitation_actions.invite_clinics(by=consultant, network_id=network.pk, lines=[line], now=NOW)
    kind = ContentType.objects.get_for_model(person)
    LogEntry.objects.create(
        user=lead, content_type=kind, object_id=str(person.pk), object_repr=person.email, action_flag=CHANGE
    )

    erase(by=None, user_id=person.pk)

    # The leads of the network's clinics are written to that she has gone; nothing of that mail is kept once it is sent.
    note = OutgoingMail.objects.filter(about=network.pk, body__contains=person.name, address=stranger.email)
    assert note.exists()
    OutgoingMail.objects.update(state="sent", subject="", body="")
    assert named_in(person.email, person.name) == set()
    assert FormAnswer.objects.get(op="op-of-person").by is None
    assert Action.objects.get(op="own").owner is None
    assert clinic.acts.filter(act="person-erased").count() == 1
    assert clinic.acts.filter(act="manager-joined", by=None).exists()
    assert (Erasure.objects.get().kind, Erasure.objects.get().clinic_id) == ("person", None)
    assert guards.are_in_place(connection)


def test_network_that_nobody_else_looks_after_and_no_clinic_is_in_goes_along(network, consultant):
    erase(by=consultant, user_id=consultant.pk)
    assert not Network.objects.exists()
    assert not User.objects.exists()


# Who may


@pytest.mark.parametrize(
    ("who", "becomes"),
    [
        ("lead", None),
        ("operator", None),
        ("manager", RefusedError),
        ("consultant", ObjectDoesNotExist),
        ("stranger", ObjectDoesNotExist),
    ],
)
@pytest.mark.parametrize("what", ["round", "clinic"])
def test_lead_and_operator_may_erase(
    request, who, becomes, what, earlier, place, manager, stranger, consultant, clinic
):
    by = None if who == "operator" else request.getfixturevalue(who)

    def erase() -> None:
        if what == "round":
            erase_round(by=by, round_id=earlier.pk, now=AGAIN)
        else:
            erase_clinic(by=by, clinic_id=clinic.pk, now=AGAIN)

    if becomes:
        with pytest.raises(becomes):
            erase()
    else:
        erase()
    assert Round.objects.exists() is bool(becomes)
    assert Erasure.objects.exists() is not bool(becomes)


def test_who_is_needed_is_not_erased(place, clinic, lead, manager, consultant, colleague_consultant):
    with pytest.raises(RefusedError, match="leads Harbour Clinic"):
        erase(by=lead, user_id=lead.pk)
    with pytest.raises(RefusedError, match="Nobody else looks after Region North roll-out"):
        erase(by=None, user_id=consultant.pk)
    actions.add_consultant(by=consultant, network_id=place.network_id, email=colleague_consultant.email, now=NOW)
    User.objects.filter(pk=colleague_consultant.pk).update(is_active=False)
    with pytest.raises(RefusedError, match="Nobody else"):
        erase(by=None, user_id=consultant.pk)
    with pytest.raises(RefusedError, match="Only the person"):
        erase(by=lead, user_id=manager.pk)
    User.objects.filter(pk=colleague_consultant.pk).update(is_active=True)
    for person in (consultant, manager):
        erase(by=None, user_id=person.pk)
    assert set(User.objects.all()) == {lead, colleague_consultant}


# What networks are told


@pytest.mark.parametrize("level", list(Level))
def test_consultants_read_that_an_assessment_was_erased(place, earlier, lead, consultant, level):
    erase_round(by=lead, round_id=earlier.pk, now=AGAIN)
    actions.change_level(by=lead, place=place, level=level, now=AGAIN)
    told = "An assessment finished on 22 November 2026 was erased on 22 December 2026."
    assert told in page(consultant, "clinic", place.network_id, place.clinic_id)
    assert told in page(consultant, "clinic", place.network_id, place.clinic_id, is_aliased=True)


def test_consultants_read_nothing_of_what_was_erased_before_they_were_let_in(
    earlier, clinic, lead, network, consultant
):
    erase_round(by=lead, round_id=earlier.pk, now=NOW - timedelta(seconds=1))
    join_clinic(network, clinic, lead)
    assert "was erased" not in page(consultant, "clinic", network.pk, clinic.pk)


def test_leaving_erasing_and_coming_back_hides_nothing(place, under_way, clinic, lead, consultant):
    actions.withdraw(by=lead, place=place, now=NOW)
    erase_round(by=lead, round_id=under_way.pk, now=AGAIN)
    token = actions.joining_token(Network.objects.get())
    actions.join(by=lead, token=str(token), clinic=clinic, level=Level.SCORES, now=AGAIN + timedelta(days=9))
    html = page(consultant, "clinic", place.network_id, clinic.pk)
    assert "An assessment that was open was erased on 22 December 2026." in html


def test_consultants_read_that_a_clinic_was_erased_and_not_which(place, earlier, lead, consultant, clinic):
    erase_clinic(by=lead, clinic_id=clinic.pk, now=AGAIN)
    told = "Clinic 1 was erased on 22 December 2026."
    for at, is_lately in ((AGAIN, True), (AGAIN + LATELY, False)):
        with time_machine.travel(at, tick=False):
            first, listed = (page(consultant, name, place.network_id) for name in ("overview", "clinics"))
        assert (told in first, told in listed) == (is_lately, True)
        assert clinic.name not in first + listed
