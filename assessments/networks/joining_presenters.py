"""What the clinic's side of a network reads: who would see what, who does, since when, and what was done.

The words of the three levels stand here and nowhere else; they promise what the consultants' pages keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from assessments.clinics.models import Clinic, Membership, Role, User
from assessments.clinics.text import name_key
from assessments.networks.models import Level, Network, NetworkClinic, NetworkMember

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from assessments.networks.actions import Joining

SHOWS: Final[dict[Level, tuple[str, ...]]] = {
    Level.PROGRESS: (
        "The details of your clinic: name, country, kind of service, number of therapists, and stage of the service.",
        "When an assessment closes or was finished.",
        "How far an open one is: sections done, the section you are at, whether more than the quick start, half or all "
        "of the questions are answered, and the day of the latest answer. No answer and no score.",
        "What was erased since you first let them in: that it was, and when. Of an assessment also the day on which it "
        "was finished; of a clinic its number in the network, without its name.",
    ),
    Level.SCORES: (
        "The scores of the nine topics, what needs attention, and options that fit these. Beside a score: how many "
        "questions count in it, and how many were answered “don’t know” or “too early”, or not at all.",
        "Your team as a group: its figures where they can be shown, where its view differs from yours, and, if it "
        "held a team talk, its figures by topic, how many took part, and what the team asks for, in its own words.",
        "Of your plan: how many actions are planned, under way and done, and whether any was added since the last "
        "assessment; of those still to do the topic, the day, and whether they are under way. Not what they are "
        "called.",
    ),
    Level.ANSWERS: (
        "Every answer of the clinic form, the numbers given beside them, and the comments; and the options that your "
        "answers led to.",
        "How patients come to you, and whom the service is for.",
        "What the actions of your plan that are still to do are called. Never who does them, their steps and notes, or "
        "why one was dropped.",
    ),
}
"""What each level shows beyond those before it."""

NAMELESS: Final = "A consultant who has given no name"
"""Who stands in a list without an address."""

GAINS: Final = {
    Level.SCORES: "From now on they also see scores, what needs attention, the team as a group, and how far your plan "
    "is.",
    Level.ANSWERS: "From now on they also see the answers and comments of the clinic form, and what your actions are "
    "called.",
}
LOSSES: Final = {
    Level.PROGRESS: "From now on they see neither scores nor anything else of the result, nor your plan.",
    Level.SCORES: "From now on they no longer see the answers and comments of the clinic form, nor what your actions "
    "are called.",
}
NAMED: Final = "Your therapists read the consultants’ names on their page, those who are invited already too."
UNNAMED: Final = (
    "The therapists’ page no longer names them, unless they see scores through another network or belong to "
    "your clinic."
)


@dataclass(frozen=True)
class LevelCard:
    """A level as a card: what it adds to the one before it, and what choosing it would change."""

    level: Level
    shows: tuple[str, ...]
    is_now: bool = False
    changes: tuple[str, ...] = ()

    @property
    def adds(self) -> bool:
        """Whether there is a level before it."""
        return self.level is not Level.PROGRESS


def level_cards(now: Level | None = None) -> tuple[LevelCard, ...]:
    """Lay out the three levels, for a network that sees so much now; None for one that is not let in."""
    return tuple(
        LevelCard(level, SHOWS[level], level is now, _changes(now, level) if now and level is not now else ())
        for level in Level
    )


def _changes(now: Level, level: Level) -> tuple[str, ...]:
    order = list(Level)
    gains = order.index(level) > order.index(now)
    said = [GAINS[step] for step in order[order.index(now) + 1 : order.index(level) + 1]] if gains else [LOSSES[level]]
    if level.shows_scores is not now.shows_scores:
        said.append(NAMED if gains else UNNAMED)
    return tuple(said)


@dataclass(frozen=True)
class ClinicChoice:
    """A clinic that can let a network in."""

    clinic: Clinic
    is_chosen: bool


@dataclass(frozen=True)
class Asking:
    """A consultant of a network that asks to be let in; whoever has not signed in reads the name alone."""

    name: str
    email: str = ""
    since: date | None = None


@dataclass(frozen=True)
class JoinPage:
    """What a joining link shows: the network and its consultants, and the person's clinics.

    `choices` are the clinics that the person leads and that do not let the network in yet, `let_in` those that do,
    `managed` the places in clinics that somebody else leads.
    """

    network: Network
    invited_clinic: str  # as the consultant wrote it; empty where the link came without an invitation
    consultants: tuple[Asking, ...]
    choices: tuple[ClinicChoice, ...]
    let_in: tuple[Clinic, ...]
    managed: tuple[Membership, ...]
    cards: tuple[LevelCard, ...]


def clinics_led_by(user: User) -> list[Clinic]:
    """Give the clinics that this person leads, by name."""
    return list(Clinic.objects.filter(memberships__user=user, memberships__role=Role.LEAD))


def join_page(joining: Joining, user: User | None, *, chosen: str | None = None) -> JoinPage:
    """Lay out what a link leads to, for whoever has it; `user` None: nobody has signed in.

    `chosen` is the clinic that was sent with the form; before, the one that the invitation names, or the only one.
    """
    network = joining.network
    led = clinics_led_by(user) if user else []
    places = NetworkClinic.objects.filter(network=network, clinic__in=led)
    let_in_ids = set(places.values_list("clinic_id", flat=True))
    open_to = [clinic for clinic in led if clinic.pk not in let_in_ids]
    invited = joining.invitation.clinic_name if joining.invitation else ""
    chosen = _presumed(open_to, invited) if chosen is None else chosen
    return JoinPage(
        network=network,
        invited_clinic=invited,
        consultants=_asking(network, is_told_all=user is not None),
        choices=tuple(ClinicChoice(clinic, str(clinic.pk) == chosen) for clinic in open_to),
        let_in=tuple(clinic for clinic in led if clinic.pk in let_in_ids),
        managed=_managed(user) if user and not led else (),
        cards=level_cards(),
    )


def _presumed(clinics: Sequence[Clinic], invited: str) -> str:
    if len(clinics) == 1:
        return str(clinics[0].pk)
    return next((str(clinic.pk) for clinic in clinics if clinic.name_key == name_key(invited)), "")


def _asking(network: Network, *, is_told_all: bool) -> tuple[Asking, ...]:
    """Name those who would look; their addresses are not for everybody who holds the link."""
    members = NetworkMember.objects.filter(network=network).open().select_related("user")
    found = [
        Asking(member.user.name or NAMELESS, member.user.email, member.joined_at.date())
        if is_told_all
        else Asking(member.user.name or NAMELESS)
        for member in members
    ]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.email)))


def _managed(user: User) -> tuple[Membership, ...]:
    """Give the leads of the clinics in which this person is a manager."""
    leads = Membership.objects.visible_to(user).filter(role=Role.LEAD).exclude(user=user)
    return tuple(leads.select_related("clinic", "user").order_by("clinic__name", "clinic_id"))


@dataclass(frozen=True)
class ConsultantRow:
    """A consultant as the clinic sees them; `last_seen_on` None: has never signed in."""

    name: str
    email: str
    last_seen_on: date | None
    is_shut_out: bool  # the account is closed, or no consultant's any more


@dataclass(frozen=True)
class PlaceCard:
    """A network that a clinic lets in."""

    network: Network
    level: Level
    since: date
    accepted_by: str
    consultants: tuple[ConsultantRow, ...]

    @property
    def shows(self) -> tuple[str, ...]:
        """Everything that the level shows."""
        upto = list(Level)[: list(Level).index(self.level) + 1]
        return tuple(words for level in upto for words in SHOWS[level])


def place_cards(clinic: Clinic, user: User) -> list[PlaceCard]:
    """Lay out the networks that a clinic lets in, by name, for a member of the clinic."""
    places = (
        NetworkClinic.objects.visible_to_clinic(user).filter(clinic=clinic).select_related("network", "accepted_by")
    )
    of_network: dict[object, list[ConsultantRow]] = {}
    members = NetworkMember.objects.visible_to_clinic(user).filter(network__places__clinic=clinic)
    for member in members.select_related("user").order_by("joined_at", "pk"):
        of_network.setdefault(member.network_id, []).append(_consultant(member.user, clinic))
    return [
        PlaceCard(
            network=place.network,
            level=place.shown,
            since=_day(place.joined_at, clinic),
            accepted_by=str(place.accepted_by) if place.accepted_by else "",
            consultants=tuple(of_network.get(place.network_id, ())),
        )
        for place in places.order_by("network__name", "network_id")
    ]


def _consultant(user: User, clinic: Clinic) -> ConsultantRow:
    return ConsultantRow(
        name=user.name,
        email=user.email,
        last_seen_on=_day(user.last_login, clinic) if user.last_login else None,
        is_shut_out=not (user.is_active and user.is_consultant),
    )


def _day(at: datetime, clinic: Clinic) -> date:
    return at.astimezone(ZoneInfo(clinic.time_zone)).date()
