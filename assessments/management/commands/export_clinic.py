"""`manage.py export_clinic`: writes everything that a clinic owns into one file, to keep or to move it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from assessments.clinics.models import Clinic
from assessments.reports.leaving.export_clinic import export_clinic

ONLY_MINE = 0o600


class Command(BaseCommand):
    """Export a clinic."""

    help = (
        "Write everything that a clinic owns into one file: people, assessments, results, plan, record. It holds "
        "names, addresses and comments, and nothing of who was invited or answered as a therapist. That it was made "
        "stands on the clinic's record."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which clinic, and where to."""
        parser.add_argument("clinic", help="the number in the address of its page")
        parser.add_argument("--output", metavar="FILE", help="a new file that only you can read; else standard output")

    def handle(self, *args: object, clinic: str, output: str | None, **options: object) -> None:
        """Write the file, or say in one line why not."""
        try:
            with transaction.atomic():  # what could not be written down was not taken along
                _write(export_clinic(by=None, clinic_id=_number(clinic), now=timezone.now()), output)
        except Clinic.DoesNotExist as error:
            raise CommandError(f"There is no clinic {clinic}.") from error
        except OSError as error:
            raise CommandError(f"{output or 'Standard output'}: {error.strerror}.") from error


def _number(clinic: str) -> UUID:
    try:
        return UUID(clinic)
    except ValueError as error:
        raise Clinic.DoesNotExist from error


def _write(content: bytes, output: str | None) -> None:
    if not output:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_MINE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError:
        Path(output).unlink(missing_ok=True)  # half a clinic is none
        raise
