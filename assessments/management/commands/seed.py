"""`manage.py seed`: many clinics with rounds, results and therapists' answers, to measure with."""

from __future__ import annotations

from argparse import ArgumentTypeError

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assessments.management import seed as seeding


def count(text: str) -> int:
    """Read a whole number from 0 up.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not text.isdecimal() or len(text) > 7:
        raise ArgumentTypeError(f"{text[:20]!r} is not a whole number from 0 to 9999999")
    return int(text)


class Command(BaseCommand):
    """Fill the database."""

    help = (
        "Write many invented clinics with rounds, results and answers of therapists, all in one network. "
        "Nobody can sign in to them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many, and what makes the answers repeatable."""
        parser.add_argument("--clinics", type=count, required=True)
        parser.add_argument("--rounds", type=count, required=True, help="closed rounds per clinic")
        parser.add_argument(
            "--therapists",
            type=count,
            default=0,
            help="answers that therapists have sent, in an open round of each clinic (0: only some have one)",
        )
        parser.add_argument("--seed", type=count, required=True, help="the same number gives the same answers")
        parser.add_argument(
            "--consultant",
            metavar="EMAIL",
            help="an account that becomes the consultant of all these clinics (default: one nobody can sign in to)",
        )
        parser.add_argument("--force", action="store_true", help="also into a database that holds other data")

    def handle(
        self,
        *args: object,
        clinics: int,
        rounds: int,
        therapists: int,
        seed: int,
        consultant: str | None,
        force: bool,
        **options: object,
    ) -> None:
        """Write, or say why not."""
        if not force and seeding.has_data():
            raise CommandError("This database holds other data. Use an empty one, or --force to add to it.")
        who = seeding.consultant_at(consultant) if consultant else seeding.own_consultant()
        if who is None:
            raise CommandError("Nobody has this address. Make the account first, or leave --consultant out.")
        seeding.fill(
            n_clinics=clinics, n_rounds=rounds, n_therapists=therapists, seed=seed, consultant=who, now=timezone.now()
        )
        in_open_rounds = f", therapists in open rounds: {clinics * therapists}" if therapists else ""
        self.stdout.write(f"Clinics: {clinics}, rounds: {clinics * rounds}{in_open_rounds}")
