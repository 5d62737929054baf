"""Seeding: many clinics at once, repeatable, as closing and sending would have left them."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.core.management import CommandError

from assessments.clinics.models import Clinic, Membership, ResultViewer, Role, User
from assessments.respondents.models import Invitation, Submission
from assessments.results.closing import close_due
from assessments.results.models import ReleaseRow, Result, ResultScore
from assessments.results.reading import frozen, live
from assessments.rounds.answering import check_answer
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import Form
from readiness.instrument.loading import load
from tests.assessments.test_commands import run

N_CLINICS: Final = 3


def seed(**options: Any) -> str:
    """Seed a few clinics."""
    return run("seed", "--clinics", str(N_CLINICS), "--rounds", "2", "--seed", "7", **options)


def test_seed_writes_closed_rounds_with_results(db: None) -> None:
    assert seed() == "Clinics: 3, rounds: 6\n"
    assert Membership.objects.filter(role=Role.LEAD).count() == ResultViewer.objects.current().count() == N_CLINICS
    assert Round.objects.closed().count() == Result.objects.count() == 2 * N_CLINICS
    assert ResultScore.objects.filter(view="domain").count() == 2 * N_CLINICS * 9
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_seeded_result_is_what_closing_would_have_frozen(db: None) -> None:
    seed()
    for result in Result.objects.select_related("round"):
        stored, again = frozen(result.round, result), live(result.round)
        assert stored.scorecard == again.scorecard
        assert stored.flags == again.flags
        assert stored.offers == again.offers
        assert [row.status for row in stored.team.rows] == ["withheld"] * 7


def test_seed_repeats_its_answers(db: None) -> None:
    seed()
    first = list(FormAnswer.objects.order_by("pk").values_list("key", "value", "non_answer"))
    seed(force=True)
    both = list(FormAnswer.objects.order_by("pk").values_list("key", "value", "non_answer"))
    assert both == first + first


def test_seed_with_therapists_opens_a_round_per_clinic_that_can_be_closed(db: None) -> None:
    assert seed(therapists=6) == "Clinics: 3, rounds: 6, therapists in open rounds: 18\n"
    opened = list(Round.objects.open())
    for assessment in opened:
        assert (assessment.n_invited, assessment.participation) == (6, "more")
        assert Invitation.objects.filter(round=assessment, answered=True).count() == 6
    assert close_due(now=opened[0].due_at) == N_CLINICS
    shown = ReleaseRow.objects.filter(result__round__in=opened, status="shown")
    assert shown.values("result").distinct().count() == N_CLINICS
    assert not Submission.objects.exists()


def test_seed_says_as_much_of_few_therapists_as_is_told_of_any(db: None) -> None:
    seed(therapists=4)
    assert set(Round.objects.open().values_list("participation", flat=True)) == {"fewer"}


def test_seeded_submissions_can_have_been_sent(db: None) -> None:
    seed(therapists=6)
    instrument = load()
    for answers in Submission.objects.values_list("answers", flat=True):
        for key, answer in answers.items():
            assert check_answer(instrument, key, answer, Form.THERAPIST) == answer
    of_confidence = Submission.objects.values_list("answers__confidence-tone", flat=True)
    assert max(answer for answer in of_confidence if isinstance(answer, int)) > 5


def test_seed_repeats_the_answers_of_therapists_and_keeps_those_of_closed_rounds(db: None) -> None:
    seed()
    closed = _clinic_forms()
    seed(therapists=6, force=True)
    seed(therapists=6, force=True)
    sent = [
        sorted(map(str, Submission.objects.filter(round=one).values_list("answers", flat=True)))
        for one in Round.objects.open().order_by("clinic__memberships__user__pk")
    ]
    assert sent[:N_CLINICS] == sent[N_CLINICS:]
    assert sent[0] != sent[1]
    assert _clinic_forms() == closed * 3


def _clinic_forms() -> list[tuple[str, int | None, str]]:
    rows = FormAnswer.objects.exclude(round__closed_at=None).order_by("pk")
    return list(rows.values_list("key", "value", "non_answer"))


def test_seed_stays_out_of_other_data(clinic: Clinic) -> None:
    with pytest.raises(CommandError, match="holds other data"):
        seed()
    assert Clinic.objects.count() == 1


@pytest.mark.parametrize("number", ["-1", "x", "1.5", "99999999"])
def test_seed_refuses_what_is_no_count(number: str) -> None:
    with pytest.raises(CommandError, match="whole number"):
        run("seed", "--clinics", number, "--rounds", "1", "--seed", "1")
