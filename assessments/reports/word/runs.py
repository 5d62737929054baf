"""Text as Word takes it: only characters that a document can hold, and runs that say which way they are read."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SETTERS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What turns the direction of whatever comes after it; in a sentence of ours it would turn our words too."""
UNKEEPABLE: Final = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, and what is no character."""
NO_CHARACTER: Final = 0xFFFE


def clean(text: str) -> str:
    """Give a text as a document can hold it: line ends as one sign, without controls and what turns directions."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\u2028", "\n")
    kept = UNKEEPABLE.sub("", SETTERS.sub("", lines))
    return "".join(one for one in kept if ord(one) & NO_CHARACTER != NO_CHARACTER)


def is_read_leftwards(text: str) -> bool:
    """Whether a paragraph begins at the right: its first letter says so."""
    directions = (unicodedata.bidirectional(one) for one in text)
    return next((one for one in directions if one in {"L", "R", "AL"}), "L") != "L"


def directed(text: str, *, is_leftwards: bool = False) -> list[tuple[str, bool]]:
    """Part a text into runs, each with whether it is read from right to left; `is_leftwards` says how its paragraph is.

    What has no direction of its own, such as spaces and digits, goes with its paragraph, but for what stands between
    letters of the other direction, and for the bracket that closes one of theirs.
    """
    if text.isascii() and not is_leftwards:
        return [(text, False)] if text else []
    ours, others = ({"R", "AL"}, {"L"}) if is_leftwards else ({"L"}, {"R", "AL"})
    runs: list[tuple[str, bool]] = []
    done, start, end = 0, -1, -1  # what is in runs, and where the letters of the other direction begin and end
    for at, one in enumerate([*text, "a" if "L" in ours else "\u05d0"]):
        direction = unicodedata.bidirectional(one)
        if direction in others:
            start, end = (at if start < 0 else start), at + 1
        elif direction == "NSM" and at == end:
            end = at + 1
        elif direction in ours and start >= 0:
            end += _closes(text, start, end)
            runs += [(text[done:start], is_leftwards), (text[start:end], not is_leftwards)]
            done, start, end = end, -1, -1
    runs.append((text[done:], is_leftwards))
    return [run for run in runs if run[0]]


def _closes(text: str, start: int, end: int) -> bool:
    """Whether the next sign closes a bracket that stands open between two places."""
    kinds = [unicodedata.category(one) for one in text[start : end + 1]]
    return kinds[-1] == "Pe" and kinds[:-1].count("Ps") > kinds[:-1].count("Pe")
