"""What therapists see of their own confidence: eight tasks, and tips for the two they feel least sure of.

For their own eyes: knows nothing of colleagues, of the clinic or of group figures, and is never stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readiness.guidance.definition import Guidance, Tip
from readiness.instrument.definition import CONFIDENCE, Answer, Form, Instrument
from readiness.scoring.score import RawAnswers, answers_in_context

LOWEST_TASKS: Final = 2
STEADY_FROM: Final = 8
"""Where even the two lowest tasks are at least this, of 10, the tips are for keeping in practice."""


@dataclass(frozen=True, slots=True)
class Task:
    """One of the eight tasks. `answer` is 0-10, a non-answer, or None for blank.

    `safety` is empty, except beside the task about risk, where it always stands.
    """

    item: str
    answer: Answer
    safety: str


@dataclass(frozen=True, slots=True)
class Focus:
    """One of the lowest tasks, with its 2-3 tips in the order of the guidance."""

    task: Task
    tips: tuple[Tip, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """One person's confidence. There is no total, no comparison and no band.

    `tasks` are in form order. `lowest` are the two with the lowest figures, ties in form order; fewer where fewer were
    answered with a figure. `steady` is a sentence where both are high, else empty.
    """

    tasks: tuple[Task, ...]
    lowest: tuple[Focus, ...]
    steady: str


def profile(instrument: Instrument, guidance: Guidance, answers: RawAnswers) -> Profile:
    """Give the profile of one therapist form, complete or not; other items of the form may be among the answers.

    Raises:
        AnswerError: as `score`.
    """
    given = answers_in_context(instrument, Form.THERAPIST, answers)
    text = guidance.profile
    tasks = tuple(
        Task(item.key, given[item.key], text.safety if item.key == text.safety_item else "")
        for item in instrument.items_of(Form.THERAPIST, CONFIDENCE)
    )
    figures = sorted(((a, task) for task in tasks if isinstance(a := task.answer, int)), key=lambda pair: pair[0])
    lowest = figures[:LOWEST_TASKS]
    is_steady = len(lowest) == LOWEST_TASKS and all(figure >= STEADY_FROM for figure, _ in lowest)
    return Profile(
        tasks=tasks,
        lowest=tuple(Focus(task, tuple(t for t in guidance.tips if t.item == task.item)) for _, task in lowest),
        steady=text.steady if is_steady else "",
    )
