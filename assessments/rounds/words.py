"""The words for a round's stage, routes and patients, and for non-answers, as pages say them."""

from __future__ import annotations

from typing import Final

from readiness.instrument.definition import ForWhom, NonAnswer, Route, Stage

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


def non_answer_words(non_answer: NonAnswer, stage: Stage) -> str:
    """Give the words of a non-answer; before the start "does not apply" means "too early"."""
    if non_answer is NonAnswer.DONT_KNOW:
        return "Don’t know"
    return "Too early, we have not started" if stage is Stage.PREPARING else "Does not apply to us"
