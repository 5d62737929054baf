"""Whether a clinic's file can be true: every value against the questionnaire, every figure against its answers.

A file has been out of our hands. What the program that closes assessments could not have written is refused, with one
line that says where; what it would have written otherwise today is taken as it stands.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from assessments.clinics.models import Role
from assessments.plans.entries import BY_NAME, FIELDS, WRITTEN
from assessments.reports.leaving.check_rounds import check_round
from assessments.reports.leaving.refusal import check
from readiness.guidance.definition import Effort, Kind
from readiness.guidance.loading import versions
from readiness.instrument.definition import INSTRUMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.reports.leaving.parts import ClinicFile, EntryPart

CLOCKS_DIFFER_BY: Final = timedelta(days=1)
MAY_COME: Final = frozenset({"due_at", "due_on", "reminded_of"})
"""Times and days that may lie ahead."""
PEOPLE: Final = frozenset({"by", "opened_by", "closed_by", "created_by", "owner"})


def check_file(file: ClinicFile, *, now: datetime) -> None:
    """Refuse a file that contradicts itself or the questionnaire.

    Raises:
        FileRefusedError: it does; the message is one line.
    """
    _check_people(file)
    _check_references(file, now)
    rounds = [one.id for one in file.assessments]
    check(len(set(rounds)) == len(rounds), "assessments", "one stands there twice")
    for number, one in enumerate(file.assessments):
        check_round(one, f"assessments.{number}")
    gone = {one.round_id for one in file.erased_assessments}
    check(gone.isdisjoint(rounds), "erased_assessments", "one of them is among the assessments")
    acts = {(one.act, one.by, one.subject, one.at) for one in file.acts}
    check(len(acts) == len(file.acts), "acts", "one stands there twice")
    _check_plan(file)


def _check_people(file: ClinicFile) -> None:
    people = file.people
    check([one.number for one in people] == list(range(1, len(people) + 1)), "people", "they are not numbered 1, 2, 3")
    members = [one for one in people if one.place]
    check(sum(one.place.role == Role.LEAD for one in members if one.place) == 1, "people", "exactly one person leads")
    check(
        all(bool(one.email) == (one.is_active is not None) == bool(one.place) for one in people),
        "people",
        "an address stands with the people of the clinic, and with nobody else",
    )
    check(len({one.email for one in members}) == len(members), "people", "an address stands there twice")


def _check_references(file: ClinicFile, now: datetime) -> None:
    n_people, latest = len(file.people), now + CLOCKS_DIFFER_BY
    for where, name, value in _values(file, ""):
        if name in PEOPLE and isinstance(value, int):
            check(value <= n_people, where, "nobody in this file has this number")
        if isinstance(value, date) and name not in MAY_COME:
            has_come = value <= (latest if isinstance(value, datetime) else latest.date())
            check(has_come, where, "this time has not come yet")


def _values(part: BaseModel, path: str) -> Iterator[tuple[str, str, Any]]:
    """Give every value of the file with its place and name, but those in lists of plain values."""
    for name in type(part).model_fields:
        value, where = getattr(part, name), f"{path}.{name}".removeprefix(".")
        inner = value if isinstance(value, list) else [value]
        for number, one in enumerate(inner):
            if isinstance(one, BaseModel):
                yield from _values(one, f"{where}.{number}" if isinstance(value, list) else where)
        if not isinstance(value, (list, BaseModel)):
            yield where, name, value


def _check_plan(file: ClinicFile) -> None:
    rounds, guidance = {one.id for one in file.assessments}, versions(INSTRUMENT)
    actions = {one.id for one in file.plan.actions}
    for number, one in enumerate(file.plan.actions):
        where = f"plan.actions.{number}"
        check(one.round is None or one.round in rounds, f"{where}.round", "this file holds no such assessment")
        known = one.guidance_version is None or one.guidance_version in guidance
        check(known, where, f"this installation does not have version {one.guidance_version} of the options")
    for number, entry in enumerate(file.plan.history):
        where = f"plan.history.{number}"
        check(entry.action in actions, f"{where}.action", "this file holds no such action")
        check(_is_change(entry, len(file.people)), f"{where}.changed", "this is no change of an action")


def _is_change(entry: EntryPart, n_people: int) -> bool:
    return all(row and row[0] in FIELDS and _is_told(str(row[0]), row[1:], n_people) for row in entry.changed)


def _is_told(name: str, both: list[str | int | bool | None], n_people: int) -> bool:
    if name in WRITTEN:
        return not both
    return len(both) == 2 and all(_IS[name](held) or (name == "owner" and _is_person(held, n_people)) for held in both)


def _is_person(held: object, n_people: int) -> bool:
    return held is None or held == BY_NAME or (type(held) is int and 0 <= held <= n_people)


def _is_day(held: object) -> bool:
    try:
        return held == "" or (isinstance(held, str) and bool(date.fromisoformat(held)))
    except ValueError:
        return False


_IS: Final[dict[str, Callable[[object], bool]]] = {
    "owner": lambda held: False,
    "due_on": _is_day,
    "answers": lambda held: isinstance(held, str) and held.count(":") == 1 and held.isprintable(),
    "kind": lambda held: held in ["", *Kind],
    "effort": lambda held: held in ["", *Effort],
    "is_shown_to_team": lambda held: isinstance(held, bool),
}
