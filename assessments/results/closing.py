"""Closing a round: its answers are scored once, the outcome is frozen, and no answer is taken any more.

The only writer of results, and the only reader of therapists' answers: from here on they are a release of group
figures, and are destroyed. What happens here happens in one transaction, or not at all.
"""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from assessments.clinics.erasing import hold_clinics
from assessments.respondents import handing_over
from assessments.results.models import ReleaseRow, Result, ResultFlag, ResultScore
from assessments.results.policies import check_can_finish
from assessments.results.reading import Reading, live
from assessments.results.team import release_fields
from assessments.rounds.actions import mark_closed
from assessments.rounds.models import Round
from assessments.rounds.policies import figures_again_at
from assessments.rounds.talk_actions import end_talk
from readiness.instrument.definition import Form, Instrument
from readiness.scoring.release import MIN_PEOPLE, Release, plan_release

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

    The round's row is locked, as every save does, so that an answer is either in the result or refused. The clinic's is
    locked before it, as erasing does: which round is the clinic's latest is decided by one at a time.
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


_BROKEN: Final[set[UUID]] = set()
"""The rounds that this process could not close. They are tried last: many of them would use up every pass."""


def close_due(*, now: datetime, seconds: float = 60.0) -> int:
    """Close every round whose due date has come, each by itself, and give how many were closed.

    A round that cannot be closed stays open, with an alarm in the log; the others are closed all the same. After so
    many seconds the rest is left to the next pass: a whole network may be due in one night, and mail must go out too.
    """
    ends_at = time.monotonic() + seconds
    n_closed = 0
    due = list(Round.objects.due(now=now).order_by("due_at", "pk").values_list("pk", flat=True))
    for round_id in sorted(due, key=_BROKEN.__contains__):
        if time.monotonic() >= ends_at:
            break
        try:
            close(round_id=round_id, by=None, now=now)
        except ClosingError:
            _BROKEN.add(round_id)
        except (NotDueError, Round.DoesNotExist):
            continue
        else:
            _BROKEN.discard(round_id)
            n_closed += 1
    return n_closed


@transaction.atomic
def _close(round_id: UUID, by: User | None, now: datetime) -> Result:
    rounds = Round.objects.all() if by is None else Round.objects.visible_to(by)
    hold_clinics(rounds.filter(pk=round_id).values_list("clinic_id", flat=True))
    assessment = rounds.select_related("clinic").select_for_update(of=("self",)).get(pk=round_id)
    if by is not None:
        check_can_finish(by, assessment)
    if not assessment.is_open:
        return assessment.result
    if by is None and assessment.due_at > now:
        raise NotDueError(str(round_id))
    end_talk(assessment=assessment)
    release = _release(assessment, now)
    reading = live(assessment, release.rows)
    result = _freeze(assessment, reading, now)
    handing_over.destroy(assessment, now=now)
    mark_closed(assessment=assessment, by=by, at=now, is_team_shown=reading.team.is_shown)
    return result


def _release(assessment: Round, now: datetime) -> Release:
    handed = handing_over.gather(assessment)
    release = plan_release(
        k=MIN_PEOPLE,
        viewers=handed.viewers,
        recent_release=figures_again_at(assessment, now=now) is not None,
        domains=therapist_domains(assessment.instrument),
        submitted=handed.submitted,
    )
    if release.alarm:
        logger.error("ALARM: round %s: %s", assessment.pk, release.alarm)
    return release


def therapist_domains(instrument: Instrument) -> dict[str, dict[str, list[object]]]:
    """Give the topics of the therapist form as `plan_release` takes them."""
    domains: dict[str, dict[str, list[object]]] = {}
    for domain in instrument.domains_of(Form.THERAPIST):
        items = instrument.items_of(Form.THERAPIST, domain.key)
        scale = instrument.scale[items[0].scale]
        domains[domain.key] = {"items": [i.key for i in items], "scale": [0, 100, 100 / (scale.high - scale.low)]}
    return domains


def _freeze(assessment: Round, reading: Reading, now: datetime) -> Result:
    result = result_of(assessment, reading, now)
    result.save(force_insert=True)
    ResultScore.objects.bulk_create(score_rows(result, reading))
    ResultFlag.objects.bulk_create(flag_rows(result, reading))
    ReleaseRow.objects.bulk_create(ReleaseRow(result=result, **fields) for fields in release_fields(reading.team.rows))
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
    """Give all scores of the clinic form, and the team talk's, as rows that are not stored yet."""
    groups: dict[ResultScore.View, tuple[ScaleScore, ...]] = {
        ResultScore.View.DOMAIN: reading.scorecard.domains,
        ResultScore.View.TAKEAWAY: reading.scorecard.takeaways,
        ResultScore.View.CFIR: reading.scorecard.cfir,
        ResultScore.View.SHARED: reading.shared_scores,
    }
    for view, scales in groups.items():
        for position, scale in enumerate(scales):
            yield ResultScore(result=result, view=view, position=position, **_score_fields(scale))
    for position, one in enumerate(reading.team.talk.scores if reading.team.talk else ()):
        yield ResultScore(
            result=result,
            form=ResultScore.Form.JOINT,
            view=ResultScore.View.DOMAIN,
            position=position,
            n_no_agreement=one.n_no_agreement,
            **_score_fields(one.scale),
        )


def _score_fields(scale: ScaleScore) -> dict[str, Any]:
    return asdict(scale) | {
        "key": str(scale.key),
        "status": scale.status.value,
        "band": scale.band.value if scale.band else "",
    }
