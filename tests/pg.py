"""Where do tests find a PostgreSQL? In a private, throw-away cluster made from the installed binaries.

It listens on a socket in its own folder only, so that runs beside each other do not meet. It must never touch a server
that is already there.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

START_SECONDS: Final = 60
NO_PORT: Final = "-c listen_addresses=''"
QUICK: Final = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
"""Server options: no care for durability, which a throw-away cluster does not need."""


class PostgresMissingError(RuntimeError):
    """No PostgreSQL server is installed here."""


def binaries() -> Path | None:
    """Give the folder that holds `initdb` and `pg_ctl`, newest version first; None when there is none."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int("0" + path.parent.name), reverse=True
    )
    on_path = shutil.which("initdb")
    candidates = [*versions, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((path for path in candidates if (path / "initdb").exists() and (path / "pg_ctl").exists()), None)


def _as_postgres(folder: Path) -> dict[str, Any]:
    """Give the `subprocess` arguments that make a command run as somebody whom PostgreSQL accepts, in the folder.

    PostgreSQL refuses to run as root, so root steps down to the user that Debian's package creates.
    """
    if os.geteuid() != 0:
        return {"cwd": folder}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    return {"cwd": folder, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "env": environment}


@contextmanager
def cluster(*, is_durable: bool = False) -> Iterator[str]:
    """Run a cluster for as long as the context lasts and give its DATABASE_URL.

    A durable one runs with PostgreSQL's own defaults: what it says is stored is on the disk.

    Raises:
        PostgresMissingError: the server programs are not installed.
        subprocess.CalledProcessError: the cluster could not be made or started.
    """
    found = binaries()
    if found is None:
        raise PostgresMissingError("No PostgreSQL server found: apt-get install postgresql, or set DATABASE_URL.")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    data = folder / "data"
    how = {**_as_postgres(folder), "check": True, "stdout": subprocess.DEVNULL, "timeout": START_SECONDS}
    initdb: list[str | Path] = [
        found / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    options = f"-k {folder} {NO_PORT} {'' if is_durable else QUICK}"
    pg_ctl: list[str | Path] = [found / "pg_ctl", "-D", data, "-s", "-w"]
    try:
        subprocess.run(initdb, **how)
        subprocess.run([*pg_ctl, "-l", folder / "log", "-o", options, "start"], **how)
        folder.chmod(0o755)  # whoever runs the tests must reach the socket
        yield f"postgres://postgres@/readiness?host={folder}"
    finally:
        subprocess.run([*pg_ctl, "-m", "immediate", "stop"], **{**how, "check": False}, stderr=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)
