"""Why a clinic may need its consultant now: conditions that the database checks, clinic by clinic.

Reads how far open assessments are and the flags of frozen results; of the forms only that something is answered, and
when. The team talk and whatever therapists do are never looked at.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from django.db.models import Exists, OuterRef, Q

from assessments.networks.querysets import SHOWING_SCORES
from assessments.networks.selection import Need
from assessments.results.models import ResultFlag
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from assessments.rounds.querysets import FormAnswerQuerySet, RoundQuerySet
    from readiness.instrument.definition import Instrument

STUCK_AFTER: Final = timedelta(days=14)
"""For how long nothing was saved in an assessment that somebody has begun."""
CLOSING_WITHIN: Final = timedelta(days=7)
FINISHED_WITHIN: Final = timedelta(days=14)


def with_need(need: Need, *, instrument: Instrument, now: datetime) -> Q:
    """Say of a place whether its clinic needs the consultant for this reason."""
    match need:
        case Need.SAFETY:
            return shows_scores() & Q(Exists(safety_flags(instrument)))
        case Need.NOT_STARTED:
            return ~Q(Exists(finished_round(instrument))) & ~Q(Exists(open_answers(instrument).answered()))
        case Need.STUCK:
            saved = open_answers(instrument)
            return Q(Exists(saved.answered())) & ~Q(Exists(saved.filter(saved_at__gt=now - STUCK_AFTER)))
        case Need.CLOSING:
            return Q(Exists(open_round(instrument).filter(due_at__lte=now + CLOSING_WITHIN)))
        case Need.FINISHED:
            return Q(Exists(finished_round(instrument).filter(closed_at__gt=now - FINISHED_WITHIN)))
        case _:
            assert_never(need)


def shows_scores() -> Q:
    """Say of a place whether figures and flags may be looked at."""
    return Q(level__in=SHOWING_SCORES)


def open_round(instrument: Instrument) -> RoundQuerySet:
    """Give the open round of the clinic of a place, for a subquery: one or none."""
    return Round.objects.open().filter(clinic=OuterRef("clinic"), instrument_key=instrument.key)


def finished_round(instrument: Instrument) -> RoundQuerySet:
    """Give the round that the clinic of a place finished last, for a subquery: one or none."""
    return Round.objects.finished_last().filter(clinic=OuterRef("clinic"), instrument_key=instrument.key)


def open_answers(instrument: Instrument) -> FormAnswerQuerySet:
    """Give what the clinic form of the open round of a place's clinic holds, for a subquery."""
    return FormAnswer.objects.of_clinic_form().filter(
        round__clinic=OuterRef("clinic"), round__instrument_key=instrument.key, round__closed_at__isnull=True
    )


def latest_flags(instrument: Instrument) -> QuerySet[ResultFlag]:
    """Give the flags of the latest result of a place's clinic, for a subquery; ask `shows_scores` as well."""
    return ResultFlag.objects.order_by().filter(
        result__round__clinic=OuterRef("clinic"),
        result__round__instrument_key=instrument.key,
        result__round__is_latest=True,
    )


def safety_flags(instrument: Instrument) -> QuerySet[ResultFlag]:
    """Give of these flags those of the safety questions, of whatever version: a key never changes its meaning."""
    return latest_flags(instrument).filter(key__in=safety_keys(instrument))


def safety_keys(instrument: Instrument) -> tuple[str, ...]:
    """Give the keys of the flags that the safety questions raise."""
    return tuple(f"critical-{item.key}" for item in instrument.items_of(Form.MANAGER) if item.safety)
