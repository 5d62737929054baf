"""`manage.py erase`: erases an assessment, a clinic or a person's account, for good, and leaves a trace that it did."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone

from assessments.clinics.models import Erasure
from assessments.clinics.policies import RefusedError
from assessments.management.erasing import NothingThereError, erasable
from assessments.reports.leaving.erasable import erase_between_others


class Command(BaseCommand):
    """Erase something."""

    help = (
        "Erase an assessment or a clinic by the number in its address, or a person's account by its e-mail address. "
        "Says what goes and asks first. It cannot be taken back; backups keep what they hold."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to erase."""
        parser.add_argument("kind", choices=Erasure.Kind.values)
        parser.add_argument("which", help="the number in the address of its page, or an e-mail address")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--although-figures-are-recent",
            action="store_true",
            help="erase a clinic also within 90 days of figures of its therapists, unknown to a new clinic",
        )

    def handle(
        self, *args: object, kind: str, which: str, yes: bool, although_figures_are_recent: bool, **options: object
    ) -> None:
        """Say what goes, ask, and erase it; or say in one line why not."""
        try:
            found = erasable(Erasure.Kind(kind), which, now=timezone.now())
            if found.why_not and not although_figures_are_recent:
                raise CommandError(f"{found.why_not} If it must be now, add --although-figures-are-recent.")
            self.stdout.write("\n".join(["To be erased, for good:", *(f"- {line}" for line in found.goes)]))
            self.stdout.write("\n".join(["To be kept:", *(f"- {line}" for line in found.stays)]))
            if found.why_not:
                self.stdout.write(f"Please tell the people of the clinic: {found.why_not}")
            if not yes and not _is_sure():
                raise CommandError("Nothing was erased.")
            erase_between_others(found)
        except NothingThereError as error:
            raise CommandError(str(error)) from error
        except RefusedError as refused:
            raise CommandError(refused.reason) from refused
        except ObjectDoesNotExist as error:
            raise CommandError("It is gone already.") from error
        except OperationalError as error:
            raise CommandError("Other people's work was in the way. Nothing was erased; please try again.") from error
        self.stdout.write("Done. Backups, and the memory of running web processes, may still hold it for a while.")


def _is_sure() -> bool:
    """Ask; where nobody is there to answer, nobody is sure."""
    try:
        return input("Type yes to erase it: ").strip().lower() == "yes"
    except EOFError:
        return False
