"""`manage.py instrument [KEY]`: the questionnaire as a page, or as JSON for programs. Needs no database."""

from __future__ import annotations

from json import dumps

from django.core.management.base import BaseCommand, CommandError, CommandParser

from readiness.instrument.definition import INSTRUMENT
from readiness.instrument.document import document
from readiness.instrument.export import export
from readiness.instrument.loading import InstrumentError, load


class Command(BaseCommand):
    """Print the newest version of a questionnaire."""

    help = "Print the newest version of a questionnaire, with what stands behind each question."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the questionnaire's key and the format."""
        parser.add_argument("key", nargs="?", default=INSTRUMENT, help=f"its key (default: {INSTRUMENT})")
        parser.add_argument("--json", action="store_true", help="as JSON instead of a page")

    def handle(self, *args: object, key: str, json: bool, **options: object) -> None:
        """Print it, or say in one line why it cannot be."""
        try:
            instrument = load(key)
        except InstrumentError as error:
            raise CommandError(str(error), returncode=2) from error
        if json:
            self.stdout.write(dumps(export(instrument), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(document(instrument))
