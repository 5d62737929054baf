"""Whether LibreOffice works out the same scores as we do: a process of its own that tells how many it found the same.

Each workbook is given to LibreOffice with a wrong result in place of every formula's own, so that one which is right
afterwards was calculated there.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import django
from openpyxl import load_workbook

django.setup()

from assessments.reports.sheets.book import Book, Front  # noqa: E402 - models need Django
from assessments.reports.sheets.items import items_sheet  # noqa: E402
from assessments.reports.sheets.topics import SAME, SCORE, WORKED_OUT, topics_sheet  # noqa: E402
from readiness.instrument.definition import Answer, Context, NonAnswer, Route  # noqa: E402
from tests.assessments.reports.answered import answered  # noqa: E402
from tests.assessments.results.conftest import ITEMS, MIXED  # noqa: E402

PROGRAM: Final = shutil.which("soffice")
N_SETS: Final = 40
WRONG: Final = "99.5"
CLOSE: Final = 1e-9
ANSWERS: Final[tuple[Answer, ...]] = (None, 1, 2, 3, 4, 5, *NonAnswer)
ALWAYS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
"""LibreOffice's own setting for calculating every formula of a workbook when it is opened."""


@dataclass
class Told:
    """How many scores were calculated, how many of them are those that were frozen, and how many checks say so."""

    n_scores: int = 0
    n_same: int = 0
    n_checked: int = 0


def measure() -> dict[str, Any]:
    """Write workbooks of many kinds of answers, have LibreOffice calculate them, and compare; None without it."""
    if PROGRAM is None:
        return {"n_scores": None}
    with tempfile.TemporaryDirectory(prefix="recalculating-") as folder:
        written, calculated = Path(folder, "written"), Path(folder, "calculated")
        written.mkdir()
        for number, (answers, context) in enumerate(_sets()):
            _write(written / f"{number}.xlsx", answers, context)
        _calculate(PROGRAM, written, calculated, Path(folder, "profile"))
        told = Told()
        for path in sorted(calculated.iterdir()):
            _compare(path, told)
    return vars(told)


def _sets() -> Iterator[tuple[dict[str, Answer], Context]]:
    """Give answers of all kinds: a real form, an empty one, a full one, and any at all, from a fixed seed."""
    yield dict(MIXED_ITEMS), Context()
    yield {}, Context()
    yield dict.fromkeys(ITEMS, 5), Context(routes=frozenset())
    chance = random.Random(6)
    for number in range(N_SETS):
        usual = chance.choices(ANSWERS, weights=[chance.random() for _ in ANSWERS], k=len(ITEMS))
        routes = frozenset(chance.sample(list(Route), k=number % (len(Route) + 1)))
        yield dict(zip(ITEMS, usual, strict=True)), Context(routes=routes)


MIXED_ITEMS: Final = {key: answer for key, answer in MIXED.items() if key in ITEMS}


def _write(path: Path, answers: dict[str, Answer], context: Context) -> None:
    report = answered(answers, context)
    with Book(str(path), Front("T", date(2026, 1, 1))) as book:
        book.add(topics_sheet(report))
        book.add(items_sheet(report))
    _spoil(path)


def _spoil(path: Path) -> None:
    """Put a wrong result beside every formula."""
    whole = path.with_suffix(".zip")
    path.rename(whole)
    with zipfile.ZipFile(whole) as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as spoilt:
        for name in parts.namelist():
            content = parts.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"</f><v>[^<]*</v>", f"</f><v>{WRONG}</v>".encode(), content)
            spoilt.writestr(name, content)
    whole.unlink()


def _calculate(program: str, written: Path, calculated: Path, profile: Path) -> None:
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS)
    options = (f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx")
    files = sorted(map(str, written.iterdir()))
    command = (program, *options, "--outdir", str(calculated), *files)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _compare(path: Path, told: Told) -> None:
    heads, *rows = load_workbook(path, data_only=True)["Topics"].iter_rows(values_only=True)
    for row in rows:
        line = dict(zip(heads, row, strict=True))
        if line["Questions"] is None:
            continue
        frozen, calculated = line[SCORE], line[WORKED_OUT]
        told.n_scores += 1
        told.n_same += not calculated if frozen is None else abs(frozen - float(calculated)) < CLOSE
        told.n_checked += line["Check"] == SAME


if __name__ == "__main__":
    print(json.dumps(measure()))
