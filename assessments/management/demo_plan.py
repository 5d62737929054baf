"""What invented clinics do about their results: actions of the plan, with what happened to each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from assessments.clinics.models import Clinic
from assessments.plans import actions
from assessments.plans.models import Action, Status
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from assessments.clinics.models import User
    from assessments.management.demo_story import Story


def plans_of(invented: Iterable[dict[str, Any]], people: Mapping[str, User], *, now: datetime) -> list[Story]:
    """Tell how each clinic that has a plan in demo.toml comes by it; nothing happens where there is a plan already."""
    return [
        _action(entry, one, people, now)
        for entry in invented
        if not Action.objects.filter(clinic__in=_clinics(entry)).exists()
        for one in entry.get("actions", ())
    ]


def _clinics(entry: dict[str, Any]) -> QuerySet[Clinic]:
    return Clinic.objects.filter(name=entry["name"], memberships__user__email=entry["lead"])


def _action(of_clinic: dict[str, Any], entry: dict[str, Any], people: Mapping[str, User], now: datetime) -> Story:
    by, added_at = people[entry["by"]], now - timedelta(days=entry["added_days_ago"])
    yield added_at
    clinic = _clinics(of_clinic).first()
    if clinic is None:
        return
    action = _added(clinic, entry, by, added_at)
    changed_at = added_at + timedelta(minutes=4)
    yield changed_at
    content = replace(
        actions.content_of(action),
        owner_id=people[entry["owner"]].pk if "owner" in entry else None,
        owner_name=entry.get("owner_name", ""),
        due_on=actions.today_of(clinic, now) + timedelta(days=entry["due_in_days"]) if "due_in_days" in entry else None,
        is_shown_to_team=entry.get("is_shown_to_team", False),
    )
    action = actions.change_action(by=by, action_id=action.pk, base=action.revision, content=content, now=changed_at)
    for position, deed in enumerate(entry.get("deeds", ())):
        at = now - timedelta(days=deed["days_ago"])
        yield at
        action = _deed(action, deed, f"demo-{position}", people[deed["by"]], at)


def _added(clinic: Clinic, entry: dict[str, Any], by: User, at: datetime) -> Action:
    if "option" not in entry:
        content = actions.Content(title=entry["title"], steps=entry.get("steps", ""), domain=entry["topic"])
        return actions.add_action(by=by, clinic=clinic, content=content, op="demo", now=at)
    assessment = Round.objects.get(clinic=clinic, title=entry["round"])
    option, for_ = entry["option"], entry["for"]
    action, _ = actions.add_option(by=by, round_id=assessment.pk, option=option, for_=for_, now=at)
    return action


def _deed(action: Action, deed: dict[str, Any], op: str, by: User, at: datetime) -> Action:
    if "note" in deed:
        actions.add_note(by=by, action_id=action.pk, note=deed["note"], op=op, now=at)
        return action
    return actions.move_action(
        by=by,
        action_id=action.pk,
        base=action.revision,
        status=Status(deed["status"]),
        reason=deed.get("reason", ""),
        now=at,
    )
