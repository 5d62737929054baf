"""Writing the assessments of a clinic's file: open, with what was answered and what came of it, and then finished."""

from __future__ import annotations

import secrets
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from django.apps import apps

from assessments.clinics.actions import TOKEN_BYTES, hash_of
from assessments.clinics.models import User
from assessments.reports.leaving.refusal import written_at
from assessments.results.models import ReleaseRow, Result, ResultFlag, ResultScore
from assessments.rounds.actions import closing_time
from assessments.rounds.models import FormAnswer, Round, TeamTalk
from readiness.scoring.release import RowStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assessments.clinics.models import Clinic
    from assessments.reports.leaving import parts

Row = TypeVar("Row", ResultFlag, ReleaseRow)
Accounts = dict[int, int]
"""The account of each person, by their number in the file; whoever has no address there has none."""


def columns(part: parts.Part, people: Accounts) -> dict[str, Any]:
    """Give what a part says as columns of its model; people become their accounts, or nobody."""
    found: dict[str, Any] = {}
    for field in apps.get_model(part.LABEL)._meta.concrete_fields:
        if field.name not in type(part).model_fields:
            continue
        value = getattr(part, field.name)
        found[field.attname] = people.get(value) if field.related_model is User else value
    return found


def write_rounds(rounds: Sequence[parts.RoundPart], clinic: Clinic, people: Accounts) -> None:
    """Write the assessments; the last one that was finished is the latest, as it was."""
    for number, one in enumerate(rounds):
        with written_at(f"assessments.{number}"):
            _write_round(one, clinic, people)
    for key in {one.instrument_key for one in rounds}:
        finished = Round.objects.filter(clinic=clinic, instrument_key=key).closed()
        if last := finished.last_first().first():
            Round.objects.filter(pk=last.pk).update(is_latest=True)


def _write_round(one: parts.RoundPart, clinic: Clinic, people: Accounts) -> None:
    assessment = _opened(one, clinic, people)
    _write_answers(one, assessment, people)
    if one.result and one.closed_at:
        _write_result(one.result, assessment)
        _finish(assessment, one, people)


def _opened(one: parts.RoundPart, clinic: Clinic, people: Accounts) -> Round:
    assessment = Round(clinic=clinic, **columns(one, people) | {"closed_at": None, "closed_by_id": None})
    assessment.save(force_insert=True)
    return assessment


def _finish(assessment: Round, one: parts.RoundPart, people: Accounts) -> None:
    rows = one.result.release_rows if one.result else []
    assessment.closed_at = one.closed_at
    assessment.closed_by_id = people.get(one.closed_by) if one.closed_by else None
    assessment.is_team_shown = any(row.status == RowStatus.SHOWN for row in rows)
    assessment.save(update_fields=["closed_at", "closed_by", "is_team_shown"])


def _write_answers(one: parts.RoundPart, assessment: Round, people: Accounts) -> None:
    FormAnswer.objects.bulk_create(
        FormAnswer(round=assessment, op=f"import-{row.key}", **columns(row, people)) for row in one.answers
    )
    if one.team_talk is None:
        return
    TeamTalk.objects.create(
        round=assessment, token_hash=hash_of(secrets.token_urlsafe(TOKEN_BYTES)), **columns(one.team_talk, {})
    )
    FormAnswer.objects.bulk_create(
        FormAnswer(
            round=assessment,
            form=FormAnswer.Form.JOINT,
            op=f"import-{row.key}",
            saved_at=closing_time(one.team_talk.sent_on, one.time_zone),
            **columns(row, {}),
        )
        for row in one.team_talk.answers
    )


def _write_result(part: parts.ResultPart, assessment: Round) -> None:
    offers = [offer.model_dump(mode="json", by_alias=True) for offer in part.offers]
    result = Result(round=assessment, **columns(part, {}) | {"offers": offers})
    result.save(force_insert=True)
    places: dict[tuple[str, str], int] = defaultdict(int)
    scores = []
    for row in part.scores:
        scores.append(ResultScore(result=result, position=places[row.form, row.view], **columns(row, {})))
        places[row.form, row.view] += 1
    ResultScore.objects.bulk_create(scores)
    ResultFlag.objects.bulk_create(_in_order(ResultFlag, part.flags, result))
    ReleaseRow.objects.bulk_create(_in_order(ReleaseRow, part.release_rows, result))


def _in_order(model: type[Row], rows: Iterable[parts.Part], result: Result) -> Iterator[Row]:
    for position, row in enumerate(rows):
        yield model(result=result, position=position, **columns(row, {}))
