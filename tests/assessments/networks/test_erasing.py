"""What is erased is gone everywhere, and that it was erased stays: for the record, for therapists, for networks."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from assessments.clinics import guards
from assessments.clinics.models import AuditEvent, Clinic, Erasure, ManagerInvitation, OutgoingMail, User
from assessments.clinics.policies import RefusedError
from assessments.networks import actions, invitation_actions
from assessments.networks.erasing import erase_clinic, erase_person
from assessments.networks.invitation_list import Line
from assessments.networks.models import Level, Network
from assessments.networks.tombstones import LATELY
from assessments.plans.actions import Content, Origin, add_action
from assessments.plans.models import Action
from assessments.results.closing import close
from assessments.rounds import actions as rounds
from assessments.rounds import talk_actions
from assessments.rounds.erasing import erase_round
from assessments.rounds.models import FormAnswer, Round
from assessments.rounds.policies import RoundClosedError, figures_again_at
from tests.assessments.conftest import NOW, join, make_user, open_round_of, signed_in
from tests.assessments.networks.conftest import join_clinic
from tests.assessments.networks.sheets import LATER, finished_round, open_again, page
from tests.assessments.respondents.conftest import Team, Therapist
from tests.assessments.results.team import WORK, hear, sheet, talk
from tests.assessments.rounds.conftest import Holder

AGAIN: Final = NOW + timedelta(days=30)
TELLING: Final = {AuditEvent: {"subject"}, Erasure: {"clinic_id", "round_id"}}
"""Columns in which the number of what was erased stays."""


def named_in(*words: object) -> set[tuple[str, str]]:
    """Give the columns of the whole database in which any of these words stands, where it is not meant to."""
    wanted = [str(word) for word in words]
    return {
        (model._meta.label, column)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label != "sessions.Session"
        for row in model._base_manager.values()
        for column, value in row.items()
        if column not in TELLING.get(model, set()) and any(word in str(value) for word in wanted)
    }


@pytest.fixture
def earlier(clinic: Clinic, lead: User) -> Round:
    """A finished assessment."""
    return finished_round(clinic, lead, has_talked=True)


@pytest.fixture
def latest(earlier: Round, clinic: Clinic, lead: User) -> Round:
    """A later one that showed figures of the therapists, with an action of the plan that was seen in it."""
    assessment = finished_round(clinic, lead, is_heard=True, at=LATER + timedelta(hours=1))
    origin = Origin(assessment.pk)
    add_action(by=lead, clinic=clinic, content=Content(title="Ask the payer"), op="op", origin=origin, now=NOW)
    return assessment


@pytest.fixture
def under_way(clinic: Clinic, lead: User) -> Round:
    """An open one with answers, invitations, drafts, what therapists sent, a team talk and mail."""
    return talk(hear(open_again(clinic, lead), lead, [sheet(3, 4)] * 2), lead, {WORK[0]: 3}, sent=False)


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
    erase_clinic(by=lead, clinic_id=clinic.pk, now=AGAIN)
    assert named_in(clinic.pk, clinic.name) == set()
    assert [(one.network, one.number) for one in place.network.tombstones.all()] == [(place.network, place.number)]
    assert User.objects.filter(pk__in=[lead.pk, manager.pk]).count() == 2
    assert Clinic.objects.get() == other_clinic
    assert other_clinic.acts.exists()


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

    erase_person(by=None, user_id=person.pk, now=AGAIN)

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
    erase_person(by=consultant, user_id=consultant.pk, now=AGAIN)
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
        erase_person(by=lead, user_id=lead.pk, now=AGAIN)
    with pytest.raises(RefusedError, match="Nobody else looks after Region North roll-out"):
        erase_person(by=None, user_id=consultant.pk, now=AGAIN)
    actions.add_consultant(by=consultant, network_id=place.network_id, email=colleague_consultant.email, now=NOW)
    User.objects.filter(pk=colleague_consultant.pk).update(is_active=False)
    with pytest.raises(RefusedError, match="Nobody else"):
        erase_person(by=None, user_id=consultant.pk, now=AGAIN)
    with pytest.raises(RefusedError, match="Only the person"):
        erase_person(by=lead, user_id=manager.pk, now=AGAIN)
    User.objects.filter(pk=colleague_consultant.pk).update(is_active=True)
    for person in (consultant, manager):
        erase_person(by=None, user_id=person.pk, now=AGAIN)
    assert set(User.objects.all()) == {lead, colleague_consultant}


# At once


def at_once(*works: Callable[[], object]) -> list[str]:
    """Let people act at the same time, each over a connection of their own, and give what became of each."""
    started = threading.Barrier(len(works), timeout=20)

    def alone(work: Callable[[], object]) -> str:
        try:
            started.wait()
            work()
        except (ObjectDoesNotExist, RoundClosedError) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(works)) as people:
        return list(people.map(alone, works))


@pytest.mark.timeout(30)
@pytest.mark.django_db(transaction=True)
def test_erasing_at_once_has_one_effect_and_leaves_no_orphan(clinic, lead, open_round):
    """Two leads' windows erase, the clock closes, and people save, all at the same time."""
    keys = [item.key for item in open_round.instrument.items_of("manager")][:4]

    def saving(key: str) -> Callable[[], object]:
        change = rounds.Change(key, 3, None, 0, f"op-{key}")
        return lambda: rounds.save_answer(by=lead, round_id=open_round.pk, change=change, now=NOW)

    became = at_once(
        lambda: erase_round(by=lead, round_id=open_round.pk, now=NOW),
        lambda: close(round_id=open_round.pk, by=None, now=open_round.due_at),
        lambda: erase_round(by=lead, round_id=open_round.pk, now=NOW),
        *(saving(key) for key in keys),
    )
    assert sorted([became[0], became[2]]) == ["DoesNotExist", "done"]
    assert set(became[1:2] + became[3:]) <= {"done", "DoesNotExist", "RoundClosedError"}
    assert named_in(open_round.pk) == set()
    assert Erasure.objects.count() == clinic.acts.filter(act="round-erased").count() == 1
    assert guards.are_in_place(connection)


