"""The only writers of API tokens: making one, ending one, noting the day of its use, and dropping what is over."""

from __future__ import annotations

import logging
import secrets
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import DatabaseError, connection, transaction

from assessments.clinics.actions import hash_of
from assessments.clinics.models import User
from assessments.clinics.policies import check_can_view
from assessments.reports.models import ApiToken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.clinics.models import Clinic
    from assessments.reports.models import Scope

PREFIX: Final = "icbt_"
"""With what every secret begins, so that it is known for one wherever it turns up."""
SECRET_BYTES: Final = 32
LIVES: Final = (30, 90, 365)
"""For how many days a token can be made."""
TOKENS_MAX: Final = 10
"""How many of a person's tokens can work at a time."""
KEPT_EXPIRED: Final = timedelta(days=30)
"""For how long an expired token is still listed, so that its owner sees why a program has stopped."""

NOTE_WAIT_MS: Final = 500
"""For how long noting a use waits at most for whoever else writes."""

logger = logging.getLogger(__name__)


class TooManyTokensError(RuntimeError):
    """The person has as many working tokens as one may have; the message is for them to read."""


@transaction.atomic
def make_token(
    *, by: User, name: str, scope: Scope, clinic: Clinic | None, days: int, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token and give it with its secret, which is kept nowhere.

    Args:
        by: whose token it will be.
        name: what it is for, in its owner's words.
        scope: what it opens.
        clinic: the only clinic that it opens; None for all that its owner may see, whenever it is used.
        days: one of `LIVES`.
        now: the moment of making.

    Raises:
        RefusedError: the clinic is not theirs.
        TooManyTokensError: ten of theirs work already.
        ValueError: a token never lives for so many days.
    """
    if days not in LIVES:
        raise ValueError("no such life of a token")
    if clinic is not None:
        check_can_view(by, clinic)
    owner = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if (
        sum(is_working(one, now=now) for one in ApiToken.objects.filter(user=owner).select_related("user"))
        >= TOKENS_MAX
    ):
        raise TooManyTokensError(f"You have {TOKENS_MAX} tokens that work. End one that you no longer need first.")
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        user=owner,
        name=name,
        scope=scope,
        clinic=clinic,
        secret_hash=hash_of(secret),
        password_mark=owner.get_session_auth_hash(),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    return token, secret


def end_token(token: ApiToken) -> None:
    """End a token: the next request with it is refused, and nothing of it is kept."""
    ApiToken.objects.filter(pk=token.pk).delete()


def is_working(token: ApiToken, *, now: datetime) -> bool:
    """Say whether a token opens anything: it has not expired, and its owner's account and password are as they were."""
    return token.expires_at > now and token.user.is_active and token.is_of_this_password


def find_token(*, secret: str, now: datetime) -> ApiToken | None:
    """Find the working token of a secret, with its owner; None for every other text."""
    found = ApiToken.objects.unexpired(now=now).filter(secret_hash=hash_of(secret)).select_related("user").first()
    return found if found is not None and is_working(found, now=now) else None


def renew_marks(owner: User, before: str) -> None:
    """Let a person's tokens go on working after the hash of the same password was made anew; others stay ended.

    Args:
        owner: with the new hash.
        before: the mark of the old one.
    """
    ApiToken.objects.filter(user=owner, password_mark=before).update(password_mark=owner.get_session_auth_hash())


def note_use(token: ApiToken, *, now: datetime) -> None:
    """Note that a token was used today, once a day: all that reading writes.

    It is one statement of its own, and a database that cannot take it within a moment keeps nobody from reading: the
    next request notes it.
    """
    today = now.astimezone(UTC).date()
    if token.last_used_on == today:
        return
    try:
        with _soon_or_not():
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    except DatabaseError as error:
        logger.warning("token.use-not-noted %s", type(error).__name__)


@contextmanager
def _soon_or_not() -> Iterator[None]:
    """Make a transaction that waits for other writers for a moment, not as long as one in which a person's work is."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with transaction.atomic():
                cursor.execute(f"SET LOCAL lock_timeout = {NOTE_WAIT_MS}")
                yield
            return
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {NOTE_WAIT_MS}")
        try:
            with transaction.atomic():
                yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def drop_expired_tokens(*, now: datetime) -> None:
    """Drop the tokens that expired 30 days ago or longer."""
    ApiToken.objects.exclude(expires_at__gt=now - KEPT_EXPIRED).delete()
