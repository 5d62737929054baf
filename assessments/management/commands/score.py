"""`manage.py score FILE`: what a form's answers mean, from JSON to JSON. Needs no database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from readiness.guidance.assess import PayloadError, assess

STDIN: Final = "-"
REFUSED: Final = 2
"""Exit status when the input cannot be scored."""


class Command(BaseCommand):
    """Score one payload, or a list of them: all or nothing."""

    help = "Score the answers in a JSON file ('-' reads standard input). Prints JSON, or one line on what is wrong."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file's name."""
        parser.add_argument("file", help="a file with JSON, or - for standard input")

    def handle(self, *args: object, file: str, **options: object) -> None:
        """Print the result; nothing is printed when anything is wrong."""
        try:
            result = assess(read(file))
        except PayloadError as error:
            raise CommandError(" ".join(str(error).split()), returncode=REFUSED) from error
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False))


def read(name: str) -> object:
    """Read JSON from a file, or from standard input.

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
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant)
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


def _no_constant(text: str) -> object:
    raise PayloadError(f"{text}: not JSON")
