"""The only writers of plans. Every act leaves an entry that is never rewritten.

Adding, changing and moving an action stand on the clinic's record too; notes and reminders do not. Whatever is held is
held in one order, which erasing keeps as well: the clinic, then a round, then actions.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import Enum, auto
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from assessments.clinics.actions import record
from assessments.clinics.models import AuditEvent, Clinic, Membership
from assessments.plans import policies
from assessments.plans.entries import kept_of
from assessments.plans.models import TEXT_MAX, TITLE_MAX, Action, ActionEntry, Status, telling
from assessments.results.reading import reading_of
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from assessments.clinics.models import User
    from assessments.results.reading import Reading
    from readiness.guidance.options import Offer


PAST_DAY: Final = "This day has passed. Please choose today or a later day, or leave it empty."


class StaleActionError(Exception):
    """Somebody changed the action meanwhile; `current` is what is stored."""

    def __init__(self, current: Action) -> None:
        super().__init__("stale revision")
        self.current = current


class PastDueDayError(ValueError):
    """The due day has passed already."""


class NotAnOwnerError(ValueError):
    """The person chosen does not belong to the clinic, or does no longer."""


class ReasonMissingError(ValueError):
    """Whoever drops an action says why."""


class NotOfferedError(ValueError):
    """The result does not offer this option."""


class PlanFullError(ValueError):
    """The plan holds as many actions as it may."""


class NotesFullError(ValueError):
    """The action has as many notes as it may."""


@dataclass(frozen=True)
class Content:
    """What people write into an action; every field but the title may be empty.

    `owner_id` is the account of a person of the clinic; `owner_name` is anybody else's name. `flag`, `domain`, `kind`
    and `effort` are keys.
    """

    title: str
    steps: str = ""
    flag: str = ""
    domain: str = ""
    kind: str = ""
    effort: str = ""
    owner_id: int | None = None
    owner_name: str = ""
    due_on: date | None = None
    is_shown_to_team: bool = False


@dataclass(frozen=True)
class Origin:
    """Where an action comes from: the round in whose result it was seen, and the option that it was made of."""

    round_id: UUID
    option: str = ""
    guidance_version: int | None = None


class Added(Enum):
    """What came of adding an option: a new action, a dropped one that is planned again, or one that is there."""

    NEW = auto()
    AGAIN = auto()
    BEFORE = auto()


CONTENT: Final = tuple(field.name for field in fields(Content))


def content_of(action: Action) -> Content:
    """Give what stands in an action."""
    return Content(**{name: getattr(action, name) for name in CONTENT})


def today_of(clinic: Clinic, now: datetime) -> date:
    """Give the day that it is in the clinic."""
    return now.astimezone(ZoneInfo(clinic.time_zone)).date()


@transaction.atomic
def add_action(
    *, by: User, clinic: Clinic, content: Content, op: str, origin: Origin | None = None, now: datetime
) -> Action:
    """Add an action to a clinic's plan, as planned. The same operation again gives the action that it added.

    Other contents under a known operation are another action. A round that is gone by now is no origin.

    Raises:
        Clinic.DoesNotExist: the clinic is gone by now.
        RefusedError: the person does not belong to the clinic.
        PastDueDayError: the due day has passed.
        NotAnOwnerError: the owner does not belong to the clinic.
        PlanFullError: the plan is full.
    """
    hold(clinic.pk)  # so that two clicks stand in line
    policies.check_can_change_plan(by, clinic)
    known = Action.objects.filter(clinic=clinic, op=op).first()
    if known is not None and content_of(known) != content:
        op = _op_of_other(op, content)
        known = Action.objects.filter(clinic=clinic, op=op).first()
    if known is not None:
        return known
    if Action.objects.filter(clinic=clinic).count() >= policies.ACTIONS_MAX:
        raise PlanFullError(f"The plan holds {policies.ACTIONS_MAX} actions already, which is as many as it can.")
    _check_due_day(content.due_on, clinic, now)
    _check_owner(content.owner_id, clinic)
    action = Action.objects.create(
        clinic=clinic,
        op=op,
        created_at=now,
        created_by=by,
        round=_held_round(origin, clinic),
        option=origin.option if origin else "",
        guidance_version=origin.guidance_version if origin else None,
        **{name: getattr(content, name) for name in CONTENT},
    )
    _write(action, by, now, status=Status.PLANNED)
    _record(AuditEvent.Act.ACTION_ADDED, action, by, now)
    return action


@transaction.atomic
def add_option(*, by: User, round_id: UUID, option: str, for_: str, now: datetime) -> tuple[Action, Added]:
    """Add an action made of an option that a round's result offers, with the option's text to begin with.

    An option that an unfinished action of the plan was made of is not added again. One that was dropped last is planned
    again as `plan_again` does, with its history; one that was done last is another action.

    Args:
        by: a person of the clinic.
        round_id: the round, open or closed.
        option: the option's key.
        for_: what the option is offered for: a flag's key, or a topic's.
        now: when.

    Returns:
        The action, and what became of it.

    Raises:
        Round.DoesNotExist, Clinic.DoesNotExist: not there, or not this person's.
        NotOfferedError: the result does not offer it for that.
        PlanFullError: the plan is full.
    """
    assessment = Round.objects.visible_to(by).select_related("clinic").get(pk=round_id)
    reading = reading_of(assessment)
    offer = next((one for one in reading.offers if one.key == option and one.for_ == for_), None)
    if offer is None:
        raise NotOfferedError("This option is not among those that the result offers.")
    origin = Origin(assessment.pk, option, reading.guidance.version)
    content = option_content(reading, offer)
    hold(assessment.clinic_id)
    made = list(Action.objects.filter(clinic=assessment.clinic_id, option=option))
    known = telling(made)
    if known is not None and not known.state.is_finished:
        return known, Added.BEFORE
    if known is not None and known.state is Status.DROPPED:
        answers = (content.flag, content.domain)
        return plan_again(by=by, action_id=known.pk, origin=origin, answers=answers, now=now), Added.AGAIN
    op = f"option-{option}-{len(made) + 1}"
    return add_action(by=by, clinic=assessment.clinic, content=content, op=op, origin=origin, now=now), Added.NEW


def option_content(reading: Reading, offer: Offer) -> Content:
    """Give what an action made of an option begins with: the option's own words, to be changed at will."""
    option = reading.guidance.option[offer.key]
    flag = next((one for one in reading.flags if one.key == offer.for_), None)
    return Content(
        title=option.title[:TITLE_MAX],
        steps="\n".join(option.steps)[:TEXT_MAX],
        flag=flag.key if flag else "",
        domain=flag.domain if flag else offer.for_,
        kind=option.kind.value,
        effort=option.effort.value,
    )


