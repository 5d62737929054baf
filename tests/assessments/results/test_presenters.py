"""What pages show of a reading, without a round: order, rounding, words."""

from __future__ import annotations

import re

import plotly.graph_objects as go
import pytest

from assessments.results import words
from assessments.results.charts import topics_figure
from assessments.results.layout import option_body
from assessments.results.presenters import Heading, finish_page, first_look, result_page, summary
from assessments.results.reading import quick, read
from assessments.results.rows import ScoreRow, TopicRow
from assessments.results.team import Coming
from readiness.guidance.definition import Basis
from readiness.guidance.loading import load as load_guidance
from readiness.guidance.words import basis_of
from readiness.instrument.definition import Answers, Context, Form, NonAnswer, Route, Stage
from readiness.instrument.loading import load
from readiness.scoring.bands import Band, band
from readiness.scoring.score import ScaleScore, ScoreStatus
from tests.assessments.results.conftest import ALL_MOSTLY, DONT_KNOW, ITEMS, MIXED

HEADING = Heading(clinic="Harbour Clinic", title="Practice run")
GP_AND_SELF = Context(routes=frozenset({Route.GP, Route.SELF}))


def page_for(answers, context=GP_AND_SELF):
    return result_page(read(load(), answers, context), HEADING)


def scale(score, *, n_valid=4, n_items=4, n_dont_know=0, n_not_applicable=0):
    n_applicable = n_items - n_not_applicable
    return ScaleScore(
        key="intake",
        score=score,
        status=ScoreStatus.NOT_SCORED if score is None else ScoreStatus.SCORED,
        band=band(score),
        n_items=n_items,
        n_applicable=n_applicable,
        n_valid=n_valid,
        n_dont_know=n_dont_know,
        n_not_applicable=n_not_applicable,
        n_blank=n_applicable - n_valid - n_dont_know,
    )


def row(title, exact, *, is_hatched=False):
    """Give the row of a topic; one that is hatched has too few answers for a word."""
    found = band(float(exact)) if exact else None
    return ScoreRow(
        key=title.lower(),
        title=title,
        exact=exact,
        figure=words.figure(float(exact)) if exact else "",
        status="scored" if exact else "not_scored",
        band=found.value if found else "",
        words=words.BANDS[found] if found and not is_hatched else "",
        basis="based on 4 of 4 questions",
        missing="",
        doubt="",
        is_hatched=is_hatched,
    )


@pytest.mark.parametrize(
    ("score", "shown"),
    [(None, ""), (0.0, "0"), (0.5, "1"), (49.4, "49"), (62.5, "63"), (83.3333333333, "83"), (100.0, "100")],
)
def test_figures_are_rounded_half_up_and_none_is_empty(score, shown):
    assert words.figure(score) == shown


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (scale(62.5), "Partly"),
        (scale(75.0, n_valid=2), "In place"),
        (scale(75.0, n_valid=2, n_items=5), ""),
        (scale(None, n_valid=1), ""),
    ],
    ids=["whole", "half", "under half", "no score"],
)
def test_band_has_a_word_from_half_of_the_questions_on(found, said):
    assert words.band_words(found) == said


def test_missing_answers_are_named_by_kind():
    found = scale(50.0, n_valid=2, n_items=6, n_dont_know=1, n_not_applicable=2)

    assert words.basis_words(found) == "based on 2 of 6 questions"
    assert words.missing_words(found, Stage.RUNNING) == "1 don’t know, 2 do not apply, 1 not answered"
    assert words.missing_words(found, Stage.PREPARING) == "1 don’t know, 2 too early or not used, 1 not answered"
    assert words.missing_words(scale(50.0), Stage.RUNNING) == ""


def test_first_three_cards_are_safety_then_red_then_lowest():
    page = page_for(MIXED)

    assert [(c.number, c.level, c.flags[0].key) for c in page.first] == [
        (1, "red", "critical-risk-procedure"),
        (2, "red", "low-patient-inflow"),
        (3, "amber", "critical-training"),
    ]
    assert [c.number for c in page.rest] == [4, 5]
    assert {c.level_words for c in page.first} == {"Needs a decision", "Look at this"}


def test_one_card_stands_for_flags_of_one_cause():
    card = page_for(MIXED).first[1]

    assert [flag.key for flag in card.flags] == ["low-patient-inflow", "low-gp-referral"]
    assert [answer.key for answer in card.because] == ["intake", "gp-referral"]


def test_every_card_has_an_option_in_full_or_elsewhere_and_none_twice():
    page = page_for(dict.fromkeys(ITEMS, 1))
    lists = [c.options for c in (*page.first, *page.rest)] + [g.options for g in page.option_groups]

    assert all(len(options.here) + len(options.elsewhere) >= 2 for options in lists)
    assert all(card.options.here for card in page.first)
    in_full = [option.key for options in lists for option in options.here]
    assert len(in_full) == len(set(in_full))
    assert {key for options in lists for key, _ in options.elsewhere} <= set(in_full)


