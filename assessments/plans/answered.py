"""What an action answers: its name as a result's own page has it, and whether the last result still points at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from assessments.plans import words
from assessments.plans.models import Action
from assessments.results.reading import reading_of
from assessments.rounds.models import FormAnswer, Round
from readiness.guidance.cards import words as flag_words
from readiness.guidance.flags import CRITICAL, OF_TEAM, PER_TOPIC, WEAK_DOMAIN
from readiness.instrument.definition import Form
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assessments.clinics.models import Clinic
    from assessments.results.reading import Reading

    Titles = Mapping[tuple[str, str], str]


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
    """The assessment that a clinic finished last: the flags in its result, and what its clinic form answers.

    `behind` holds the questions behind each flag as earlier results raised it; `answered` those that have an answer on
    the scale now, of `asked`, which are all that are asked now; `flagged` the topics of flags of the clinic form.
    """

    title: str
    closed_at: datetime
    flags: frozenset[tuple[str, str]]
    flagged: frozenset[str]
    behind: Mapping[tuple[str, str], frozenset[str]]
    asked: Mapping[str, str]  # each question's topic
    answered: frozenset[str]

    def settled(self, action: Action) -> str:
        """Ask whether an action is done where its flag went by better answers; empty where nothing is to be asked.

        A flag that is not raised because nobody answered, or because nothing was asked, has not got better.
        """
        is_older = action.created_at < self.closed_at and not action.state.is_finished
        if not (is_older and action.flag) or action.flag in OF_TEAM or _flag(action.flag, action.domain) in self.flags:
            return ""
        if not self._is_answered(action.flag, action.domain):
            return ""
        return f"What it answers is no longer flagged in “{self.title}”. Is it done?"

    def _is_answered(self, flag: str, domain: str) -> bool:
        """Whether all the questions behind a flag have an answer on the scale; of a low topic, all of the topic."""
        items = self.behind.get(_flag(flag, domain), frozenset())
        if flag.startswith(CRITICAL):
            items = frozenset({flag.removeprefix(CRITICAL)})
        if flag == WEAK_DOMAIN:
            if domain in self.flagged:  # it gave way to a flag that says what the topic is about
                return False
            items |= {key for key, topic in self.asked.items() if topic == domain}
        return bool(items) and items <= self.answered


def latest_of(clinic: Clinic) -> Latest | None:
    """Give the last finished assessment, in two queries; none where none is finished."""
    sought = Action.objects.filter(clinic=clinic).unfinished().exclude(flag="").order_by().values("flag")
    rows: list[Any] = list(  # rounds, each once with every flag that it raised
        Round.objects.filter(clinic=clinic, instrument_key=load().key, closed_at__isnull=False)
        .annotate(flag=F("result__flags__key"), topic=F("result__flags__domain"), items=F("result__flags__items"))
        .filter(Q(is_latest=True) | Q(flag__in=sought))
        .order_by()
    )
    last: Round | None = next((row for row in rows if row.is_latest), None)
    if last is None or last.closed_at is None:
        return None
    raised = [(row.flag, row.topic) for row in rows if row.is_latest and row.flag]
    behind: dict[tuple[str, str], frozenset[str]] = {}
    for row in rows:
        if row.flag:
            key = _flag(row.flag, row.topic)
            behind[key] = behind.get(key, frozenset()) | frozenset(row.items)
    items, context = last.instrument.items_of(Form.MANAGER), last.context
    asked = {item.key: item.domain for item in items if item.is_asked(Form.MANAGER, context)}
    answers = FormAnswer.objects.of_clinic_form().filter(round=last, value__isnull=False).values_list("key", flat=True)
    return Latest(
        title=last.title,
        closed_at=last.closed_at,
        flags=frozenset(_flag(key, topic) for key, topic in raised),
        flagged=frozenset(topic for key, topic in raised if key not in OF_TEAM),
        behind=behind,
        asked=asked,
        answered=frozenset(answers) & asked.keys(),
    )


def newer_than(assessment: Round) -> Round | None:
    """Give the assessment that the clinic finished last, for one that it finished before."""
    if assessment.is_open or assessment.is_latest:
        return None
    same = Round.objects.filter(clinic=assessment.clinic_id, instrument_key=assessment.instrument_key)
    return same.finished_last().first()


def _flag(key: str, domain: str) -> tuple[str, str]:
    return key, domain if key in PER_TOPIC else ""
