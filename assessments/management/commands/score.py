"""`manage.py score FILE`: what a form's answers mean, from JSON to JSON. Needs no database."""

from __future__ import annotations

from assessments.management.payloads import PayloadCommand
from readiness.guidance.assess import assess


class Command(PayloadCommand):
    """Score one payload, or a list of them: all or nothing."""

    help = "Score the answers in a JSON file ('-' reads standard input). Prints JSON, or one line on what is wrong."

    def result_of(self, data: object) -> object:
        """Give the scores, flags and options."""
        return assess(data)
