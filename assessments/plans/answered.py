"""What an action answers: its name as a result's own page has it, and whether the last result still points at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.plans import words
from assessments.results.reading import reading_of
from assessments.rounds.models import Round
from readiness.guidance.cards import words as flag_words
from readiness.guidance.flags import LOW_CONFIDENCE, PER_TOPIC, ROLE_GAP
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from assessments.clinics.models import Clinic
    from assessments.plans.models import Action
    from assessments.results.reading import Reading

    Titles = Mapping[tuple[str, str], str]

OF_TEAM: Final = frozenset({ROLE_GAP, LOW_CONFIDENCE})
"""Flags that also go where the team was not heard, which settles nothing."""


def titles_of(reading: Reading) -> Titles:
    """Give the titles under which a result shows its flags."""
    guidance, instrument, figures = reading.guidance, reading.instrument, reading.team.figures
    return {
        _flag(flag.key, flag.domain): flag_words(
            guidance, instrument, flag, reading.answers, reading.context, figures
        ).title
        for flag in reading.flags
    }


def titles_in(assessment: Round | None) -> Titles:
    """Give the titles of the flags of a round; none without one."""
    return titles_of(reading_of(assessment)) if assessment else {}


def name_of(flag: str, domain: str, titles: Titles) -> str:
    """Name what is answered as a result does; by its short name where no result with it is at hand."""
    return titles.get(_flag(flag, domain)) or words.answers_to(flag, domain)


@dataclass(frozen=True)
class Latest:
    """The assessment that a clinic finished last, and the flags in its result."""

    title: str
    closed_at: datetime
    flags: frozenset[tuple[str, str]]

    def settled(self, action: Action) -> str:
        """Ask whether an action is done where its flag is not raised any more; empty where nothing is to be asked."""
        is_older = action.created_at < self.closed_at and not action.state.is_finished
        if not (is_older and action.flag) or action.flag in OF_TEAM or _flag(action.flag, action.domain) in self.flags:
            return ""
        return f"What it answers is no longer flagged in “{self.title}”. Is it done?"


def latest_of(clinic: Clinic) -> Latest | None:
    """Give the last finished assessment, in one query; none where none is finished."""
    finished = Round.objects.filter(clinic=clinic, instrument_key=load().key).finished_last()
    rows = list(finished.values_list("title", "closed_at", "result__flags__key", "result__flags__domain"))
    if not rows or rows[0][1] is None:
        return None
    return Latest(rows[0][0], rows[0][1], _flags((key, domain) for _, _, key, domain in rows))


def newer_than(assessment: Round) -> Round | None:
    """Give the assessment that the clinic finished last, for one that it finished before."""
    if assessment.is_open or assessment.is_latest:
        return None
    same = Round.objects.filter(clinic=assessment.clinic_id, instrument_key=assessment.instrument_key)
    return same.finished_last().first()


def _flags(found: Iterable[tuple[str | None, str | None]]) -> frozenset[tuple[str, str]]:
    return frozenset(_flag(key, domain or "") for key, domain in found if key)


def _flag(key: str, domain: str) -> tuple[str, str]:
    return key, domain if key in PER_TOPIC else ""
