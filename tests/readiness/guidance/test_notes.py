from __future__ import annotations

import pytest

from readiness.guidance.flags import raise_flags
from readiness.guidance.loading import load
from readiness.guidance.notes import clashes, find_out, holds_down, strengths
from readiness.instrument.definition import Context, Form, NonAnswer, Route, Stage
from readiness.scoring.compare import TeamFigure, TeamSource, shared_items
from readiness.scoring.score import RawAnswers, score
from tests.readiness.scoring.strategies import INSTRUMENT

DK, NA = NonAnswer.DONT_KNOW, NonAnswer.NOT_APPLICABLE
GUIDANCE = load(INSTRUMENT)
ONLY_SELF = Context(routes=frozenset({Route.SELF}))
PREPARING = Context(stage=Stage.PREPARING)
PILOT = Context(stage=Stage.PILOT)


def test_holds_down_critical_first_then_lowest_then_form_order() -> None:
    answers = {
        "reimbursement": 3,
        "long-term-funding": 2,
        "permanent-plan": 3,
        "costs-known": 1,
        "scale-up": 3,
        "outcome-data": 4,
    }

    assert holds_down(INSTRUMENT, answers, "funding") == (
        "long-term-funding",
        "reimbursement",
        "costs-known",
        "permanent-plan",
        "scale-up",
    )


def test_holds_down_nothing_below_in_place() -> None:
    assert holds_down(INSTRUMENT, {"reimbursement": 4, "long-term-funding": DK, "scale-up": NA}, "funding") == ()


def test_holds_down_leaves_out_a_route_not_in_use() -> None:
    assert holds_down(INSTRUMENT, {"gp-referral": 1, "visibility": 1}, "intake", ONLY_SELF) == ("visibility",)


def test_find_out_groups_by_who_would_know() -> None:
    answers = {"reimbursement": DK, "long-term-funding": DK, "costs-known": DK, "record-system": DK, "scale-up": NA}

    inquiries = find_out(INSTRUMENT, GUIDANCE, answers)

    assert [(inquiry.who, inquiry.items) for inquiry in inquiries] == [
        ("finance", ("long-term-funding", "costs-known")),
        ("it", ("record-system",)),
        ("payer", ("reimbursement",)),
    ]
    message = inquiries[0].message
    assert f"- {INSTRUMENT.item['costs-known'].wording[Form.MANAGER]}\n\n" in message
    assert message.endswith(GUIDANCE.inquiries[0].closing)


@pytest.mark.parametrize(
    ("answers", "clinic", "items"),
    [
        pytest.param({"reimbursement": NA}, PREPARING, ["reimbursement"], id="critical and too early"),
        pytest.param({"reimbursement": NA}, PILOT, [], id="critical, does not apply to a pilot"),
        pytest.param({"reimbursement": NA}, None, [], id="critical, does not apply to a running service"),
        pytest.param({"risk-procedure": NA}, PREPARING, ["risk-procedure"], id="safety and too early"),
        pytest.param({"risk-procedure": NA}, None, ["risk-procedure"], id="safety is always asked"),
        pytest.param({"visibility": NA}, PREPARING, [], id="too early, but not critical"),
        pytest.param({"gp-referral": DK}, None, ["gp-referral"], id="not known"),
        pytest.param({"gp-referral": DK}, ONLY_SELF, [], id="route not in use"),
        pytest.param({"intake": 1}, None, [], id="answered"),
        pytest.param({}, None, [], id="blank"),
    ],
)
def test_find_out_cases(answers: RawAnswers, clinic: Context | None, items: list[str]) -> None:
    found = find_out(INSTRUMENT, GUIDANCE, answers, clinic)

    assert [key for inquiry in found for key in inquiry.items] == items


