"""A clinic's plan, and what changed since the assessment before, in plain JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from assessments.plans.change_flags import FlagMove
    from assessments.plans.change_rows import ChangePage, TopicChange
    from assessments.plans.lying_between import Lying
    from assessments.reports.plan_rows import PlanRow

Values = dict[str, Any]


def named(key: str, title: str) -> Values:
    """Give a choice by its key and in words."""
    return {"key": str(key), "title": title}


def plan_values(rows: Iterable[PlanRow], as_of: date) -> Values:
    """Give a clinic's plan as it stands on a day."""
    return {"as_of": as_of.isoformat(), "actions": [_action(row) for row in rows]}


def _action(row: PlanRow) -> Values:
    return {
        "title": row.title,
        "status": row.status,
        "answers": row.answers or None,
        "owner": row.owner or None,
        "due_on": _day(row.due_on),
        "finished_on": _day(row.finished_on),
        "effort": named(row.effort_key, row.effort) if row.effort_key else None,
        "kind": named(row.kind_key, row.kind) if row.kind_key else None,
        "steps": row.steps or None,
        "reason": row.reason or None,
    }


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def whole_change(change: ChangePage) -> Values:
    """Give what changed since an earlier assessment, with what was done of the plan meanwhile."""
    actions = (*change.between.shown, *change.between.more)
    return {**change_values(change), "actions": [_between(one) for one in actions]}


def _between(one: Lying) -> Values:
    return {"title": one.title, "status": one.status.value, "words": one.words, "on": _day(one.on)}


def change_values(change: ChangePage) -> Values:
    """Give what changed since an earlier assessment in scores and flags, without answers and the plan."""
    return {
        "since": {"id": change.before.pk, "title": change.before.title, "finished_on": _day(change.before.finished_on)},
        "summary": change.summary,
        "notices": list(change.notices),
        "topics": [_topic_change(row) for row in change.topics],
        "flags_summary": change.flags.summary,
        "flags": [_flag_change(one, key, title) for key, title, moves in change.flags.groups for one in moves],
    }


def _flag_change(one: FlagMove, key: str, title: str) -> Values:
    """Give what became of a flag; its level is what it was where it is raised no more."""
    return {
        "key": one.key,
        "topic": one.domain,
        "title": one.name,
        "level": one.level,
        "became": named(key, title),
        "why": one.why or None,
    }


def _topic_change(row: TopicChange) -> Values:
    return {
        "key": row.key,
        "title": row.title,
        "before": float(row.before.exact) if row.before and row.before.exact else None,
        "after": float(row.after.exact) if row.after and row.after.exact else None,
        "difference": float(row.exact) if row.exact else None,
        "verdict": row.verdict.value,
        "words": row.words,
        "why": row.why or None,
        "remark": row.remark or None,
    }
