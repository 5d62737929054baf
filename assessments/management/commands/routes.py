"""`manage.py routes`: every address with who may open it, as a page or as JSON."""

from __future__ import annotations

from json import dumps

from django.core.management.base import BaseCommand, CommandParser

from assessments import routes


class Command(BaseCommand):
    """Print the table of routes."""

    help = "List every address of the site with its methods and who may use it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the format."""
        parser.add_argument("--json", action="store_true", help="as JSON instead of a page")

    def handle(self, *args: object, json: bool, **options: object) -> None:
        """Print it."""
        self.stdout.write(dumps(routes.table(), indent=2) if json else routes.document(), ending="\n" if json else "")
