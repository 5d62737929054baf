"""How much may be asked in a minute: of a token's requests, and of wrong tokens from one place.

Counted in memory, by each process of the server for itself, so that reading writes nothing.
"""

from __future__ import annotations

import time
from http import HTTPStatus
from math import inf
from typing import TYPE_CHECKING, Final

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied

from assessments.reports.api.errors import ApiError
from assessments.rounds.limits import MinuteCount

if TYPE_CHECKING:
    from django.http import HttpRequest

    from assessments.reports.models import ApiToken

CALLS_A_MINUTE_MAX: Final = 60
WRONG_A_MINUTE_MAX: Final = 30

CALLS: Final = MinuteCount(inf)  # there are only so many tokens, and none may pay for others
WRONG: Final = MinuteCount()


def count_call(token: ApiToken) -> None:
    """Count a request of a token.

    Raises:
        ApiError: it has had too many in this minute.
    """
    at = time.monotonic()
    if CALLS.add(str(token.pk), at=at) > CALLS_A_MINUTE_MAX:
        raise _too_many(at)


def count_wrong(request: HttpRequest) -> None:
    """Count a token that opens nothing. One that does is never refused for it: behind an address may be a whole clinic.

    Raises:
        ApiError: too many came from there in this minute.
    """
    at = time.monotonic()
    if WRONG.add(_place_of(request), at=at) > WRONG_A_MINUTE_MAX:
        raise _too_many(at)


def _place_of(request: HttpRequest) -> str:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:  # it has none, as behind a socket: all such are one place
        return ""


def _too_many(at: float) -> ApiError:
    return ApiError(HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(60 - int(at) % 60)})