def test_what_holds_a_topic_down_comes_before_the_other_answers():
    (funding,) = [t for t in page_for(MIXED).topics if t.score.key == "funding"]

    assert [a.key for a in funding.holds_down] == ["permanent-plan", "costs-known"]
    assert [a.key for a in funding.others] == ["reimbursement", "long-term-funding", "scale-up", "outcome-data"]
    assert [a.step for a in funding.others] == [0, 4, 0, 4]


def test_topics_without_a_score_stand_last():
    page = page_for({**ALL_MOSTLY, "training": DONT_KNOW, "written-communication": None, "new-skills": 1,
                     "offering-online": None})  # fmt: skip

    assert page.topics[-1].score.key == "skills"
    assert page.topics[-1].score.exact == ""


def test_safety_says_where_it_stands():
    page = page_for({"risk-procedure": DONT_KNOW})

    assert [(r.answer.key, r.state, r.words) for r in page.safety] == [
        ("risk-procedure", "amber", "Look at this"),
        ("data-protection", "blank", "Not answered yet"),
    ]
    assert [r.state for r in page_for(ALL_MOSTLY).safety] == ["settled", "settled"]


def test_items_of_a_way_not_in_use_are_not_asked():
    page = page_for({"gp-referral": 1}, Context(routes=frozenset({Route.SELF})))

    answers = {a.key: a for topic in page.topics for a in (*topic.holds_down, *topic.others)}
    assert answers["gp-referral"].words == "Not asked: this way is not in use"
    assert (page.n_asked, page.n_answered) == (44, 0)
    assert not page.first


def test_figures_stand_beside_the_opinion_of_the_same_thing():
    page = page_for({**MIXED, "funding-months": DONT_KNOW, "patients-started": 1200})

    facts = {fact.figure: (fact.unit, fact.beside.key if fact.beside else "") for fact in page.facts}
    assert facts["0"] == ("hours per week", "workload")
    assert facts["1,200"] == ("patients", "")
    assert facts["Don’t know"] == ("", "long-term-funding")
    assert len(page.clashes) == 1


def test_strengths_beyond_six_are_folded():
    page = page_for(MIXED)

    assert [a.key for a in page.strengths[:2]] == ["evidence", "usability"]
    assert len(page.strengths) == 6
    assert len(page.more_strengths) > 20


def test_things_to_find_out_hold_a_message():
    (inquiry,) = page_for(MIXED).inquiries

    assert inquiry.items == ("reimbursement",)
    assert "\n" in inquiry.message


def test_takeaways_and_cfir_have_their_titles():
    page = page_for(MIXED)

    assert [r.score.key for r in page.takeaways] == ["1", "2", "3", "4", "5"]
    assert page.takeaways[0].score.title == load().takeaways[0].title
    assert {r.score.key for r in page.cfir} == {c.key for c in load().cfir}


@pytest.mark.parametrize("context", [GP_AND_SELF, Context(routes=frozenset({Route.SELF}))])
def test_every_score_of_a_group_stands_beside_the_answers_that_it_counts(context):
    page = page_for(MIXED, context)
    for groups in (page.takeaways, page.cfir):
        assert sorted(a.key for group in groups for a in group.answers) == sorted(ITEMS)
        for group in groups:
            steps = [a.step for a in group.answers if a.step and not a.words.startswith("Not asked")]
            assert f"based on {len(steps)} of" in group.score.basis
            assert float(group.score.exact) == pytest.approx(sum(25 * (step - 1) for step in steps) / len(steps))


def test_fact_of_a_way_that_is_not_in_use_is_not_shown():
    assert "gp-referral-count" in read(load(), MIXED, GP_AND_SELF).facts
    assert set(read(load(), MIXED, Context(routes=frozenset({Route.SELF}))).facts) == {"therapist-hours"}


@pytest.mark.parametrize("key", [o.key for o in load_guidance(load()).options])
def test_option_says_once_on_what_it_stands(key):
    text = re.sub(r"<[^>]+>", "", option_body(load().key, load().version, load_guidance(load()).version, key))
    basis = text.strip().splitlines()[-1]
    assert basis.lower().count("our own judgement") <= 1
    assert not basis.rstrip().endswith((":", "also"))


