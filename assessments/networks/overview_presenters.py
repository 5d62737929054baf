"""Puts a consultant's first screen into words: who needs them now, and what their clinics have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from uuid import UUID

from assessments.networks.needs import PLANNED_WITHIN, safety_keys
from assessments.networks.overview import ALL, ELSEWHERE, QUICK
from assessments.networks.selection import Need, Selection
from assessments.networks.words import flag_name
from assessments.results import words
from assessments.results.layout import option_body
from readiness.guidance.flags import PER_TOPIC
from readiness.guidance.in_common import SEVERAL, in_common_sentence, options_in_common
from readiness.guidance.words import grounds_of
from readiness.instrument.words import ROUTES

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from assessments.networks.overview import Needing
    from readiness.guidance.definition import Guidance, Option
    from readiness.guidance.in_common import Cause, Shared
    from readiness.instrument.definition import Instrument

CAUSES_SHOWN: Final = 6
NOTHING_PLANNED: Final = (
    f"Finished {PLANNED_WITHIN.days} days ago or longer with a flag; nothing is planned or under way, and no new "
    "assessment is open."
)
NOBODY: Final[Mapping[Need, Sequence[tuple[UUID, str]]]] = MappingProxyType({})
PLACES_SHOWN: Final = 3
"""How many of the places where clinics are stuck are named."""


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A reason to look, how many clinics have it, and the address of their list; empty for none.

    `named` are these clinics, where they are few.
    """

    key: str
    title: str
    n_clinics: int
    n_of: str
    detail: str
    url: str
    named: tuple[tuple[UUID, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CauseRow:
    """What several clinics have in common, and the address of their list. `n_red` of them need a decision."""

    sentence: str
    n_red: int
    url: str


@dataclass(frozen=True, slots=True)
class Addressed:
    """A cause that an option meets, how many clinics have it, and the address of their list."""

    name: str
    n_clinics: str
    url: str


@dataclass(frozen=True, slots=True)
class SharedOption:
    """An option that meets several causes. `body` is what is the same for every clinic, `text` all of it to copy."""

    key: str
    title: str
    kind: str
    effort: str
    who: str
    addresses: tuple[Addressed, ...]
    routes: str
    body: SafeString
    text: str


@dataclass(frozen=True)
class InCommon:
    """The second half of the page; `of_all` says which causes are told if not all, `missing` why there is nothing."""

    causes: tuple[CauseRow, ...]
    of_all: str
    options: tuple[SharedOption, ...]
    missing: str


def need_rows(
    counted: Needing,
    stuck_at: Mapping[str, int],
    instrument: Instrument,
    few: Mapping[Need, Sequence[tuple[UUID, str]]] = NOBODY,
) -> tuple[NeedRow, ...]:
    """Give the five reasons, whether or not there is anybody; `few` has the clinics of a reason that few have."""
    showing = f"of {words.counted(counted.n_showing, 'clinic')} whose result you can see"
    if not counted.n_showing:
        showing = "No result to see yet."
    n_stuck = sum(stuck_at.values())
    everybody = f"of {words.counted(counted.n_clinics, 'clinic')}"
    rows = (
        _need(Need.SAFETY, "With a safety flag", counted.n_safety, showing, _decisions(counted), "-safety"),
        _need(Need.NOT_STARTED, "Not started", counted.n_not_started, everybody, _unopened(counted)),
        _need(Need.STUCK, "Stuck for 14 days", n_stuck, everybody, _places(stuck_at, instrument)),
        _need(Need.CLOSING, "Closing within 7 days", counted.n_closing, everybody, _behind(counted), "due"),
        _need(Need.NO_PLAN, "Closed without a plan", counted.n_no_plan, showing, NOTHING_PLANNED, "finished"),
    )
    return tuple(replace(row, named=tuple(few.get(Need(row.key), ()))) for row in rows)


def n_by_need(counted: Needing, stuck_at: Mapping[str, int]) -> Mapping[Need, int]:
    """Give how many clinics have each of the five reasons."""
    return {
        Need.SAFETY: counted.n_safety,
        Need.NOT_STARTED: counted.n_not_started,
        Need.STUCK: sum(stuck_at.values()),
        Need.CLOSING: counted.n_closing,
        Need.NO_PLAN: counted.n_no_plan,
    }


def need_url(need: Need, sort: str = "name") -> str:
    """Give the part of the list's address that chooses the clinics with a need."""
    return Selection(need=need, sort=sort.removeprefix("-"), is_descending=sort.startswith("-")).query()


def in_common(causes: Sequence[Cause], n_of: int, guidance: Guidance, instrument: Instrument) -> InCommon:
    """Lay out what most of `n_of` clinics have in common, and what would meet several of these at once."""
    shared = [cause for cause in causes if cause.n_clinics >= SEVERAL]
    safety = safety_keys(instrument)
    told_ones = [cause for place, cause in enumerate(shared) if place < CAUSES_SHOWN or cause.key in safety]
    told = tuple(
        CauseRow(
            sentence=in_common_sentence(guidance, instrument, cause, n_of),
            n_red=cause.n_red,
            url=_url(cause),
        )
        for cause in told_ones
    )
    options = (_option(option, n_of, guidance, instrument) for option in options_in_common(guidance, shared))
    return InCommon(told, _of_all(len(told), len(shared)), tuple(options), _missing(n_of, has_causes=bool(shared)))


def _need(need: Need, title: str, n_clinics: int, n_of: str, detail: str, sort: str = "name") -> NeedRow:
    if not n_clinics:
        return NeedRow(need.value, title, 0, n_of, "", "")
    return NeedRow(need.value, title, n_clinics, n_of, detail, need_url(need, sort))


def _decisions(counted: Needing) -> str:
    n_red, n_amber = counted.n_red, counted.n_safety - counted.n_red
    if not n_red:
        return "Worth a look; none needs a decision."
    decide = f"In {words.counted(n_red, 'clinic')} it needs a decision"
    return f"{decide}, in {n_amber:,} it is worth a look." if n_amber else f"{decide}."


def _unopened(counted: Needing) -> str:
    n_opened = counted.n_not_started - counted.n_unopened
    if not n_opened:
        return "No assessment opened yet."
    if not counted.n_unopened:
        return "Not one question answered yet."
    return f"In {counted.n_unopened:,} no assessment is open yet, in {n_opened:,} not one question is answered."


def _places(stuck_at: Mapping[str, int], instrument: Instrument) -> str:
    """Say where stuck clinics stand, the most common places first."""
    named = {QUICK: "after the quick start", ALL: "with as good as everything answered", ELSEWHERE: "elsewhere"}
    places = [
        (named.get(key) or f"at “{instrument.domain[key].title}”", n_clinics) for key, n_clinics in stuck_at.items()
    ]
    if len(places) == 1:
        return f"Last seen {places[0][0]}."
    parts = [f"{n_clinics:,} {place}" for place, n_clinics in places[:PLACES_SHOWN]]
    if others := sum(n_clinics for _, n_clinics in places[PLACES_SHOWN:]):
        parts.append(f"{others:,} elsewhere")
    return f"Last seen: {words.joined(parts)}."


def _behind(counted: Needing) -> str:
    if not counted.n_behind:
        return "At least half of the questions are answered."
    who = (
        "It has"
        if counted.n_closing == 1
        else f"{counted.n_behind:,} of them ha{'s' if counted.n_behind == 1 else 've'}"
    )
    return f"{who} answered fewer than half of the questions."


def _flag(cause: Cause) -> str:
    """Give a flag as the list's address does."""
    return f"{cause.key}:{cause.domain}" if cause.key in PER_TOPIC else cause.key


def _url(cause: Cause) -> str:
    """Give the part of the list's address that chooses the clinics with a flag."""
    return Selection(flags=(_flag(cause),)).query()


def _of_all(n_told: int, n_shared: int) -> str:
    """Say which causes are told; empty where all are."""
    if n_told == n_shared:
        return ""
    safety = ", and those of safety" if n_told > CAUSES_SHOWN else ""
    return f"The {words.NUMBERS[CAUSES_SHOWN]} most frequent of {n_shared:,}{safety}."


def _missing(n_of: int, *, has_causes: bool) -> str:
    if n_of < SEVERAL:
        so_far = "one does" if n_of else "none does"
        return f"This fills once two clinics have finished an assessment and show their scores. So far {so_far}."
    return "" if has_causes else "No flag is shared by two clinics or more."


def _option(shared: Shared, n_of: int, guidance: Guidance, instrument: Instrument) -> SharedOption:
    option = guidance.option[shared.key]
    addresses = tuple(
        Addressed(flag_name(instrument, _flag(cause)), f"{cause.n_clinics:,} of {n_of:,}", _url(cause))
        for cause in shared.causes
    )
    routes = words.joined([said for route, said in ROUTES.items() if route in shared.routes])
    row = SharedOption(
        key=shared.key,
        title=option.title,
        kind=words.KINDS[option.kind],
        effort=words.EFFORTS[option.effort],
        who=option.who,
        addresses=addresses,
        routes=f"Fits where this way in is open: {routes}." if routes else "",
        body=option_body(instrument.key, instrument.version, guidance.version, shared.key),
        text="",
    )
    return replace(row, text=_text(row, option, instrument))


def _text(row: SharedOption, option: Option, instrument: Instrument) -> str:
    """Give an option as plain text, to be copied into a mail or minutes."""
    grounds = grounds_of(option, instrument)
    sources = ", ".join(name for _, name in grounds.sources)
    steps = (f"{number}. {step}" for number, step in enumerate(option.steps, start=1))
    lines = (
        option.title,
        "",
        option.why,
        "",
        "First steps",
        *steps,
        "",
        f"When it does not fit: {option.not_when}",
        row.routes,
        f"Who: {row.who}. {row.effort}. {row.kind}.",
        f"Addresses: {'; '.join(f'{one.name} ({one.n_clinics} clinics)' for one in row.addresses)}.",
        f"Basis: {grounds.words}{f' ({sources})' if sources else ''}.",
    )
    return "\n".join(line for line, before in zip(lines, ("", *lines), strict=False) if line or before)