@transaction.atomic
def plan_again(
    *, by: User, action_id: UUID, origin: Origin, answers: tuple[str, str] | None = None, now: datetime
) -> Action:
    """Plan a dropped action again, out of the assessment in which it is wanted now.

    What it says stays, and so does who sees to it. A due day that has passed is taken out, and whoever sees to it will
    be reminded anew. `answers` are the flag and topic that it answers now; without them those of before.

    Raises:
        Action.DoesNotExist, Clinic.DoesNotExist: not there, or not this person's.
    """
    clinic = Clinic.objects.get(plan_actions=action_id)
    hold(clinic.pk)
    assessment = _held_round(origin, clinic)
    action = _locked(by, action_id)
    before = content_of(action)
    flag, domain = answers or (before.flag, before.domain)
    is_past = before.due_on is not None and before.due_on < today_of(clinic, now)
    content = replace(before, flag=flag, domain=domain, due_on=None if is_past else before.due_on)
    action.round, action.flag, action.domain, action.due_on = assessment, flag, domain, content.due_on
    action.status, action.drop_reason, action.finished_on, action.reminded_of = Status.PLANNED, "", None, None
    _save(action, ["round", "flag", "domain", "due_on", "status", "drop_reason", "finished_on", "reminded_of"])
    _write(action, by, now, status=Status.PLANNED, changed=kept_of(before, content))
    _record(AuditEvent.Act.ACTION_MOVED, action, by, now, Status.PLANNED.value)
    return action


@transaction.atomic
def change_action(*, by: User, action_id: UUID, base: int, content: Content, now: datetime) -> Action:
    """Change what an action says, upon the revision that was read. What is the same changes nothing.

    A due day that has passed and an owner who has left may stay; they cannot be chosen anew. Another person as the
    owner is reminded even where somebody was before.

    Raises:
        Action.DoesNotExist, Clinic.DoesNotExist: not there, or not this person's.
        StaleActionError: somebody changed it after `base`.
        PastDueDayError: another due day, which has passed.
        NotAnOwnerError: another owner, who does not belong to the clinic.
    """
    action = _locked(by, action_id)
    before = content_of(action)
    if content == before:
        return action
    _check_base(action, base)
    if content.due_on != before.due_on:
        _check_due_day(content.due_on, action.clinic, now)
    if content.owner_id != before.owner_id:
        _check_owner(content.owner_id, action.clinic)
    changed = [name for name in CONTENT if getattr(content, name) != getattr(before, name)]
    for name in changed:
        setattr(action, name, getattr(content, name))
    is_for_another = "owner_id" in changed and content.owner_id is not None
    action.reminded_of = None if is_for_another else action.reminded_of
    _save(action, [*changed, "reminded_of"])
    _write(action, by, now, changed=kept_of(before, content))
    _record(AuditEvent.Act.ACTION_CHANGED, action, by, now)
    return action


