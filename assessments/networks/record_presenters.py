"""What was done in a clinic, in sentences, from the acts on record: when, by whom, and what about.

An act keeps ids. What they stood for may be gone, and then the sentence says so. No address stands here: whoever has
given no name is told by what they are. Of therapists there are the lead's own acts and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from assessments.clinics.models import AuditEvent, Clinic, Membership, Role, User
from assessments.networks.models import Level, Network
from assessments.networks.paging import Pager, on_page, pager, past_the_end
from assessments.plans.models import Action, Status
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

Act = AuditEvent.Act

DONE: Final[dict[AuditEvent.Act, str]] = {
    Act.CLINIC_CREATED: "{who} registered the clinic",
    Act.CLINIC_CHANGED: "{who} changed the details of the clinic",
    Act.MANAGER_INVITED: "{who} invited a manager",
    Act.INVITATION_WITHDRAWN: "{who} took back the invitation of a manager",
    Act.MANAGER_JOINED: "{who} joined as a manager",
    Act.MANAGER_LEFT: "{who} left the clinic",
    Act.MANAGER_REMOVED: "{who} removed {member}",
    Act.LEAD_HANDED_OVER: "{who} made {member} the lead of the clinic",
    Act.ROUND_OPENED: "{who} opened {round}",
    Act.ROUND_DUE_MOVED: "{who} moved the last day of {round}",
    Act.ROUND_CONTEXT_CHANGED: "{who} changed the stage or the routes in {round}",
    Act.ROUND_CLOSED: "{who} finished {round}",
    Act.THERAPISTS_INVITED: "{who} invited therapists to {round}",
    Act.THERAPIST_WITHDRAWN: "{who} took back an invitation to {round}",
    Act.THERAPISTS_REMINDED: "{who} asked for the reminder of {round}",
    Act.TEAM_TALK_LINKED: "{who} made a link for the team talk of {round}",
    Act.NETWORK_JOINED: "{who} let {network} in{level}",
    Act.NETWORK_LEVEL_CHANGED: "{who} changed what {network} sees{level}",
    Act.NETWORK_LEFT: "{who} ended the access of {network}",
    Act.CONSULTANT_JOINED: "{who} added {consultant} to {network}",
    Act.CONSULTANT_LEFT: "{who} took {consultant} out of {network}",
    Act.ACTION_ADDED: "{who} added the action {action} to the plan",
    Act.ACTION_CHANGED: "{who} changed the action {action}",
    Act.ACTION_MOVED: "{who} moved the action {action}{status}",
    Act.ROUND_ERASED: "{who} erased an assessment",
    Act.PERSON_ERASED: "A member closed their account, or the operator closed it",
    Act.CLINIC_EXPORTED: "{who} took the whole clinic along as a file",
    Act.CLINIC_IMPORTED: "{who} brought the clinic here from a file",
}
LEFT_BY_CHOICE: Final = "{who} left {network}"
BY_THE_CLOCK: Final = "The last day of {round} was over, so it was finished"
OF_NETWORKS: Final = (
    Act.NETWORK_JOINED,
    Act.NETWORK_LEVEL_CHANGED,
    Act.NETWORK_LEFT,
    Act.CONSULTANT_JOINED,
    Act.CONSULTANT_LEFT,
)
OF_PLAN: Final = (Act.ACTION_ADDED, Act.ACTION_CHANGED, Act.ACTION_MOVED)
OF_ASSESSMENTS: Final = (
    Act.ROUND_OPENED,
    Act.ROUND_DUE_MOVED,
    Act.ROUND_CONTEXT_CHANGED,
    Act.ROUND_CLOSED,
    Act.THERAPISTS_INVITED,
    Act.THERAPIST_WITHDRAWN,
    Act.THERAPISTS_REMINDED,
    Act.TEAM_TALK_LINKED,
    Act.ROUND_ERASED,
)
OF_PEOPLE: Final = (
    Act.CLINIC_CREATED,
    Act.CLINIC_CHANGED,
    Act.MANAGER_INVITED,
    Act.INVITATION_WITHDRAWN,
    Act.MANAGER_JOINED,
    Act.MANAGER_LEFT,
    Act.MANAGER_REMOVED,
    Act.LEAD_HANDED_OVER,
    Act.PERSON_ERASED,
    Act.CLINIC_EXPORTED,
    Act.CLINIC_IMPORTED,
)
ABOUT: Final = {
    "assessments": ("Assessments", OF_ASSESSMENTS),
    "plan": ("The plan", OF_PLAN),
    "people": ("People and clinic", OF_PEOPLE),
    "networks": ("Networks", OF_NETWORKS),
}
"""What the record can be narrowed to, by the word in the address."""

OF_OPERATOR: Final = frozenset({Act.ROUND_ERASED, Act.CLINIC_EXPORTED, Act.LEAD_HANDED_OVER})
"""What the operator can do as well, who has no account for it."""
OPERATOR: Final = "The operator of this site"
GONE: Final = "Somebody whose account is gone"
OPERATOR_OR_GONE: Final = "The operator of this site, or somebody whose account is gone,"
ERASED_ROUND: Final = "an assessment that was erased"


@dataclass(frozen=True)
class ActRow:
    """An act on record, in a sentence; `at` is in the clinic's time zone."""

    key: str
    at: datetime
    words: str

    @property
    def on(self) -> date:
        """The day."""
        return self.at.date()

    @property
    def when(self) -> str:
        """Day and time."""
        return f"{self.at.day} {self.at:%B %Y, %H:%M}"


