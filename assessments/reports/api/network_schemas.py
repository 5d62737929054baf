"""The shapes of what the API answers to consultants."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from assessments.networks.models import Level as Shown
from assessments.reports.api.schemas import (
    A_CLINIC,
    AN_ASSESSMENT,
    BandOf,
    Figure,
    LevelOf,
    Named,
    Next,
    Paging,
    QuestionnaireName,
    Remark,
    Score,
    StatusOf,
    Title,
    TopicKey,
    Words,
)

A_NETWORK = "c2f3ad4e-9a41-4a8b-8f0e-5d8b1f5c0b77"


class Network(BaseModel):
    """A network."""

    id: UUID = Field(description="The network.", examples=[A_NETWORK])
    name: str = Field(description="What its consultants call it.", examples=["Region North roll-out"])


class Networks(BaseModel):
    """A part of the networks."""

    networks: list[Network]
    next: Next


class PlacesWanted(Paging):
    """Which part of a network's clinics."""

    names: bool = Field(
        True,
        description="`false` leaves out names and ids; clinics are then told apart by their number in the network.",
    )


class OpenNow(BaseModel):
    """The open assessment of a clinic: how far it is, never what was answered."""

    due_on: date = Field(description="The last day for answers.", examples=["2026-12-15"])
    n_sections_done: int = Field(description="In how many sections all questions have an answer.", examples=[4])
    n_sections: int = Field(description="How many sections there are.", examples=[9])


class TopicScore(BaseModel):
    """A clinic's score on a topic."""

    key: TopicKey
    title: Title
    score: Score
    figure: Figure
    status: StatusOf
    band: BandOf
    words: Words
    remark: Remark


class FlagOf(BaseModel):
    """A clinic's flag."""

    key: str = Field(description="Which flag.", examples=["low-gp-referral"])
    level: LevelOf
    topic: TopicKey
    title: str = Field(description="In a few words.", examples=["Referral by GPs"])


class Latest(BaseModel):
    """The assessment that a clinic finished last, as it lets the network see it."""

    id: UUID | None = Field(description="The assessment; null where `names` is false.", examples=[AN_ASSESSMENT])
    instrument: QuestionnaireName
    topics: list[TopicScore]
    flags: list[FlagOf]


class Place(BaseModel):
    """A clinic of a network, as far as it lets the network look."""

    id: UUID | None = Field(description="The clinic; null where `names` is false.", examples=[A_CLINIC])
    number: int = Field(description="Its number in the network, which stays the same.", examples=[12])
    alias: str = Field(description="What stands for its name where names are hidden.", examples=["Clinic 12"])
    name: str | None = Field(description="Its name; null where `names` is false.", examples=["Harbour Clinic"])
    shows: Shown = Field(
        description="How far it lets the network look: `progress`, `scores` or `answers`.", examples=["scores"]
    )
    stage: Named | None = Field(description="How far its service is; null before its first assessment.")
    finished_on: date | None = Field(description="The day of its last finished assessment.", examples=["2026-09-22"])
    open: OpenNow | None = Field(description="Its open assessment; null if none is open.")
    latest: Latest | None = Field(description="Its last result; null where it has none or does not show scores.")


class Places(BaseModel):
    """A part of a network's clinics, by their numbers."""

    clinics: list[Place]
    next: Next
