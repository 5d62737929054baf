"""What guidance consists of: the words of flags, options, messages to copy, notes on clashing answers, and tips.

Plain, frozen values. How they are read stands in `loading`; which apply to a clinic in `cards`, `options`, `notes`
and `plan`, which to a therapist in `profile`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import Field

from readiness.guidance.answers import Given
from readiness.guidance.flags import Level
from readiness.instrument.definition import Key, Record, Route
from readiness.scoring.compare import Higher

Text = Annotated[str, Field(min_length=1, max_length=320)]
Line = Annotated[str, Field(min_length=1, max_length=140)]
Title = Annotated[str, Field(min_length=1, max_length=80)]
Short = Annotated[str, Field(min_length=1, max_length=40)]

TOPIC: Final = "{topic}"
"""Stands for a topic's title in the words of a flag that is raised per topic."""


class Kind(StrEnum):
    """What an option changes."""

    TRAIN = "train"
    ORGANISE = "organise"
    FINANCE = "finance"
    PATHWAY = "pathway"
    TECHNOLOGY = "technology"

    @property
    def is_structural(self) -> bool:
        """Whether it changes money, time, roles, pathways or systems; at least one such stands beside training."""
        return self is not Kind.TRAIN


class Basis(StrEnum):
    """What an option rests on; stands with its sources on every page that shows it."""

    RECOMMENDED = "recommended"  # recommended by a study or its summary
    IMPLIED = "implied"  # implied by what staff found helpful
    WIDER = "wider"  # wider literature
    JUDGEMENT = "judgement"  # our own judgement


class Effort(StrEnum):
    """Roughly what an option costs in time and money."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Option(Record):
    """Something a clinic could do; never an order.

    `routes` are the intake routes that must all be open for the option to be offered; none for most.
    """

    key: Key
    title: Title
    why: Text
    steps: tuple[Line, ...] = Field(min_length=2, max_length=4)  # the first steps
    who: Title  # who acts
    effort: Effort
    kind: Kind
    basis: Basis
    sources: tuple[Key, ...] = Field(min_length=1)
    takeaway: int = Field(ge=1, le=5)
    items: tuple[Key, ...] = Field(min_length=1)  # the questions it acts on, the one it acts on most first
    flags: tuple[str, ...] = ()
    domains: tuple[Key, ...] = Field(min_length=1)
    not_when: Text
    routes: frozenset[Route] = frozenset()


class Variant(Record):
    """Other words for a flag in a particular case. An empty field matches every case.

    `items` must equal the causing items; `answers` says whether all of them were answered 1-2 ("low") or none of them
    on the scale ("unknown"). `given` names items, causing or not, with the kinds of answer that match. `higher` says
    who rates the topic higher, for `role-gap`. An empty title keeps the flag's.
    """

    items: frozenset[Key] = frozenset()
    level: Level | None = None
    answers: Literal["low", "unknown"] | None = None
    given: Mapping[Key, frozenset[Given]] = Field(default_factory=dict)
    higher: Higher | None = None
    title: str = Field("", max_length=80)
    sentence: Text


class Preparing(Record):
    """The words of a flag that cannot be otherwise before the first patient."""

    title: Title
    sentence: Text


class FlagText(Record):
    """The words of one flag. `preparing`, when given, replaces title and sentence before the first patient.

    `short` names the flag in lists, by what may be missing and at either level; `short_of_topic` does so on one topic.
    `in_common` goes on from "14 of 20 clinics", `in_common_one` from "1 of 20 clinics"; both are true at either level
    and whichever answers caused the flag. These two and `short_of_topic` hold `TOPIC` where the flag is raised per
    topic, and nowhere else.
    """

    key: str
    title: Title
    short: Short
    short_of_topic: str = Field("", max_length=40)
    red: str = Field("", max_length=320)
    amber: Text
    in_common: Line
    in_common_one: Line
    preparing: Preparing | None = None
    variants: tuple[Variant, ...] = ()
    sources: tuple[Key, ...] = Field(min_length=1)


class InquiryText(Record):
    """How to ask somebody who would know; `key` is the `find_out` of items."""

    key: Key
    title: Title
    intro: Text
    closing: Text


class ClashText(Record):
    """A rating of 4-5 beside a figure under `below`; the note is neutral."""

    item: Key
    fact: Key
    below: int = Field(ge=1)
    text: Text


class HintText(Record):
    """Words about a plan as a whole, with the sources behind them: a question to the clinic, never an order."""

    title: Title
    sentence: Text
    sources: tuple[Key, ...] = Field(min_length=1)


class TipKind(StrEnum):
    """What a therapist can do or ask for."""

    PRACTICE = "practice"
    SUPERVISION = "supervision"
    TRAINING = "training"


class Tip(Record):
    """Something that a therapist could do about one task of the work online; for their own eyes, never an order."""

    key: Key
    item: Key  # the task
    kind: TipKind
    title: Title
    why: Text
    step: Text  # the first step
    basis: Basis
    sources: tuple[Key, ...] = Field(min_length=1)


class ProfileText(Record):
    """Words of the therapist's profile: `safety` stands beside the task `safety_item`, whatever was answered."""

    safety_item: Key
    safety: Text
    steady: Text  # where even the lowest tasks are high


class Guidance(Record):
    """A version of the guidance; never edited once released."""

    instrument: Key
    for_versions: frozenset[int]  # the versions of the instrument that it fits
    version: int = Field(ge=1)
    flags: tuple[FlagText, ...]
    options: tuple[Option, ...]
    inquiries: tuple[InquiryText, ...]
    training_only: HintText  # where `is_training_only` is true of a clinic's open actions
    clashes: tuple[ClashText, ...]
    profile: ProfileText
    tips: tuple[Tip, ...]

    @cached_property
    def flag(self) -> Mapping[str, FlagText]:
        """Flags' words by key."""
        return {flag.key: flag for flag in self.flags}

    @cached_property
    def option(self) -> Mapping[str, Option]:
        """Options by key, in the order of the file."""
        return {option.key: option for option in self.options}


MIN_OPTIONS: Final = 2
MAX_OPTIONS: Final = 4
"""How many options a flag or a weak domain gets: a choice, but no list to get lost in."""

MIN_TIPS: Final = 2
MAX_TIPS: Final = 3
"""How many tips each task of a therapist has."""
