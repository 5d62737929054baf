"""What codes mean: the same words for them in the codebook of the workbook and in that of the tables."""

from __future__ import annotations

from typing import Final

from assessments.results import team_rows, words
from readiness.scoring.bands import IN_PLACE_FROM, PARTLY_FROM, Band
from readiness.scoring.release import Side
from readiness.scoring.score import MIN_VALID, ScoreStatus

Codes = tuple[tuple[str, str], ...]

NOT_SHOWN: Final = "not shown"
"""In place of a figure of the therapists that is not told, whatever the reason."""

STATUSES: Final[Codes] = (
    (
        ScoreStatus.SCORED,
        f"enough answers: at least {words.number(MIN_VALID)} on the scale, and three quarters of what applies",
    ),
    (
        ScoreStatus.PROVISIONAL,
        f"just enough answers: at least {words.number(MIN_VALID)} on the scale, and half of what applies",
    ),
    (ScoreStatus.NOT_SCORED, "too few answers for a score, which is not zero"),
)
CUTS: Final = {
    Band.NOT_YET: f"a score of under {PARTLY_FROM}",
    Band.PARTLY: f"a score of {PARTLY_FROM} to under {IN_PLACE_FROM}",
    Band.IN_PLACE: f"a score of {IN_PLACE_FROM} and over",
}
BANDS: Final[Codes] = tuple((band.value, f"{words.BANDS[band]}: {cut}") for band, cut in CUTS.items())
SIDES: Final[Codes] = tuple((side.value, f"the bound {team_rows.SIDES[side]}") for side in Side)
