"""`make bench`: measures the application beside the floor and prints one table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from tests.benchmarks.server import Server, serving

KB: Final = 1024
SETTINGS: Final = "tests.benchmarks.settings"
NOTE: Final = """
CPU time is what the one worker of a real gunicorn spent on a request (/proc, kernel time included), the best of five
blocks of a hundred. SQLite on a file with synchronous=FULL on both sides. Wire: headers and body, without TLS."""


@dataclass(frozen=True)
class Line:
    """One row of the table; `is_met` is None where there is no aim."""

    what: str
    measured: str
    against: str = ""
    ratio: str = ""
    aim: str = ""
    is_met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row in words."""
        met = {None: "", True: "met", False: "NOT MET"}[self.is_met]
        return (self.what, self.measured, self.against, self.ratio, self.aim, met)


def main() -> None:
    """Measure the floor before and after the application, so that a busy minute favours neither."""
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as folder:
        os.environ["BENCH_DIR"] = folder
        print("Measuring; filling the database with 1,000 clinics takes a minute.", file=sys.stderr)
        before = _floor()
        given = json.loads(_child("prepare"))
        ours = _ours(given)
        _child("more")
        ours["save_many"] = _save_again(given)
        after = _floor()
    _print(_lines({key: min(before[key], after[key]) for key in before}, ours, given))


def _child(what: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.application", what],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout


def _floor() -> dict[str, float]:
    with serving("tests.benchmarks.floor") as server:
        given = json.loads(server.request("/token"))
        headers = {"Cookie": f"csrftoken={given['cookie']}", "X-CSRFToken": given["token"]}
        return {
            "page": server.cpu_ms(lambda: server.request("/page")),
            "upsert": server.cpu_ms(lambda: server.request("/upsert", method="PUT", body=b'{"v": 3}', headers=headers)),
        }


def _ours(given: dict[str, Any]) -> dict[str, float]:
    headers = given["headers"]
    with serving("assessments.wsgi", DJANGO_SETTINGS_MODULE=SETTINGS) as server:
        return {
            "question": server.cpu_ms(lambda: server.request(given["question"], headers=headers)),
            "result": server.cpu_ms(lambda: server.request(given["result"], headers=headers)),
            "save": server.cpu_ms(lambda: _save(server, given)),
        }


def _save_again(given: dict[str, Any]) -> float:
    with serving("assessments.wsgi", DJANGO_SETTINGS_MODULE=SETTINGS) as server:
        return server.cpu_ms(lambda: _save(server, given))


def _save(server: Server, given: dict[str, Any]) -> None:
    """Save another value upon the one stored, as a browser does."""
    body = {"op": uuid4().hex, "base": given["revision"], "value": given["revision"] % 5 + 1, "comment": ""}
    answer = server.request(given["item"], method="PUT", body=json.dumps(body).encode(), headers=given["headers"])
    given["revision"] = json.loads(answer)["revision"]


def _lines(floor: dict[str, float], ours: dict[str, float], given: dict[str, Any]) -> list[Line]:
    queries = given["n_statements"]
    return [
        _ratio("open a question page, CPU", ours["question"], floor["page"], "fixed page", 10),
        _ratio("save one answer, durable, CPU", ours["save"], floor["upsert"], "one upsert", 3),
        _ratio("save with 1,000 clinics stored", ours["save_many"], ours["save"], "with 10", 1.2),
        _ratio("result page of a closed round, CPU", ours["result"], floor["page"], "fixed page", 12),
        Line("result page, queries", str(queries["result"]), aim="<= 15", is_met=queries["result"] <= 15),
        Line("question page, queries", str(queries["question"])),
        *_wire("question", given["wire"]["question"], is_aimed_at=True),
        *_wire("result", given["wire"]["result"], is_aimed_at=False),
        *_wire("start", given["wire"]["start"], is_aimed_at=False),
    ]


def _ratio(what: str, measured: float, base: float, against: str, aim: float) -> Line:
    ratio = measured / base
    return Line(what, f"{measured:.2f} ms", f"{against} {base:.2f} ms", f"{ratio:.2f}x", f"<= {aim}x", ratio <= aim)


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


def _print(lines: list[Line]) -> None:
    rows = [("What", "Measured", "Against", "Ratio", "Aim", ""), *(line.cells for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(NOTE)


if __name__ == "__main__":
    main()
