"""What a questionnaire consists of: domains, items, scales, facts, and the evidence behind each item.

Plain, frozen values. How they are read from files stands in `loading`; what answers mean in `readiness.scoring`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt


class Form(StrEnum):
    """Who fills in: managers answer for the clinic, therapists for themselves."""

    MANAGER = "manager"
    THERAPIST = "therapist"


class NonAnswer(StrEnum):
    """Answers apart from the scale. Not answering at all is a third thing: None."""

    DONT_KNOW = "dont_know"
    NOT_APPLICABLE = "not_applicable"


class Stage(StrEnum):
    """How far the service is."""

    PREPARING = "preparing"
    PILOT = "pilot"
    RUNNING = "running"


class Route(StrEnum):
    """A way by which patients can reach the service."""

    GP = "gp"
    SELF = "self"
    SPECIALIST = "specialist"
    OWN_TEAM = "own-team"
    PAYER = "payer"


class ForWhom(StrEnum):
    """The patients that the service is for."""

    DEPRESSION_ANXIETY = "depression-anxiety"
    PAIN_FATIGUE = "pain-fatigue"
    OTHER = "other"


class Status(StrEnum):
    """How firmly a source stands behind a determinant."""

    FINDING_A = "finding-a"  # finding of study A (twelve clinics, chronic pain and fatigue)
    FINDING_B = "finding-b"  # finding of study B (five European services, depression and anxiety)
    SECONDARY = "secondary"  # reported of study B by a secondary source
    WIDER = "wider"  # wider literature
    JUDGEMENT = "judgement"  # our own judgement


Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]

Line = Annotated[str, Field(min_length=1, max_length=400)]
"""Words for a page, on one line."""

Wording = Annotated[str, Field(min_length=10, max_length=160)]

Answer = int | NonAnswer | None
"""A point on the item's scale, a non-answer, or None for not answered."""

Answers = Mapping[str, Answer]


