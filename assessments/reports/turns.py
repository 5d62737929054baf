"""Whose turn it is: whoever just had a slot lets those go first who were told to wait since.

Without it, two people who ask again and again could keep everybody else waiting.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Final, Self

WAITS_SECONDS: Final = 7
"""Whoever waits asks at least so often; after that they have gone."""
HAD_SECONDS: Final = 30
N_KEPT: Final = 200


@dataclass(frozen=True)
class Turns:
    """Since when people wait, and when they last had a slot, by their ids; only of the last minutes."""

    waiting: dict[str, float] = field(default_factory=dict)
    had: dict[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read what was written; what somebody who died left half written says nothing."""
        try:
            waiting, had = json.loads(content)
            return cls(_kept(waiting, WAITS_SECONDS), _kept(had, HAD_SECONDS))
        except (ValueError, TypeError, AttributeError):
            return cls()

    def written(self) -> bytes:
        """Give it as it is read again."""
        return json.dumps([self.waiting, self.had]).encode()

    def may_have(self, user_pk: int, n_free: int) -> bool:
        """Whether a slot is left beside those who wait since this person had one, and had theirs before, or none."""
        had = self.had.get(str(user_pk))
        if had is None:
            return True
        first = [who for who, since in self.waiting.items() if since >= had > self.had.get(who, 0)]
        return len(first) < n_free

    def wait(self, user_pk: int) -> None:
        """Note that somebody was told to wait."""
        self.waiting[str(user_pk)] = time.time()

    def have(self, user_pk: int) -> None:
        """Note that somebody has a slot."""
        self.waiting.pop(str(user_pk), None)
        self.had[str(user_pk)] = time.time()


def _kept(times: dict[str, float], seconds: float) -> dict[str, float]:
    """Keep the latest of the last seconds; times of a clock that was set back are none."""
    now = time.time()
    recent = [(at, who) for who, at in times.items() if 0 <= now - at < seconds]
    return {who: at for at, who in sorted(recent)[-N_KEPT:]}
