"""Tokens in words, as their owner sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.formats import date_format

from assessments.reports.actions import is_working
from assessments.reports.models import Scope

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from assessments.reports.models import ApiToken

READS: Final = {Scope.RESULTS: "results", Scope.ANSWERS: "results, answers and plans"}


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token: what it opens, when it was made, until when it works or why it does not, and when it was used last."""

    pk: UUID
    name: str
    opens: str
    made: str
    until: str
    used: str
    is_working: bool


def token_row(token: ApiToken, *, own: Collection[UUID], now: datetime) -> TokenRow:
    """Lay out a token; its owner and its clinic were read with it, and `own` are the clinics that are its owner's."""
    return TokenRow(
        pk=token.pk,
        name=token.name,
        opens=_opens(token, own),
        made=f"Made on {_day(token.made_at)}.",
        until=_until(token, now),
        used=f"Last used on {_day(token.last_used_on)}." if token.last_used_on else "Not used yet.",
        is_working=is_working(token, now=now),
    )


def _opens(token: ApiToken, own: Collection[UUID]) -> str:
    """Say what a token reads; of a clinic that its owner has left not even the name."""
    if token.clinic is None:
        return f"Reads {READS[token.reach]}, wherever you may see them."
    if token.clinic.pk not in own:
        return "Reads nothing: it is for a clinic to which you do not belong any more."
    return f"Reads {READS[token.reach]} of {token.clinic}."


def _until(token: ApiToken, now: datetime) -> str:
    if token.expires_at <= now:
        return f"It stopped working on {_day(token.expires_at)}, its last day."
    if not token.is_of_this_password:
        return "It stopped working when you changed your password."
    return f"It works until {_day(token.expires_at)}."


def _day(on: object) -> str:
    return date_format(on, "j F Y")  # type: ignore[arg-type]
