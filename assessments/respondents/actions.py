"""The only writers of invitations, drafts and submissions, while a round is open. Closing stands in `handing_over`.

Every writer holds the round's row, so that an answer is either in the result or refused, never both. Nothing here
writes to the log.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When

from assessments.clinics import actions as clinics
from assessments.clinics import outbox
from assessments.clinics.actions import hash_of
from assessments.clinics.models import AuditEvent, Clinic, OutgoingMail
from assessments.clinics.policies import result_viewer_keys
from assessments.respondents import mails, policies
from assessments.respondents.addresses import Address, Refused, read_addresses
from assessments.respondents.models import Draft, Invitation, Refusal, Reminder, Submission, TeamPageLink
from assessments.rounds import actions as rounds
from assessments.rounds.answering import check_answer
from assessments.rounds.models import Round
from assessments.rounds.policies import check_can_answer
from readiness.instrument.definition import Form, NonAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from assessments.clinics.models import User
    from readiness.instrument.definition import Answer, Answers, Instrument

TOKEN_BYTES: Final = 16  # 128 random bits, 22 letters: short enough to look like a link, too long to be guessed


class LinkGoneError(LookupError):
    """There is no such link: never was, withdrawn, re-issued, or too old. Which of these is not told."""


class AlreadySentError(Exception):
    """Answers were sent with this invitation before."""


class NothingToSendError(ValueError):
    """No question has an answer yet."""


class DraftGoneError(LookupError):
    """There is no such draft: never was, sent, dropped after 30 days, or another round's."""


@dataclass(frozen=True)
class Invited:
    """What came of a pasted list."""

    n_new: int
    n_known: int  # invited before; they keep the link that they have
    refused: tuple[Refused, ...]


@transaction.atomic
def invite(*, by: User, round_id: UUID, pasted: str, now: datetime) -> Invited:
    """Invite the addresses of a pasted list; what cannot be invited is named, and the others are invited all the same.

    The mails wait in the outbox. A mailbox is invited once per round, whatever its spelling.

    Raises:
        Round.DoesNotExist: not there, or not this person's.
        RefusedError: not the lead, the lead's address is not confirmed, or no answers are taken any more.
    """
    assessment = _locked_for_lead(by, round_id, now)
    addresses, refused = read_addresses(pasted)
    stored = {one.address_key: one for one in Invitation.objects.filter(round=assessment).select_related("mail")}
    viewers = result_viewer_keys(assessment.clinic)
    n_new = n_known = 0
    for address in sorted(addresses, key=attrgetter("key")):  # two lists at once count mailboxes in the same order
        known = stored.get(address.key)
        if known is not None and _stands(known):
            n_known += 1
        elif reason := _why_not(assessment.clinic, address, viewers, len(stored), now):
            refused.append(Refused(address.text, reason))
        else:
            stored[address.key] = _invite_one(assessment, by, address, known, now)
            n_new += 1
    if n_new:
        _note_invited(assessment, now)
        _record(AuditEvent.Act.THERAPISTS_INVITED, assessment, by, now)
    return Invited(n_new, n_known, tuple(refused))


def _stands(invitation: Invitation) -> bool:
    """Say whether an invitation has a link that was, or may still be, delivered."""
    is_lost = invitation.mail is not None and invitation.mail.is_lost_invitation
    return invitation.token_hash is not None and not is_lost


def _why_not(clinic: Clinic, address: Address, viewers: frozenset[str], n_stored: int, now: datetime) -> str:
    """Give why an address cannot be invited; empty when it can."""
    if address.key in viewers:
        return "This person may see the results, so they cannot answer in confidence."
    if Refusal.objects.filter(clinic=clinic, address_digest=outbox.digest_of(f"refusal {address.key}")).exists():
        return "Somebody at this address said that the invitation was not for them."
    if n_stored >= policies.INVITED_MAX:
        return f"An assessment can invite at most {policies.INVITED_MAX} people."
    if outbox.is_full(sender=clinic, address=address.text, now=now):
        return "Many invitations were sent today, to this address or by your clinic. Please try again tomorrow."
    return ""


def _invite_one(assessment: Round, by: User, address: Address, earlier: Invitation | None, now: datetime) -> Invitation:
    """Invite one mailbox.

    Whoever was invited earlier, and withdrawn or never reached, gets a new invitation, so that no browser that opened
    the old link gets in by it. Address and day stay as they were first: another spelling could lead the mail, and with
    it whether answers were sent, to somebody else, and a later day would say that they joined late.
    """
    invitation = Invitation(round=assessment, address_key=address.key, address=address.text)
    invitation.invited_on = today_of(assessment, now)
    if earlier is not None:
        invitation.address, invitation.answered = earlier.address, earlier.answered
        invitation.invited_on = earlier.invited_on
        earlier.delete()
    post_link(invitation, assessment, OutgoingMail.Kind.THERAPIST_INVITATION, by, now)
    return invitation


