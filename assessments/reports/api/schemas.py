"""The shapes of what the API answers about clinics and their assessments, each field with its words and an example."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from assessments.reports.api.doors import Parameters
from assessments.reports.missing import Missing
from readiness.guidance.flags import Level
from readiness.scoring.bands import IN_PLACE_FROM, PARTLY_FROM, Band
from readiness.scoring.change import Change
from readiness.scoring.score import ScoreStatus

A_CLINIC = "6b1f4c1e-7a0d-4a6e-9c55-0c8f6c6b7f10"
AN_ASSESSMENT = "0f3a5c52-2d5e-4a43-8f0a-3f0f5be0a9d1"
THE_ONE_BEFORE = "9d2f7f0e-51c4-4c39-a7b3-1c1b6f0d2e44"

PART = 50
"""How many rows of a list come at a time if nothing else is asked for."""
PerPage = Annotated[
    int, Field(ge=1, le=100, description=f"How many at most, 1 to 100; {PART} if left out.", examples=[PART])
]
Next = Annotated[
    str | None,
    Field(
        description="The address of the next part; null on the last one.",
        examples=[None],
    ),
]
TopicKey = Annotated[str, Field(description="The key of a topic of the questionnaire.", examples=["intake"])]
Title = Annotated[str, Field(description="Its name, as pages show it.", examples=["Patients finding the way"])]
ClinicId = Annotated[UUID, Field(description="The clinic.", examples=[A_CLINIC])]
AssessmentId = Annotated[UUID, Field(description="The assessment.", examples=[AN_ASSESSMENT])]
Score = Annotated[
    float | None,
    Field(description="0 to 100, unrounded; null when it is not known, which is never zero.", examples=[37.5]),
]
Figure = Annotated[
    str | None, Field(description="The same rounded, as pages show it; null without a score.", examples=["38"])
]
Words = Annotated[
    str | None, Field(description="What it means, in words; null where too little is known.", examples=["Not yet"])
]
StatusOf = Annotated[ScoreStatus, Field(description="Whether enough was answered: fully, just enough, or too little.")]
BandOf = Annotated[
    Band | None,
    Field(
        description=f"Where the score lies: below {PARTLY_FROM}, from {PARTLY_FROM}, or from {IN_PLACE_FROM}; null "
        "without a score. Pages leave it out where `words` is null, because too little is known."
    ),
]
LevelOf = Annotated[Level, Field(description="`red` needs a decision, `amber` is to be looked at.")]
Remark = Annotated[
    str | None, Field(description="How far it can be leaned on; null for nothing to say.", examples=[None])
]


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(description="The kind of error, for a program.", examples=["not_found"])
    message: str = Field(description="What happened, for a person.", examples=["There is nothing here."])


class Problem(BaseModel):
    """The body of every answer that is an error."""

    error: ErrorBody


After = Annotated[str | None, Field(description="Where to go on; taken from the address in `next`.")]


class Paging(Parameters):
    """Which part of a list."""

    limit: PerPage = PART
    after: After = None


class Named(BaseModel):
    """A choice: its key, which never changes, and its words."""

    key: str = Field(description="The key, which never changes.", examples=["running"])
    title: str = Field(description="The words.", examples=["Running: part of what we offer"])


class ClinicName(BaseModel):
    """A clinic by its id and name."""

    id: ClinicId
    name: str = Field(description="What the clinic calls itself.", examples=["Harbour Clinic"])


class Clinic(ClinicName):
    """A clinic."""

    country: str | None = Field(description="As its people wrote it; null if not said.", examples=["Netherlands"])
    setting: Named | None = Field(
        description="What kind of service it is; null if not said.",
        examples=[{"key": "primary", "title": "Primary care or community service"}],
    )
    n_therapists: int | None = Field(description="How many therapists, roughly; null if not said.", examples=[12])
    time_zone: str = Field(description="In which its days are.", examples=["Europe/Amsterdam"])


class Clinics(BaseModel):
    """A part of the clinics."""

    clinics: list[Clinic]
    next: Next


class QuestionnaireName(BaseModel):
    """A questionnaire in a version."""

    key: str = Field(
        description="Which questionnaire; `questionnaire` in the address of one.", examples=["icbt-readiness"]
    )
    version: int = Field(description="In which version; `version` in that address.", examples=[1])
    title: str = Field(description="Its name.", examples=["iCBT Readiness"])


Stage = Annotated[Named, Field(description="How far the service is, as the clinic said when it opened.")]
Routes = Annotated[
    list[Named],
    Field(
        description="By which ways patients come. Questions about other ways are not asked.",
        examples=[[{"key": "gp", "title": "GPs refer patients"}]],
    ),
]
ForWhom = Annotated[
    list[Named],
    Field(
        description="For whom the service is.",
        examples=[[{"key": "depression-anxiety", "title": "Depression or anxiety"}]],
    ),
]


class Assessment(BaseModel):
    """An assessment, open or finished."""

    id: AssessmentId
    clinic: ClinicName
    title: str = Field(description="What the clinic calls it.", examples=["Autumn assessment"])
    state: Literal["open", "finished"] = Field(description="Whether answers are still taken.", examples=["finished"])
    opened_on: date = Field(description="The day on which it was opened.", examples=["2026-09-01"])
    due_on: date = Field(description="The last day for answers.", examples=["2026-09-22"])
    finished_on: date | None = Field(description="The day on which it ended; null while open.", examples=["2026-09-22"])
    stage: Stage
    routes: Routes
    for_whom: ForWhom
    instrument: QuestionnaireName


class Assessments(BaseModel):
    """A part of the assessments, those opened last first."""

    assessments: list[Assessment]
    next: Next


class About(BaseModel):
    """A finished assessment, and by which versions its result was made."""

    id: AssessmentId
    clinic: ClinicName
    title: str = Field(description="What the clinic calls it.", examples=["Autumn assessment"])
    opened_on: date = Field(description="The day on which it was opened.", examples=["2026-09-01"])
    finished_on: date = Field(description="The day on which it ended.", examples=["2026-09-22"])
    stage: Stage
    routes: Routes
    for_whom: ForWhom
    instrument: QuestionnaireName
    guidance_version: int = Field(description="By which version of flags and options.", examples=[1])
    algorithm_version: int = Field(description="By which version of the scoring.", examples=[1])


class ItemAnswer(BaseModel):
    """A question of the clinic form and its answer."""

    key: str = Field(description="Which question.", examples=["gp-referral"])
    topic: TopicKey
    text: str = Field(
        description="The question.", examples=["GPs regularly refer suitable patients to our online treatment."]
    )
    is_asked: bool = Field(description="Whether it is asked in this clinic at all.", examples=[True])
    is_critical: bool = Field(description="Whether little else helps where this is missing.", examples=[True])
    value: int | None = Field(description="1 to 5; null for everything else.", examples=[2])
    missing: Missing | None = Field(description="Why there is no value; null where there is one.", examples=[None])
    answer: str = Field(description="The answer in words.", examples=["A little true"])
    comment: str | None = Field(description="What was written beside it.", examples=["Two practices only."])


class Fact(BaseModel):
    """A number asked beside the ratings, stated or not."""

    key: str = Field(description="Which number.", examples=["gp-referral-count"])
    topic: TopicKey
    text: str = Field(description="The question.", examples=["How many patients did GPs refer last year?"])
    unit: str = Field(description="Of what.", examples=["patients"])
    is_asked: bool = Field(description="Whether it is asked in this clinic at all.", examples=[True])
    value: int | None = Field(description="The number; null where none was stated.", examples=[40])
    missing: Missing | None = Field(description="Why there is no number; null where there is one.", examples=[None])


class Answers(BaseModel):
    """The clinic form, finished or as it stands now. Nothing of a therapist."""

    assessment: Assessment
    items: list[ItemAnswer]
    facts: list[Fact]


class Action(BaseModel):
    """An action of the plan."""

    title: str = Field(description="What is to be done.", examples=["Let patients come to us directly"])
    status: Literal["planned", "under-way", "done", "dropped"] = Field(description="How it stands.")
    answers: str | None = Field(description="What it answers, in words.", examples=["GPs rarely refer to you"])
    owner: str | None = Field(description="Who sees to it.", examples=["Lena Lead"])
    due_on: date | None = Field(description="The day for which it is set.", examples=["2026-12-01"])
    finished_on: date | None = Field(description="The day on which it was done or dropped.", examples=[None])
    effort: Named | None = Field(
        description="Roughly what it costs in time and money; null if not said.",
        examples=[{"key": "medium", "title": "Some effort"}],
    )
    kind: Named | None = Field(
        description="What it changes; null if not said.", examples=[{"key": "pathway", "title": "Patient pathway"}]
    )
    steps: str | None = Field(description="How to begin.", examples=["Check what our payers allow."])
    reason: str | None = Field(description="Why it was dropped.", examples=[None])


class Plan(BaseModel):
    """A clinic's plan as it stands now."""

    clinic: ClinicName
    as_of: date = Field(description="The clinic’s day on which it stood so.", examples=["2026-11-22"])
    actions: list[Action]