@dataclass(frozen=True)
class Way:
    """A link that narrows the record."""

    words: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class RecordPage:
    """A page of the record, newest first."""

    rows: tuple[ActRow, ...]
    pager: Pager
    notes: tuple[str, ...]
    ways: tuple[Way, ...]


def record_page(clinic: Clinic, *, about: str, page: int) -> RecordPage:
    """Lay out a page of a clinic's record for its lead, all of it or about one thing. The caller has checked who."""
    acts = AuditEvent.objects.filter(clinic=clinic)
    about = about if about in ABOUT else ""
    if about:
        acts = acts.filter(act__in=ABOUT[about][1])
    shown = pager(page, acts.count(), lambda number: _query(about, number))
    return RecordPage(
        rows=tuple(act_rows(clinic, acts.order_by("-id").select_related("by")[on_page(shown)])),
        pager=shown,
        notes=tuple(past_the_end(shown, page)),
        ways=(
            Way("Everything", _query("", 1), not about),
            *(Way(words, _query(key, 1), key == about) for key, (words, _) in ABOUT.items()),
        ),
    )


def _query(about: str, page: int) -> str:
    said = {**({"about": about} if about else {}), **({"page": page} if page > 1 else {})}
    return f"?{urlencode(said)}"


def latest_of_networks(clinic: Clinic, n_acts: int) -> list[ActRow]:
    """Tell the latest acts that concern who looks at a clinic, newest first. The caller has checked who asks."""
    acts = AuditEvent.objects.filter(clinic=clinic, act__in=OF_NETWORKS).order_by("-id").select_related("by")
    return act_rows(clinic, acts[:n_acts])


def act_rows(clinic: Clinic, acts: Iterable[AuditEvent]) -> list[ActRow]:
    """Put acts of a clinic into sentences, in the order given, with a fixed number of queries."""
    found, zone = list(acts), ZoneInfo(clinic.time_zone)
    things = _Things(clinic, found)
    return [ActRow(act.act, act.at.astimezone(zone), f"{things.sentence(act)}.") for act in found]