@pytest.mark.parametrize(
    ("item", "fact", "answer", "figure", "is_noted"),
    [
        pytest.param("long-term-funding", "funding-months", 5, 11, True, id="secured, eleven months left"),
        pytest.param("long-term-funding", "funding-months", 4, 0, True, id="secured, nothing left"),
        pytest.param("long-term-funding", "funding-months", 4, 12, False, id="secured, a year left"),
        pytest.param("long-term-funding", "funding-months", 3, 2, False, id="rating says so too"),
        pytest.param("long-term-funding", "funding-months", 5, DK, False, id="figure not known"),
        pytest.param("long-term-funding", "funding-months", 5, None, False, id="figure not stated"),
        pytest.param("long-term-funding", "funding-months", DK, 2, False, id="rating not known"),
        pytest.param("gp-referral", "gp-referral-count", 4, 0, True, id="regular referrals, none counted"),
        pytest.param("gp-referral", "gp-referral-count", 4, 1, False, id="regular referrals, one counted"),
        pytest.param("workload", "therapist-hours", 5, 0, True, id="room, no hours"),
        pytest.param("training", "therapists-trained", 4, 0, True, id="training, nobody trained"),
        pytest.param("training", "therapists-trained", 2, 0, False, id="no training, nobody trained"),
    ],
)
def test_clashes(item: str, fact: str, answer: object, figure: int | NonAnswer | None, is_noted: bool) -> None:
    found = clashes(INSTRUMENT, GUIDANCE, {item: answer}, {fact: figure})

    assert [(c.item, c.fact, c.answer, c.figure) for c in found] == ([(item, fact, answer, figure)] if is_noted else [])


def test_clashes_ignore_a_route_not_in_use() -> None:
    assert clashes(INSTRUMENT, GUIDANCE, {"gp-referral": 5}, {"gp-referral-count": 0}, ONLY_SELF) == ()


def test_strengths_domains_in_place_and_high_answers() -> None:
    answers = {"training": 4, "written-communication": 4, "offering-online": 5, "new-skills": 3, "workload": 4}
    scorecard = score(INSTRUMENT, Form.MANAGER, answers)

    found = strengths(INSTRUMENT, answers, scorecard)

    assert found.domains == ("skills",)
    assert found.items == ("offering-online", "training", "written-communication", "workload")


LEADERSHIP = tuple(item.key for item in INSTRUMENT.items_of(Form.MANAGER, "leadership"))
SHARED = shared_items(INSTRUMENT, "leadership")
OURS = tuple(key for key in LEADERSHIP if key not in SHARED)


@pytest.mark.parametrize(
    ("answer", "n_closed", "figure", "is_domain", "items"),
    [
        pytest.param(4, 0, None, True, LEADERSHIP, id="no team"),
        pytest.param(4, 0, (70, 70), True, LEADERSHIP, id="views alike"),
        pytest.param(4, 0, (50, 75), True, LEADERSHIP, id="perhaps a gap"),
        pytest.param(4, 0, (100, 100), True, LEADERSHIP, id="the team rates it higher"),
        pytest.param(4, 0, (55, 55), False, OURS, id="the clinic rates it higher"),
        pytest.param(4, 0, (0, 25), False, OURS, id="the clinic rates it higher than a whole range"),
        pytest.param(
            5, len(LEADERSHIP) // 2, None, True, LEADERSHIP[len(LEADERSHIP) // 2 :], id="just half of it known"
        ),
        pytest.param(
            5, len(LEADERSHIP) // 2 + 1, None, False, LEADERSHIP[len(LEADERSHIP) // 2 + 1 :], id="less than half"
        ),
        pytest.param(3, 0, (100, 100), False, (), id="partly"),
    ],
)
def test_strengths_are_not_what_the_team_doubts_or_what_is_hardly_known(
    answer: int, n_closed: int, figure: tuple[int, int] | None, is_domain: bool, items: tuple[str, ...]
) -> None:
    answers: RawAnswers = dict.fromkeys(LEADERSHIP, answer) | dict.fromkeys(LEADERSHIP[:n_closed], NA)
    scorecard = score(INSTRUMENT, Form.MANAGER, answers)
    team = {"leadership": TeamFigure("leadership", *figure, TeamSource.RELEASED)} if figure else {}
    flags = raise_flags(INSTRUMENT, answers, scorecard, None, team)

    found = strengths(INSTRUMENT, answers, scorecard, flags, None, team)

    assert found.domains == (("leadership",) if is_domain else ())
    assert found.items == items
