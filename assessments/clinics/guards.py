"""History that cannot be rewritten: which rows the database itself refuses to change, and the triggers that do it.

A model says in `guard` when a change of its rows is refused. The triggers are made after every `migrate`, because
SQLite loses them whenever a migration rebuilds a table. Knows SQL, and no table but that of erasures.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.db import connections, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

ERASURES: Final = "clinics_erasure"
ERASING: Final = f"EXISTS (SELECT 1 FROM {ERASURES} WHERE is_running)"  # noqa: S608 - no text of anybody's
ALWAYS: Final = "TRUE"
PREFIX: Final = "guard_"
REPLACE: Final = "replace"
"""SQLite's way of deleting a row by inserting another, of which only some connections tell the guard of deleting."""
DIFFERS: Final = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}
"""A comparison that takes null for a value like others."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Guard:
    """When the database refuses to write a row: conditions on OLD and NEW that both kinds understand; empty for never.

    In a condition on updates `{others}` stands for "a column that is not in `may_change` changes", and `{differs}` for
    a comparison. While a clinic or person is erased nothing is refused, and while a round is, nothing of that round:
    `of_round` says of which one `{row}` is, and is empty for what belongs to none. What is `kept_while_erasing` is
    refused all the same, and so is emptying a whole table.
    """

    words: str
    insert: str = ""
    update: str = ""
    delete: str = ALWAYS
    may_change: tuple[str, ...] = ()
    of_round: str = ""
    kept_while_erasing: bool = False


def frozen(words: str, *, insert: str = "", of_round: str = "") -> Guard:
    """Guard rows that are never changed once they are written."""
    return Guard(words, insert=insert, update=ALWAYS, of_round=of_round)


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
    """Whether history is guarded: every trigger is there, and none is lifted by an erasure that never ended.

    Triggers of another release count, so that old code is ready until it is stopped.
    """
    wanted = {_kind_of(name) for name in _wanted(connection)}
    if not wanted or not wanted <= {_kind_of(name) for name in _present(connection)}:
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {ERASING}")
        return not cursor.fetchone()[0]


def make_after_migrating(*, using: str, **kwargs: object) -> None:
    """Make the triggers once all tables are as they should be; a receiver of `post_migrate`."""
    make(connections[using])
    _end_what_never_ended(connections[using])


def drop_before_migrating(*, using: str, plan: Sequence[tuple[object, bool]], **kwargs: object) -> None:
    """Drop the triggers where migrating needs it; a receiver of `pre_migrate`.

    SQLite needs it for every migration. PostgreSQL only goes back without: the table of erasures may go.
    """
    connection = connections[using]
    if any(connection.vendor == "sqlite" or is_back for _, is_back in plan):
        drop(connection)


def _end_what_never_ended(connection: BaseDatabaseWrapper) -> None:
    """End an erasure that is seen to run: one that ends as it should is seen by nobody before."""
    if ERASURES not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {ERASURES} SET is_running = FALSE WHERE is_running")  # noqa: S608 - no text of anybody's
        if cursor.rowcount > 0:
            logger.error("ALARM: an erasure never ended, and history was not guarded since. It is ended now.")


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
    table, is_sqlite = model._meta.db_table, connection.vendor == "sqlite"
    conditions = {
        "insert": guard.insert,
        REPLACE: _on_replace(model, guard) if is_sqlite else "",
        "update": _on_update(connection, table, guard),
        "delete": guard.delete,
        "truncate": "" if is_sqlite else ALWAYS,
    }
    making = _on_sqlite if is_sqlite else _on_postgresql
    for write, condition in conditions.items():
        if condition:
            lifted = _lifted(guard, write)
            digest = sha256(f"{condition} {lifted} {guard.words}".encode()).hexdigest()[:8]
            name = f"{PREFIX}{table}_{write}_{digest}"
            yield name, making(name, table, write, condition, lifted, guard.words)


def _kind_of(name: str) -> str:
    """Give which table and kind of write a trigger is for, in whatever release."""
    return name.rpartition("_")[0]


def _lifted(guard: Guard, write: str) -> str:
    """Say when a guard is lifted: while something is erased that the row can belong to."""
    if guard.kept_while_erasing or write in (REPLACE, "truncate"):
        return "FALSE"
    if write == "update":  # a row cannot be moved into another assessment that is not erased
        return f"({_is_erased(guard, 'OLD')} AND {_is_erased(guard, 'NEW')})"
    return _is_erased(guard, "NEW" if write == "insert" else "OLD")


def _is_erased(guard: Guard, row: str) -> str:
    of_it = f" OR {ERASURES}.round_id = {guard.of_round.format(row=row)}" if guard.of_round else ""
    return f"EXISTS (SELECT 1 FROM {ERASURES} WHERE is_running AND (kind <> 'round'{of_it}))"  # noqa: S608


def _on_replace(model: type[Model], guard: Guard) -> str:
    """Refuse to insert what would replace a row that must not be deleted: one with its key, or another unique value."""
    meta = model._meta
    columns = {field.name: field.column for field in meta.local_concrete_fields}
    unique = [[field.column] for field in meta.local_concrete_fields if field.unique]
    unique += [[columns[name] for name in one.fields] for one in meta.total_unique_constraints]
    same = " OR ".join(" AND ".join(f'gone."{name}" = NEW."{name}"' for name in names) for names in unique)
    lifted = "" if guard.kept_while_erasing else f" AND NOT {_is_erased(guard, 'gone')}"
    stays = guard.delete.replace("OLD.", "gone.")
    return f'EXISTS (SELECT 1 FROM "{meta.db_table}" AS gone WHERE ({same}) AND ({stays}){lifted})'  # noqa: S608


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
    event = "INSERT" if write == REPLACE else write.upper()
    return [
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" WHEN ({condition}) AND NOT {lifted} '
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
