"""The rule of change: a truth table by number of questions, and what holds of any two scores."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.instrument.definition import Answer, Form
from readiness.scoring.bands import band
from readiness.scoring.change import NOISE, Change, change, difference, steps_needed
from readiness.scoring.score import ScaleScore, ScoreStatus, score
from tests.readiness.scoring.strategies import INSTRUMENT, raised

OPPOSITE = {Change.HIGHER: Change.LOWER, Change.LOWER: Change.HIGHER}


def scale(points: float | None, n_valid: int = 4, n_items: int | None = None) -> ScaleScore:
    n_items = n_valid if n_items is None else n_items
    status = ScoreStatus.NOT_SCORED if points is None else ScoreStatus.SCORED
    return ScaleScore("intake", points, status, band(points), n_items, n_items, n_valid, 0, 0, n_items - n_valid)


@st.composite
def scales(draw: st.DrawFn) -> ScaleScore:
    """A score of any topic: complete or not, or none at all."""
    n_items = draw(st.integers(2, 8))
    n_valid = draw(st.integers(0, n_items))
    sums = st.integers(0, 4 * n_valid).map(lambda steps: steps * 25 / n_valid)
    return scale(draw(sums) if n_valid >= 2 else None, n_valid, n_items)


def test_noise_is_the_number_of_the_document() -> None:
    assert pytest.approx(1200.5, abs=1e-9) == NOISE


@pytest.mark.parametrize(
    ("n_questions", "steps"), [(1, 2), (2, 2), (3, 3), (4, 3), (5, 4), (6, 4), (7, 4), (8, 4), (9, 5), (47, 10)]
)
def test_steps_that_count_by_number_of_questions(n_questions: int, steps: int) -> None:
    """Worked by hand: the square of the steps is at least 1.9208 for each question."""
    enough, short = (
        change(scale(0, n_questions), scale(sum_ * 25 / n_questions, n_questions)) for sum_ in (steps, steps - 1)
    )

    assert steps_needed(n_questions) == steps
    assert (enough, short) == (Change.HIGHER, Change.NO_CLEAR_CHANGE)


def test_no_question_has_no_steps() -> None:
    with pytest.raises(ValueError, match="at least one"):
        steps_needed(0)


SCORE = scale(50)


@pytest.mark.parametrize(
    ("before", "after", "is_same", "expected"),
    [
        pytest.param(SCORE, scale(100), True, Change.HIGHER, id="higher"),
        pytest.param(SCORE, scale(0), True, Change.LOWER, id="lower"),
        pytest.param(SCORE, SCORE, True, Change.NO_CLEAR_CHANGE, id="equal"),
        pytest.param(SCORE, scale(100), False, Change.NOT_COMPARED, id="other-questions"),
        pytest.param(None, scale(100), True, Change.NOT_COMPARED, id="no-earlier-topic"),
        pytest.param(SCORE, None, True, Change.NOT_COMPARED, id="no-later-topic"),
        pytest.param(scale(None), scale(100), True, Change.NOT_COMPARED, id="no-earlier-score"),
        pytest.param(SCORE, scale(None), True, Change.NOT_COMPARED, id="no-later-score"),
        pytest.param(scale(0, 2, 4), scale(100), True, Change.HIGHER, id="half-answered"),
        pytest.param(scale(0, 2, 5), scale(100), True, Change.NOT_COMPARED, id="earlier-under-half"),
        pytest.param(scale(0), scale(100, 2, 5), True, Change.NOT_COMPARED, id="later-under-half"),
        pytest.param(scale(50, 4), scale(75, 2, 4), True, Change.HIGHER, id="just-enough-for-two"),
        pytest.param(scale(50, 2, 4), scale(70, 4), True, Change.NO_CLEAR_CHANGE, id="smaller-number-counts"),
    ],
)
def test_what_is_said_of_two_scores(
    before: ScaleScore | None, after: ScaleScore | None, is_same: bool, expected: Change
) -> None:
    assert change(before, after, is_same=is_same) is expected


@given(scales(), scales(), st.booleans())
def test_looking_back_turns_the_change_round(one: ScaleScore, other: ScaleScore, is_same: bool) -> None:
    there, back = change(one, other, is_same=is_same), change(other, one, is_same=is_same)

    assert back is OPPOSITE.get(there, there)
    assert (there is Change.NOT_COMPARED) == (difference(one, other, is_same=is_same) is None)


@given(scales(), scales(), st.floats(0, 100))
def test_a_larger_difference_never_says_less(before: ScaleScore, after: ScaleScore, more: float) -> None:
    further = after if after.score is None else replace(after, score=max(after.score, more))

    if change(before, after) is Change.HIGHER:
        assert change(before, further) is Change.HIGHER
    if change(before, further) is Change.LOWER:
        assert change(before, after) is Change.LOWER


@given(scales(), scales(), st.data())
def test_fewer_answers_never_make_it_a_change(before: ScaleScore, after: ScaleScore, data: st.DataObject) -> None:
    fewer = replace(after, n_valid=data.draw(st.integers(0, after.n_valid)))

    if change(before, after) not in OPPOSITE:
        assert change(before, fewer) not in OPPOSITE


@given(raised(st.fixed_dictionaries({item.key: st.integers(1, 5) for item in INSTRUMENT.items_of(Form.MANAGER)})))
def test_one_step_on_one_question_is_never_news(pair: tuple[dict[str, Answer], dict[str, Answer]]) -> None:
    low, high = pair
    (key,) = {key for key in low if low[key] != high[key]}
    step = low | {key: int(low[key] or 0) + 1}
    topics = zip(*(score(INSTRUMENT, Form.MANAGER, answers).domains for answers in (low, step)), strict=True)

    assert {change(before, after) for before, after in topics} == {Change.NO_CLEAR_CHANGE}
