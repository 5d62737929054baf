"""Which band a score falls into. The cut-offs are conventions; docs/scoring.md says so."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

PARTLY_FROM: Final = 50
IN_PLACE_FROM: Final = 75


class Band(StrEnum):
    """The three bands of a 0-100 score."""

    NOT_YET = "not_yet"
    PARTLY = "partly"
    IN_PLACE = "in_place"


def band(score: float | None) -> Band | None:
    """Give the band of an unrounded 0-100 score; None for no score. A boundary value belongs to the higher band."""
    if score is None:
        return None
    if score >= IN_PLACE_FROM:
        return Band.IN_PLACE
    return Band.PARTLY if score >= PARTLY_FROM else Band.NOT_YET
