"""All clinics of a comparison, line by line: as the page lays them out, beside the frozen rows themselves.

Read in lots, each with the same few statements, so that ten thousand take no more memory than a few hundred.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.db.models import F

from assessments.networks.compare_presenters import clinic_rows
from assessments.networks.compare_reading import compare_all
from assessments.networks.comparison import results
from assessments.results.models import ReleaseRow
from assessments.results.team import frozen_row
from readiness.scoring.release import RowStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

    from assessments.networks.compare_reading import Asked, Compared, Comparison
    from assessments.networks.compare_rows import ClinicRow
    from readiness.scoring.release import Row
    from readiness.scoring.score import ScaleScore

AT_ONCE: Final = 400
"""How many clinics are read at once."""


@dataclass(frozen=True, slots=True)
class ClinicLine:
    """A clinic as the page shows it, with its scores and with what of its therapists' figures is shown, by topic."""

    row: ClinicRow
    scores: Mapping[str, ScaleScore]
    released: Mapping[str, Row]


def clinic_lines(asked: Asked, given: Comparison) -> Iterator[ClinicLine]:
    """Read all clinics that are asked for, in their order; `given` is the comparison of all of them."""
    for lot in compare_all(asked, AT_ONCE):
        shown = replace(given, clinics=lot, marked=None)
        rows = clinic_rows(shown, asked.instrument, is_aliased=asked.is_aliased)
        released = _released(asked, lot)
        for row, one in zip(rows, lot, strict=True):
            yield ClinicLine(row, one.scores, released[one.place.clinic_id])


def _released(asked: Asked, lot: Sequence[Compared]) -> Mapping[UUID, Mapping[str, Row]]:
    """Read what is shown of therapists' figures; a row that is not shown is not read at all."""
    visible = results(asked.places, asked.instrument.version)
    of_lot = visible.filter(round__clinic__in=[one.place.clinic_id for one in lot])
    rows = ReleaseRow.objects.filter(result__in=of_lot.values("pk"), status=RowStatus.SHOWN.value)
    found: dict[UUID, dict[str, Row]] = defaultdict(dict)
    for row in rows.annotate(clinic=F("result__round__clinic")):
        found[row.clinic][row.scale] = frozen_row(row)
    return found
