"""What the history of an action keeps of a change, and how it says it: what was there before, and what is there since.

Of a change a list is kept: the name of what was changed, what it held before, and what it holds since. People stand
in it as the number of their account, so that an account that is erased leaves no name; a name that was written freely
is not kept. Of titles and first steps, which people write, only that they were changed, so that a name that was typed
into one can be taken out again.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from assessments.clinics.models import User
from assessments.plans import words
from assessments.results.words import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assessments.plans.actions import Content
    from assessments.plans.models import ActionEntry

    Kept = str | int | bool | None

WRITTEN: Final = frozenset({"title", "steps"})
"""What people write, of which nothing is kept."""
BY_NAME: Final = "by-name"
"""Stands for somebody whose name was written."""

FIELDS: Final = {
    "title": "the title",
    "steps": "the first steps",
    "answers": "what it answers",
    "kind": "what it changes",
    "effort": "the effort",
    "owner": "who sees to it",
    "due_on": "by when",
    "is_shown_to_team": "whether the team sees it",
}
"""What the history calls what was changed."""


def kept_of(before: Content, after: Content) -> list[list[Kept]]:
    """Give what is kept of a change: a list for each thing that is other than before."""
    found: list[list[Kept]] = []
    for name in FIELDS:
        old, new = _held(before, name), _held(after, name)
        if name in WRITTEN:
            found += [[name]] if getattr(before, name) != getattr(after, name) else []
        elif old != new or (name == "owner" and before.owner_name != after.owner_name):
            found.append([name, old, new])
    return found


def _held(content: Content, name: str) -> Kept:
    match name:
        case "owner":
            return BY_NAME if content.owner_name else content.owner_id
        case "answers":
            return f"{content.flag}:{content.domain}"
        case "due_on":
            return content.due_on.isoformat() if content.due_on else ""
        case "title" | "steps":
            return None
    held: Kept = getattr(content, name)
    return held


def people_of(entries: Iterable[ActionEntry]) -> Mapping[int, User]:
    """Give the people whom entries speak of by number, in one query at most."""
    numbers = {held for entry in entries for name, *both in entry.changed if name == "owner" for held in both}
    found = [number for number in numbers if isinstance(number, int)]
    return User.objects.in_bulk(found) if found else {}


def said_of(entry: ActionEntry, people: Mapping[int, User]) -> str:
    """Say what was changed, as a part of a sentence: "who sees to it (nobody, now Nora Lind)"."""
    parts = [_part(str(name), both, people) for name, *both in entry.changed]
    return joined(list(dict.fromkeys(parts)))


def _part(name: str, both: Sequence[Kept], people: Mapping[int, User]) -> str:
    said = FIELDS[name]
    if name in WRITTEN:
        return said
    old, new = (_words(name, held, people) for held in both)
    if name == "is_shown_to_team":
        return f"{said} (it {new} now)"
    return said if old == new else f"{said} ({old}, now {new})"


def _words(name: str, held: Kept, people: Mapping[int, User]) -> str:
    match name:
        case "owner":
            return _person(held, people)
        case "due_on":
            return words.day(date.fromisoformat(str(held))) if held else "no day"
        case "answers":
            flag, _, domain = str(held).partition(":")
            return words.answers_to(flag, domain) or "nothing in particular"
        case "kind":
            return words.kind(str(held)) or "not said"
        case "effort":
            return words.effort(str(held)) or "not said"
    return "does" if held else "does not"  # the team sees it


def _person(held: Kept, people: Mapping[int, User]) -> str:
    if held is None:
        return "nobody"
    if held == BY_NAME:
        return "somebody without an account"
    return str(people[held]) if isinstance(held, int) and held in people else words.SOMEBODY.lower()
