"""What the API answers of clinics and assessments: the same values as the files, and nothing beyond the token."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.signing import b64_decode
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from assessments.clinics import actions as clinic_actions
from assessments.clinics.models import Clinic, Membership, User
from assessments.plans.models import Action
from assessments.reports.api.reach import finished_between
from assessments.reports.report import report_of
from assessments.reports.values import report_values
from assessments.rounds.models import Round
from tests.assessments.conftest import NOW, open_round_of
from tests.assessments.reports.api.conftest import Program
from tests.assessments.results.conftest import MIXED, answer


def told_of(assessment: Round, reader: User) -> Any:
    """Give what the JSON file says of an assessment."""
    found = Round.objects.select_related("clinic", "result").get(pk=assessment.pk)
    return json.loads(json.dumps(report_values(report_of(found, reader=reader, now=NOW))))


@pytest.mark.timeout(20)
def test_result_answers_and_plan_say_what_the_file_says(
    program: Program, closed_round: Round, finish_next: Callable[..., Round], action: Action, lead: User
) -> None:
    assessment = finish_next({**MIXED, "gp-referral": 5, "gp-referral-count": 40})
    told = told_of(assessment, lead)
    result = program.read(f"/assessments/{assessment.pk}/result")
    assert result == {key: told[key] for key in result}
    with CaptureQueriesContext(connection) as queries:
        program.read(f"/assessments/{assessment.pk}/result")
    assert len(queries) == 7
    answers = program.read(f"/assessments/{assessment.pk}/answers")
    assert (answers["items"], answers["facts"]) == (told["items"], told["facts"])
    plan = program.read(f"/clinics/{assessment.clinic_id}/plan")
    assert {key: plan[key] for key in told["plan"]} == told["plan"]
    change = program.read(f"/clinics/{assessment.clinic_id}/change")
    del told["change"]["actions"]  # they belong to the plan, which not every token opens
    assert change == {**told["change"], "clinic": change["clinic"], "until": change["until"]}
    assert change["until"]["id"] == str(assessment.pk)


def test_open_clinic_form_is_told_as_it_stands(program: Program, open_round: Round, lead: User) -> None:
    before = program.read(f"/assessments/{open_round.pk}/answers")
    assert before["assessment"]["state"] == "open"
    assert {item["value"] for item in before["items"]} == {None}
    answer(open_round, lead, {"evidence": 5, "gp-referral-count": 3})
    after = program.read(f"/assessments/{open_round.pk}/answers")
    assert [item["value"] for item in after["items"] if item["key"] == "evidence"] == [5]
    assert [fact["value"] for fact in after["facts"] if fact["key"] == "gp-referral-count"] == [3]


@pytest.mark.timeout(20)
def test_change_is_told_for_any_pair_whichever_way_round(
    program: Program, closed_round: Round, finish_next: Callable[..., Round], clinic: Clinic, stranger: User
) -> None:
    second = finish_next(MIXED)
    third = finish_next({**MIXED, "gp-referral": 5}, NOW + timedelta(days=240))
    path, first = f"/clinics/{clinic.pk}/change", closed_round

    def pair(**asked: Round) -> tuple[str, str] | int:
        response = program.ask(path, parameters={name: one.pk for name, one in asked.items()})
        if response.status_code != HTTPStatus.OK:
            return response.status_code
        told = json.loads(response.content)
        return told["since"]["id"], told["until"]["id"]

    assert pair() == pair(to=third) == pair(**{"from": third, "to": second}) == (str(second.pk), str(third.pk))
    assert pair(**{"from": first}) == (str(first.pk), str(third.pk))
    unknown = Round(pk=uuid4())
    no_pairs = ({"to": first}, {"from": third}, {"from": first, "to": first}, {"to": unknown}, {"from": unknown})
    assert [pair(**asked) for asked in no_pairs] == [HTTPStatus.BAD_REQUEST] * len(no_pairs)


# Lists


def test_lists_come_in_parts_without_gap_and_repetition(program: Program, lead: User) -> None:
    """The last row of a part may be gone when the next is asked for. The address holds where to go on, and no name."""
    made = [clinic_actions.create_clinic(by=lead, name=f"Clinic {letter}", now=NOW) for letter in "CBA"]
    found, parameters = [], {"limit": "2"}
    while True:
        part = program.read("/clinics", **parameters)
        found += [one["id"] for one in part["clinics"]]
        if part["next"] is None:
            break
        assert part["next"].startswith("http://testserver/api/v1/clinics?limit=2&after=")
        parameters = dict(parse_qsl(urlsplit(part["next"]).query))
        assert json.loads(b64_decode(parameters["after"].partition(":")[0].encode())) == found[-1:]
        Membership.objects.filter(clinic=part["clinics"][-1]["id"]).delete()
    assert program.ask("/assessments", parameters=parameters).status_code == HTTPStatus.BAD_REQUEST
    assert found == sorted(str(one.pk) for one in made)


def test_assessments_are_filtered_and_told_the_newest_first(
    program: Program, closed_round: Round, finish_next: Callable[..., Round], clinic: Clinic, lead: User
) -> None:
    second = finish_next(MIXED)
    running = open_round_of(clinic, lead)
    Round.objects.filter(pk=running.pk).update(opened_at=second.closed_at, due_at=second.due_at)

    def ids(**parameters: object) -> list[str]:
        return [one["id"] for one in program.read("/assessments", **parameters)["assessments"]]

    first, second_id, third = (str(one.pk) for one in (closed_round, second, running))
    assert ids() == [third, second_id, first]
    assert ids(state="open", clinic=clinic.pk) == [third]
    assert ids(state="finished", limit=1) == [second_id]
    following = urlsplit(program.read("/assessments", limit=1)["next"]).query
    assert ids(**dict(parse_qsl(following))) == [second_id]
    assert ids(finished_from="2026-11-23") == [second_id]
    assert ids(finished_to="2026-11-22") == [first]
    assert ids(clinic=uuid4()) == []


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland", "UTC"])
def test_days_of_the_filter_are_those_that_are_told(clinic: Clinic, lead: User, zone: str) -> None:
    """The clock may have closed it: then it ended on its due day, however late the clock looked."""
    assessment, due_at = open_round_of(clinic, lead), datetime(2026, 12, 10, tzinfo=ZoneInfo(zone))
    for hours in (-30, -13, -1, 0, 11, 40):
        closed_at = due_at + timedelta(hours=hours)
        with transaction.atomic():
            Round.objects.filter(pk=assessment.pk).update(time_zone=zone, due_at=due_at, closed_at=closed_at)
            closed = Round.objects.get(pk=assessment.pk)
            assert closed.closed_on
            for shift in (-1, 0, 1):
                day = closed.closed_on + timedelta(days=shift)
                assert finished_between(Round.objects.all(), day, day).exists() is (shift == 0)
                assert finished_between(Round.objects.all(), day, None).exists() is (shift <= 0)
                assert finished_between(Round.objects.all(), None, day).exists() is (shift >= 0)
            transaction.set_rollback(True)


def test_list_of_a_hundred_reads_as_much_as_a_list_of_one_and_no_result(
    program: Program, clinic: Clinic, lead: User, closed_round: Round
) -> None:
    def read(path: str, n_found: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            (rows,) = (rows for rows in program.read(path, limit=100).values() if isinstance(rows, list))
        assert len(rows) == n_found
        assert not [one for one in queries if "results_" in one["sql"]]
        return len(queries)

    program.ask("/clinics")  # notes the day of use
    before = read("/assessments", 1), read("/clinics", 1)
    Round.objects.bulk_create(
        Round(**{**values, "id": uuid4(), "is_latest": False, "title": f"No. {number}"})
        for values in Round.objects.filter(pk=closed_round.pk).values()
        for number in range(99)
    )
    clinics = Clinic.objects.bulk_create(Clinic(name=f"No. {number}", name_key=f"no. {number}") for number in range(99))
    Membership.objects.bulk_create(Membership(user=lead, clinic=one, role="lead") for one in clinics)
    assert (read("/assessments", 100), read("/clinics", 100)) == before == (2, 2)
