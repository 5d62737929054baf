"""Flags from one assessment to the next: what is new, has closed or stays, and that silence is no improvement."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.guidance.flags import Flag, Level, raise_flags
from readiness.guidance.over_time import Closed, Shift, Stayed, compare_flags, is_one_step, why_closed
from readiness.instrument.definition import Answer, Context, Form, NonAnswer, Route, Stage
from readiness.scoring.compare import TeamFigure, TeamSource
from readiness.scoring.score import AnswerError, score
from tests.readiness.scoring.strategies import INSTRUMENT, contexts, filled

DK, NA = NonAnswer.DONT_KNOW, NonAnswer.NOT_APPLICABLE
RED, AMBER = Level.RED, Level.AMBER
GP, GP_AND_SELF = (Context(routes=frozenset(routes)) for routes in ({Route.GP}, {Route.GP, Route.SELF}))
WITH_PAYER = Context(routes=frozenset({Route.GP, Route.PAYER}))
PRACTICE = [item.key for item in INSTRUMENT.items_of(Form.MANAGER, "practice")]


def flag(key: str, level: Level = RED, domain: str = "intake") -> Flag:
    return Flag(key, level, domain, ())


def practice(*answers: Answer) -> dict[str, Answer]:
    return dict(zip(PRACTICE, answers, strict=True))


def flags_for(answers: dict[str, Answer], clinic: Context, team: dict[str, TeamFigure] | None = None) -> list[Flag]:
    return [*raise_flags(INSTRUMENT, answers, score(INSTRUMENT, Form.MANAGER, answers, clinic), clinic, team)]


def test_flags_are_new_or_closed_or_have_stayed_by_key_and_topic() -> None:
    kept, eased, grown = flag("a"), flag("b"), flag("c", AMBER)
    weak_here, weak_there = flag("weak-domain", AMBER, "skills"), flag("weak-domain", AMBER, "funding")

    changes = compare_flags(
        [kept, eased, grown, weak_here, flag("d")], [flag("e"), flag("c"), weak_there, kept, flag("b", AMBER)]
    )

    assert changes.new == (flag("e"), weak_there)
    assert changes.closed == (weak_here, flag("d"))
    assert changes.stayed == (Stayed(grown, flag("c")), Stayed(kept, kept), Stayed(eased, flag("b", AMBER)))
    assert [one.shift for one in changes.stayed] == [Shift.GROWN, Shift.SAME, Shift.EASED]


@pytest.mark.parametrize(
    ("key", "before", "after", "contexts", "expected"),
    [
        pytest.param("critical-evidence", {"evidence": 2}, {"evidence": 4}, (GP, GP), "improved", id="raised"),
        pytest.param("critical-evidence", {"evidence": DK}, {"evidence": 5}, (GP, GP), "improved", id="found-out"),
        pytest.param("critical-evidence", {"evidence": 2}, {}, (GP, GP), "not-answered", id="blank-now"),
        pytest.param("critical-evidence", {"evidence": DK}, {}, (GP, GP), "not-answered", id="not-known-then-blank"),
        pytest.param(
            "critical-evidence", {"evidence": 1}, {"evidence": NA}, (GP, GP), "not-asked", id="does-not-apply"
        ),
        pytest.param(
            "critical-risk-procedure", {"risk-procedure": NA}, {}, (GP, GP), "not-answered", id="safety-blank"
        ),
        pytest.param(
            "missing-funding",
            {"reimbursement": 1, "long-term-funding": 2},
            {"reimbursement": 5},
            (GP, GP),
            "not-answered",
            id="one-raised-the-other-blank",
        ),
        pytest.param(
            "missing-funding",
            {"reimbursement": 1, "long-term-funding": 4},
            {"reimbursement": 4},
            (GP, GP),
            "improved",
            id="the-blank-one-was-not-its-cause",
        ),
        pytest.param(
            "scepticism",
            {"gp-acceptance": 1, "colleague-acceptance": 1},
            {"colleague-acceptance": 5},
            (GP, Context(routes=frozenset())),
            "not-asked",
            id="route-closed",
        ),
        pytest.param(
            "scepticism",
            {"gp-acceptance": 1, "colleague-acceptance": 1},
            {"gp-acceptance": DK, "colleague-acceptance": NA},
            (GP, GP),
            "not-answered",
            id="silence-comes-before-not-asked",
        ),
        pytest.param(
            "low-patient-inflow",
            {"intake": 5, "gp-referral": 1, "self-referral": 1},
            {"intake": 5, "gp-referral": 1, "self-referral": DK},
            (GP_AND_SELF, GP_AND_SELF),
            "not-answered",
            id="one-way-in-not-known",
        ),
        pytest.param(
            "low-patient-inflow",
            {"intake": 5, "gp-referral": 5, "self-referral": 1},
            {"intake": 5, "gp-referral": 5},
            (GP_AND_SELF, GP),
            "not-asked",
            id="the-low-way-in-closed",
        ),
        pytest.param(
            "low-patient-inflow",
            {"intake": 5, "gp-referral": 1},
            {"intake": 5, "gp-referral": 1},
            (GP, WITH_PAYER),
            "not-answered",
            id="another-way-in-of-which-nothing-is-asked",
        ),
        pytest.param(
            "low-gp-referral",
            {"gp-referral": 3},
            {"gp-referral": 4},
            (GP, WITH_PAYER),
            "improved",
            id="in-another-context",
        ),
        pytest.param(
            "weak-domain", practice(5, 1, 1, 1, 1), practice(5, 4, 4, 4, 4), (GP, GP), "improved", id="topic-up"
        ),
        pytest.param(
            "weak-domain",
            practice(5, 1, 1, 1, 1),
            practice(5, None, DK, 1, 5),
            (GP, GP),
            "not-answered",
            id="low-ones-blank",
        ),
        pytest.param(
            "weak-domain",
            practice(5, 1, 1, 1, 1),
            practice(5, NA, NA, NA, 4),
            (GP, GP),
            "not-asked",
            id="low-ones-do-not-apply",
        ),
        pytest.param(
            "weak-domain",
            practice(5, 1, 1, 1, 1),
            practice(2, 1, 1, 1, 1),
            (GP, GP),
            "gave-way",
            id="another-flag-says-more",
        ),
    ],
)
def test_why_a_flag_has_closed(
    key: str, before: dict[str, Answer], after: dict[str, Answer], contexts: tuple[Context, Context], expected: str
) -> None:
    (closed,) = (one for one in flags_for(before, contexts[0]) if one.key == key)

    reason = why_closed(closed, before, after, contexts[1], INSTRUMENT, context_before=contexts[0])

    assert reason == expected


FIGURES = {
    "confidence": TeamFigure("confidence", 70, 70, TeamSource.RELEASED),
    "practice": TeamFigure("practice", 55, 55, TeamSource.RELEASED),
}
AT_LEAST_75, AT_LEAST_85 = ({"practice": TeamFigure("practice", bound, 100, TeamSource.RELEASED)} for bound in (75, 85))


@pytest.mark.parametrize(
    ("closed", "team", "after", "expected"),
    [
        pytest.param(flag("low-therapist-confidence", AMBER, "confidence"), FIGURES, {}, "improved", id="confident"),
        pytest.param(flag("low-therapist-confidence", AMBER, "confidence"), {}, {}, "not-answered", id="no-figure"),
        pytest.param(flag("role-gap", AMBER, "practice"), FIGURES, practice(4, 3, 3, 3, 3), "improved", id="closer"),
        pytest.param(
            flag("role-gap", AMBER, "practice"), {}, practice(4, 3, 3, 3, 3), "not-answered", id="team-not-heard"
        ),
        pytest.param(flag("role-gap", AMBER, "practice"), FIGURES, {}, "not-answered", id="clinic-without-a-score"),
        pytest.param(
            flag("role-gap", AMBER, "practice"), FIGURES, practice(5, 3, 2, None, None), "not-answered", id="half-said"
        ),
        pytest.param(
            flag("role-gap", AMBER, "practice"), AT_LEAST_75, practice(4, 4, 4, 4, 4), "not-answered", id="wide-range"
        ),
        pytest.param(
            flag("role-gap", AMBER, "practice"), AT_LEAST_85, practice(4, 5, 5, 5, 5), "improved", id="narrow-range"
        ),
    ],
)
def test_why_a_flag_about_the_team_has_closed(
    closed: Flag, team: dict[str, TeamFigure], after: dict[str, Answer], expected: str
) -> None:
    before = practice(5, 5, 5, 5, 5)

    assert why_closed(closed, before, after, None, INSTRUMENT, context_before=None, team_after=team) == expected


BANDS = st.sampled_from([(0, 25), (0, 15), (75, 100), (85, 100), (95, 100)])
RANGES = BANDS | st.integers(0, 20).map(lambda step: (5 * step, 5 * step))


@given(RANGES, st.tuples(*[st.sampled_from([*range(1, 6), None])] * 5), st.data())
def test_a_gap_has_closed_only_if_no_value_in_the_band_has_it(
    ends: tuple[int, int], answers: tuple[Answer, ...], data: st.DataObject
) -> None:
    """With managers at 75, a team that says "at least 75" may be at 100: that the gap is gone cannot be told."""
    gap, after, hidden = flag("role-gap", AMBER, "practice"), practice(*answers), data.draw(st.integers(*ends))
    told, true = ({"practice": TeamFigure("practice", *pair, TeamSource.RELEASED)} for pair in (ends, (hidden, hidden)))
    if any(one.key == "role-gap" for one in flags_for(after, GP, told)):
        return
    reason = why_closed(gap, practice(5, 5, 5, 5, 5), after, GP, INSTRUMENT, context_before=GP, team_after=told)

    assert reason in (Closed.IMPROVED, Closed.NOT_ANSWERED)
    if reason is Closed.IMPROVED:
        assert "role-gap" not in {one.key for one in flags_for(after, GP, true)}


def test_a_flag_that_the_later_version_cannot_raise_is_not_asked() -> None:
    for gone in (
        flag("critical-gone"),
        flag("critical-evidence", RED, "gone"),
        flag("weak-domain", AMBER, "confidence"),
    ):
        assert why_closed(gone, {}, {}, None, INSTRUMENT, context_before=None) is Closed.NOT_ASKED


def test_a_flag_that_is_still_raised_has_not_closed() -> None:
    (raised,) = (one for one in flags_for({"evidence": 1}, GP) if one.key == "critical-evidence")

    with pytest.raises(ValueError, match="still raised"):
        why_closed(raised, {"evidence": 1}, {"evidence": DK}, GP, INSTRUMENT, context_before=GP)
    with pytest.raises(AnswerError):
        why_closed(raised, {"evidence": 1}, {"evidence": 9}, GP, INSTRUMENT, context_before=GP)


@settings(max_examples=40)
@given(filled(Form.MANAGER), filled(Form.MANAGER), contexts, contexts)
def test_only_a_better_answer_improves(
    before: dict[str, Answer], after: dict[str, Answer], earlier: Context, later: Context
) -> None:
    """A flag has improved only where some question is answered higher now, or for the first time."""
    later = later.model_copy(update={"stage": Stage.RUNNING})
    closed = compare_flags(flags_for(before, earlier), flags_for(after, later)).closed
    reasons = {one: why_closed(one, before, after, later, INSTRUMENT, context_before=earlier) for one in closed}

    for one, reason in reasons.items():
        topic = [item.key for item in INSTRUMENT.items_of(Form.MANAGER, one.domain)]
        higher = [key for key in topic if isinstance(after[key], int) and _rank(after[key]) > _rank(before[key])]
        assert reason is not Closed.IMPROVED or higher
        assert reason is not Closed.GAVE_WAY or one.key == "weak-domain"


@settings(max_examples=40)
@given(filled(Form.MANAGER), contexts, st.data())
def test_leaving_out_answers_never_improves(before: dict[str, Answer], clinic: Context, data: st.DataObject) -> None:
    """Whatever is blank, not known or "does not apply" the second time: nothing that closes by it is praised."""
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(before)), st.sampled_from([None, DK, NA])))
    after = before | changed
    closed = compare_flags(flags_for(before, clinic), flags_for(after, clinic)).closed

    for one in closed:
        assert why_closed(one, before, after, clinic, INSTRUMENT, context_before=clinic) is not Closed.IMPROVED


EVIDENCE, WEAK = flag("critical-evidence", RED, "evidence"), flag("weak-domain", AMBER, "practice")
FUNDING, GP_FLAG = flag("missing-funding", AMBER, "funding"), flag("low-gp-referral")


@pytest.mark.parametrize(
    ("moved", "before", "after", "is_better", "expected"),
    [
        pytest.param(EVIDENCE, {"evidence": 3}, {"evidence": 4}, True, True, id="a-step-up"),
        pytest.param(EVIDENCE, {"evidence": 4}, {"evidence": 3}, False, True, id="a-step-down"),
        pytest.param(EVIDENCE, {"evidence": 4}, {"evidence": 3}, True, False, id="the-other-way"),
        pytest.param(EVIDENCE, {"evidence": 2}, {"evidence": 4}, True, False, id="two-steps"),
        pytest.param(EVIDENCE, {"evidence": DK}, {"evidence": 4}, True, False, id="found-out"),
        pytest.param(EVIDENCE, {"evidence": 3}, {}, True, False, id="blank-now"),
        pytest.param(EVIDENCE, {"evidence": 3}, {"evidence": 3}, True, False, id="another-stage"),
        pytest.param(EVIDENCE, {"evidence": 3, "intake": 1}, {"evidence": 4, "intake": 5}, True, True, id="beside-it"),
        pytest.param(FUNDING, {"reimbursement": 2}, {"reimbursement": 3}, True, True, id="one-of-two"),
        pytest.param(
            FUNDING,
            {"reimbursement": 3, "long-term-funding": 3},
            {"reimbursement": 4, "long-term-funding": 4},
            True,
            False,
            id="two-questions",
        ),
        pytest.param(
            GP_FLAG,
            {"gp-referral": 2, "self-referral": 3},
            {"gp-referral": 2, "self-referral": 4},
            True,
            True,
            id="a-question-that-is-no-cause",
        ),
        pytest.param(WEAK, practice(1, 2, 2, 2, 3), practice(1, 2, 2, 2, 4), True, True, id="any-of-the-topic"),
        pytest.param(WEAK, practice(1, 2, 2, 2, 3), practice(1, 2, 2, 3, 4), True, False, id="two-of-the-topic"),
        pytest.param(
            flag("role-gap", AMBER, "practice"),
            practice(1, 1, 1, 1, 1),
            practice(1, 1, 1, 1, 2),
            True,
            False,
            id="the-team",
        ),
    ],
)
def test_when_a_flag_moves_by_one_step_on_one_question(
    moved: Flag, before: dict[str, Answer], after: dict[str, Answer], is_better: bool, expected: bool
) -> None:
    items = {"critical-evidence": ("evidence",), "missing-funding": ("reimbursement", "long-term-funding")}
    items |= {"low-gp-referral": ("gp-referral",), "role-gap": tuple(PRACTICE)}
    behind = Flag(moved.key, moved.level, moved.domain, items.get(moved.key, ()))

    assert is_one_step(behind, before, after, INSTRUMENT, is_better=is_better) is expected


def _rank(answer: Answer) -> int:
    return answer if isinstance(answer, int) else 0
