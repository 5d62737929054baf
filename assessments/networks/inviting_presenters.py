"""What the page on inviting clinics says: who has not answered, which mails wait, and what sending a list did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.clinics import outbox
from assessments.clinics.models import OutgoingMail

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from assessments.networks.invitation_list import Reading
    from assessments.networks.models import Network, NetworkInvitation


@dataclass(frozen=True)
class Invited:
    """A clinic that was asked to join and has not done so; `state` says what became of the mail and the link."""

    id: UUID
    clinic: str
    email: str
    state: str


def invited(invitations: Iterable[NetworkInvitation], *, now: datetime) -> list[Invited]:
    """Give what stands in the list of open invitations."""
    rows = list(invitations)
    states = _states(row.mail_id for row in rows if row.mail_id)
    return [Invited(row.pk, row.clinic_name, row.email, _state(row, states, now)) for row in rows]


def _states(mail_ids: Iterable[UUID]) -> dict[UUID, str]:
    unsent = OutgoingMail.objects.filter(pk__in=list(mail_ids)).exclude(state=OutgoingMail.State.SENT)
    return dict(unsent.values_list("pk", "state"))


def _state(row: NetworkInvitation, states: dict[UUID, str], now: datetime) -> str:
    until = f"{row.expires_at:%-d %B %Y}"
    if row.expires_at <= now:
        return f"The link worked until {until}. To ask again, send the line again."
    match states.get(row.mail_id) if row.mail_id else None:
        case OutgoingMail.State.GIVEN_UP:
            return "The mail could not be sent. Please check the address, withdraw this one and invite the right one."
        case OutgoingMail.State.WAITING:
            return "The mail waits to be sent."
    return f"Asked on {row.invited_at:%-d %B %Y}. The link works until {until}."


def mails_waiting(network: Network) -> str:
    """Say how many invitations of a network were not sent; empty when all were."""
    counts = outbox.mail_counts(network.pk)
    waiting = f"{_mails(counts.n_waiting)} to be sent, which takes minutes." if counts.n_waiting else ""
    given_up = f"{_could_not(counts.n_given_up)} be sent within a day." if counts.n_given_up else ""
    return " ".join(part for part in (waiting, given_up) if part)


def _mails(number: int) -> str:
    return "1 invitation waits" if number == 1 else f"{number:,} invitations wait"


def _could_not(number: int) -> str:
    return "1 invitation could not" if number == 1 else f"{number:,} invitations could not"


def sent_words(reading: Reading, *, n_before: int) -> str:
    """Say what sending a list did."""
    n_new = len(reading.lines) - n_before
    asked = "1 clinic is invited." if n_new == 1 else f"{n_new} clinics are invited."
    parts = [
        f"{asked} The mails go out within minutes." if n_new else "",
        f"{_were(n_before)} invited before and got no second mail." if n_before else "",
        f"The first line, “{reading.heading}”, was taken for a heading." if reading.heading else "",
    ]
    return " ".join(part for part in parts if part)


def _were(number: int) -> str:
    return "1 was" if number == 1 else f"{number} were"
