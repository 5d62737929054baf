"""How far open assessments of clinics are: which questions have an answer, and when the last one was saved.

Values are never read, nor is anything of therapists.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from assessments.rounds.models import FormAnswer
from assessments.rounds.presenters import asked_items

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from assessments.rounds.models import Round
    from readiness.instrument.definition import Domain, Instrument


@dataclass(frozen=True)
class Done:
    """How far an open round is: `n_done` sections of `n_sections` have an answer to every question that is asked.

    `at` is the section that its clinic is at, and `worked_on` the day of the newest answer; None where there is none.
    """

    n_done: int = 0
    n_sections: int = 0
    at: Domain | None = None
    worked_on: date | None = None


NOTHING_DONE: Final = Done()


def done_by_clinic(rounds: Collection[Round]) -> Mapping[UUID, Done]:
    """Say by clinic how far open rounds are, in one statement.

    Of answers saved at once, as a page without script saves them, the last row counts as the last.
    """
    saved: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    answers = FormAnswer.objects.of_clinic_form().answered().filter(round__in=rounds)
    for round_id, key, saved_at in answers.order_by("saved_at", "pk").values_list("round", "key", "saved_at"):
        saved[round_id][key] = saved_at
    return {one.clinic_id: _done_of(one, saved[one.pk]) for one in rounds}


def _done_of(assessment: Round, saved: dict[str, datetime]) -> Done:
    sections = _sections_of(assessment, saved.keys())
    left = [domain for domain, is_done in sections if not is_done]
    last = next(reversed(saved), None)
    return Done(
        n_done=len(sections) - len(left),
        n_sections=len(sections),
        at=_section_at(assessment.instrument, last, left) if last else None,
        worked_on=saved[last].astimezone(ZoneInfo(assessment.time_zone)).date() if last else None,
    )


def _sections_of(assessment: Round, answered: Collection[str]) -> tuple[tuple[Domain, bool], ...]:
    """Give the sections in which this clinic is asked something, and whether all that is asked there is answered."""
    sections: dict[str, list[str]] = {}
    for item in asked_items(assessment.instrument, assessment.context):
        sections.setdefault(item.domain, []).append(item.key)
    return tuple(
        (assessment.instrument.domain[domain], all(key in answered for key in keys))
        for domain, keys in sections.items()
    )


def _section_at(instrument: Instrument, last_key: str, left: list[Domain]) -> Domain | None:
    """Give the section of the last saved answer if it is not done, or else the first that is not."""
    known = instrument.item.get(last_key) or instrument.fact.get(last_key)
    return next((domain for domain in left if known and domain.key == known.domain), next(iter(left), None))
