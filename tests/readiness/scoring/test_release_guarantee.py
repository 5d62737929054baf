"""The guarantee: what an insider can work out of a row about a colleague, by brute force over all possible totals.

The insider knows the row, everybody who is in the figure, and their own answers; viewers pool theirs. A person's score
counts as any number in 0-100, so the limits of what is possible are lowest and highest bounds, reached or not; with
`known` answers it is a point of a lattice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.scoring.release import Row, RowStatus, Side, plan_release
from tests.readiness.scoring.teams import Team, teams

RANGE_LEFT: Final = 35
ITEM_STEP: Final = 25
DOMAINS: Final = {"d": {"items": ["a", "b"], "scale": [0, 100, 25]}}
Bounds = tuple[Fraction, Fraction]


def row_of(total: Fraction, n: int, viewers: int) -> Row:
    """Give the row of `n` people with this total: some at the top, one between, the rest at the bottom.

    The one between may be a third, which a float only comes near; no such total is a limit of rounding.
    """
    scores = [float(min(max(total - 100 * person, Fraction()), Fraction(100))) for person in range(n)]
    submitted = [{"a": score, "b": score} for score in scores]
    return plan_release(5, viewers, False, DOMAINS, submitted).rows[0]


@cache
def rows_of(n: int, viewers: int, unit: Fraction) -> Sequence[Row]:
    """Give the row of every total from 0 to 100 n, in steps of `unit`."""
    return [row_of(number * unit, n, viewers) for number in range(int(100 * n / unit) + 1)]


def totals(row: Row, n: int) -> Bounds:
    """Give the bounds of the totals that `n` people may have, from the row alone."""
    half = Fraction(5, 2)
    if row.value is not None:
        return n * (row.value - half), n * (row.value + half)
    assert row.band is not None
    if row.band.side is Side.AT_MOST:
        return Fraction(), n * (row.band.bound + half)
    return n * (row.band.bound - half), Fraction(100 * n)


def width_left(known: Bounds, own: Fraction, colleagues: int) -> Fraction:
    """Give the width of what one colleague may have scored when the total, with the insiders' `own`, is `known`."""
    low, high = known[0] - own, known[1] - own
    return min(Fraction(100), high) - max(Fraction(), low - 100 * (colleagues - 1))


SIZES: Final = [
    pytest.param(n, viewers, id=f"{n} people, {viewers} viewers")
    for viewers in range(5)
    for n in (*range(5 + viewers, 13), 18)
]
HALF_STEP: Final = Fraction(5, 2)
"""All limits of rounding are multiples of n times this, so no total between two of these points can tell more."""


@pytest.mark.parametrize(("n", "viewers"), SIZES)
def test_row_says_of_the_total_what_its_words_say_and_no_more(n: int, viewers: int) -> None:
    rows = rows_of(n, viewers, HALF_STEP)

    for row in {row for row in rows if row.status is RowStatus.SHOWN}:
        low, high = totals(row, n)
        fitting = [number * HALF_STEP for number, one in enumerate(rows) if one == row]
        reached = high == 100 * n
        assert (fitting[0], fitting[-1]) == (low, high if reached else high - HALF_STEP)
        assert len(fitting) == (fitting[-1] - fitting[0]) / HALF_STEP + 1


@pytest.mark.parametrize(("n", "viewers"), SIZES)
def test_insiders_leave_every_colleague_a_wide_range(n: int, viewers: int) -> None:
    rows = rows_of(n, viewers, HALF_STEP)
    possible: dict[Row, list[Fraction]] = {}
    for number, row in enumerate(rows):
        if row.status is RowStatus.SHOWN:
            possible.setdefault(row, []).append(number * HALF_STEP)

    for row, sums in possible.items():
        known = sums[0], min(sums[-1] + HALF_STEP, Fraction(100 * n))
        for insiders in range(max(1, viewers) + 1):
            for own in range(0, 100 * insiders + 1, 25):
                if known[0] - own > 100 * (n - insiders) or known[1] <= own:
                    continue  # with so much, or so little, of their own they would not see this row
                assert width_left(known, Fraction(own), n - insiders) >= RANGE_LEFT, (row, insiders, own)


