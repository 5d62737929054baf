"""What pages about plans call things: what an action answers, who sees to it, when it is due, what happened to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from assessments.plans.models import Status
from assessments.results.reading import guidance_for
from assessments.results.team_rows import topic_title
from assessments.results.words import EFFORTS, KINDS
from readiness.guidance.definition import Effort, Kind
from readiness.guidance.words import flag_name
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from collections.abc import Collection

    from assessments.clinics.models import User
    from assessments.plans.models import Action

NEXT: Final = {Status.PLANNED: (Status.UNDER_WAY, "Start"), Status.UNDER_WAY: (Status.DONE, "Done")}
"""The step that an action takes next, and the word on its button."""

MOVES: Final = {
    Status.PLANNED: ((Status.UNDER_WAY, "Start"), (Status.DONE, "Done")),
    Status.UNDER_WAY: ((Status.DONE, "Done"), (Status.PLANNED, "Back to planned")),
    Status.DONE: ((Status.UNDER_WAY, "Back to under way"),),
    Status.DROPPED: ((Status.PLANNED, "Back to planned"),),
}
"""The steps that an action's own page offers, beside dropping it."""

SOMEBODY: Final = "A former colleague"
"""Who did something under an account that is no longer there."""


def day(on: date) -> str:
    """Write a day."""
    return date_format(on, "j F Y")


def moment(at: datetime, time_zone: str) -> str:
    """Write a moment as the clocks in the clinic show it."""
    return date_format(at.astimezone(ZoneInfo(time_zone)), "j F Y, H:i")


def answers_to(flag: str, domain: str) -> str:
    """Name what an action answers, by the newest guidance; empty for nothing, or nothing that is known any more."""
    instrument = load()
    guidance = guidance_for(instrument.key, instrument.version, None)
    if flag in guidance.flag:
        return flag_name(guidance, instrument, flag, domain if domain in instrument.domain else "")
    return topic_title(instrument.domain[domain]) if domain in instrument.domain else ""


def kind(key: str) -> str:
    """Name what an action changes; empty where it is not said."""
    return KINDS[Kind(key)] if key else ""


def effort(key: str) -> str:
    """Say what an action costs; empty where it is not said."""
    return EFFORTS[Effort(key)] if key else ""


def owner(action: Action, members: Collection[int]) -> str:
    """Name who sees to an action; empty for nobody. `members` are the accounts of the clinic's people."""
    if action.owner is None:
        return action.owner_name
    return person(action.owner, members)


def person(user: User, members: Collection[int]) -> str:
    """Name a person, and say so where they do not belong to the clinic any more."""
    return str(user) if user.pk in members else f"{user} (has left the clinic)"


def due(action: Action, today: date) -> str:
    """Say when an action is due, or when it ended; empty without a day."""
    if action.finished_on:
        return f"{action.state.label} on {day(action.finished_on)}"
    if action.due_on is None:
        return ""
    if action.due_on < today:
        return f"Overdue since {day(action.due_on)}"
    return "Due today" if action.due_on == today else f"Due {day(action.due_on)}"


def state(action: Action, today: date) -> str:
    """Say how far an action is, as a part of a sentence, and that it is overdue where it is."""
    said = action.state.label.lower()
    if action.state.is_finished or action.due_on is None or action.due_on >= today:
        return said
    return f"{said}, overdue since {day(action.due_on)}"


def counted(n: int, one: str, many: str = "") -> str:
    """Write how many there are of something."""
    return f"{n} {one}" if n == 1 else f"{n} {many or one + 's'}"
