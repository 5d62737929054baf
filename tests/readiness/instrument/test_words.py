"""The words of evidence as pages say them."""

from __future__ import annotations

import pytest

from readiness.instrument import words
from readiness.instrument.definition import Answer, NonAnswer, Source, Stage
from readiness.instrument.loading import load


@pytest.mark.parametrize(
    ("citation", "short"),
    [
        ("van der Vaart R, Bos Y (2019). Internet Interventions 18:100290.", "van der Vaart and others 2019"),
        ("Davies and others (2020). Journal 22(7):e17362.", "Davies and others 2020"),
        ("Titov N (2018). Journal.", "Titov 2018"),
        ("Our own judgement.", "Our own judgement"),
        ("A software vendor's summary of Folker 2018: 5 takeaways.", "A software vendor's summary of Folker 2018"),
    ],
)
def test_sources_have_short_names(citation: str, short: str) -> None:
    assert words.source_name(Source(key="a-source", citation=citation, read="All.")) == short


@pytest.mark.parametrize(
    ("key", "answer", "stage", "said"),
    [
        ("gp-referral", 1, Stage.RUNNING, "Not at all true"),
        ("gp-referral", None, Stage.RUNNING, "Not answered"),
        ("gp-referral", NonAnswer.DONT_KNOW, Stage.PILOT, "Don’t know"),
        ("gp-referral", NonAnswer.NOT_APPLICABLE, Stage.RUNNING, "Does not apply to us"),
        ("confidence-tone", NonAnswer.NOT_APPLICABLE, Stage.RUNNING, "Not part of my work"),
        ("confidence-tone", NonAnswer.NOT_APPLICABLE, Stage.PREPARING, "Too early, I have not started"),
        ("gp-referral", NonAnswer.NOT_APPLICABLE, Stage.PREPARING, "Too early, we have not started"),
        ("therapist-hours", 0, Stage.RUNNING, "0"),
        ("gp-referral-count", 12_000, Stage.RUNNING, "12,000"),
        ("gp-referral-count", NonAnswer.DONT_KNOW, Stage.RUNNING, "Don’t know"),
    ],
)
def test_every_kind_of_answer_has_words(key: str, answer: Answer, stage: Stage, said: str) -> None:
    assert words.answer_words(load(), key, answer, stage) == said
