"""Has a document set on paper: in a process of its own, twice if need be, and never half of it."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from assessments.reports.pdf import child, glyphs

TEMPLATES: Final = Path(__file__).parent / "templates"
CHILD: tuple[str, ...] = (sys.executable, "-I", str(Path(child.__file__)))
ENVIRONMENT: Final = {
    "LC_ALL": "C.UTF-8",
    "HOME": "/nonexistent",
    "RAYON_NUM_THREADS": "1",  # a thread reserves memory, and two documents are set at a time anyway
    "MALLOC_ARENA_MAX": "1",
}
TOO_LONG: Final = -signal.SIGXCPU
NO_MEMORY: Final = re.compile(rb"memory allocation of \d+ bytes failed|MemoryError")

logger = logging.getLogger(__name__)


class NotMadeError(Exception):
    """The process died twice, took too long, or could not be started."""


def set_pdf(template: str, given: dict[str, Any]) -> bytes:
    """Set a document by one of our templates, which finds `given` as its data.

    The second try keeps only characters of the main font, in case those of two fonts do not go together. Both have one
    budget of time.

    Raises:
        NotMadeError: it could not be set.
    """
    until = time.monotonic() + child.SECONDS
    for is_plain in (False, True):
        if pdf := _once(template, _shown(given, is_plain), until - time.monotonic()):
            return pdf
    raise NotMadeError


def _once(template: str, given: object, seconds: float) -> bytes:
    """Try once; nothing unless the process ended well, so that no part of a file is ever taken for one.

    Raises:
        NotMadeError: it took too long, or could not be started.
    """
    folder = glyphs.folder()
    try:
        done = subprocess.run(  # noqa: S603 - our own program; nothing of a request is among its arguments
            [*CHILD, str(TEMPLATES), template, str(folder)],
            input=json.dumps(given).encode(),
            capture_output=True,
            env=ENVIRONMENT,
            cwd=TEMPLATES,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        logger.warning("pdf-not-made: %s took longer than %d seconds", template, child.SECONDS)
        raise NotMadeError from error
    except OSError as error:
        logger.warning("pdf-not-made: %s was not started: %s", template, os.strerror(error.errno or 0))
        raise NotMadeError from error
    if done.returncode:
        logger.warning("pdf-not-made: %s ended with %d: %s", template, done.returncode, _said(done))
    if done.returncode == TOO_LONG:
        raise NotMadeError
    return b"" if done.returncode else done.stdout


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """Give what the process said last where it ended by itself; elsewhere that may be text of the document."""
    if NO_MEMORY.search(done.stderr):
        return "out of memory"
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines and done.returncode > 0 else "nothing said"


def _shown(given: object, is_plain: bool) -> object:
    match given:
        case str():
            return glyphs.with_breaks(glyphs.shown(given, is_plain=is_plain))
        case dict():
            return {key: _shown(value, is_plain) for key, value in given.items()}
        case list() | tuple():
            return [_shown(value, is_plain) for value in given]
        case _:
            return given
