"""The private profile: a sentence, a picture and a table that agree, and tips; after sending, or for anybody to try."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from assessments.respondents.compact import packed, unpacked
from assessments.respondents.profile_presenters import Kept, copy_text, profile_page
from readiness.instrument.definition import Form, NonAnswer, Stage
from readiness.instrument.loading import load
from tests.assessments.respondents.conftest import words_of

INSTRUMENT = load()
TASKS = [item.key for item in INSTRUMENT.items_of(Form.THERAPIST, "confidence")]


def answer_of(item):
    scale = INSTRUMENT.scale[item.scale]
    return st.one_of(st.none(), st.sampled_from([*scale.steps]), st.sampled_from([*NonAnswer]))


@given(st.fixed_dictionaries({item.key: answer_of(item) for item in INSTRUMENT.items_of(Form.THERAPIST)}))
def test_packed_answers_come_back_as_they_were(answers):
    text = packed(INSTRUMENT, answers)
    assert len(text) == 29
    assert unpacked(INSTRUMENT, text) == {key: answer for key, answer in answers.items() if answer is not None}


@given(st.text(st.characters(max_codepoint=0x2FF), min_size=29, max_size=29))
def test_whatever_else_is_read_is_refused_or_answers_of_the_form(text):
    answers = unpacked(INSTRUMENT, text)
    assert answers is None or packed(INSTRUMENT, answers) == text


def page_of(*figures):
    return profile_page(Kept(INSTRUMENT, Stage.RUNNING, dict(zip(TASKS, figures, strict=False))))


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ((), "You gave no figure for any of the eight tasks, so there is nothing to show."),
        ((7,), "Your one figure is 7 of 10."),
        ((7, 7), "Your figures are all 7 of 10."),
        ((5, 5), "Your figures are all 5 of 10."),
        (
            (0,) * 8,
            "You feel unsure about these tasks for now. That can change, and you need not do it all at once or alone.",
        ),
        (
            (4, 4),
            "You feel unsure about the tasks with a figure for now. That can change, and you need not do it all at "
            "once or alone.",
        ),
        (
            (3, 1, 3, 3, 2, 3, 3, 3),
            "You feel unsure about these tasks for now, most of all about “Finding the right tone” (1 of 10). "
            "That can change, and you need not do it all at once or alone.",
        ),
        (
            (5, 4),
            "You feel surest about “Writing helpful feedback” (5 of 10) and least sure about “Finding the right tone” "
            "(4 of 10).",
        ),
        (
            (9, 3, NonAnswer.DONT_KNOW, 9),
            "You feel surest about “Writing helpful feedback” and “Adjusting when a patient gets stuck” (9 of 10) and "
            "least sure about “Finding the right tone” (3 of 10).",
        ),
        (
            (7, 1, 7, 7),
            "You feel surest about 3 tasks (7 of 10) and least sure about “Finding the right tone” (1 of 10).",
        ),
    ],
    ids=["none", "one", "alike", "middling", "all zero", "low", "low but unlike", "just sure", "several", "many alike"],
)
def test_sentence_says_what_the_picture_shows(figures, sentence):
    assert page_of(*figures).sentence == sentence


def test_bars_keep_the_order_of_the_form_and_zero_is_not_nothing():
    bars = page_of(0, 10, NonAnswer.DONT_KNOW).bars
    assert [bar.percent for bar in bars[:4]] == [0, 100, None, None]
    assert [bar.words for bar in bars[:4]] == [
        "0 of 10: Cannot do at all",
        "10 of 10: Certain I can do",
        "Don’t know",
        "Not answered",
    ]
    assert [bar.figure for bar in bars[:2]] == ["0 of 10", "10 of 10"]


def test_lowest_two_come_with_tips_and_their_grounds_and_safety_always():
    page = page_of(9, 3, 8, 2)
    assert [focus.bar.figure for focus in page.lowest] == ["2 of 10", "3 of 10"]
    assert all(2 <= len(focus.tips) <= 3 and all(tip.grounds.words for tip in focus.tips) for focus in page.lowest)
    assert [bool(bar.safety) for bar in page.bars].count(True) == 1
    assert page.lead_in == "For the two tasks with your lowest figures. Take what fits, leave the rest."


@pytest.mark.parametrize(
    ("figures", "begins"),
    [
        ((2,), "For the task with your lowest figure."),
        ((2, 2), "For the two tasks"),
        ((2, 2, 2), "Several tasks share your lowest figures. These are two to begin with."),
        ((2, 3, 3), "Several tasks share your lowest figures."),
        ((0,) * 8, "Several tasks share your lowest figures."),
        ((9,) * 8, "Even the tasks that you rated lowest stand at 8"),
    ],
)
def test_tips_say_which_tasks_they_are_for(figures, begins):
    assert page_of(*figures).lead_in.startswith(begins)


def test_copy_holds_every_question_with_its_answer():
    text = copy_text(Kept(INSTRUMENT, Stage.PREPARING, {"usability": NonAnswer.NOT_APPLICABLE}))
    assert text.count("Not answered") == 28
    assert "Too early, we have not started" in text


def test_anybody_may_try_and_nothing_is_stored(db, django_assert_num_queries):
    browser = Client(enforce_csrf_checks=True)
    with django_assert_num_queries(0):
        assert "Nothing is stored" in browser.get("/try/therapist/").content.decode()
        page = browser.post("/try/therapist/", {"answer-confidence-tone": "3", "go": "profile"}).content.decode()
    assert "Your one figure is 3 of 10." in words_of(page)
    assert 'name="answer-confidence-tone"' in re.sub(r"\s+", " ", page)
    again = browser.post("/try/therapist/", {"answer-confidence-tone": "3", "go": "change"}).content.decode()
    assert re.search(r'name="answer-confidence-tone"\s+value="3" checked', again)
    assert browser.post("/try/therapist/", {"answer-confidence-tone": "11", "go": "profile"}).status_code == 422
    assert not browser.cookies
