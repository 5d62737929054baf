"""The plans of seeded clinics: some of what their results offer, a part of it done, a part overdue, in bulk.

Each action and what happened to it stands as the actions of plans would have left it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from assessments.clinics.models import AuditEvent
from assessments.management.bulk import insert
from assessments.plans.actions import option_content, today_of
from assessments.plans.models import Action, ActionEntry, Status

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from assessments.clinics.models import User
    from assessments.results.reading import Reading
    from assessments.rounds.models import Round
    from readiness.guidance.options import Offer

PLANNING_SHARE: Final = 0.6
N_ACTIONS: Final = (2, 6)
ADDED_DAYS_AFTER: Final = (1, 20)
DUE_DAYS_AFTER: Final = (20, 150)
STATUSES: Final = {Status.PLANNED: 45, Status.UNDER_WAY: 25, Status.DONE: 22, Status.DROPPED: 8}
"""Of a hundred actions, how many have come how far."""
OWNED_SHARE: Final = 0.5
SHOWN_TO_TEAM_SHARE: Final = 0.3
OWNER: Final = "The head of the department"
REASON: Final = "Something else has to come first."

Made = tuple[Action, "User", "datetime | None"]
"""An action, who did all of it, and when it was moved; None where it was not."""


def write_plans(finished: Iterable[tuple[Round, Reading, User]], source: random.Random, *, now: datetime) -> None:
    """Write the plans of clinics: from the latest finished round of each, what it comes to, and the clinic's lead."""
    made = [one for round_, reading, lead in finished for one in _plan(round_, reading, lead, source, now)]
    insert(action for action, _, _ in made)
    insert(entry for one in made for entry in _entries(one))
    insert(act for one in made for act in _acts(one))


def _plan(one: Round, reading: Reading, lead: User, source: random.Random, now: datetime) -> Iterator[Made]:
    if source.random() >= PLANNING_SHARE or one.closed_at is None:
        return
    offers = {offer.key: offer for offer in reversed(reading.offers)}
    for key in source.sample(list(offers), min(len(offers), source.randint(*N_ACTIONS))):
        yield _made(one, reading, offers[key], lead, source, now)


def _made(one: Round, reading: Reading, offer: Offer, lead: User, source: random.Random, now: datetime) -> Made:
    closed_at = one.closed_at or now
    added_at = closed_at + timedelta(days=source.randint(*ADDED_DAYS_AFTER), hours=9)
    moved_at = added_at + (now - added_at) * source.random()
    status = source.choices(list(STATUSES), list(STATUSES.values()))[0]
    is_owned = source.random() < OWNED_SHARE
    content = replace(
        option_content(reading, offer),
        owner_id=lead.pk if is_owned else None,
        owner_name="" if is_owned else OWNER,
        due_on=today_of(one.clinic, added_at) + timedelta(days=source.randint(*DUE_DAYS_AFTER)),
        is_shown_to_team=source.random() < SHOWN_TO_TEAM_SHARE,
    )
    is_moved = status is not Status.PLANNED
    action = Action(
        clinic=one.clinic,
        round=one,
        option=offer.key,
        guidance_version=reading.guidance.version,
        status=status.value,
        drop_reason=REASON if status is Status.DROPPED else "",
        finished_on=today_of(one.clinic, moved_at) if status.is_finished else None,
        revision=1 + is_moved,
        op=f"option-{offer.key}-1",
        created_at=added_at,
        created_by=lead,
        **asdict(content),
    )
    return action, lead, moved_at if is_moved else None


def _entries(made: Made) -> Iterator[ActionEntry]:
    action, lead, moved_at = made
    yield ActionEntry(action=action, at=action.created_at, by=lead, status=Status.PLANNED.value)
    if moved_at:
        yield ActionEntry(action=action, at=moved_at, by=lead, status=action.status, note=action.drop_reason)


def _acts(made: Made) -> Iterator[AuditEvent]:
    action, lead, moved_at = made
    said = {"clinic_id": action.clinic_id, "by": lead}
    yield AuditEvent(act=AuditEvent.Act.ACTION_ADDED.value, subject=str(action.pk), at=action.created_at, **said)
    if moved_at:
        subject = f"{action.pk} {action.status}"
        yield AuditEvent(act=AuditEvent.Act.ACTION_MOVED.value, subject=subject, at=moved_at, **said)
