"""How the page of change sums up: all topics in one sentence, and a reason exactly where the rule compares nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.plans.change_flags import FlagsSection
from assessments.plans.change_topics import noise_words, summary, why_not
from readiness.instrument.definition import Form, NonAnswer
from readiness.instrument.loading import load
from readiness.scoring.change import Change, change
from readiness.scoring.score import score

SIZES = {"h": Change.HIGHER, "l": Change.LOWER, "n": Change.NO_CLEAR_CHANGE, "x": Change.NOT_COMPARED}
ITEMS = [item.key for item in load().items_of(Form.MANAGER, "practice")]
ANSWERS = st.lists(st.sampled_from([1, 3, 5, None, NonAnswer.DONT_KNOW]), min_size=len(ITEMS), max_size=len(ITEMS))


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ("nnn", "No topic shows a clear change."),
        ("nnx", "No topic shows a clear change; “C” cannot be compared."),
        ("nxx", "“A” shows no clear change; two cannot be compared."),
        ("xxx", "None of the three topics can be compared."),
        ("hhh", "All three topics are higher."),
        ("hln", "“A” is higher; “B” is lower; for the other topic there is no clear change."),
        ("hlnn", "“A” is higher; “B” is lower; for the other two there is no clear change."),
        ("hhnx", "“A” and “B” are higher; for “C” there is no clear change; “D” cannot be compared."),
        ("lllllnnxx", "Five topics are lower; for two there is no clear change; two cannot be compared."),
    ],
)
def test_summary_names_or_counts_every_topic(verdicts, said):
    rows: list[Any] = [
        SimpleNamespace(title=title, verdict=SIZES[one]) for title, one in zip("ABCDEFGHI", verdicts, strict=False)
    ]
    assert summary(tuple(rows)) == said


@given(ANSWERS, ANSWERS, st.booleans())
def test_there_is_a_reason_exactly_where_the_rule_does_not_compare(before, after, same):
    """It lies in a side that lacks something, and tells the truth of each."""
    first, second = (
        score(load(), Form.MANAGER, dict(zip(ITEMS, given, strict=True))).domain("practice")
        for given in (before, after)
    )
    _, sides = why_not(first, second, same=same)
    is_compared = change(first, second, is_same=same) is not Change.NOT_COMPARED
    assert is_compared == (same and not sides)
    for name, scale in (("before", first), ("after", second)):
        assert name not in sides or scale.score is None or not scale.is_half_known


def test_topic_that_was_not_asked_is_a_reason_of_its_own():
    scale = score(load(), Form.MANAGER, {}).domain("practice")
    assert why_not(None, scale, same=False) == ("not-asked", ["before"])
    assert why_not(scale, None, same=True) == ("not-asked", ["after"])


def test_steps_are_those_of_the_rule():
    assert "fewer than two steps in sum over two questions" in noise_words(2)
    assert "fewer than four steps in sum over six questions" in noise_words(6)


def flags(**groups: str) -> FlagsSection:
    """Make a section of flags by letters: in capitals about safety; "a'" moved by one step, "a+" has grown."""
    made: dict[str, Any] = {"closed": (), "gone": (), "new": (), "stayed": ()}
    for group, text in groups.items():
        made[group] = tuple(
            SimpleNamespace(
                name=one[0], is_safety=one[0].isupper(), is_one_step=one[1:] == "'", reason="grown" * (one[1:] == "+")
            )
            for one in text.split()
        )
    return FlagsSection(**made)


@pytest.mark.parametrize(
    ("groups", "summed", "lead"),
    [
        ({}, "Nothing was flagged either time.", ""),
        ({"stayed": "a"}, "One flag has stayed.", "No flag has closed, and none is new."),
        ({"closed": "a'"}, "One flag has closed, by one step on one question.", None),
        ({"closed": "a' b'"}, "Two flags have closed, each by one step on one question.", None),
        (
            {"closed": "a' b' c' d", "gone": "e"},
            "Four flags have closed, three of them by one step on one question; one went without being settled.",
            None,
        ),
        ({"closed": "a b", "new": "C"}, "Two flags have closed; one is new.",
         "Two flags have closed; one is new: “C” (safety)."),
        ({"new": "a b c d E"}, "Five flags are new.", "Five flags are new: “E” (safety), “a”, “b” and two more."),
        ({"stayed": "a b+"}, "Two flags have stayed.", "One flag is more pressing: “b”."),
    ],
)  # fmt: skip
def test_top_of_the_page_names_what_is_new_and_says_what_closed_by_a_step(groups, summed, lead):
    found = flags(**groups)
    assert found.summary == summed
    assert found.lead == (summed if lead is None else lead)
