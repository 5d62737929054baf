"""Why a clinic may need its consultant now: conditions that the database checks, clinic by clinic.

Reads how far open assessments are, the flags of frozen results and whether there is a plan; of the forms only that
something is answered, and when. The team talk and whatever therapists do are never looked at.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from django.db.models import Exists, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull, LessThanOrEqual

from assessments.networks.querysets import SHOWING_SCORES
from assessments.networks.selection import Need
from assessments.plans.models import Action, ActionEntry, Status
from assessments.results.models import ResultFlag
from assessments.rounds.models import FormAnswer
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from assessments.networks.querysets import NetworkClinicQuerySet
    from assessments.rounds.querysets import FormAnswerQuerySet
    from readiness.instrument.definition import Instrument

STUCK_AFTER: Final = timedelta(days=14)
"""For how long nothing was saved in an assessment that somebody has begun."""
CLOSING_WITHIN: Final = timedelta(days=7)
FINISHED_WITHIN: Final = timedelta(days=14)
PLANNED_WITHIN: Final = timedelta(days=14)
"""How long after closing a clinic is left alone to make a plan."""


def with_rounds(places: NetworkClinicQuerySet, instrument: Instrument) -> NetworkClinicQuerySet:
    """Join to each place, where there are such, its clinic's `open_round` and `last_round`, the latest one finished."""
    of_instrument = Q(clinic__rounds__instrument_key=instrument.key)
    return places.alias(
        open_round=FilteredRelation("clinic__rounds", condition=of_instrument & Q(clinic__rounds__closed_at=None)),
        last_round=FilteredRelation("clinic__rounds", condition=of_instrument & Q(clinic__rounds__is_latest=True)),
    )


def needing(need: Need, *, instrument: Instrument, now: datetime) -> Q:
    """Say of a place `with_rounds` whether its clinic needs the consultant for this reason."""
    match need:
        case Need.SAFETY:
            return shows_scores() & Q(Exists(safety_flags(instrument)))
        case Need.NOT_STARTED:
            return Q(last_round=None) & Q(IsNull(saved_last(), True))
        case Need.STUCK:
            return Q(LessThanOrEqual(saved_last(), now - STUCK_AFTER))
        case Need.CLOSING:
            return Q(open_round__due_at__lte=now + CLOSING_WITHIN)
        case Need.NO_PLAN:
            # Who has nothing flagged needs no plan, and who is answering again will make it afterwards.
            closed_before = Q(last_round__closed_at__lte=now - PLANNED_WITHIN)
            has_reason = Q(Exists(last_flags())) & Q(open_round=None)
            return shows_scores() & closed_before & has_reason & ~Q(Exists(planned_since()))
        case Need.FINISHED:
            return Q(last_round__closed_at__gt=now - FINISHED_WITHIN)
        case _:
            assert_never(need)


def shows_scores() -> Q:
    """Say of a place whether figures and flags may be looked at."""
    return Q(level__in=SHOWING_SCORES)


def comparable(instrument: Instrument) -> Q:
    """Say of a place `with_rounds` whether its latest result may be looked at, and is of this questionnaire."""
    return shows_scores() & Q(last_round__instrument_version=instrument.version)


def planned_since() -> QuerySet[Action]:
    """Give what the clinic of a place `with_rounds` still means to do, or has done and planned or done since it closed.

    For a subquery. What was dropped is no plan, and nobody is told of it.
    """
    closed_at = OuterRef("last_round__closed_at")
    finishing = ActionEntry.objects.order_by().filter(
        action=OuterRef("pk"), status=Status.DONE, at__gte=OuterRef(closed_at)
    )
    is_new = Q(status=Status.DONE) & (Q(created_at__gte=closed_at) | Q(Exists(finishing)))
    to_do = Q(status__in=[Status.PLANNED, Status.UNDER_WAY])
    return Action.objects.order_by().filter(to_do | is_new, clinic=OuterRef("clinic"))


def open_answers() -> FormAnswerQuerySet:
    """Give what the clinic form of the open round of a place `with_rounds` holds, for a subquery."""
    return FormAnswer.objects.of_clinic_form().answered().filter(round=OuterRef("open_round__pk"))


def saved_last() -> Subquery:
    """Give when the newest of these answers was saved; null for none.

    It is a value to compare with and no EXISTS, because PostgreSQL would answer that by reading every answer there is.
    """
    return Subquery(open_answers().order_by("-saved_at").values("saved_at")[:1])


def last_flags() -> QuerySet[ResultFlag]:
    """Give the flags of the latest result of a place `with_rounds`, for a subquery; ask `shows_scores` as well."""
    return ResultFlag.objects.order_by().filter(result__round=OuterRef("last_round__pk"))


def safety_flags(instrument: Instrument) -> QuerySet[ResultFlag]:
    """Give of these flags those of the safety questions, of whatever version: a key never changes its meaning."""
    return last_flags().filter(key__in=safety_keys(instrument))


def safety_keys(instrument: Instrument) -> tuple[str, ...]:
    """Give the keys of the flags that the safety questions raise."""
    return tuple(f"critical-{item.key}" for item in instrument.items_of(Form.MANAGER) if item.safety)
