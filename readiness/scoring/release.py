"""Which figures of a team may be shown when a round closes, and as what.

Knows nothing of people, rounds or clocks; takes answers without identity or order. Anything strange withholds
everything. Defined in docs/scoring.md, "The team's figures".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final, TypeGuard

MIN_PEOPLE: Final = 5
"""Never a figure from fewer people, whatever the round's own threshold."""
MIN_ANSWERED: Final = 2
"""A person with fewer answers in a domain has no score there."""
GRID: Final = 5
"""Figures and the bounds of bands are multiples of this."""
RANGE_LEFT: Final = 35
"""Points of 100 that a colleague's score can still lie within, for an insider who knows their own answers."""
MIDDLE: Final = 50
"""The band at the low end ends below this: from here on the two bands would meet and say nothing."""


class RowStatus(StrEnum):
    """Whether a row says anything."""

    SHOWN = "shown"
    WITHHELD = "withheld"


class Side(StrEnum):
    """Which end of the scale a band covers."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


class Alarm(StrEnum):
    """What was strange about the input, for whoever runs the service. Says nothing of who answered what."""

    PARAMETERS = "All figures of the team are withheld: the threshold, the viewers or the recent release make no sense."
    DOMAINS = (
        "All figures of the team are withheld: the topics, their questions or their scales are not as they must be."
    )
    ANSWERS = "All figures of the team are withheld: among the answers there is one that is not on the scale."


@dataclass(frozen=True, slots=True)
class EndBand:
    """A figure near an end of the scale: known only to be at most, or at least, `bound` (0-100)."""

    side: Side
    bound: int


@dataclass(frozen=True, slots=True)
class Row:
    """The figure of one domain. If shown, it has a `value` or a `band`, never both; if withheld, neither, nor an `n`.

    `value` is 0-100, a multiple of 5. `n` means "at least n people" and is the same in every shown row of a release.
    """

    scale: str
    status: RowStatus = RowStatus.WITHHELD
    value: int | None = None
    band: EndBand | None = None
    n: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the row as plain JSON, with the same keys whatever its status."""
        return {
            "metric": "scale_mean",
            "scale": self.scale,
            "status": self.status.value,
            "value": self.value,
            "band": {"side": self.band.side.value, "bound": self.band.bound} if self.band else None,
            "n": self.n,
        }


@dataclass(frozen=True, slots=True)
class Release:
    """A row for each domain, in their order. `alarm` is empty, or one sentence without any figure, name or key."""

    rows: tuple[Row, ...]
    alarm: str = ""


Sheet = Mapping[str, int | float | None]
"""One person's answers by item, each on 0-100; None and a missing key are the same: no answer."""


def plan_release(k: object, viewers: object, recent_release: object, domains: object, submitted: object) -> Release:
    """Decide what may be shown of a team's answers; called once, when the round closes.

    Takes whatever it is given and never raises: what is not as described here withholds every row, with an alarm.

    Args:
        k: the round's threshold, a whole number; below five it counts as five.
        viewers: how many of those invited can see the clinic's results, a whole number.
        recent_release: whether figures of this team came out in the 90 days before; then nothing is shown.
        domains: by key `{"items": [...], "scale": [0, 100, step]}`; no item stands in two of them.
        submitted: a list of mappings from item to a finite number in 0-100, or None for no answer.

    Source: docs/scoring.md, "The team's figures".
    """
    keys = [key for key in domains if isinstance(key, str)] if isinstance(domains, Mapping) else []
    withheld = tuple(Row(key) for key in keys)
    if not (_is_whole(k) and _is_whole(viewers) and viewers >= 0 and isinstance(recent_release, bool)):
        return Release(withheld, Alarm.PARAMETERS)
    if not _are_domains(domains):
        return Release(withheld, Alarm.DOMAINS)
    if not _are_sheets(submitted):
        return Release(withheld, Alarm.ANSWERS)
    if recent_release:
        return Release(withheld)
    scores = {key: _person_scores(domains[key]["items"], submitted) for key in keys}
    return Release(_rows(scores, threshold=max(MIN_PEOPLE, k) + viewers, insiders=max(1, viewers)))


