"""The spread of several clinics' scores: cases worked by hand, and quartiles beside those of the standard library."""

from __future__ import annotations

from collections import Counter
from math import inf, nan
from statistics import quantiles
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.scoring.bands import Band
from readiness.scoring.spread import MIN_FOR_QUARTILES, Spread, spread

scores = st.one_of(st.sampled_from([0.0, 25.0, 100 / 3, 49.99, 50.0, 62.5, 75.0, 100.0]), st.floats(0, 100))
counted = st.dictionaries(scores, st.integers(1, 40), max_size=30)
enough = counted.filter(lambda counts: sum(counts.values()) >= MIN_FOR_QUARTILES)


def expanded(counts: dict[float, int]) -> list[float]:
    return sorted(score for score, n_clinics in counts.items() for _ in range(n_clinics))


def quartiles(one: Spread) -> tuple[Any, Any, Any]:
    return one.low_quartile, one.median, one.high_quartile


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param({}, (None, None, None), id="no clinic"),
        pytest.param({50: 4}, (None, None, None), id="four are too few"),
        pytest.param({50: 5}, (50, 50, 50), id="five that agree"),
        pytest.param({0: 1, 25: 1, 50: 1, 75: 1, 100: 1}, (25, 50, 75), id="five apart: each place is a score"),
        pytest.param({0: 1, 20: 1, 40: 1, 60: 1, 80: 1, 100: 1}, (25, 50, 75), id="six: a quarter, a half, three"),
        pytest.param({10: 1, 20: 1, 40: 1, 60: 1, 80: 1, 100: 1, 90: 1}, (30, 60, 85), id="seven: halfway"),
        pytest.param({0: 2, 100: 6}, (75, 100, 100), id="eight: between the second 0 and the first 100"),
        pytest.param({0: 4, 100: 4}, (0, 50, 100), id="two camps: a median where nobody is"),
        pytest.param({0: 9999, 100: 1}, (0, 0, 0), id="ten thousand, one apart"),
    ],
)
def test_quartiles(counts: dict[float, int], expected: tuple[float | None, ...]) -> None:
    assert quartiles(spread(counts)) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param({}, [0, 0, 0], id="no clinic"),
        pytest.param({0: 1, 49.999: 2, 50: 3, 74.999: 4, 75: 5, 100: 6}, [3, 7, 11], id="a boundary belongs above"),
        pytest.param({60: 2}, [0, 2, 0], id="also where quartiles are not said"),
    ],
)
def test_bands(counts: dict[float, int], expected: list[int]) -> None:
    one = spread(counts)

    assert list(one.n_by_band) == list(Band)
    assert list(one.n_by_band.values()) == expected
    assert one.n == sum(expected)


def test_counts_are_the_lowest_score_first() -> None:
    assert spread({75.0: 2, 12.5: 1, 50.0: 3}).counts == ((12.5, 1), (50.0, 3), (75.0, 2))


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        pytest.param({-0.1: 1}, "-0.1: a score lies", id="under 0"),
        pytest.param({100.1: 1}, "100.1: a score lies", id="over 100"),
        pytest.param({nan: 1}, "nan: a score lies", id="no number"),
        pytest.param({inf: 1}, "inf: a score lies", id="no end"),
        pytest.param({50.0: 0}, "0 clinics with 50.0", id="nobody has it"),
        pytest.param({50.0: -3}, "-3 clinics with 50.0", id="fewer than nobody"),
    ],
)
def test_refused(counts: dict[float, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        spread({62.5: 20} | counts)


@given(enough)
def test_quartiles_are_those_of_the_standard_library(counts: dict[float, int]) -> None:
    assert quartiles(spread(counts)) == pytest.approx(
        tuple(quantiles(expanded(counts), n=4, method="inclusive")), abs=1e-9
    )


@given(counted)
def test_numbers_of_clinics_add_up(counts: dict[float, int]) -> None:
    one = spread(counts)

    assert one.n == sum(one.n_by_band.values()) == len(expanded(counts))
    assert [score for score, n_clinics in one.counts for _ in range(n_clinics)] == expanded(counts)
    assert (one.median is None) == (one.n < MIN_FOR_QUARTILES)


@given(enough)
def test_quartiles_stand_in_order_within_the_scores(counts: dict[float, int]) -> None:
    low, median, high = quartiles(spread(counts))

    assert min(counts) <= low <= median <= high <= max(counts)


@given(enough, st.data())
def test_a_higher_score_never_lowers_a_quartile(counts: dict[float, int], data: st.DataObject) -> None:
    before = data.draw(st.sampled_from(sorted(counts)))
    after = data.draw(st.floats(before, 100))
    raised = Counter(counts)
    raised[before] -= 1
    raised[after] += 1

    old, new = quartiles(spread(counts)), quartiles(spread(+raised))

    assert all(lower <= higher + 1e-9 for lower, higher in zip(old, new, strict=True))


@given(counted, st.randoms(use_true_random=False))
def test_order_is_irrelevant(counts: dict[float, int], random) -> None:
    shuffled = list(counts.items())
    random.shuffle(shuffled)

    assert spread(dict(shuffled)) == spread(counts)
