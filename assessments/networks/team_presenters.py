"""What the page about teams shows: sentences that count clinics, and lines of single clinics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.networks.clinic_presenters import HIGHER, told_team
from assessments.networks.comparison import Reason
from assessments.networks.doors import shown_name
from assessments.results import words
from readiness.scoring.compare import GAP
from readiness.scoring.team_talk import REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from assessments.networks.clinic_reading import Outcome
    from assessments.networks.comparison import Tally
    from assessments.networks.models import NetworkClinic
    from assessments.networks.team_comparison import Requests, TopicViews
    from assessments.results.team_rows import Mark
    from readiness.instrument.definition import Domain

LEFT_OUT: Final = {
    Reason.PROGRESS: ("clinic that shows its progress only", "clinics that show their progress only"),
    Reason.UNFINISHED: ("that has not finished an assessment", "that have not finished an assessment"),
    Reason.VERSION: ("with another version of the questionnaire", "with other versions of the questionnaire"),
}
"""Why clinics are not counted, for one and for several."""


@dataclass(frozen=True, slots=True)
class TopicLine:
    """How views on a topic differ over all clinics; `url` leads to those where they do, empty where there is none."""

    key: str
    title: str
    said: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ViewsCell:
    """Both sides of a topic in one clinic. `managers` is empty where their side was not frozen or has no score.

    `shows_managers` is not so unless the clinic shows its answers: with the topic's score, the managers' side would
    give away what they alone were asked.
    """

    title: str
    shows_managers: bool
    managers: str
    team: Mark | None
    is_apart: bool
    higher: str


@dataclass(frozen=True, slots=True)
class ViewsRow:
    """A clinic whose team was heard."""

    pk: UUID
    name: str
    cells: tuple[ViewsCell, ...]


@dataclass(frozen=True, slots=True)
class RequestLine:
    """Something that teams ask for, and how many do."""

    key: str
    title: str
    said: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A clinic with what its team asks for, one line each; free text is left out where names are hidden."""

    pk: UUID
    name: str
    requests: tuple[str, ...]


def topic_lines(views: Iterable[TopicViews], chosen: str, link: Callable[[str], str]) -> tuple[TopicLine, ...]:
    """Say for each topic in how many clinics views differ, and who rates it higher."""
    return tuple(
        TopicLine(
            key=one.domain.key,
            title=one.domain.title,
            said=_views_said(one),
            url=link(one.domain.key) if one.n_differing else "",
            is_chosen=one.domain.key == chosen,
        )
        for one in views
    )


def _views_said(one: TopicViews) -> str:
    if not one.n_heard:
        return "No team was heard on it."
    heard = (
        f"of {one.n_heard:,} clinics whose team was heard" if one.n_heard > 1 else "of one clinic whose team was heard"
    )
    if not one.n_differing:
        return f"In none {heard} can a difference of {GAP} points or more be told."
    sides = [
        (one.n_managers_higher, "the managers rate it higher"),
        (one.n_team_higher, "the team rates it higher"),
        (one.n_unknown, "views differ, and it was not kept who rates it higher"),
    ]
    (n, said), *others = [(n, said) for n, said in sides if n]
    more = "".join(f"; in {n:,} {said}" for n, said in others)
    return f"In {n:,} {heard}, {said}{more}."


def views_rows(
    page: Iterable[tuple[NetworkClinic, Outcome]], topics: Sequence[Domain], *, is_aliased: bool
) -> tuple[ViewsRow, ...]:
    """Lay out the clinics of a page with both sides of each topic."""
    return tuple(_views_row(place, outcome, topics, is_aliased=is_aliased) for place, outcome in page)


def _views_row(place: NetworkClinic, outcome: Outcome, topics: Sequence[Domain], *, is_aliased: bool) -> ViewsRow:
    team = told_team(outcome, is_aliased=is_aliased)
    marks = {row.key: row.mark for row in team.rows}
    shows_managers = place.shown.shows_answers
    cells = tuple(_views_cell(outcome, domain, marks.get(domain.key), shows_managers) for domain in topics)
    return ViewsRow(place.clinic_id, shown_name(place, is_aliased), cells)


def _views_cell(outcome: Outcome, domain: Domain, mark: Mark | None, shows_managers: bool) -> ViewsCell:
    higher = outcome.who_is_higher(domain.key)
    return ViewsCell(
        title=domain.title,
        shows_managers=shows_managers,
        managers=words.figure(outcome.side_of_managers(domain.key)) if shows_managers else "",
        team=mark,
        is_apart=domain.key in outcome.gaps,
        higher=HIGHER[higher] if higher and domain.key in outcome.gaps else "",
    )


def request_lines(asked: Requests, chosen: str, link: Callable[[str], str]) -> tuple[RequestLine, ...]:
    """Say how many teams ask for what, the most frequent first."""
    order = sorted(REQUESTS, key=lambda key: -asked.n_by_key[key])
    return tuple(
        RequestLine(
            key=key,
            title=REQUESTS[key],
            said=f"{asked.n_by_key[key]:,} of {_talks(asked.n_talks)}",
            url=link(key) if asked.n_by_key[key] else "",
            is_chosen=key == chosen,
        )
        for key in order
    )


def _talks(number: int) -> str:
    return f"{number:,} team talk{'' if number == 1 else 's'}"


def request_rows(page: Iterable[tuple[NetworkClinic, Outcome]], *, is_aliased: bool) -> tuple[RequestRow, ...]:
    """Lay out the clinics of a page with what their teams ask for."""
    return tuple(
        RequestRow(place.clinic_id, shown_name(place, is_aliased), told_team(outcome, is_aliased=is_aliased).requests)
        for place, outcome in page
    )


def left_out_said(everybody: Tally) -> str:
    """Say how many clinics are not counted, and why; empty for none."""
    if everybody.version is None:
        return ""
    n_left_out = everybody.n_left_out(everybody.version)
    parts = [f"{n:,} {LEFT_OUT[reason][n > 1]}" for reason, n in n_left_out.items() if n]
    return f"Not counted: {words.joined(parts)}." if parts else ""
