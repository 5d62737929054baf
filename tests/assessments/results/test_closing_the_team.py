"""Closing turns therapists' answers into a release, and destroys them: whole, or not at all."""

from __future__ import annotations

import logging
import random
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, transaction

from assessments.clinics import actions as clinics
from assessments.clinics.models import Membership, OutgoingMail
from assessments.respondents import actions as respondents
from assessments.respondents import handing_over
from assessments.respondents.models import Draft, Invitation, Submission, TeamPageLink
from assessments.results import closing
from assessments.results.closing import ClosingError, close, close_due
from assessments.results.models import ReleaseRow, Result, ResultScore
from assessments.results.reading import frozen, live
from assessments.rounds.models import FormAnswer, Round, TeamTalk
from assessments.rounds.policies import RELEASE_EVERY, figures_again_at, figures_again_on
from readiness.guidance.flags import LOW_CONFIDENCE
from readiness.scoring.release import RowStatus
from tests.assessments.conftest import NOW, join, make_user, open_round_of
from tests.assessments.results.conftest import LATER, answer
from tests.assessments.results.team import HEARD, TALK, WORK, finish, hear, pages_of, send, sheet, talk, without_tokens

pytestmark = pytest.mark.django_db

HELD = (Invitation, Draft, Submission, TeamTalk, FormAnswer, OutgoingMail)
FROZEN = (Result, ResultScore, ReleaseRow, TeamPageLink)


def shown(assessment):
    """Give the topics of which a finished round shows a figure of its therapists."""
    return set(assessment.result.release_rows.filter(status="shown").values_list("scale", flat=True))


def test_answers_become_rows_and_are_gone(mixed_round, lead):
    finish(hear(mixed_round, lead, HEARD), lead)

    rows = [(row.scale, row.value, row.side, row.bound, row.n) for row in mixed_round.result.release_rows.all()]
    assert rows == [
        ("programme", 50, "", None, 7),
        ("intake", None, "at_most", 20, 7),
        ("skills", 50, "", None, 7),
        ("practice", 50, "", None, 7),
        ("leadership", 50, "", None, 7),
        ("acceptance", 50, "", None, 7),
        ("confidence", 40, "", None, 7),
    ]
    assert mixed_round.is_team_shown
    assert (mixed_round.participation, mixed_round.participation_on) == ("", None)
    assert not any(model.objects.exists() for model in (Invitation, Draft, Submission))
    assert not OutgoingMail.objects.exclude(body="").exists()
    assert TeamPageLink.objects.filter(round=mixed_round).count() == 9


def test_frozen_team_is_what_the_closing_saw(mixed_round, lead):
    talk(mixed_round, lead, TALK, asks=("supervision",))
    hear(mixed_round, lead, HEARD)
    talked = live(mixed_round).team.talk

    finish(mixed_round, lead)

    reading = frozen(Round.objects.get(pk=mixed_round.pk), mixed_round.result)
    assert reading.team.talk == talked
    assert [row.status for row in reading.team.rows] == [RowStatus.SHOWN] * 7
    assert (LOW_CONFIDENCE, "confidence", ()) in [(flag.key, flag.domain, flag.items) for flag in reading.flags]


@pytest.mark.parametrize(
    "step",
    ["end_talk", "plan_release", "live", "score_rows", "flag_rows", "release_fields", "mark_closed"],
)
def test_closing_that_breaks_leaves_every_answer_where_it_was(mixed_round, lead, caplog, step):
    with patch.object(closing, step, side_effect=ValueError("workload: 3")):
        assert_nothing_happened(mixed_round, lead, caplog)


@pytest.mark.parametrize("step", ["gather", "destroy"])
def test_closing_that_breaks_at_the_therapists_leaves_every_answer(mixed_round, lead, caplog, step):
    with patch.object(handing_over, step, side_effect=DatabaseError("workload: 3")):
        assert_nothing_happened(mixed_round, lead, caplog)


def assert_nothing_happened(assessment, lead, caplog):
    talk(assessment, lead, TALK, sent=False)
    hear(assessment, lead, HEARD)
    before = [list(model.objects.order_by("pk").values()) for model in HELD]

    with caplog.at_level(logging.ERROR), pytest.raises(ClosingError):
        close(round_id=assessment.pk, by=lead, now=LATER)

    assert [list(model.objects.order_by("pk").values()) for model in HELD] == before
    assert not any(model.objects.exists() for model in FROZEN)
    assessment.refresh_from_db()
    assert assessment.is_open
    assert assessment.participation
    assert "ALARM" in caplog.text
    assert "workload" not in caplog.text


