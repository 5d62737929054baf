"""What docs/scoring.md promises of the team's figures, tried on drawn teams. The guarantee has a file of its own."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from readiness.scoring.release import EndBand, Row, RowStatus, Side, can_be_released, plan_release
from tests.readiness.scoring.teams import Team, people, questionnaires, teams

NAN: Final = float("nan")
ENOUGH: Final = st.integers(5, 14)


def shown(rows: tuple[Row, ...]) -> list[Row]:
    return [row for row in rows if row.status is RowStatus.SHOWN]


# Who is in a figure


@given(teams())
def test_shown_row_has_enough_people_besides_the_viewers(team: Team) -> None:
    for row in shown(team.release().rows):
        assert row.n is not None
        assert row.n >= max(5, team.k) + team.viewers
        assert team.n_persons(row.scale) >= row.n


@given(teams(ENOUGH))
def test_all_shown_rows_carry_the_smallest_number(team: Team) -> None:
    rows = shown(team.release().rows)

    if rows:
        assert {row.n for row in rows} == {min(team.n_persons(row.scale) for row in rows)}


@given(teams(), st.integers(1, 9))
def test_raising_the_threshold_never_shows_a_withheld_row(team: Team, more: int) -> None:
    before, after = team.release().rows, team.release(k=team.k + more).rows

    for low, high in zip(before, after, strict=True):
        assert low.status is RowStatus.SHOWN or high.status is RowStatus.WITHHELD


@given(teams(ENOUGH))
def test_one_more_viewer_never_shows_a_withheld_row(team: Team) -> None:
    before, after = team.release().rows, team.release(viewers=team.viewers + 1).rows

    for fewer, more in zip(before, after, strict=True):
        assert fewer.status is RowStatus.SHOWN or more.status is RowStatus.WITHHELD


@given(teams(ENOUGH))
def test_recent_release_shows_nothing_and_rings_no_alarm(team: Team) -> None:
    release = team.release(recent_release=True)

    assert release.rows == tuple(Row(key) for key in team.domains)
    assert release.alarm == ""


# What a row says


@given(teams())
def test_there_is_a_row_for_each_topic_in_their_order(team: Team) -> None:
    assert [row.scale for row in team.release().rows] == list(team.domains)


@given(teams())
def test_withheld_row_says_nothing(team: Team) -> None:
    for row in team.release().rows:
        assert (row.status is RowStatus.SHOWN) == ((row.value is None) != (row.band is None))
        if row.status is RowStatus.WITHHELD:
            assert row == Row(row.scale)


@given(teams(ENOUGH))
def test_bounds_follow_from_n_and_the_viewers_alone(team: Team) -> None:
    """The smallest multiple of five from which the points left over hide a colleague; every value lies between."""
    c = max(1, team.viewers)
    for row in shown(team.release().rows):
        assert row.n is not None
        ends = [end for end in range(5, 50, 5) if row.n * (end + 2.5) >= 100 * c + 35]
        if row.band is None:
            assert row.value is not None
            assert row.value % 5 == 0
            assert ends[0] < row.value < 100 - ends[0]
        else:
            assert row.band.bound == (ends[0] if row.band.side is Side.AT_MOST else 100 - ends[0])


@given(teams(ENOUGH))
def test_figure_is_the_rounded_mean(team: Team) -> None:
    for row in shown(team.release().rows):
        scores = [score for score in team.scores(row.scale) if score is not None]
        mean = sum(scores) / len(scores)
        if row.value is not None:
            assert row.value - 2.5 <= mean < row.value + 2.5
        elif row.band and row.band.side is Side.AT_MOST:
            assert mean < row.band.bound + 2.5
        elif row.band:
            assert mean >= row.band.bound - 2.5


# What makes no difference


@given(teams(), st.randoms(use_true_random=False))
def test_order_of_people_items_and_topics_makes_no_difference(team: Team, random) -> None:
    def shuffled(given):
        return random.sample(list(given), len(given))

    people = [dict(shuffled(sheet.items())) for sheet in shuffled(team.submitted)]
    domains = {key: {**domain, "items": shuffled(domain["items"])} for key, domain in shuffled(team.domains.items())}
    again = team.release(submitted=people, domains=domains).rows

    assert {row.scale: row for row in again} == {row.scale: row for row in team.release().rows}


@given(teams(ENOUGH), st.randoms(use_true_random=False))
def test_whose_answers_they_are_makes_no_difference(team: Team, random) -> None:
    """The answers to each topic change hands, by another permutation for each topic."""
    swapped: list[dict[str, Any]] = [{} for _ in team.submitted]
    for domain in team.domains.values():
        for new, old in zip(swapped, random.sample(team.submitted, len(team.submitted)), strict=True):
            new.update({item: old[item] for item in domain["items"]})

    assert team.release(submitted=swapped) == team.release()


@given(teams(ENOUGH))
def test_leaving_the_key_out_is_the_same_as_none(team: Team) -> None:
    given_only = [{item: answer for item, answer in sheet.items() if answer is not None} for sheet in team.submitted]

    assert team.release(submitted=given_only) == team.release()


@st.composite
def two_small_teams(draw: st.DrawFn) -> tuple[Team, Team]:
    """Two teams of one clinic, both under the threshold, with other people and other answers."""
    team = draw(teams(st.just(0)))
    too_few = st.integers(0, team.threshold - 1)
    first, second = (replace(team, submitted=draw(people(team.domains, too_few))) for _ in range(2))
    return first, second


@given(two_small_teams())
def test_teams_under_the_threshold_look_like_nobody(pair: tuple[Team, Team]) -> None:
    one, other = pair

    assert one.release() == other.release() == one.release(submitted=[])


@given(teams(ENOUGH))
def test_topic_under_the_threshold_looks_like_an_unanswered_one(team: Team) -> None:
    small = [key for key in team.domains if team.n_persons(key) < team.threshold]
    unanswered = dict.fromkeys(item for key in small for item in team.domains[key]["items"])

    assert team.release(submitted=[sheet | unanswered for sheet in team.submitted]) == team.release()


@given(teams())
def test_planning_again_gives_the_same_and_changes_nothing_it_was_given(team: Team) -> None:
    before = deepcopy(team)

    assert team.release() == team.release()
    assert team == before


# Anything strange

strange_answers = st.one_of(
    st.booleans(),
    st.text(),
    st.sampled_from((NAN, float("inf"), float("-inf"), -1e-300, 100.00000000000001)),
    st.integers(max_value=-1),
    st.integers(min_value=101),
    st.lists(st.integers(0, 100)),
    st.decimals(0, 100),
    st.complex_numbers(),
)


@given(teams(ENOUGH), strange_answers, st.data())
def test_one_strange_answer_withholds_everything(team: Team, strange: object, data: st.DataObject) -> None:
    items = [*(item for domain in team.domains.values() for item in domain["items"]), "of no topic"]
    sheet, item = data.draw(st.integers(0, len(team.submitted) - 1)), data.draw(st.sampled_from(items))
    submitted: list[Any] = deepcopy(team.submitted)
    submitted[sheet][item] = strange

    release = team.release(submitted=submitted)

    assert release.rows == tuple(Row(key) for key in team.domains)
    assert release.alarm
    assert not any(character.isdigit() for character in release.alarm)


@given(teams(ENOUGH), st.data())
def test_an_item_asked_twice_withholds_everything(team: Team, data: st.DataObject) -> None:
    item = data.draw(st.sampled_from([item for domain in team.domains.values() for item in domain["items"]]))
    key = data.draw(st.sampled_from(sorted(team.domains)))
    domain = team.domains[key]

    release = team.release(domains={**team.domains, key: {**domain, "items": [*domain["items"], item]}})

    assert release.rows == tuple(Row(key) for key in team.domains)
    assert release.alarm


anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.fractions(), st.binary(max_size=2)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.text(max_size=3) | st.integers() | st.none(), inner, max_size=3),
    ),
    max_leaves=4,
)
topics = st.dictionaries(
    st.text(max_size=2),
    st.fixed_dictionaries({}, optional={"items": st.lists(st.text(max_size=1)) | anything, "scale": anything}),
    max_size=3,
)


@given(
    k=st.integers() | anything,
    viewers=st.integers(0) | anything,
    recent_release=st.booleans() | anything,
    domains=questionnaires() | topics | anything,
    submitted=st.lists(st.dictionaries(st.text(max_size=1), st.floats(0, 100) | anything, max_size=3), max_size=6)
    | anything,
)
def test_whatever_it_is_given_it_answers(
    k: object, viewers: object, recent_release: object, domains: object, submitted: object
) -> None:
    release = plan_release(k, viewers, recent_release, domains, submitted)

    keys = [key for key in domains if isinstance(key, str)] if isinstance(domains, dict) else []
    assert [row.scale for row in release.rows] == keys
    assert not release.alarm or not shown(release.rows)


# Rows that come back from elsewhere


@given(teams(), st.data())
def test_only_what_a_release_could_hold_is_taken_for_one(team: Team, data: st.DataObject) -> None:
    rows = list(team.release().rows)
    assert can_be_released(rows)
    if not shown(tuple(rows)):
        return
    place = data.draw(st.sampled_from([place for place, row in enumerate(rows) if row.status is RowStatus.SHOWN]))
    row = rows[place]
    assert row.n is not None
    forged = data.draw(
        st.sampled_from(
            [
                replace(row, status=RowStatus.WITHHELD),
                replace(row, n=None),
                replace(row, n=4),
                replace(row, value=None, band=None),
                replace(row, value=52, band=None),
                replace(row, value=100, band=None),
                replace(row, value=0, band=None),
                replace(row, value=None, band=EndBand(Side.AT_MOST, 0)),
                replace(row, value=None, band=EndBand(Side.AT_LEAST, 50)),
                replace(row, value=50, band=EndBand(Side.AT_MOST, 25)),
                *([replace(row, n=row.n + 1)] if len(shown(tuple(rows))) > 1 else []),
            ]
        )
    )
    assert not can_be_released([*rows[:place], forged, *rows[place + 1 :]])


def test_rows_of_one_release_have_one_range_at_the_ends() -> None:
    """With seven people the ranges reach 20 or, where two could look on, 35: a release has the one or the other."""
    low, wide = (Row("a", RowStatus.SHOWN, band=EndBand(Side.AT_MOST, bound), n=7) for bound in (20, 35))
    near, far = (Row("b", RowStatus.SHOWN, value=value, n=7) for value in (30, 40))
    assert [can_be_released([one, other]) for one in (low, wide) for other in (near, far)] == [True, True, False, True]
    assert not can_be_released([low, replace(wide, scale="b")])
    assert not can_be_released([replace(low, n=5)])