def post_link(
    invitation: Invitation, assessment: Round, kind: OutgoingMail.Kind, by: User | None, now: datetime
) -> str:
    """Give an invitation a fresh link, put the mail with it into the outbox, and give the link's token.

    An older link stops working, and a mail with it that was not sent is not sent any more.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    if invitation.mail_id is not None:
        outbox.drop_waiting(mail_id=invitation.mail_id)
    subject, body = mails.written(kind=kind, assessment=assessment, by=by, token=token, now=now)
    invitation.token_hash = hash_of(token)
    invitation.mail = outbox.post(
        kind=kind,
        clinic=assessment.clinic,
        about=assessment.pk,
        address=invitation.address,
        subject=subject,
        body=body,
        now=now,
    )
    invitation.save()
    return token


@transaction.atomic
def withdraw(*, by: User, round_id: UUID, invitation_id: UUID, now: datetime) -> None:
    """Make an invitation's link useless. What was sent with it stays, and nothing tells of it.

    Raises:
        Round.DoesNotExist, Invitation.DoesNotExist: not there, or not this person's.
        RefusedError: not the lead, or no answers are taken any more.
    """
    assessment = _locked_for_lead(by, round_id, now)
    invitation = Invitation.objects.standing().get(pk=invitation_id, round=assessment)
    _withdraw(invitation, assessment, now)
    _record(AuditEvent.Act.THERAPIST_WITHDRAWN, assessment, by, now)


@transaction.atomic
def decline(*, invitation_id: UUID, now: datetime) -> None:
    """Take somebody at their word that an invitation was not for them: no link, no mail from this clinic any more.

    Raises:
        LinkGoneError: there is no such invitation.
        RoundClosedError: the round takes no answers any more.
    """
    assessment, invitation = _locked_for_holder(invitation_id, now)
    _withdraw(invitation, assessment, now)
    digest = outbox.digest_of(f"refusal {invitation.address_key}")
    Refusal.objects.get_or_create(clinic=assessment.clinic, address_digest=digest)


def _withdraw(invitation: Invitation, assessment: Round, now: datetime) -> None:
    if invitation.mail_id is not None:
        outbox.drop_waiting(mail_id=invitation.mail_id)
    invitation.token_hash, invitation.mail = None, None
    invitation.save(update_fields=["token_hash", "mail"])
    _note_invited(assessment, now)


@transaction.atomic
def remind(*, by: User, round_id: UUID, now: datetime) -> None:
    """Ask for the one reminder of a round; the worker writes to those who have not answered. Nobody is told how many.

    Raises:
        Round.DoesNotExist: not there, or not this person's.
        ReminderSentError: it was asked for already.
        TooFewToRemindError: fewer than five are invited.
        RefusedError: not the lead, or no answers are taken any more.
    """
    assessment = _locked_for_lead(by, round_id, now)
    policies.check_enough_to_remind(assessment)
    _, is_new = Reminder.objects.get_or_create(round=assessment)
    if not is_new:
        raise policies.ReminderSentError("The reminder of this assessment was sent already. There is only one.")
    _record(AuditEvent.Act.THERAPISTS_REMINDED, assessment, by, now)


def is_reminded(assessment: Round) -> bool:
    """Say whether the one reminder of a round was asked for."""
    return Reminder.objects.filter(round=assessment).exists()


def unanswered(assessment: Round) -> QuerySet[Invitation]:
    """Give the standing invitations with which nothing was sent, with their mails. For the writers alone."""
    return Invitation.objects.filter(round=assessment, answered=False).standing().select_related("mail")


@transaction.atomic
def save_draft(*, invitation_id: UUID, draft_id: UUID, given: Mapping[str, object], now: datetime) -> None:
    """Lay answers over a draft; a key with None is cleared, a key that is missing stays as it is.

    A draft that is not there begins, under the id that was drawn for the browser when it opened the link: two first
    saves at once make one draft. Nothing of the invitation is kept in it.

    Raises:
        LinkGoneError: there is no such invitation.
        AlreadySentError: answers were sent with it before.
        RoundClosedError: the round takes no answers any more.
        UnknownKeyError: the therapists' form does not ask it.
        AnswerRefusedError: the questionnaire does not allow this answer.
    """
    assessment, _ = locked_for_answers(invitation_id, now)
    draft = draft_to_write(assessment, draft_id)
    draft.answers = _laid_over(assessment.instrument, draft.answers, given)
    draft.saved_on = today_of(assessment, now)
    draft.save()


def draft_to_write(assessment: Round, draft_id: UUID) -> Draft:
    """Give a draft of a round that the caller holds, or one that is about to begin under this id."""
    return Draft.objects.filter(pk=draft_id, round=assessment).first() or Draft(pk=draft_id, round=assessment)


def _laid_over(instrument: Instrument, stored: Answers, given: Mapping[str, object]) -> dict[str, Answer]:
    """Give the answers in the order of the questionnaire, so that they do not tell in which order they were given."""
    checked = {key: check_answer(instrument, key, raw, Form.THERAPIST) for key, raw in given.items()}
    read = {key: NonAnswer(answer) if isinstance(answer, str) else answer for key, answer in stored.items()}
    answers = {**read, **checked}
    return {i.key: a for i in instrument.items_of(Form.THERAPIST) if (a := answers.get(i.key)) is not None}


@transaction.atomic
def send(*, invitation_id: UUID, draft_id: UUID, now: datetime) -> Answers:
    """Send a draft, once and for all, and give its answers; from here on nothing joins them with the invitation.

    Raises:
        LinkGoneError, AlreadySentError, RoundClosedError: as `save_draft`.
        DraftGoneError, NothingToSendError: there is no draft, or nothing in it.
    """
    assessment, invitation = locked_for_answers(invitation_id, now)
    draft = Draft.objects.filter(pk=draft_id, round=assessment).first()
    if draft is None:
        raise DraftGoneError("There are no answers in this browser.")
    answers = _laid_over(assessment.instrument, draft.answers, {})
    if not answers:
        raise NothingToSendError("No question has an answer yet, so there is nothing to send.")
    _mark_answered(invitation, assessment)
    outbox.drop_waiting_reminder(mail_id=invitation.mail_id)  # it would say that nothing has come in
    Submission.objects.create(round=assessment, answers=answers)
    draft.delete()
    return answers


def _mark_answered(invitation: Invitation, assessment: Round) -> None:
    """Mark an invitation by writing every invitation of the round anew, in one statement.

    PostgreSQL puts what it writes behind the rest and stamps it with the transaction. Were only this row written, the
    order and the stamps of a dump would pair each invitation with the answers sent in the same transaction.
    """
    is_it = When(pk=invitation.pk, then=Value(True))
    Invitation.objects.filter(round=assessment).update(answered=Case(is_it, default=F("answered")))


def has_draft(draft_id: UUID) -> bool:
    """Say whether a draft is there: begun, and neither sent nor dropped."""
    return Draft.objects.filter(pk=draft_id).exists()


def find_link(*, token: str, now: datetime) -> Invitation | TeamPageLink:
    """Find what a link opens: the form of an invitation, or after closing the team page. Changes nothing.

    Raises:
        LinkGoneError: it opens nothing.
    """
    token_hash = hash_of(token)
    invitation = Invitation.objects.select_related("round__clinic").filter(token_hash=token_hash).first()
    page = TeamPageLink.objects.working(now=now).filter(token_hash=token_hash).first()
    found = invitation or page
    if found is None:
        raise LinkGoneError
    return found


def find_invitation(invitation_id: UUID) -> Invitation:
    """Find a standing invitation with its round and clinic.

    Raises:
        LinkGoneError: there is none.
    """
    found = Invitation.objects.standing().select_related("round__clinic").filter(pk=invitation_id).first()
    if found is None:
        raise LinkGoneError
    return found


def _locked_for_lead(by: User, round_id: UUID, now: datetime) -> Round:
    found = Round.objects.visible_to(by).select_related("clinic")
    assessment = found.select_for_update(of=("self",)).get(pk=round_id)
    policies.check_can_invite_therapists(by, assessment, now=now)
    return assessment


def _locked_for_holder(invitation_id: UUID, now: datetime) -> tuple[Round, Invitation]:
    """Hold the round of an invitation, then read the invitation as it is now."""
    standing = Invitation.objects.standing().filter(pk=invitation_id)
    found = Round.objects.select_related("clinic").select_for_update(of=("self",))
    try:
        assessment = found.get(pk__in=standing.values("round_id"))
        check_can_answer(assessment, now=now)
        return assessment, standing.get()
    except (Round.DoesNotExist, Invitation.DoesNotExist) as error:
        raise LinkGoneError from error


def locked_for_answers(invitation_id: UUID, now: datetime) -> tuple[Round, Invitation]:
    """Hold the round of an invitation that may still send answers, in the transaction of whoever calls.

    Raises:
        LinkGoneError, AlreadySentError, RoundClosedError: as `save_draft`.
    """
    assessment, invitation = _locked_for_holder(invitation_id, now)
    if invitation.answered:
        raise AlreadySentError
    return assessment, invitation


def _note_invited(assessment: Round, now: datetime) -> None:
    n_invited = Invitation.objects.filter(round=assessment).standing().count()
    rounds.note_invited(assessment=assessment, n_invited=n_invited, now=now)


def _record(act: AuditEvent.Act, assessment: Round, by: User, now: datetime) -> None:
    clinics.record(act=act, clinic=assessment.clinic, by=by, subject=str(assessment.pk), at=now)


def today_of(assessment: Round, now: datetime) -> date:
    """Give the day, as finely as anything here is dated, in the time zone of the round."""
    return now.astimezone(ZoneInfo(assessment.time_zone)).date()
