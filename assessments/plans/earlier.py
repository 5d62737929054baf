"""What became of an option in the plan: the action that is made of it now, or how the last one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.plans import words
from assessments.plans.models import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.plans.models import Action

AGAIN: Final = {Status.DONE: "Do it again", Status.DROPPED: "Plan it again"}
"""The word on the button of an option that ended: a new action, or the old one with its history."""


def by_option(plan: Iterable[Action]) -> Mapping[str, Action]:
    """Give the action that tells of each option: the unfinished one, else the one that ended last.

    Of each are read: option, status, finished_on, created_at, and drop_reason where it is said.
    """
    telling: dict[str, Action] = {}
    for action in sorted((one for one in plan if one.option), key=_lateness):
        telling[action.option] = action
    return telling


def _lateness(action: Action) -> tuple[bool, int, float]:
    ended = action.finished_on.toordinal() if action.finished_on else 0
    return not action.state.is_finished, ended, action.created_at.timestamp()


def ended(action: Action, *, with_reason: bool) -> str:
    """Say how an action ended; empty where it has not. Why it was dropped is for the people of the clinic alone."""
    if not action.finished_on:
        return ""
    said = f"{action.state.label} on {words.day(action.finished_on)}"
    return f"{said}: “{action.drop_reason}”" if with_reason and action.drop_reason else said
