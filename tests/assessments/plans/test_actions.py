"""What may happen to a plan: added once, changed upon what was read, moved with a reason, all of it kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from assessments.clinics import actions as clinic_actions
from assessments.clinics.models import AuditEvent, Clinic, User
from assessments.clinics.policies import RefusedError
from assessments.plans import actions, policies
from assessments.plans.actions import Content, content_of
from assessments.plans.models import Action, ActionEntry, Status
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW, signed_in
from tests.assessments.plans.conftest import NEXT
from tests.assessments.results.conftest import LATER, MIXED

YESTERDAY = NOW.date() - timedelta(days=1)


def acts(clinic: Clinic) -> list[str]:
    """Give the acts of the plan on record, newest first."""
    return [act.act for act in AuditEvent.objects.filter(clinic=clinic, act__startswith="action-")]


def test_an_option_becomes_an_action_once(closed_round: Round, clinic: Clinic, manager: User) -> None:
    offer = closed_round.result.offers[0]
    said = {"round_id": closed_round.pk, "option": offer["key"], "for_": offer["for"]}
    action, added = actions.add_option(by=manager, now=NOW, **said)
    assert added is actions.Added.NEW
    assert actions.add_option(by=manager, now=NOW, **said) == (action, actions.Added.BEFORE)
    assert action.title
    assert action.steps
    assert action.domain
    assert (action.option, action.kind, action.round) == (offer["key"], offer["kind"], closed_round)
    assert acts(clinic) == ["action-added"]

    moved = actions.move_action(by=manager, action_id=action.pk, base=1, status=Status.DONE, now=NOW)
    anew, added = actions.add_option(by=manager, now=NOW + timedelta(minutes=1), **said)
    assert moved.finished_on
    assert added is actions.Added.NEW
    assert anew != action

    actions.move_action(by=manager, action_id=anew.pk, base=1, status=Status.DROPPED, reason="No time", now=NOW)
    again, added = actions.add_option(by=manager, now=NOW, **said)
    assert (again, again.state, again.drop_reason, added) == (anew, Status.PLANNED, "", actions.Added.AGAIN)
    assert [entry.status for entry in again.entries.all()] == ["planned", "dropped", "planned"]


def test_what_is_planned_again_is_of_the_present_assessment(
    closed_round: Round, lead: User, finish_next: Callable[..., Round]
) -> None:
    offer = closed_round.result.offers[0]
    action, _ = actions.add_option(by=lead, round_id=closed_round.pk, option=offer["key"], for_=offer["for"], now=LATER)
    said: Any = {"by": lead, "action_id": action.pk}
    old = replace(content_of(action), flag="", domain="funding", due_on=LATER.date() + timedelta(days=9))
    actions.change_action(base=1, content=old, now=LATER, **said)
    actions.note_reminded(action_ids=[action.pk])
    actions.move_action(base=2, status=Status.DROPPED, reason="No time", now=LATER, **said)
    newer = finish_next(MIXED)
    present = next(one for one in newer.result.offers if one["key"] == offer["key"])

    again, added = actions.add_option(by=lead, round_id=newer.pk, option=present["key"], for_=present["for"], now=NEXT)

    again.refresh_from_db()
    assert (again.pk, added) == (action.pk, actions.Added.AGAIN)
    assert (again.round, again.state, again.due_on, again.reminded_of) == (newer, Status.PLANNED, None, None)
    assert present["for"] in {again.flag, again.domain}
    last = again.entries.latest("id")
    assert last.status == Status.PLANNED
    assert [one[0] for one in last.changed] == ["answers", "due_on"]
    assert again.revision == 4
    page = signed_in(lead).get(again.get_absolute_url()).content.decode()
    assert "You moved it to Planned and changed what it answers (Money and future, now" in page


def test_what_is_not_offered_is_not_added(closed_round: Round, lead: User, stranger: User) -> None:
    offer = closed_round.result.offers[0]
    with pytest.raises(actions.NotOfferedError):
        actions.add_option(by=lead, round_id=closed_round.pk, option=offer["key"], for_="nothing", now=NOW)
    with pytest.raises(Round.DoesNotExist):
        actions.add_option(by=stranger, round_id=closed_round.pk, option=offer["key"], for_=offer["for"], now=NOW)


def test_a_double_click_adds_one(clinic: Clinic, lead: User, stranger: User) -> None:
    content = Content(title="Name a deputy")
    first, second = (actions.add_action(by=lead, clinic=clinic, content=content, op="a", now=NOW) for _ in range(2))
    assert first == second
    with pytest.raises(RefusedError):
        actions.add_action(by=stranger, clinic=clinic, content=content, op="b", now=NOW)
    assert Action.objects.count() == ActionEntry.objects.count() == 1

    # other contents under the same operation are not lost, and are added once too
    other = replace(content, title="Name two deputies")
    twice = {actions.add_action(by=lead, clinic=clinic, content=other, op="a", now=NOW).title for _ in range(2)}
    assert twice == {"Name two deputies"}
    assert Action.objects.count() == 2


def test_a_round_that_is_gone_by_now_is_no_origin(clinic: Clinic, lead: User, closed_round: Round) -> None:
    content = Content(title="Name a deputy")
    for round_id, expected in ((uuid4(), None), (closed_round.pk, closed_round)):
        origin = actions.Origin(round_id)
        op = str(round_id)
        added = actions.add_action(by=lead, clinic=clinic, content=content, op=op, origin=origin, now=NOW)
        assert added.round == expected


def test_two_people_at_one_action_lose_nothing(action: Action, lead: User, manager: User) -> None:
    actions.move_action(by=manager, action_id=action.pk, base=1, status=Status.UNDER_WAY, now=NOW)
    with pytest.raises(actions.StaleActionError) as stale:
        actions.move_action(by=lead, action_id=action.pk, base=1, status=Status.DONE, now=NOW)
    assert stale.value.current.state is Status.UNDER_WAY
    with pytest.raises(actions.StaleActionError):
        actions.change_action(
            by=lead, action_id=action.pk, base=1, content=replace(content_of(action), title="Other"), now=NOW
        )
    # who wants what is so already has it
    actions.move_action(by=lead, action_id=action.pk, base=1, status=Status.UNDER_WAY, now=NOW)
    assert ActionEntry.objects.filter(action=action).count() == 2


def test_days_that_have_passed_and_people_who_have_left(action: Action, clinic: Clinic, manager: User) -> None:
    lead = clinic.memberships.get(role="lead").user
    with pytest.raises(actions.PastDueDayError):
        actions.add_action(by=lead, clinic=clinic, content=Content(title="Late", due_on=YESTERDAY), op="b", now=NOW)
    owned = replace(content_of(action), owner_id=manager.pk)
    actions.change_action(by=lead, action_id=action.pk, base=1, content=owned, now=NOW)
    clinic_actions.leave(by=manager, clinic=clinic, now=NOW)

    much_later = NOW + timedelta(days=90)
    kept = replace(owned, title="Ask the payer again")
    changed = actions.change_action(by=lead, action_id=action.pk, base=2, content=kept, now=much_later)
    assert (changed.owner, changed.due_on) == (manager, action.due_on)  # both may stay
    with pytest.raises(actions.PastDueDayError):
        actions.change_action(
            by=lead, action_id=action.pk, base=3, content=replace(kept, due_on=NOW.date()), now=much_later
        )
    actions.change_action(by=lead, action_id=action.pk, base=3, content=replace(kept, owner_id=None), now=much_later)
    with pytest.raises(actions.NotAnOwnerError):
        actions.change_action(by=lead, action_id=action.pk, base=4, content=kept, now=much_later)


def test_dropping_needs_a_reason_which_is_kept(action: Action, lead: User, clinic: Clinic) -> None:
    with pytest.raises(actions.ReasonMissingError):
        actions.move_action(by=lead, action_id=action.pk, base=1, status=Status.DROPPED, now=NOW)
    said: Any = {"by": lead, "action_id": action.pk, "now": NOW}
    actions.move_action(base=1, status=Status.DROPPED, reason="The payer has paid", **said)
    actions.move_action(base=1, status=Status.DROPPED, reason="The payer has paid", **said)  # twice is once
    with pytest.raises(actions.StaleActionError):
        actions.move_action(base=1, status=Status.DROPPED, reason="Nobody has time", **said)
    now_said = actions.move_action(base=2, status=Status.DROPPED, reason="Nobody has time", **said)
    assert now_said.drop_reason == "Nobody has time"
    back = actions.move_action(base=3, status=Status.PLANNED, **said)
    assert (back.drop_reason, back.finished_on) == ("", None)
    assert [(e.status, e.note) for e in action.entries.all()] == [
        ("planned", ""),
        ("dropped", "The payer has paid"),
        ("dropped", "Nobody has time"),
        ("planned", ""),
    ]
    assert acts(clinic) == ["action-moved", "action-moved", "action-moved", "action-added"]


def test_notes_are_added_once_and_say_by_whom(
    action: Action, manager: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "NOTES_MAX", 2)
    for note in ("They want figures first.", "And a letter.") * 2:
        actions.add_note(by=manager, action_id=action.pk, note=note, op="n", now=NOW)
    assert [(e.by, e.note) for e in action.entries.exclude(note="")] == [
        (manager, "They want figures first."),
        (manager, "And a letter."),
    ]
    with pytest.raises(actions.NotesFullError, match="has 2 notes"):
        actions.add_note(by=manager, action_id=action.pk, note="One more", op="o", now=NOW)
    with pytest.raises(Action.DoesNotExist):
        actions.add_note(by=stranger, action_id=action.pk, note="Hello", op="m", now=NOW)


@pytest.mark.parametrize(
    "impossible",
    [
        {"status": "dropped", "finished_on": NOW.date()},
        {"status": "done"},
        {"drop_reason": "Why not"},
        {"status": "sleeping"},
        {"title": ""},
        {"owner_name": "Nora", "owner_id": -1},
        {"kind": "magic"},
        {"effort": "huge"},
        {"option": "pay"},
        {"revision": 0},
    ],
)
def test_the_database_refuses(action: Action, impossible: dict[str, object], lead: User) -> None:
    values = {**impossible, **({"owner_id": lead.pk} if "owner_id" in impossible else {})}
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(**values)
