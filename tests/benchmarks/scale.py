"""Does the work of a few cost more when there are ten thousand others?

A clinic's page, a save, and a consultant's first screen of a network with ten clinics, beside a database of no more:
CPU time of the server's worker, and on PostgreSQL of the database's process that works for it. Then the page on which
a consultant compares the ten thousand, reads what changed in them, what is due and who needs them: wall-clock time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from uuid import uuid4

import psycopg

from tests import pg
from tests.benchmarks.big import N_CLINICS, Kind, big_database, create_database
from tests.benchmarks.child import SETTINGS, told
from tests.benchmarks.server import WARM_UP, Server, serving
from tests.benchmarks.table import Line, ratio_line

Clinic = tuple[Server, dict[str, Any]]
Request = Callable[[Server, dict[str, Any]], object]

FEW: Final = 10
AIM: Final = 1.2
COMPARE_AIMS: Final[dict[Kind, int]] = {"SQLite": 4, "PostgreSQL": 2}
"""How many times as long as reading all scores the page may take."""
OTHERS_WITHIN_MS: Final = 1_000
"""For a page that counts over all clinics."""
CLINIC_BOOK_MS: Final = 1_000
NETWORK_BOOK_S: Final = 20
BOOK_MIB: Final = 300
MAX_QUERIES: Final = 25
MAX_KB: Final = 100
KB: Final = 1024
OTHERS: Final = {"change": "what changed", "actions": "actions due", "overview": "who needs me now"}
TURNS: Final = 30
"""How many blocks each of the two is measured in, in turn, so that a busy minute favours neither."""
PER_BLOCK: Final = 20


def lines() -> list[Line]:
    """Measure on both databases and give the rows of the table."""
    rows = _lines("SQLite")
    if pg.binaries() is None:
        return [*rows, Line(f"{N_CLINICS:,} clinics on PostgreSQL", "not measured", "no server is installed")]
    return rows + _lines("PostgreSQL")


def _lines(kind: Kind) -> list[Line]:
    with ExitStack() as stack:
        big = stack.enter_context(big_database(kind))
        small = stack.enter_context(_small(kind, big))
        many = stack.enter_context(_served(big))
        few = stack.enter_context(_served(small))
        rows = [
            ratio_line(f"{name}, {N_CLINICS:,} clinics stored, {kind}", *_costs(request, many, few), f"with {FEW}", AIM)
            for name, request in REQUESTS.items()
        ]
        return rows + _compared(kind, big) + _workbooks(kind, big)


def _compared(kind: Kind, big: str) -> list[Line]:
    """Compare all clinics in the order of each topic: the slowest of them against reading all scores."""
    found = told("compare", BENCH_DATABASE_URL=big)
    page, statement, aim = max(found["page_ms"].values()), found["statement_ms"], COMPARE_AIMS[kind]
    n_queries, n_bytes = found["n_queries"], found["n_bytes"]
    return [
        Line(
            f"compare {N_CLINICS:,} clinics, by any topic, {kind}",
            f"{page:.0f} ms",
            f"reading {found['n_scores']:,} scores {statement:.0f} ms",
            f"{page / statement:.2f}x",
            f"<= {aim}x",
            page <= aim * statement,
        ),
        Line(f"the same, queries, {kind}", str(n_queries), aim=f"<= {MAX_QUERIES}", is_met=n_queries <= MAX_QUERIES),
        Line(
            f"the same, compressed, {kind}",
            f"{n_bytes / KB:.1f} KB",
            aim=f"<= {MAX_KB} KB",
            is_met=n_bytes <= MAX_KB * KB,
        ),
        *(_other(kind, name, taken, found["others_queries"][name]) for name, taken in found["others_ms"].items()),
    ]


def _workbooks(kind: Kind, big: str) -> list[Line]:
    """Write the workbook of a clinic, and that of a network with all clinics."""
    found = told("workbooks", BENCH_DATABASE_URL=big)
    clinic, network, peak = found["clinic_ms"], found["network_s"], found["peak_mib"]
    return [
        Line(
            f"workbook of a clinic, {kind}",
            f"{clinic:.0f} ms",
            f"{found['clinic_bytes'] / KB:.0f} KB",
            aim=f"<= {CLINIC_BOOK_MS} ms",
            is_met=clinic <= CLINIC_BOOK_MS,
        ),
        Line(
            f"workbook of {N_CLINICS:,} clinics, {kind}",
            f"{network:.1f} s",
            f"CPU {found['network_cpu_s']:.1f} s, {found['network_bytes'] / KB:.0f} KB, {found['n_queries']} queries",
            aim=f"<= {NETWORK_BOOK_S} s",
            is_met=network <= NETWORK_BOOK_S,
        ),
        Line(
            f"the same, memory at most, {kind}",
            f"{peak:.0f} MiB",
            aim=f"<= {BOOK_MIB} MiB",
            is_met=peak <= BOOK_MIB,
        ),
    ]


def _other(kind: Kind, name: str, taken: float, n_queries: int) -> Line:
    return Line(
        f"{OTHERS[name]}, {N_CLINICS:,} clinics, {kind}",
        f"{taken:.0f} ms",
        f"{n_queries} queries",
        aim=f"<= {OTHERS_WITHIN_MS} ms, <= {MAX_QUERIES} queries",
        is_met=taken <= OTHERS_WITHIN_MS and n_queries <= MAX_QUERIES,
    )


def _costs(request: Request, many: Clinic, few: Clinic) -> tuple[float, float]:
    """Give the CPU milliseconds of a request to both."""
    (server, given), (other, others) = many, few
    return compared(server, lambda: request(server, given), other, lambda: request(other, others))


def compared(
    server: Server, request: Callable[[], object], other: Server, another: Callable[[], object], *, turns: int = TURNS
) -> tuple[float, float]:
    """Give the CPU milliseconds of two requests, made in turn: of their blocks the least, as `Server.cpu_ms` does."""
    both = ((server, request), (other, another))
    for each, make in both:
        each.block_ms(make, WARM_UP)
    costs = [[each.block_ms(make, PER_BLOCK) for each, make in both] for _ in range(turns)]
    return min(cost for cost, _ in costs), min(cost for _, cost in costs)


@contextmanager
def _small(kind: Kind, big: str) -> Iterator[str]:
    """Give an empty database beside the big one."""
    if kind == "SQLite":
        yield f"sqlite:///{os.environ['BENCH_DIR']}/few.sqlite3"
        return
    small = big.replace("/readiness?", "/few?")
    create_database(small)
    yield small


@contextmanager
def _served(url: str) -> Iterator[Clinic]:
    """Add to a database what is measured, and serve it."""
    given = told("application", "settle", BENCH_DATABASE_URL=url)
    environment = {"DJANGO_SETTINGS_MODULE": SETTINGS, "BENCH_DATABASE_URL": url}
    with serving("assessments.wsgi", lambda: backends(url), **environment) as server:
        yield server, given


def backends(url: str) -> list[int]:
    """Give the processes of PostgreSQL that work for this database's clients; SQLite works in the worker itself."""
    if url.startswith("sqlite"):
        return []
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(url) as line:
        return [pid for (pid,) in line.execute(f"{query} AND backend_type = 'client backend'")]


def save(server: Server, given: dict[str, Any]) -> None:
    """Save another value upon the one stored, as a browser does."""
    body = {"op": uuid4().hex, "base": given["revision"], "value": given["revision"] % 5 + 1, "comment": ""}
    answer = server.request(given["item"], method="PUT", body=json.dumps(body).encode(), headers=given["headers"])
    given["revision"] = json.loads(answer)["revision"]


REQUESTS: Final[dict[str, Request]] = {
    "dashboard (a clinic's page)": lambda server, given: server.request(given["clinic"], headers=given["headers"]),
    "dashboard (a network of ten)": lambda server, given: server.request(given["network"], headers=given["consultant"]),
    "save": save,
}
