"""What the page of change shows: which two assessments, what has changed in the clinic, and what lies between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.urls import reverse

from assessments.plans.change_flags import flags_section
from assessments.plans.change_lines import MOST, lines
from assessments.plans.change_rows import ChangePage, RoundRow
from assessments.plans.change_team import teams_section
from assessments.plans.change_topics import all_domains, differs_by_route, summary, topic_changes
from assessments.results import words
from readiness.instrument.definition import Stage
from readiness.instrument.words import FOR_WHOM, ROUTES, STAGES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from assessments.plans.lying_between import Between
    from assessments.results.history import Scores, Side
    from assessments.rounds.models import Round

NOT_FOUND: Final = (
    "Not every assessment that was asked for is among the finished ones of this clinic, so the last two stand here."
)
SAME_TWICE: Final = "You chose the same assessment twice, so it stands beside the one before it."
TURNED_ROUND: Final = "The earlier one stands first."


@dataclass(frozen=True)
class Chosen:
    """Two finished assessments, the earlier one first; `message` says why they do not stand as they were asked for."""

    before: Round
    after: Round
    message: str = ""


def choose(rounds: Sequence[Round], before: str, after: str) -> Chosen:
    """Find the two that are asked for by their ids among two or more finished rounds, earliest first.

    An empty id is the latest one, or the one before the other. Turned round they are turned back, and the same twice
    stands beside the one before it, with a message. So do the last two for an id of no round of these, whatever else it
    may be, and for one with nothing before it.
    """
    places = {str(one.pk): place for place, one in enumerate(rounds)}
    known = [places.get(_tidy(text)) for text in (before, after)]
    if any(text and place is None for text, place in zip((before, after), known, strict=True)):
        return Chosen(rounds[-2], rounds[-1], NOT_FOUND)
    first, second = known
    second = len(rounds) - 1 if second is None else second
    first = second - 1 if first is None else first
    message = ""
    if first == second:
        first, message = second - 1, SAME_TWICE if all((before, after)) else ""
    if first > second:
        first, second, message = second, first, TURNED_ROUND
    if first < 0:
        return Chosen(rounds[-2], rounds[-1], NOT_FOUND)
    return Chosen(rounds[first], rounds[second], message)


def _tidy(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def change_page(
    sides: tuple[Side, Side], rounds: Sequence[Round], scores: Mapping[UUID, Scores], between: Between
) -> ChangePage:
    """Lay out the page of two assessments; `rounds` are all finished ones of the clinic, earliest first."""
    before, after = sides
    topics, domains = topic_changes(before, after), all_domains(before, after)
    rows = {one.pk: round_row(one) for one in rounds}
    return ChangePage(
        before=rows[before.round.pk],
        after=rows[after.round.pk],
        rounds=tuple(reversed(rows.values())),
        summary=summary(topics),
        notices=tuple(_notices(before, after)),
        topics=topics,
        flags=flags_section(before, after),
        teams=teams_section(before, after),
        between=between,
        lined=tuple(rows[one.pk] for one in rounds[-MOST:]),
        lines=lines(rounds[-MOST:], scores, domains, {before.round.pk, after.round.pk}),
    )


def round_row(assessment: Round) -> RoundRow:
    """Name a finished assessment."""
    day = assessment.closed_on
    return RoundRow(
        pk=str(assessment.pk),
        title=assessment.title,
        finished_on=day,
        full=f"{assessment.title}, {day:%-d %B %Y}" if day else assessment.title,
        url=reverse("results:result", args=[assessment.pk]),
    )


def _notices(before: Side, after: Side) -> Iterator[str]:
    """Say what else than the answers is not as it was."""
    if before.round.instrument_version != after.round.instrument_version:
        yield (
            "The questionnaire has changed in between. Topics are compared only where all their questions are still "
            "the same."
        )
    yield from _stage_notice(before, after)
    yield from _routes_notice(before, after)
    if before.context.for_whom != after.context.for_whom:
        then, now = (_listed(FOR_WHOM, side.context.for_whom) for side in (before, after))
        yield f"For whom the service is has changed. Before: {then}. After: {now}. The questions do not depend on it."


def _stage_notice(before: Side, after: Side) -> Iterator[str]:
    then, now = before.context.stage, after.context.stage
    if then is now:
        return
    moved = f"The stage of the service has changed, from {_stage(then)} to {_stage(now)}."
    if Stage.PREPARING in (then, now):
        moved += (
            " While preparing, a question can be answered “Too early”, which counts as no answer, and what only "
            "matters with patients is flagged more gently."
        )
    yield moved


def _stage(stage: Stage) -> str:
    return f"“{STAGES[stage].partition(':')[0]}”"


def _routes_notice(before: Side, after: Side) -> Iterator[str]:
    then, now = before.context.routes, after.context.routes
    if then == now:
        return
    parts = (("Added", now - then), ("No longer in use", then - now))
    moved = " ".join(f"{name}: {_listed(ROUTES, routes)}." for name, routes in parts if routes)
    topics = [d.title for d in all_domains(before, after) if differs_by_route(d.key, before, after)]
    rests = (
        f" Questions about a way in are asked only where it is in use, so {words.named(topics)} "
        f"{'does' if len(topics) == 1 else 'do'} not rest on quite the same questions both times."
        if topics
        else ""
    )
    yield f"The ways in that are in use have changed. {moved}{rests}"


def _listed(named: Mapping[Any, str], keys: Collection[object]) -> str:
    return "; ".join(text for key, text in named.items() if key in keys) or "nothing stated"
