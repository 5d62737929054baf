"""What the database and the cookies keep: laid out from the models, told in the words of `privacy.toml`.

Knows the layout and no row of it, so that it may speak of therapists' tables too. What is not described there is an
error, because a new column is to be decided, not forgotten.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models

WORDS: Final = Path(__file__).with_suffix(".toml")
KINDS: Final[Mapping[str, str]] = {
    "AutoField": "number",
    "BigAutoField": "number",
    "BooleanField": "yes or no",
    "CharField": "text",
    "DateField": "day",
    "DateTimeField": "time",
    "EmailField": "text",
    "FloatField": "number",
    "IntegerField": "number",
    "JSONField": "JSON",
    "PositiveIntegerField": "number",
    "PositiveSmallIntegerField": "number",
    "TextField": "text",
    "UUIDField": "random id",
}
NAMES: Final = ("respondents.Invitation", "clinics.OutgoingMail")
ANSWERS: Final = ("respondents.Draft", "respondents.Submission")
"""The two sides that nothing may join: who is invited, and what was answered."""


@dataclass(frozen=True)
class Column:
    """A column; `leads_to` names the table that it can be joined with, by a key of the database if `is_key`."""

    name: str
    kind: str
    holds: str
    personal: str
    until: str
    leads_to: str
    is_key: bool


@dataclass(frozen=True)
class Table:
    """A table of ours, with what it is for and until when its rows stay."""

    name: str
    purpose: str
    until: str
    columns: tuple[Column, ...]

    @property
    def ways_out(self) -> tuple[Column, ...]:
        """The columns by which it can be joined with other tables."""
        return tuple(column for column in self.columns if column.leads_to)

    @property
    def leads_to(self) -> frozenset[str]:
        """The tables that it can be joined with."""
        return frozenset(column.leads_to for column in self.ways_out)


@dataclass(frozen=True)
class Section:
    """Tables that belong together."""

    key: str
    title: str
    about: str
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Apart:
    """The two sides, and the only tables that both lead to."""

    names: tuple[Table, ...]
    answers: tuple[Table, ...]
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Cookie:
    """A cookie by its name here, who gets it, what it holds and how long it lasts."""

    name: str
    who: str
    holds: str
    lasts: str


@cache
def words() -> dict[str, Any]:
    """Read what is written of tables, columns and cookies."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def table(label: str) -> Table:
    """Lay out a table of ours.

    Raises:
        KeyError: the model or one of its columns is not described.
    """
    model, said = apps.get_model(label), words()["table"][label]
    columns = tuple(
        _column(field, said["columns"][field.name], said["until"]) for field in model._meta.local_concrete_fields
    )
    return Table(model._meta.db_table, said["purpose"], words()["until"][said["until"]], columns)


def _column(field: models.Field[Any, Any], said: Mapping[str, str], until: str) -> Column:
    key = field if isinstance(field, models.ForeignKey) else None
    kind = (key.target_field if key else field).get_internal_type()
    other = key.related_model if key else said.get("joins")
    return Column(
        name=str(field.column),
        kind=KINDS[kind],
        holds=said["holds"],
        personal=words()["personal"][said.get("personal", "no")],
        until=words()["until"][said.get("until", until)],
        leads_to=_model(other)._meta.db_table if other else "",
        is_key=key is not None,
    )


def _model(named: type[models.Model] | str) -> type[models.Model]:
    return apps.get_model(named) if isinstance(named, str) else named


def sections() -> tuple[Section, ...]:
    """Lay out all tables of ours, by what they are about."""
    return tuple(
        Section(one["key"], one["title"], one["about"], tuple(table(label) for label in one["tables"]))
        for one in words()["section"]
    )


def apart() -> Apart:
    """Set who is invited beside what was answered, with every table that both could be joined through."""
    names, answers = tuple(map(table, NAMES)), tuple(map(table, ANSWERS))
    shared = frozenset().union(*(one.leads_to for one in names)) & frozenset().union(*(one.leads_to for one in answers))
    return Apart(names, answers, tuple(sorted(shared)))


def framework() -> tuple[tuple[str, str], ...]:
    """Give the tables that are not ours, each with a sentence."""
    return tuple(words()["framework"].items())


def cookies() -> tuple[Cookie, ...]:
    """Give every cookie that the site may set, by the name that a browser shows."""
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return tuple(
        Cookie(f"{prefix}{name}", said["who"], said["holds"], said["lasts"])
        for name, said in words()["cookies"].items()
    )
