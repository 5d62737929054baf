"""What the team adds to the flags: its rows of the table in docs/scoring.md at every boundary, and what stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.guidance.flags import Flag, Level, raise_flags
from readiness.instrument.definition import Answer, Context, Form, NonAnswer, Stage
from readiness.scoring.compare import TeamFigure, TeamSource
from readiness.scoring.score import RawAnswers, score
from tests.readiness.scoring.strategies import INSTRUMENT, contexts, filled

DK, NA = NonAnswer.DONT_KNOW, NonAnswer.NOT_APPLICABLE
RED, AMBER = Level.RED, Level.AMBER
RELEASED, TALK = TeamSource
LOW, GAP = "low-therapist-confidence", "role-gap"
SHARED = {
    "programme": ("content-quality", "evidence", "usability", "adaptability"),
    "practice": ("workload", "planned-time", "time-norm", "peer-supervision", "mixed-roles"),
    "leadership": ("management-support", "internal-communication", "team-support"),
    "acceptance": ("colleague-acceptance", "standard-option", "added-value"),
}
Team = dict[str, TeamFigure]


def said(domain: str, low: float, high: float | None = None, source: TeamSource = RELEASED) -> Team:
    return {domain: TeamFigure(domain, low, low if high is None else high, source)}


def flags_for(answers: RawAnswers, team: Team | None, clinic: Context | None = None) -> tuple[Flag, ...]:
    return raise_flags(INSTRUMENT, answers, score(INSTRUMENT, Form.MANAGER, answers, clinic), clinic, team)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize(
    ("team", "expected"),
    [
        pytest.param(said("confidence", 0), RED, id="0"),
        pytest.param(said("confidence", 45), RED, id="45"),
        pytest.param(said("confidence", 49.99), RED, id="just under 50"),
        pytest.param(said("confidence", 50), AMBER, id="50"),
        pytest.param(said("confidence", 60), AMBER, id="60"),
        pytest.param(said("confidence", 62.49), AMBER, id="just under 62.5"),
        pytest.param(said("confidence", 62.5), None, id="62.5"),
        pytest.param(said("confidence", 65), None, id="65"),
        pytest.param(said("confidence", 100), None, id="100"),
        pytest.param(said("confidence", 0, 5), RED, id="at most 5"),
        pytest.param(said("confidence", 0, 45), RED, id="at most 45"),
        pytest.param(said("confidence", 0, 50), AMBER, id="at most 50 counts by its bound"),
        pytest.param(said("confidence", 0, 65), None, id="at most 65 counts by its bound"),
        pytest.param(said("confidence", 45, 100), None, id="at least 45"),
        pytest.param(said("confidence", 55, 100), None, id="at least 55"),
        pytest.param(said("confidence", 95, 100), None, id="at least 95"),
        pytest.param(said("confidence", 10, source=TALK), None, id="not from a team talk"),
        pytest.param({}, None, id="withheld"),
    ],
)
def test_low_therapist_confidence(team: Team, expected: Level | None, stage: Stage) -> None:
    """Before the first patient it is as red as later: no item of the clinic form causes it."""
    flags = flags_for({}, team, Context(stage=stage))

    assert flags == ((Flag(LOW, expected, "confidence", ()),) if expected else ())


def answered(domain: str, answer: Answer) -> dict[str, Answer]:
    return dict.fromkeys(SHARED[domain], answer)


@pytest.mark.parametrize("domain", SHARED)
@pytest.mark.parametrize(
    ("answer", "low", "high", "is_raised"),
    [
        pytest.param(4, 55, 55, True, id="clinic 75, team 55"),
        pytest.param(4, 60, 60, False, id="clinic 75, team 60"),
        pytest.param(4, 95, 95, True, id="clinic 75, team 95"),
        pytest.param(4, 90, 90, False, id="clinic 75, team 90"),
        pytest.param(4, 0, 45, True, id="clinic 75, at most 45"),
        pytest.param(4, 0, 55, True, id="clinic 75, at most 55: 20 above the bound"),
        pytest.param(4, 0, 60, False, id="clinic 75, at most 60: 15 above the bound"),
        pytest.param(4, 95, 100, True, id="clinic 75, at least 95: 20 below the bound"),
        pytest.param(4, 90, 100, False, id="clinic 75, at least 90: 15 below the bound"),
        pytest.param(4, 75, 100, False, id="clinic 75, inside at least 75"),
        pytest.param(5, 75, 100, False, id="clinic 100, at least 75: may be the same"),
        pytest.param(DK, 0, 0, False, id="clinic does not know"),
        pytest.param(NA, 0, 0, False, id="does not apply to the clinic"),
        pytest.param(None, 0, 0, False, id="clinic blank"),
    ],
)
def test_role_gap(domain: str, answer: Answer, low: float, high: float, is_raised: bool) -> None:
    flags = flags_for(answered(domain, answer), said(domain, low, high))

    gaps = [flag for flag in flags if flag.key == GAP]
    assert gaps == ([Flag(GAP, AMBER, domain, SHARED[domain])] if is_raised else [])


@pytest.mark.parametrize("source", TeamSource)
def test_role_gap_reads_released_figures_and_team_talks(source: TeamSource) -> None:
    flags = flags_for(answered("programme", 5), said("programme", 50, source=source))

    assert [flag.key for flag in flags] == [GAP]


@pytest.mark.parametrize("stage", Stage)
def test_role_gap_is_the_same_in_every_stage(stage: Stage) -> None:
    flags = flags_for(answered("leadership", 5), said("leadership", 0, 25), Context(stage=stage))

    assert [(flag.key, flag.level) for flag in flags] == [(GAP, AMBER)]


@pytest.mark.parametrize("domain", ["skills", "intake", "confidence"])
def test_role_gap_needs_the_same_questions(domain: str) -> None:
    answers = {item.key: 5 for item in INSTRUMENT.items_of(Form.MANAGER)}

    assert GAP not in [flag.key for flag in flags_for(answers, said(domain, 0))]


def test_role_gap_once_for_each_domain_in_form_order_of_equal_answers() -> None:
    answers = answered("acceptance", 5) | answered("practice", 5)

    flags = flags_for(answers, said("acceptance", 40) | said("practice", 40))

    assert [(flag.key, flag.domain) for flag in flags] == [(GAP, "practice"), (GAP, "acceptance")]


def test_a_weak_domain_stays_beside_a_role_gap() -> None:
    """A gap says that views differ, not what is weak: it does not stand in for `weak-domain`."""
    answers = answered("acceptance", 3) | {"standard-option": 1, "added-value": 2, "personal-ties": 1}

    flags = flags_for(answers, said("acceptance", 80))

    assert [(flag.key, flag.domain) for flag in flags] == [("weak-domain", "acceptance"), (GAP, "acceptance")]


def test_a_role_gap_stands_after_low_answers() -> None:
    """What the clinic answered low is flagged for itself; the gap is about the difference."""
    answers = answered("leadership", 2) | {"management-support": 1, "reimbursement": 3}

    flags = flags_for(answers, said("leadership", 80))

    assert [flag.key for flag in flags] == ["critical-management-support", "missing-funding", GAP]


def test_low_confidence_stands_after_safety_and_by_its_level() -> None:
    answers = {"risk-procedure": 3, "workload": 1, "reimbursement": DK, "training": 3, "evidence": 3}

    reds = flags_for(answers, said("confidence", 20))
    ambers = flags_for(answers, said("confidence", 55))

    assert [flag.key for flag in reds] == [
        "critical-risk-procedure",
        "critical-workload",
        LOW,
        "critical-evidence",
        "critical-training",
        "missing-funding",
    ]
    assert [flag.key for flag in ambers] == [
        "critical-risk-procedure",
        "critical-workload",
        "critical-evidence",
        "critical-training",
        "missing-funding",
        LOW,
    ]


@st.composite
def teams(draw: st.DrawFn) -> Team:
    """Figures as they are released or talked through: values, and bands at either end."""
    team: Team = {}
    for domain in draw(st.sets(st.sampled_from([d.key for d in INSTRUMENT.domains_of(Form.THERAPIST)]))):
        source = draw(st.sampled_from(TeamSource))
        value = draw(st.integers(0, 20)) * 5
        low, high = draw(st.sampled_from([(value, value), (0, min(value, 45)), (max(value, 55), 100)]))
        team |= said(domain, low, high, source)
    return team


@given(filled(Form.MANAGER), contexts)
def test_without_figures_nothing_changes(answers: dict[str, Answer], clinic: Context) -> None:
    assert flags_for(answers, None, clinic) == flags_for(answers, {}, clinic)


@given(filled(Form.MANAGER), contexts, teams())
def test_a_team_only_adds_its_own_two_flags(answers: dict[str, Answer], clinic: Context, team: Team) -> None:
    flags = flags_for(answers, team, clinic)

    assert tuple(flag for flag in flags if flag.key not in (LOW, GAP)) == flags_for(answers, None, clinic)


@given(filled(Form.MANAGER), contexts, teams())
def test_no_gap_where_the_band_may_mean_what_the_clinic_says(
    answers: dict[str, Answer], clinic: Context, team: Team
) -> None:
    for flag in flags_for(answers, team, clinic):
        if flag.key == GAP:
            figures = [25 * (a - 1) for key in flag.items if isinstance(a := answers[key], int)]
            mean = sum(figures) / len(figures)
            assert not team[flag.domain].low - 20 < mean < team[flag.domain].high + 20


@given(filled(Form.MANAGER), contexts, teams())
def test_nothing_is_said_of_an_item_of_therapists_alone(
    answers: dict[str, Answer], clinic: Context, team: Team
) -> None:
    for flag in flags_for(answers, team, clinic):
        assert all(Form.MANAGER in INSTRUMENT.item[key].wording for key in flag.items)
