"""What the team says beside the clinic form: bands at both ends, and a gap that holds for every value in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.instrument.definition import Form, NonAnswer
from readiness.scoring.bands import Band
from readiness.scoring.compare import (
    Gap,
    Higher,
    TeamFigure,
    TeamSource,
    are_close,
    clinic_side,
    figure_from_row,
    gap_of,
    possible_bands,
    role_gap,
    shared_items,
    team_figures,
)
from readiness.scoring.release import EndBand, Row, RowStatus, Side
from readiness.scoring.score import ScoreStatus, UnknownItemError
from readiness.scoring.team_talk import TALK_NO_AGREEMENT, score_team_talk
from tests.readiness.scoring.strategies import INSTRUMENT

DK, NA = NonAnswer.DONT_KNOW, NonAnswer.NOT_APPLICABLE
NOT_YET, PARTLY, IN_PLACE = Band
PROGRAMME = ("content-quality", "evidence", "usability", "adaptability")


def shown(scale: str, value: int) -> Row:
    return Row(scale, RowStatus.SHOWN, value=value, n=9)


def at_most(scale: str, bound: int) -> Row:
    return Row(scale, RowStatus.SHOWN, band=EndBand(Side.AT_MOST, bound), n=9)


def at_least(scale: str, bound: int) -> Row:
    return Row(scale, RowStatus.SHOWN, band=EndBand(Side.AT_LEAST, bound), n=9)


def figure(low: float, high: float, domain: str = "programme", source: TeamSource = TeamSource.RELEASED) -> TeamFigure:
    return TeamFigure(domain, low, high, source)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(shown("programme", 65), figure(65, 65), id="a value"),
        pytest.param(shown("programme", 0), figure(0, 0), id="zero is a value"),
        pytest.param(at_most("programme", 25), figure(0, 25), id="at most 25"),
        pytest.param(at_least("programme", 75), figure(75, 100), id="at least 75"),
        pytest.param(Row("programme"), None, id="withheld"),
    ],
)
def test_figure_from_row(row: Row, expected: TeamFigure | None) -> None:
    assert figure_from_row(row) == expected


def test_team_figures_take_the_release_and_else_the_talk() -> None:
    talk = score_team_talk(
        INSTRUMENT,
        dict.fromkeys(PROGRAMME, 3)
        | dict.fromkeys(("management-support", "internal-communication", "team-support"), 4)
        | dict.fromkeys(("training", "new-skills", "flexibility"), TALK_NO_AGREEMENT),
    )
    rows = (
        shown("programme", 80),
        Row("leadership"),
        Row("skills"),
        at_most("confidence", 20),
    )

    assert team_figures(rows, talk) == {
        "programme": figure(80, 80),
        "leadership": figure(75, 75, "leadership", TeamSource.TALK),
        "confidence": figure(0, 20, "confidence"),
    }


def test_team_figures_of_nothing_are_none() -> None:
    assert team_figures((), ()) == {}


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        pytest.param("programme", PROGRAMME, id="all four asked of both"),
        pytest.param(
            "practice", ("workload", "planned-time", "time-norm", "peer-supervision", "mixed-roles"), id="all five"
        ),
        pytest.param("leadership", ("management-support", "internal-communication", "team-support"), id="all three"),
        pytest.param("acceptance", ("colleague-acceptance", "standard-option", "added-value"), id="three again"),
        pytest.param("skills", (), id="one is asked of therapists only"),
        pytest.param("intake", (), id="all are asked of therapists only"),
        pytest.param("confidence", (), id="own confidence"),
        pytest.param("funding", (), id="asked of managers only"),
    ],
)
def test_shared_items(domain: str, expected: tuple[str, ...]) -> None:
    assert shared_items(INSTRUMENT, domain) == expected


def programme(*answers: object) -> dict[str, object]:
    return dict(zip(PROGRAMME, answers, strict=False))


@pytest.mark.parametrize(
    ("answers", "score", "status"),
    [
        pytest.param(programme(5, 5, 3, 3), 75, ScoreStatus.SCORED, id="four of four"),
        pytest.param(
            programme(5, 5, 3, 3) | {"technical-reliability": 1}, 75, ScoreStatus.SCORED, id="no other item counts"
        ),
        pytest.param(programme(5, 3), 75, ScoreStatus.PROVISIONAL, id="two of four"),
        pytest.param(programme(5, 3, NA, NA), 75, ScoreStatus.SCORED, id="two that apply"),
        pytest.param(programme(5, DK), None, ScoreStatus.NOT_SCORED, id="one of four"),
        pytest.param({}, None, ScoreStatus.NOT_SCORED, id="nothing"),
    ],
)
def test_clinic_side_follows_the_scoring_rule(
    answers: dict[str, object], score: float | None, status: ScoreStatus
) -> None:
    side = clinic_side(INSTRUMENT, "programme", answers)

    assert side is not None
    assert (side.key, side.score, side.status, side.n_items) == ("programme", score, status, 4)


def test_clinic_side_is_none_where_the_items_differ() -> None:
    assert clinic_side(INSTRUMENT, "skills", {"training": 5, "new-skills": 5}) is None


def test_clinic_side_refuses_what_is_no_item() -> None:
    with pytest.raises(UnknownItemError, match="weather"):
        clinic_side(INSTRUMENT, "programme", {"weather": 1})


@pytest.mark.parametrize(
    ("clinic", "low", "high", "expected"),
    [
        pytest.param(70, 50, 50, Gap(Higher.CLINIC, 20), id="exactly 20 above"),
        pytest.param(69.9, 50, 50, None, id="just under 20 above"),
        pytest.param(30, 50, 50, Gap(Higher.TEAM, 20), id="exactly 20 below"),
        pytest.param(30.1, 50, 50, None, id="just under 20 below"),
        pytest.param(50, 50, 50, None, id="the same"),
        pytest.param(100, 0, 0, Gap(Higher.CLINIC, 100), id="as far as it goes"),
        pytest.param(45, 0, 25, Gap(Higher.CLINIC, 20), id="at most 25, clinic 20 above the bound"),
        pytest.param(44.9, 0, 25, None, id="at most 25, clinic just under 20 above the bound"),
        pytest.param(25, 0, 25, None, id="at most 25, clinic on the bound"),
        pytest.param(0, 0, 25, None, id="at most 25, clinic at the end: the band says no more"),
        pytest.param(55, 75, 100, Gap(Higher.TEAM, 20), id="at least 75, clinic 20 below the bound"),
        pytest.param(55.1, 75, 100, None, id="at least 75, clinic just under 20 below the bound"),
        pytest.param(75, 75, 100, None, id="at least 75, clinic on the bound"),
        pytest.param(100, 75, 100, None, id="at least 75, clinic at the end: the band says no more"),
        pytest.param(None, 0, 0, None, id="the clinic has no score"),
    ],
)
def test_role_gap(clinic: float | None, low: float, high: float, expected: Gap | None) -> None:
    assert role_gap(clinic, figure(low, high)) == expected


values = st.integers(0, 100)


@given(values, values, values)
def test_a_gap_holds_for_every_value_of_the_band(clinic: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    whole = role_gap(clinic, figure(low, high))
    each = {
        gap.higher if gap else None
        for value in range(low, high + 1)
        for gap in [role_gap(clinic, figure(value, value))]
    }

    assert (whole is not None) == (None not in each)
    assert whole is None or each == {whole.higher}


@given(st.none() | values, values, values)
def test_views_are_close_only_where_they_are_for_every_value_of_the_band(
    clinic: int | None, one: int, other: int
) -> None:
    low, high = sorted((one, other))
    each = clinic is not None and all(abs(clinic - value) < 20 for value in range(low, high + 1))

    assert are_close(clinic, figure(low, high)) is each
    assert not (each and role_gap(clinic, figure(low, high)))


def test_gap_of_reads_the_shared_items_only() -> None:
    answers = programme(5, 5, 5, 5) | {"technical-reliability": 1}

    assert gap_of(INSTRUMENT, figure(80, 80), answers) == Gap(Higher.CLINIC, 20)
    assert gap_of(INSTRUMENT, figure(85, 85), answers) is None
    assert gap_of(INSTRUMENT, figure(0, 0, "skills"), {"training": 5, "new-skills": 5}) is None


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        pytest.param(45, 45, (NOT_YET,), id="45"),
        pytest.param(50, 50, (PARTLY,), id="50 belongs to the higher"),
        pytest.param(70, 70, (PARTLY,), id="70"),
        pytest.param(75, 75, (IN_PLACE,), id="75 belongs to the higher"),
        pytest.param(0, 0, (NOT_YET,), id="0"),
        pytest.param(100, 100, (IN_PLACE,), id="100"),
        pytest.param(0, 25, (NOT_YET,), id="at most 25"),
        pytest.param(0, 50, (NOT_YET, PARTLY), id="at most 50"),
        pytest.param(75, 100, (IN_PLACE,), id="at least 75"),
        pytest.param(60, 100, (PARTLY, IN_PLACE), id="at least 60"),
        pytest.param(45, 100, (NOT_YET, PARTLY, IN_PLACE), id="at least 45"),
    ],
)
def test_possible_bands(low: float, high: float, expected: tuple[Band, ...]) -> None:
    assert possible_bands(figure(low, high)) == expected


@given(values, values)
def test_possible_bands_are_those_of_the_values(one: int, other: int) -> None:
    low, high = sorted((one, other))

    assert set(possible_bands(figure(low, high))) == {
        band for value in range(low, high + 1) for band in possible_bands(figure(value, value))
    }


def test_a_gap_of_exactly_twenty_is_seen_whatever_was_answered() -> None:
    """Means of thirds and fifths are no exact floats; every pair 20 points apart is found all the same."""
    for n_clinic in range(2, 6):
        for n_team in range(2, 6):
            for clinic in range(0, 100 * n_clinic + 1, 25):
                for team in range(0, 100 * n_team + 1, 25):
                    if clinic * n_team - team * n_clinic == 20 * n_clinic * n_team:
                        assert role_gap(clinic / n_clinic, figure(team / n_team, team / n_team))


@pytest.mark.parametrize("domain", [domain.key for domain in INSTRUMENT.domains_of(Form.THERAPIST)])
def test_shared_items_are_asked_in_the_same_words(domain: str) -> None:
    for key in shared_items(INSTRUMENT, domain):
        wording = INSTRUMENT.item[key].wording
        assert wording[Form.MANAGER] == wording[Form.THERAPIST]
