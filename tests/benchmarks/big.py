"""Databases that hold ten thousand clinics, for whoever measures at that size.

Filling one takes minutes. So it is kept in var/bench/ for the day, as long as what writes it stays the same, and
whoever asks gets a copy. Run as a module it fills both and prints how long that took and how large they are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

import psycopg

from tests import pg
from tests.benchmarks.child import SETTINGS

Kind = Literal["SQLite", "PostgreSQL"]

N_CLINICS: Final = 10_000
N_ROUNDS: Final = 2
ROOT: Final = Path(__file__).parents[2]
KEPT_IN: Final = ROOT / "var" / "bench"
WRITERS: Final = (
    "assessments/**/migrations/*.py",
    "assessments/**/seed*.py",
    "assessments/plans/actions.py",
    "assessments/results/closing.py",
    "assessments/results/reading.py",
    "assessments/results/team.py",
    "readiness/**/*.*",
)
"""What decides on what is written: tables, seeding, scoring and freezing."""


@contextmanager
def big_database(kind: Kind) -> Iterator[str]:
    """Give the DATABASE_URL of a database with ten thousand clinics, to do with as one likes.

    Raises:
        PostgresMissingError: PostgreSQL is asked for, and not installed.
        subprocess.CalledProcessError: it could not be filled or copied; why is on the terminal.
    """
    kept = _kept(kind)
    if kind == "SQLite":
        with tempfile.TemporaryDirectory(prefix="readiness-big-") as folder:
            yield f"sqlite:///{shutil.copy(kept, folder)}"
        return
    with pg.cluster(is_durable=True) as url:
        create_database(url)
        _run(_program("pg_restore"), "--no-owner", "--jobs=2", f"--dbname={url}", kept)
        _run(_program("vacuumdb"), "--quiet", "--analyze", f"--dbname={url}")
        yield url


def create_database(url: str) -> None:
    """Make the database that a PostgreSQL's address names.

    Raises:
        psycopg.Error: it is there already, or the server cannot be reached.
    """
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url, dbname="postgres", autocommit=True) as line:
        line.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(str(name))))


def _kept(kind: Kind) -> Path:
    """Give the file that holds the filled database, and fill one when there is none."""
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    kept = KEPT_IN / f"{kind.lower()}-{_key()}"
    if kept.exists():
        return kept
    print(f"Filling {kind} with {N_CLINICS:,} clinics takes some minutes, once a day.", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="filling-", dir=KEPT_IN) as folder:
        filled = _filled_sqlite(Path(folder)) if kind == "SQLite" else _filled_postgresql(Path(folder))
        for old in KEPT_IN.glob(f"{kind.lower()}-*"):
            old.unlink()
        return filled.rename(kept)


def _key() -> str:
    """Give a word that changes with the day, since what is open or due depends on it, and with what is written."""
    digest = sha256(f"{datetime.now(UTC).date()} {N_CLINICS} {N_ROUNDS}".encode())
    for path in sorted(path for pattern in WRITERS for path in ROOT.glob(pattern) if path.suffix != ".pyc"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _filled_sqlite(folder: Path) -> Path:
    file = folder / "big.sqlite3"
    _fill(f"sqlite:///{file}", folder)
    return file


def _filled_postgresql(folder: Path) -> Path:
    dump = folder / "big.dump"
    with pg.cluster() as url:
        create_database(url)
        _fill(url, folder)
        _run(_program("pg_dump"), "--format=custom", "--compress=1", f"--file={dump}", f"--dbname={url}")
    return dump


def _fill(url: str, folder: Path) -> None:
    environment = {"DJANGO_SETTINGS_MODULE": SETTINGS, "BENCH_DIR": str(folder), "BENCH_DATABASE_URL": url}
    manage = (sys.executable, "-m", "django")
    _run(*manage, "migrate", "--verbosity=0", **environment)
    began = time.monotonic()
    _run(*manage, "seed", f"--clinics={N_CLINICS}", f"--rounds={N_ROUNDS}", "--seed=1", **environment)
    print(f"Filled in {time.monotonic() - began:.0f} s.", file=sys.stderr)


def _program(name: str) -> Path:
    found = pg.binaries()
    if found is None:
        raise pg.PostgresMissingError("No PostgreSQL server found: apt-get install postgresql.")
    return found / name


def _run(*command: str | Path, **environment: str) -> None:
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, stdout=sys.stderr, check=True)


def main() -> None:
    """Fill both and say how large they are."""
    with big_database("SQLite") as url:
        print(f"SQLite: {Path(url.removeprefix('sqlite:///')).stat().st_size / 2**20:.0f} MB")
    with big_database("PostgreSQL") as url, psycopg.connect(url) as line:
        row = line.execute("SELECT pg_database_size(current_database())").fetchone()
        print(f"PostgreSQL: {(row or (0,))[0] / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
