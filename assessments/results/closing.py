"""Closing a round: its answers are scored once, the outcome is frozen, and no answer is taken any more.

The only writer of results. What happens here happens in one transaction, or not at all.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from assessments.results.models import Result, ResultFlag, ResultScore
from assessments.results.policies import check_can_finish
from assessments.results.reading import Reading, live
from assessments.rounds.actions import mark_closed
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from assessments.clinics.models import User
    from readiness.scoring.score import ScaleScore

ALGORITHM_VERSION: Final = 1
"""Raised whenever the same answers would give other figures or flags than before."""

logger = logging.getLogger(__name__)


class ClosingError(Exception):
    """A round could not be closed. Nothing was written; it is still open."""


class NotDueError(Exception):
    """The due date was to close a round, and has moved meanwhile: the new date holds."""


def close(*, round_id: UUID, by: User | None, now: datetime) -> Result:
    """Close a round and freeze its result; a round that is closed already keeps the result that it has.

    The round's row is locked first, as every save does, so that an answer is either in the result or refused.
    `by` None means that the due date closed it.

    Raises:
        Round.DoesNotExist: not there, or not this person's.
        RefusedError: the person is not the lead of the clinic.
        NotDueError: `by` is None and the due date has not come.
        ClosingError: anything else; an alarm with the round's id is in the log, and nothing was written.
    """
    try:
        return _close(round_id, by, now)
    except (Round.DoesNotExist, PermissionDenied, NotDueError):
        raise
    except Exception as error:
        # Whatever went wrong, no answer may reach the log, and one round must not keep others from closing.
        logger.error("ALARM: round %s could not be closed, nothing was shown: %s", round_id, type(error).__name__)
        raise ClosingError(str(round_id)) from error


def close_due(*, now: datetime) -> int:
    """Close every round whose due date has come, each by itself, and give how many were closed.

    A round that cannot be closed stays open, with an alarm in the log; the others are closed all the same.
    """
    n_closed = 0
    for round_id in list(Round.objects.due(now=now).order_by("due_at", "pk").values_list("pk", flat=True)):
        try:
            close(round_id=round_id, by=None, now=now)
        except (ClosingError, NotDueError, Round.DoesNotExist):
            continue
        n_closed += 1
    return n_closed


@transaction.atomic
def _close(round_id: UUID, by: User | None, now: datetime) -> Result:
    rounds = Round.objects.all() if by is None else Round.objects.visible_to(by)
    assessment = rounds.select_related("clinic").select_for_update(of=("self",)).get(pk=round_id)
    if by is not None:
        check_can_finish(by, assessment)
    if not assessment.is_open:
        return assessment.result
    if by is None and assessment.due_at > now:
        raise NotDueError(str(round_id))
    reading = live(assessment)
    result = _freeze(assessment, reading, now)
    mark_closed(assessment=assessment, by=by, at=now)
    return result


def _freeze(assessment: Round, reading: Reading, now: datetime) -> Result:
    result = result_of(assessment, reading, now)
    result.save(force_insert=True)
    ResultScore.objects.bulk_create(score_rows(result, reading))
    ResultFlag.objects.bulk_create(flag_rows(result, reading))
    return result


def result_of(assessment: Round, reading: Reading, now: datetime) -> Result:
    """Give the frozen outcome of a round as a row that is not stored yet."""
    return Result(
        round=assessment,
        guidance_version=reading.guidance.version,
        algorithm_version=ALGORITHM_VERSION,
        offers=[
            {"key": o.key, "for": o.for_, "kind": o.kind.value, "basis": o.basis.value, "items": list(o.items)}
            for o in reading.offers
        ],
        frozen_at=now,
    )


def flag_rows(result: Result, reading: Reading) -> Iterator[ResultFlag]:
    """Give the flags in their rank, as rows that are not stored yet."""
    for position, flag in enumerate(reading.flags):
        yield ResultFlag(
            result=result,
            key=flag.key,
            level=flag.level.value,
            domain=flag.domain,
            items=list(flag.items),
            position=position,
        )


def score_rows(result: Result, reading: Reading) -> Iterator[ResultScore]:
    """Give the scores of topics, takeaways and CFIR domains, as rows that are not stored yet."""
    groups: dict[ResultScore.View, tuple[ScaleScore, ...]] = {
        ResultScore.View.DOMAIN: reading.scorecard.domains,
        ResultScore.View.TAKEAWAY: reading.scorecard.takeaways,
        ResultScore.View.CFIR: reading.scorecard.cfir,
    }
    for view, scales in groups.items():
        for position, scale in enumerate(scales):
            fields = asdict(scale) | {
                "key": str(scale.key),
                "status": scale.status.value,
                "band": scale.band.value if scale.band else "",
            }
            yield ResultScore(result=result, view=view, position=position, **fields)
