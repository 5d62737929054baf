"""The only writers of rounds and of the clinic form's answers; those of the team talk stand in `talk_actions`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from assessments.clinics.actions import record
from assessments.clinics.models import AuditEvent
from assessments.rounds import policies
from assessments.rounds.answering import AnswerRefusedError, check_answer, check_comment, check_talk_answer
from assessments.rounds.models import FormAnswer, Participation, Round, RoundSuggestion
from readiness.instrument.definition import INSTRUMENT, Answer, Context
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from uuid import UUID

    from assessments.clinics.models import Clinic, User

DEFAULT_DURATION = timedelta(weeks=3)
LONGEST_DURATION = timedelta(days=366)


class RoundOpenAlreadyError(ValueError):
    """The clinic has an open assessment already."""


class DueDateError(ValueError):
    """The closing date is in the past, too far away, or earlier than the one announced."""


class StaleRevisionError(Exception):
    """Somebody saved this answer meanwhile; `current` is what is stored, None when nothing is."""

    def __init__(self, current: FormAnswer | None) -> None:
        super().__init__("stale revision")
        self.current = current


@dataclass(frozen=True)
class Saved:
    """What the server stored: the row's revision (1 and up) and when."""

    revision: int
    saved_at: datetime


@dataclass(frozen=True)
class Change:
    """What somebody gives as the answer to one item or fact, not checked yet.

    `answer` is a whole number, a non-answer's word, or None for cleared; `comment` None keeps the stored comment.
    `base` is the revision that it was given upon, 0 where none was stored; `op` names the operation.
    """

    key: str
    answer: object
    comment: object
    base: int
    op: str


def closing_time(due_on: date, time_zone: str) -> datetime:
    """Give the moment at which a round closes: the end of its last day in its time zone."""
    return datetime.combine(due_on + timedelta(days=1), time.min, tzinfo=ZoneInfo(time_zone))


@transaction.atomic
def open_round(*, by: User, clinic: Clinic, title: str, context: Context, due_on: date, now: datetime) -> Round:
    """Open an assessment with the newest version of the questionnaire, which it pins for ever.

    Raises:
        RefusedError: the person is not the lead.
        RoundOpenAlreadyError: one is open; a clinic has one open round at a time.
        DueDateError: the last day is not between today and a year ahead.
    """
    policies.check_can_open_round(by, clinic)
    due_at = _checked_due_at(due_on, clinic.time_zone, now)
    instrument = load(INSTRUMENT)
    try:
        with transaction.atomic():
            assessment = Round.objects.create(
                clinic=clinic,
                instrument_key=instrument.key,
                instrument_version=instrument.version,
                title=title,
                opened_at=now,
                opened_by=by,
                time_zone=clinic.time_zone,
                due_at=due_at,
                **_context_fields(context),
            )
    except IntegrityError as error:
        raise RoundOpenAlreadyError(
            "This clinic has an open assessment already. Finish it before opening another."
        ) from error
    record(act=AuditEvent.Act.ROUND_OPENED, clinic=clinic, by=by, subject=str(assessment.pk), at=now)
    return assessment


@transaction.atomic
def keep_practice(
    *, by: User, clinic: Clinic, context: Context, answers: Mapping[str, tuple[Answer, str]], op: str, now: datetime
) -> Round:
    """Open an assessment from a practice run and store its answers; `answers` maps keys to an answer and a comment.

    Raises:
        RefusedError: the person is not the lead.
        RoundOpenAlreadyError: one is open.
    """
    last_day = now.astimezone(ZoneInfo(clinic.time_zone)).date() + DEFAULT_DURATION
    assessment = open_round(by=by, clinic=clinic, title=default_title(now), context=context, due_on=last_day, now=now)
    changes = [Change(key, answer, comment, 0, f"{op}-{key}"[:64]) for key, (answer, comment) in answers.items()]
    save_page(by=by, round_id=assessment.pk, changes=changes, now=now)
    return assessment


def default_title(now: datetime) -> str:
    """Give the name that a round has unless its lead chooses another."""
    return f"Readiness {now:%B %Y}"


