"""Runs everything: the suite on SQLite with the browser journeys, then on PostgreSQL. `make test` calls this.

What is missing is installed where that is possible (as root, with apt); what has to be left out is said at the end,
with the reason. REQUIRE_BROWSER=1 and REQUIRE_POSTGRES=1 make leaving out a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests import browser, pg


@dataclass(frozen=True)
class Need:
    """Something outside Python that a part of the suite needs."""

    name: str
    is_there: Callable[[], object]
    packages: tuple[str, ...]
    required_by: str  # the environment variable that makes it obligatory
    left_out: str
    is_quick: Callable[[], object] | None = None  # whether it is of a kind that is worth installing besides


def given_server() -> str:
    """Give the DATABASE_URL of a PostgreSQL that somebody provides; empty when nobody does."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


BROWSER: Final = Need(
    name="Chromium",
    is_there=browser.chromium,
    packages=("chromium-headless-shell", "fonts-dejavu-core"),
    required_by="REQUIRE_BROWSER",
    left_out="the browser journeys",
    is_quick=browser.headless,
)
POSTGRES: Final = Need(
    name="PostgreSQL",
    is_there=lambda: given_server() or pg.binaries(),
    packages=("postgresql",),
    required_by="REQUIRE_POSTGRES",
    left_out="the run on PostgreSQL, with two servers at one database",
)


def install(packages: tuple[str, ...]) -> bool:
    """Install Debian packages where we may; say whether it worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {', '.join(packages)} with apt-get ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-qq", "-y", *command], env=environment, stdout=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            return False
    return True


def missing(need: Need) -> str | None:
    """Give the sentence about what has to be left out; None when the need is met, if necessary by installing.

    Where it must not be left out (as in CI), a slow kind is replaced by the quick one if that can be installed.
    """
    is_required = os.environ.get(need.required_by) == "1"
    is_well = (need.is_quick if is_required else None) or need.is_there
    if is_well() or (install(need.packages) and is_well()) or need.is_there():
        return None
    return f"Left out: {need.left_out}, because {need.name} is not here (apt-get install {' '.join(need.packages)})."


def pytest(title: str, *arguments: str, **environment: str) -> bool:
    """Run pytest in two processes and say whether it passed."""
    print(f"\n== {title}", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", "2", *arguments]
    kept = {"PYTHONDONTWRITEBYTECODE": ""}  # each process of each run would translate every test anew
    return subprocess.run(command, env={**os.environ, **kept, **environment}, check=False).returncode == 0


def main() -> int:
    """Run what can be run; 0 when all of it passed and nothing obligatory was left out."""
    started = time.monotonic()
    gaps = {need: sentence for need in (BROWSER, POSTGRES) if (sentence := missing(need))}
    elsewhere = "not postgresql and not journey" if BROWSER in gaps else "not postgresql"
    passed = pytest("SQLite", "-m", elsewhere, TEST_DATABASE="sqlite", DATABASE_URL="")
    if POSTGRES not in gaps:
        passed = (
            pytest(
                "PostgreSQL",
                "-m",
                "(database or postgresql) and not journey",
                TEST_DATABASE="postgresql",
                DATABASE_URL=given_server(),
            )
            and passed
        )
    refused = [need for need in gaps if os.environ.get(need.required_by) == "1"]
    print()
    for sentence in gaps.values():
        print(sentence)
    good = passed and not refused
    print(f"{'Everything passed' if good else 'Not everything passed'} in {time.monotonic() - started:.0f} s.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
