"""While something is erased: the one way in which the database lets history go, and the trace that it leaves."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction

from assessments.clinics.erasures import Erasure
from assessments.clinics.models import Clinic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from uuid import UUID

    from assessments.clinics.models import User


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
