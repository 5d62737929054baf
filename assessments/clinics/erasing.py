"""While something is erased: the one way in which the database lets history go, the trace, and who has to agree."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.db import transaction

from assessments.clinics.erasures import Erasure
from assessments.clinics.models import Clinic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from uuid import UUID

    from assessments.clinics.models import User

_CHECKS: Final[list[Callable[[User], None]]] = []


def ask_before_erasing_people(check: Callable[[User], None]) -> None:
    """Let an app that others must not reach into refuse that somebody is erased; it says so when it is made ready.

    Args:
        check: raises `RefusedError` with the reason.
    """
    if check not in _CHECKS:
        _CHECKS.append(check)


def check_nobody_objects(person: User) -> None:
    """Ask whoever wants to be asked before a person is erased.

    Raises:
        RefusedError: somebody objects.
        RuntimeError: nobody is there to be asked, so nothing is known.
    """
    if not _CHECKS:
        raise RuntimeError("Nobody says whether a person may be erased.")
    for check in _CHECKS:
        check(person)


@contextmanager
def erasing(
    *,
    kind: Erasure.Kind,
    by: User | None,
    at: datetime,
    clinic_id: UUID | None = None,
    round_id: UUID | None = None,
) -> Iterator[Erasure]:
    """Lift the guards of history for a block, which happens as a whole or not at all.

    One erasure runs at a time, and begins before it holds any other row: so two never wait for each other. What the
    block writes into the erasure is kept with it.

    Args:
        kind: what is erased.
        by: the lead who erases; None for the operator.
        at: when.
        clinic_id: the clinic, unless a person is erased.
        round_id: the round, if one is erased.
    """
    with transaction.atomic():
        erasure = Erasure.objects.create(kind=kind, by=by, at=at, clinic_id=clinic_id, round_id=round_id)
        yield erasure
        erasure.is_running = False
        erasure.save(update_fields=["finished_on", "team_shown_at", "is_running"])


def hold_clinics(clinic_ids: Iterable[UUID]) -> None:
    """Hold clinics before their rounds, and these before actions of the plan: the order in which everybody does.

    Whoever holds a round or an action meanwhile can still put an act of the clinic on record, and so comes to an end.
    """
    list(Clinic.objects.filter(pk__in=list(clinic_ids)).order_by("pk").select_for_update(no_key=True))
