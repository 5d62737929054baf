"""Mail that can wait: written with what it tells of, handed to the mail server later by the worker.

The only writer of outgoing mail. At least once: what a crash leaves unclear goes out again with the same Message-ID.
"""

from __future__ import annotations

import hmac
import logging
import smtplib
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Case, F, When
from django.db.models.functions import Lower

from assessments.clinics.models import Clinic, MailTally, OutgoingMail, User
from assessments.clinics.reminded import may_still_go, pass_on
from assessments.clinics.reminder_links import SETTINGS, link_of
from assessments.clinics.text import address_key, clean_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from django.core.mail.backends.base import BaseEmailBackend

State = OutgoingMail.State

GIVE_UP_AFTER: Final = timedelta(hours=24)
BACK_OFF_MINUTES_MAX: Final = 60
MAILBOX_A_DAY_MAX: Final = 4
"""How many invitations a mailbox gets in a day from all clinics together, and from each consultant."""
SENDER_A_DAY_MAX: Final = 1_000
"""How many invitations a clinic or a consultant sends in a day: twice the largest list."""
KEPT_AFTERWARDS: Final = timedelta(days=7)
"""For how long the address of a network's mail, or of a reminder to a lead, stays after it was sent or given up."""
INVITATIONS: Final = {OutgoingMail.Kind.THERAPIST_INVITATION, OutgoingMail.Kind.NETWORK_INVITATION}
"""What the limits count; reminders do not count, so that no limit tells who was reminded."""
KEPT_A_WEEK: Final = {OutgoingMail.Kind.NETWORK_INVITATION, OutgoingMail.Kind.NETWORK_NOTICE, *SETTINGS}
"""Mails to people with accounts, which no closing takes along."""
NOTES_LAST: Final = Case(When(kind__in=[OutgoingMail.Kind.NETWORK_NOTICE, *SETTINGS], then=1), default=0)
SUBJECT_MAX: Final = 200
NO_CONVERSATION: Final = {421, -1}
"""Replies that are not about one mail: 421 ends the conversation (RFC 5321, 4.2.2), -1 tells of no reply code."""

logger = logging.getLogger(__name__)


class MailCounts(NamedTuple):
    """How many invitations of a round or network have not reached the mail server: they wait, or were given up."""

    n_waiting: int
    n_given_up: int


class _ServerError(Exception):
    """The mail server cannot be used at present, for this mail or any other."""


class _RefusedError(Exception):
    """The mail server works, but will not have this mail."""


def post(
    *,
    kind: OutgoingMail.Kind,
    clinic: Clinic | None,
    by: User | None = None,
    about: UUID,
    address: str,
    subject: str,
    body: str,
    now: datetime,
) -> OutgoingMail:
    """Put a mail into the outbox, in the transaction of whoever calls: both are kept, or neither.

    Args:
        kind: what the mail is for.
        clinic: in whose name it goes; None for a network's mail.
        by: the consultant who sends a network's invitation, to be counted; None for a clinic's mail.
        about: the id of the round, or of the network.
        address: one address; mail goes to it as it was typed.
        subject: folded to one line, so that no further header can stand in it.
        body: plain text; forgotten once it is sent or given up.
        now: when; it is due at once.

    Raises:
        NotAnAddressError: the address is none.
    """
    if kind in INVITATIONS:
        _count(clinic or by, address, now)
    return OutgoingMail.objects.create(
        kind=kind,
        clinic=clinic,
        about=about,
        address=clean_line(address),
        subject=_one_line(subject),
        body=body,
        created_at=now,
        next_attempt_at=now,
    )


def post_to_all(
    *, kind: OutgoingMail.Kind, about: UUID, addresses: Iterable[str], subject: str, body: str, now: datetime
) -> None:
    """Put the same note of a network into the outbox for each of many addresses, in the transaction of whoever calls.

    Args:
        kind: what the mails are for; no kind that limits count.
        about: the id of the network.
        addresses: those of accounts.
        subject: folded to one line.
        body: plain text.
        now: when; they are due at once.
    """
    OutgoingMail.objects.bulk_create(
        (
            OutgoingMail(
                kind=kind,
                about=about,
                address=address,
                subject=_one_line(subject),
                body=body,
                created_at=now,
                next_attempt_at=now,
            )
            for address in addresses
        ),
        batch_size=1000,
    )


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:SUBJECT_MAX].strip()


def drop_mail(*, about: UUID) -> None:
    """Delete all mails of a round with their addresses, sent or not, in the transaction of whoever calls."""
    OutgoingMail.objects.filter(about=about).delete()


