"""Every row of the flag table in docs/scoring.md as a truth table, with the contexts."""

from __future__ import annotations

import pytest

from readiness.guidance.flags import Flag, Level, flag_keys, open_routes, raise_flags
from readiness.instrument.definition import Context, Form, NonAnswer, Route, Stage
from readiness.scoring.score import RawAnswers, score
from tests.readiness.scoring.strategies import INSTRUMENT

DK, NA = NonAnswer.DONT_KNOW, NonAnswer.NOT_APPLICABLE
RED, AMBER = Level.RED, Level.AMBER
GP_AND_SELF = Context(routes=frozenset({Route.GP, Route.SELF}))
ONLY_GP = Context(routes=frozenset({Route.GP}))
ONLY_SELF = Context(routes=frozenset({Route.SELF}))
WITH_PAYER = Context(routes=frozenset({Route.GP, Route.SELF, Route.PAYER}))
NO_ROUTES = Context(routes=frozenset())


def flags_for(answers: RawAnswers, clinic: Context | None = None) -> tuple[Flag, ...]:
    return raise_flags(INSTRUMENT, answers, score(INSTRUMENT, Form.MANAGER, answers, clinic), clinic)


def level_of(key: str, answers: RawAnswers, clinic: Context | None = None) -> Level | None:
    return next((flag.level for flag in flags_for(answers, clinic) if flag.key == key), None)


def items_of(key: str, answers: RawAnswers, clinic: Context | None = None) -> tuple[str, ...]:
    return next(flag.items for flag in flags_for(answers, clinic) if flag.key == key)


def preparing(clinic: Context) -> Context:
    return clinic.model_copy(update={"stage": Stage.PREPARING})


@pytest.mark.parametrize(
    ("intake", "gp", "patients", "clinic", "expected"),
    [
        pytest.param(1, 5, 5, GP_AND_SELF, RED, id="intake 1"),
        pytest.param(2, 5, 5, GP_AND_SELF, RED, id="intake 2"),
        pytest.param(3, 5, 5, GP_AND_SELF, AMBER, id="intake 3"),
        pytest.param(DK, 5, 5, GP_AND_SELF, AMBER, id="intake not known"),
        pytest.param(NA, 5, 5, GP_AND_SELF, None, id="intake too early"),
        pytest.param(None, 5, 5, GP_AND_SELF, None, id="intake blank"),
        pytest.param(4, 5, 5, GP_AND_SELF, None, id="intake 4"),
        pytest.param(5, 1, 2, GP_AND_SELF, RED, id="both routes low"),
        pytest.param(3, 2, 2, GP_AND_SELF, RED, id="both routes low beside intake 3"),
        pytest.param(5, 1, 3, GP_AND_SELF, AMBER, id="GPs low, self-referral 3"),
        pytest.param(5, 5, 2, GP_AND_SELF, AMBER, id="self-referral low, GPs 5"),
        pytest.param(5, 1, DK, GP_AND_SELF, None, id="GPs low, self-referral not known"),
        pytest.param(5, 1, None, GP_AND_SELF, None, id="GPs low, self-referral blank"),
        pytest.param(5, 3, 3, GP_AND_SELF, None, id="both routes 3"),
        pytest.param(5, 1, NA, GP_AND_SELF, RED, id="GPs low, self-referral does not apply"),
        pytest.param(5, NA, 2, GP_AND_SELF, RED, id="self-referral low, GPs do not apply"),
        pytest.param(5, NA, NA, GP_AND_SELF, None, id="neither route applies, intake 5"),
        pytest.param(2, NA, NA, GP_AND_SELF, RED, id="neither route applies, intake 2"),
        pytest.param(5, 2, 1, ONLY_GP, RED, id="only GPs, low"),
        pytest.param(5, 3, 1, ONLY_GP, None, id="only GPs, 3; the stored self-referral is ignored"),
        pytest.param(5, 1, 1, ONLY_SELF, RED, id="only self-referral, low"),
        pytest.param(5, 1, 1, WITH_PAYER, None, id="a route of which nothing is asked: intake decides, 5"),
        pytest.param(3, 1, 1, WITH_PAYER, AMBER, id="a route of which nothing is asked: intake decides, 3"),
        pytest.param(5, 1, 5, WITH_PAYER, None, id="a route of which nothing is asked: no amber by routes either"),
        pytest.param(5, 1, 1, None, None, id="no context: every route is open, intake decides"),
        pytest.param(1, 1, 1, NO_ROUTES, RED, id="no routes, intake 1"),
        pytest.param(4, 1, 1, NO_ROUTES, None, id="no routes, intake 4"),
        pytest.param(1, 5, 5, preparing(GP_AND_SELF), AMBER, id="preparing, intake 1"),
        pytest.param(5, 1, 1, preparing(GP_AND_SELF), AMBER, id="preparing, both routes low"),
    ],
)
def test_low_patient_inflow(
    intake: object, gp: object, patients: object, clinic: Context | None, expected: Level | None
) -> None:
    answers = {"intake": intake, "gp-referral": gp, "self-referral": patients}

    assert level_of("low-patient-inflow", answers, clinic) is expected


