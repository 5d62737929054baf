"""How the scores of several clinics on one topic are spread: median, quartiles and how many are in each band.

Reads how many clinics have which score and never a list of clinics, so that its cost does not grow with their number.
There is no mean and no rank: a topic describes a clinic, it does not measure one against another.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from readiness.scoring.bands import Band, band

MIN_FOR_QUARTILES: Final = 5
"""Clinics with a score from which median and quartiles are said; fewer can be looked at one by one."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The scores of several clinics on one topic.

    `n` are the clinics with a score. `median` and the quartiles are on 0-100, unrounded, and None where `n` is under
    `MIN_FOR_QUARTILES`. `n_by_band` holds every band, lowest first, by the figures alone. `counts` are pairs of score
    and number of clinics, lowest score first.
    """

    n: int
    median: float | None
    low_quartile: float | None
    high_quartile: float | None
    n_by_band: Mapping[Band, int]
    counts: tuple[tuple[float, int], ...]


def spread(counts: Mapping[float, int]) -> Spread:
    """Sum up how many clinics have which exact, unrounded score; clinics without a score are left out by the caller.

    With all scores in order, the lower quartile stands a quarter of the way from the first to the last. Where that
    place is between two scores, the quartile lies between them in proportion. The same holds for the others.

    Raises:
        ValueError: a score that is not in 0-100, or a number of clinics under 1.

    Source: docs/scoring.md, "Several clinics"; definition 7 of R. J. Hyndman and Y. Fan, "Sample quantiles in
    statistical packages", The American Statistician 50 (1996), which is `percentile_cont` of PostgreSQL and
    `QUARTILE.INC` of spreadsheets.
    """
    for score, n_clinics in counts.items():
        if not 0 <= score <= 100:
            raise ValueError(f"{score}: a score lies between 0 and 100")
        if n_clinics < 1:
            raise ValueError(f"{n_clinics} clinics with {score}: at least one has it")
    pairs = tuple(sorted(counts.items()))
    n = sum(counts.values())
    low, median, high = (_quartile(pairs, number) if n >= MIN_FOR_QUARTILES else None for number in (1, 2, 3))
    n_by_band = {one: sum(n_clinics for score, n_clinics in pairs if band(score) is one) for one in Band}
    return Spread(n, median, low, high, n_by_band, pairs)


def _quartile(pairs: Sequence[tuple[float, int]], number: int) -> float:
    scores, ends = [score for score, _ in pairs], list(accumulate(n_clinics for _, n_clinics in pairs))
    place, quarters = divmod((ends[-1] - 1) * number, 4)  # whole numbers: the place is exact
    score = scores[bisect_right(ends, place)]
    return score + (scores[bisect_right(ends, place + 1)] - score) * quarters / 4 if quarters else score
