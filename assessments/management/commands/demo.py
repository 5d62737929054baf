"""`manage.py demo`: fills the database with invented clinics and says how to sign in."""

from __future__ import annotations

from json import dumps
from typing import Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from assessments.management import demo, demo_network

N_LINKS_SHOWN: Final = 2


class Command(BaseCommand):
    """Build the demo."""

    help = (
        "Load six invented clinics and their consultant, with accounts to sign in with and links for therapists. "
        "Running it again makes new links and changes nothing else."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the format."""
        parser.add_argument("--json", action="store_true", help="print only JSON: accounts, clinics, rounds, links")

    def handle(self, *args: object, json: bool, **options: object) -> None:
        """Build what is missing and print what there is."""
        if not settings.DEBUG and demo.has_other_data():
            raise CommandError("This database holds real data. Demo accounts have a known password and stay out of it.")
        now = timezone.now()
        demo.build(now=now)
        inventory = demo.inventory(now=now)
        self.stdout.write(dumps(inventory, indent=2) if json else self._in_words(inventory))

    def _in_words(self, inventory: demo.Inventory) -> str:
        names = {clinic["id"]: clinic["name"] for clinic in inventory["clinics"]}
        about = {entry["name"]: entry["about"] for entry in demo.invented()}
        lines = [
            f"Demo accounts (invented people, one password for all: {demo.PASSWORD}):",
            *(
                f"  {account['email']:<24} {account['role']:<10} {self._what_for(account, names)}"
                for account in inventory["accounts"]
            ),
            "What there is to see:",
            *(f"  {name:<24} {about.get(name, 'changed by somebody')}" for name in names.values()),
            f"Sign in at {settings.BASE_URL}/accounts/login/",
            *self._for_therapists(inventory["links"][:N_LINKS_SHOWN]),
        ]
        return "\n".join(lines)

    def _what_for(self, account: demo.Account, names: dict[str, str]) -> str:
        match account["role"]:
            case "admin":
                return "accounts and clinics, at /admin/"
            case "consultant":
                return demo_network.networks_in_words(account["email"])
        return ", ".join(names[clinic] for clinic in account["clinics"])

    def _for_therapists(self, links: list[str]) -> list[str]:
        if not links:
            return []
        return [
            "Or answer as one of the therapists, without an account; a narrow window shows what they see on a phone.",
            "These links are new each time and take the place of all earlier ones, also of those in mails:",
            *(f"  {link}" for link in links),
        ]
