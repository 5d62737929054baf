"""The addresses of the API that a clinic's people use: clinics, assessments, results, answers, plan and change."""

from __future__ import annotations

import re
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from assessments.clinics.models import Clinic, Setting
from assessments.plans.actions import today_of
from assessments.plans.change_presenters import choose
from assessments.plans.change_reading import PAIR, read_change
from assessments.reports.api import schemas
from assessments.reports.api.addresses import reads
from assessments.reports.api.doors import Call, Parameters
from assessments.reports.api.errors import ApiError
from assessments.reports.api.reach import actions_of, clinics_of, entries_of, finished_between, part_of, rounds_of
from assessments.reports.api.result_schemas import Result
from assessments.reports.models import Scope
from assessments.reports.plan_rows import plan_rows
from assessments.reports.plan_values import Values, change_values, named, plan_values
from assessments.reports.report import frozen_result_of, item_rows
from assessments.reports.values import about_values, context_values, fact_values, item_values, result_values
from assessments.results.history import finished_rounds
from assessments.results.layout import Layout
from assessments.results.reading import frozen, live
from assessments.rounds.models import Round

router: Final = Router(tags=["For the people of a clinic"])
STILL_OPEN: Final = "This assessment is open. Its result is made once, when it is finished."
TOO_FEW: Final = "A change needs two finished assessments, and this clinic has fewer."
NOTHING_BEFORE: Final = "to: no assessment was finished before that one."
NOTHING_AFTER: Final = "from: no assessment was finished after that one."
SAME_TWICE: Final = "from and to are the same assessment."
NOT_FINISHED: Final = "from, to: not every one is a finished assessment of this clinic."


@reads(router, "/clinics", response=schemas.Clinics, takes=schemas.Paging, summary="The clinics that the token opens")
def clinics(request: Call, query: Query[schemas.Paging]) -> Values:
    """Those of which the token’s owner is lead or manager now, by id; of a token for one clinic, that one."""
    part, next_ = part_of(clinics_of(request.auth), ("id",), request, limit=query.limit, after=query.after)
    return {"clinics": [_clinic(clinic) for clinic in part], "next": next_}


@reads(router, "/clinics/{uuid:clinic_id}", response=schemas.Clinic, summary="A clinic")
def clinic(request: Call, clinic_id: UUID) -> Values:
    """What its people said of it."""
    return _clinic(get_object_or_404(clinics_of(request.auth), pk=clinic_id))


def _clinic(clinic: Clinic) -> Values:
    return {
        **_name(clinic),
        "country": clinic.country or None,
        "setting": named(clinic.setting, Setting(clinic.setting).label) if clinic.setting else None,
        "n_therapists": clinic.n_therapists,
        "time_zone": clinic.time_zone,
    }


def _name(clinic: Clinic) -> Values:
    return {"id": str(clinic.pk), "name": clinic.name}


def _as_day(sent: object) -> object:
    """Take a day and nothing that could be read as one: a moment, or a number of seconds, has its day in another zone.

    Raises:
        PydanticCustomError: it is not written as a day.
    """
    if isinstance(sent, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", sent, re.ASCII):
        raise PydanticCustomError("date_parsing", "not a day")
    return sent


Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31)), BeforeValidator(_as_day)]


class Wanted(schemas.Paging):
    """Which assessments."""

    clinic: UUID | None = Field(None, description="Of this clinic only.")
    state: Literal["open", "finished"] | None = Field(None, description="Open or finished ones only.")
    finished_from: Day | None = Field(None, description="Finished on this day or later.")
    finished_to: Day | None = Field(None, description="Finished on this day or earlier.")


@reads(router, "/assessments", response=schemas.Assessments, takes=Wanted, summary="Assessments, the newest first")
def assessments(request: Call, query: Query[Wanted]) -> Values:
    """All assessments of the clinics that the token opens, without their results."""
    found = rounds_of(request.auth).select_related("clinic")
    if query.clinic:
        found = found.filter(clinic=query.clinic)
    if query.state:
        found = found.open() if query.state == "open" else found.closed()
    found = finished_between(found, query.finished_from, query.finished_to)
    part, next_ = part_of(found, ("-opened_at", "-id"), request, limit=query.limit, after=query.after)
    return {"assessments": [_assessment(one) for one in part], "next": next_}


@reads(router, "/assessments/{uuid:assessment_id}", response=schemas.Assessment, summary="An assessment")
def assessment(request: Call, assessment_id: UUID) -> Values:
    """Whose it is, of which days, and what the clinic said of its service."""
    return _assessment(_found(request, assessment_id))


