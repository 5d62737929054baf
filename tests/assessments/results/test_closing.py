"""Closing happens once, whole, and freezes what the answers come to."""

from __future__ import annotations

import logging
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError

from assessments.clinics.models import AuditEvent
from assessments.clinics.policies import RefusedError
from assessments.results import closing
from assessments.results.closing import ClosingError, NotDueError, close, close_due
from assessments.results.models import Result, ResultFlag, ResultScore
from assessments.results.reading import frozen, live
from assessments.rounds.actions import Change, save_answer
from assessments.rounds.models import FormAnswer, Round
from assessments.rounds.policies import RoundClosedError
from tests.assessments.conftest import NOW, open_round_of
from tests.assessments.history import rewriting
from tests.assessments.results.conftest import LATER, answer

pytestmark = pytest.mark.django_db


def closings(assessment):
    return AuditEvent.objects.filter(act=AuditEvent.Act.ROUND_CLOSED, subject=str(assessment.pk))


def is_untouched(assessment):
    assessment.refresh_from_db()
    return assessment.is_open and not Result.objects.exists() and not closings(assessment).exists()


def test_close_freezes_what_the_open_round_came_to(mixed_round, lead):
    before = live(mixed_round)

    result = close(round_id=mixed_round.pk, by=lead, now=LATER)

    after = frozen(Round.objects.get(pk=mixed_round.pk), result)
    assert after.is_frozen
    assert after.scorecard == before.scorecard
    assert after.flags == before.flags
    assert after.offers == before.offers
    assert (after.answers, after.facts, after.cards) == (before.answers, before.facts, before.cards)
    assert (after.inquiries, after.clashes, after.strengths) == (before.inquiries, before.clashes, before.strengths)


def test_close_keeps_versions_time_and_person(mixed_round, lead):
    result = close(round_id=mixed_round.pk, by=lead, now=LATER)

    mixed_round.refresh_from_db()
    assert (mixed_round.closed_at, mixed_round.closed_by) == (LATER, lead)
    assert (result.guidance_version, result.algorithm_version, result.frozen_at) == (1, 1, LATER)
    assert closings(mixed_round).get().by == lead


def test_close_twice_is_one_effect(mixed_round, lead):
    first = close(round_id=mixed_round.pk, by=lead, now=LATER)
    counts = (ResultScore.objects.count(), ResultFlag.objects.count())

    second = close(round_id=mixed_round.pk, by=lead, now=LATER + timedelta(minutes=1))

    assert second == first
    assert second.frozen_at == LATER
    assert (ResultScore.objects.count(), ResultFlag.objects.count()) == counts
    assert closings(mixed_round).count() == 1


def test_close_by_lead_after_the_due_date_closed_it_changes_nothing(mixed_round, lead):
    close_due(now=mixed_round.due_at)

    close(round_id=mixed_round.pk, by=lead, now=mixed_round.due_at + timedelta(minutes=1))

    mixed_round.refresh_from_db()
    assert mixed_round.closed_by is None
    assert closings(mixed_round).get().by is None


def test_close_without_answers_freezes_blanks(open_round, lead):
    result = close(round_id=open_round.pk, by=lead, now=LATER)

    assert {row.score for row in result.scores.all()} == {None}
    assert not result.flags.exists()
    assert result.offers == []


def test_close_by_manager_is_refused(mixed_round, manager):
    with pytest.raises(RefusedError, match="Only the lead"):
        close(round_id=mixed_round.pk, by=manager, now=LATER)
    assert is_untouched(mixed_round)


def test_close_by_stranger_finds_nothing(mixed_round, other_clinic, stranger):
    with pytest.raises(Round.DoesNotExist):
        close(round_id=mixed_round.pk, by=stranger, now=LATER)
    assert is_untouched(mixed_round)


@pytest.mark.parametrize("step", ["live", "score_rows", "mark_closed"])
def test_close_that_breaks_writes_nothing_and_sounds_an_alarm(mixed_round, lead, caplog, step):
    with (
        patch.object(closing, step, side_effect=ValueError("gp-referral: 1")),
        caplog.at_level(logging.ERROR),
        pytest.raises(ClosingError),
    ):
        close(round_id=mixed_round.pk, by=lead, now=LATER)

    assert is_untouched(mixed_round)
    assert "ALARM" in caplog.text
    assert str(mixed_round.pk) in caplog.text
    assert "gp-referral" not in caplog.text


