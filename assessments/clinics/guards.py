"""History that cannot be rewritten: which rows the database itself refuses to change, and the triggers that do it.

A model says in `guard` when a change of its rows is refused. The triggers are made after every `migrate`, because
SQLite loses them whenever a migration rebuilds a table. Knows SQL, and no table but that of erasures.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.db import connections, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

ERASURES: Final = "clinics_erasure"
ERASING: Final = f"EXISTS (SELECT 1 FROM {ERASURES} WHERE is_running)"  # noqa: S608 - no text of anybody's
ALWAYS: Final = "TRUE"
PREFIX: Final = "guard_"
DIFFERS: Final = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}
"""A comparison that takes null for a value like others."""


@dataclass(frozen=True)
class Guard:
    """When the database refuses to write a row: conditions on OLD and NEW that both kinds understand; empty for never.

    In a condition on updates `{others}` stands for "a column that is not in `may_change` changes", and `{differs}` for
    a comparison. While something is erased nothing is refused, unless the guard is `kept_while_erasing`.
    """

    words: str
    insert: str = ""
    update: str = ""
    delete: str = ALWAYS
    may_change: tuple[str, ...] = ()
    kept_while_erasing: bool = False


def frozen(words: str, *, insert: str = "") -> Guard:
    """Guard rows that are never changed once they are written."""
    return Guard(words, insert=insert, update=ALWAYS)


def make(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers that are missing and drop those of other releases; nothing is done where all is in place."""
    wanted, present = _wanted(connection), _present(connection)
    if wanted.keys() == present:
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in present - wanted.keys():
            cursor.execute(_dropping(connection, name))
        for name in wanted.keys() - present:
            cursor.execute(_dropping(connection, name))  # on PostgreSQL, a function whose trigger is gone
            for statement in wanted[name]:
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Drop all triggers: before a migration, because SQLite renames no table that a trigger speaks of."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in _present(connection):
            cursor.execute(_dropping(connection, name))


def are_in_place(connection: BaseDatabaseWrapper) -> bool:
    """Whether history is guarded: every trigger is there, and none is lifted by an erasure that never ended."""
    wanted = _wanted(connection)
    if not wanted or not wanted.keys() <= _present(connection):
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {ERASING}")
        return not cursor.fetchone()[0]


def make_after_migrating(*, using: str, **kwargs: object) -> None:
    """Make the triggers once all tables are as they should be; a receiver of `post_migrate`."""
    make(connections[using])


def drop_before_migrating(*, using: str, plan: list[object], **kwargs: object) -> None:
    """Drop the triggers where there is something to migrate; a receiver of `pre_migrate`."""
    if plan:
        drop(connections[using])


def _wanted(connection: BaseDatabaseWrapper) -> dict[str, list[str]]:
    """Give the statements that make each trigger, by its name; none for tables that are not there yet, or no more."""
    tables = set(connection.introspection.table_names())
    if ERASURES not in tables:
        return {}
    return {
        name: statements
        for model in apps.get_models()
        if hasattr(model, "guard") and model._meta.db_table in tables
        for name, statements in _triggers(connection, model, model.guard)
    }


def _triggers(connection: BaseDatabaseWrapper, model: type[Model], guard: Guard) -> Iterator[tuple[str, list[str]]]:
    table = model._meta.db_table
    conditions = {
        "insert": guard.insert,
        "update": _on_update(connection, table, guard),
        "delete": guard.delete,
        "truncate": ALWAYS if connection.vendor == "postgresql" else "",
    }
    for write, condition in conditions.items():
        if condition:
            lifted = "" if guard.kept_while_erasing else ERASING
            digest = sha256(f"{condition} {lifted} {guard.words}".encode()).hexdigest()[:8]
            name = f"{PREFIX}{table}_{write}_{digest}"
            making = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
            yield name, making(name, table, write, condition, lifted or "FALSE", guard.words)


def _on_update(connection: BaseDatabaseWrapper, table: str, guard: Guard) -> str:
    """Spell out the columns that the table has: they are not the model's while the database is at another release."""
    if "{" not in guard.update:
        return guard.update
    differs = DIFFERS[connection.vendor]
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    others = " OR ".join(f'OLD."{name}" {differs} NEW."{name}"' for name in columns if name not in guard.may_change)
    return guard.update.format(others=f"({others})", differs=differs)


def _on_sqlite(name: str, table: str, write: str, condition: str, lifted: str, words: str) -> list[str]:
    return [
        f'CREATE TRIGGER "{name}" BEFORE {write.upper()} ON "{table}" WHEN ({condition}) AND NOT {lifted} '
        f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    ]


def _on_postgresql(name: str, table: str, write: str, condition: str, lifted: str, words: str) -> list[str]:
    """Raise an error of class 23, which Django knows as an IntegrityError."""
    goes_on = {"delete": "OLD", "truncate": "NULL"}.get(write, "NEW")
    each = "STATEMENT" if write == "truncate" else "ROW"
    return [
        f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN '
        f"IF {condition} THEN IF NOT {lifted} THEN "
        f"RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation'; END IF; END IF; "
        f"RETURN {goes_on}; END $guard$",
        f'CREATE TRIGGER "{name}" BEFORE {write.upper()} ON "{table}" FOR EACH {each} EXECUTE FUNCTION "{name}"()',
    ]


def _present(connection: BaseDatabaseWrapper) -> set[str]:
    if connection.vendor == "postgresql":
        triggers = (
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE tgenabled IN ('O', 'A') AND pg_table_is_visible(pg_class.oid)"
        )
    else:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(triggers)
        return {name for (name,) in cursor.fetchall() if name.startswith(PREFIX)}


def _dropping(connection: BaseDatabaseWrapper, name: str) -> str:
    if connection.vendor == "postgresql":
        return f'DROP FUNCTION IF EXISTS "{name}"() CASCADE'
    return f'DROP TRIGGER IF EXISTS "{name}"'
