"""What the site keeps of a person with an account, for that person: the same for the page, the file and the command.

Of therapists nothing is in reach here: an invitation is shown by whoever answers for the site, and a sent form leads to
nobody.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from assessments.clinics.models import Clinic
from assessments.networks.models import Network
from assessments.reports.leaving.kept_rows import KEPT, Reach

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.clinics.models import User

NOT_HERE: Final = (
    "Whether you were invited as a therapist: ask whoever runs this site, or the lead who invited you.",
    "What you sent as a therapist: nothing says which form was whose.",
    "What others wrote, even where they named you: it belongs to their clinic.",
    "Passwords, codes of the second step and secrets of tokens: nobody here can read them either.",
)


@dataclass(frozen=True)
class Counted:
    """How many rows of a kind there are."""

    words: str
    n: int


def counts_of(person: User) -> tuple[Counted, ...]:
    """Count what is kept of a person beside the account itself; of what there is nothing, nothing is said."""
    found = (Counted(kept.words, kept.find(person).count()) for kept in KEPT)
    return tuple(counted for counted in found if counted.n)


def own_data(person: User, *, now: datetime) -> dict[str, Any]:
    """Give all that is kept of a person and theirs to have."""
    reach = Reach(
        person,
        dict(Clinic.objects.visible_to(person).values_list("pk", "name")),
        dict(Network.objects.visible_to(person).values_list("pk", "name")),
    )
    return {
        "made_at": now,
        "site": settings.BASE_URL,
        "not_here": NOT_HERE,
        "account": _account(person),
        **{kept.key: [kept.tell(row, reach) for row in kept.find(person)] for kept in KEPT},
    }


def own_file(person: User, *, now: datetime) -> bytes:
    """Write it as JSON."""
    return json.dumps(own_data(person, now=now), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()


def _account(person: User) -> dict[str, Any]:
    return {
        "email": person.email,
        "name": person.name,
        "is_consultant": person.is_consultant,
        "is_site_admin": person.is_staff,
        "groups": list(person.groups.values_list("name", flat=True)),
        "permissions": list(person.user_permissions.values_list("codename", flat=True)),
        "made_at": person.date_joined,
        "last_signed_in_at": person.last_login,
        "is_reminded_of_closing": person.is_reminded_of_closing,
        "is_reminded_of_actions": person.is_reminded_of_actions,
    }
