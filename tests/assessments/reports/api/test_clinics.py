"""What the API answers of clinics and assessments: the same values as the files, and nothing beyond the token."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from assessments.clinics.models import User
from assessments.plans.models import Action
from assessments.reports.report import report_of
from assessments.reports.values import report_values
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW
from tests.assessments.reports.api.conftest import Program
from tests.assessments.results.conftest import MIXED


def told_of(assessment: Round, reader: User) -> Any:
    """Give what the JSON file says of an assessment."""
    found = Round.objects.select_related("clinic", "result").get(pk=assessment.pk)
    return json.loads(json.dumps(report_values(report_of(found, reader=reader, now=NOW))))


def test_result_answers_and_plan_say_what_the_file_says(
    program: Program, closed_round: Round, finish_next: Callable[..., Round], action: Action, lead: User
) -> None:
    assessment = finish_next({**MIXED, "gp-referral": 5, "gp-referral-count": 40})
    told = told_of(assessment, lead)
    result = program.read(f"/assessments/{assessment.pk}/result")
    assert result == {key: told[key] for key in result}
    answers = program.read(f"/assessments/{assessment.pk}/answers")
    assert (answers["items"], answers["facts"]) == (told["items"], told["facts"])
    plan = program.read(f"/clinics/{assessment.clinic_id}/plan")
    assert {key: plan[key] for key in told["plan"]} == told["plan"]
    change = program.read(f"/clinics/{assessment.clinic_id}/change")
    assert {key: change[key] for key in told["change"]} == told["change"]
    assert change["until"]["id"] == str(assessment.pk)
