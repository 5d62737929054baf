"""Runs a module of the benchmark with the application's settings in a process of its own, and reads what it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, Final

SETTINGS: Final = "tests.benchmarks.settings"


def told(module: str, *arguments: object, given: object = None, **environment: str) -> Any:
    """Give the JSON that the module prints; `given` stands on its standard input as JSON.

    Raises:
        subprocess.CalledProcessError: it failed; why is on the terminal.
    """
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, arguments)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS, **environment},
        input=json.dumps(given),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout or "null")
