"""A finished assessment with everything that a report can tell, twenty people who may have it, and others who save.

A process of its own, on the database that is measured; prints how long reports take without a server, and who may do
what.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from typing import Any, Final

import django
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

django.setup()

from assessments.clinics.models import Membership, Role  # noqa: E402 - models need Django
from assessments.reports.pdf import setting  # noqa: E402
from assessments.reports.pdf.report import A4, report_pdf  # noqa: E402
from assessments.reports.report import report_of  # noqa: E402
from assessments.rounds.models import Round  # noqa: E402
from tests.benchmarks.scene import person, prepare  # noqa: E402

TIMES: Final = 7
CLINIC: Final = "Northgate Pain Clinic"
"""Of the demo: two assessments with therapists' figures, and a plan."""


def scene(n_readers: int, n_rounds: int) -> dict[str, Any]:
    """Fill the database, have the report made some times, and give the cookies of those who may have it."""
    call_command("migrate", verbosity=0)
    call_command("demo", stdout=sys.stderr)  # first, because it stays out of other data
    saving = prepare(n_rounds, 0)
    full = Round.objects.filter(clinic__name=CLINIC, closed_at__isnull=False).latest("closed_at")
    readers = [person("reader") for _ in range(n_readers)]
    Membership.objects.bulk_create(Membership(clinic=full.clinic, user=reader, role=Role.MANAGER) for reader in readers)
    return {
        "saving": saving,
        "path": f"/rounds/{full.pk}/files/report-a4/",
        "readers": [_session(reader) for reader in readers],
        "wall_ms": [_wall_ms(full, readers[0]) for _ in range(TIMES)],
        "peak_kb": _peak_kb(full, readers[0]),
    }


def _session(reader: Any) -> str:
    client = Client()
    client.force_login(reader)
    return str(client.cookies["sessionid"].value)


def _wall_ms(full: Round, reader: Any) -> float:
    begun = time.perf_counter_ns()
    made = report_pdf(report_of(full, reader=reader, now=timezone.now()), A4)
    if not made.startswith(b"%PDF-"):
        raise RuntimeError("That is no PDF.")
    return (time.perf_counter_ns() - begun) / 1_000_000


def _peak_kb(full: Round, reader: Any) -> int:
    """Give the memory of the process that sets it; a small one watches, because a child counts what its parent had."""
    watch = (
        "import resource, subprocess, sys; "
        "done = subprocess.run(sys.argv[2:]); "
        "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); "
        "sys.exit(done.returncode)"
    )
    with tempfile.NamedTemporaryFile("r") as told:
        setting.CHILD, usual = (sys.executable, "-I", "-c", watch, told.name, *setting.CHILD), setting.CHILD
        _wall_ms(full, reader)
        setting.CHILD = usual
        return int(told.read())


if __name__ == "__main__":
    print(json.dumps(scene(*map(int, sys.argv[1:]))))
