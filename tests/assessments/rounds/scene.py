"""A service of its own for tests that break it: a fresh database with one open round, and gunicorn before it.

Run as a module it prepares the database that DATABASE_URL names and prints who may save what, or, with `answers`, what
is stored. It runs beside the tests, never in their process: their database must not know of it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[3]
START_SECONDS: Final = 30
N_WORKERS: Final = 2
GUNICORN: Final = (
    *(sys.executable, "-m", "gunicorn", "assessments.wsgi:application", "--worker-class", "gthread"),
    *("--workers", str(N_WORKERS), "--threads", "4", "--no-control-socket", "--log-level", "critical"),
)


@dataclass(frozen=True)
class Service:
    """A running service, where it listens, and one person's round in it."""

    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    port: int
    headers: dict[str, str]
    round_id: str
    keys: tuple[str, ...]

    def workers(self) -> list[int]:
        """Give the process ids of the workers that live now."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in children.split()]

    def kill_worker(self) -> None:
        """End one of the workers as a crash does."""
        for pid in self.workers()[:1]:
            os.kill(pid, signal.SIGKILL)

    def save(self, key: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Send one save; give the acknowledgement, None when there was none."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            line.request("PUT", f"/rounds/{self.round_id}/items/{key}/", json.dumps(body), self.headers)
            answer = line.getresponse()
            return json.loads(answer.read()) if answer.status == 200 else None
        except (OSError, HTTPException):
            return None
        finally:
            line.close()

    def answers(self) -> dict[str, list[Any]]:
        """Give what is stored: value, revision and operation by key."""
        return _told(self.environment, "answers")


@contextmanager
def service(database_url: str) -> Iterator[Service]:
    """Prepare the database, run the service before it for as long as the context lasts."""
    environment = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "assessments.settings"}
    scene = _told(environment, "prepare")
    with socket.create_server(("127.0.0.1", 0)) as door:
        process = subprocess.Popen(
            [*GUNICORN, "--bind", f"fd://{door.fileno()}"], cwd=ROOT, env=environment, pass_fds=[door.fileno()]
        )
        running = Service(
            environment, process, door.getsockname()[1], scene["headers"], scene["round"], tuple(scene["keys"])
        )
        try:
            _wait_for(running)
            yield running
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def _told(environment: dict[str, str], what: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.assessments.rounds.scene", what]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _wait_for(running: Service) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if running.save(running.keys[-1], {"op": "first", "base": 0, "value": 1}):
            return
        time.sleep(0.1)
    raise TimeoutError("The service did not start.")


def prepare() -> dict[str, Any]:
    """Make the tables and one open round, and give what its lead needs for saving."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from assessments.clinics.actions import create_clinic
    from assessments.clinics.models import User
    from assessments.rounds.actions import open_round
    from readiness.instrument.definition import Context, Form

    call_command("migrate", verbosity=0)
    now = timezone.now()
    lead = User.objects.create_user("lead@example.org", None)
    clinic = create_clinic(by=lead, name="Harbour Clinic", now=now)
    context = Context(stage="running", routes=["gp", "self"], for_whom=["other"])
    last_day = now.date() + timedelta(days=21)
    assessment = open_round(by=lead, clinic=clinic, title="Round", context=context, due_on=last_day, now=now)
    client = Client()
    client.force_login(lead, backend=settings.AUTHENTICATION_BACKENDS[0])
    token = "a" * 32
    session = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    headers = {"Cookie": f"{session}; {settings.CSRF_COOKIE_NAME}={token}", "X-CSRFToken": token}
    keys = [item.key for item in assessment.instrument.items_of(Form.MANAGER)]
    return {"round": str(assessment.pk), "headers": headers, "keys": keys}


def answers() -> dict[str, list[Any]]:
    """Give what the database holds."""
    from assessments.rounds.models import FormAnswer

    return {row.key: [row.value, row.revision, row.op] for row in FormAnswer.objects.all()}


if __name__ == "__main__":
    import django

    django.setup()
    json.dump({"prepare": prepare, "answers": answers}[sys.argv[1]](), sys.stdout)
