"""What therapists read of the plan: marked actions alone, and of these neither owner nor notes nor reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from assessments.plans import team_presenters
from assessments.plans.actions import Content, add_action, add_note, change_action, content_of, move_action
from assessments.plans.models import Action, Status
from tests.assessments.conftest import NOW
from tests.assessments.results.conftest import hooks
from tests.assessments.results.team import team_page


def add(clinic, by, title, **content):
    return add_action(by=by, clinic=clinic, content=Content(title=title, **content), op=title, now=NOW)


def show(action, by):
    content = replace(content_of(action), is_shown_to_team=True)
    return change_action(by=by, action_id=action.pk, base=action.revision, content=content, now=NOW)


def move(action, by, status, reason=""):
    move_action(by=by, action_id=action.pk, base=action.revision, status=status, reason=reason, now=NOW)


def test_a_long_plan_is_named_in_part_and_counted(closed_round, clinic, lead, monkeypatch):
    monkeypatch.setattr(team_presenters, "SHOWN", 2)
    for place in range(5):
        add(clinic, lead, f"Step {place}", is_shown_to_team=True)
    page = team_page(closed_round)
    assert len(hooks(page, "team-step")) == 2
    assert "And 3 more." in page


def test_team_reads_what_is_marked_for_it_and_cannot_tell_that_there_is_more(
    closed_round, clinic, lead, manager, other_clinic, stranger
):
    before = team_page(closed_round)
    assert "You can ask your managers what they will do" in before
    day = NOW.date() + timedelta(days=30)
    asked = add(clinic, lead, "Ask <the> payer", owner_id=manager.pk, due_on=day, steps="SECRET-STEPS")
    dropped = add(clinic, lead, "Buy licences", owner_name="SECRET-NAME")
    done = add(clinic, lead, "Train everybody", due_on=day)
    add_note(by=lead, action_id=asked.pk, note="SECRET-NOTE", op="n", now=NOW)
    show(add(other_clinic, stranger, "SECRET-ELSEWHERE"), stranger)
    assert team_page(closed_round) == before

    move(show(asked, lead), manager, Status.UNDER_WAY)
    move(show(dropped, lead), lead, Status.DROPPED, "SECRET-REASON")
    move(show(done, lead), lead, Status.DONE)
    page = team_page(closed_round)
    steps = page.partition("What your clinic has planned</h2>")[2].partition("</section>")[0]
    assert [title in steps for title in ("Ask <the> payer", "Train everybody", "Buy licences")] == [True] * 3
    assert "Under way, by 22 December 2026" in steps
    assert steps.count("22 December") == 1  # what is done has no day any more
    assert steps.index("Ask <the>") < steps.index("Train") < steps.index("Buy")
    assert len(hooks(page, "team-step")) == 3
    assert "SECRET" not in page
    assert "You can ask your managers" not in page
    assert str(manager) not in page

    Action.objects.update(is_shown_to_team=False)
    assert team_page(closed_round) == before
