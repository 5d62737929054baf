"""The compose file is plain, complete and speaks the language of the settings. Nothing here needs Docker."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).parent.parent
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: Final[dict[str, Any]] = COMPOSE["services"]
OURS: Final = ("web", "worker")
DJANGO_SETTINGS: Final = {
    "CONN_MAX_AGE",
    "EMAIL_BACKEND",
    "EMAIL_FILE_PATH",
    "EMAIL_HOST",
    "ENGINE",
    "NAME",
    "OPTIONS",
}  # keys of Django, not ours
NOT_FOR_A_SERVICE: Final = {"PORT"}  # the development address; a service states BASE_URL


def settings_variables() -> set[str]:
    """Give the names of the environment variables that the settings read: the capital words of environment.py."""
    tree = ast.parse((ROOT / "assessments" / "environment.py").read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if re.fullmatch(r"[A-Z]+(_[A-Z]+)*", text)} - DJANGO_SETTINGS


def test_services_are_the_three():
    assert set(SERVICES) == {"web", "worker", "db"}


@pytest.mark.parametrize("service", ["web", "worker", "db"])
def test_service_has_health_check(service):
    check = SERVICES[service]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


def test_health_checks_ask_the_right_question():
    assert "/healthz" in SERVICES["web"]["healthcheck"]["test"][-1]
    assert "/readyz" in SERVICES["worker"]["healthcheck"]["test"][-1]
    assert "pg_isready" in SERVICES["db"]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("service", OURS)
def test_python_in_health_check_compiles(service):
    compile(SERVICES[service]["healthcheck"]["test"][-1], service, "exec")


def test_start_order_waits_for_what_is_healthy():
    assert SERVICES["web"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert SERVICES["worker"]["depends_on"]["web"]["condition"] == "service_healthy"


@pytest.mark.parametrize("service", OURS)
def test_variables_are_those_the_settings_read(service):
    assert set(SERVICES[service]["environment"]) == settings_variables() - NOT_FOR_A_SERVICE


@pytest.mark.parametrize("name", ["SECRET_KEY", "BASE_URL", "EMAIL_URL"])
def test_variable_has_no_default(name):
    assert SERVICES["web"]["environment"][name].startswith(f"${{{name}:?")


def test_debug_is_off():
    assert SERVICES["web"]["environment"]["DEBUG"] == "0"


def test_database_is_kept_in_a_volume():
    volume, _, folder = SERVICES["db"]["volumes"][0].partition(":")
    assert folder == "/var/lib/postgresql/data"
    assert volume in COMPOSE["volumes"]


def test_web_is_reached_through_a_proxy_only():
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    assert "ports" not in SERVICES["db"]


def test_web_command_is_the_image_command_after_migrating():
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert 'CMD ["gunicorn", "assessments.wsgi:application"]' in image
    assert "--no-control-socket" in image
    assert SERVICES["web"]["command"][-1].endswith("exec gunicorn assessments.wsgi:application")


def test_image_installs_by_hash_and_steps_down():
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements.lock" in image
    assert image.index("USER readiness") < image.index("CMD [")


def test_image_takes_only_what_exists():
    for folder in re.findall(r"^COPY (\S+) ", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE):
        assert (ROOT / folder).exists(), folder
