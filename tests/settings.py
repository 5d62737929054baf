"""The application's settings as tests see them: a database of their own, a quick password hasher, mail kept in memory.

Every variable that the settings read is given here, so that no test depends on a developer's `.env`.
TEST_DATABASE chooses `sqlite` (the default) or `postgresql`; a DATABASE_URL that is given wins. The cluster is started
by the process that reads this first; its children (pytest-xdist) inherit the address.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.pg import cluster

_resources = ExitStack()
atexit.register(_resources.close)
_folder = Path(
    _resources.enter_context(tempfile.TemporaryDirectory(prefix="readiness-tests-", ignore_cleanup_errors=True))
)

if os.environ.get("TEST_DATABASE", "sqlite") == "postgresql":
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _resources.enter_context(cluster())
elif not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = f"sqlite:///{_folder}/development.sqlite3"

os.environ.update(
    SECRET_KEY="only-for-tests-and-long-enough-to-be-taken-for-a-real-one-0123456789",
    BASE_URL="http://testserver",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    EMAIL_URL="consolemail://",
    EMAIL_FROM="iCBT Readiness <readiness@example.org>",
    DEBUG="0",
    REQUIRE_MFA="0",
    SIGNUP="open",
    OPERATOR_NAME="The test operator",
    OPERATOR_EMAIL="operator@example.org",
)

from assessments.settings import *  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
VAR_DIR = _folder  # each process of a test run has slots of its own for heavy files
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: the live server's threads need connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
