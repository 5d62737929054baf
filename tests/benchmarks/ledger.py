"""What was acknowledged, and whether the database holds exactly that: nothing lost, nothing twice, nothing torn.

Knows nothing of servers or clocks. A state is what JSON can say: a draft's mapping, or an answer with its operation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What became of something that somebody saved time and again."""

    KEPT = "kept"
    LOST = "lost"  # the database holds less than was acknowledged
    TWICE = "twice"  # a save was carried out more than once
    TORN = "torn"  # the database holds what nobody sent


@dataclass
class Ledger:
    """All states of one thing that were acknowledged, in order, and the one that was sent and not acknowledged yet."""

    acknowledged: list[Any] = field(default_factory=list)
    under_way: Any = None

    @property
    def last(self) -> Any:
        """The last state that was acknowledged; None when there is none."""
        return self.acknowledged[-1] if self.acknowledged else None

    def acknowledge(self) -> None:
        """Note that what was under way is stored."""
        self.acknowledged.append(self.under_way)
        self.under_way = None

    def verdict(self, stored: Any, n_writes: int | None = None) -> Verdict:
        """Judge what is stored: it must be the last acknowledged state, or the one under way, in whole.

        `stored` None means that nothing is. `n_writes` is how often it was written, where the database counts that.
        """
        is_done = self.under_way is not None and stored == self.under_way
        if n_writes is not None and n_writes > len(self.acknowledged) + is_done:
            return Verdict.TWICE
        if is_done or stored == self.last:
            return Verdict.KEPT
        return Verdict.LOST if stored is None or stored in self.acknowledged else Verdict.TORN


def verdicts_on_sent(ledgers: Iterable[Ledger], stored: Sequence[Any]) -> Counter[Verdict]:
    """Judge forms that were sent, in any order: the last state of each must be there once, and no other."""
    n_stored = [stored.count(ledger.last) for ledger in ledgers]
    verdicts = Counter(Verdict.LOST if not n else Verdict.KEPT for n in n_stored)
    verdicts[Verdict.TWICE] += sum(n - 1 for n in n_stored if n > 1)
    verdicts[Verdict.TORN] += len(stored) - sum(n_stored)
    return verdicts