def _found(request: Call, assessment_id: UUID) -> Round:
    return get_object_or_404(rounds_of(request.auth).select_related("clinic", "result"), pk=assessment_id)


def _assessment(one: Round) -> Values:
    instrument = one.instrument
    return {
        "id": str(one.pk),
        "clinic": _name(one.clinic),
        "title": one.title,
        "state": "open" if one.is_open else "finished",
        "opened_on": one.opened_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "finished_on": one.closed_on.isoformat() if one.closed_on else None,
        **context_values(one.context),
        "instrument": {"key": instrument.key, "version": instrument.version, "title": instrument.title},
    }


@reads(
    router,
    "/assessments/{uuid:assessment_id}/result",
    response=Result,
    summary="The result of a finished assessment",
)
def result(request: Call, assessment_id: UUID) -> Values:
    """Scores, flags with the questions behind them, options and what the therapists say as a group.

    It was frozen and stays as it is, and holds no single answer. Of an open assessment there is none (403).
    """
    found = _found(request, assessment_id)
    if found.is_open:
        raise ApiError(HTTPStatus.FORBIDDEN, STILL_OPEN)
    frozen_result = frozen_result_of(found, now=timezone.now())
    return {"assessment": about_values(frozen_result.about), **result_values(frozen_result)}


@reads(
    router,
    "/assessments/{uuid:assessment_id}/answers",
    response=schemas.Answers,
    scope=Scope.ANSWERS,
    summary="The clinic form of an assessment",
)
def answers(request: Call, assessment_id: UUID) -> Values:
    """What the managers answered together, with comments and numbers; of an open assessment as it stands now."""
    found = _found(request, assessment_id)
    reading = live(found) if found.is_open else frozen(found, found.result)
    return {
        "assessment": _assessment(found),
        "items": [item_values(row) for row in item_rows(found, reading, Layout(reading).answers)],
        "facts": list(fact_values(reading)),
    }


@reads(router, "/clinics/{uuid:clinic_id}/plan", response=schemas.Plan, scope=Scope.ANSWERS, summary="A clinic’s plan")
def plan(request: Call, clinic_id: UUID) -> Values:
    """All actions as they stand now: under way, planned, done, dropped."""
    found = get_object_or_404(clinics_of(request.auth), pk=clinic_id)
    actions = actions_of(request.auth).filter(clinic=found)
    today = today_of(found, timezone.now())
    return {"clinic": _name(found), **plan_values(plan_rows(found, actions, today), today)}


class Pair(Parameters):
    """Which two assessments."""

    from_: UUID | None = Field(None, alias="from", description="The earlier one; the one before `to` if left out.")
    to: UUID | None = Field(None, description="The later one; the last one if left out.")


@reads(
    router,
    "/clinics/{uuid:clinic_id}/change",
    response=schemas.ChangeBetween,
    takes=Pair,
    summary="What changed between two finished assessments",
)
def change(request: Call, clinic_id: UUID, query: Query[Pair]) -> Values:
    """Topic by topic, and whether it is more than chance. Without parameters, of the last two.

    The earlier one comes first, whichever way round they are asked for.
    """
    found = get_object_or_404(clinics_of(request.auth), pk=clinic_id)
    finished = finished_rounds(rounds_of(request.auth).filter(clinic=found))
    _check_pair(query, finished)
    chosen = choose(finished, str(query.from_ or ""), str(query.to or ""))
    page = read_change(found, chosen, finished, entries_of(request.auth))
    until: dict[str, Any] = {"id": page.after.pk, "title": page.after.title, "finished_on": page.after.finished_on}
    return {"clinic": _name(found), "until": until, **change_values(page)}


def _check_pair(query: Pair, finished: list[Round]) -> None:
    if len(finished) < PAIR:
        raise ApiError(HTTPStatus.NOT_FOUND, TOO_FEW)
    if problem := _problem(query, [one.pk for one in finished]):
        raise ApiError(HTTPStatus.BAD_REQUEST, problem)


def _problem(query: Pair, finished: list[UUID]) -> str:
    """Say why there is no such pair; `finished` begins with the earliest."""
    match query.from_, query.to:
        case first, last if {first, last} - {None, *finished}:
            return NOT_FINISHED
        case None, last if last == finished[0]:
            return NOTHING_BEFORE
        case first, None if first == finished[-1]:
            return NOTHING_AFTER
        case first, last if first and first == last:
            return SAME_TWICE
    return ""
