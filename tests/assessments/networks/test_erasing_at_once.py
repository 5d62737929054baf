"""Erasing while others are at work: everybody comes to an end, and nothing is written to what is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from assessments.clinics import guards
from assessments.clinics.models import Erasure, User
from assessments.networks.erasing import erase_clinic, erase_person
from assessments.networks.models import NetworkMember
from assessments.plans.actions import Content, Origin, add_action, move_action
from assessments.plans.models import Status
from assessments.results.closing import close
from assessments.rounds import actions as rounds
from assessments.rounds import talk_actions
from assessments.rounds.erasing import erase_round
from assessments.rounds.models import Round
from assessments.rounds.policies import RoundClosedError
from tests.assessments.conftest import NOW, open_round_of, signed_in
from tests.assessments.networks.erased import named_in
from tests.assessments.respondents.conftest import Team, Therapist
from tests.assessments.results.team import WORK
from tests.assessments.rounds.conftest import Holder


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
@pytest.mark.parametrize(("work", "what"), [("close", "clinic"), ("move", "clinic"), ("move", "round")])
def test_whoever_is_at_work_comes_to_an_end_before_it_is_erased(clinic, lead, open_round, work, what):
    """Both hold rows that the other one needs, if they do not take them in one order."""
    content = Content(title="Ask the payer")
    action = add_action(by=lead, clinic=clinic, content=content, op="op", origin=Origin(open_round.pk), now=NOW)
    works: dict[str, Callable[[], object]] = {
        "close": lambda: close(round_id=open_round.pk, by=lead, now=NOW),
        "move": lambda: move_action(by=lead, action_id=action.pk, base=1, status=Status.DONE, now=NOW),
    }
    erasing: Callable[[], object] = lambda: (  # noqa: E731
        erase_clinic(by=None, clinic_id=clinic.pk, now=NOW)
        if what == "clinic"
        else erase_round(by=None, round_id=open_round.pk, now=NOW)
    )
    is_held = threading.Event()

    def at_work() -> None:
        with transaction.atomic():
            works[work]()
            is_held.set()
            wait_until_somebody_waits()

    def afterwards() -> None:
        is_held.wait(timeout=10)
        erasing()

    assert at_once(at_work, afterwards) == ["done", "done"]
    assert not Round.objects.exists()


def wait_until_somebody_waits() -> None:
    """Wait until another connection waits for a row; SQLite has none, and lets one write after the other."""
    until = time.monotonic() + 5
    while connection.vendor == "postgresql" and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite holds no single row")
@pytest.mark.django_db(transaction=True)
def test_nobody_is_invited_while_it_is_looked_who_was(clinic, manager, open_round, monkeypatch):
    def invited_meanwhile(person: User) -> None:
        def inviting() -> None:
            with transaction.atomic():
                Round.objects.select_for_update(nowait=True).get(pk=open_round.pk)

        with pytest.raises(OperationalError, match="lock"):
            at_once(inviting)

    monkeypatch.setattr("assessments.clinics.erasing._CHECKS", [invited_meanwhile])
    erase_person(by=None, user_id=manager.pk, now=NOW)
    assert not User.objects.filter(pk=manager.pk).exists()


def test_whoever_joins_between_the_listing_and_the_holding_is_begun_with_anew(clinic, manager, network, monkeypatch):
    def joined_meanwhile(user_id: int) -> None:
        NetworkMember.objects.create(network=network, user_id=user_id, joined_at=NOW)

    monkeypatch.setattr("assessments.networks.erasing._hold_open_rounds", joined_meanwhile)
    with pytest.raises(OperationalError, match="joined or left"):  # for which the command begins anew
        erase_person(by=None, user_id=manager.pk, now=NOW)
    assert User.objects.filter(pk=manager.pk).exists()


@pytest.mark.timeout(30)
@pytest.mark.django_db(transaction=True)
def test_latest_is_one_when_another_closes_while_the_latest_is_erased(clinic, lead, open_round):
    """Whoever closes waits for whoever erases: both say which is the clinic's latest."""
    ids = [open_round.pk]
    for minutes in (1, 2):
        close(round_id=ids[-1], by=lead, now=NOW + timedelta(minutes=minutes))
        ids.append(open_round_of(clinic, lead).pk)
    is_held = threading.Event()

    def erasing_it() -> None:
        with transaction.atomic():
            erase_round(by=None, round_id=ids[1], now=NOW)
            is_held.set()
            wait_until_somebody_waits()

    def closing() -> None:
        is_held.wait(timeout=10)
        close(round_id=ids[2], by=lead, now=NOW + timedelta(minutes=3))

    assert at_once(erasing_it, closing) == ["done", "done"]
    assert list(Round.objects.filter(is_latest=True).values_list("pk", flat=True)) == [ids[2]]


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


def test_whoever_fills_in_is_told_and_writes_nothing(at_noon, open_round, lead, monkeypatch, caplog):
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
    (line,) = (record for record in caplog.records if record.name == "assessments.middleware")
    assert line.getMessage() == "gone-meanwhile: Round.DoesNotExist at rounds:settings"
    section = browser.post(reverse("rounds:section", args=[open_round.pk, "intake"]), {"answer-intake": "3"})
    item = browser.put(
        reverse("rounds:item", args=[open_round.pk, "intake"]), {"op": "o", "base": 0, "value": 3}, "application/json"
    )
    assert (section.status_code, item.status_code) == (404, 404)
    assert "not there" in item.json()["error"]
    for answered in (holder.post(answer_time_norm="3"), holder.put("time-norm"), therapist.answer(1, {WORK[0]: 3})):
        assert 400 <= answered.status_code < 500
    assert named_in(open_round.pk) == set()
