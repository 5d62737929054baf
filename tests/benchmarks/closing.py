"""How long closing takes with 50 and with 200 therapists' answers.

A process of its own, on the database that is measured; prints wall and CPU milliseconds of every closing as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Final

import django
from django.core.management import call_command
from django.utils import timezone

django.setup()

from assessments.clinics.models import Membership, Role  # noqa: E402 - models need Django
from assessments.respondents.models import Submission  # noqa: E402
from assessments.results.closing import close  # noqa: E402
from assessments.rounds.models import Round  # noqa: E402

SIZES: Final = (50, 200)
TIMES: Final = 7


def measure(n_therapists: int) -> dict[str, list[float]]:
    """Fill clinics, each with an open round that so many have answered, and close one after the other."""
    call_command("seed", clinics=TIMES, rounds=0, therapists=n_therapists, seed=1, force=True, stdout=sys.stderr)
    rounds = Round.objects.open().filter(n_invited=n_therapists)
    taken = [_closing_ms(one, n_therapists) for one in rounds]
    return {"wall": [wall for wall, _ in taken], "cpu": [cpu for _, cpu in taken]}


def _closing_ms(one: Round, n_therapists: int) -> tuple[float, float]:
    sent = Submission.objects.filter(round=one)
    if sent.count() != n_therapists:
        raise RuntimeError(f"{sent.count()} instead of {n_therapists} have answered.")
    lead = Membership.objects.select_related("user").get(clinic=one.clinic, role=Role.LEAD).user
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    result = close(round_id=one.pk, by=lead, now=timezone.now())
    taken = (time.perf_counter_ns() - wall) / 1_000_000, (time.process_time_ns() - cpu) / 1_000_000
    if sent.exists() or not result.release_rows.exists():
        raise RuntimeError("Closing left answers or released nothing.")
    return taken


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    measure(5)  # what a process does once
    print(json.dumps({n_therapists: measure(n_therapists) for n_therapists in SIZES}))
