"""The words for a clinic's context, for answers and for evidence, the same on every page and in the documents."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from readiness.instrument.definition import (
    CONFIDENCE,
    Answer,
    Determinant,
    ForWhom,
    Instrument,
    NonAnswer,
    Route,
    Source,
    Stage,
    Status,
)

STAGES: Final = {
    Stage.PREPARING: "Preparing: no patient has started yet",
    Stage.PILOT: "Pilot: first patients, limited in time or number",
    Stage.RUNNING: "Running: part of what we offer",
}
ROUTES: Final = {
    Route.GP: "GPs refer patients",
    Route.SELF: "People come by themselves, without a referral",
    Route.SPECIALIST: "Other specialists refer patients",
    Route.OWN_TEAM: "Our own teams offer it to their patients",
    Route.PAYER: "A payer or employer sends people",
}
FOR_WHOM: Final = {
    ForWhom.DEPRESSION_ANXIETY: "Depression or anxiety",
    ForWhom.PAIN_FATIGUE: "Chronic pain or fatigue",
    ForWhom.OTHER: "Others",
}
STATUSES: Final = {
    Status.FINDING_A: "found in the twelve-clinic study",
    Status.FINDING_B: "found in the five-service study",
    Status.SECONDARY: "from a summary of the five-service study",
    Status.WIDER: "wider literature",
    Status.JUDGEMENT: "our own judgement",
}
SEEN_IN: Final = {
    ForWhom.DEPRESSION_ANXIETY: "depression and anxiety",
    ForWhom.PAIN_FATIGUE: "chronic pain and fatigue",
    ForWhom.OTHER: "other conditions",
}


def non_answer_words(non_answer: NonAnswer, stage: Stage) -> str:
    """Give the words of a non-answer; before the start "does not apply" means "too early"."""
    if non_answer is NonAnswer.DONT_KNOW:
        return "Don’t know"
    return "Too early, we have not started" if stage is Stage.PREPARING else "Does not apply to us"


def answer_words(instrument: Instrument, key: str, answer: Answer, stage: Stage) -> str:
    """Give the answer to an item in the words of its scale, or to a fact as a number; None is "Not answered"."""
    if answer is None:
        return "Not answered"
    if answer is NonAnswer.NOT_APPLICABLE and _is_own(instrument, key):
        return "Too early, I have not started" if stage is Stage.PREPARING else "Not part of my work"
    if isinstance(answer, NonAnswer):
        return non_answer_words(answer, stage)
    if key in instrument.fact:
        return f"{answer:,}"
    return instrument.scale[instrument.item[key].scale].labels.get(answer, str(answer))


def _is_own(instrument: Instrument, key: str) -> bool:
    """Whether an item asks what a therapist can do, not what is so at the clinic."""
    return key in instrument.item and instrument.item[key].domain == CONFIDENCE


def seen_in_words(determinant: Determinant) -> str:
    """Name the conditions in whose services a factor was seen; empty where no study of services saw it."""
    return " and in ".join(words for group, words in SEEN_IN.items() if group in determinant.seen_in)


def source_name(source: Source) -> str:
    """Give a source in a few words: the first author and the year, or what it is."""
    return _short_citation(source.citation)


@lru_cache(maxsize=256)
def _short_citation(citation: str) -> str:
    match = re.match(r"(?P<authors>.+?) \((?P<year>\d{4})\)", citation)
    if match is None:
        return re.split(r"[:,]", citation)[0].rstrip(".")
    first, *others = re.split(r",| and ", match["authors"])
    surname = re.sub(r" [A-Z]{1,3}$", "", first.strip())
    return f"{surname} and others {match['year']}" if others else f"{surname} {match['year']}"