def test_whoever_fills_in_is_told_and_writes_nothing(at_noon, open_round, lead, monkeypatch):
    browser = signed_in(lead)
    holder = Holder(talk_actions.make_talk_link(by=lead, round_id=open_round.pk, now=NOW))
    therapist = Therapist(*Team(lead, open_round).invite_some(1))
    settings = {
        "title": "Autumn",
        "stage": "running",
        "routes": ["gp"],
        "for_whom": ["pain-fatigue"],
        "due_on": "2026-12-24",
    }
    change = rounds.change_settings

    def too_late(**said: Any) -> Round:
        erase_round(by=None, round_id=open_round.pk, now=NOW)  # while the page's own view was already at work
        return change(**said)

    monkeypatch.setattr(rounds, "change_settings", too_late)
    at_work = browser.post(reverse("rounds:settings", args=[open_round.pk]), settings)
    assert (at_work.status_code, b"We cannot find this page" in at_work.content) == (404, True)
    section = browser.post(reverse("rounds:section", args=[open_round.pk, "intake"]), {"answer-intake": "3"})
    item = browser.put(
        reverse("rounds:item", args=[open_round.pk, "intake"]), {"op": "o", "base": 0, "value": 3}, "application/json"
    )
    assert (section.status_code, item.status_code) == (404, 404)
    assert "not there" in item.json()["error"]
    for answered in (holder.post(answer_time_norm="3"), holder.put("time-norm"), therapist.answer(1, {WORK[0]: 3})):
        assert 400 <= answered.status_code < 500
    assert named_in(open_round.pk) == set()


# What networks are told


@pytest.mark.parametrize("level", list(Level))
def test_consultants_read_that_an_assessment_was_erased(place, earlier, lead, consultant, level):
    erase_round(by=lead, round_id=earlier.pk, now=AGAIN)
    actions.change_level(by=lead, place=place, level=level, now=AGAIN)
    told = "An assessment finished on 22 November 2026 was erased on 22 December 2026."
    assert told in page(consultant, "clinic", place.network_id, place.clinic_id)
    assert told in page(consultant, "clinic", place.network_id, place.clinic_id, is_aliased=True)


def test_leaving_erasing_and_coming_back_hides_nothing(place, under_way, clinic, lead, consultant):
    actions.withdraw(by=lead, place=place, now=NOW)
    erase_round(by=lead, round_id=under_way.pk, now=AGAIN)
    join_clinic(place.network, clinic, lead)
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


# The command


def run(*words: str, answer: str | None = None, monkeypatch: pytest.MonkeyPatch | None = None) -> str:
    out = io.StringIO()
    if monkeypatch:
        monkeypatch.setattr("builtins.input", lambda _: answer)
    call_command("erase", *words, stdout=out)
    return out.getvalue()


def test_command_says_what_goes_and_asks(latest, place, clinic, manager, monkeypatch):
    for words in (("round", str(latest.pk)), ("clinic", str(clinic.pk)), ("person", manager.email)):
        with pytest.raises(CommandError, match="Nothing was erased"):
            run(*words, answer="no", monkeypatch=monkeypatch)
        assert not Erasure.objects.exists()
    assert manager.email in run("person", manager.email.upper(), answer=" Yes ", monkeypatch=monkeypatch)
    assert "Autumn" not in run("round", str(latest.pk), "--yes").partition("Zirconium title")[2]
    said = run("clinic", str(clinic.pk), "--yes")
    assert "Harbour Clinic" in said
    assert "assessments, with all that belongs to them: 1" in said
    assert sorted(Erasure.objects.filter(by=None).values_list("kind", flat=True)) == ["clinic", "person", "round"]


@pytest.mark.parametrize("kind", ["round", "clinic", "person"])
def test_command_refuses_what_is_not_there(db, kind):
    for which in (str(uuid4()), "nobody@example.org", ""):
        with pytest.raises(CommandError, match="There is no"):
            run(kind, which, "--yes")


def test_command_refuses_who_is_needed(lead, clinic, manager, stranger, open_round):
    with pytest.raises(CommandError, match="Hand over the lead"):
        run("person", lead.email, "--yes")
    hear(open_round, lead, [sheet(3, 4)])
    therapist = make_user(f"therapist-0@{open_round.pk}.example.org", "Thea")
    join(clinic, therapist)
    with pytest.raises(CommandError, match="asked in confidence"):
        run("person", therapist.email, "--yes")
    close(round_id=open_round.pk, by=lead, now=LATER)
    run("person", therapist.email, "--yes")
