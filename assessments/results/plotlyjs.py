"""Where the browser's plotly comes from: the file inside the installed Python package, as a static file of our own.

Nothing third-party is copied into the repository, and script and figures always have the same version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

FOLDER: Final = "plotly"
FILE: Final = "plotly.min.js"
STATIC_PATH: Final = f"{FOLDER}/{FILE}"


def package_folder() -> Path:
    """Give the folder of the installed plotly package that holds its script, without importing plotly."""
    return Path(str(distribution("plotly").locate_file("plotly/package_data")))


class PlotlyFinder(BaseFinder):
    """Finds `plotly/plotly.min.js` and nothing else."""

    def __init__(self) -> None:
        self.storage = _PrefixedStorage(location=package_folder())

    def check(self, **kwargs: object) -> list[CheckMessage]:
        """There is nothing to configure, so nothing to check."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> str | list[str]:  # type: ignore[override]
        """Give the file's place on disk, or an empty list when another file is asked for."""
        if path != STATIC_PATH:
            return []
        found = self.storage.path(FILE)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Give the one file and the storage that opens it."""
        yield FILE, self.storage


class _PrefixedStorage(FileSystemStorage):
    prefix = FOLDER  # the folder below static/, read by collectstatic
