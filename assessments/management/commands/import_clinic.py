"""`manage.py import_clinic`: brings a clinic here from the file in which it was taken along elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assessments.management.payloads import STDIN
from assessments.reports.leaving.import_clinic import BYTES_MAX, import_clinic
from assessments.reports.leaving.refusal import FileRefusedError


class Command(BaseCommand):
    """Import a clinic."""

    help = (
        "Bring a clinic here from a file that export_clinic or the clinic's page made: all of it, or nothing. Take a "
        "file only from somebody whom you trust: what it says of people and acts is taken as it stands."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and who leads."""
        parser.add_argument("file", help="the file, or - for standard input")
        parser.add_argument("--lead", metavar="EMAIL", default="", help="who leads the clinic here, if somebody else")

    def handle(self, *args: object, file: str, lead: str, **options: object) -> None:
        """Write it all, or say in one line why not."""
        try:
            clinic = import_clinic(_read(file), lead=lead, now=timezone.now())
        except FileRefusedError as refused:
            raise CommandError(f"Nothing was imported. {refused}") from refused
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        self.stdout.write(f"{clinic.name} is here: /clinics/{clinic.pk}/")
        self.stdout.write("Its people sign in, or set a password by “Forgotten password”. Tell them; no mail was sent.")


def _read(name: str) -> bytes:
    """Read no more than decides that a file is too large."""
    if name == STDIN:
        return sys.stdin.buffer.read(BYTES_MAX + 1)
    with Path(name).open("rb") as file:
        return file.read(BYTES_MAX + 1)
