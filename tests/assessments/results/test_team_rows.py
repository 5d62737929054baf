"""How a team's figures are put into words, and that the chart shows the marks of the bars."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from assessments.results.charts import topics_figure
from assessments.results.layout import Layout
from assessments.results.presenters import Heading, result_page
from assessments.results.reading import read
from assessments.results.team import Talk, Team
from assessments.results.team_rows import NOT_KNOWN, NOT_KNOWN_YET, NOT_SHOWN, NOTHING_YET, released_mark, team_section
from readiness.instrument.definition import CONFIDENCE, Context, Form, NonAnswer
from readiness.instrument.loading import load
from readiness.scoring.release import EndBand, Row, RowStatus, Side
from readiness.scoring.team_talk import score_team_talk
from tests.assessments.results.conftest import ALL_MOSTLY
from tests.assessments.results.team import TALK

KEYS = [domain.key for domain in load().domains_of(Form.THERAPIST)]


def value(scale, figure, n=7):
    return Row(scale, RowStatus.SHOWN, value=figure, n=n)


def end(scale, side, bound, n=7):
    return Row(scale, RowStatus.SHOWN, band=EndBand(side, bound), n=n)


def released(**figures):
    """Give seven rows; topics without a figure are withheld."""
    return tuple(figures.get(key) or Row(key) for key in KEYS)


def talk_of(answers, n_people=3, requests=(), other=""):
    return Talk(n_people, answers, score_team_talk(load(), answers), requests, other)


def told(team, *, is_final=True):
    return team_section(team, load(), Context(), is_final=is_final)


def row_of(section, domain):
    (row,) = [one for one in section.rows if one.key == domain]
    return row


@pytest.mark.parametrize(
    ("row", "figure", "of_100", "said", "place"),
    [
        (value("practice", 55), "55", "55 of 100", "Partly", (55, 0)),
        (value("practice", 0), "0", "0 of 100", "Not yet", (0, 0)),
        (value("practice", 75), "75", "75 of 100", "In place", (75, 0)),
        (end("practice", Side.AT_MOST, 25), "25 or less", "25 of 100 or less", "Not yet", (0, 25)),
        (end("practice", Side.AT_LEAST, 75), "75 or more", "75 of 100 or more", "In place", (75, 25)),
        (end("practice", Side.AT_LEAST, 70), "70 or more", "70 of 100 or more", "Partly or In place", (70, 30)),
        (end("practice", Side.AT_MOST, 50), "50 or less", "50 of 100 or less", "Not yet or Partly", (0, 50)),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_released_figure_in_words(row, figure, of_100, said, place):
    mark = released_mark(row)

    assert mark is not None
    assert (mark.figure, mark.of_100, mark.words, (mark.start, mark.width)) == (figure, of_100, said, place)
    assert mark.basis == "at least 7 therapists"
    assert mark.is_range is (row.band is not None)


@pytest.mark.parametrize("row", [value(CONFIDENCE, 40), end(CONFIDENCE, Side.AT_LEAST, 80)])
def test_own_confidence_of_people_is_never_put_into_a_word(row):
    mark = released_mark(row)

    assert mark is not None
    assert mark.words == ""
    assert mark.figure


def test_withheld_row_has_no_mark():
    assert released_mark(Row("practice")) is None


@pytest.mark.parametrize(
    ("team", "is_final", "state"),
    [
        (Team(0), False, NOT_KNOWN_YET),
        (Team(0, released()), True, NOT_KNOWN),
        (Team(9), False, NOTHING_YET),
        (Team(9, released()), True, NOT_SHOWN),
        (Team(9, released(practice=value("practice", 55))), True, ""),
        (Team(0, (), talk_of(TALK)), False, ""),
        (Team(0, released(), talk_of(TALK)), True, ""),
        (Team(9, released(), talk_of(TALK)), True, NOT_SHOWN),
        (Team(0, released(practice=value("practice", 55))), True, ""),
    ],
    ids=[
        "open, nobody asked", "nobody asked", "open, invited", "nothing shown", "figures", "open, talk", "talk",
        "talk, nothing shown", "figures of people whose invitations were withdrawn",
    ],
)  # fmt: skip
def test_state_of_the_team_in_one_sentence(team, is_final, state):
    assert told(team, is_final=is_final).state == state


def test_nothing_shown_looks_the_same_as_an_empty_release():
    assert told(Team(9, released())) == told(Team(9, released(practice=Row("practice", RowStatus.WITHHELD))))
    assert told(Team(9, released())).rows == ()


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (
            {"practice": 45},
            "The therapists’ view is known of one of seven topics, as one figure each, rounded to the nearest 5.",
        ),
        (
            {"practice": 45, "skills": 60},
            "The therapists’ view is known of two of seven topics, as one figure each, rounded to the nearest 5. "
            "Lowest is Daily work, with 45 of 100.",
        ),
        (
            {"practice": 45, "skills": 45, "intake": 80},
            "The therapists’ view is known of three of seven topics, as one figure each, rounded to the nearest 5. "
            "Lowest are Training and skills and Daily work, with 45 of 100.",
        ),
        (
            dict.fromkeys(KEYS, 45),
            "The therapists’ view is known of all seven topics, as one figure each, rounded to the nearest 5.",
        ),
    ],
    ids=["one", "two", "tie", "all the same"],
)  # fmt: skip
def test_summary_says_what_the_table_shows(figures, said):
    rows = released(**{key: value(key, figure) for key, figure in figures.items()})

    assert told(Team(9, rows)).summary == said


def test_range_at_the_low_end_is_the_lowest():
    rows = released(practice=end("practice", Side.AT_MOST, 20), skills=value("skills", 25))

    assert told(Team(9, rows)).summary.endswith("Lowest is Daily work, with 20 of 100 or less.")


def test_talk_in_words():
    section = told(Team(0, (), talk_of(TALK, requests=("supervision", "other"), other="A quiet room")))

    assert section.summary == (
        "The team talked, and agreed on enough for a figure in all six topics. Lowest is Daily work, with 35 of 100."
    )
    assert section.meeting == "agreed in a meeting of 3"
    assert section.requests == ("Supervision of our online work", "Something else: A quiet room")
    assert section.not_agreed == (load().item["comorbidity"].wording[Form.THERAPIST],)
    assert row_of(section, "intake").talk.missing == "1 “We do not agree”"
    assert row_of(section, CONFIDENCE).talk is None


def test_talk_of_one_says_that_it_was_one():
    assert told(Team(0, (), talk_of(TALK, n_people=1))).meeting == "answered by one person"


def test_talk_with_too_little_agreed_has_no_figure():
    cell = row_of(told(Team(0, (), talk_of({"workload": 4, "time-norm": NonAnswer.DONT_KNOW}))), "practice").talk

    assert (cell.mark, cell.doubt) == (None, "Not enough agreed for a figure")
    assert cell.missing == "1 don’t know, 3 not answered"


def test_figure_of_the_group_is_the_mark_where_both_are_known():
    section = told(Team(9, released(practice=value("practice", 55)), talk_of(TALK)))

    assert row_of(section, "practice").mark.figure == "55"
    assert row_of(section, "skills").mark.figure == "75"
    assert section.asked == "9 therapists in confidence and the team in a talk"


def test_chart_shows_the_marks_of_the_bars():
    rows = released(
        practice=value("practice", 55),
        skills=end("skills", Side.AT_LEAST, 80),
        intake=end("intake", Side.AT_MOST, 20),
        confidence=value(CONFIDENCE, 40),
    )
    topics = Layout(read(load(), ALL_MOSTLY, Context(), Team(9, rows))).topics()

    figure = go.Figure(topics_figure(topics))

    bars, values, *ranges = figure.data
    assert len(bars.y) == 9
    assert (values.y, values.x, values.marker.symbol) == (("Daily work",), (55.0,), "diamond")
    assert {one.y[0]: one.x for one in ranges} == {
        "Training and skills": (80, 100),
        "Patients finding the way": (0, 20),
    }
    marked = {topic.score.title for topic in topics if topic.mark}
    assert marked == {values.y[0], *(one.y[0] for one in ranges)}
    assert tuple(values.customdata[0]) == ("55 of 100", "Partly, at least 7 therapists")


def test_chart_shows_the_team_where_the_clinic_has_no_score():
    team = Team(9, released(practice=value("practice", 55)))

    figure = go.Figure(topics_figure(Layout(read(load(), {}, Context(), team)).topics()))

    assert figure.data[0].x == (None,)
    assert figure.data[1].x == (55.0,)


def test_all_good_by_the_clinics_own_answers_names_a_team_that_sees_it_lower():
    def page(team):
        return result_page(read(load(), ALL_MOSTLY, Context(), team), Heading("Clinic", "Title"))

    assert page(Team(9, released(skills=end("skills", Side.AT_MOST, 20)))).is_team_lower
    assert page(Team(9, released(skills=end("skills", Side.AT_LEAST, 70)))).is_team_lower
    assert not page(Team(9, released(skills=end("skills", Side.AT_LEAST, 75)))).is_team_lower
    assert not page(Team(9, released())).is_team_lower
    assert not page(Team(9, released(confidence=value(CONFIDENCE, 65)))).is_team_lower


@pytest.mark.parametrize(
    ("team", "legend"),
    [
        (
            Team(9, released(practice=value("practice", 55), confidence=end(CONFIDENCE, Side.AT_MOST, 20))),
            (True, False),
        ),
        (Team(9, released(practice=end("practice", Side.AT_MOST, 20))), (False, True)),
        (Team(0, (), talk_of(TALK)), (True, False)),
        (Team(9, released()), (False, False)),
    ],
    ids=["values", "ranges", "talk", "nothing"],
)
def test_legend_names_what_stands_on_the_bars_and_no_more(team, legend):
    page = result_page(read(load(), ALL_MOSTLY, Context(), team), Heading("Clinic", "Title"))

    assert (page.has_values, page.has_ranges) == legend
