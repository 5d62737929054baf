"""What a clinic's file holds: its parts, the columns that travel in each, and the columns that stay, with the reason.

A part is written from a row and read back into one. A column of the database that is in neither list is found by a
test, because a new one is to be decided, not forgotten.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from assessments.clinics.models import AuditEvent, Role, Setting
from assessments.networks.models import Level as NetworkLevel
from assessments.plans.models import REASON_MAX, TEXT_MAX, TITLE_MAX, Status
from assessments.reports.leaving.values import (
    ROWS_MAX,
    Address,
    Count,
    Day,
    Key,
    Line,
    Moment,
    Person,
    Revision,
    Small,
    Text,
    Zone,
)
from assessments.results.models import ResultScore
from assessments.rounds.models import COMMENT_MAX, OTHER_REQUEST_MAX, PEOPLE_MAX, VALUE_MAX, FormAnswer
from readiness.guidance.definition import Basis, Effort, Kind
from readiness.guidance.flags import Level
from readiness.instrument.definition import ForWhom, NonAnswer, Route, Stage
from readiness.scoring.bands import Band
from readiness.scoring.release import MIN_PEOPLE, RowStatus, Side
from readiness.scoring.score import ScoreStatus
from readiness.scoring.team_talk import MAX_REQUESTS, REQUESTS

FORMAT: Final = "icbt-readiness-clinic"
FORMAT_VERSION: Final = 1

COUNTED: Final = "the database counts its rows itself"
NESTED: Final = "follows from where the part stands in the file"
IN_ORDER: Final = "follows from the order of the file"
ONE_CLICK: Final = "tells a second click from a first one, for a while"
NOBODY_INVITED: Final = "of therapists' invitations, which never leave; nobody is invited after moving"


class Part(BaseModel):
    """A part of the file. `LABEL` names the model whose rows it tells; `STAYS` the columns that do not travel."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_enum_values=True)
    LABEL: ClassVar[str] = ""
    STAYS: ClassVar[dict[str, str]] = {}


class ClinicPart(Part):
    """The details of the clinic."""

    LABEL = "clinics.Clinic"
    STAYS: ClassVar = {"name_key": "follows from the name"}
    id: UUID
    name: Annotated[Line, Field(min_length=1, max_length=120)]
    country: Annotated[Line, Field(max_length=80)]
    setting: Setting | Literal[""]
    n_therapists: Count | None
    time_zone: Zone
    created_at: Moment


class PlacePart(Part):
    """A person's place in the clinic."""

    LABEL = "clinics.Membership"
    STAYS: ClassVar = {"user": NESTED, "clinic": NESTED}
    id: UUID
    role: Role
    joined_at: Moment


class PersonPart(Part):
    """Somebody of whom the file speaks. Whoever has no place in the clinic is a name, without an address."""

    LABEL = "clinics.User"
    STAYS: ClassVar = {
        "id": "another number there; `number` is the one in this file",
        "password": "a secret",
        "last_login": "of the account, not of the clinic",
        "date_joined": "of the account, not of the clinic",
        "is_superuser": "a right in one installation",
        "is_staff": "a right in one installation",
        "is_consultant": "a right in one installation",
        "is_reminded_of_closing": "the person's own choice",
        "is_reminded_of_actions": "the person's own choice",
    }
    number: Person
    name: Annotated[Line, Field(max_length=120)]
    email: Address | None
    is_active: bool | None
    place: PlacePart | None


class ActPart(Part):
    """An act on record."""

    LABEL = "clinics.AuditEvent"
    STAYS: ClassVar = {"id": IN_ORDER, "clinic": NESTED}
    act: AuditEvent.Act
    by: Person | None
    subject: Annotated[str, Field(pattern=r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}( [a-z-]{1,20})?)?$")]
    at: Moment


class ErasurePart(Part):
    """That an assessment was erased."""

    LABEL = "clinics.Erasure"
    STAYS: ClassVar = {
        "kind": "an assessment in every case: what else was erased is not the clinic's",
        "clinic_id": NESTED,
        "is_running": "never, in what is over",
    }
    id: UUID
    round_id: UUID
    finished_on: Day | None
    team_shown_at: Moment | None
    by: Person | None
    at: Moment


class AnswerPart(Part):
    """The answer of the clinic form to a question, with its comment."""

    LABEL = "rounds.FormAnswer"
    STAYS: ClassVar = {"id": COUNTED, "round": NESTED, "form": NESTED, "op": ONE_CLICK}
    key: Key
    value: Annotated[int, Field(ge=0, le=VALUE_MAX)] | None
    non_answer: NonAnswer | Literal[""]
    comment: Annotated[Text, Field(max_length=COMMENT_MAX)]
    revision: Revision
    by: Person | None
    saved_at: Moment