@transaction.atomic
def change_settings(*, by: User, round_id: UUID, title: str, context: Context, due_on: date, now: datetime) -> Round:
    """Change title, context and closing date of an open round. The date moves later only, never earlier.

    Raises:
        RefusedError: the person is not the lead, or the round is finished.
        DueDateError: the date is earlier than announced, or too far away.
    """
    assessment = Round.objects.visible_to(by).select_for_update(of=("self",)).get(pk=round_id)
    policies.check_can_change_settings(by, assessment, now=now)
    if due_on < assessment.due_on:
        raise DueDateError("The closing date can be moved later, never earlier: colleagues count on it.")
    if due_on > assessment.due_on:
        assessment.due_at = _checked_due_at(due_on, assessment.time_zone, now)
        _record(AuditEvent.Act.ROUND_DUE_MOVED, assessment, by, now)
    if context != assessment.context:
        _record(AuditEvent.Act.ROUND_CONTEXT_CHANGED, assessment, by, now)
    assessment.title = title
    for name, value in _context_fields(context).items():
        setattr(assessment, name, value)
    assessment.save(update_fields=["title", "stage", "routes", "for_whom", "due_at"])
    return assessment


@transaction.atomic
def save_answer(*, by: User, round_id: UUID, change: Change, now: datetime) -> Saved:
    """Save the clinic form's answer to one item or fact.

    The same operation again changes nothing and gives what is stored. The round's row is locked, so that a save is
    either in the result or refused, never both.

    Raises:
        Round.DoesNotExist: not there, or not this person's.
        RoundClosedError: the round takes no answers any more.
        UnknownKeyError: the clinic form does not ask it.
        AnswerRefusedError: the questionnaire does not allow this answer, or the comment cannot be kept.
        StaleRevisionError: somebody saved this answer after `base`.
    """
    return store(_locked_for_answers(by, round_id, now), FormAnswer.Form.CLINIC, change, by=by, now=now)


@transaction.atomic
def save_page(*, by: User, round_id: UUID, changes: Iterable[Change], now: datetime) -> dict[str, FormAnswer | None]:
    """Save the answers of a page, all before the round closes or none; give what stands against them, by key.

    What a colleague saved meanwhile is not overwritten: it is given back, and the other answers are saved. A colleague
    who gave the same answer is no conflict.

    Raises:
        As `save_answer`, but for StaleRevisionError.
    """
    return store_page(_locked_for_answers(by, round_id, now), FormAnswer.Form.CLINIC, changes, by=by, now=now)


def _locked_for_answers(by: User, round_id: UUID, now: datetime) -> Round:
    needed = Round.objects.visible_to(by).only("closed_at", "due_at", "instrument_key", "instrument_version")
    assessment = needed.select_for_update(of=("self",)).get(pk=round_id)
    policies.check_can_answer(assessment, now=now)
    return assessment


def store_page(
    assessment: Round, form: FormAnswer.Form, changes: Iterable[Change], *, by: User | None, now: datetime
) -> dict[str, FormAnswer | None]:
    """Store the answers of a page, as `store` does each; give what stands against them, by key."""
    conflicts = {}
    for change in changes:
        try:
            store(assessment, form, change, by=by, now=now)
        except StaleRevisionError as stale:
            if stale.current is None or not _says_the_same(stale.current, change):
                conflicts[change.key] = stale.current
    return conflicts


def store(assessment: Round, form: FormAnswer.Form, change: Change, *, by: User | None, now: datetime) -> Saved:
    """Store one answer of a shared form, in the transaction of whoever holds the round's row.

    The same operation again changes nothing. A team talk's answer names nobody and takes no comment.

    Raises:
        UnknownKeyError: the form does not ask it.
        AnswerRefusedError: the questionnaire does not allow this answer, or the comment cannot be kept.
        StaleRevisionError: somebody saved this answer after `change.base`.
    """
    is_joint = form is FormAnswer.Form.JOINT
    check = check_talk_answer if is_joint else check_answer
    answer, comment = check(assessment.instrument, change.key, change.answer), check_comment(change.comment)
    if is_joint and comment:
        raise AnswerRefusedError("A team talk keeps no comments.")
    found = FormAnswer.objects.filter(round=assessment, form=form, key=change.key)
    row = next(iter(found), None)  # one at most, which `first` would put in order
    if row is not None and row.op == change.op:
        return Saved(row.revision, row.saved_at)
    if change.base != (row.revision if row else 0):
        raise StaleRevisionError(row)
    row = row or FormAnswer(round=assessment, form=form, key=change.key, revision=0)
    row.value = answer if isinstance(answer, int) else None
    row.non_answer = answer if isinstance(answer, str) else ""
    row.comment = row.comment if comment is None else comment
    row.revision += 1
    row.op, row.by, row.saved_at = change.op, by, now
    row.save()
    return Saved(row.revision, row.saved_at)