def test_all_good_and_empty_are_told_apart():
    good, empty = page_for(ALL_MOSTLY), page_for({})

    assert (good.is_all_good, good.is_empty, good.n_open) == (True, False, 0)
    assert (empty.is_all_good, empty.is_empty, empty.n_open) == (False, True, 47)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row("A", "80.0"), row("B", "90.0")], "All two topics are “In place”. The lowest is A, with 80 of 100."),
        (
            [row("A", "10.0"), row("B", "62.5"), row("C", "65.0"), row("D", "")],
            "Of four topics, one is “Not yet” and two are “Partly”; one without a score. "
            "The lowest is A, with 10 of 100.",
        ),
        ([row("A", ""), row("B", "")], "No topic has enough answers for a score."),
        (
            [row("A", "75.0"), row("B", "80.0", is_hatched=True)],
            "Of two topics, one is “In place”; one without a word. The lowest is A, with 75 of 100.",
        ),
        (
            [row("A", "75.0", is_hatched=True), row("B", "80.0", is_hatched=True), row("C", "")],
            "Of three topics, none has a word; one without a score. The lowest is A, with 75 of 100.",
        ),
        (
            [row("A", "61.6"), row("B", "62.4"), row("C", "70.0")],
            "All three topics are “Partly”. The lowest are “A” and “B”, with 62 of 100 each.",
        ),
        (
            [*(row(title, "50.0") for title in "ABCD"), row("E", "62.5")],
            "All five topics are “Partly”. Four have the lowest score, 50 of 100.",
        ),
        ([row("A", "100.0"), row("B", "100.0")], "All two topics are “In place”. Every score is 100 of 100."),
    ],
    ids=["one band", "mixed", "none", "few answers", "few everywhere", "two lowest", "many lowest", "all the same"],
)
def test_summary_says_what_the_picture_shows(rows, said):
    assert summary(rows) == said


def test_first_look_leaves_out_scores_and_everything_but_the_quick_questions():
    reading = quick(read(load(), {**ALL_MOSTLY, "reimbursement": 1, "scale-up": 1, "costs-known": 1}, GP_AND_SELF))

    page = first_look(reading, HEADING)

    assert (page.n_asked, page.n_answered) == (12, 12)
    assert [flag.key for card in page.cards for flag in card.flags] == ["missing-funding"]


def test_finish_counts_asked_questions_only():
    answers: Answers = {
        "evidence": 4,
        "usability": DONT_KNOW,
        "care-pathway": NonAnswer.NOT_APPLICABLE,
        "gp-referral": 1,
    }

    page = finish_page(read(load(), answers, Context(routes=frozenset({Route.SELF}))), Coming(0, "", None, False, None))

    assert (page.n_asked, page.n_on_scale, page.n_dont_know, page.n_blank) == (44, 1, 1, 41)


def test_figure_is_one_that_plotly_knows_and_shows_the_same_rows():
    rows = [row("A", "10.0", is_hatched=True), row("B", "62.5"), row("C", "")]

    figure = topics_figure([TopicRow(one, None, (), ()) for one in rows])

    bars = go.Figure(figure).data[0]
    assert (bars.y, bars.x, bars.text) == (("B", "A"), (62.5, 10.0), ("63", "10"))
    assert bars.meta == {"bands": ["partly", "not_yet"]}
    assert tuple(bars.marker.pattern.shape) == ("", "/")


def test_figure_without_scores_is_none():
    assert topics_figure([TopicRow(row("A", ""), None, (), ())]) is None


def test_bands_and_words_are_all_there():
    assert set(words.BANDS) == set(Band)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (["folker-2018-summary"], "Recommended in a summary of a study"),
        (["van-der-vaart-2019"], "Recommended by a study"),
        (["folker-2018-summary", "van-der-vaart-2019"], "Recommended by a study"),
    ],
    ids=["summary", "study", "both"],
)
def test_summary_of_a_study_is_not_called_a_study(sources, said):
    option = next(one for one in load_guidance(load()).options if one.basis is Basis.RECOMMENDED)
    assert basis_of(option.model_copy(update={"sources": tuple(sources)})) == said


def test_one_scored_topic_is_not_called_the_lowest():
    answers = {item.key: 5 for item in load().items_of(Form.MANAGER, "funding")}
    rows = [topic.score for topic in result_page(read(load(), answers, Context()), Heading("Clinic", "Title")).topics]
    assert summary(rows) == "Only Money and future has enough answers for a score: 100 of 100."


@pytest.mark.parametrize(("value", "says_too_little"), [("not_applicable", True), (5, False)])
def test_first_look_of_answers_beside_the_scale_gives_no_all_clear(value, says_too_little):
    answers = {item.key: value for item in load().items if item.quick and not item.safety}
    page = first_look(quick(read(load(), answers, Context(stage="preparing"))), Heading("Clinic", "Title"))
    assert page.says_too_little is says_too_little


@pytest.mark.parametrize(
    ("difference", "said"),
    [(0.0, "0"), (0.4, "0"), (-0.4, "0"), (0.5, "+1"), (-0.5, "−1"), (12.5, "+13"), (-12.5, "−13")],
)
def test_differences_are_rounded_alike_in_both_directions(difference: float, said: str) -> None:
    assert words.signed(difference) == said
