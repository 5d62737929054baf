"""What an action's own page shows: what it says, what may be chosen in its form, and what happened to it in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.forms import BooleanField, DateField
from django.urls import reverse

from assessments.clinics.models import Membership
from assessments.plans import words
from assessments.plans.actions import today_of
from assessments.plans.answered import latest_of, name_of
from assessments.plans.board import page_of
from assessments.plans.entries import people_of, said_of
from assessments.plans.fields import label_of
from assessments.plans.models import Status
from assessments.results.models import ResultFlag
from assessments.results.reading import guidance_for
from assessments.results.team_rows import topic_title
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.forms.boundfield import BoundField

    from assessments.clinics.models import Clinic, User
    from assessments.plans.answered import Titles
    from assessments.plans.forms import Choices
    from assessments.plans.models import Action, ActionEntry

HISTORY_SHOWN: Final = 50
"""Deeds and notes on a page of an action's history."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """What somebody did: "Milan moved it to Under way", when, and what they wrote with it."""

    said: str
    at: str
    note: str


@dataclass(frozen=True, slots=True)
class Move:
    """A step that the page offers."""

    status: str
    words: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What is stored in a field now, beside what somebody typed; `field` is the id of its control."""

    field: str
    label: str
    stored: str


@dataclass(frozen=True)
class ActionPage:
    """An action in words; what is empty is not said."""

    title: str
    status: str
    status_words: str
    due: str
    is_overdue: bool
    owner: str
    answers: str
    settled: str
    kind: str
    effort: str
    steps: tuple[str, ...]
    reason: str
    is_shown_to_team: bool
    origin: str
    origin_url: str
    options_url: str  # what the assessment asks for that it was seen in
    moves: tuple[Move, ...]
    history: tuple[HistoryRow, ...]
    newer_url: str  # of a further page of the history; empty where there is none
    older_url: str
    revision: int

    @property
    def can_drop(self) -> bool:
        """Whether dropping is a step."""
        return self.status != Status.DROPPED


def action_page(
    action: Action, viewer: User, members: Iterable[Membership], titles: Titles, now: datetime, older: str = ""
) -> ActionPage:
    """Lay out an action, its history newest first; `older` is which page of the history is asked for.

    `titles` are those of the result in which it was seen.
    """
    today, latest = today_of(action.clinic, now), latest_of(action.clinic)
    page = page_of(action.entries.count(), older, HISTORY_SHOWN)
    entries = action.entries.select_related("by").order_by("-id")[page.rows]
    return ActionPage(
        title=action.title,
        status=action.status,
        status_words=action.state.label,
        due=words.due(action, today),
        is_overdue=not action.finished_on and action.due_on is not None and action.due_on < today,
        owner=words.owner(action, {member.user_id for member in members}),
        answers=name_of(action.flag, action.domain, titles),
        settled=latest.settled(action) if latest else "",
        kind=words.kind(action.kind),
        effort=words.effort(action.effort),
        steps=tuple(filter(None, (line.strip() for line in action.steps.splitlines()))),
        reason=action.drop_reason,
        is_shown_to_team=action.is_shown_to_team,
        origin=action.round.title if action.round else "",
        origin_url=action.round.get_absolute_url() if action.round else "",
        options_url=options_url(action),
        moves=tuple(Move(status.value, said) for status, said in words.MOVES[action.state]),
        history=_history(list(entries), action, viewer),
        newer_url=_history_url(action, page.number - 1) if page.number > 1 else "",
        older_url=_history_url(action, page.number + 1) if page.number < page.n_pages else "",
        revision=action.revision,
    )


def options_url(action: Action) -> str:
    """Give the address of the options of the assessment in which it was seen; empty for none."""
    return f"{reverse('plans:of_round', args=[action.round_id])}#asked" if action.round_id else ""


def _history_url(action: Action, number: int) -> str:
    query = f"?older={number}" if number > 1 else ""
    return f"{action.get_absolute_url()}{query}#history"


def _history(entries: Sequence[ActionEntry], action: Action, viewer: User) -> tuple[HistoryRow, ...]:
    """Put entries into words; times are those of the clinic's clocks."""
    people = people_of(entries)
    return tuple(_history_row(entry, action, viewer, people) for entry in entries)