class TalkAnswerPart(Part):
    """On what the team agreed in its talk."""

    LABEL = "rounds.FormAnswer"
    STAYS: ClassVar = {
        **AnswerPart.STAYS,
        "by": "always empty: a team talk names nobody",
        "comment": "always empty: a team talk has none",
        "revision": "how often the team thought again is its own",
        "saved_at": "when the team said what is its own; the day of sending is told",
    }
    key: Key
    value: Annotated[int, Field(ge=0, le=VALUE_MAX)] | None
    non_answer: Literal["", *FormAnswer.NON_ANSWERS]  # type: ignore[valid-type]


class TalkPart(Part):
    """The team talk that was sent."""

    LABEL = "rounds.TeamTalk"
    STAYS: ClassVar = {"id": COUNTED, "round": NESTED, "token_hash": "a secret"}
    n_people: Annotated[int, Field(ge=1, le=PEOPLE_MAX)]
    requests: Annotated[list[Literal[*REQUESTS]], Field(max_length=MAX_REQUESTS)]  # type: ignore[valid-type]
    other_request: Annotated[Line, Field(max_length=OTHER_REQUEST_MAX)]
    sent_on: Day
    answers: Annotated[list[TalkAnswerPart], Field(max_length=1000)]


class ScorePart(Part):
    """A frozen score."""

    LABEL = "results.ResultScore"
    STAYS: ClassVar = {"id": COUNTED, "result": NESTED, "position": IN_ORDER}
    form: ResultScore.Form
    view: ResultScore.View
    key: Key
    score: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None
    status: ScoreStatus
    band: Band | Literal[""]
    n_items: Small
    n_applicable: Small
    n_valid: Small
    n_dont_know: Small
    n_not_applicable: Small
    n_blank: Small
    n_no_agreement: Small


class FlagPart(Part):
    """A frozen flag."""

    LABEL = "results.ResultFlag"
    STAYS: ClassVar = {"id": COUNTED, "result": NESTED, "position": IN_ORDER}
    key: Key
    level: Level
    domain: Key
    items: Annotated[list[Key], Field(max_length=1000)]


class ReleasePart(Part):
    """A topic of what the therapists said as a group: a figure, a range at one end of the scale, or nothing."""

    LABEL = "results.ReleaseRow"
    STAYS: ClassVar = {"id": COUNTED, "result": NESTED, "position": IN_ORDER}
    scale: Key
    status: RowStatus
    value: Annotated[int, Field(ge=0, le=100, multiple_of=5)] | None
    side: Side | Literal[""]
    bound: Annotated[int, Field(ge=0, le=100, multiple_of=5)] | None
    n: Annotated[int, Field(ge=MIN_PEOPLE, le=32_767)] | None


class OfferPart(Part):
    """A frozen option, as `Result.offers` keeps it."""

    key: Key
    for_: Annotated[Key, Field(alias="for")]
    kind: Kind
    basis: Basis
    items: Annotated[list[Key], Field(max_length=1000)]


class ResultPart(Part):
    """What a finished assessment came to."""

    LABEL = "results.Result"
    STAYS: ClassVar = {"id": COUNTED, "round": NESTED}
    guidance_version: Small
    algorithm_version: Annotated[Small, Field(ge=1)]
    frozen_at: Moment
    scores: Annotated[list[ScorePart], Field(max_length=1000)]
    flags: Annotated[list[FlagPart], Field(max_length=1000)]
    release_rows: Annotated[list[ReleasePart], Field(max_length=1000)]
    offers: Annotated[list[OfferPart], Field(max_length=1000)]


class RoundPart(Part):
    """An assessment, open or finished."""

    LABEL = "rounds.Round"
    STAYS: ClassVar = {
        "clinic": NESTED,
        "participation": NOBODY_INVITED,
        "participation_on": NOBODY_INVITED,
        "is_team_shown": "follows from the figures of the therapists",
        "is_latest": "follows from the days of finishing",
    }
    id: UUID
    instrument_key: Annotated[Key, Field(max_length=40)]
    instrument_version: Small
    title: Annotated[Line, Field(min_length=1, max_length=120)]
    stage: Stage
    routes: Annotated[list[Route], Field(max_length=20)]
    for_whom: Annotated[list[ForWhom], Field(max_length=20)]
    opened_at: Moment
    opened_by: Person | None
    time_zone: Zone
    due_at: Moment
    closed_at: Moment | None
    closed_by: Person | None
    n_invited: Count
    reminded_of: Moment | None
    answers: Annotated[list[AnswerPart], Field(max_length=1000)]
    team_talk: TalkPart | None
    result: ResultPart | None