def _says_the_same(row: FormAnswer, change: Change) -> bool:
    return row.answer == change.answer and change.comment in (None, row.comment)


def note_invited(*, assessment: Round, n_invited: int, now: datetime) -> None:
    """Keep how many therapists are invited, inside the transaction of whoever holds the round's row.

    With the first invitation the participation begins, as "fewer".
    """
    assessment.n_invited = n_invited
    if not assessment.participation and n_invited:
        assessment.participation = Participation.FEWER
        assessment.participation_on = now.astimezone(ZoneInfo(assessment.time_zone)).date()
    assessment.save(update_fields=["n_invited", "participation", "participation_on"])


def note_participation(*, assessment: Round, participation: Participation, on: date) -> None:
    """Keep the coarse count of last night, inside the transaction of whoever holds the open round's row."""
    assessment.participation, assessment.participation_on = participation, on
    assessment.save(update_fields=["participation", "participation_on"])


def note_reminded(*, assessment: Round) -> None:
    """Note that the lead was reminded of the closing time, inside the transaction of whoever holds the row."""
    assessment.reminded_of = assessment.due_at
    assessment.save(update_fields=["reminded_of"])


def mark_closed(*, assessment: Round, by: User | None, at: datetime, is_team_shown: bool) -> None:
    """Mark a round closed and the clinic's latest, inside the closing transaction that holds its row.

    `by` None is the due date.

    The participation goes: what was told while the round was open is told no more. `is_team_shown` says whether any
    figure of the therapists came out, which keeps the next ones waiting.
    """
    assessment.is_team_shown = is_team_shown
    assessment.closed_at, assessment.closed_by, assessment.is_latest = at, by, True
    assessment.participation, assessment.participation_on = "", None
    same = Round.objects.filter(clinic=assessment.clinic_id, instrument_key=assessment.instrument_key)
    same.finished_last().update(is_latest=False)
    assessment.save(
        update_fields=["closed_at", "closed_by", "is_latest", "participation", "participation_on", "is_team_shown"]
    )
    _record(AuditEvent.Act.ROUND_CLOSED, assessment, by, at)


def suggest_rounds(
    *, clinic_ids: Collection[UUID], origin: UUID, by_name: str, title: str, due_on: date | None
) -> None:
    """Propose name and last day of the next round to clinics, in the transaction of whoever speaks for the origin.

    What the same origin proposed before is replaced; with neither name nor day nothing is proposed any more.

    Args:
        clinic_ids: to whom.
        origin: the id of the network.
        by_name: what the network is called.
        title: a name of up to 120 characters; empty for none.
        due_on: a last day for answers; None for none. A day that has passed is not offered.
    """
    RoundSuggestion.objects.filter(origin=origin, clinic__in=clinic_ids).delete()
    if title or due_on:
        RoundSuggestion.objects.bulk_create(
            (
                RoundSuggestion(clinic_id=pk, origin=origin, by_name=by_name, title=title, due_on=due_on)
                for pk in clinic_ids
            ),
            batch_size=1000,
        )


def _record(act: AuditEvent.Act, assessment: Round, by: User | None, at: datetime) -> None:
    record(act=act, clinic=assessment.clinic, by=by, subject=str(assessment.pk), at=at)


def _checked_due_at(due_on: date, time_zone: str, now: datetime) -> datetime:
    today = now.astimezone(ZoneInfo(time_zone)).date()
    if due_on < today:
        raise DueDateError("Please choose a last day for answers that is not in the past.")
    if due_on - today > LONGEST_DURATION:
        raise DueDateError("Please choose a last day for answers within a year from now.")
    return closing_time(due_on, time_zone)


def _context_fields(context: Context) -> dict[str, object]:
    return {
        "stage": context.stage.value,
        "routes": sorted(route.value for route in context.routes),
        "for_whom": sorted(group.value for group in context.for_whom),
    }
