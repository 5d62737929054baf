"""A limit on links that open nothing, so that nobody tries out many. In memory, per process, forgotten by the minute.

Only misses count, and a link that opens something is never refused: behind one address there may be a whole clinic.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import Counter
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Final

from allauth.account.adapter import get_adapter

if TYPE_CHECKING:
    from django.http import HttpRequest

MISSES_A_MINUTE_MAX: Final = 60
SOURCES_MAX: Final = 20_000
"""How many sources are told apart in a minute, in a few megabytes of memory; all further ones count as one."""


class MinuteCount:
    """Counts by where something comes from, under a key that is drawn anew every minute and never leaves memory."""

    def __init__(self, sources_max: float = SOURCES_MAX) -> None:
        self._sources_max = sources_max
        self._lock = Lock()
        self._minute = -1
        self._key = b""
        self._counts: Counter[bytes] = Counter()

    def add(self, source: str, *, at: float) -> int:
        """Count one more and say how many came from the source in this minute.

        `at` is in seconds, from any clock that goes forward.
        """
        with self._lock:
            if self._minute != (minute := int(at // 60)):
                self._minute, self._key = minute, secrets.token_bytes(16)
                self._counts.clear()
            digest = hmac.digest(self._key, source.encode(), "sha256")
            if digest not in self._counts and len(self._counts) >= self._sources_max:
                digest = b""
            self._counts[digest] += 1
            return self._counts[digest]


class MissLimit(MinuteCount):
    """Counts misses."""

    def is_over(self, source: str, *, at: float) -> bool:
        """Count a miss and say whether the source has had too many in this minute."""
        return self.add(source, at=at) > MISSES_A_MINUTE_MAX


MISSES: Final = MissLimit()


def status_of_miss(request: HttpRequest) -> HTTPStatus:
    """Count a link that opened nothing, of whatever kind, and say how to answer."""
    is_over = MISSES.is_over(get_adapter().get_client_ip(request), at=time.monotonic())
    return HTTPStatus.TOO_MANY_REQUESTS if is_over else HTTPStatus.NOT_FOUND
