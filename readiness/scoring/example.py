"""The worked example: what one invented clinic answered, and in which context.

docs/scoring.md works it out in full and the page on scoring shows one of its topics.
"""

from __future__ import annotations

from typing import Final

from readiness.instrument.definition import Answers, Context, NonAnswer, Route, Stage

CONTEXT: Final = Context(stage=Stage.RUNNING, routes=frozenset({Route.GP, Route.SELF}))
ANSWERS: Final[Answers] = {
    "intake": 2,
    "gp-referral": 1,
    "gp-knowledge": 2,
    "self-referral": NonAnswer.NOT_APPLICABLE,
    "visibility": 4,
    "patient-fit": 3,
    "training": 4,
    "written-communication": 4,
    "offering-online": 5,
    "new-skills": 3,
    "reimbursement": 5,
    "long-term-funding": NonAnswer.DONT_KNOW,
    "permanent-plan": 2,
    "costs-known": 4,
    "outcome-data": 3,
    "gp-acceptance": 4,
}
"""By item of the manager form; every other item is blank. Source: docs/scoring.md, "Worked example"."""
