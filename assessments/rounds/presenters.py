"""What the pages of a round show: the clinic's rounds, the task list, a page of questions, the check of answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from assessments.rounds.models import Given, given
from assessments.rounds.posts import read_entries, with_entries, with_posted_ground
from assessments.rounds.sheets import NOTHING, Sheet, Stored, make_sheet
from readiness.instrument.definition import INSTRUMENT, Context, Domain, Fact, Form, Instrument, Item, NonAnswer
from readiness.instrument.loading import load
from readiness.instrument.words import FOR_WHOM, ROUTES, STAGES
from readiness.scoring.score import ScaleScore, score

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.clinics.models import User
    from assessments.rounds.models import FormAnswer, Round


@dataclass(frozen=True)
class SectionRow:
    """A line of the task list."""

    title: str
    about: str
    url: str
    n_answered: int
    n_asked: int
    worked_by: str  # who answered here last; empty for nobody
    worked_at: datetime | None

    @property
    def status(self) -> str:
        """The state of the section in a word or two."""
        if not self.n_answered:
            return "Not started"
        return "Complete" if self.n_answered == self.n_asked else "In progress"


@dataclass(frozen=True)
class CheckRow:
    """A topic on the page that checks answers before finishing."""

    title: str
    url: str
    effect: str
    blanks: tuple[tuple[str, str], ...]  # text and address of each question not answered
    unknown: tuple[tuple[str, str], ...]  # the same of each answered "don't know"
    left_out: tuple[tuple[str, str], ...]  # the same of each answered "does not apply" or "too early"


def stored_answers(assessment: Round, keys: Collection[str] | None = None) -> dict[str, Stored]:
    """Give what the clinic form holds, of these keys when given, without who gave it: only a conflict tells that."""
    rows = assessment.answers.of_clinic_form()
    if keys is not None:
        rows = rows.filter(key__in=keys)
    return {
        key: Stored(given(value, non_answer), comment, revision)
        for key, value, non_answer, comment, revision in rows.values_list(
            "key", "value", "non_answer", "comment", "revision"
        )
    }


def stored(row: FormAnswer | None, viewer: User) -> Stored:
    """Give a stored row as this person's page knows it; None means that nothing is stored."""
    if row is None:
        return NOTHING
    if row.by == viewer:
        return Stored(row.answer, row.comment, row.revision, "You, in another window,")
    return Stored(row.answer, row.comment, row.revision, str(row.by) if row.by else "A colleague")


def asked_items(instrument: Instrument, context: Context, domain: str | None = None) -> tuple[Item, ...]:
    """Give the items that the clinic form asks in this context, in order; of one domain when given."""
    return tuple(item for item in instrument.items_of(Form.MANAGER, domain) if item.is_asked(Form.MANAGER, context))


def asked_facts(instrument: Instrument, context: Context, domain: str) -> tuple[Fact, ...]:
    """Give the facts asked at the foot of a domain's page in this context."""
    return tuple(f for f in instrument.facts_of(domain) if f.route is None or f.route in context.routes)


def quick_items(instrument: Instrument, context: Context) -> tuple[Item, ...]:
    """Give the items of the quick start that are asked in this context, in order."""
    return tuple(item for item in asked_items(instrument, context) if item.quick)


def section_keys(instrument: Instrument, domain: str) -> list[str]:
    """Give the keys of the items and facts on a topic's page, in whatever context."""
    return [*(i.key for i in instrument.items_of(Form.MANAGER, domain)), *(f.key for f in instrument.facts_of(domain))]


def section_sheet(instrument: Instrument, context: Context, domain: str, stored: Mapping[str, Stored]) -> Sheet:
    """Lay out a topic's page."""
    return make_sheet(
        instrument, context, asked_items(instrument, context, domain), asked_facts(instrument, context, domain), stored
    )


def quick_sheet(instrument: Instrument, context: Context, stored: Mapping[str, Stored]) -> Sheet:
    """Lay out the quick start."""
    return make_sheet(instrument, context, quick_items(instrument, context), (), stored)


def restocked(sheet: Sheet, instrument: Instrument, context: Context, stored: Mapping[str, Stored]) -> Sheet:
    """Lay the same page out again with what is stored now."""
    items = [instrument.item[field.key] for field in sheet.items]
    return make_sheet(instrument, context, items, [instrument.fact[field.key] for field in sheet.facts], stored)


