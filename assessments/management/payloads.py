"""Commands that turn one JSON file into JSON: how the file is read, and how what cannot be read is refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from readiness.guidance.assess import PayloadError

STDIN: Final = "-"
REFUSED: Final = 2
"""Exit status when nothing can be made of the input."""


class PayloadCommand(BaseCommand):
    """Read the file, answer, print: all or nothing. Needs no database."""

    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file's name."""
        parser.add_argument("file", help="a file with JSON, or - for standard input")

    def handle(self, *args: object, file: str, **options: object) -> None:
        """Print the result; nothing is printed when the input is refused."""
        try:
            found = self.result_of(read(file, constant=self.constant))
        except PayloadError as error:
            raise CommandError(" ".join(str(error).split()), returncode=REFUSED) from error
        self.stdout.write(json.dumps(found, indent=2, allow_nan=False))

    def constant(self, text: str) -> object:
        """Give what NaN, Infinity or -Infinity stands for: by default nothing, as they are not JSON."""
        raise PayloadError(f"{text}: not JSON")

    def result_of(self, data: object) -> object:
        """Give what to print for the file's content.

        Raises:
            PayloadError: nothing can be made of it; the message is one line.
        """
        raise NotImplementedError


def read(name: str, *, constant: Callable[[str], object]) -> object:
    """Read JSON from a file, or from standard input; `constant` turns NaN and the infinities into something.

    Raises:
        PayloadError: there is no such file, or it is not JSON; the message is one line that names it.
    """
    where = "standard input" if name == STDIN else name
    try:
        content = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        raise PayloadError(f"{where}: {error.strerror or 'cannot be read'}") from error
    except ValueError as error:  # a NUL in the name
        raise PayloadError("file: this is no file name") from error
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=constant)
    except UnicodeDecodeError as error:
        raise PayloadError(f"{where}: not UTF-8") from error
    except json.JSONDecodeError as error:
        raise PayloadError(f"{where}: not JSON ({error.msg}, line {error.lineno})") from error
    except PayloadError:
        raise
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or brackets without end
        raise PayloadError(f"{where}: not JSON that can be read") from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a key given twice: which of two answers counts must not be a matter of chance."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise PayloadError(f"{key[:60]!r}: given twice")
        found[key] = value
    return found
