"""What log lines must never hold: secrets of links, and what a database quotes in its errors."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from assessments import presenters
from assessments.logs import CarefulFormatter, masked

ROOT = Path(__file__).resolve().parents[2]
QUOTED = ("Key (email)=(nora@example.org) already exists.", "DETAIL: Failing row contains (gp-referral, 1).")


@pytest.fixture
def formatter() -> logging.Formatter:
    formatters: Any = settings.LOGGING["formatters"]
    plain = formatters["plain"]
    assert plain["()"] == "assessments.logs.CarefulFormatter"
    return CarefulFormatter(plain["format"])


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Gone: /join/SECRET/", "Gone: /join/***/"),
        ('"GET /join/SECRET HTTP/1.1" 301 0', '"GET /join/*** HTTP/1.1" 301 0'),
        ("/accounts/login/?next=/join/SECRET/", "/accounts/login/?next=/join/***/"),
        ("/accounts/signup/?next=%2Fjoin%2FSECRET%2F&a=1", "/accounts/signup/?next=%2Fjoin%2F***%2F&a=1"),
        ("/accounts/login/?next=%252fjoin%252fSECRET", "/accounts/login/?next=%252fjoin%252f***"),
        ("Not Found: /accounts/password/reset/key/1-SECRET/", "Not Found: /accounts/password/reset/key/***/"),
        ("Not Found: /accounts/confirm-email/SE:CR:ET/", "Not Found: /accounts/confirm-email/***/"),
        ("Not Found: /r/SECRET/", "Not Found: /r/***/"),
        ('"GET /r/SECRET?a=1 HTTP/1.1" 302 0', '"GET /r/***?a=1 HTTP/1.1" 302 0'),
        ("Not Found: /R/SECRET", "Not Found: /R/***"),
        ("Not Found: /n/SECRET/", "Not Found: /n/***/"),
        ("/accounts/signup/?next=%2Fn%2FSECRET%2F", "/accounts/signup/?next=%2Fn%2F***%2F"),
        ("http://testserver/t/SECRET/ was asked for", "http://testserver/t/***/ was asked for"),
        ("/accounts/login/?next=%2Ft%2FSECRET%2F", "/accounts/login/?next=%2Ft%2F***%2F"),
        ("Not Found: /reminders/off/SECRET:SECRET/", "Not Found: /reminders/off/***/"),
        ("Not Found: /api/v1/clinics?token=icbt_SE-CR_ET1", "Not Found: /api/v1/clinics?token=icbt_***"),
        ("/clinics/1/people/invite/", "/clinics/1/people/invite/"),
        ("/rounds/1/results/", "/rounds/1/results/"),
    ],
)
def test_secrets_of_links_are_masked(line: str, shown: str) -> None:
    assert masked(line) == shown


def test_paths_given_as_arguments_are_masked_too(formatter: logging.Formatter) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Gone", "/join/SECRET/"), None)
    assert formatter.format(record).endswith("Gone: /join/***/")


@pytest.mark.parametrize("name", ["join", "account_reset_password_from_key"])
def test_every_address_with_a_secret_is_known(name: str) -> None:
    url = reverse("clinics:join", args=["SECRET"]) if name == "join" else reverse(name, args=["1", "SECRET"])
    assert "SECRET" not in masked(url)


@pytest.mark.parametrize("name", ["django", "django.server", "django.request", "assessments", ""])
def test_every_line_goes_through_the_careful_formatter(name: str) -> None:
    logger: logging.Logger | None = logging.getLogger(name)
    ours = [h for h in logging.getLogger().handlers if isinstance(h.formatter, CarefulFormatter)]
    assert ours
    while logger is not None:
        if logger.name != "root":
            assert not [h for h in logger.handlers if type(h).__module__.startswith("django")]
            assert logger.propagate
        logger = logger.parent


def test_error_is_logged_with_its_place_and_without_its_text(
    client: Client,
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    formatter: logging.Formatter,
) -> None:
    def breaks() -> None:
        try:
            raise ValueError(QUOTED[0])
        except ValueError as error:
            raise IntegrityError(QUOTED[1]) from error

    client.raise_request_exception = False
    monkeypatch.setattr(presenters, "sample", breaks)
    client.get("/")

    written = "\n".join(formatter.format(record) for record in caplog.records)
    assert not [text for text in QUOTED if text in written]
    assert re.search(r"builtins\.ValueError\nwhich led to\n", written)
    assert "django.db.utils.IntegrityError" in written
    assert f'File "{__file__}", line' in written


def test_web_server_keeps_no_log_of_visits() -> None:
    """Its log of visits is off unless asked for, and would hold whole addresses."""
    assert not [name for name in ("Dockerfile", "docker-compose.yml") if "access-log" in (ROOT / name).read_text()]