class _Things:
    """What the acts of a page are about and who did them, looked up together."""

    def __init__(self, clinic: Clinic, acts: Sequence[AuditEvent]) -> None:
        self.clinic = clinic
        self.about = {act.pk: act.subject.partition(" ")[::2] for act in acts}
        self.ids = {found for first, _ in self.about.values() if (found := _uuid(first))}

    def sentence(self, act: AuditEvent) -> str:
        """Say who did what; the clock is named only where the round tells that it was the clock."""
        first, second = self.about[act.pk]
        found, kind = _uuid(first), Act(act.act)
        template = DONE[kind]
        if kind is Act.CONSULTANT_LEFT and act.by_id is not None and str(act.by_id) == second:
            template = LEFT_BY_CHOICE
        if kind is Act.ROUND_CLOSED and act.by_id is None and self._is_by_clock(found):
            template = BY_THE_CLOCK
        words: dict[str, Callable[[], str]] = {
            "who": lambda: self._who(act, kind),
            "round": lambda: self._round_words(found),
            "action": lambda: f"“{self.actions[found]}”" if found in self.actions else "that is gone",
            "network": lambda: self.networks.get(found, "a network"),
            "member": lambda: self._name(self.joined[found]) if found in self.joined else "a manager",
            "consultant": lambda: (
                self._name(self.consultants[second]) if second in self.consultants else "a consultant"
            ),
            "level": lambda: _level_words(kind, second),
            "status": lambda: f" to “{Status(second).label}”" if second in Status.values else "",
        }
        needed = {name for _, name, _, _ in Formatter().parse(template) if name}  # what is not told is not looked up
        said = template.format(**{name: words[name]() for name in needed})
        return said[0].upper() + said[1:]

    def _who(self, act: AuditEvent, kind: AuditEvent.Act) -> str:
        if act.by is not None:
            is_operator = kind is Act.LEAD_HANDED_OVER and act.by.is_staff and act.by_id not in self.roles
            return OPERATOR if is_operator else self._name(act.by)
        if kind is Act.CLINIC_IMPORTED:
            return OPERATOR
        return OPERATOR_OR_GONE if kind in OF_OPERATOR else GONE

    def _name(self, user: User) -> str:
        """Name a person, never by an address."""
        if user.name:
            return user.name
        role = self.roles.get(user.pk)
        if role is not None:
            return "the lead" if role == Role.LEAD else "a manager without a name"
        return "a consultant without a name" if user.is_consultant else "somebody without a name"

    def _round_words(self, found: UUID | None) -> str:
        assessment = self.rounds.get(found)
        return f"the assessment “{assessment.title}”" if assessment else ERASED_ROUND

    def _is_by_clock(self, found: UUID | None) -> bool:
        assessment = self.rounds.get(found)
        return bool(assessment and assessment.closed_at and assessment.closed_at >= assessment.due_at)

    @cached_property
    def rounds(self) -> dict[UUID | None, Round]:
        """The rounds, by id."""
        wanted = Round.objects.filter(clinic=self.clinic, pk__in=self.ids)
        return {one.pk: one for one in wanted.only("title", "closed_at", "due_at")}

    @cached_property
    def actions(self) -> dict[UUID | None, str]:
        """The titles of actions, by id."""
        return dict(Action.objects.filter(clinic=self.clinic, pk__in=self.ids).values_list("pk", "title"))

    @cached_property
    def networks(self) -> dict[UUID | None, str]:
        """The names of networks, by id."""
        return dict(Network.objects.filter(pk__in=self.ids).values_list("pk", "name"))

    @cached_property
    def joined(self) -> dict[UUID | None, User]:
        """Who had which membership, by its id: the row goes when somebody leaves, that they joined stays on record."""
        joined = AuditEvent.objects.filter(clinic=self.clinic, act=Act.MANAGER_JOINED, by__isnull=False)
        told = joined.filter(subject__in=[str(one) for one in self.ids]).select_related("by")
        return {_uuid(act.subject): act.by for act in told if act.by}

    @cached_property
    def consultants(self) -> dict[str, User]:
        """The consultants, by the number of their account."""
        wanted = {second for _, second in self.about.values() if second.isdecimal()}
        return {str(one.pk): one for one in User.objects.filter(pk__in=wanted)}

    @cached_property
    def roles(self) -> dict[int, str]:
        """What the people of the clinic are, by the number of their account."""
        return dict(Membership.objects.filter(clinic=self.clinic).values_list("user_id", "role"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _level_words(kind: AuditEvent.Act, level: str) -> str:
    """Say up to which level; acts on record from earlier may hold none."""
    if level not in Level.values:
        return ""
    return f"{':' if kind is Act.NETWORK_JOINED else ' to'} “{Level(level).label}”"
