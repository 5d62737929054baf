"""What needs a decision or a look: the flags that one clinic form raises, and what the team says beside it.

Reads answers and context, never the scores, except for `weak-domain`; of the team only figures that may be shown. The
table stands in docs/scoring.md, "Flags".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from readiness.guidance.answers import MIDDLE_ANSWER, is_in_place, is_low, is_middling
from readiness.instrument.definition import (
    CONFIDENCE,
    Answer,
    Context,
    Form,
    Instrument,
    Item,
    NonAnswer,
    Route,
    Stage,
)
from readiness.scoring.bands import PARTLY_FROM, Band
from readiness.scoring.compare import TeamFigure, TeamSource, gap_of, shared_items
from readiness.scoring.score import RawAnswers, Scorecard, answers_in_context

FLOW_ITEMS: Final[Mapping[Route, str]] = {Route.GP: "gp-referral", Route.SELF: "self-referral"}
"""The items that say whether patients come by a route; the other routes have none."""

WEAK_DOMAIN: Final = "weak-domain"
ROLE_GAP: Final = "role-gap"
PER_TOPIC: Final = frozenset({ROLE_GAP, WEAK_DOMAIN})
"""Flags that can be raised more than once, once for a domain."""
LOW_CONFIDENCE: Final = "low-therapist-confidence"
OF_TEAM: Final = frozenset({LOW_CONFIDENCE, ROLE_GAP})
"""Flags that rest on what the team said: where it was not heard, they are not raised and nothing is settled."""
CRITICAL: Final = "critical-"
"""How the flag of a single critical item begins; its key follows."""
CONFIDENT_FROM: Final = 62.5
"""Own confidence of a team from which nothing is flagged, on 0-100. Source: docs/scoring.md, "Flags"."""

COMBINED_ITEMS: Final = frozenset({"intake", "reimbursement", "long-term-funding"})
"""Critical items that a combined rule reads; every other critical item raises `critical-<item>`."""


class Level(StrEnum):
    """How pressing a flag is. Pages say "Needs a decision" and "Look at this"."""

    RED = "red"
    AMBER = "amber"


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to decide or look at; `items` are those of the clinic form whose answers cause it, in form order.

    Only `weak-domain` and `role-gap` can be raised more than once, once for a domain. `low-therapist-confidence` has no
    items: what therapists answered is never flagged one by one.
    """

    key: str
    level: Level
    domain: str
    items: tuple[str, ...]


def raise_flags(
    instrument: Instrument,
    answers: RawAnswers,
    scorecard: Scorecard,
    context: Context | None = None,
    team: Mapping[str, TeamFigure] | None = None,
) -> tuple[Flag, ...]:
    """Give the flags of a clinic form, complete or not: safety first, then red, then by lowest answer.

    A blank raises nothing. While preparing, a flag that only `live` items cause is at most amber. `team` holds the
    therapists' figures by domain, as `team_figures` gives them; without it nothing is said about them.

    Raises:
        AnswerError: as `score`.

    Source: docs/scoring.md, "Flags".
    """
    context = context or Context()
    given = answers_in_context(instrument, Form.MANAGER, answers, context)
    found = [flag for rule in (_inflow, _gp_referral, _funding, _scepticism) if (flag := rule(given, context))]
    found += _critical(instrument, given)
    found = [_settled_before_start(instrument, flag, context) for flag in found]
    found += _weak_domains(instrument, given, scorecard, {flag.domain for flag in found})
    found += _team(instrument, given, context, team or {})
    return tuple(sorted(found, key=_rank(instrument, given)))


def flag_keys(instrument: Instrument) -> tuple[str, ...]:
    """Give every key that `raise_flags` can give for this instrument."""
    combined = ("low-patient-inflow", "low-gp-referral", "missing-funding", "scepticism")
    critical = (f"{CRITICAL}{item.key}" for item in _critical_items(instrument))
    return (*combined, *critical, LOW_CONFIDENCE, ROLE_GAP, WEAK_DOMAIN)


def open_routes(answers: Mapping[str, Answer], context: Context) -> frozenset[Route]:
    """Give the routes in use whose flow item, if any, is not answered "does not apply"."""
    return frozenset(
        route
        for route in context.routes
        if route not in FLOW_ITEMS or answers.get(FLOW_ITEMS[route]) is not NonAnswer.NOT_APPLICABLE
    )


def _inflow(answers: Mapping[str, Answer], context: Context) -> Flag | None:
    """Flag too few patients; a route without a flow item leaves the whole decision to the intake item.

    Were the other routes still read, raising one of their answers from 2 to 3 could add the flag.
    """
    routes = open_routes(answers, context)
    flows = [item for route, item in FLOW_ITEMS.items() if route in routes] if routes <= FLOW_ITEMS.keys() else []
    intake = answers.get("intake")
    dry = [item for item in flows if is_low(answers.get(item))]
    is_one_dry = bool(dry) and any(_brings_some(answers.get(item)) for item in flows)
    causes = (["intake"] if is_low(intake) or is_middling(intake) else []) + dry
    if is_low(intake) or (flows and dry == flows):
        return Flag("low-patient-inflow", Level.RED, "intake", tuple(causes))
    if is_middling(intake) or is_one_dry:
        return Flag("low-patient-inflow", Level.AMBER, "intake", tuple(causes))
    return None


