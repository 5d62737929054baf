"""How long workbooks take: that of a clinic, and that of a network of ten thousand, and how much memory it needs.

A process of its own, on the database that is measured; prints seconds, bytes and MiB as JSON. Wall clock. The memory is
the most that the process ever held, Django and all.
"""

from __future__ import annotations

import json
import resource
import time
from typing import Any, Final

import django
from django.test import Client
from django.urls import reverse
from django.utils import timezone

django.setup()

from assessments.clinics.models import User  # noqa: E402 - models need Django
from assessments.management.seed_network import CONSULTANT, NAME  # noqa: E402
from assessments.networks.models import Network  # noqa: E402
from assessments.reports.report import report_of  # noqa: E402
from assessments.reports.sheets.clinic import workbook  # noqa: E402
from assessments.rounds.models import Round  # noqa: E402
from tests.benchmarks.measure import count_statements  # noqa: E402

CLINICS: Final = 7
KB: Final = 1024


def measure() -> dict[str, Any]:
    """Write workbooks of a few clinics, then the network's, and fetch it as a browser does."""
    network = Network.objects.get(name=NAME, members__user__email=CONSULTANT)
    clinic_ms, clinic_bytes = _clinics()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(email=CONSULTANT))
    address = reverse("reports:network_workbook", args=[network.pk])
    n_bytes = 0

    def fetch() -> None:
        nonlocal n_bytes
        n_bytes = sum(len(part) for part in client.get(address))

    began, busy = time.perf_counter(), time.process_time()
    n_queries = count_statements(fetch)
    return {
        "clinic_ms": clinic_ms,
        "clinic_bytes": clinic_bytes,
        "network_s": time.perf_counter() - began,
        "network_cpu_s": time.process_time() - busy,
        "network_bytes": n_bytes,
        "n_queries": n_queries,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB,
    }


def _clinics() -> tuple[float, int]:
    """Read and write the workbooks of a few clinics, the first to warm up; give the slowest in ms, and bytes."""
    taken = []
    for assessment in Round.objects.finished_last().select_related("clinic", "result")[:CLINICS]:
        member = assessment.clinic.memberships.select_related("user")[0]
        began = time.perf_counter()
        written = workbook(report_of(assessment, reader=member.user, now=timezone.now()))
        taken.append(((time.perf_counter() - began) * 1_000, len(written)))
    return max(taken[1:])


if __name__ == "__main__":
    print(json.dumps(measure()))
