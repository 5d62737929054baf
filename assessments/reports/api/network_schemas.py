"""The shapes of what the API answers to consultants, and of a questionnaire."""

from __future__ import annotations

from datetime import date
from typing import Any
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


class Domain(BaseModel):
    """A topic of the questionnaire."""

    key: TopicKey
    title: Title
    about: str = Field(
        description="What it is about, in a sentence.",
        examples=["Whether enough patients find their way to the service."],
    )


class Question(BaseModel):
    """A question."""

    key: str = Field(description="Its key, which never changes its meaning.", examples=["gp-referral"])
    domain: TopicKey
    forms: dict[str, str] = Field(
        description="Its words on each form that asks it: `manager`, `therapist`.",
        examples=[{"manager": "GPs regularly refer suitable patients to our online treatment."}],
    )
    short: str = Field(description="In a few words.", examples=["Referral by GPs"])
    route: str | None = Field(description="The way in that it is about; null for all.", examples=["gp"])


class Publication(BaseModel):
    """A publication on which questions, flags or options stand."""

    key: str = Field(description="By which `sources` name it.", examples=["folker-2018"])
    citation: str = Field(
        description="The citation: who wrote it, when and where.",
        examples=["Folker AP, Mathiasen K, Lauridsen SM, and others (2018). Internet Interventions 11:60-70."],
    )
    url: str = Field(
        description="Where it stands; empty if there is no address.",
        examples=["https://doi.org/10.1016/j.invent.2018.02.001"],
    )
    read: str = Field(description="How much of it was read.", examples=["The abstract up to its first results."])


class Questionnaire(BaseModel, extra="allow"):
    """A questionnaire as a whole. Beside these fields it holds its facts, groups and factors."""

    key: str = Field(description="Which questionnaire.", examples=["icbt-readiness"])
    version: int = Field(description="In which version.", examples=[1])
    title: str = Field(description="Its name.", examples=["iCBT Readiness"])
    domains: list[Domain]
    items: list[Question]
    scales: list[dict[str, Any]] = Field(description="How questions are answered.", examples=[[]])
    sources: list[Publication]
