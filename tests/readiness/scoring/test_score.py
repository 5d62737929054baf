from __future__ import annotations

import pytest

from readiness.instrument.definition import Context, Form, NonAnswer, Route
from readiness.scoring.bands import Band
from readiness.scoring.score import (
    AnswerError,
    InvalidAnswerError,
    OutOfScaleError,
    ScaleScore,
    ScoreStatus,
    UnknownItemError,
    WrongFormError,
    answers_in_context,
    score,
)
from tests.readiness.scoring.strategies import INSTRUMENT

DK, NA = NonAnswer.DONT_KNOW, NonAnswer.NOT_APPLICABLE
FUNDING = ("reimbursement", "long-term-funding", "permanent-plan", "costs-known", "scale-up", "outcome-data")
WITHOUT_GPS = Context(routes=frozenset({Route.SELF}))


def funding(*answers: object) -> ScaleScore:
    return score(INSTRUMENT, Form.MANAGER, dict(zip(FUNDING, answers, strict=False))).domain("funding")


@pytest.mark.parametrize(
    ("answers", "status", "value"),
    [
        pytest.param((4, 4, 4, 4, 4, 4), ScoreStatus.SCORED, 75.0, id="all of six"),
        pytest.param((1, 1, 1, 2, 5, None), ScoreStatus.SCORED, 25.0, id="five of six"),
        pytest.param((1, 2, 3, 4, None, None), ScoreStatus.PROVISIONAL, 37.5, id="four of six is two thirds"),
        pytest.param((1, 2, 3, 4, None, NA), ScoreStatus.SCORED, 37.5, id="four of five applicable"),
        pytest.param((1, 2, 3, DK, NA, NA), ScoreStatus.SCORED, 25.0, id="three of four, exactly three quarters"),
        pytest.param((5, 5, 5, DK, None, None), ScoreStatus.PROVISIONAL, 100.0, id="exactly half"),
        pytest.param((5, 5, None, None, None, DK), ScoreStatus.NOT_SCORED, None, id="two of six"),
        pytest.param((5, 1, NA, NA, NA, NA), ScoreStatus.SCORED, 50.0, id="two of two applicable"),
        pytest.param((5, 1, NA, NA, DK, None), ScoreStatus.PROVISIONAL, 50.0, id="two of four applicable"),
        pytest.param((1, NA, NA, NA, NA, NA), ScoreStatus.NOT_SCORED, None, id="one of one is too few"),
        pytest.param((NA,) * 6, ScoreStatus.NOT_SCORED, None, id="nothing applies"),
        pytest.param((), ScoreStatus.NOT_SCORED, None, id="nothing answered"),
    ],
)
def test_score_status_and_value(answers: tuple[object, ...], status: ScoreStatus, value: float | None) -> None:
    scale = funding(*answers)

    assert (scale.status, scale.score) == (status, value)


def test_score_counts_every_kind_of_answer() -> None:
    scale = funding(3, 4, DK, DK, NA, None)

    assert (scale.n_items, scale.n_applicable, scale.n_valid) == (6, 5, 2)
    assert (scale.n_dont_know, scale.n_not_applicable, scale.n_blank) == (2, 1, 1)


def test_score_band_is_null_only_without_score() -> None:
    assert funding(1, 1, 1).band is Band.NOT_YET
    assert funding(1, 1).band is None


def test_score_confidence_is_ten_times_the_answer() -> None:
    answers = dict.fromkeys((i.key for i in INSTRUMENT.items_of(Form.THERAPIST, "confidence")), 7)

    assert score(INSTRUMENT, Form.THERAPIST, answers).domain("confidence").score == 70.0


@pytest.mark.parametrize(
    ("form", "domains", "takeaways"),
    [
        pytest.param(Form.MANAGER, 9, (1, 2, 3, 4, 5), id="manager"),
        pytest.param(Form.THERAPIST, 7, (2, 3, 4, 5), id="therapist, nothing on takeaway 1"),
    ],
)
def test_score_lists_only_what_the_form_asks(form: Form, domains: int, takeaways: tuple[int, ...]) -> None:
    scorecard = score(INSTRUMENT, form, {})

    assert len(scorecard.domains) == domains
    assert tuple(scale.key for scale in scorecard.takeaways) == takeaways
    assert sum(scale.n_items for scale in scorecard.cfir) == len(INSTRUMENT.items_of(form))


def test_score_domain_not_asked_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        score(INSTRUMENT, Form.MANAGER, {}).domain("confidence")


def test_score_ignores_stored_answers_of_a_route_not_in_use() -> None:
    answers = {"intake": 5, "visibility": 5, "patient-fit": 5, "gp-referral": 1, "gp-knowledge": 1}

    scale = score(INSTRUMENT, Form.MANAGER, answers, WITHOUT_GPS).domain("intake")

    assert (scale.score, scale.n_items, scale.n_applicable, scale.n_not_applicable) == (100.0, 6, 4, 2)


def test_answers_in_context_names_every_item_in_form_order() -> None:
    answers = {"gp-referral": 1, "intake": "dont_know"}

    cleaned = answers_in_context(INSTRUMENT, Form.MANAGER, answers, WITHOUT_GPS)

    assert list(cleaned) == [item.key for item in INSTRUMENT.items_of(Form.MANAGER)]
    assert (cleaned["gp-referral"], cleaned["intake"], cleaned["evidence"]) == (NA, DK, None)


@pytest.mark.parametrize(
    ("key", "answer", "error", "named"),
    [
        pytest.param("no-such-item", 3, UnknownItemError, "no-such-item", id="unknown item"),
        pytest.param("no\nsuch", 3, UnknownItemError, "no\\nsuch", id="line break in the key"),
        pytest.param("x" * 100_000, 3, UnknownItemError, "xxx", id="huge key"),
        pytest.param(7, 3, UnknownItemError, "7", id="key that is no text"),
        pytest.param("confidence-tone", 3, WrongFormError, "confidence-tone", id="item of the other form"),
        pytest.param("intake", 0, OutOfScaleError, "intake", id="under the scale"),
        pytest.param("intake", 6, OutOfScaleError, "intake", id="over the scale"),
        pytest.param("intake", 10**5000, OutOfScaleError, "intake", id="huge figure"),
        pytest.param("intake", True, InvalidAnswerError, "intake", id="true"),
        pytest.param("intake", 2.5, InvalidAnswerError, "intake", id="half a step"),
        pytest.param("intake", 3.0, InvalidAnswerError, "intake", id="a whole number as float"),
        pytest.param("intake", float("nan"), InvalidAnswerError, "intake", id="not a number"),
        pytest.param("intake", "3", InvalidAnswerError, "intake", id="a figure as text"),
        pytest.param("intake", "no_agreement", InvalidAnswerError, "intake", id="another word"),
        pytest.param("intake", "x" * 1_000_000, InvalidAnswerError, "intake", id="a megabyte of text"),
        pytest.param("intake", [3], InvalidAnswerError, "intake", id="a list"),
        pytest.param("gp-referral", 9, OutOfScaleError, "gp-referral", id="also where the route is not in use"),
    ],
)
def test_score_refuses(key: str, answer: object, error: type[AnswerError], named: str) -> None:
    with pytest.raises(error) as caught:
        score(INSTRUMENT, Form.MANAGER, {key: answer}, WITHOUT_GPS)

    message = str(caught.value)
    assert named in message
    assert "\n" not in message
    assert len(message) < 200
