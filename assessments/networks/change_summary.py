"""Puts into words and bars how many clinics stand higher or lower on each topic, and what has become of flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.networks.words import flag_name
from assessments.results.words import CHANGES
from readiness.instrument.definition import Form
from readiness.scoring.change import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assessments.networks.change_counts import FlagChange
    from readiness.instrument.definition import Instrument


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, in percent of its length, from the left."""

    key: str
    at: str
    width: str


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic over all clinics with two assessments; `counts` are in the order of `CHANGES`."""

    key: str
    title: str
    said: str
    parts: tuple[Part, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag over the same clinics."""

    key: str
    title: str
    n_closed: int
    n_new: int
    n_stayed: int


@dataclass(frozen=True)
class Summary:
    """The page's upper half; `heads` are those of the table of topics, with a key for each colour."""

    topics: tuple[TopicRow, ...]
    flags: tuple[FlagRow, ...]
    heads: tuple[tuple[str, str], ...] = tuple((change.value, said) for change, said in CHANGES.items())


def summary(
    by_topic: Mapping[str, Mapping[Change, int]], flags: Sequence[FlagChange], instrument: Instrument
) -> Summary:
    """Lay out the topics in the order of the form, and the flags as they come."""
    topics = (
        _topic(domain.key, domain.title, by_topic.get(domain.key, {})) for domain in instrument.domains_of(Form.MANAGER)
    )
    return Summary(
        topics=tuple(topics),
        flags=tuple(
            FlagRow(one.key, flag_name(instrument, one.key), one.n_closed, one.n_new, one.n_stayed) for one in flags
        ),
    )


def of_clinics(n_pairs: int, n_chosen: int, n_all: int) -> str:
    """Say how many clinics have two assessments, of those chosen, or of all where none is left out."""
    who = _all_of(n_chosen, n_all) if n_pairs == n_chosen else _some_of(n_pairs, n_chosen, n_all)
    return f"{who} two finished assessments in the same version of the questionnaire: the last beside the one before."


def _all_of(n_chosen: int, n_all: int) -> str:
    if n_chosen == 1:
        return "Your only clinic has" if n_all == 1 else "The one clinic chosen here has"
    return f"All {n_chosen:,} of {'your clinics' if n_chosen == n_all else 'the clinics chosen here'} have"


def _some_of(n_pairs: int, n_chosen: int, n_all: int) -> str:
    of_which = f"your {n_chosen:,} clinics" if n_chosen == n_all else f"the {n_chosen:,} clinics chosen here"
    return f"{n_pairs:,} of {of_which} {'has' if n_pairs == 1 else 'have'}"


def _topic(key: str, title: str, counts: Mapping[Change, int]) -> TopicRow:
    said = ", ".join(f"{counts[change]:,} {name}" for change, name in CHANGES.items() if counts.get(change))
    return TopicRow(key, title, said, tuple(_parts(counts)), tuple(counts.get(change, 0) for change in CHANGES))


def _parts(counts: Mapping[Change, int]) -> Iterator[Part]:
    """Cut a bar into shares; they add up to its length."""
    n_all, n_before = sum(counts.values()), 0
    for change in CHANGES:
        n_clinics = counts.get(change, 0)
        if n_clinics:
            yield Part(change.value, f"{100 * n_before / n_all:.3f}", f"{100 * n_clinics / n_all:.3f}")
        n_before += n_clinics
