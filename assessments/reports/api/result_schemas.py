"""The shape of a finished assessment's result, each field with its words and an example."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from assessments.reports.api.schemas import (
    About,
    BandOf,
    Figure,
    LevelOf,
    Named,
    Remark,
    Score,
    StatusOf,
    Title,
    TopicKey,
    Words,
)
from readiness.scoring.release import Side

NItems = Annotated[int, Field(description="How many questions there are on it.", ge=0, examples=[6])]
NApplicable = Annotated[int, Field(description="How many of them apply to the clinic.", ge=0, examples=[6])]
NValid = Annotated[int, Field(description="How many of these have an answer on the scale.", ge=0, examples=[6])]
NDontKnow = Annotated[int, Field(description="How many were answered “don’t know”.", ge=0, examples=[0])]
NNotApplicable = Annotated[int, Field(description="How many do not apply to the clinic.", ge=0, examples=[0])]
NBlank = Annotated[int, Field(description="How many were left blank.", ge=0, examples=[0])]
NNoAgreement = Annotated[int, Field(description="On how many the team did not agree.", ge=0, examples=[0])]
Sources = Annotated[
    list[Annotated[str, Field(examples=["folker-2018-summary"])]],
    Field(description="On which publications it stands, by their keys among the `sources` of the questionnaire."),
]


class ScoreOf(BaseModel):
    """A score of the clinic form, and on what it rests."""

    key: str = Field(description="Of which topic, takeaway or factor group.", examples=["intake"])
    title: Title
    score: Score
    figure: Figure
    status: StatusOf
    band: BandOf
    words: Words
    basis: str = Field(description="On how many answers it rests.", examples=["based on 6 of 6 questions"])
    remark: Remark
    n_items: NItems
    n_applicable: NApplicable
    n_valid: NValid
    n_dont_know: NDontKnow
    n_not_applicable: NNotApplicable
    n_blank: NBlank


class TeamRow(BaseModel):
    """What the therapists as a group say of a topic. One that is not shown is empty, whatever the reason."""

    key: TopicKey
    title: Title
    is_shown: bool = Field(description="Whether anything is shown.", examples=[True])
    value: int | None = Field(description="0 to 100 in steps of 5; null for a range or nothing.", examples=[35])
    side: Side | None = Field(description="Near an end of the scale: at most, or at least, `bound`.", examples=[None])
    bound: int | None = Field(description="The bound of that range.", examples=[None])
    n_at_least: int | None = Field(description="At least so many people answered.", examples=[8])
    figure: str | None = Field(description="As pages show it.", examples=["35"])
    words: Words


class Therapists(BaseModel):
    """What the therapists answered in confidence: group figures that were made once, when the assessment ended."""

    n_invited: int = Field(description="How many were invited.", examples=[11])
    state: str | None = Field(description="What is to be said where there are no figures.", examples=[None])
    rows: list[TeamRow]


class TalkRow(BaseModel):
    """What a team talk agreed on, of a topic."""

    key: TopicKey
    title: Title
    score: Score
    status: StatusOf
    figure: Figure
    words: Words
    remark: Remark
    n_items: NItems
    n_applicable: NApplicable
    n_valid: NValid
    n_dont_know: NDontKnow
    n_not_applicable: NNotApplicable
    n_blank: NBlank
    n_no_agreement: NNoAgreement


class TeamTalk(BaseModel):
    """What the team agreed on in a meeting."""

    n_people: int = Field(description="How many took part.", examples=[7])
    said: str = Field(description="From whom this is, in words.", examples=["7 people of the team, in a meeting"])
    rows: list[TalkRow]
    requests: list[Annotated[str, Field(examples=["Time for online work in our schedules"])]] = Field(
        description="What the team asks for, three at most."
    )


class View(BaseModel):
    """A topic that managers and team see differently."""

    topic: TopicKey
    title: Title
    clinic: str = Field(description="The clinic form’s figure, of the questions that both were asked.", examples=["60"])
    team: str = Field(description="The team’s figure.", examples=["35"])
    items: list[Annotated[str, Field(examples=["gp-referral"])]] = Field(
        description="The questions that both were asked."
    )


class Flag(BaseModel):
    """Something to decide or to look at."""

    key: str = Field(description="Which flag.", examples=["low-gp-referral"])
    card: int = Field(description="The place of its card on the page; flags of one card share it.", examples=[1])
    is_first: bool = Field(description="Whether its card is one of the three to begin with.", examples=[True])
    level: LevelOf
    topic: TopicKey
    items: list[Annotated[str, Field(examples=["gp-referral"])]] = Field(description="The questions that raise it.")
    title: str = Field(description="In a few words.", examples=["GPs rarely refer to you"])
    sentence: str = Field(description="In a sentence.", examples=["GPs rarely send you suitable patients."])
    sources: Sources


class Option(BaseModel):
    """Something the clinic could do; never an order."""

    key: str = Field(description="Which option.", examples=["self-referral-route"])
    for_: str = Field(alias="for", description="The flag or topic that it answers.", examples=["low-gp-referral"])
    kind: Named = Field(description="What it changes.", examples=[{"key": "pathway", "title": "Patient pathway"}])
    basis: Named = Field(
        description="How firmly it stands.",
        examples=[{"key": "implied", "title": "Follows from what staff found helpful"}],
    )
    items: list[Annotated[str, Field(examples=["gp-referral"])]] = Field(description="The questions that it answers.")
    title: str = Field(description="In a few words.", examples=["Let patients come to you directly"])
    why: str = Field(
        description="Why it may help.", examples=["Some patients come more easily by themselves than through a GP."]
    )
    steps: list[Annotated[str, Field(examples=["Check what your rules and payers allow."])]] = Field(
        description="How to begin."
    )
    who: str = Field(description="Who could do it.", examples=["Clinic management"])
    effort: Named = Field(
        description="Roughly what it costs in time and money.", examples=[{"key": "medium", "title": "Some effort"}]
    )
    not_when: str = Field(description="When it does not fit.", examples=["Law or payers ask for a referral."])
    sources: Sources


class Questions(BaseModel):
    """How much was asked."""

    n_asked: int = Field(description="How many questions the clinic form asked.", examples=[47])
    n_answered: int = Field(description="How many of them have an answer.", examples=[45])


class Result(BaseModel):
    """A finished assessment: what was frozen when it ended. It never changes.

    It holds no answer, but names the questions that raise a flag.
    """

    assessment: About
    asked: str = Field(
        description="Of whom the questions were asked.", examples=["the clinic form, answered by the managers together"]
    )
    questions: Questions
    summary: str = Field(
        description="The result in a sentence.",
        examples=["Of nine topics, two are “Not yet”, five are “Partly” and two are “In place”."],
    )
    topics: list[ScoreOf]
    takeaways: list[ScoreOf] = Field(description="The same answers, grouped by the five takeaways.")
    cfir: list[ScoreOf] = Field(description="The same answers, grouped by the five domains of CFIR (2009).")
    therapists: Therapists
    team_talk: TeamTalk | None = Field(description="What the team agreed on in a meeting; null where there was none.")
    different_views: list[View]
    flags: list[Flag]
    options: list[Option]
    caveats: list[Annotated[str, Field(examples=["This is a profile to think and talk with, not a verdict."])]] = Field(
        description="How far the result can be trusted; show it with the figures."
    )
