"""`manage.py export_person EMAIL`: what is kept of a person with an account, as JSON: what their page gives them."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assessments.clinics.models import User
from assessments.management.erasing import person_with
from assessments.reports.leaving.own_data import own_file


class Command(BaseCommand):
    """Export a person's own data."""

    help = "Print as JSON what is kept of a person with an account, as their page /accounts/data/ gives it to them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose."""
        parser.add_argument("email", help="the address with which they sign in")

    def handle(self, *args: object, email: str, **options: object) -> None:
        """Print it, or say in a line that there is no such account."""
        try:
            person = person_with(email)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no account {email}.") from error
        self.stdout.write(own_file(person, now=timezone.now()).decode())
