"""How guidance is read: one TOML file per version, checked against the questionnaire it belongs to.

Every error names the file and the key, so that a writer can put it right without reading code.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from readiness.guidance.definition import MAX_TIPS, MIN_OPTIONS, MIN_TIPS, TOPIC, FlagText, Guidance, Option
from readiness.guidance.flags import CRITICAL, PER_TOPIC, WEAK_DOMAIN, flag_keys
from readiness.instrument.definition import CONFIDENCE, Form, Instrument, Route

LIBRARY: Final = Path(__file__).parent / "library"
MAX_BYTES: Final = 256 * 1024
FLAG_ROUTES: Final[Mapping[str, frozenset[Route]]] = {"low-gp-referral": frozenset({Route.GP})}
"""Flags that are raised only while a route is open, so that options of that route always fit."""


class GuidanceError(ValueError):
    """A guidance file that cannot be used; the message names file and key in one line."""


def load(instrument: Instrument, version: int | None = None) -> Guidance:
    """Read a version of the guidance for an instrument; the newest that fits its version when None.

    Raises:
        GuidanceError: no such file, or a file with a mistake in it.
    """
    for number in (version,) if version is not None else reversed(versions(instrument.key)):
        guidance = _read(LIBRARY / f"{instrument.key}-{number}.toml")
        if version is not None or instrument.version in guidance.for_versions:
            _check(guidance, instrument, f"{instrument.key}-{number}.toml")
            return guidance
    raise GuidanceError(f"{LIBRARY.name}: no guidance for {instrument.key} {instrument.version}")


def versions(key: str) -> tuple[int, ...]:
    """Give the versions of the guidance for an instrument, oldest first."""
    found = (re.fullmatch(rf"{re.escape(key)}-([1-9]\d*)", path.stem) for path in LIBRARY.glob("*.toml"))
    return tuple(sorted(int(match[1]) for match in found if match))


def parse(content: bytes, name: str, instrument: Instrument) -> Guidance:
    """Read guidance from the bytes of a TOML file called `name`, checked against the instrument.

    Raises:
        GuidanceError: not UTF-8, not TOML, over 256 KiB, a field or a reference that is wrong.
    """
    guidance = _decode(content, name)
    _check(guidance, instrument, name)
    return guidance


@lru_cache(maxsize=8)
def _read(path: Path) -> Guidance:
    try:
        content = path.read_bytes()
    except OSError:
        raise GuidanceError(f"{path.name}: there is no such guidance") from None
    return _decode(content, path.name)


def _decode(content: bytes, name: str) -> Guidance:
    if len(content) > MAX_BYTES:
        raise GuidanceError(f"{name}: larger than {MAX_BYTES} bytes")
    try:
        data = tomllib.loads(content.decode())
        return Guidance.model_validate(data)
    except UnicodeDecodeError as error:
        raise GuidanceError(f"{name}: not UTF-8 at byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        raise GuidanceError(f"{name}: {error}") from error
    except ValidationError as error:
        raise GuidanceError(f"{name}: {_first_mistake(error, data)}") from error


def _first_mistake(error: ValidationError, data: dict[str, object]) -> str:
    """Say where a mistake stands, by the key of its flag or option rather than by its number."""
    mistake = error.errors(include_url=False)[0]
    section, *rest = mistake["loc"]
    entries = data.get(str(section))
    if rest and isinstance(entries, list) and isinstance(entries[int(rest[0])], dict):
        rest[0] = entries[int(rest[0])].get("key", rest[0])
    return f"{'.'.join(str(part) for part in (section, *rest))}: {mistake['msg']}"


def _check(guidance: Guidance, instrument: Instrument, name: str) -> None:
    mistakes = (*_headings(guidance, instrument), *_references(guidance, instrument), *_coverage(guidance, instrument))
    if mistakes:
        raise GuidanceError(f"{name}: {mistakes[0]}")


def _headings(guidance: Guidance, instrument: Instrument) -> Iterator[str]:
    if guidance.instrument != instrument.key or instrument.version not in guidance.for_versions:
        yield f"instrument: not for {instrument.key} {instrument.version}"
    keys = (
        [flag.key for flag in guidance.flags],
        [option.key for option in guidance.options],
        [inquiry.key for inquiry in guidance.inquiries],
        [tip.key for tip in guidance.tips],
    )
    for key, count in (pair for group in keys for pair in Counter(group).items()):
        if count > 1:
            yield f"{key}: the key is used twice"


def _references(guidance: Guidance, instrument: Instrument) -> Iterator[str]:
    items = {item.key for item in instrument.items_of(Form.MANAGER)}
    domains = {domain.key for domain in instrument.domains_of(Form.MANAGER)}
    flag_names = set(flag_keys(instrument))
    for flag in guidance.flags:
        yield from _unknown(flag.key, "flag", [flag.key], flag_names)
        yield from _unknown(flag.key, "source", flag.sources, instrument.source.keys())
        yield from _unknown(flag.key, "item", (key for v in flag.variants for key in (*v.items, *v.given)), items)
        yield from _topic_named(flag)
    for option in guidance.options:
        yield from _unknown(option.key, "flag", option.flags, flag_names - {WEAK_DOMAIN})
        yield from _unknown(option.key, "source", option.sources, instrument.source.keys())
        yield from _unknown(option.key, "item", option.items, items)
        yield from _unknown(option.key, "domain", option.domains, domains)
        yield from _beside_the_point(option, instrument)
    tasks = {item.key for item in instrument.items_of(Form.THERAPIST, CONFIDENCE)}
    yield from _unknown("profile", "task", [guidance.profile.safety_item], tasks)
    for tip in guidance.tips:
        yield from _unknown(tip.key, "task", [tip.item], tasks)
        yield from _unknown(tip.key, "source", tip.sources, instrument.source.keys())
    yield from _unknown("training_only", "source", guidance.training_only.sources, instrument.source.keys())
    for clash in guidance.clashes:
        yield from _unknown("clashes", "item", [clash.item], items)
        yield from _unknown("clashes", "fact", [clash.fact], instrument.fact.keys())


def _unknown(key: str, kind: str, given: Iterable[str], known: Set[str]) -> Iterator[str]:
    yield from (f"{key}: unknown {kind} {one!r}" for one in sorted({*given} - known))


def _topic_named(flag: FlagText) -> Iterator[str]:
    """Phrases and the short name on a topic name it exactly where the flag is raised per topic."""
    is_per_topic = flag.key in PER_TOPIC
    for name in ("short_of_topic", "in_common", "in_common_one"):
        phrase = getattr(flag, name)
        if (TOPIC in phrase) is not is_per_topic:
            yield f"{flag.key}: {name} {'does not name' if is_per_topic else 'has no place for'} {TOPIC}"


def _beside_the_point(option: Option, instrument: Instrument) -> Iterator[str]:
    """An option acts on an item of every domain, and on the item of every critical flag, that it serves."""
    acted_on = {instrument.item[key].domain for key in option.items if key in instrument.item}
    yield from (f"{option.key}: acts on no item of {domain}" for domain in option.domains if domain not in acted_on)
    for flag in option.flags:
        if flag.startswith(CRITICAL) and flag.removeprefix(CRITICAL) not in option.items:
            yield f"{option.key}: does not act on the item of {flag}"


def _coverage(guidance: Guidance, instrument: Instrument) -> Iterator[str]:
    """Flags have words, flags and domains enough options in every context, tasks enough tips; every group is asked."""
    for key in flag_keys(instrument):
        if key not in guidance.flag:
            yield f"flags: {key} is missing"
        if key != WEAK_DOMAIN:
            routes = FLAG_ROUTES.get(key, frozenset())
            yield from _enough(key, [o for o in guidance.options if key in o.flags and o.routes <= routes])
    for domain in instrument.domains_of(Form.MANAGER):
        options = [o for o in guidance.options if domain.key in o.domains and not o.routes]
        yield from _enough(domain.key, options)
    n_tips = Counter(tip.item for tip in guidance.tips)
    for item in instrument.items_of(Form.THERAPIST, CONFIDENCE):
        if not MIN_TIPS <= n_tips[item.key] <= MAX_TIPS:
            yield f"tips: {item.key} has {n_tips[item.key]}, not {MIN_TIPS} to {MAX_TIPS}"
    asked = {item.find_out for item in instrument.items_of(Form.MANAGER)}
    yield from (f"inquiries: {key!r} is missing" for key in sorted(asked - {text.key for text in guidance.inquiries}))


def _enough(key: str, options: list[Option]) -> Iterator[str]:
    if len(options) < MIN_OPTIONS:
        yield f"options: fewer than {MIN_OPTIONS} fit {key} in every context"
    if not any(option.kind.is_structural for option in options):
        yield f"options: none that fits {key} in every context changes more than training"