@pytest.mark.parametrize(
    ("answers", "items"),
    [
        pytest.param((2, 5, 5), ("intake",), id="intake alone"),
        pytest.param((5, 1, 2), ("gp-referral", "self-referral"), id="both routes"),
        pytest.param((3, 5, 2), ("intake", "self-referral"), id="intake 3 and one route"),
    ],
)
def test_low_patient_inflow_names_the_causing_items(answers: tuple[int, ...], items: tuple[str, ...]) -> None:
    given = dict(zip(("intake", "gp-referral", "self-referral"), answers, strict=True))

    assert items_of("low-patient-inflow", given, GP_AND_SELF) == items


@pytest.mark.parametrize(
    ("gp", "patients", "clinic", "expected"),
    [
        pytest.param(1, 1, GP_AND_SELF, RED, id="both low"),
        pytest.param(2, 3, GP_AND_SELF, RED, id="self-referral 3 does not make up for it"),
        pytest.param(2, DK, GP_AND_SELF, RED, id="self-referral not known"),
        pytest.param(2, None, GP_AND_SELF, RED, id="self-referral blank"),
        pytest.param(2, NA, GP_AND_SELF, RED, id="self-referral does not apply"),
        pytest.param(2, 5, ONLY_GP, RED, id="self-referral not in use, stored answer ignored"),
        pytest.param(1, 4, GP_AND_SELF, AMBER, id="self-referral 4 makes up for it"),
        pytest.param(1, 5, GP_AND_SELF, AMBER, id="self-referral 5 makes up for it"),
        pytest.param(3, 1, GP_AND_SELF, AMBER, id="GPs 3"),
        pytest.param(3, 5, GP_AND_SELF, AMBER, id="GPs 3 beside self-referral"),
        pytest.param(4, 1, GP_AND_SELF, None, id="GPs 4"),
        pytest.param(DK, 1, GP_AND_SELF, None, id="GPs not known"),
        pytest.param(NA, 1, GP_AND_SELF, None, id="GPs do not apply"),
        pytest.param(None, 1, GP_AND_SELF, None, id="GPs blank"),
        pytest.param(1, 1, ONLY_SELF, None, id="GPs not in use, stored answer ignored"),
        pytest.param(1, 1, preparing(GP_AND_SELF), AMBER, id="preparing"),
        pytest.param(1, 1, GP_AND_SELF.model_copy(update={"stage": Stage.PILOT}), RED, id="pilot"),
        pytest.param(1, 1, None, RED, id="no context"),
    ],
)
def test_low_gp_referral(gp: object, patients: object, clinic: Context | None, expected: Level | None) -> None:
    assert level_of("low-gp-referral", {"gp-referral": gp, "self-referral": patients}, clinic) is expected


@pytest.mark.parametrize(
    ("reimbursement", "long_term", "expected", "items"),
    [
        pytest.param(1, 5, RED, ("reimbursement",), id="billing 1"),
        pytest.param(5, 2, RED, ("long-term-funding",), id="long term 2"),
        pytest.param(1, DK, RED, ("reimbursement", "long-term-funding"), id="billing 1, long term not known"),
        pytest.param(3, 5, AMBER, ("reimbursement",), id="billing 3"),
        pytest.param(5, 3, AMBER, ("long-term-funding",), id="long term 3"),
        pytest.param(DK, None, AMBER, ("reimbursement",), id="billing not known"),
        pytest.param(4, DK, AMBER, ("long-term-funding",), id="long term not known"),
        pytest.param(4, 4, None, (), id="both 4"),
        pytest.param(NA, NA, None, (), id="too early"),
        pytest.param(None, None, None, (), id="blank"),
    ],
)
@pytest.mark.parametrize("stage", Stage)
def test_missing_funding(
    reimbursement: object, long_term: object, expected: Level | None, items: tuple[str, ...], stage: Stage
) -> None:
    answers = {"reimbursement": reimbursement, "long-term-funding": long_term}
    flags = [flag for flag in flags_for(answers, Context(stage=stage)) if flag.key == "missing-funding"]

    assert flags == ([Flag("missing-funding", expected, "funding", items)] if expected else [])