class Moment(BaseModel):
    """A finished assessment by its id, name and day."""

    id: Annotated[UUID, Field(description="The assessment.", examples=[THE_ONE_BEFORE])]
    title: str = Field(description="What the clinic calls it.", examples=["Spring assessment"])
    finished_on: date = Field(description="The day on which it ended.", examples=["2026-03-20"])


class TopicChange(BaseModel):
    """A topic before and after."""

    key: TopicKey
    title: Title
    before: Score
    after: Annotated[Score, Field(examples=[50])]
    difference: float | None = Field(description="After less before; null if not comparable.", examples=[12.5])
    verdict: Change = Field(description="Whether it has changed beyond what chance does.")
    words: str = Field(description="The verdict in words.", examples=["Higher"])
    why: str | None = Field(description="Why there is no clear change, or no comparison.", examples=[None])
    remark: Remark


class FlagChange(BaseModel):
    """What became of a flag."""

    key: str = Field(description="Which flag.", examples=["low-gp-referral"])
    topic: TopicKey
    title: str = Field(description="In a few words.", examples=["GPs rarely refer to you"])
    level: Level = Field(description="What it asks for, or asked for where it is raised no more.")
    became: Named = Field(
        description="`closed` by better answers, `gone` without being settled, `new`, or `stayed`.",
        examples=[{"key": "closed", "title": "Closed"}],
    )
    why: str | None = Field(
        description="Why it went, or how pressing it is beside before.",
        examples=["What raised it is answered higher now."],
    )


class ChangeBetween(BaseModel):
    """What changed in a clinic between two finished assessments."""

    clinic: ClinicName
    since: Moment = Field(description="The earlier one.")
    until: Moment = Field(
        description="The later one.",
        examples=[{"id": AN_ASSESSMENT, "title": "Autumn assessment", "finished_on": "2026-09-22"}],
    )
    summary: str = Field(description="The change in a sentence.", examples=["One topic is higher, none is lower."])
    notices: list[
        Annotated[str, Field(examples=["The stage of the service has changed, from “Pilot” to “Running”."])]
    ] = Field(description="What else than the answers is not as it was.")
    topics: list[TopicChange]
    flags_summary: str = Field(
        description="What became of the flags, counted.", examples=["One flag has closed; two have stayed."]
    )
    flags: list[FlagChange]
