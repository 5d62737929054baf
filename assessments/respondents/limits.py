"""A limit on links that open nothing, so that nobody tries out many. In memory, per process, forgotten by the minute.

Only misses count, and a link that opens something is never refused: behind one address there may be a whole clinic.
"""

from __future__ import annotations

import hmac
import secrets
from collections import Counter
from threading import Lock
from typing import Final

MISSES_A_MINUTE_MAX: Final = 60


class MissLimit:
    """Counts misses by where they come from, under a key that is drawn anew every minute and never leaves memory."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = -1
        self._key = b""
        self._misses: Counter[bytes] = Counter()

    def is_over(self, source: str, *, at: float) -> bool:
        """Count a miss and say whether the source has had too many in this minute.

        `at` is in seconds, from any clock that goes forward.
        """
        with self._lock:
            if self._minute != (minute := int(at // 60)):
                self._minute, self._key = minute, secrets.token_bytes(16)
                self._misses.clear()
            digest = hmac.digest(self._key, source.encode(), "sha256")
            self._misses[digest] += 1
            return self._misses[digest] > MISSES_A_MINUTE_MAX
