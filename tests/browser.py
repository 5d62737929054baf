"""Where is a browser for the journeys? Debian's or the one named; playwright's own is never downloaded."""

from __future__ import annotations

import os
import shutil
from typing import Final

NAMES: Final = ("chromium", "chromium-headless-shell", "google-chrome")


def chromium() -> str | None:
    """Give the path of a Chromium: CHROME_PATH, else the first that is installed; None when there is none."""
    return os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, NAMES)), None)