def test_close_with_a_lost_database_writes_nothing(mixed_round, lead):
    with (
        patch.object(ResultFlag.objects, "bulk_create", side_effect=DatabaseError),
        pytest.raises(ClosingError),
    ):
        close(round_id=mixed_round.pk, by=lead, now=LATER)
    assert is_untouched(mixed_round)


def test_answer_saved_before_closing_is_counted(mixed_round, lead):
    answer(mixed_round, lead, {"scale-up": 5})

    result = close(round_id=mixed_round.pk, by=lead, now=LATER)

    assert result.scores.get(view="domain", key="funding").n_blank == 0


def test_answer_after_closing_is_refused_and_the_result_stays(closed_round, lead):
    before = list(closed_round.result.scores.values_list())

    with pytest.raises(RoundClosedError):
        save_answer(
            by=lead,
            round_id=closed_round.pk,
            change=Change(key="scale-up", answer=5, comment=None, base=0, op="late"),
            now=LATER,
        )

    assert list(closed_round.result.scores.values_list()) == before
    assert not FormAnswer.objects.filter(key="scale-up").exists()


def test_changed_answers_do_not_change_a_frozen_result(closed_round):
    before = frozen(closed_round, closed_round.result)

    with rewriting():
        FormAnswer.objects.filter(key="gp-referral").update(value=5)

    after = frozen(closed_round, Result.objects.get())
    assert after.scorecard == before.scorecard
    assert after.flags == before.flags
    assert after.offers == before.offers


def test_close_due_closes_what_is_due_and_nothing_else(mixed_round, stranger, other_clinic):
    other = open_round_of(other_clinic, stranger)
    Round.objects.filter(pk=other.pk).update(due_at=mixed_round.due_at + timedelta(days=1))

    n_closed = close_due(now=mixed_round.due_at)

    other.refresh_from_db()
    mixed_round.refresh_from_db()
    assert n_closed == 1
    assert not mixed_round.is_open
    assert other.is_open
    assert close_due(now=mixed_round.due_at) == 0


def test_close_due_leaves_to_the_next_pass_what_takes_too_long(mixed_round):
    assert close_due(now=mixed_round.due_at, seconds=0) == 0
    assert is_untouched(mixed_round)
    assert close_due(now=mixed_round.due_at) == 1


def test_close_due_tries_last_what_broke_before(mixed_round, stranger, other_clinic):
    other = open_round_of(other_clinic, stranger)
    Round.objects.filter(pk=other.pk).update(due_at=mixed_round.due_at + timedelta(minutes=1))
    later, tried = mixed_round.due_at + timedelta(hours=1), []

    def break_down(*, round_id, by, now):
        tried.append(round_id)
        raise ClosingError

    with patch.object(closing, "close", break_down):
        close_due(now=mixed_round.due_at)
        close_due(now=later)
    assert tried == [mixed_round.pk, other.pk, mixed_round.pk]
    assert close_due(now=later) == 2


def test_close_due_before_the_time_does_nothing(mixed_round):
    assert close_due(now=mixed_round.due_at - timedelta(microseconds=1)) == 0
    assert is_untouched(mixed_round)


def test_date_that_moves_while_the_clock_closes_wins(mixed_round, caplog):
    before_due = mixed_round.due_at - timedelta(seconds=1)
    with patch.object(Round.objects, "due", return_value=Round.objects.open()):  # what was due a moment ago
        assert close_due(now=before_due) == 0
    with pytest.raises(NotDueError):
        close(round_id=mixed_round.pk, by=None, now=before_due)

    assert is_untouched(mixed_round)
    assert "ALARM" not in caplog.text


def test_close_due_goes_on_when_one_breaks(mixed_round, stranger, other_clinic, caplog):
    other = open_round_of(other_clinic, stranger)
    FormAnswer.objects.filter(key="intake").update(value=99)  # a row that no save would write

    n_closed = close_due(now=max(mixed_round.due_at, other.due_at))

    other.refresh_from_db()
    assert n_closed == 1
    assert not other.is_open
    assert Round.objects.get(pk=mixed_round.pk).is_open
    assert str(mixed_round.pk) in caplog.text
    assert "99" not in caplog.text.replace(str(mixed_round.pk), "")


def test_times_are_the_callers(mixed_round, lead):
    assert close(round_id=mixed_round.pk, by=lead, now=LATER).frozen_at - NOW == timedelta(hours=2)
