"""What the environment says: read once, checked at once, refused with one plain line when it makes no sense."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

SIGNUP_CHOICES = ("open", "invited")
DATABASE_SCHEMES = {"sqlite", "postgresql", "postgres"}
DATABASE_ENGINES = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}

DATABASE_OPTIONS = {"connect_timeout", "host", "sslcert", "sslkey", "sslmode", "sslrootcert"}
EMAIL_SCHEMES = {"smtp", "smtp+tls", "smtp+ssl", "smtps", "filemail", "consolemail"}
HOST = re.compile(
    r"\.?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\]"
)
BASE_URL = re.compile(rf"https?://(?!\.)({HOST.pattern})(:(?P<port>[0-9]{{1,5}}))?")


class EnvironmentRefusedError(SystemExit):
    """A setting is missing or makes no sense; the process ends with one line that names it."""


@dataclass(frozen=True)
class Environment:
    """The settings that an operator chooses, checked."""

    secret_key: str
    debug: bool
    database: dict[str, Any]
    base_url: str
    allowed_hosts: list[str]
    email: dict[str, Any]
    email_from: str
    require_mfa: bool
    signup: str
    operator_name: str
    operator_email: str

    @property
    def is_https(self) -> bool:
        """Whether people reach the service over https, so that cookies are Secure."""
        return self.base_url.startswith("https://")


def read(base_dir: Path) -> Environment:
    """Read the environment, with `.env` beside manage.py for what it does not set.

    Raises:
        EnvironmentRefusedError: a value is missing or makes no sense.
    """
    env = environ.Env()
    if (dotenv := base_dir / ".env").is_file():
        env.read_env(dotenv)
    with suppress(OSError):  # a read-only place shows in /readyz
        (base_dir / "var").mkdir(exist_ok=True)
    debug = _flag(env, "DEBUG", default=False)
    base_url = _base_url(env, debug=debug)
    return Environment(
        secret_key=_secret_key(env),
        debug=debug,
        database=_database(env, base_dir),
        base_url=base_url,
        allowed_hosts=_allowed_hosts(env, base_url, debug=debug),
        email=_email(env, base_dir, debug=debug),
        email_from=_address(env, "EMAIL_FROM", default="iCBT Readiness <no-reply@localhost>"),
        require_mfa=_flag(env, "REQUIRE_MFA", default=True),
        signup=_signup(env),
        operator_name=env.str("OPERATOR_NAME", default="the operator of this site"),
        operator_email=_address(env, "OPERATOR_EMAIL", default=""),
    )


def _refuse(name: str, reason: str) -> EnvironmentRefusedError:
    return EnvironmentRefusedError(f"{name}: {reason}")


def _flag(env: environ.Env, name: str, *, default: bool) -> bool:
    text = env.str(name, default="1" if default else "0").strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise _refuse(name, f"use 1 or 0, not {text!r}.")


def _secret_key(env: environ.Env) -> str:
    key: str = env.str("SECRET_KEY", default="")
    if len(key) < 32 or len(set(key)) < 8 or "change" in key.lower() or key.startswith("django-insecure-"):
        raise _refuse("SECRET_KEY", "set it to at least 32 random characters; 'make install' writes one into .env.")
    return key


def _database(env: environ.Env, base_dir: Path) -> dict[str, Any]:
    url = env.str("DATABASE_URL", default=f"sqlite:///{base_dir / 'var' / 'readiness.sqlite3'}")
    reason = "use sqlite:///path/to/file or postgresql://user:password@host:port/name."
    if url.partition(":")[0] not in DATABASE_SCHEMES:
        raise _refuse("DATABASE_URL", reason)
    try:
        database: dict[str, Any] = environ.Env.db_url_config(url)
    except (ValueError, environ.ImproperlyConfigured) as error:
        raise _refuse("DATABASE_URL", reason) from error
    if database.get("ENGINE") not in DATABASE_ENGINES or not database.get("NAME"):
        raise _refuse("DATABASE_URL", reason)
    if not set(database.get("OPTIONS", {})) <= DATABASE_OPTIONS or "CONN_MAX_AGE" in database:
        raise _refuse("DATABASE_URL", f"behind the question mark only {', '.join(sorted(DATABASE_OPTIONS))} may stand.")
    if database["ENGINE"].endswith("sqlite3"):
        _check_sqlite_file(url, Path(database["NAME"]))
    return database


def _check_sqlite_file(url: str, file: Path) -> None:
    if url in {"sqlite://", "sqlite:///"}:
        raise _refuse("DATABASE_URL", "name the file: sqlite:///path/to/file.")
    if str(file) != ":memory:" and (file.is_dir() or not file.parent.is_dir()):
        raise _refuse("DATABASE_URL", f"{file} is no file in a folder that exists.")


def _base_url(env: environ.Env, *, debug: bool) -> str:
    port = env.str("PORT", default="8000")
    url: str = env.str("BASE_URL", default=f"http://127.0.0.1:{port}" if debug else "").strip().lower().rstrip("/")
    match = BASE_URL.fullmatch(url)
    if match is None or not 0 < int(match["port"] or 443) < 65_536:
        raise _refuse("BASE_URL", "give the address people type, such as https://readiness.example.org.")
    return url


def _allowed_hosts(env: environ.Env, base_url: str, *, debug: bool) -> list[str]:
    hosts = [host.strip() for host in env.str("ALLOWED_HOSTS", default="").split(",") if host.strip()]
    if not all(HOST.fullmatch(host) for host in hosts):
        raise _refuse("ALLOWED_HOSTS", "give host names separated by commas, without *, http:// and paths.")
    known = [urlsplit(base_url).hostname or "", *hosts, "localhost", "127.0.0.1"]
    if debug:
        known.append("[::1]")
    return list(dict.fromkeys(known))


def _email(env: environ.Env, base_dir: Path, *, debug: bool) -> dict[str, Any]:
    url = env.str("EMAIL_URL", default="" if not debug else "filemail://")
    reason = "use smtp+tls://user:password@host:587, smtp://host:25, filemail:// or consolemail://."
    if not url:
        raise _refuse("EMAIL_URL", f"mail carries password resets; {reason}")
    if url.partition(":")[0] not in EMAIL_SCHEMES:
        raise _refuse("EMAIL_URL", reason)
    try:
        email: dict[str, Any] = environ.Env.email_url_config(url)
    except (ValueError, KeyError, environ.ImproperlyConfigured) as error:
        raise _refuse("EMAIL_URL", reason) from error
    if url.startswith("smtp") and not email.get("EMAIL_HOST"):
        raise _refuse("EMAIL_URL", reason)
    if email["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
        email["EMAIL_FILE_PATH"] = str(base_dir / "var" / "mail")
    return email


def _address(env: environ.Env, name: str, *, default: str) -> str:
    address: str = env.str(name, default=default).strip()
    try:
        if address or default:
            validate_email(parseaddr(address)[1].replace("@localhost", "@localhost.localdomain"))
    except ValidationError as error:
        raise _refuse(name, "give an e-mail address, such as Readiness <readiness@example.org>.") from error
    if not address.isprintable():
        raise _refuse(name, "give an e-mail address on one line.")
    return address


def _signup(env: environ.Env) -> str:
    signup: str = env.str("SIGNUP", default="open")
    if signup not in SIGNUP_CHOICES:
        raise _refuse("SIGNUP", "use open or invited.")
    return signup
