"""Which clinics the page of comparison shows one by one, with their frozen scores and flags, and what of all of them.

The number of statements is the same whatever the number of clinics.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.networks.choosing import by_name, chosen, ordered
from assessments.networks.comparison import (
    FORM,
    VIEW,
    Reason,
    compared,
    compared_by_topic,
    flag_counts,
    left_out,
    results,
    tally,
    topic_spreads,
)
from assessments.networks.paging import PAGE_SIZE
from assessments.networks.selection import SORTS, Selection
from assessments.results.models import ResultFlag, ResultScore
from readiness.guidance.flags import Flag, Level
from readiness.scoring.bands import Band
from readiness.scoring.score import ScaleScore, ScoreStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from assessments.networks.comparison import FlagCount, Tally, TopicSpread
    from assessments.networks.models import NetworkClinic
    from assessments.networks.querysets import NetworkClinicQuerySet
    from assessments.results.models import Result
    from readiness.instrument.definition import Instrument

SCALE: Final = (
    "key",
    "score",
    "status",
    "band",
    "n_items",
    "n_applicable",
    "n_valid",
    "n_dont_know",
    "n_not_applicable",
    "n_blank",
)
"""The columns of a frozen score, in the order of a `ScaleScore`."""
LEFT_OUT_NAMED: Final = 25
"""How many clinics that cannot be compared are named, for each reason."""


@dataclass(frozen=True)
class Asked:
    """What a page is asked to compare: of these clinics of a network those of the selection.

    `instrument` is the questionnaire in the version that is compared. `everybody` counts the clinics of the network.
    """

    places: NetworkClinicQuerySet
    everybody: Tally
    instrument: Instrument
    selection: Selection
    is_aliased: bool
    now: datetime


@dataclass(frozen=True)
class Compared:
    """A clinic with the scores and flags of the round that it finished last; a flag's items are not read."""

    place: NetworkClinic
    scores: Mapping[str, ScaleScore]
    flags: Sequence[Flag]


@dataclass(frozen=True)
class Comparison:
    """What is compared: `tally` counts the clinics of the selection, `clinics` are those of the page, in its order.

    `page` is one that is there. `spreads` and `flags` are of all clinics of the selection that can be compared.
    `marked` may be any clinic of the network that can be.
    """

    version: int
    tally: Tally
    page: int
    clinics: Sequence[Compared]
    marked: Compared | None
    spreads: Mapping[str, TopicSpread]
    flags: Sequence[FlagCount]
    left_out: Mapping[Reason, Sequence[NetworkClinic]]

    @property
    def n_compared(self) -> int:
        """How many clinics of the selection can be compared."""
        return self.tally.n_compared(self.version)


def compare(asked: Asked) -> Comparison:
    """Read the comparison that a page is asked for."""
    version, found, counted = asked.instrument.version, _chosen(asked), asked.everybody
    if asked.selection.is_filtered:
        counted = tally(found)
    last_page = max(1, -(-counted.n_compared(version) // PAGE_SIZE))
    page = min(asked.selection.page, last_page)
    shown = _in_order(asked, found).select_related("clinic")[PAGE_SIZE * (page - 1) : PAGE_SIZE * page]
    marked = (
        compared(asked.places, version).filter(clinic=asked.selection.mark).select_related("clinic")
        if asked.selection.mark
        else ()
    )
    read_ones = _read([*shown, *marked], results(asked.places, version))
    found_results = results(found, version)
    return Comparison(
        version=version,
        tally=counted,
        page=page,
        clinics=[read_ones[place.clinic_id] for place in shown if place.clinic_id in read_ones],
        marked=read_ones.get(asked.selection.mark) if asked.selection.mark else None,
        spreads=topic_spreads(found_results),
        flags=flag_counts(found_results),
        left_out={reason: _named(asked, found, reason) for reason, n in counted.n_left_out(version).items() if n},
    )


def compare_all(asked: Asked, n_at_once: int) -> Iterator[list[Compared]]:
    """Read all clinics of the selection that can be compared, in its order, so many at once.

    What is shown is looked up for every lot, so that one which withdraws meanwhile is left out; four statements each.
    """
    ids = list(_in_order(asked, _chosen(asked)).values_list("pk", flat=True))
    for start in range(0, len(ids), n_at_once):
        lot = ids[start : start + n_at_once]
        places = {place.pk: place for place in asked.places.filter(pk__in=lot).select_related("clinic")}
        read_ones = _read(list(places.values()), results(asked.places, asked.instrument.version))
        in_order = (places[pk].clinic_id for pk in lot if pk in places)
        yield [read_ones[clinic_id] for clinic_id in in_order if clinic_id in read_ones]


def _chosen(asked: Asked) -> NetworkClinicQuerySet:
    if not asked.selection.is_filtered:
        return asked.places
    return chosen(
        asked.places, asked.selection, instrument=asked.instrument, is_aliased=asked.is_aliased, now=asked.now
    )


def _in_order(asked: Asked, found: NetworkClinicQuerySet) -> NetworkClinicQuerySet:
    selection, version = asked.selection, asked.instrument.version
    if selection.sort in SORTS:
        return ordered(compared(found, version), selection, instrument=asked.instrument, is_aliased=asked.is_aliased)
    then = by_name(is_aliased=asked.is_aliased)
    return compared_by_topic(found, version, selection.sort, *then, is_descending=selection.is_descending)


def _named(asked: Asked, found: NetworkClinicQuerySet, reason: Reason) -> Sequence[NetworkClinic]:
    places = left_out(found, reason, asked.instrument.version).select_related("clinic")
    by_name_first = ordered(places, Selection(), instrument=asked.instrument, is_aliased=asked.is_aliased)
    return list(by_name_first[:LEFT_OUT_NAMED])


def _read(places: Sequence[NetworkClinic], visible: QuerySet[Result]) -> dict[UUID, Compared]:
    """Read a few clinics by their ids; of those alone whose results are visible: three statements.

    What is erased between two of them is left out.

    Plain rows, as there may be hundreds of clinics with a dozen of them each.
    """
    found = visible.filter(round__clinic__in=[place.clinic_id for place in places])
    clinic_of = dict(found.values_list("pk", "round__clinic"))
    scores: dict[UUID, dict[str, ScaleScore]] = defaultdict(dict)
    flags: dict[UUID, list[Flag]] = defaultdict(list)
    of_these = ResultScore.objects.filter(result__in=list(clinic_of), form=FORM, view=VIEW)
    for result, key, score, status, band, *counts in of_these.values_list("result", *SCALE):
        scale = ScaleScore(key, score, ScoreStatus(status), Band(band) if band else None, *counts)
        scores[clinic_of[result]][key] = scale
    raised = ResultFlag.objects.filter(result__in=list(clinic_of)).values_list("result", "key", "level", "domain")
    for result, key, level, domain in raised:
        flags[clinic_of[result]].append(Flag(key, Level(level), domain, ()))
    return {
        place.clinic_id: Compared(place, scores[place.clinic_id], flags[place.clinic_id])
        for place in places
        if place.clinic_id in scores
    }
