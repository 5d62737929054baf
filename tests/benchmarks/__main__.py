"""`make bench`: measures the application beside the floor and prints one table.

BENCH_LOAD_SECONDS shortens the load, which each of the two databases bears for two minutes. The first run of a day
fills both with 10,000 clinics, which takes some minutes more; they are kept in var/bench/.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from typing import Any, Final

from tests import pg
from tests.benchmarks import load, over_time, reports, scale, therapists
from tests.benchmarks.child import SETTINGS, told
from tests.benchmarks.server import serving
from tests.benchmarks.table import Line, print_table, ratio_line

KB: Final = 1024
CLOSED_WITHIN_MS: Final = 2_000
CLOSING_RATIO: Final = 6
NOTE: Final = """
CPU time is what the one worker of a real gunicorn spent on a request (/proc, kernel time included), the best of five
blocks of a hundred, for a submission of twenty. With 10,000 clinics stored: the best of thirty blocks of twenty,
taken in turn with the other, on PostgreSQL with its own process; what changed, and plans: the same, five clinics of
each kind by turns. Comparing: wall clock in one process without a
server, the best of ten for each topic, the slowest topic; in turn with one statement that reads clinic, topic and
score of the latest results of all clinics that show scores, and fetches the rows. SQLite on a file with
synchronous=FULL on both sides, PostgreSQL with its defaults (fsync on). A submission is every request of a browser
without script, from the link to the profile. Closing: the slowest of seven; its ratio is of the quickest. Saves: from
when each was due, by {people} threads that share the machine with server and database; after that everybody saves at
once, and the server is killed. Wire: headers and body, without TLS. Load of this machine at the end: {load}."""


def main() -> None:
    """Measure the floor before and after the application, so that a busy minute favours neither."""
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as folder:
        os.environ["BENCH_DIR"] = folder
        before = _floor()
        given = told("application", "prepare")
        ours = _ours(given)
        ours["submission"] = therapists.submission_ms()
        after = _floor()
        lines = _lines({key: min(before[key], after[key]) for key in before}, ours, given)
        lines += [*over_time.lines(), *scale.lines(), *reports.lines(), _recalculated(), *_under_load()]
    loads = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print_table(lines, NOTE.format(people=load.N_PEOPLE, load=loads))


def _recalculated() -> Line:
    """Have LibreOffice work out the scores of many workbooks, where it is installed."""
    found = told("recalculating")
    if found["n_scores"] is None:
        return Line("scores of workbooks, by LibreOffice", "not measured", "it is not installed")
    n_scores, n_same = found["n_scores"], min(found["n_same"], found["n_checked"])
    what = "scores of workbooks, by LibreOffice"
    return Line(what, f"{n_same} the same", f"of {n_scores}", aim="all", is_met=n_same == n_scores)


def _under_load() -> list[Line]:
    """Close and load on both databases, each a fresh one."""
    print(f"Two databases, each under load for {load.SECONDS} seconds.", file=sys.stderr)
    lines = _on("SQLite", f"sqlite:///{os.environ['BENCH_DIR']}/load.sqlite3")
    if pg.binaries() is None:
        return [*lines, Line("closing and load on PostgreSQL", "not measured", "no server is installed")]
    with pg.cluster(is_durable=True) as url:
        return lines + _on("PostgreSQL", url.replace("/readiness?", "/postgres?"))


def _on(database: str, url: str) -> list[Line]:
    closed = told("closing", BENCH_DATABASE_URL=url)
    return [*_closing(database, closed), *load.measure(BENCH_DATABASE_URL=url).lines(database)]


def _closing(database: str, closed: dict[str, dict[str, list[float]]]) -> list[Line]:
    few, many = closed["50"], closed["200"]
    slowest, ratio = max(many["wall"]), min(many["wall"]) / min(few["wall"])
    return [
        Line(
            f"closing with 200 submissions, {database}",
            f"{slowest:.0f} ms",
            f"CPU {min(many['cpu']):.0f} ms",
            aim="<= 2000 ms",
            is_met=slowest <= CLOSED_WITHIN_MS,
        ),
        Line(
            f"closing, from 50 to 200, {database}",
            f"{min(many['wall']):.1f} ms",
            f"with 50 {min(few['wall']):.1f} ms",
            f"{ratio:.2f}x",
            f"<= {CLOSING_RATIO}x",
            ratio <= CLOSING_RATIO,
        ),
    ]


def _floor() -> dict[str, float]:
    with serving("tests.benchmarks.floor") as server:
        given = json.loads(server.request("/token"))
        headers = {"Cookie": f"csrftoken={given['cookie']}", "X-CSRFToken": given["token"]}
        return {
            "page": server.cpu_ms(lambda: server.request("/page")),
            "upsert": server.cpu_ms(lambda: server.request("/upsert", method="PUT", body=b'{"v": 3}', headers=headers)),
            "form": therapists.floor_form_ms(server, headers),
        }


def _ours(given: dict[str, Any]) -> dict[str, float]:
    headers = given["headers"]
    with serving("assessments.wsgi", DJANGO_SETTINGS_MODULE=SETTINGS) as server:
        return {
            "question": server.cpu_ms(lambda: server.request(given["question"], headers=headers)),
            "result": server.cpu_ms(lambda: server.request(given["result"], headers=headers)),
            "save": server.cpu_ms(lambda: scale.save(server, given)),
        }


def _lines(floor: dict[str, float], ours: dict[str, float], given: dict[str, Any]) -> list[Line]:
    queries = given["n_statements"]
    return [
        ratio_line("open a question page, CPU", ours["question"], floor["page"], "fixed page", 10),
        ratio_line("save one answer, durable, CPU", ours["save"], floor["upsert"], "one upsert", 3),
        ratio_line("result page of a closed round, CPU", ours["result"], floor["page"], "fixed page", 12),
        ratio_line("a therapist's whole submission, CPU", ours["submission"], floor["form"], "form and insert", 10),
        Line("result page, queries", str(queries["result"]), aim="<= 15", is_met=queries["result"] <= 15),
        Line("question page, queries", str(queries["question"])),
        *_wire("question", given["wire"]["question"], is_aimed_at=True),
        *_wire("result", given["wire"]["result"], is_aimed_at=False),
        *_wire("start", given["wire"]["start"], is_aimed_at=False),
    ]


def _wire(name: str, wire: dict[str, Any], *, is_aimed_at: bool) -> list[Line]:
    """Give the rows of one page; only the question page has aims."""
    note = "" if wire["is_page_compressed"] else f"page not compressed; gzip {wire['page_if_compressed'] / KB:.1f} KB"
    rows = [
        (f"{name} page, first visit", f"{wire['first'] / KB:.1f} KB", note, "<= 60 KB", wire["first"] <= 60 * KB),
        (f"{name} page, next visit", f"{wire['following'] / KB:.1f} KB", "", "<= 15 KB", wire["following"] <= 15 * KB),
        (f"{name} page, requests", str(wire["n_requests"]), "", "<= 6", wire["n_requests"] <= 6),
        (f"{name} page, other hosts", str(len(wire["outside"])), "", "0", not wire["outside"]),
    ]
    return [
        Line(what, measured, against, aim=aim if is_aimed_at else "", is_met=is_met if is_aimed_at else None)
        for what, measured, against, aim, is_met in rows
    ]


if __name__ == "__main__":
    main()
