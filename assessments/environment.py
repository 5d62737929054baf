"""What the environment says: read once, checked at once, refused with one plain line when it makes no sense."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

SIGNUP_CHOICES = ("open", "invited")
DATABASE_SCHEMES = {"sqlite", "postgresql", "postgres"}
DATABASE_ENGINES = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}


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
    if database["ENGINE"].endswith("sqlite3"):
        folder = Path(database["NAME"]).parent
        if database["NAME"] != ":memory:" and folder == base_dir / "var":
            folder.mkdir(exist_ok=True)
        elif database["NAME"] != ":memory:" and not folder.is_dir():
            raise _refuse("DATABASE_URL", f"the folder {folder} does not exist.")
    return database


def _base_url(env: environ.Env, *, debug: bool) -> str:
    port = env.str("PORT", default="8000")
    url: str = env.str("BASE_URL", default=f"http://127.0.0.1:{port}" if debug else "").rstrip("/")
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
    except ValueError:  # brackets that do not close, a port that is no number
        is_address = False
    if not is_address or parts.path or parts.query:
        raise _refuse("BASE_URL", "give the address people type, such as https://readiness.example.org.")
    return url


def _allowed_hosts(env: environ.Env, base_url: str, *, debug: bool) -> list[str]:
    hosts = [host.strip() for host in env.str("ALLOWED_HOSTS", default="").split(",") if host.strip()]
    if any("/" in host or " " in host for host in hosts):
        raise _refuse("ALLOWED_HOSTS", "give host names separated by commas, without http:// and without paths.")
    known = [urlsplit(base_url).hostname or "", *hosts, "localhost", "127.0.0.1"]
    if debug:
        known.append("[::1]")
    return list(dict.fromkeys(known))


def _email(env: environ.Env, base_dir: Path, *, debug: bool) -> dict[str, Any]:
    url = env.str("EMAIL_URL", default="" if not debug else "filemail://")
    reason = "use smtp+tls://user:password@host:587, smtp://host:25, filemail:// or consolemail://."
    if not url:
        raise _refuse("EMAIL_URL", f"mail carries password resets; {reason}")
    try:
        email: dict[str, Any] = environ.Env.email_url_config(url)
    except (ValueError, KeyError, environ.ImproperlyConfigured) as error:
        raise _refuse("EMAIL_URL", reason) from error
    if email["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
        email["EMAIL_FILE_PATH"] = str(base_dir / "var" / "mail")
    return email


def _address(env: environ.Env, name: str, *, default: str) -> str:
    address: str = env.str(name, default=default)
    if (address and "@" not in address) or "\n" in address:
        raise _refuse(name, "give an e-mail address.")
    return address


def _signup(env: environ.Env) -> str:
    signup: str = env.str("SIGNUP", default="open")
    if signup not in SIGNUP_CHOICES:
        raise _refuse("SIGNUP", "use open or invited.")
    return signup
