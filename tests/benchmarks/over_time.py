"""Does looking back over ten assessments cost more than over two, and a plan of five hundred actions more than a few?

CPU time of the server's worker, and on PostgreSQL of the database's process that works for it; and statements.
"""

from __future__ import annotations

import os
from typing import Any, Final

from tests import pg
from tests.benchmarks.big import Kind, create_database
from tests.benchmarks.child import SETTINGS, told
from tests.benchmarks.scale import backends, compared
from tests.benchmarks.server import Server, serving
from tests.benchmarks.table import Line, ratio_line

AIMS: Final = {"change": (1.5, 15), "plan": (2, 12)}
"""How many times as long as the small one a page may take, and how many statements."""
NAMES: Final = {"change": "what changed, ten assessments", "plan": "plan with 500 actions"}
TURNS: Final = 8
"""How many blocks each of two sizes is measured in: the ratios asked for are wide."""
SMALL: Final = {"change": "with 2", "plan": "with 20"}


def lines() -> list[Line]:
    """Measure on both databases and give the rows of the table."""
    rows = _lines("SQLite", f"sqlite:///{os.environ['BENCH_DIR']}/histories.sqlite3")
    if pg.binaries() is None:
        return [*rows, Line("what changed, and plans, on PostgreSQL", "not measured", "no server is installed")]
    with pg.cluster(is_durable=True) as url:
        histories = url.replace("/readiness?", "/histories?")
        create_database(histories)
        return rows + _lines("PostgreSQL", histories)


def _lines(kind: Kind, url: str) -> list[Line]:
    given = told("histories", BENCH_DATABASE_URL=url)
    environment = {"DJANGO_SETTINGS_MODULE": SETTINGS, "BENCH_DATABASE_URL": url}
    with serving("assessments.wsgi", lambda: backends(url), **environment) as server:
        return [row for name in AIMS for row in _page_lines(name, kind, server, given)]


def _page_lines(name: str, kind: Kind, server: Server, given: dict[str, Any]) -> list[Line]:
    ratio, most = AIMS[name]
    few, many = given["pages"][name].values()
    cost = compared(server, lambda: _open(server, many, given), server, lambda: _open(server, few, given), turns=TURNS)
    n_statements = given["n_statements"][name]
    return [
        ratio_line(f"{NAMES[name]}, {kind}", *cost, SMALL[name], ratio),
        Line(f"the same, queries, {kind}", str(n_statements), aim=f"<= {most}", is_met=n_statements <= most),
    ]


def _open(server: Server, paths: list[str], given: dict[str, Any]) -> None:
    """Open the page of one clinic after another, by turns."""
    paths.append(paths.pop(0))
    server.request(paths[0], headers=given["headers"])