@pytest.mark.parametrize(
    ("gps", "colleagues", "clinic", "expected", "items"),
    [
        pytest.param(1, 2, None, RED, ("gp-acceptance", "colleague-acceptance"), id="both low"),
        pytest.param(2, 3, None, AMBER, ("gp-acceptance",), id="GPs low"),
        pytest.param(5, 1, None, AMBER, ("colleague-acceptance",), id="colleagues low"),
        pytest.param(DK, 1, None, AMBER, ("colleague-acceptance",), id="GPs not known"),
        pytest.param(1, 1, ONLY_SELF, AMBER, ("colleague-acceptance",), id="GPs not in use"),
        pytest.param(1, 1, preparing(ONLY_GP), RED, ("gp-acceptance", "colleague-acceptance"), id="preparing"),
        pytest.param(3, 3, None, None, (), id="both 3"),
        pytest.param(DK, DK, None, None, (), id="not known"),
        pytest.param(None, None, None, None, (), id="blank"),
    ],
)
def test_scepticism(
    gps: object, colleagues: object, clinic: Context | None, expected: Level | None, items: tuple[str, ...]
) -> None:
    flags = flags_for({"gp-acceptance": gps, "colleague-acceptance": colleagues}, clinic)

    assert list(flags) == ([Flag("scepticism", expected, "acceptance", items)] if expected else [])


CRITICAL = {
    "evidence": "programme",
    "management-support": "leadership",
    "workload": "practice",
    "training": "skills",
    "named-lead": "process",
    "risk-procedure": "integration",
    "data-protection": "integration",
}
SAFETY = ("risk-procedure", "data-protection")


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("item", CRITICAL)
@pytest.mark.parametrize(
    ("answer", "expected"),
    [(1, RED), (2, RED), (3, AMBER), (DK, AMBER), (4, None), (5, None), (None, None)],
    ids=["1", "2", "3", "don't know", "4", "5", "blank"],
)
def test_critical_item(item: str, answer: object, expected: Level | None, stage: Stage) -> None:
    flags = flags_for({item: answer}, Context(stage=stage))

    assert list(flags) == ([Flag(f"critical-{item}", expected, CRITICAL[item], (item,))] if expected else [])


@pytest.mark.parametrize("item", CRITICAL)
def test_critical_item_too_early_is_flagged_only_for_safety(item: str) -> None:
    assert level_of(f"critical-{item}", {item: NA}) is (AMBER if item in SAFETY else None)


def process(*answers: object) -> dict[str, object]:
    keys = ("stakeholders", "shared-goals", "ownership", "start-timing", "named-lead")
    return dict(zip(keys, answers, strict=False))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param(process(1, 2, 1, 2), True, id="not yet"),
        pytest.param(process(1, 2, 1, 2, 5), True, id="not yet, critical item fine"),
        pytest.param(process(1, 2, 1, 2, 3), False, id="another flag has the domain"),
        pytest.param(process(3, 3, 3, 3), False, id="exactly 50 is partly"),
        pytest.param(process(1, 1), False, id="no score"),
        pytest.param(process(1, 1, NA, NA, NA), False, id="a score from fewer than half of all items"),
        pytest.param(process(1, 1, 2, NA, NA), True, id="three of five"),
    ],
)
def test_weak_domain(answers: RawAnswers, expected: bool) -> None:
    flags = [flag for flag in flags_for(answers) if flag.key == "weak-domain"]
    low = tuple(i.key for i in INSTRUMENT.items_of(Form.MANAGER, "process") if answers.get(i.key) in (1, 2))

    assert flags == ([Flag("weak-domain", AMBER, "process", low)] if expected else [])


def test_weak_domain_once_for_each_domain() -> None:
    answers = process(1, 1, 1, 1) | dict.fromkeys(("time-norm", "planned-time", "mixed-roles", "peer-supervision"), 2)

    assert [(flag.key, flag.domain) for flag in flags_for(answers)] == [
        ("weak-domain", "process"),
        ("weak-domain", "practice"),
    ]


def test_order_safety_then_red_then_lowest_answer() -> None:
    answers = {
        "evidence": 2,
        "workload": 1,
        "management-support": DK,
        "training": 3,
        "long-term-funding": 2,
        "data-protection": DK,
        "risk-procedure": 1,
    }

    assert [flag.key for flag in flags_for(answers)] == [
        "critical-risk-procedure",
        "critical-data-protection",
        "critical-workload",
        "critical-evidence",
        "missing-funding",
        "critical-training",
        "critical-management-support",
    ]


def test_nothing_answered_raises_nothing() -> None:
    assert flags_for({}) == ()


def test_everything_in_place_raises_nothing() -> None:
    assert flags_for({item.key: 4 for item in INSTRUMENT.items_of(Form.MANAGER)}) == ()


def test_flag_keys_are_those_of_the_table() -> None:
    combined = {"low-patient-inflow", "low-gp-referral", "missing-funding", "scepticism", "weak-domain"}
    team = {"low-therapist-confidence", "role-gap"}

    assert set(flag_keys(INSTRUMENT)) == combined | team | {f"critical-{item}" for item in CRITICAL}


def test_open_routes_keeps_routes_without_flow_item() -> None:
    clinic = Context(routes=frozenset({Route.GP, Route.SELF, Route.OWN_TEAM}))

    assert open_routes({"gp-referral": NA, "self-referral": DK}, clinic) == {Route.SELF, Route.OWN_TEAM}
