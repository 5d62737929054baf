"""Which clinics of a network a selection means, and in which order: worked out by the database, however many there are.

What a clinic does not show takes no part: one at "progress" has neither bands nor flags here, and comes last where
figures give the order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.db.models import Case, Exists, F, FloatField, IntegerField, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce

from assessments.clinics.text import name_key
from assessments.networks.needs import (
    comparable,
    last_flags,
    needing,
    safety_flags,
    safety_keys,
    shows_scores,
    with_rounds,
)
from assessments.networks.selection import SIZES, Need, Selection, flag_parts
from assessments.results.models import ResultScore
from readiness.guidance.flags import Level
from readiness.instrument.definition import Stage

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from assessments.networks.querysets import NetworkClinicQuerySet
    from assessments.results.models import ResultFlag
    from readiness.instrument.definition import Instrument

ALIAS: Final = re.compile(r"(?:clinic\s*)?(\d{1,9})", re.IGNORECASE | re.ASCII)
"""How a clinic without a name is searched for: "12" or "Clinic 12"."""
RED_WEIGHT: Final = 1_000
"""By flags, clinics are ordered by those that need a decision first, then by the others; none has as many of these."""


def chosen(
    places: NetworkClinicQuerySet, selection: Selection, *, instrument: Instrument, is_aliased: bool, now: datetime
) -> NetworkClinicQuerySet:
    """Give the places that a selection means, in no particular order."""
    places = with_rounds(places, instrument)
    places = _searched(places, selection.search, is_aliased=is_aliased)
    if selection.country:
        places = places.filter(clinic__country=selection.country)
    if selection.setting:
        places = places.filter(clinic__setting=selection.setting)
    if selection.size:
        places = places.filter(clinic__n_therapists__range=SIZES[selection.size])
    if selection.stage:
        places = places.alias(stage=_stage()).filter(stage=selection.stage)
    if selection.need:
        places = places.filter(needing(Need(selection.need), instrument=instrument, now=now))
    for topic, band in selection.bands:
        places = places.filter(comparable(instrument), Exists(_topic(topic).filter(band=band.value)))
    for flag in selection.flags:
        places = places.filter(comparable(instrument), Exists(_flagged(flag)))
    return places


def ordered(
    places: NetworkClinicQuerySet, selection: Selection, *, instrument: Instrument, is_aliased: bool
) -> NetworkClinicQuerySet:
    """Give the places in the order that a selection asks for.

    Clinics without a value come last in both directions; those with the same one in the order of their names, or of
    their numbers where names are hidden.
    """
    names = by_name(is_aliased=is_aliased)
    if selection.sort == "name":
        return places.order_by(*(f"-{column}" if selection.is_descending else column for column in names))
    places = with_rounds(places, instrument).alias(stage=_stage())
    places, order = places.alias(order=_order(instrument, selection.sort)), F("order")
    direction = order.desc if selection.is_descending else order.asc
    return places.order_by(direction(nulls_last=True), *names)


def by_name(*, is_aliased: bool) -> tuple[str, ...]:
    """Give the columns by which clinics stand in the order of their names, or of their numbers."""
    return ("number",) if is_aliased else ("clinic__name_key", "number")


def alias_number(search: str) -> int | None:
    """Give the number of a clinic that is searched for without its name; None where the text is no alias."""
    found = ALIAS.fullmatch(search)
    return int(found[1]) if found else None


def _searched(places: NetworkClinicQuerySet, search: str, *, is_aliased: bool) -> NetworkClinicQuerySet:
    """Where names are hidden they cannot be guessed by searching either."""
    if not search:
        return places
    if is_aliased:
        number = alias_number(search)
        return places.none() if number is None else places.filter(number=number)
    return places.filter(clinic__name_key__contains=name_key(search))


def _stage() -> Coalesce:
    """Give where a clinic's service stands: as said in its open round, or else in the one it finished last."""
    return Coalesce("open_round__stage", "last_round__stage")


def _topic(topic: str) -> QuerySet[ResultScore]:
    """Give the score on a topic in the latest result of a place's clinic, for a subquery; ask `comparable` as well."""
    return ResultScore.objects.order_by().filter(
        result__round=OuterRef("last_round__pk"),
        form=ResultScore.Form.CLINIC,
        view=ResultScore.View.DOMAIN,
        key=topic,
    )


def _flagged(flag: str) -> QuerySet[ResultFlag]:
    key, topic = flag_parts(flag)
    found = last_flags().filter(key=key)
    return found.filter(domain=topic) if topic else found


def _order(instrument: Instrument, sort: str) -> Combinable:
    """Give what an order goes by; null where a clinic has no such thing or does not show it."""
    match sort:
        case "stage":
            return Case(*(When(stage=stage.value, then=n) for n, stage in enumerate(Stage)))
        case "finished":
            return F("last_round__closed_at")
        case "due":
            return F("open_round__due_at")
        case "safety":
            return _pressing(safety_flags(instrument))
        case "flags":
            return _pressing(last_flags().exclude(key__in=safety_keys(instrument)))
        case topic:
            score = Subquery(_topic(topic).values("score")[:1])
            return Case(When(comparable(instrument), then=score), output_field=FloatField())


def _pressing(flags: QuerySet[ResultFlag]) -> Combinable:
    """Count flags by their weight; 0 for a clinic that has a result and none of them."""
    weight = Case(When(level=Level.RED.value, then=RED_WEIGHT), default=1)
    weights = Subquery(flags.values("result").annotate(weight=Sum(weight)).values("weight"))
    has_result = shows_scores() & Q(last_round__isnull=False)
    return Case(When(has_result, then=Coalesce(weights, 0)), output_field=IntegerField())
