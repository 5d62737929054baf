"""Lists of frozen results, with the clinics that they are of: in which order, and by which names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, QuerySet, Subquery

from assessments.results.models import Result, ResultScore
from assessments.results.team import frozen_scale

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from assessments.networks.models import NetworkClinic
    from assessments.networks.querysets import NetworkClinicQuerySet
    from readiness.scoring.score import ScaleScore


def with_numbers(results: QuerySet[Result], places: NetworkClinicQuerySet) -> QuerySet[Result]:
    """Give results with the number of the clinic's place, by which they are put in order where names are hidden."""
    own = places.filter(clinic=OuterRef("round__clinic"))
    return results.annotate(place_number=Subquery(own.values("number")[:1]))


def by_name(is_aliased: bool) -> tuple[str, ...]:
    """Give the columns that put such results in the order of names, or of numbers where names are hidden."""
    return ("place_number",) if is_aliased else ("round__clinic__name_key", "place_number")


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
