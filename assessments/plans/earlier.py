"""What became of an option in the plan: the action that is made of it now, or how the last one ended."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from assessments.plans import words
from assessments.plans.models import Status, telling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.plans.models import Action

AGAIN: Final = {Status.DONE: "Do it again", Status.DROPPED: "Plan it again"}
"""The word on the button of an option that ended: a new action, or the old one with its history."""


def by_option(plan: Iterable[Action]) -> Mapping[str, Action]:
    """Give the action that tells of each option. Read of each: option, and what `telling` reads."""
    made: dict[str, list[Action]] = defaultdict(list)
    for action in plan:
        if action.option:
            made[action.option].append(action)
    return {option: one for option, ones in made.items() if (one := telling(ones))}


def ended(action: Action, *, with_reason: bool) -> str:
    """Say how an action ended; empty where it has not. Why it was dropped is for the people of the clinic alone."""
    if not action.finished_on:
        return ""
    said = f"{action.state.label} on {words.day(action.finished_on)}"
    return f"{said}: “{action.drop_reason}”" if with_reason and action.drop_reason else said
