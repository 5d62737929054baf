"""Reads questionnaires from their files and refuses a broken one with a line that names the file and the key.

It knows TOML and folders; which questionnaire a round uses is the round's business.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from readiness.instrument.definition import INSTRUMENT, Form, ForWhom, Instrument, Status
from readiness.instrument.rules import complaints

LIBRARY: Final = Path(__file__).parent / "library"
MAX_BYTES: Final = 256 * 1024
EVIDENCE: Final = "evidence"  # evidence-1.toml and so on: no questionnaire has this key
EVIDENCE_PARTS: Final = frozenset({"determinants", "sources"})

SEEN_IN: Final[Mapping[str, ForWhom]] = {
    Status.FINDING_A: ForWhom.PAIN_FATIGUE,
    Status.FINDING_B: ForWhom.DEPRESSION_ANXIETY,
    Status.SECONDARY: ForWhom.DEPRESSION_ANXIETY,
}
"""The patient group in whose services a study saw what it reports; none for wider literature and judgement."""


class InstrumentError(Exception):
    """A questionnaire that is missing or broken; the message is one line that names the file and the key."""


class File(NamedTuple):
    """A file's name, as messages give it, and its bytes."""

    name: str
    content: bytes


def versions(key: str = INSTRUMENT) -> tuple[int, ...]:
    """Give the versions of a questionnaire that the library holds, oldest first; empty for an unknown key."""
    return () if key == EVIDENCE else _versions(LIBRARY, key)


@lru_cache(maxsize=16)
def _versions(library: Path, key: str) -> tuple[int, ...]:
    """Look into the folder once: a page asks for its questionnaire a dozen times."""
    found = (re.fullmatch(rf"{re.escape(key)}-([1-9][0-9]*)\.toml", path.name) for path in library.iterdir())
    return tuple(sorted(int(match[1]) for match in found if match))


def load(key: str = INSTRUMENT, version: int | None = None) -> Instrument:
    """Give a questionnaire of the library, validated; read once per process.

    Args:
        key: which questionnaire.
        version: which version; None for the newest.

    Raises:
        InstrumentError: there is no such questionnaire, or its files are broken.
    """
    available = versions(key)
    if not available:
        raise InstrumentError(f"{key!r}: there is no questionnaire with this key")
    if version is None:
        return _load(key, available[-1])
    if version not in available:
        raise InstrumentError(f"{key!r}: there is no version {version}; there is {', '.join(map(str, available))}")
    return _load(key, version)


@cache
def _load(key: str, version: int) -> Instrument:
    questionnaire = read(LIBRARY / f"{key}-{version}.toml")
    number = _table(questionnaire).get("evidence")
    if type(number) is not int:
        raise InstrumentError(f"{questionnaire.name}: evidence: give the version of the evidence file, a whole number")
    instrument = parse(questionnaire, read(LIBRARY / f"{EVIDENCE}-{number}.toml"))
    if (instrument.key, instrument.version) != (key, version):
        raise InstrumentError(f"{questionnaire.name}: key and version say {instrument.key}-{instrument.version}")
    for message in _not_the_same(instrument):
        raise InstrumentError(f"{questionnaire.name}: same_as {message}")
    return instrument


def _not_the_same(instrument: Instrument) -> Iterator[str]:
    """Say which items cannot ask the same as in the earlier version named: it has none, or with other answers."""
    for version, keys in instrument.same_as.items():
        if version in versions(instrument.key):
            earlier = load(instrument.key, version)
            yield from (f"{version}: {message}" for key in keys if (message := _difference(earlier, instrument, key)))
        else:
            yield f"{version}: there is no such version"


def _difference(earlier: Instrument, later: Instrument, key: str) -> str:
    if key not in earlier.item:
        return f"no item {key!r} there"
    return "" if _answers_to(earlier, key) == _answers_to(later, key) else f"item {key!r} has other answers there"


def _answers_to(instrument: Instrument, key: str) -> tuple[range, Mapping[int, str]]:
    scale = instrument.scale[instrument.item[key].scale]
    return scale.steps, scale.labels


def read(path: Path) -> File:
    """Read a file of at most 256 KiB.

    Raises:
        InstrumentError: it cannot be read or is too large.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InstrumentError(f"{path.name}: cannot be read: {error.strerror}") from error
    return File(path.name, content)


def parse(questionnaire: File, evidence: File) -> Instrument:
    """Build a questionnaire from its two files and check every rule.

    Raises:
        InstrumentError: the first thing that is wrong, in one line with file and key.
    """
    asked, known = _table(questionnaire), _table(evidence)
    for file, table, allowed in (
        (questionnaire, asked, (Instrument.model_fields.keys() - EVIDENCE_PARTS) | {"evidence"}),
        (evidence, known, EVIDENCE_PARTS),
    ):
        for name in table.keys() - allowed:
            raise InstrumentError(f"{file.name}: {name}: not known here")
    raw = {name: part for name, part in asked.items() if name != "evidence"} | known
    _expand_wording(raw.get("items"))
    _expand_sources(raw.get("determinants"))
    names = {part: (evidence if part in EVIDENCE_PARTS else questionnaire).name for part in Instrument.model_fields}
    try:
        instrument = Instrument.model_validate(raw)
    except ValidationError as error:
        raise InstrumentError(_explain(error, raw, names)) from error
    for part, key, message in complaints(instrument):
        raise InstrumentError(f"{names[part]}: {part} {key}: {message}")
    return instrument


def _table(file: File) -> dict[str, Any]:
    if len(file.content) > MAX_BYTES:
        raise InstrumentError(f"{file.name}: larger than {MAX_BYTES // 1024} KiB")
    try:
        return tomllib.loads(file.content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InstrumentError(f"{file.name}: not UTF-8 at byte {error.start}") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InstrumentError(f"{file.name}: not valid TOML: {error}") from error


def _tables(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, list):
        yield from (row for row in part if isinstance(row, dict))


def _expand_wording(items: object) -> None:
    """Give `both` to each form; a form with words of its own keeps them, and the rule on repeats sees the rest."""
    for item in _tables(items):
        wording = item.get("wording")
        if isinstance(wording, dict) and "both" in wording:
            both = wording.pop("both")
            item["wording"] = dict.fromkeys(Form, both) | wording


def _expand_sources(determinants: object) -> None:
    """Turn `{ source = "status" }` into rows, and say in whose services the studies among them saw it."""
    for determinant in _tables(determinants):
        sources = determinant.get("sources")
        if isinstance(sources, dict):
            determinant["sources"] = [{"source": key, "status": status} for key, status in sources.items()]
            statuses = [status for status in sources.values() if isinstance(status, str)]
            determinant.setdefault("seen_in", {SEEN_IN[status] for status in statuses if status in SEEN_IN})


def _explain(error: ValidationError, raw: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Say the first complaint in one line: file, part, the row's key, the field."""
    first = error.errors(include_url=False, include_input=False)[0]
    part, *rest = first["loc"]
    where = str(part)
    if rest and isinstance(rest[0], int):
        index = rest.pop(0)
        row = raw[where][index]
        key = row.get("key") if isinstance(row, dict) else None
        where += f" {key}" if isinstance(key, str | int) else f" number {int(index) + 1}"
    if rest:
        where += f": {'.'.join(map(str, rest))}"
    return " ".join(f"{names.get(str(part), names['key'])}: {where}: {first['msg']}".split())
