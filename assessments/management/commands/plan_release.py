"""`manage.py plan_release FILE`: which figures of a team may be shown, from JSON to JSON. Needs no database."""

from __future__ import annotations

from typing import Any, Final

from assessments.management.payloads import PayloadCommand
from readiness.guidance.assess import PayloadError
from readiness.scoring.release import plan_release

PARAMETERS: Final = ("k", "viewers", "recent_release", "domains", "submitted")


class Command(PayloadCommand):
    """Plan one release, or a list of them. Bad figures are no error: they withhold every row and ring the alarm."""

    help = "Plan what may be shown of a team's answers in a JSON file ('-' reads standard input). Prints JSON."

    def constant(self, text: str) -> object:
        """Let a figure that is no number through: it withholds the rows like any other bad figure."""
        return float(text)

    def result_of(self, data: object) -> object:
        """Give the rows, for a list as a list; alarms go to standard error."""
        payloads: list[Any] = data if isinstance(data, list) else [data]
        if not all(isinstance(payload, dict) for payload in payloads):
            raise PayloadError(f"payload: give an object with {', '.join(PARAMETERS)}, or a list of them")
        planned = [self._plan(payload) for payload in payloads]
        return planned if isinstance(data, list) else planned[0]

    def _plan(self, payload: dict[str, object]) -> dict[str, object]:
        release = plan_release(*(payload.get(name) for name in PARAMETERS))
        if release.alarm:
            self.stderr.write(release.alarm)
        return {"rows": [row.as_json() for row in release.rows]}
