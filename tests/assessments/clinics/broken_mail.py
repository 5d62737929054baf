"""A mail server that is down."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Refuses every mail."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raise what a socket raises."""
        raise ConnectionRefusedError("no mail server")
