"""Releases worked by hand: every expected row is written out, none is computed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from reprlib import repr
from typing import Any, Final

import pytest

from readiness.scoring.release import Alarm, EndBand, Row, RowStatus, Side, plan_release

WORK: Final = {"work": {"items": ["w1", "w2"], "scale": [0, 100, 25]}}
TWO: Final = WORK | {"trust": {"items": ["t1", "t2", "t3", "t4"], "scale": [0, 100, 25]}}
CONFIDENCE: Final = {"confidence": {"items": [f"c{number}" for number in range(1, 9)], "scale": [0, 100, 10]}}

People = list[dict[str, Any]]


def work(*scores: float) -> People:
    """Give people who answer both questions on work alike."""
    return [{"w1": score, "w2": score} for score in scores]


def trust(*people: tuple[float | None, ...]) -> People:
    """Give people by their answers to the four questions on trust."""
    return [dict(zip(("t1", "t2", "t3", "t4"), answers, strict=False)) for answers in people]


def both(first: People, second: People) -> People:
    """Give people who answer on work and on trust."""
    return [one | two for one, two in zip(first, second, strict=True)]


def confidence(*people: tuple[float, ...]) -> People:
    """Give people by their first answers on confidence."""
    return [{f"c{number}": answer for number, answer in enumerate(answers, start=1)} for answers in people]


def value(figure: int, n: int, key: str = "work") -> Row:
    return Row(key, RowStatus.SHOWN, value=figure, n=n)


def at_most(bound: int, n: int, key: str = "work") -> Row:
    return Row(key, RowStatus.SHOWN, band=EndBand(Side.AT_MOST, bound), n=n)


def at_least(bound: int, n: int, key: str = "work") -> Row:
    return Row(key, RowStatus.SHOWN, band=EndBand(Side.AT_LEAST, bound), n=n)


def withheld(key: str = "work") -> Row:
    return Row(key, RowStatus.WITHHELD, value=None, band=None, n=None)


def rows(
    submitted: object,
    *,
    k: object = 5,
    viewers: object = 0,
    recent_release: object = False,
    domains: object = WORK,
) -> tuple[Row, ...]:
    """Plan a release in which nothing is strange."""
    release = plan_release(k, viewers, recent_release, domains, submitted)
    assert release.alarm == ""
    return release.rows


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        pytest.param((), withheld(), id="nobody"),
        pytest.param((50, 50, 50, 50), withheld(), id="four are too few"),
        pytest.param((50, 50, 50, 50, 50), value(50, 5), id="five in the middle"),
        pytest.param((0, 0, 0, 0, 0), at_most(25, 5), id="all at the low end"),
        pytest.param((100, 100, 100, 100, 100), at_least(75, 5), id="all at the high end"),
        pytest.param((100, 0, 0, 0, 0), at_most(25, 5), id="mean 20: one at the top among four at the bottom"),
        pytest.param((0, 100, 100, 100, 100), at_least(75, 5), id="mean 80: one at the bottom among four at the top"),
        pytest.param((100, 37, 0, 0, 0), at_most(25, 5), id="mean 27.4 rounds to 25, in the band"),
        pytest.param((100, 37.5, 0, 0, 0), value(30, 5), id="mean 27.5 rounds to 30, out of the band"),
        pytest.param((0, 62, 100, 100, 100), value(70, 5), id="mean 72.4 rounds to 70, out of the band"),
        pytest.param((0, 62.5, 100, 100, 100), at_least(75, 5), id="mean 72.5 rounds to 75, in the band"),
        pytest.param((50, 50, 50, 75, 87.5), value(65, 5), id="mean 62.5 rounds up"),
        pytest.param((50, 50, 50, 62.5, 75), value(60, 5), id="mean 57.5 rounds up"),
        pytest.param((50, 50, 50, 75, 87), value(60, 5), id="mean 62.4 rounds down"),
        pytest.param((0, 0, 0, 0, 0, 0), at_most(20, 6), id="six: a narrower band"),
        pytest.param((100, 50, 0, 0, 0, 0), value(25, 6), id="six: 25 is a value now"),
        pytest.param((100,) * 7, at_least(80, 7), id="seven"),
        pytest.param((0,) * 8, at_most(15, 8), id="eight"),
        pytest.param((100,) * 10, at_least(85, 10), id="ten"),
        pytest.param((0,) * 11, at_most(10, 11), id="eleven"),
        pytest.param((100,) * 17, at_least(90, 17), id="seventeen"),
        pytest.param((0,) * 18, at_most(5, 18), id="eighteen"),
        pytest.param((100,) * 60, at_least(95, 60), id="sixty: never narrower than 5"),
        pytest.param((100, 34, *(0,) * 16), at_most(5, 18), id="eighteen, mean 7.4"),
        pytest.param((100, 35, *(0,) * 16), value(10, 18), id="eighteen, mean 7.5"),
    ],
)
def test_figure_of_a_team_without_viewers(scores: tuple[float, ...], expected: Row) -> None:
    assert rows(work(*scores)) == (expected,)


@pytest.mark.parametrize(
    ("k", "n", "expected"),
    [
        pytest.param(8, 7, withheld(), id="seven under a threshold of eight"),
        pytest.param(8, 8, value(50, 8), id="eight reach it"),
        pytest.param(3, 4, withheld(), id="a threshold of three is one of five"),
        pytest.param(-4, 5, value(50, 5), id="so is one below zero"),
        pytest.param(10**30, 40, withheld(), id="a threshold nobody reaches"),
    ],
)
def test_threshold(k: int, n: int, expected: Row) -> None:
    assert rows(work(*(50,) * n), k=k) == (expected,)


@pytest.mark.parametrize(
    ("viewers", "scores", "expected"),
    [
        pytest.param(1, (50,) * 5, withheld(), id="one: five are too few"),
        pytest.param(1, (50,) * 6, value(50, 6), id="one: six are enough"),
        pytest.param(1, (0,) * 6, at_most(20, 6), id="one viewer is one insider, so the band stays"),
        pytest.param(2, (50,) * 6, withheld(), id="two: six are too few"),
        pytest.param(2, (40,) * 7, value(40, 7), id="two: seven are enough"),
        pytest.param(2, (35,) * 7, at_most(35, 7), id="two pooling: the band reaches 35"),
        pytest.param(2, (65,) * 7, at_least(65, 7), id="two pooling: so does the one at the top"),
        pytest.param(3, (40,) * 8, at_most(40, 8), id="three pooling: eight leave 45 to 55"),
        pytest.param(4, (50,) * 9, withheld(), id="four: with nine the bands would meet"),
        pytest.param(4, (45,) * 10, at_most(45, 10), id="four: with ten there is a middle"),
        pytest.param(4, (50,) * 10, value(50, 10), id="four: a single value is left"),
        pytest.param(10**400, (50,) * 10, withheld(), id="more viewers than can be counted"),
    ],
)
def test_viewers_raise_the_threshold_and_widen_the_bands(
    viewers: int, scores: tuple[float, ...], expected: Row
) -> None:
    assert rows(work(*scores), viewers=viewers) == (expected,)


FOUR_AT_HALF: Final = trust(*[(50, 50, 50, 50)] * 4)


@pytest.mark.parametrize(
    ("fifth", "expected"),
    [
        pytest.param((100, 100, None, None), value(60, 5, "trust"), id="half of the questions: a score of 100"),
        pytest.param((100, 100), value(60, 5, "trust"), id="a missing key is no answer"),
        pytest.param((None, 75, 0, 75), value(50, 5, "trust"), id="three of four"),
        pytest.param((100, None, None, None), withheld("trust"), id="one of four is no score"),
        pytest.param((None,) * 4, withheld("trust"), id="a form without answers"),
        pytest.param((), withheld("trust"), id="an empty form"),
    ],
)
def test_person_counts_with_half_of_the_questions(fifth: tuple[float | None, ...], expected: Row) -> None:
    domains = {"trust": TWO["trust"]}
    assert rows(FOUR_AT_HALF + trust(fifth), domains=domains) == (expected,)


def test_viewers_come_on_top_of_five_whatever_the_threshold() -> None:
    assert rows(work(*(50,) * 5), k=3, viewers=1) == (withheld(),)
    assert rows(work(*(50,) * 8), k=7, viewers=2) == (withheld(),)
    assert rows(work(*(50,) * 9), k=7, viewers=2) == (value(50, 9),)


def test_person_needs_two_answers_even_where_one_is_half() -> None:
    assert rows([{"w1": 50}] * 5) == (withheld(),)


def test_person_with_two_of_five_does_not_count() -> None:
    domains = {"work": {"items": ["a", "b", "c", "d", "e"], "scale": [0, 100, 25]}}
    three, two = {"a": 50, "b": 50, "c": 50}, {"a": 50, "b": 50}
    assert rows([three] * 5, domains=domains) == (value(50, 5),)
    assert rows([three] * 4 + [two], domains=domains) == (withheld(),)


def test_thirds_and_quarters_are_added_up_exactly() -> None:
    """Means 41 2/3, 37 1/2, 41 2/3, 75, 41 2/3: exactly 47.5 on average; floating point falls just below."""
    people = trust((25, 100, 0), (25, 50, 50, 25), (100, 0, 25), (100, 50), (25, 0, 100))
    assert rows(people, domains={"trust": TWO["trust"]}) == (value(50, 5, "trust"),)


def test_fractions_of_a_point_are_not_lost() -> None:
    people = work(50, 50, 50, 50, 62.49999999999999)
    assert rows(people) == (value(50, 5),)
    assert rows(work(50, 50, 50, 50, 62.5)) == (value(55, 5),)


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [
        pytest.param(
            both(work(*(50,) * 6), trust(*[(75, 75, 75, 75)] * 6)), (value(50, 6), value(75, 6, "trust")), id="both"
        ),
        pytest.param(
            both(work(*(50,) * 6), trust(*[(75, 75, 75, 75)] * 5, (75, None, None, None))),
            (value(50, 5), at_least(75, 5, "trust")),
            id="a form not valid in one topic lowers n and widens the bands in both",
        ),
        pytest.param(
            both(work(*(50,) * 6), trust(*[(75, 75, 75, 75)] * 4, (75,), ())),
            (value(50, 6), withheld("trust")),
            id="a topic under the threshold leaves the other as it is",
        ),
        pytest.param(
            trust(*[(50, 50, 50, 50)] * 7), (withheld(), value(50, 7, "trust")), id="a topic nobody answered stays"
        ),
    ],
)
def test_rows_of_two_topics_share_one_n(submitted: People, expected: tuple[Row, ...]) -> None:
    assert rows(submitted, domains=TWO) == expected


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        pytest.param([(70, 80, 60, 90, 50, 70, 70, 70)] * 5, value(70, 5, "confidence"), id="all eight, mean 70"),
        pytest.param([(70, 80, 60, 90)] * 5, at_least(75, 5, "confidence"), id="four of eight, mean 75"),
        pytest.param([(70, 80, 60)] * 5, withheld("confidence"), id="three of eight"),
    ],
)
def test_confidence_is_a_scale_like_the_others(people: list[tuple[float, ...]], expected: Row) -> None:
    assert rows(confidence(*people), domains=CONFIDENCE) == (expected,)


def test_recent_release_withholds_all_without_alarm() -> None:
    submitted = both(work(*(50,) * 6), trust(*[(75, 75, 75, 75)] * 6))
    assert rows(submitted, domains=TWO, recent_release=True) == (withheld(), withheld("trust"))


def test_questionnaire_without_topics_has_no_rows() -> None:
    assert rows(work(*(50,) * 6), domains={}) == ()


def test_topic_without_questions_is_withheld() -> None:
    domains = WORK | {"empty": {"items": [], "scale": [0, 100, 25]}}
    assert rows(work(*(50,) * 6), domains=domains) == (value(50, 6), withheld("empty"))


def test_answers_to_other_questions_change_nothing() -> None:
    assert rows([person | {"elsewhere": 100} for person in work(*(50,) * 6)]) == (value(50, 6),)


# Anything strange

GOOD: Final[dict[str, Any]] = {
    "k": 5,
    "viewers": 0,
    "recent_release": False,
    "domains": TWO,
    "submitted": both(work(*(50,) * 6), trust(*[(75, 75, 75, 75)] * 6)),
}
NAN: Final = float("nan")
INFINITE: Final = float("inf")


def answering(item: Any, answer: object) -> Mapping[str, object]:
    """Change one answer of the last person."""
    return {"submitted": [*GOOD["submitted"][:-1], {**GOOD["submitted"][-1], item: answer}]}


def trust_is(**fields: object) -> Mapping[str, object]:
    """Change the topic of trust."""
    return {"domains": {**TWO, "trust": {**TWO["trust"], **fields}}}


STRANGE_ITEMS: Final[list[Any]] = [None, "t1", {"t1": 1}, {"t1"}, 4, ["t1", 2], ["t1", None], ["t1", ["t2"]]]
STRANGE_SCALES: Final[list[Any]] = [
    None, 100, "0-100", {}, [], [0, 100], [0, 100, 25, 0], [1, 5, 1], [0, 10, 1], [0, 99, 25], [1, 100, 25],
    [100, 0, 25], [False, 100, 25], [0, 100, True], [0, 100, 0], [0, 100, -25], [0, 100, 101], [0, 100, NAN],
    [0, 100, None], [0, 100, "25"], [0, INFINITE, 25], [[0], 100, 25],
]  # fmt: skip
STRANGE: Final = [
    *(
        pytest.param({name: strange}, Alarm.PARAMETERS, id=f"{name} is {repr(strange)}")
        for name in ("k", "viewers")
        for strange in (None, True, False, 5.0, 5.5, "5", NAN, INFINITE, [5], Fraction(5))
    ),
    pytest.param({"viewers": -1}, Alarm.PARAMETERS, id="viewers below none"),
    pytest.param({"viewers": -(10**400)}, Alarm.PARAMETERS, id="viewers far below none"),
    *(
        pytest.param({"recent_release": strange}, Alarm.PARAMETERS, id=f"recent_release is {repr(strange)}")
        for strange in (None, 0, 1, "no", [0])
    ),
    pytest.param(trust_is(items=["t1", "t2", "w1"]), Alarm.DOMAINS, id="an item in two topics"),
    pytest.param(trust_is(items=["t1", "t2", "t1"]), Alarm.DOMAINS, id="an item twice in one topic"),
    *(
        pytest.param(trust_is(items=strange), Alarm.DOMAINS, id=f"items are {repr(strange)}")
        for strange in STRANGE_ITEMS
    ),
    *(
        pytest.param(trust_is(scale=strange), Alarm.DOMAINS, id=f"scale is {repr(strange)}")
        for strange in STRANGE_SCALES
    ),
    pytest.param({"domains": {**TWO, "trust": {"items": ["t1", "t2"]}}}, Alarm.DOMAINS, id="a topic without a scale"),
    pytest.param({"domains": {**TWO, "trust": {"scale": [0, 100, 25]}}}, Alarm.DOMAINS, id="a topic without items"),
    *(
        pytest.param({"domains": {**TWO, "trust": strange}}, Alarm.DOMAINS, id=f"a topic is {repr(strange)}")
        for strange in (None, 3, "trust", ["t1", "t2"])
    ),
    *(
        pytest.param(answering(item, strange), Alarm.ANSWERS, id=f"{repr(strange)} {where}")
        for item, where in (("w1", "in a topic"), ("elsewhere", "beside all topics"))
        for strange in (
            True, False, "50", "", "dont_know", NAN, INFINITE, -INFINITE, -1, -0.001, 100.001, 101, 10**400, [50],
            {"value": 50}, 50j, Fraction(50),
        )
    ),
    pytest.param(answering(7, 50), Alarm.ANSWERS, id="an item that is no word"),
    *(
        pytest.param({"submitted": strange}, Alarm.ANSWERS, id=f"submitted is {repr(strange)}")
        for strange in (None, 3, "people", {}, {"w1": 50}, [None], [[50, 50]], ["w1"], [{"w1": 50}, 3])
    ),
]  # fmt: skip


@pytest.mark.parametrize(("strange", "alarm"), STRANGE)
def test_anything_strange_withholds_everything(strange: Mapping[str, object], alarm: Alarm) -> None:
    release = plan_release(**{**GOOD, **strange})
    assert release.rows == (withheld(), withheld("trust"))
    assert release.alarm == alarm


def test_without_anything_strange_the_same_team_is_shown() -> None:
    assert rows(**GOOD) == (value(50, 6), value(75, 6, "trust"))


@pytest.mark.parametrize("limit", [0, 0.0, -0.0, 100, 100.0], ids=repr)
def test_both_ends_of_the_scale_are_answers(limit: float) -> None:
    assert plan_release(**{**GOOD, **answering("w1", limit)}).alarm == ""


@pytest.mark.parametrize(
    ("domains", "expected"),
    [
        pytest.param(None, (), id="none"),
        pytest.param(["work"], (), id="a list"),
        pytest.param("work", (), id="a word"),
        pytest.param({"work": WORK["work"], 7: WORK["work"]}, (withheld(),), id="a key that is no word has no row"),
    ],
)
def test_topics_that_cannot_be_read_have_no_row(domains: object, expected: tuple[Row, ...]) -> None:
    release = plan_release(**{**GOOD, "domains": domains})
    assert release.rows == expected
    assert release.alarm == Alarm.DOMAINS


@pytest.mark.parametrize("strange", [{"k": None}, {"submitted": None}], ids=["a threshold", "answers"])
def test_recent_release_does_not_silence_the_alarm(strange: Mapping[str, object]) -> None:
    release = plan_release(**{**GOOD, "recent_release": True, **strange})
    assert release.rows == (withheld(), withheld("trust"))
    assert release.alarm


def test_alarm_is_one_sentence_without_figures() -> None:
    for alarm in Alarm:
        assert not any(character.isdigit() for character in alarm)
        assert alarm.endswith(".")
        assert alarm.count(".") == 1


# Rows as JSON


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(value(60, 7), {"status": "shown", "value": 60, "band": None, "n": 7}, id="value"),
        pytest.param(
            at_most(25, 5),
            {"status": "shown", "value": None, "band": {"side": "at_most", "bound": 25}, "n": 5},
            id="low end",
        ),
        pytest.param(
            at_least(80, 6),
            {"status": "shown", "value": None, "band": {"side": "at_least", "bound": 80}, "n": 6},
            id="high end",
        ),
        pytest.param(withheld(), {"status": "withheld", "value": None, "band": None, "n": None}, id="withheld"),
    ],
)
def test_row_as_json(row: Row, expected: dict[str, object]) -> None:
    assert row.as_json() == {"metric": "scale_mean", "scale": "work", **expected}
    assert list(row.as_json()) == ["metric", "scale", "status", "value", "band", "n"]


def test_value_is_a_whole_number() -> None:
    assert type(rows(work(50.0, 50.0, 50.0, 50.0, 50.0))[0].value) is int
