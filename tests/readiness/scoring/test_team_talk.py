"""A team talk scored: worked cases, and what holds for every talk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.instrument.definition import Context, Form, Instrument, NonAnswer, Route
from readiness.scoring.bands import Band
from readiness.scoring.score import (
    InvalidAnswerError,
    OutOfScaleError,
    ScoreStatus,
    UnknownItemError,
    WrongFormError,
    score,
)
from readiness.scoring.team_talk import (
    MAX_REQUESTS,
    REQUESTS,
    TALK_NO_AGREEMENT,
    TalkScore,
    score_team_talk,
    talk_items,
)
from tests.readiness.scoring.strategies import INSTRUMENT, NON_ANSWERS, answers_to

NO, DK, NA = TALK_NO_AGREEMENT, NonAnswer.DONT_KNOW, NonAnswer.NOT_APPLICABLE
ITEMS = talk_items(INSTRUMENT)
PRACTICE = ("workload", "planned-time", "time-norm", "peer-supervision", "mixed-roles")

talks = st.fixed_dictionaries({item.key: st.one_of(answers_to(item.key), st.just(NO)) for item in ITEMS})


def practice(*answers: object) -> TalkScore:
    scored = score_team_talk(INSTRUMENT, dict(zip(PRACTICE, answers, strict=False)))
    return next(one for one in scored if one.scale.key == "practice")


def test_a_talk_asks_the_twenty_one_work_items() -> None:
    assert len(ITEMS) == 21
    assert {item.domain for item in ITEMS} == {"programme", "intake", "skills", "practice", "leadership", "acceptance"}
    assert [one.scale.key for one in score_team_talk(INSTRUMENT, {})] == list(dict.fromkeys(i.domain for i in ITEMS))


@pytest.mark.parametrize(
    ("answers", "expected", "status", "band"),
    [
        pytest.param((3, 3, 3, 3, 3), 50, ScoreStatus.SCORED, Band.PARTLY, id="all agreed"),
        pytest.param((5, 5, 5, 4, NO), 93.75, ScoreStatus.SCORED, Band.IN_PLACE, id="one not agreed"),
        pytest.param((1, 2, 3, NO, NO), 25, ScoreStatus.PROVISIONAL, Band.NOT_YET, id="two not agreed"),
        pytest.param((5, 5, NO, NO, NO), None, ScoreStatus.NOT_SCORED, None, id="three not agreed"),
        pytest.param((5, 4, NO, NA, NA), 87.5, ScoreStatus.PROVISIONAL, Band.IN_PLACE, id="two do not apply"),
        pytest.param((NO, NO, NO, NO, NO), None, ScoreStatus.NOT_SCORED, None, id="nothing agreed"),
    ],
)
def test_not_agreeing_is_missing(
    answers: tuple[object, ...], expected: float | None, status: ScoreStatus, band: Band | None
) -> None:
    scale = practice(*answers).scale

    assert (scale.score, scale.status, scale.band) == (expected, status, band)


def test_the_table_of_the_document() -> None:
    document = (Path(__file__).parents[3] / "docs" / "scoring.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([1-5](?:, \w+){4}) \| (\S+) \| (\w+) \|$", document, re.MULTILINE)
    assert len(rows) == 3

    for answers, expected, status in rows:
        given = [int(answer) if answer.isdigit() else answer for answer in answers.split(", ")]
        scale = practice(*given).scale
        assert (scale.score, scale.status) == (None if expected == "-" else float(expected), status)


def test_not_agreeing_is_counted_apart() -> None:
    one = practice(5, NO, DK, NA, None)

    assert one.n_no_agreement == 1
    assert (one.scale.n_valid, one.scale.n_dont_know, one.scale.n_not_applicable, one.scale.n_blank) == (1, 1, 1, 1)
    assert (one.scale.n_items, one.scale.n_applicable) == (5, 4)


def test_an_item_of_a_route_not_in_use_cannot_be_disagreed_on() -> None:
    routed = INSTRUMENT.item["workload"].model_copy(update={"route": Route.GP})
    items = tuple(routed if item.key == "workload" else item for item in INSTRUMENT.items)
    instrument = Instrument.model_validate(INSTRUMENT.model_dump() | {"items": items})

    scored = score_team_talk(instrument, {"workload": NO}, Context(routes=frozenset({Route.SELF})))

    (one,) = [one for one in scored if one.scale.key == "practice"]
    assert (one.n_no_agreement, one.scale.n_not_applicable, one.scale.n_blank) == (0, 1, 4)


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        pytest.param({"confidence-risk": 5}, WrongFormError, id="own confidence"),
        pytest.param({"confidence-risk": NO}, WrongFormError, id="own confidence, not agreed"),
        pytest.param({"named-lead": 5}, WrongFormError, id="asked of managers"),
        pytest.param({"named-lead": NO}, WrongFormError, id="asked of managers, not agreed"),
        pytest.param({"weather": NO}, UnknownItemError, id="unknown"),
        pytest.param({"workload": 6}, OutOfScaleError, id="outside the scale"),
        pytest.param({"workload": "No agreement"}, InvalidAnswerError, id="another word"),
        pytest.param({"workload": True}, InvalidAnswerError, id="true"),
    ],
)
def test_what_is_no_answer_of_a_talk_is_refused(answers: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error, match=next(iter(answers))):
        score_team_talk(INSTRUMENT, answers)


@pytest.mark.parametrize("form", Form)
def test_every_other_form_refuses_not_agreeing(form: Form) -> None:
    with pytest.raises(InvalidAnswerError, match="workload"):
        score(INSTRUMENT, form, {"workload": NO})


@given(talks)
def test_counts_add_up(answers: dict[str, object]) -> None:
    for scale, n_no_agreement in ((one.scale, one.n_no_agreement) for one in score_team_talk(INSTRUMENT, answers)):
        assert scale.n_valid + scale.n_dont_know + scale.n_blank + n_no_agreement == scale.n_applicable
        assert scale.n_applicable + scale.n_not_applicable == scale.n_items
        assert scale.n_blank >= 0


@given(talks, st.sampled_from([answer for answer in NON_ANSWERS if answer is not NA]))
def test_a_talk_scores_as_if_not_agreeing_were_missing(answers: dict[str, object], missing: object) -> None:
    other = {key: missing if answer == NO else answer for key, answer in answers.items()}

    assert [(one.scale.score, one.scale.status) for one in score_team_talk(INSTRUMENT, answers)] == [
        (one.scale.score, one.scale.status) for one in score_team_talk(INSTRUMENT, other)
    ]


def test_a_team_may_ask_for_seven_things_and_choose_three() -> None:
    assert tuple(REQUESTS) == (
        "protected-time",
        "written-feedback-training",
        "supervision",
        "patient-profile",
        "technical-help",
        "step-up",
        "other",
    )
    assert MAX_REQUESTS == 3
