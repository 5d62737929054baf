"""What each field of an answer means, read from the schema that describes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field by its place in the answer, such as `topics[].score`: the brackets stand for each entry of a list."""

    name: str
    about: str


def fields_of(schema: Schema, schemas: Schema) -> tuple[FieldRow, ...]:
    """Give the fields of an answer in their order; `schemas` are those that it may refer to.

    A shape that is there twice is told once; the second place says where.
    """
    return tuple(_fields(_meant(schema, schemas), schemas, "", {}))


def _fields(shape: Schema, schemas: Schema, within: str, told: dict[str, str]) -> Iterator[FieldRow]:
    for name, field in shape.get("properties", {}).items():
        place = f"{within}{name}{'[]' if field.get('type') == 'array' else ''}"
        meant = _meant(field, schemas)
        title = meant.get("title", "")
        is_shape = "properties" in meant
        about = _about(field, meant)
        if is_shape and title in told:
            yield FieldRow(place, f"{about} Its fields are those of `{told[title]}`.")
            continue
        yield FieldRow(place, about)
        if is_shape:
            told[title] = place
            yield from _fields(meant, schemas, f"{place}.", told)


def _meant(field: Schema, schemas: Schema) -> Schema:
    """Follow a field to what is in it: through lists, references, and the first of several choices."""
    for key in ("items", "anyOf"):
        if key in field:
            inner = field[key]
            return _meant(inner[0] if isinstance(inner, list) else inner, schemas)
    if "$ref" in field:
        return _meant(schemas[field["$ref"].rpartition("/")[2]], schemas)
    return field


def _about(field: Schema, meant: Schema) -> str:
    said = str(field.get("description") or meant.get("description", ""))
    words = [f"`{one}`" for one in meant.get("enum", ()) if f"`{one}`" not in said]
    return f"{said} One of {', '.join(words)}." if len(words) > 1 else said