def typed_sheet(posted: Mapping[str, str]) -> Sheet:
    """Lay out what was typed on a question page, from the post alone: nothing stored is looked up."""
    instrument, context = load(INSTRUMENT), Context()
    named = {name.partition("-")[2] for name in posted if name.startswith(("answer-", "base-"))}
    sheet = make_sheet(
        instrument,
        context,
        [item for item in instrument.items_of(Form.MANAGER) if item.key in named],
        [fact for fact in instrument.facts if fact.key in named],
        {},
    )
    sheet = with_posted_ground(sheet, posted)
    return with_entries(sheet, instrument, context, read_entries(instrument, posted, named, {}), {})


def section_url(assessment: Round, domain: str) -> str:
    """Give the address of a topic's page."""
    return reverse("rounds:section", args=[assessment.pk, domain])


def neighbours(instrument: Instrument, domain: str) -> tuple[int, int, Domain | None, Domain | None]:
    """Give a topic's place (from 1), how many there are, and the topics before and after it."""
    domains = instrument.domains_of(Form.MANAGER)
    place = [d.key for d in domains].index(domain)
    before = domains[place - 1] if place else None
    after = domains[place + 1] if place + 1 < len(domains) else None
    return place + 1, len(domains), before, after


def section_rows(assessment: Round) -> tuple[SectionRow, ...]:
    """Give the lines of the task list, with who worked on each topic last."""
    instrument, context = assessment.instrument, assessment.context
    rows = {row.key: row for row in assessment.answers.of_clinic_form().select_related("by")}
    lines = []
    for domain in instrument.domains_of(Form.MANAGER):
        items = asked_items(instrument, context, domain.key)
        keys = {*(i.key for i in items), *(f.key for f in asked_facts(instrument, context, domain.key))}
        latest = max((rows[k] for k in keys & rows.keys()), key=lambda row: row.saved_at, default=None)
        lines.append(
            SectionRow(
                title=domain.title,
                about=domain.about,
                url=section_url(assessment, domain.key),
                n_answered=sum(1 for i in items if i.key in rows and rows[i.key].answer is not None),
                n_asked=len(items),
                worked_by=str(latest.by) if latest and latest.by else "",
                worked_at=latest.saved_at if latest else None,
            )
        )
    return tuple(lines)


def context_lines(context: Context) -> tuple[str, str, str]:
    """Give stage, routes and patients in words."""
    return (
        STAGES[context.stage],
        "; ".join(words for route, words in ROUTES.items() if route in context.routes),
        "; ".join(words for group, words in FOR_WHOM.items() if group in context.for_whom),
    )


def check_rows(assessment: Round) -> tuple[CheckRow, ...]:
    """Give each topic with its blanks and don't-knows, and what they do to its score."""
    instrument, context = assessment.instrument, assessment.context
    stored = stored_answers(assessment)
    answers = {key: row.answer for key, row in stored.items() if key in instrument.item}
    scores = {row.key: row for row in score(instrument, Form.MANAGER, answers, context).domains}
    lines = []
    for domain in instrument.domains_of(Form.MANAGER):
        url = section_url(assessment, domain.key)
        items = [(i, stored.get(i.key, NOTHING).answer) for i in asked_items(instrument, context, domain.key)]
        lines.append(
            CheckRow(
                title=domain.title,
                url=url,
                effect=effect_words(scores[domain.key]),
                blanks=_links(url, items, None),
                unknown=_links(url, items, NonAnswer.DONT_KNOW),
                left_out=_links(url, items, NonAnswer.NOT_APPLICABLE),
            )
        )
    return tuple(lines)


def _links(url: str, items: Iterable[tuple[Item, Given]], wanted: NonAnswer | None) -> tuple[tuple[str, str], ...]:
    return tuple((item.wording[Form.MANAGER], f"{url}#field-{item.key}") for item, answer in items if answer == wanted)


def count_left_out(assessment: Round) -> int:
    """Count the items asked that are answered "does not apply", or "too early" before the first patient."""
    stored = stored_answers(assessment)
    items = asked_items(assessment.instrument, assessment.context)
    return sum(stored.get(item.key, NOTHING).answer is NonAnswer.NOT_APPLICABLE for item in items)


def effect_words(row: ScaleScore) -> str:
    """Say what the open questions of a topic do to its score."""
    based = f"{row.n_valid} of {row.n_applicable} questions that apply"
    if row.n_applicable == 0:
        return "Nothing here applies to you, so this topic gets no score."
    match row.status:
        case "scored" if row.n_valid == row.n_applicable:
            return "Complete: the score rests on every question that applies."
        case "scored":
            return f"Enough for a score: it rests on {based}."
        case "provisional":
            return f"A provisional score only: it rests on {based}."
        case _:
            return f"Too little for a score: only {based} answered on the scale."