def _history_row(entry: ActionEntry, action: Action, viewer: User, people: Mapping[int, User]) -> HistoryRow:
    who = "You" if entry.by_id == viewer.pk else str(entry.by or words.SOMEBODY)
    at = words.moment(entry.at, action.clinic.time_zone)
    return HistoryRow(said=f"{who} {_deed(entry, action, people)}", at=at, note=entry.note)


def _deed(entry: ActionEntry, action: Action, people: Mapping[int, User]) -> str:
    if entry.status == Status.DROPPED:
        return "dropped it"
    if entry.status == Status.PLANNED and entry.at == action.created_at:
        return "added it"
    if entry.status:
        also = f" and changed {said_of(entry, people)}" if entry.changed else ""
        return f"moved it to {Status(entry.status).label}{also}"
    if entry.changed:
        return f"changed {said_of(entry, people)}"
    return "wrote"


def meanwhile(action: Action, base: int, viewer: User) -> tuple[HistoryRow, ...]:
    """Give what was done last to an action upon the revision `base` and later; every deed but a note makes one."""
    deeds = action.entries.exclude(status="", changed=[]).select_related("by").order_by("-id")
    n_since = min(max(0, action.revision - base), HISTORY_SHOWN)
    return _history(list(reversed(deeds[:n_since])), action, viewer)


def stored_beside(field: BoundField, stored: str) -> Beside:
    """Put into words what is stored in a field of the form, as its list of choices, a box to tick or a day says it."""
    choices = {
        str(key): str(said)
        for name, entry in getattr(field.field, "choices", ())
        for key, said in (entry if isinstance(entry, list) else [(name, entry)])
    }
    if isinstance(field.field, BooleanField):
        choices = {"on": "Yes", "": "No"}
    if isinstance(field.field, DateField) and stored:
        choices = {stored: words.day(date.fromisoformat(stored))}
    return Beside(field.id_for_label, label_of(field.field), choices.get(stored, stored) or "Empty")


def members_of(clinic: Clinic) -> list[Membership]:
    """Give the people of a clinic, by name."""
    found = Membership.objects.filter(clinic=clinic).select_related("user")
    return sorted(found, key=lambda member: str(member.user).casefold())


def owner_choices(members: Iterable[Membership], action: Action | None = None) -> Choices:
    """Give who may be chosen: the people of the clinic, and whoever is the owner already."""
    choices = {"": "Nobody yet", **{str(member.user_id): str(member.user) for member in members}}
    if action and action.owner:
        choices.setdefault(str(action.owner_id), words.person(action.owner, ()))
    return list(choices.items())


def answer_choices(clinic: Clinic, chosen: tuple[str, str], titles: Titles) -> Choices:
    """Give what an action may answer: the flags of the last result, all topics, and what is `chosen` already."""
    flag, domain = chosen
    instrument = load()
    guidance = guidance_for(instrument.key, instrument.version, None)
    raised = ResultFlag.objects.filter(result__round__clinic=clinic, result__round__is_latest=True)
    pairs = [pair for pair in raised.values_list("key", "domain") if pair[0] in guidance.flag]
    pairs += [chosen] if flag else []
    flags = {f"{key}:{topic}": name_of(key, topic, titles) or key for key, topic in pairs}
    topics = {f":{domain.key}": topic_title(domain) for domain in instrument.domains}
    if domain and not flag:
        topics.setdefault(f":{domain}", domain)
    groups: list[tuple[str, str | list[tuple[str, str]]]] = [("", "Nothing in particular")]
    if flags:
        groups.append(("What a result points at", list(flags.items())))
    return [*groups, ("A topic", list(topics.items()))]


def preset(wanted_flag: str, wanted_domain: str) -> tuple[str, str]:
    """Give the flag and topic that an address asks for, as far as they are known."""
    instrument = load()
    guidance = guidance_for(instrument.key, instrument.version, None)
    return (
        wanted_flag if wanted_flag in guidance.flag else "",
        wanted_domain if wanted_domain in instrument.domain else "",
    )
