"""What is kept of a person beside the account: which rows, in which columns they stand, and what is told of each.

What belongs to a clinic is told with its words only while the person belongs to it; of clinics left behind, that the
person did something and when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from assessments.clinics.models import (
    MEMBERSHIP,
    AuditEvent,
    Erasure,
    ManagerInvitation,
    Membership,
    OutgoingMail,
    ResultViewer,
    User,
)
from assessments.clinics.outbox import KEPT_A_WEEK
from assessments.networks.models import NetworkClinic, NetworkInvitation, NetworkMember
from assessments.plans.entries import FIELDS
from assessments.plans.models import Action, ActionEntry
from assessments.reports.models import ApiToken
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID


@dataclass(frozen=True)
class Reach:
    """What a person may read now: their clinics and networks, by number, with their names."""

    person: User
    clinics: Mapping[UUID, str]
    networks: Mapping[UUID, str]

    def clinic(self, clinic_id: UUID) -> dict[str, Any]:
        """Name a clinic while the person belongs to it, else its number alone."""
        return {"id": clinic_id, "name": self.clinics.get(clinic_id)}

    def network(self, network_id: UUID) -> dict[str, Any]:
        """Name a network while the person is its consultant, else its number alone."""
        return {"id": network_id, "name": self.networks.get(network_id)}


@dataclass(frozen=True)
class Kept:
    """Rows of one kind: what they are called, in which columns the person stands, how they are found and told."""

    key: str
    words: str
    columns: tuple[str, ...]
    find: Callable[[User], QuerySet[Any]]
    tell: Callable[[Any, Reach], dict[str, Any]]


def _confirmed(person: User) -> QuerySet[Any]:
    """Give the addresses of a person that they have shown to be theirs; another's would tell of somebody else."""
    own = EmailAddress.objects.filter(user=person, verified=True)
    keys: QuerySet[Any] = own.annotate(key=Lower("email")).values("key")
    return keys


def _to(person: User, rows: QuerySet[Any], address: str) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.annotate(key=Lower(address)).filter(key__in=_confirmed(person))
    return found


def _of_admin(person: User) -> QuerySet[LogEntry]:
    about = Q(content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk))
    return LogEntry.objects.filter(about | Q(user=person))


def _answer(row: FormAnswer, reach: Reach) -> dict[str, Any]:
    told = {"clinic": reach.clinic(row.round.clinic_id), "assessment": row.round_id, "question": row.key}
    if row.round.clinic_id in reach.clinics:
        told |= {"asked": _asked(row), "value": row.value}
        told |= {"instead_of_a_value": row.non_answer, "comment": row.comment}
    return {**told, "given_at": row.saved_at}


def _asked(row: FormAnswer) -> str:
    """Give the question as the clinic form words it."""
    instrument = row.round.instrument
    fact = instrument.fact.get(row.key)
    return fact.text if fact else instrument.item[row.key].wording[Form.MANAGER]


def _round(row: Round, reach: Reach) -> dict[str, Any]:
    is_own = row.clinic_id in reach.clinics
    return {
        "id": row.pk,
        "clinic": reach.clinic(row.clinic_id),
        "title": row.title if is_own else None,
        "you_opened_it_at": row.opened_at if row.opened_by_id == reach.person.pk else None,
        "you_finished_it_at": row.closed_at if row.closed_by_id == reach.person.pk else None,
    }


def _action(row: Action, reach: Reach) -> dict[str, Any]:
    told = {"id": row.pk, "clinic": reach.clinic(row.clinic_id)}
    if row.clinic_id in reach.clinics:
        told |= {"title": row.title, "status": row.status, "due_on": row.due_on}
    return {
        **told,
        "is_yours_to_do": row.owner_id == reach.person.pk,
        "you_added_it_at": row.created_at if row.created_by_id == reach.person.pk else None,
    }


def _entry(row: ActionEntry, reach: Reach) -> dict[str, Any]:
    told: dict[str, Any] = {"action": row.action_id, "clinic": reach.clinic(row.action.clinic_id), "at": row.at}
    if row.action.clinic_id in reach.clinics:
        told |= {
            "moved_to": row.status,
            "note": row.note,
            "changed": [FIELDS.get(change[0], change[0]) for change in row.changed],
        }
    return told


