"""The rules that a questionnaire keeps as a whole: keys that are known and unique, critical items, wordings, scales.

What one field may hold stands in `definition`; here stands what fields say of each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Hashable, Iterator
from typing import NamedTuple

from readiness.instrument.definition import CONFIDENCE, Form, Instrument, Item, Scale


class Complaint(NamedTuple):
    """What is wrong, in which part of the instrument, at which key."""

    part: str
    key: Hashable
    message: str


def complaints(instrument: Instrument) -> Iterator[Complaint]:
    """Give everything that is wrong with a questionnaire whose fields are each valid; nothing when it is sound."""
    yield from _repeated_keys(instrument)
    yield from _scales(instrument)
    yield from _unknown_keys(instrument)
    yield from _unused_domains(instrument)
    for item in instrument.items:
        for message in _item(item):
            yield Complaint("items", item.key, message)
    yield from _mixed_scales(instrument)
    yield from _repeated_wordings(instrument)
    yield from _same_as(instrument)


def _repeated_keys(instrument: Instrument) -> Iterator[Complaint]:
    for part in ("scales", "takeaways", "cfir", "domains", "items", "facts", "determinants", "sources"):
        for key, times in Counter(row.key for row in getattr(instrument, part)).items():
            if times > 1:
                yield Complaint(part, key, "the key is there twice")
    for fact in instrument.facts:
        if fact.key in instrument.item:
            yield Complaint("facts", fact.key, "an item has the same key")
        if fact.low > fact.high:
            yield Complaint("facts", fact.key, "low is above high")
    for determinant in instrument.determinants:
        for key, times in Counter(row.source for row in determinant.sources).items():
            if times > 1:
                yield Complaint("determinants", determinant.key, f"source {key!r} is there twice")


def _scales(instrument: Instrument) -> Iterator[Complaint]:
    for scale in instrument.scales:
        if scale.low >= scale.high:
            yield Complaint("scales", scale.key, "low must be under high")
        elif set(scale.labels) != _labelled(scale):
            steps = ", ".join(map(str, sorted(_labelled(scale))))
            yield Complaint("scales", scale.key, f"labels are needed for exactly these steps: {steps}")


def _labelled(scale: Scale) -> set[int]:
    """Give the steps that need words: the two ends of a confidence scale, every step of any other."""
    return {scale.low, scale.high} if scale.key == CONFIDENCE else set(scale.steps)


def _unknown_keys(instrument: Instrument) -> Iterator[Complaint]:
    takeaways = {takeaway.key for takeaway in instrument.takeaways}
    cfir = {row.key for row in instrument.cfir}
    references: list[tuple[str, Hashable, str, Hashable, Container[Hashable]]] = [
        *(("domains", row.key, "takeaway", row.takeaway, takeaways) for row in instrument.domains),
        *(("items", row.key, "domain", row.domain, instrument.domain) for row in instrument.items),
        *(("items", row.key, "determinant", row.determinant, instrument.determinant) for row in instrument.items),
        *(("items", row.key, "scale", row.scale, instrument.scale) for row in instrument.items),
        *(("facts", row.key, "domain", row.domain, instrument.domain) for row in instrument.facts),
        *(("determinants", row.key, "cfir", row.cfir, cfir) for row in instrument.determinants),
        *(
            ("determinants", row.key, "source", of.source, instrument.source)
            for row in instrument.determinants
            for of in row.sources
        ),
    ]
    for part, key, name, value, known in references:
        if value not in known:
            yield Complaint(part, key, f"unknown {name} {value!r}")


def _unused_domains(instrument: Instrument) -> Iterator[Complaint]:
    used = {item.domain for item in instrument.items}
    for domain in instrument.domains:
        if domain.key not in used:
            yield Complaint("domains", domain.key, "no item asks about this domain")


def _item(item: Item) -> Iterator[str]:
    if item.safety and not item.critical:
        yield "a safety item is critical"
    if item.critical and Form.MANAGER not in item.wording:
        yield "a critical item is on the manager form"
    if item.critical and not item.quick:
        yield "a critical item is in the quick start"
    if item.quick and Form.MANAGER not in item.wording:
        yield "an item of the quick start is on the manager form"
    if item.scale == CONFIDENCE and set(item.wording) != {Form.THERAPIST}:
        yield "a confidence item is on the therapist form only"
    if Form.MANAGER in item.wording and not item.find_out:
        yield "find_out is needed on the manager form: who would know"
    if not all(wording.isprintable() for wording in (*item.wording.values(), item.short)):
        yield "the wording holds a line break or a hidden character"


def _mixed_scales(instrument: Instrument) -> Iterator[Complaint]:
    first: dict[str, str] = {}
    for item in instrument.items:
        if first.setdefault(item.domain, item.scale) != item.scale:
            yield Complaint("items", item.key, f"the items of {item.domain!r} use scale {first[item.domain]!r}")


def _repeated_wordings(instrument: Instrument) -> Iterator[Complaint]:
    owner: dict[str, str] = {}
    for item in instrument.items:
        for wording in item.wording.values():
            if owner.setdefault(wording.casefold(), item.key) != item.key:
                yield Complaint("items", item.key, f"the same words as item {owner[wording.casefold()]!r}")


def _same_as(instrument: Instrument) -> Iterator[Complaint]:
    for version, keys in instrument.same_as.items():
        if not 1 <= version < instrument.version:
            yield Complaint("same_as", version, "give an earlier version")
        for key, times in Counter(keys).items():
            if key not in instrument.item:
                yield Complaint("same_as", version, f"unknown item {key!r}")
            if times > 1:
                yield Complaint("same_as", version, f"item {key!r} is there twice")
