"""The application as it runs in earnest, with its files in the folder that the benchmark gives."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(os.environ["BENCH_DIR"])
os.environ.update(
    SECRET_KEY="made-for-the-benchmark-only-0123456789-abcdefghijkl",
    DATABASE_URL=os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{FOLDER}/application.sqlite3"),
    BASE_URL="http://127.0.0.1:8000",
    ALLOWED_HOSTS="127.0.0.1",
    EMAIL_URL="consolemail://",
    EMAIL_FROM="readiness@example.org",
    DEBUG="0",
    REQUIRE_MFA="0",
)

from assessments.settings import *  # noqa: E402, F403, TID251 - the settings themselves

STATIC_ROOT = FOLDER / "static"
