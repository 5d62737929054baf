"""Many clinics at once, to measure with: random answers, closed rounds with results and plans, open rounds, in bulk.

All of them let one network in. Written without the actions, as these would have left it.
"""

from __future__ import annotations

import random
from datetime import datetime
from typing import Final

from django.db import connection, reset_queries, transaction

from assessments.clinics.models import Clinic, User
from assessments.management.seed_clinics import NO_PASSWORD, PREFIX, make_clinics
from assessments.management.seed_network import CONSULTANT, let_in, seeded_network
from assessments.management.seed_plans import write_plans
from assessments.management.seed_rounds import write_finished, write_open

CHUNK: Final = 200
"""Clinics written at a time, so that memory stays flat."""


def has_data() -> bool:
    """Whether the database holds anybody or any clinic."""
    return User.objects.exists() or Clinic.objects.exists()


def consultant_at(email: str) -> User | None:
    """Make the holder of an open account a consultant and give them; None when nobody has this address."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is not None and not user.is_consultant:
        user.is_consultant = True
        user.save(update_fields=["is_consultant"])
    return user


def own_consultant() -> User:
    """Give a consultant who cannot sign in; the account is made the first time."""
    user, _ = User.objects.get_or_create(
        email=CONSULTANT, defaults={"name": "Seeded consultant", "password": NO_PASSWORD, "is_consultant": True}
    )
    return user


@transaction.atomic
def fill(*, n_clinics: int, n_rounds: int, n_therapists: int, seed: int, consultant: User, now: datetime) -> None:
    """Write clinics, each with a lead who cannot sign in, with closed rounds and their results, in one network.

    With therapists, each clinic also has an open round in which so many have sent their answers; without, some clinics
    have one that has come more or less far. The same seed gives the same answers, and those of closed rounds are the
    same with and without therapists. Can be repeated: further clinics are added.
    """
    who = random.Random(f"clinics {seed}")  # noqa: S311 - invented clinics, no secrets
    finished = random.Random(seed)  # noqa: S311
    plans = random.Random(f"plans {seed}")  # noqa: S311
    open_ = random.Random(f"open {seed}")  # noqa: S311
    network = seeded_network(consultant, now=now)
    begin = User.objects.filter(email__startswith=PREFIX).count()
    for start in range(begin, begin + n_clinics, CHUNK):
        numbers = range(start, min(start + CHUNK, begin + n_clinics))
        clinics, leads = make_clinics(numbers, who, now)
        let_in(network, clinics, leads, now=now)
        last = write_finished(clinics, n_rounds, finished, now)
        led = zip(clinics, leads, strict=True)
        write_plans([(*last[clinic.pk], lead) for clinic, lead in led if clinic.pk in last], plans, now=now)
        write_open(clinics, n_therapists, open_, now)
        reset_queries()  # with DEBUG, each statement is kept with all that it wrote
    _tell_planner()


def _tell_planner() -> None:
    """Let PostgreSQL look at what it holds now; it would plan for the tables as they were until it looks by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
