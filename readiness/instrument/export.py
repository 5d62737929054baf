"""Gives a questionnaire as plain JSON values: what `manage.py instrument --json` prints."""

from __future__ import annotations

from typing import Any

from readiness.instrument.definition import Determinant, Form, Instrument, Item


def export(instrument: Instrument) -> dict[str, Any]:
    """Give the whole questionnaire in strings, whole numbers, booleans, None, lists and string-keyed mappings.

    `forms` holds only the forms that ask an item, `route` is None for items of no route, `takeaway` is the number of
    the item's domain and `cfir` the key of its determinant. Lists keep the order of the questionnaire.
    """
    plain = instrument.model_dump(mode="json", exclude={"items", "determinants", "scales"})
    return plain | {
        "scales": [scale.model_dump(mode="json") for scale in instrument.scales],
        "items": [_item(instrument, item) for item in instrument.items],
        "determinants": [_determinant(determinant) for determinant in instrument.determinants],
    }


def _item(instrument: Instrument, item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "domain": item.domain,
        "scale": item.scale,
        "forms": {form.value: item.wording[form] for form in Form if form in item.wording},
        "short": item.short,
        "critical": item.critical,
        "safety": item.safety,
        "quick": item.quick,
        "live": item.live,
        "route": item.route and item.route.value,
        "determinant": item.determinant,
        "takeaway": instrument.domain[item.domain].takeaway,
        "cfir": instrument.determinant[item.determinant].cfir,
        "find_out": item.find_out or None,
    }


def _determinant(determinant: Determinant) -> dict[str, Any]:
    return determinant.model_dump(mode="json") | {"seen_in": sorted(group.value for group in determinant.seen_in)}
