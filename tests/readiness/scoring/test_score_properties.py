"""What docs/scoring.md guarantees of scores, tried on drawn forms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.instrument.definition import Answer, Context, Form, NonAnswer
from readiness.scoring.score import ScoreStatus, score
from tests.readiness.scoring.strategies import INSTRUMENT, contexts, filled, raised

both_forms = st.sampled_from(Form)


@given(both_forms.flatmap(lambda form: st.tuples(st.just(form), filled(form))), contexts)
def test_scores_stay_within_bounds_and_add_up(drawn: tuple[Form, dict[str, Answer]], clinic: Context) -> None:
    scorecard = score(INSTRUMENT, *drawn, clinic)

    for scale in (*scorecard.domains, *scorecard.takeaways, *scorecard.cfir):
        assert scale.score is None or 0 <= scale.score <= 100
        assert (scale.score is None) == (scale.status is ScoreStatus.NOT_SCORED) == (scale.band is None)
        assert scale.n_items == scale.n_valid + scale.n_dont_know + scale.n_not_applicable + scale.n_blank
        assert scale.n_applicable == scale.n_items - scale.n_not_applicable


@given(raised(filled(Form.MANAGER)), contexts)
def test_raising_one_answer_never_lowers_a_score(
    pair: tuple[dict[str, Answer], dict[str, Answer]], clinic: Context
) -> None:
    before, after = (score(INSTRUMENT, Form.MANAGER, answers, clinic) for answers in pair)

    for group in ("domains", "takeaways", "cfir"):
        for lower, higher in zip(getattr(before, group), getattr(after, group), strict=True):
            assert lower.status is higher.status
            assert lower.score is None or higher.score >= lower.score


@given(filled(Form.MANAGER), contexts, st.randoms(use_true_random=False))
def test_order_of_answers_is_irrelevant(answers: dict[str, Answer], clinic: Context, random) -> None:
    shuffled = list(answers.items())
    random.shuffle(shuffled)

    assert score(INSTRUMENT, Form.MANAGER, dict(shuffled), clinic) == score(INSTRUMENT, Form.MANAGER, answers, clinic)


@given(filled(Form.MANAGER), st.sampled_from(INSTRUMENT.items_of(Form.MANAGER)))
def test_not_applicable_never_counts(answers: dict[str, Answer], item) -> None:
    """An item that does not apply leaves the mean of the others as it is, and asks for no more answers."""
    blank, not_applicable = (
        score(INSTRUMENT, Form.MANAGER, answers | {item.key: answer}).domain(item.domain)
        for answer in (None, NonAnswer.NOT_APPLICABLE)
    )

    assert not_applicable.n_valid == blank.n_valid
    assert not_applicable.n_applicable == blank.n_applicable - 1
    if blank.score is not None:
        assert not_applicable.score == blank.score


@settings(max_examples=50)
@pytest.mark.parametrize("missing", [None, NonAnswer.DONT_KNOW], ids=["blank", "don't know"])
@given(answers=filled(Form.MANAGER), item=st.sampled_from(INSTRUMENT.items_of(Form.MANAGER)))
def test_missing_is_not_zero(answers: dict[str, Answer], item, missing: Answer) -> None:
    without = score(INSTRUMENT, Form.MANAGER, answers | {item.key: missing}).domain(item.domain)
    lowest = score(INSTRUMENT, Form.MANAGER, answers | {item.key: 1}).domain(item.domain)

    assert without.n_valid == lowest.n_valid - 1
    if without.score is not None and lowest.score is not None:
        assert lowest.score <= without.score
        assert (lowest.score == without.score) == (without.score == 0)


@given(filled(Form.MANAGER))
def test_a_missing_key_is_blank(answers: dict[str, Answer]) -> None:
    given_only = {key: answer for key, answer in answers.items() if answer is not None}

    assert score(INSTRUMENT, Form.MANAGER, given_only) == score(INSTRUMENT, Form.MANAGER, answers)
