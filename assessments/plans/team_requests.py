"""What a team asks for in its talk, beside the plan: each request with the action that was made of it, or a way to one.

A request is in the plan as long as an action that was made of it is not finished.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from assessments.plans import actions
from assessments.plans.earlier import AGAIN, ended
from assessments.plans.models import TITLE_MAX, Action, Status, telling
from assessments.results.reading import reading_of
from assessments.results.team_rows import request_words

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.clinics.models import User
    from assessments.results.reading import Reading
    from assessments.results.team import Talk
    from assessments.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the team, and the action made of it: the one that is not finished, or else the one made last."""

    key: str
    words: str
    action: Action | None

    @property
    def anchor(self) -> str:
        """Where it stands on its page."""
        return f"request-{self.key}"

    @property
    def ended(self) -> str:
        """How the action ended, with the reason; empty where it has not."""
        return ended(self.action, with_reason=True) if self.action else ""

    @property
    def button(self) -> str:
        """The word on the button where the action ended; empty otherwise."""
        return AGAIN.get(self.action.state, "") if self.action else ""

    @property
    def is_in_plan(self) -> bool:
        """Whether there is something to do about it."""
        return self.action is not None and not self.action.state.is_finished


def requests_of(assessment: Round, reading: Reading) -> tuple[Request, ...]:
    """Give what the team talk of an assessment asks for, none where there was no talk."""
    talk = reading.team.talk
    if talk is None or not talk.requests:
        return ()
    made = Action.objects.filter(clinic=assessment.clinic_id, op__startswith=_op(assessment, ""))
    made_of = list(
        made.only("clinic", "title", "status", "due_on", "finished_on", "drop_reason", "op", "created_at").order_by(
            "created_at", "pk"
        )
    )
    return tuple(
        Request(
            key, request_words(talk, key), telling(one for one in made_of if one.op.startswith(_op(assessment, key)))
        )
        for key in talk.requests
    )


@transaction.atomic
def add_request(*, by: User, assessment: Round, key: str, now: datetime) -> tuple[Action, actions.Added]:
    """Add an action made of a request of the team, with its words as the title.

    As with options, one that is in the plan is not added again, and one that was dropped last is planned again.

    Args:
        by: a person of the clinic.
        assessment: a round that this person may see.
        key: the request.
        now: when.

    Returns:
        The action, and what became of it.

    Raises:
        NotOfferedError: the team does not ask for it.
        PlanFullError: the plan is full.
    """
    talk = reading_of(assessment).team.talk
    if talk is None or key not in talk.requests:
        raise actions.NotOfferedError("This is not among what the team asks for.")
    actions.hold(assessment.clinic_id)  # so that two clicks stand in line
    op = _op(assessment, key)
    made = list(Action.objects.filter(clinic=assessment.clinic_id, op__startswith=op))
    known = telling(made)
    if known is not None and not known.state.is_finished:
        return known, actions.Added.BEFORE
    if known is not None and known.state is Status.DROPPED:
        origin = actions.Origin(assessment.pk)
        return actions.plan_again(by=by, action_id=known.pk, origin=origin, now=now), actions.Added.AGAIN
    action = actions.add_action(
        by=by,
        clinic=assessment.clinic,
        content=actions.Content(title=_title(talk, key)),
        op=f"{op}{len(made) + 1}",
        origin=actions.Origin(assessment.pk),
        now=now,
    )
    return action, actions.Added.NEW


def _op(assessment: Round, key: str) -> str:
    """Name the operations that make an action of a request; without a key, how those of all requests begin."""
    return f"asked-{assessment.pk.hex[:12]}-{key}{'-' if key else ''}"


def _title(talk: Talk, key: str) -> str:
    """Give the request in a line; the team's own words where it asks for something else."""
    words = talk.other_request if key == "other" and talk.other_request else request_words(talk, key)
    return " ".join(words.split())[:TITLE_MAX]
