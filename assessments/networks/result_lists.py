"""Lists of frozen results, with the clinics that they are of: in which order, and by which names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, QuerySet, Subquery

from assessments.results.models import Result, ResultScore
from assessments.results.team import frozen_scale

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models.expressions import OrderBy

    from assessments.networks.models import NetworkClinic
    from assessments.networks.querysets import NetworkClinicQuerySet
    from readiness.scoring.score import ScaleScore


def in_order(
    results: QuerySet[Result],
    places: NetworkClinicQuerySet,
    *first: OrderBy | str,
    is_aliased: bool,
    turned: bool = False,
) -> QuerySet[Result]:
    """Put results in the order of the clinics' names, or of their numbers where names are hidden.

    `first` stands before that order; `turned` turns the order of names round.
    """
    minus = "-" if turned else ""
    if not is_aliased:
        return results.order_by(*first, f"{minus}round__clinic__name_key", f"{minus}round__clinic")
    own = places.filter(clinic=OuterRef("round__clinic"))
    return results.alias(number=Subquery(own.values("number")[:1])).order_by(*first, f"{minus}number")


def of_page(ordered: QuerySet[Result], page: slice) -> list[int]:
    """Give the ids of a page of results: whatever else belongs to them is then read for these alone."""
    return list(ordered.values_list("pk", flat=True)[page])


def sorted_as(found: Iterable[Result], ids: Sequence[int]) -> list[Result]:
    """Give results in the order of their ids."""
    by_id = {result.pk: result for result in found}
    return [by_id[pk] for pk in ids if pk in by_id]


def places_of(page: Iterable[Result], places: NetworkClinicQuerySet) -> dict[UUID, NetworkClinic]:
    """Give the places of the clinics of a page of results, by clinic. One that left meanwhile is not among them."""
    found = places.filter(clinic__in=[result.round.clinic_id for result in page])
    return {place.clinic_id: place for place in found.select_related("clinic")}


def topics_of(result: Result) -> dict[str, ScaleScore]:
    """Give the frozen scores of the clinic form, by topic."""
    return {
        row.key: frozen_scale(row)
        for row in result.scores.all()
        if row.form == ResultScore.Form.CLINIC and row.view == ResultScore.View.DOMAIN
    }
