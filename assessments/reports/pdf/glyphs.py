"""Which characters the fonts can show, and where a line may break in a word that is too long for one.

PDF/UA refuses a text of which one character has no picture, so such are replaced before.

Reads the table of characters that each font file holds (OpenType, "cmap", formats 4 and 12), once in a process.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections import defaultdict
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE: Final = "manimgx_fonts"
MAIN: Final = "NotoSans[wght].ttf"
SUBSTITUTE: Final = "\ufffd"

JOINER: Final = "\u200d"
JOINING: Final = frozenset(f"\u200c{JOINER}\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
JOINED_MAX: Final = 8
"""How many are drawn together with a letter; no language has as many, and thousands take seconds."""

LONG_RUN: Final = re.compile(r"[^ \n]{31,}")
EVERY: Final = 8
BREAK: Final = "\u200b"
"""Where a line may break; templates show nothing in its place, so that what is copied is what was written."""


def folder() -> Path:
    """Give the folder of the fonts.

    Raises:
        RuntimeError: their package is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise RuntimeError(f"the package {PACKAGE} is not installed")
    return Path(found.origin).parent


def shown(text: str, *, is_plain: bool = False) -> str:
    """Give a text of which every character can be shown; what cannot be is replaced.

    A mark is kept where one font holds it and the letter that it stands on. `is_plain` keeps no marks at all, and only
    what the main font holds.
    """
    fonts = _fonts()
    kept, together, n_joined = [], 0, 0
    for one in unicodedata.normalize("NFC", text):
        here = fonts.get(ord(one), 0)
        n_joined = n_joined + 1 if _joins(one) else 0
        if n_joined > JOINED_MAX:
            continue
        if is_plain and (here % 2 == 0 or _joins(one)):
            here = 0
        if here and _joins(one):
            here &= together
        if here or not _joins(one):
            together = here
        kept.append(one if here else _instead(one))
    return "".join(kept)


def with_breaks(text: str) -> str:
    """Let a line break within what is too long for one: an address, a word of hundreds of letters."""
    return LONG_RUN.sub(_broken, text)


def _broken(run: re.Match[str]) -> str:
    parts: list[str] = []
    n_letters = 0
    for one in run[0]:
        if not _joins(one) and parts[-1:] != [JOINER]:
            if n_letters and n_letters % EVERY == 0:
                parts.append(BREAK)
            n_letters += 1
        parts.append(one)
    return "".join(parts)


def _joins(one: str) -> bool:
    """Whether it is drawn together with what stands before it: marks, joiners, shades of skin."""
    return unicodedata.category(one)[0] == "M" or one in JOINING


def _instead(one: str) -> str:
    if one == "\n":
        return one
    if _joins(one):
        return ""
    match unicodedata.category(one):
        case "Zs" | "Zl" | "Zp" | "Cc":
            return " "
        case "Cf":
            return ""
        case _:
            return SUBSTITUTE


@lru_cache(maxsize=1)
def _fonts() -> dict[int, int]:
    """Give for each character the fonts that hold it, a bit for each font; the lowest is that of the main font."""
    held: dict[int, int] = defaultdict(int)
    paths = sorted(folder().glob("*.ttf"), key=lambda path: path.name != MAIN)
    for bit, path in enumerate(paths):
        for code in _codes(path):
            held[code] |= 1 << bit
    return {code: fonts for code, fonts in held.items() if not _is_hidden(chr(code))}


def _is_hidden(one: str) -> bool:
    """Whether it has no picture although a font may hold it: controls of lines and of direction, and no characters."""
    return (unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") and one not in JOINING) or ord(one) & 0xFFFE == 0xFFFE


def _codes(path: Path) -> Iterator[int]:
    with path.open("rb") as file:
        for at in _subtables(file):
            yield from _of_subtable(file, at)


def _subtables(file: BinaryIO) -> Iterator[int]:
    """Give where the subtables of "cmap" begin."""
    (n_tables,) = struct.unpack(">4xH6x", file.read(12))
    tables = dict(struct.unpack(">4s4xI4x", file.read(16)) for _ in range(n_tables))
    start = tables[b"cmap"]
    file.seek(start)
    (n_subtables,) = struct.unpack(">2xH", file.read(4))
    yield from {start + struct.unpack(">4xI", file.read(8))[0] for _ in range(n_subtables)}


def _of_subtable(file: BinaryIO, at: int) -> Iterator[int]:
    file.seek(at)
    match struct.unpack(">H", file.read(2))[0]:
        case 4:
            (n_doubled,) = struct.unpack(">4xH6x", file.read(12))
            ends = struct.unpack(f">{n_doubled // 2}H", file.read(n_doubled))
            starts = struct.unpack(f">2x{n_doubled // 2}H", file.read(n_doubled + 2))
            for first, last in zip(starts, ends, strict=True):
                yield from range(first, last + 1)
        case 12:
            (n_groups,) = struct.unpack(">10xI", file.read(14))
            for _ in range(n_groups):
                first, last = struct.unpack(">II4x", file.read(12))
                yield from range(first, last + 1)