def can_be_released(rows: Sequence[Row]) -> bool:
    """Say whether `plan_release` could have given these rows, whatever was answered and whoever could look on.

    For rows that have been out of our hands. Whether as many people were asked is the caller's to know.
    """
    shown = [row for row in rows if row.status == RowStatus.SHOWN]
    if any(row != Row(row.scale) for row in rows if row.status != RowStatus.SHOWN):
        return False
    numbers = {row.n or 0 for row in shown}
    return not shown or (len(numbers) == 1 and any(_are_of(shown, end) for end in _ends(numbers.pop())))


def _ends(n: int) -> set[int]:
    """Give how far the bands of `n` people may reach in, by how many of those asked could look on."""
    ends = {_end(n, max(1, viewers)) for viewers in range(n - MIN_PEOPLE + 1)}
    return {end for end in ends if end < MIDDLE}


def _are_of(shown: Iterable[Row], end: int) -> bool:
    figures = ((row, row.band.bound if row.band else row.value) for row in shown)
    return all(
        figure is not None and row == _shown(row.scale, Fraction(figure), end, row.n or 0) for row, figure in figures
    )


def _rows(scores: Mapping[str, Sequence[Fraction]], *, threshold: int, insiders: int) -> tuple[Row, ...]:
    """Give the rows of answers that are in order; `scores` are those of the persons who count, by domain."""
    qualifying = {
        key: _mean(persons)
        for key, persons in scores.items()
        if len(persons) >= threshold and _end(len(persons), insiders) < MIDDLE
    }
    # One n and one bound for all: how many answered each domain would tell who left one out.
    n = min((len(scores[key]) for key in qualifying), default=threshold)
    end = _end(n, insiders)
    return tuple(_shown(key, qualifying[key], end, n) if key in qualifying else Row(key) for key in scores)


def _shown(key: str, mean: Fraction, end: int, n: int) -> Row:
    figure = GRID * floor(mean / GRID + Fraction(1, 2))
    if figure <= end:
        return Row(key, RowStatus.SHOWN, band=EndBand(Side.AT_MOST, end), n=n)
    if figure >= 100 - end:
        return Row(key, RowStatus.SHOWN, band=EndBand(Side.AT_LEAST, 100 - end), n=n)
    return Row(key, RowStatus.SHOWN, value=figure, n=n)


def _end(n: int, insiders: int) -> int:
    """Give how far the bands at the ends of the scale reach in, in points, for `n` people.

    Just so far that the points of all, less whatever the insiders gave themselves, leave one colleague RANGE_LEFT.
    """
    reach = Fraction(100 * insiders + RANGE_LEFT, n) - Fraction(GRID, 2)
    return GRID * max(1, ceil(reach / GRID))


def _person_scores(items: Sequence[str], submitted: Sequence[Sheet]) -> list[Fraction]:
    """Give the mean of every person who answered at least two and at least half of all the items, exactly."""
    given = [[Fraction(answer) for item in items if (answer := sheet.get(item)) is not None] for sheet in submitted]
    return [_mean(answers) for answers in given if len(answers) >= MIN_ANSWERED and 2 * len(answers) >= len(items)]


def _mean(numbers: Sequence[Fraction]) -> Fraction:
    return sum(numbers, Fraction()) / len(numbers)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_on_scale(value: object) -> TypeGuard[int | float]:
    """Whether this is a finite number in 0-100; comparing refuses NaN and the infinities."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100


def _are_domains(domains: object) -> TypeGuard[Mapping[str, Mapping[str, Any]]]:
    if not isinstance(domains, Mapping) or not all(isinstance(key, str) for key in domains):
        return False
    if not all(isinstance(domain, Mapping) and _is_scale(domain.get("scale")) for domain in domains.values()):
        return False
    lists = [domain.get("items") for domain in domains.values()]
    if not all(isinstance(items, list | tuple) for items in lists):
        return False
    every = [item for items in lists for item in items]
    return all(isinstance(item, str) for item in every) and len(set(every)) == len(every)


def _is_scale(scale: object) -> bool:
    if not isinstance(scale, list | tuple) or len(scale) != 3 or not all(_is_on_scale(part) for part in scale):
        return False
    low, high, step = scale
    return bool(low == 0 and high == 100 and step > 0)


def _are_sheets(submitted: object) -> TypeGuard[Sequence[Sheet]]:
    return isinstance(submitted, list | tuple) and all(
        isinstance(sheet, Mapping)
        and all(isinstance(item, str) for item in sheet)
        and all(answer is None or _is_on_scale(answer) for answer in sheet.values())
        for sheet in submitted
    )
