"""Mail servers that do not work, each a backend of its own, and one that works and is watched."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as Works
from django.db import connection

QUOTED = b"5.1.1 <nora@example.org>: no such mailbox"
"""What servers say quotes addresses."""


class EmailBackend(BaseEmailBackend):
    """Is down: refuses every mail."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raise what a socket raises."""
        raise ConnectionRefusedError("no mail server")


class Down(BaseEmailBackend):
    """Is down: refuses the connection."""

    def open(self) -> None:
        """Raise what a socket raises."""
        raise ConnectionRefusedError("no mail server at 192.0.2.1")


class Misnamed(BaseEmailBackend):
    """Has a name that no host can have."""

    def open(self) -> None:
        """Raise what looking up the name raises."""
        raise UnicodeError("label empty or too long")


class Slow(Works):
    """Takes a connection and then says nothing."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raise what a socket raises after EMAIL_TIMEOUT."""
        raise TimeoutError("timed out: nora@example.org")


class Locked(Works):
    """Does not accept our password any more."""

    def open(self) -> None:
        """Raise what smtplib raises."""
        raise smtplib.SMTPAuthenticationError(535, b"no: nora@example.org")


class NoNora(Works):
    """Does not know nora@example.org, and all others well."""

    error: Exception = smtplib.SMTPRecipientsRefused({"nora@example.org": (550, QUOTED)})

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Refuse Nora only."""
        if email_messages[0].to == ["nora@example.org"]:
            raise self.error
        return super().send_messages(email_messages)


class NoNoraText(NoNora):
    """Refuses what Nora's mail says."""

    error = smtplib.SMTPDataError(554, QUOTED)


class ClosesOnNora(NoNora):
    """Ends the conversation at Nora's address."""

    error = smtplib.SMTPRecipientsRefused({"nora@example.org": (421, b"too busy for <nora@example.org>")})


class HangsUpOnNora(NoNora):
    """Drops the connection at Nora's address."""

    error = smtplib.SMTPServerDisconnected("Connection unexpectedly closed: nora@example.org")


class Dies(Works):
    """Takes a mail; then the worker is killed before it can note so."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Take the mails and end the process."""
        super().send_messages(email_messages)
        raise KeyboardInterrupt


class EndsBadly(Works):
    """Takes every mail and stumbles over the good-bye."""

    def close(self) -> None:
        """Raise what smtplib raises."""
        raise smtplib.SMTPServerDisconnected("gone")


class Watched(Works):
    """Works, and notes when it is opened and closed and whether a transaction is open while it is spoken to."""

    seen: ClassVar[list[str]] = []

    def open(self) -> None:
        """Note it."""
        self.seen.append("opened")

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Note whether a transaction is open."""
        self.seen.append("in a transaction" if connection.in_atomic_block else "taken")
        return super().send_messages(email_messages)

    def close(self) -> None:
        """Note it."""
        self.seen.append("closed")