def drop_mail_to(*, addresses: Collection[str]) -> None:
    """Delete all mails to people with accounts at these addresses, in lower case; those to therapists go at closing."""
    theirs = OutgoingMail.objects.annotate(key=Lower("address")).filter(key__in=addresses)
    theirs.filter(kind__in=KEPT_A_WEEK).delete()


def drop_waiting(*, mail_id: UUID) -> None:
    """Delete a mail that has not been sent, because another takes its place. A sent one stays, to be counted."""
    OutgoingMail.objects.filter(pk=mail_id).exclude(state=State.SENT).delete()


def drop_waiting_reminder(*, mail_id: UUID | None) -> None:
    """Delete a reminder that has not been sent; an invitation stays, because the unsent ones are counted."""
    if mail_id is not None:
        reminders = OutgoingMail.objects.filter(pk=mail_id, kind=OutgoingMail.Kind.THERAPIST_REMINDER)
        reminders.exclude(state=State.SENT).delete()


def drop_waiting_of(*, kind: OutgoingMail.Kind, address: str) -> None:
    """Delete the mails of a kind to an address that have not been sent, because the person wants none any more."""
    OutgoingMail.objects.waiting().filter(kind=kind, address__iexact=address).delete()


def drop_old_mail(*, now: datetime) -> None:
    """Delete mails of networks and reminders of accounts, with their addresses, a week after they were sent."""
    done = OutgoingMail.objects.filter(kind__in=KEPT_A_WEEK).exclude(state=State.WAITING)
    done.filter(next_attempt_at__lte=now - KEPT_AFTERWARDS).delete()


def mail_counts(about: UUID) -> MailCounts:
    """Count the invitations of a round or network that were not sent; reminders and notes are not counted."""
    invitations = OutgoingMail.objects.filter(about=about, kind__in=INVITATIONS)
    states = list(invitations.values_list("state", flat=True))
    return MailCounts(states.count(State.WAITING), states.count(State.GIVEN_UP))


def is_full(*, sender: Clinic | User, address: str, now: datetime) -> bool:
    """Say whether a mailbox, or the sender, has had as many invitations today as a day allows.

    Args:
        sender: a clinic, over all its rounds, or a consultant, over all their networks.
        address: the mailbox, in any spelling.
        now: on which day, in UTC.

    Raises:
        NotAnAddressError: the address is none.
    """
    of_day = MailTally.objects.filter(on=now.astimezone(UTC).date())
    of_sender, mailbox = _digests(sender, address)
    return (
        of_day.filter(digest=mailbox, n_mails__gte=MAILBOX_A_DAY_MAX).exists()
        or of_day.filter(digest=of_sender, n_mails__gte=SENDER_A_DAY_MAX).exists()
    )


def _count(sender: Clinic | User | None, address: str, now: datetime) -> None:
    for digest in _digests(sender, address):
        row, _ = MailTally.objects.get_or_create(digest=digest, on=now.astimezone(UTC).date())
        MailTally.objects.filter(pk=row.pk).update(n_mails=F("n_mails") + 1)


def _digests(sender: Clinic | User | None, address: str) -> tuple[str, str]:
    """Name the tallies of a sender and of a mailbox, in the order in which every list takes them.

    A mailbox counts over all clinics. Consultants have a tally of it each and read no other: whether an invitation is
    refused would tell them whether somebody else, such as a clinic that invites its therapists, wrote to it today.
    """
    mailbox = f"mailbox {address_key(address)}"
    match sender:
        case Clinic():
            return digest_of(f"sender {sender.pk}"), digest_of(mailbox)
        case User():
            return digest_of(f"consultant {sender.pk}"), digest_of(f"consultant {sender.pk} {mailbox}")
        case None:
            raise TypeError("An invitation has a sender, for whom it counts.")