KEPT: Final = (
    Kept(
        "addresses",
        "Addresses, and whether they are confirmed",
        ("account.EmailAddress.user",),
        lambda person: EmailAddress.objects.filter(user=person),
        lambda row, reach: {"email": row.email, "is_confirmed": row.verified, "is_the_one_to_sign_in": row.primary},
    ),
    Kept(
        "second_step",
        "Second steps for signing in, with when they were last used",
        ("mfa.Authenticator.user",),
        lambda person: Authenticator.objects.filter(user=person),
        lambda row, reach: {"kind": row.type, "since": row.created_at, "last_used_at": row.last_used_at},
    ),
    Kept(
        "clinics",
        "Places in clinics",
        ("clinics.Membership.user",),
        lambda person: Membership.objects.filter(user=person),
        lambda row, reach: {"clinic": reach.clinic(row.clinic_id), "role": row.role, "joined_at": row.joined_at},
    ),
    Kept(
        "networks",
        "Places in networks",
        ("networks.NetworkMember.user",),
        lambda person: NetworkMember.objects.filter(user=person),
        lambda row, reach: {"network": reach.network(row.network_id), "joined_at": row.joined_at},
    ),
    Kept(
        "could_see_results",
        "Periods in which you could see a clinic's results; what its team's figures show depends on them",
        ("clinics.ResultViewer.user",),
        lambda person: ResultViewer.objects.filter(user=person),
        lambda row, reach: {
            "clinic": reach.clinic(row.clinic_id),
            "as": "a member" if row.right == MEMBERSHIP else f"a consultant of the network {row.right}",
            "since": row.since,
            "until": row.until,
        },
    ),
    Kept(
        "assessments",
        "Assessments that you opened or finished",
        ("rounds.Round.opened_by", "rounds.Round.closed_by"),
        lambda person: Round.objects.filter(Q(opened_by=person) | Q(closed_by=person)).order_by("opened_at", "pk"),
        _round,
    ),
    Kept(
        "answers",
        "Answers and comments that you gave last, in the clinic form",
        ("rounds.FormAnswer.by",),
        lambda person: FormAnswer.objects.filter(by=person).select_related("round").order_by("saved_at", "pk"),
        _answer,
    ),
    Kept(
        "actions",
        "Actions of plans that you added or see to",
        ("plans.Action.owner", "plans.Action.created_by"),
        lambda person: Action.objects.filter(Q(owner=person) | Q(created_by=person)),
        _action,
    ),
    Kept(
        "plan_entries",
        "What you did to actions, and your notes",
        ("plans.ActionEntry.by",),
        lambda person: ActionEntry.objects.filter(by=person).select_related("action"),
        _entry,
    ),
    Kept(
        "acts",
        "What you did, on the records of clinics",
        ("clinics.AuditEvent.by",),
        lambda person: AuditEvent.objects.filter(by=person),
        lambda row, reach: {"clinic": reach.clinic(row.clinic_id), "act": row.get_act_display(), "at": row.at},
    ),
    Kept(
        "erased",
        "What you have erased, and when; not what stood in it",
        ("clinics.Erasure.by",),
        lambda person: Erasure.objects.filter(by=person),
        lambda row, reach: {"what": row.get_kind_display(), "at": row.at},
    ),
    Kept(
        "let_in",
        "Networks that you have let in for a clinic",
        ("networks.NetworkClinic.accepted_by",),
        lambda person: NetworkClinic.objects.filter(accepted_by=person),
        lambda row, reach: {
            "clinic": reach.clinic(row.clinic_id),
            "network": reach.network(row.network_id),
            "at": row.joined_at,
        },
    ),
    Kept(
        "invited",
        "Colleagues whom you have invited and who have not joined yet",
        ("clinics.ManagerInvitation.invited_by",),
        lambda person: ManagerInvitation.objects.visible_to(person).filter(invited_by=person),
        lambda row, reach: {"clinic": reach.clinic(row.clinic_id), "email": row.email, "opens_until": row.expires_at},
    ),
    Kept(
        "invitations_of_clinics",
        "Invitations of clinics to your confirmed address",
        ("clinics.ManagerInvitation.email",),
        lambda person: _to(person, ManagerInvitation.objects.select_related("clinic"), "email"),
        lambda row, reach: {"clinic": row.clinic.name, "opens_until": row.expires_at},
    ),
    Kept(
        "invitations_of_networks",
        "Invitations of networks to your confirmed address",
        ("networks.NetworkInvitation.email",),
        lambda person: _to(person, NetworkInvitation.objects.select_related("network"), "email"),
        lambda row, reach: {
            "network": row.network.name,
            "for": row.clinic_name,
            "at": row.invited_at,
            "opens_until": row.expires_at,
        },
    ),
    Kept(
        "mail",
        "Mails of the last days to your confirmed address, without those to a therapist",
        ("clinics.OutgoingMail.address",),
        lambda person: _to(person, OutgoingMail.objects.filter(kind__in=KEPT_A_WEEK), "address"),
        lambda row, reach: {"what": row.get_kind_display(), "state": row.get_state_display(), "at": row.created_at},
    ),
    Kept(
        "tokens",
        "Tokens with which programs read the API for you, without their secrets",
        ("reports.ApiToken.user",),
        lambda person: ApiToken.objects.filter(user=person),
        lambda row, reach: {
            "name": row.name,
            "scope": row.scope,
            "clinic": reach.clinic(row.clinic_id) if row.clinic_id else None,
            "made_at": row.made_at,
            "expires_at": row.expires_at,
            "last_used_on": row.last_used_on,
        },
    ),
    Kept(
        "administration",
        "Lines in the log of the site's administration, by you or about your account",
        ("admin.LogEntry.user", "admin.LogEntry.object_id"),
        _of_admin,
        lambda row, reach: {
            "by_you": row.user_id == reach.person.pk,
            "what": row.get_action_flag_display(),
            "at": row.action_time,
        },
    ),
)
