"""Answers and contexts as Hypothesis draws them for the released questionnaire."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from readiness.instrument.definition import Answer, Context, Form, NonAnswer, Route, Stage
from readiness.instrument.loading import load

INSTRUMENT: Final = load()
NON_ANSWERS: Final[tuple[Answer, ...]] = (NonAnswer.DONT_KNOW, NonAnswer.NOT_APPLICABLE, None)
FLAGGED: Final = tuple(
    item.key
    for item in INSTRUMENT.items_of(Form.MANAGER)
    if item.critical or item.key in ("gp-referral", "self-referral", "gp-acceptance", "colleague-acceptance")
)
"""The items that the flags other than `weak-domain` read."""

contexts = st.builds(Context, stage=st.sampled_from(Stage), routes=st.frozensets(st.sampled_from(Route)))


def answers_to(key: str) -> st.SearchStrategy[Answer]:
    """Any answer to an item: every point of its scale, every non-answer and blank."""
    scale = INSTRUMENT.scale[INSTRUMENT.item[key].scale]
    return st.sampled_from((*scale.steps, *NON_ANSWERS))


def filled(form: Form) -> st.SearchStrategy[dict[str, Answer]]:
    """A form with an answer, or none, to every item."""
    return st.fixed_dictionaries({item.key: answers_to(item.key) for item in INSTRUMENT.items_of(form)})


flagged_answers = st.fixed_dictionaries({key: answers_to(key) for key in FLAGGED})


@st.composite
def raised(draw: st.DrawFn, forms: st.SearchStrategy[dict[str, Answer]]) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """A form, and the same form with one answer on the scale raised."""
    before = draw(forms)
    key = draw(st.sampled_from(sorted(before)))
    scale = INSTRUMENT.scale[INSTRUMENT.item[key].scale]
    low = draw(st.sampled_from(scale.steps[:-1]))
    high = draw(st.sampled_from(scale.steps[low - scale.low + 1 :]))
    return before | {key: low}, before | {key: high}