def digest_of(text: str) -> str:
    """Give what is kept of an address that must not be kept; without the site's secret it cannot be tried out."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), "sha256").hexdigest()


def drop_tallies(*, now: datetime) -> None:
    """Drop the tallies of days that are over."""
    MailTally.objects.filter(on__lt=now.astimezone(UTC).date()).delete()


def send_due_mail(*, now: datetime, seconds: float = 20.0) -> int:
    """Hand what is due to the mail server, the oldest first, notes last, and give how many mails it took.

    Ten thousand notes to leads are posted at once; nobody who waits for a link waits for them.

    A server that is down ends the pass, a mail that is refused does not; both wait for their next attempt. No
    transaction is open while the server is spoken to.

    Args:
        now: the time of the pass.
        seconds: how long to go on taking new mails; the one in hand is always ended.
    """
    ends_at = time.monotonic() + seconds
    _give_up(now)
    due = OutgoingMail.objects.due(now=now).order_by(NOTES_LAST, "created_at", "pk").values_list("pk", flat=True)
    n_sent = 0
    with _Server() as server:
        for pk in list(due):
            if time.monotonic() >= ends_at:
                break
            mail = _take(pk, now)
            if mail is None:
                continue
            try:
                server.hand_over(mail)
            except _RefusedError as error:
                logger.warning("mail.refused id=%s %s", pk, error)
                continue
            except _ServerError as error:
                logger.warning("mail.server-unusable id=%s %s", pk, error)
                break
            _mark_sent(pk)
            n_sent += 1
    return n_sent


def _give_up(now: datetime) -> None:
    old = OutgoingMail.objects.waiting().filter(created_at__lte=now - GIVE_UP_AFTER)
    for pk in list(old.values_list("pk", flat=True)):
        if old.filter(pk=pk).update(state=State.GIVEN_UP, subject="", body=""):
            logger.warning("mail.given-up id=%s", pk)


def _mark_sent(pk: UUID) -> None:
    """Whatever it was meanwhile: the mail server has it."""
    OutgoingMail.objects.filter(pk=pk).update(state=State.SENT, subject="", body="")


@transaction.atomic(durable=True)
def _take(pk: UUID, now: datetime) -> OutgoingMail | None:
    """Take a mail for one attempt; None when another worker has it, or it is gone.

    The update decides between two workers: the second finds the next attempt in the future. A reminder to somebody
    who may not get it any more goes to whoever leads the clinic now, or is deleted.
    """
    mail = OutgoingMail.objects.due(now=now).filter(pk=pk).first()
    if mail is None:
        return None
    taken = OutgoingMail.objects.due(now=now).filter(pk=pk, attempts=mail.attempts)
    if not may_still_go(mail) and not pass_on(mail):
        taken.delete()
        return None
    pause = timedelta(minutes=min(2**mail.attempts, BACK_OFF_MINUTES_MAX))
    n_taken = taken.update(
        attempts=F("attempts") + 1, next_attempt_at=now + pause, address=mail.address, body=mail.body
    )
    return mail if n_taken else None


class _Server:
    """One connection to the mail server, opened when the first mail is handed over."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None

    def __enter__(self) -> _Server:
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._backend is not None:
            with suppress(OSError):  # what was taken stays taken, however the conversation ends
                self._backend.close()

    def hand_over(self, mail: OutgoingMail) -> None:
        """Hand one mail over. Errors are told by kind and reply code: what a mail server says quotes addresses."""
        backend = self._opened()
        try:
            _message(mail, backend).send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError) as error:
            kind = _RefusedError if NO_CONVERSATION.isdisjoint(_codes(error)) else _ServerError
            raise kind(f"{type(error).__name__} {_codes(error)}") from None
        except OSError as error:  # sockets, TLS and all else of smtplib
            raise _ServerError(type(error).__name__) from None
        except ValueError as error:  # a header that cannot be written
            raise _RefusedError(type(error).__name__) from None

    def _opened(self) -> BaseEmailBackend:
        if self._backend is None:
            backend = get_connection()
            try:
                backend.open()
            except (OSError, ValueError) as error:  # a host name that cannot be is a ValueError
                raise _ServerError(type(error).__name__) from None
            self._backend = backend
        return self._backend


def _codes(error: smtplib.SMTPException) -> list[int]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return sorted({code for code, _ in error.recipients.values()})
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def _message(mail: OutgoingMail, backend: BaseEmailBackend) -> EmailMessage:
    host = urlsplit(settings.BASE_URL).hostname
    headers = {"Message-ID": f"<{mail.pk}@{host}>", "Auto-Submitted": "auto-generated"}  # RFC 3834: no holiday notes
    headers |= _way_out(mail)
    return EmailMessage(mail.subject, mail.body, to=[mail.address], connection=backend, headers=headers)


def _way_out(mail: OutgoingMail) -> dict[str, str]:
    """Give the headers by which a mailbox's own button turns a reminder off (RFC 2369, RFC 8058)."""
    kind = OutgoingMail.Kind(mail.kind)
    user = User.objects.filter(email__iexact=mail.address).first() if kind in SETTINGS else None
    if user is None:
        return {}
    return {"List-Unsubscribe": f"<{link_of(user, kind)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
