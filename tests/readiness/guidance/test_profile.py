"""The private profile: eight tasks, the two lowest with their tips, and nothing that judges or compares."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

import pytest
from hypothesis import given

from readiness.guidance.definition import TipKind
from readiness.guidance.loading import load
from readiness.guidance.profile import Profile, profile
from readiness.instrument.definition import Answer, Form, NonAnswer
from readiness.scoring.score import OutOfScaleError, WrongFormError
from tests.readiness.scoring.strategies import INSTRUMENT, filled

DK, NA = NonAnswer.DONT_KNOW, NonAnswer.NOT_APPLICABLE
GUIDANCE = load(INSTRUMENT)
TASKS = tuple(item.key for item in INSTRUMENT.items_of(Form.THERAPIST, "confidence"))
RISK = "confidence-risk"


def of(*answers: object) -> Profile:
    """Give the profile of answers to the eight tasks, in form order."""
    return profile(INSTRUMENT, GUIDANCE, dict(zip(TASKS, answers, strict=False)))


def lowest(*answers: object) -> list[str]:
    return [focus.task.item.removeprefix("confidence-") for focus in of(*answers).lowest]


def test_profile_lists_the_eight_tasks_with_what_was_answered() -> None:
    made = of(0, 10, DK, NA, None, 7)

    assert [(task.item.removeprefix("confidence-"), task.answer) for task in made.tasks] == [
        ("feedback", 0),
        ("tone", 10),
        ("time", DK),
        ("adjusting", NA),
        ("offering", None),
        ("suitability", 7),
        ("risk", None),
        ("platform", None),
    ]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param((9, 8, 3, 8, 9, 8, 2, 9), ["risk", "time"], id="lowest first"),
        pytest.param((5, 5, 5, 5, 5, 5, 5, 5), ["feedback", "tone"], id="all the same: form order"),
        pytest.param((9, 4, 9, 4, 9, 4, 9, 9), ["tone", "adjusting"], id="three the same: form order"),
        pytest.param((9, 6, 9, 6, 9, 9, 9, 1), ["platform", "tone"], id="a tie for the second"),
        pytest.param((0, DK, NA, None, 10, 10, 10, 10), ["feedback", "offering"], id="no figure is not low"),
        pytest.param((DK, DK, DK, DK, DK, DK, DK, 3), ["platform"], id="one figure"),
        pytest.param((DK, NA, None), [], id="no figure"),
        pytest.param((), [], id="nothing answered"),
    ],
)
def test_lowest_two(answers: tuple[object, ...], expected: list[str]) -> None:
    assert lowest(*answers) == expected


@pytest.mark.parametrize(
    ("answers", "is_steady"),
    [
        pytest.param((8, 8, 9, 9, 9, 9, 9, 9), True, id="both lowest 8"),
        pytest.param((7, 8, 9, 9, 9, 9, 9, 9), False, id="one of them 7"),
        pytest.param((10,) * 8, True, id="all 10"),
        pytest.param((10, 9), True, id="two answered"),
        pytest.param((10,), False, id="one answered: not both"),
        pytest.param((), False, id="nothing answered"),
    ],
)
def test_steady(answers: tuple[object, ...], is_steady: bool) -> None:
    assert of(*answers).steady == (GUIDANCE.profile.steady if is_steady else "")


def test_each_low_task_has_its_own_tips() -> None:
    made = of(2, 9, 9, 1, 9, 9, 9, 9)

    assert [[tip.key for tip in focus.tips] for focus in made.lowest] == [
        ["adjusting-practice", "adjusting-supervision"],
        ["feedback-practice", "feedback-supervision", "feedback-training"],
    ]


@pytest.mark.parametrize("answer", [0, 10, DK, NA, None])
def test_the_clinic_s_procedure_stands_beside_risk_whatever_was_answered(answer: Answer) -> None:
    made = profile(INSTRUMENT, GUIDANCE, {RISK: answer})

    assert {task.item: task.safety for task in made.tasks if task.safety} == {RISK: GUIDANCE.profile.safety}


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_two_or_three_tips_of_different_kinds(task: str) -> None:
    kinds = Counter(tip.kind for tip in GUIDANCE.tips if tip.item == task)

    assert 2 <= kinds.total() <= 3
    assert set(kinds.values()) == {1}
    assert set(kinds) >= {TipKind.PRACTICE, TipKind.SUPERVISION}


@given(filled(Form.THERAPIST))
def test_only_own_confidence_counts(answers: dict[str, Answer]) -> None:
    """The whole form may be handed in; the work items leave no trace in the profile."""
    own = {key: answers[key] for key in TASKS}

    assert profile(INSTRUMENT, GUIDANCE, answers) == profile(INSTRUMENT, GUIDANCE, own)


@given(filled(Form.THERAPIST))
def test_no_task_is_lower_than_the_lowest(answers: dict[str, Answer]) -> None:
    made = profile(INSTRUMENT, GUIDANCE, answers)
    figures = sorted(task.answer for task in made.tasks if isinstance(task.answer, int))

    assert [focus.task.answer for focus in made.lowest] == figures[:2]
    assert all(2 <= len(focus.tips) <= 3 for focus in made.lowest)


def test_a_profile_has_no_total_and_no_comparison() -> None:
    assert [field.name for field in fields(Profile)] == ["tasks", "lowest", "steady"]


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        pytest.param({"confidence-tone": 11}, OutOfScaleError, id="above the scale"),
        pytest.param({"named-lead": 3}, WrongFormError, id="of the manager form"),
    ],
)
def test_profile_refuses_what_is_no_answer(answers: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        profile(INSTRUMENT, GUIDANCE, answers)