class Record(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Context(Record):
    """What a clinic says of its service when it opens a round.

    The default is a running service with every route open, so that no item is left out.
    """

    stage: Stage = Stage.RUNNING
    routes: frozenset[Route] = frozenset(Route)
    for_whom: frozenset[ForWhom] = frozenset(ForWhom)


class Scale(Record):
    """A response scale in whole steps from `low` to `high`; high is always ready."""

    key: Key
    low: StrictInt
    high: StrictInt
    labels: Mapping[int, Line]  # step -> words; every step for `true-now`, the two ends for `confidence`

    @cached_property
    def steps(self) -> range:
        """Every point of the scale, lowest first."""
        return range(self.low, self.high + 1)

    def value(self, answer: int) -> float:
        """Give a point of the scale as 0-100, exact for the scales in use."""
        return (answer - self.low) * 100 / (self.high - self.low)


class Source(Record):
    """A publication, and how much of it was read."""

    key: Key
    citation: Line
    url: str = Field(default="", pattern=r"^(https://\S+)?$")
    read: Line  # how much of it was read


class SourceStatus(Record):
    """A source of a determinant and how firmly it stands behind it."""

    source: Key
    status: Status


class Determinant(Record):
    """A factor that staff experienced as helping or hindering, with its sources.

    `seen_in` names the patient groups in whose services it was reported; empty for wider literature and judgement.
    """

    key: Key
    name: Line
    cfir: Key
    sources: tuple[SourceStatus, ...] = Field(min_length=1)
    seen_in: frozenset[ForWhom] = frozenset()
    why: Line  # why we ask, in one or two sentences of our own


class Domain(Record):
    """A topic of the questionnaire."""

    key: Key
    title: Line  # as on pages
    name: Line  # the technical name, as in docs
    takeaway: StrictInt = Field(ge=1, le=5)
    about: Line  # one sentence: what this topic is about


class Item(Record):
    """One question. `wording` maps each form that asks it to its text (at most 160 characters)."""

    key: Key
    domain: Key
    determinant: Key
    scale: Key = "true-now"
    wording: Mapping[Form, Wording] = Field(min_length=1)
    short: str = Field(min_length=1, max_length=60)  # the item in a few words, for lists: "Who pays for online work"
    critical: StrictBool = False
    safety: StrictBool = False
    quick: StrictBool = False
    live: StrictBool = False  # cannot be true before the first patient
    route: Route | None = None  # the intake route it is about
    find_out: Literal["", "finance", "it", "payer", "gps", "management", "team"] = ""  # who would know (manager form)

    def is_asked(self, form: Form, context: Context) -> bool:
        """Say whether the form asks this item in this context: an item of a route not in use is not asked."""
        return form in self.wording and (self.route is None or self.route in context.routes)


class Fact(Record):
    """A whole number asked beside the ratings, never scored."""

    key: Key
    domain: Key
    text: Line
    unit: Line
    low: StrictInt = 0
    high: StrictInt = 100_000
    route: Route | None = None


class Takeaway(Record):
    """One of the five takeaways by which results are grouped a second time."""

    key: StrictInt = Field(ge=1, le=5)
    title: Line


class CfirDomain(Record):
    """One of the five CFIR (2009) domains by which results are grouped a third time."""

    key: Key
    title: Line


class Instrument(Record):
    """A version of the questionnaire; never edited once released.

    `same_as` names, for an earlier version, the items that ask the same there; what is not named is not compared.
    """

    key: Key
    version: StrictInt = Field(ge=1)
    title: Line
    same_as: Mapping[int, tuple[Key, ...]] = Field(default_factory=dict)
    scales: tuple[Scale, ...]
    domains: tuple[Domain, ...]
    items: tuple[Item, ...] = Field(min_length=1, max_length=300)
    facts: tuple[Fact, ...]
    takeaways: tuple[Takeaway, ...]
    cfir: tuple[CfirDomain, ...]
    determinants: tuple[Determinant, ...]
    sources: tuple[Source, ...]

    @cached_property
    def item(self) -> Mapping[str, Item]:
        """Items by key, in the order of the questionnaire."""
        return {item.key: item for item in self.items}

    @cached_property
    def domain(self) -> Mapping[str, Domain]:
        """Domains by key, in the order of the questionnaire."""
        return {domain.key: domain for domain in self.domains}

    @cached_property
    def scale(self) -> Mapping[str, Scale]:
        """Scales by key."""
        return {scale.key: scale for scale in self.scales}

    @cached_property
    def fact(self) -> Mapping[str, Fact]:
        """Facts by key."""
        return {fact.key: fact for fact in self.facts}

    @cached_property
    def determinant(self) -> Mapping[str, Determinant]:
        """Determinants by key."""
        return {determinant.key: determinant for determinant in self.determinants}

    @cached_property
    def source(self) -> Mapping[str, Source]:
        """Sources by key."""
        return {source.key: source for source in self.sources}

    def items_of(self, form: Form, domain: str | None = None) -> tuple[Item, ...]:
        """Give the items of a form, in order; of one domain when given."""
        return tuple(i for i in self.items if form in i.wording and domain in (None, i.domain))

    def domains_of(self, form: Form) -> tuple[Domain, ...]:
        """Give the domains of which the form asks at least one item, in order."""
        asked = {item.domain for item in self.items_of(form)}
        return tuple(domain for domain in self.domains if domain.key in asked)

    def facts_of(self, domain: str) -> tuple[Fact, ...]:
        """Give the facts at the foot of a domain's page, in order."""
        return tuple(fact for fact in self.facts if fact.domain == domain)


INSTRUMENT: Final = "icbt-readiness"
"""The key of the questionnaire that new rounds use."""

CONFIDENCE: Final = "confidence"
"""The key of the scale for capability statements, and of the domain that holds them; therapists only."""
