"""The shape in which the API answers a questionnaire: all that `readiness.instrument.export` gives, in its words."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from assessments.reports.api.schemas import Title, TopicKey

A_QUESTION = "gp-referral"
A_SOURCE = "folker-2018-summary"

TakeawayNumber = Annotated[int, Field(description="The number of its takeaway.", examples=[2])]
CfirKey = Annotated[str, Field(description="The key of its domain of CFIR (2009).", examples=["outer-setting"])]
OfRoute = Annotated[str | None, Field(description="The way in that it is about; null for all.", examples=["gp"])]


class Domain(BaseModel):
    """A topic of the questionnaire."""

    key: TopicKey
    title: Title
    name: str = Field(description="Its technical name.", examples=["Patient inflow"])
    takeaway: TakeawayNumber
    about: str = Field(
        description="What it is about, in a sentence.",
        examples=["Whether enough patients find their way to the service."],
    )


class Question(BaseModel):
    """A question."""

    key: str = Field(description="Its key, which never changes its meaning.", examples=[A_QUESTION])
    domain: TopicKey
    scale: str = Field(description="The key of the scale on which it is answered.", examples=["true-now"])
    forms: dict[str, str] = Field(
        description="Its words on each form that asks it: `manager`, `therapist`.",
        examples=[{"manager": "GPs regularly refer suitable patients to our online treatment."}],
    )
    short: str = Field(description="In a few words.", examples=["Referral by GPs"])
    critical: bool = Field(description="Whether little else helps where this is missing.", examples=[True])
    safety: bool = Field(description="Whether it is about the safety of patients.", examples=[False])
    quick: bool = Field(description="Whether it is among the questions of the quick start.", examples=[True])
    live: bool = Field(description="Whether it can only be true once there are patients.", examples=[True])
    route: OfRoute
    determinant: str = Field(description="The key of the factor that it asks about.", examples=["gp-referral"])
    takeaway: TakeawayNumber
    cfir: CfirKey
    find_out: str | None = Field(description="Who is likely to know the answer; null if not said.", examples=["gps"])


class FactAsked(BaseModel):
    """A number asked beside the ratings."""

    key: str = Field(description="Its key, which never changes its meaning.", examples=["gp-referral-count"])
    domain: TopicKey
    text: str = Field(description="The question.", examples=["How many patients did GPs refer last year?"])
    unit: str = Field(description="Of what.", examples=["patients"])
    low: int = Field(description="The lowest number that is taken.", examples=[0])
    high: int = Field(description="The highest number that is taken.", examples=[100_000])
    route: OfRoute


class Scale(BaseModel):
    """A scale on which questions are answered; its high end is always the better one."""

    key: str = Field(description="Which scale.", examples=["true-now"])
    low: int = Field(description="Its lowest point.", examples=[1])
    high: int = Field(description="Its highest point.", examples=[5])
    labels: dict[str, str] = Field(
        description="The words for its points, or for its two ends only.", examples=[{"1": "Not at all true"}]
    )


class Takeaway(BaseModel):
    """A takeaway, by which topics are grouped."""

    key: int = Field(description="Its number.", examples=[2])
    title: Title


class CfirDomain(BaseModel):
    """A domain of CFIR (2009), by which factors are grouped."""

    key: str = Field(description="Which domain.", examples=["outer-setting"])
    title: Title


class SourceOf(BaseModel):
    """A source of a factor, and how firmly it stands behind it."""

    source: str = Field(description="The key of the publication.", examples=[A_SOURCE])
    status: str = Field(
        description="`finding-a` or `finding-b` of one of the two studies, `secondary` from a summary of the second, "
        "`wider` literature, or our own `judgement`.",
        examples=["secondary"],
    )


class Determinant(BaseModel):
    """A factor that staff experienced as helping or hindering."""

    key: str = Field(description="Which factor.", examples=["gp-referral"])
    name: str = Field(description="In a few words.", examples=["Referrals from GPs"])
    cfir: CfirKey
    sources: list[SourceOf]
    seen_in: list[Annotated[str, Field(examples=["depression-anxiety"])]] = Field(
        description="For whom the services were in which it was seen; empty for other literature and judgement."
    )
    why: str = Field(description="Why we ask.", examples=["An unsteady inflow of patients is a common problem."])


class Publication(BaseModel):
    """A publication on which factors, flags or options stand."""

    key: str = Field(description="By which `sources` name it.", examples=[A_SOURCE])
    citation: str = Field(
        description="The citation: who wrote it, when and where.",
        examples=["Folker AP, Mathiasen K, Lauridsen SM, and others (2018). Internet Interventions 11:60-70."],
    )
    url: str = Field(
        description="Where it stands; empty if there is no address.",
        examples=["https://doi.org/10.1016/j.invent.2018.02.001"],
    )
    read: str = Field(description="How much of it was read.", examples=["The abstract up to its first results."])


class Questionnaire(BaseModel):
    """A questionnaire as a whole."""

    key: str = Field(description="Which questionnaire.", examples=["icbt-readiness"])
    version: int = Field(description="In which version.", examples=[1])
    title: str = Field(description="Its name.", examples=["iCBT Readiness"])
    same_as: dict[str, list[str]] = Field(
        description="By earlier version, the questions that ask the same there; others are not compared.", examples=[{}]
    )
    domains: list[Domain]
    items: list[Question]
    facts: list[FactAsked]
    scales: list[Scale]
    takeaways: list[Takeaway]
    cfir: list[CfirDomain]
    determinants: list[Determinant]
    sources: list[Publication]