def test_answer_beside_the_scale_withholds_everything_and_sounds_an_alarm(mixed_round, lead, caplog):
    hear(mixed_round, lead, HEARD)
    (broken, *_) = Submission.objects.all()
    broken.answers["workload"] = 99
    broken.save()

    with caplog.at_level(logging.ERROR):
        finish(mixed_round, lead)

    assert not shown(mixed_round)
    assert not mixed_round.is_team_shown
    assert not Submission.objects.exists()
    assert str(mixed_round.pk) in caplog.text
    said = caplog.messages[0].replace(str(mixed_round.pk), "")
    assert not any(letter.isdigit() for letter in said)
    assert "workload" not in said


@pytest.mark.parametrize(
    ("after", "is_shown"),
    [(RELEASE_EVERY - timedelta(microseconds=1), False), (RELEASE_EVERY, True)],
    ids=["a moment under 90 days", "exactly 90 days"],
)
def test_figures_come_out_once_in_ninety_days(mixed_round, clinic, lead, after, is_shown):
    finish(hear(mixed_round, lead, HEARD), lead)
    again = hear(open_round_of(clinic, lead), lead, HEARD)

    finish(again, lead, now=LATER + after)

    assert bool(shown(again)) is again.is_team_shown is is_shown
    assert len(again.result.release_rows.all()) == 7


def test_closing_that_showed_nothing_keeps_nobody_waiting(mixed_round, clinic, lead):
    finish(hear(mixed_round, lead, HEARD[:4]), lead)
    again = hear(open_round_of(clinic, lead), lead, HEARD)

    assert figures_again_at(again, now=LATER) is None
    assert shown(finish(again, lead))


def test_other_clinic_waits_for_nobody(mixed_round, lead, other_clinic, stranger):
    finish(hear(mixed_round, lead, HEARD), lead)
    other = hear(open_round_of(other_clinic, stranger), stranger, HEARD)

    assert shown(finish(other, stranger))


def test_first_day_on_which_figures_can_come_again(mixed_round, clinic, lead):
    finish(hear(mixed_round, lead, HEARD), lead)
    again = open_round_of(clinic, lead)

    told = figures_again_on(again, now=LATER)

    assert told == date(2027, 2, 21)  # 90 days end in the middle of the 20th
    assert figures_again_on(again, now=LATER + RELEASE_EVERY) is None


def test_round_that_the_clock_closed_counts_from_midnight(mixed_round, clinic, lead):
    hear(mixed_round, lead, HEARD)
    close_due(now=mixed_round.due_at)
    again = open_round_of(clinic, lead)

    told = figures_again_on(again, now=mixed_round.due_at)

    assert told == mixed_round.due_on + timedelta(days=91)  # the midnight after the due day, and 90 days


@pytest.mark.parametrize(
    ("n_sent", "joins", "leaves", "is_shown"),
    [(5, False, False, True), (5, True, False, False), (5, True, True, False), (6, True, False, True)],
    ids=["nobody", "one came to see results", "one came and left", "one, and one more has answered"],
)
def test_viewers_among_those_invited_count(open_round, clinic, lead, n_sent, joins, leaves, is_shown):
    hear(open_round, lead, HEARD[:n_sent])
    if joins:
        both = join(clinic, make_user(Invitation.objects.order_by("address_key")[0].address))
        if leaves:
            member = Membership.objects.get(user=both)
            clinics.remove_manager(by=lead, membership=member, now=NOW + timedelta(minutes=5))

    finish(open_round, lead)

    assert bool(shown(open_round)) is is_shown


def test_viewer_who_was_withdrawn_before_closing_counts_all_the_same(open_round, clinic, lead):
    hear(open_round, lead, HEARD[:5])
    viewer = Invitation.objects.order_by("address_key")[0]
    join(clinic, make_user(viewer.address))
    respondents.withdraw(by=lead, round_id=open_round.pk, invitation_id=viewer.pk, now=NOW)

    finish(open_round, lead)

    assert not shown(open_round)


@pytest.mark.usefixtures("at_noon")
def test_whose_answers_are_whose_and_when_they_came_changes_no_byte(mixed_round, lead):
    """Swapping values between people inside a topic, and sending in another order."""
    answer(mixed_round, lead, {"scale-up": 4})
    hear(mixed_round, lead, [])
    sheets = [sheet(value, 2 * value) for value in (1, 2, 3, 4, 4, 5, 5)]
    swapped = [dict(one) for one in sheets]
    shuffled = random.Random(3)
    for topic in (WORK[:4], WORK[4:7], ["confidence-risk"]):
        order = shuffled.sample(range(7), 7)
        for place, person in enumerate(order):
            swapped[place] |= {key: sheets[person][key] for key in topic}

    seen = []
    for given in (sheets, swapped, swapped[::-1]):
        with transaction.atomic():
            send(mixed_round, given)
            seen.append(without_tokens(pages_of(finish(mixed_round, lead), lead)))
            transaction.set_rollback(True)
        mixed_round.refresh_from_db()

    assert seen[0] == seen[1] == seen[2]
    assert "team-figure" in seen[0][0]