def test_the_range_can_be_as_small_as_promised() -> None:
    """Six people, the insider at the top, the others near the bottom: a colleague has something below 35."""
    row = row_of(Fraction(134), 6, viewers=0)

    assert width_left(totals(row, 6), Fraction(100), 5) == RANGE_LEFT


@given(teams(st.integers(5, 14)))
def test_insiders_of_drawn_teams_leave_every_colleague_a_wide_range(team: Team) -> None:
    """With missing answers and several topics: n is then less than the number of people, which insiders may know."""
    for row in team.release().rows:
        if row.status is RowStatus.WITHHELD:
            continue
        scores = [score for score in team.scores(row.scale) if score is not None]
        known = totals(row, len(scores))
        assert known[0] <= sum(scores) <= known[1]
        pooling = sorted(scores)[: team.viewers], sorted(scores, reverse=True)[: team.viewers]
        for insiders in ([], *([one] for one in scores), *pooling):
            own = sum(insiders, Fraction())
            for n in {row.n or 0, len(scores), len(scores) + 1}:
                assert width_left(totals(row, n), own, n - len(insiders)) >= RANGE_LEFT


# Insiders who also know which items everybody answered: a score is then a point of a lattice

LATTICES: Final = [
    pytest.param(Fraction(step, answered), id=f"{answered} answers in steps of {step}")
    for step, answered in ((25, 2), (25, 3), (25, 4), (25, 5), (10, 4), (10, 8))
]


@pytest.mark.parametrize("unit", LATTICES)
@pytest.mark.parametrize(("n", "viewers"), [(5, 0), (6, 0), (6, 1), (7, 0), (7, 2), (8, 0), (8, 3)])
def test_insiders_who_know_what_was_answered_leave_an_item_step(n: int, viewers: int, unit: Fraction) -> None:
    rows, insiders = rows_of(n, viewers, unit), max(1, viewers)
    top, colleagues = int(100 / unit), n - insiders

    for own in range(insiders * top + 1):
        possible: dict[Row, set[int]] = {}
        for others in range(colleagues * top + 1):
            row = rows[own + others]
            fitting = max(0, others - (colleagues - 1) * top), min(top, others)
            possible.setdefault(row, set()).update(fitting)
        for row, points in possible.items():
            if row.status is RowStatus.SHOWN:
                assert (max(points) - min(points)) * unit >= ITEM_STEP, (row, own * unit)


TWELFTH: Final = Fraction(25, 12)
"""Scores from two, three and four answers are all multiples of this."""


def reachable(steps: Sequence[int]) -> set[int]:
    """Give all totals, in twelfths of a step, of people whose scores come in these steps."""
    found = {0}
    for step in steps:
        found = {total + score for total in found for score in range(0, 49, step)}
    return found


@pytest.mark.parametrize("own_step", [6, 4, 3], ids=["two answers", "three answers", "four answers"])
def test_insider_who_knows_that_people_answered_unlike_numbers_leaves_an_item_step(own_step: int) -> None:
    """Five people of whom each has two, three or four answers; every mixture, every colleague."""
    rows = rows_of(5, 0, TWELFTH)
    for others in combinations_with_replacement((6, 4, 3), 3):
        sums = reachable(others)
        for colleague in (6, 4, 3):
            for own in range(0, 49, own_step):
                scores = _scores_by_row(rows, sums, colleague, own)
                assert all((max(one) - min(one)) * TWELFTH >= ITEM_STEP for one in scores.values())


def _scores_by_row(rows: Sequence[Row], sums: set[int], step: int, own: int) -> Mapping[Row, set[int]]:
    found: dict[Row, set[int]] = {}
    for score in range(0, 49, step):
        for row in {rows[own + score + total] for total in sums}:
            found.setdefault(row, set()).add(score)
    return found