@transaction.atomic
def move_action(*, by: User, action_id: UUID, base: int, status: Status, reason: str = "", now: datetime) -> Action:
    """Move an action to another status, upon the revision that was read. Where it is already, nothing changes.

    Dropping what was dropped for another reason puts the new reason in its place; the history keeps both.

    Raises:
        Action.DoesNotExist, Clinic.DoesNotExist: not there, or not this person's.
        StaleActionError: somebody changed it after `base`.
        ReasonMissingError: it is dropped without a reason.
    """
    action = _locked(by, action_id)
    is_said = bool(reason) and status is Status.DROPPED and reason != action.drop_reason
    if action.state is status and not is_said:
        return action
    _check_base(action, base)
    if status is Status.DROPPED and not reason:
        raise ReasonMissingError("Please say in a few words why this will not be done.")
    action.status = status
    action.drop_reason = reason if status is Status.DROPPED else ""
    action.finished_on = today_of(action.clinic, now) if status.is_finished else None
    _save(action, ["status", "drop_reason", "finished_on"])
    _write(action, by, now, status=status, note=action.drop_reason)
    _record(AuditEvent.Act.ACTION_MOVED, action, by, now, status.value)
    return action


@transaction.atomic
def add_note(*, by: User, action_id: UUID, note: str, op: str, now: datetime) -> None:
    """Add a note to an action. The same operation again adds nothing, unless it says something else.

    Raises:
        Action.DoesNotExist, Clinic.DoesNotExist: not there, or not this person's.
        NotesFullError: it has as many notes as it may.
    """
    action = _locked(by, action_id)
    notes = action.entries.exclude(op="")
    if notes.filter(op=op).exclude(note=note).exists():
        op = _op_of_other(op, note)
    if notes.filter(op=op).exists():
        return
    if notes.count() >= policies.NOTES_MAX:
        raise NotesFullError(
            f"This action has {policies.NOTES_MAX} notes, which is as many as it can. Please write an action of its "
            "own for what is left to do."
        )
    _write(action, by, now, note=note, op=op)


def note_reminded(*, action_ids: list[UUID]) -> None:
    """Note that reminders of actions were written for the days on which they are due, in the caller's transaction."""
    for action in Action.objects.filter(pk__in=action_ids).only("due_on"):
        action.reminded_of = action.due_on
        action.save(update_fields=["reminded_of"])


def hold(clinic_id: UUID) -> None:
    """Hold a clinic's row in the caller's transaction, not against rows that refer to it.

    Raises:
        Clinic.DoesNotExist: it is gone by now.
    """
    Clinic.objects.select_for_update(no_key=True).get(pk=clinic_id)


def _held_round(origin: Origin | None, clinic: Clinic) -> Round | None:
    """Hold the round that an action comes from, so that it stays until the action refers to it."""
    rounds = Round.objects.filter(clinic=clinic).select_for_update(of=("self",), no_key=True)
    return rounds.filter(pk=origin.round_id).first() if origin else None


def _locked(by: User, action_id: UUID) -> Action:
    found = Action.objects.visible_to(by)
    hold(found.values_list("clinic_id", flat=True).get(pk=action_id))
    return found.select_related("clinic").select_for_update(of=("self",)).get(pk=action_id)


def _op_of_other(op: str, what: object) -> str:
    """Name the operation that says `what` where `op` has said something else already."""
    return sha256(f"{op}\n{what!r}".encode()).hexdigest()


def _check_base(action: Action, base: int) -> None:
    if action.revision != base:
        raise StaleActionError(action)


def _check_due_day(due_on: date | None, clinic: Clinic, now: datetime) -> None:
    if due_on is not None and due_on < today_of(clinic, now):
        raise PastDueDayError(PAST_DAY)


def _check_owner(owner_id: int | None, clinic: Clinic) -> None:
    if owner_id is not None and not Membership.objects.filter(clinic=clinic, user=owner_id).exists():
        raise NotAnOwnerError(
            "This person does not belong to the clinic any more. Please choose somebody else, or write a name."
        )


def _save(action: Action, names: list[str]) -> None:
    action.revision += 1
    action.save(update_fields=[*names, "revision"])


def _write(action: Action, by: User, now: datetime, **what: object) -> None:
    ActionEntry.objects.create(action=action, by=by, at=now, **what)


def _record(act: AuditEvent.Act, action: Action, by: User, now: datetime, status: str = "") -> None:
    record(act=act, clinic=action.clinic, by=by, subject=f"{action.pk} {status}".strip(), at=now)
