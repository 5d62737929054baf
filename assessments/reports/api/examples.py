"""Examples of whole answers, put together from the examples of the fields, so that none can go out of date."""

from __future__ import annotations

from typing import Any, TypeAlias

Schema = dict[str, Any]
Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"


def example_of(schema: Schema, schemas: Schema) -> Value:
    """Give an example of a JSON schema; `schemas` are those that it may refer to.

    Raises:
        ValueError: a field says neither an example nor what may be in it.
    """
    if "examples" in schema:
        example: Value = schema["examples"][0]
        return example
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas)
    if "enum" in schema:
        first: Value = schema["enum"][0]
        return first
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas)]
    if schema.get("type") == "object":
        return {name: example_of(field, schemas) for name, field in schema["properties"].items()}
    raise ValueError(f"no example: {schema}")