def _brings_some(answer: Answer) -> bool:
    return answer == MIDDLE_ANSWER or is_in_place(answer)


def _gp_referral(answers: Mapping[str, Answer], context: Context) -> Flag | None:
    gp, patients = answers.get("gp-referral"), answers.get("self-referral")
    if is_low(gp) and not is_in_place(patients):
        return Flag("low-gp-referral", Level.RED, "intake", ("gp-referral",))
    if is_low(gp) or gp == MIDDLE_ANSWER:
        return Flag("low-gp-referral", Level.AMBER, "intake", ("gp-referral",))
    return None


def _funding(answers: Mapping[str, Answer], context: Context) -> Flag | None:
    return _graded("missing-funding", "funding", ("reimbursement", "long-term-funding"), answers)


def _scepticism(answers: Mapping[str, Answer], context: Context) -> Flag | None:
    items = ("gp-acceptance", "colleague-acceptance")
    sceptical = tuple(item for item in items if is_low(answers.get(item)))
    if not sceptical:
        return None
    return Flag("scepticism", Level.RED if sceptical == items else Level.AMBER, "acceptance", sceptical)


def _critical(instrument: Instrument, answers: Mapping[str, Answer]) -> Iterable[Flag]:
    for item in _critical_items(instrument):
        flag = _graded(f"{CRITICAL}{item.key}", item.domain, (item.key,), answers, is_safety=item.safety)
        if flag:
            yield flag


def _critical_items(instrument: Instrument) -> tuple[Item, ...]:
    items = instrument.items_of(Form.MANAGER)
    return tuple(item for item in items if item.critical and item.key not in COMBINED_ITEMS)


def _graded(
    key: str, domain: str, items: tuple[str, ...], answers: Mapping[str, Answer], *, is_safety: bool = False
) -> Flag | None:
    """Flag red where an item is 1-2, amber where it is 3 or not known; safety is not known when "does not apply"."""
    low = {item for item in items if is_low(answers.get(item))}
    open_ = {
        item
        for item in items
        if is_middling(answers.get(item)) or (is_safety and answers.get(item) is NonAnswer.NOT_APPLICABLE)
    }
    causes = tuple(item for item in items if item in low | open_)
    return Flag(key, Level.RED if low else Level.AMBER, domain, causes) if causes else None


def _settled_before_start(instrument: Instrument, flag: Flag, context: Context) -> Flag:
    is_live = all(instrument.item[key].live for key in flag.items)
    return replace(flag, level=Level.AMBER) if context.stage is Stage.PREPARING and is_live else flag


def _weak_domains(
    instrument: Instrument, answers: Mapping[str, Answer], scorecard: Scorecard, flagged: set[str]
) -> Iterable[Flag]:
    for scale in scorecard.domains:
        domain = str(scale.key)
        if scale.band is Band.NOT_YET and scale.is_half_known and domain not in flagged:
            items = (item.key for item in instrument.items_of(Form.MANAGER, domain) if is_low(answers[item.key]))
            yield Flag(WEAK_DOMAIN, Level.AMBER, domain, tuple(items))


def _team(
    instrument: Instrument, answers: Mapping[str, Answer], context: Context, team: Mapping[str, TeamFigure]
) -> Iterable[Flag]:
    """Flag what the therapists say; a band counts by its bound, which at the upper end is never low.

    Neither waits for the first patient: practice and a talk help before it as well.
    """
    confidence = team.get(CONFIDENCE)
    if confidence and confidence.source is TeamSource.RELEASED and confidence.high < CONFIDENT_FROM:
        yield Flag(LOW_CONFIDENCE, Level.RED if confidence.high < PARTLY_FROM else Level.AMBER, CONFIDENCE, ())
    for domain, figure in team.items():
        if gap_of(instrument, figure, answers, context):
            yield Flag(ROLE_GAP, Level.AMBER, domain, shared_items(instrument, domain))


def _rank(instrument: Instrument, answers: Mapping[str, Answer]) -> Callable[[Flag], tuple[object, ...]]:
    """Order flags: safety, then level, then the lowest answer ("don't know" after any figure), then form order.

    What the team adds has no lowest answer of the clinic's and stands where "don't know" does.
    """
    place = {key: place for place, key in enumerate(instrument.item)}

    def rank(flag: Flag) -> tuple[object, ...]:
        causes = () if flag.key == ROLE_GAP else flag.items
        figures = [a for key in causes if isinstance(a := answers[key], int)]
        return (
            not any(instrument.item[key].safety for key in flag.items),
            flag.level is not Level.RED,
            min(figures, default=10),
            min((place[key] for key in flag.items), default=len(place)),
            flag.key,
        )

    return rank