class ActionPart(Part):
    """An action of the plan."""

    LABEL = "plans.Action"
    STAYS: ClassVar = {"clinic": NESTED, "op": ONE_CLICK}
    id: UUID
    title: Annotated[Line, Field(min_length=1, max_length=TITLE_MAX)]
    steps: Annotated[Text, Field(max_length=TEXT_MAX)]
    round: UUID | None
    flag: Key
    domain: Annotated[Key, Field(max_length=40)]
    option: Annotated[Key, Field(max_length=40)]
    guidance_version: Small | None
    kind: Kind | Literal[""]
    effort: Effort | Literal[""]
    owner: Person | None
    owner_name: Annotated[Line, Field(max_length=120)]
    due_on: Day | None
    status: Status
    drop_reason: Annotated[Line, Field(max_length=REASON_MAX)]
    finished_on: Day | None
    is_shown_to_team: bool
    revision: Revision
    created_at: Moment
    created_by: Person | None
    reminded_of: Day | None


class EntryPart(Part):
    """What happened to an action. In `changed` people stand by their number in this file, 0 for somebody unknown."""

    LABEL = "plans.ActionEntry"
    STAYS: ClassVar = {"id": IN_ORDER, "op": ONE_CLICK}
    action: UUID
    at: Moment
    by: Person | None
    status: Status | Literal[""]
    changed: Annotated[list[list[str | int | bool | None]], Field(max_length=20)]
    note: Annotated[Text, Field(max_length=TEXT_MAX)]


class NetworkPart(Part):
    """A network that the clinic lets in, for people to read: rights are given anew in each installation."""

    LABEL = "networks.NetworkClinic"
    STAYS: ClassVar = {
        "id": COUNTED,
        "clinic": NESTED,
        "number": "the network's own way of numbering its clinics",
        "accepted_by": "stands among the acts on record",
    }
    network: UUID
    name: Annotated[Line, Field(max_length=120)]
    level: NetworkLevel
    joined_at: Moment


class PlanPart(Part):
    """The plan: its actions, and what happened to them, the earliest first."""

    actions: Annotated[list[ActionPart], Field(max_length=ROWS_MAX)]
    history: Annotated[list[EntryPart], Field(max_length=ROWS_MAX)]


class ClinicFile(Part):
    """The whole file."""

    format: Literal["icbt-readiness-clinic"]
    format_version: Literal[1]
    made_at: Moment
    about: Annotated[list[str], Field(max_length=100)]
    clinic: ClinicPart
    people: Annotated[list[PersonPart], Field(min_length=1, max_length=ROWS_MAX)]
    networks: Annotated[list[NetworkPart], Field(max_length=1000)]
    assessments: Annotated[list[RoundPart], Field(max_length=1000)]
    erased_assessments: Annotated[list[ErasurePart], Field(max_length=1000)]
    plan: PlanPart
    acts: Annotated[list[ActPart], Field(max_length=ROWS_MAX)]


STAY_AS_A_WHOLE: Final = {
    "clinics.User_groups": "of the framework; not used",
    "clinics.User_user_permissions": "of the framework; not used",
    "clinics.ResultViewer": "follows from the places in the clinic; rights of networks are given anew",
    "clinics.ManagerInvitation": "holds a secret; whoever has not come yet is invited again",
    "clinics.OutgoingMail": "mail is not taken along",
    "clinics.MailTally": "knows no clinic",
    "reports.ApiToken": "holds a secret; a person's own, not the clinic's",
    "rounds.RoundSuggestion": "what a network proposes; networks are let in anew",
    "networks.Network": "belongs to its consultants",
    "networks.NetworkMember": "belongs to its consultants",
    "networks.NetworkInvitation": "belongs to its consultants",
    "networks.NetworkTombstone": "belongs to its consultants",
    "respondents.Invitation": "therapists' addresses never leave",
    "respondents.Draft": "therapists' answers never leave",
    "respondents.Submission": "therapists' answers never leave",
    "respondents.TeamPageLink": "therapists' links never leave",
    "respondents.Reminder": "of invitations, which never leave",
    "respondents.Refusal": "made with the secret of one installation; therapists' addresses never leave",
}
"""Tables of which nothing travels, with the reason."""
