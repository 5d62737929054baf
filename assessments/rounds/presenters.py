"""What the pages of a round show: the clinic's rounds, the task list, a page of questions, the check of answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.urls import reverse

from assessments.clinics.models import Erasure
from assessments.rounds.actions import DEFAULT_DURATION, LONGEST_DURATION, default_title
from assessments.rounds.answering import check_answer
from assessments.rounds.models import Given, Round, RoundSuggestion, given
from assessments.rounds.policies import figures_again_on
from assessments.rounds.posts import Check, read_entries, with_entries, with_posted_ground
from assessments.rounds.sheets import NOTHING, Sheet, Stored, make_sheet
from readiness.instrument.definition import INSTRUMENT, Context, Domain, Fact, Form, Instrument, Item, NonAnswer
from readiness.instrument.loading import load
from readiness.instrument.words import FOR_WHOM, ROUTES, STAGES
from readiness.scoring.score import ScaleScore, score
from readiness.scoring.team_talk import TALK_NO_AGREEMENT

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.clinics.models import Clinic, User
    from assessments.rounds.models import FormAnswer


ERASED_TOLD: Final = 20
"""How many erased assessments the clinic's page tells of."""
CONTEXT: Final = ("stage", "routes", "for_whom")


@dataclass(frozen=True)
class SectionRow:
    """A line of the task list."""

    title: str
    about: str
    url: str
    n_answered: int
    n_asked: int
    worked_by: str = ""  # who answered here last; empty for nobody
    worked_at: datetime | None = None

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
    split: tuple[tuple[str, str], ...] = ()  # the same of each on which a team does not agree


@dataclass(frozen=True)
class ProposedRound:
    """What the form of a new round begins with: name, last day, and what was said of the service last time."""

    title: str
    due_on: date
    said: str = ""  # who proposes name or day; empty for nobody
    last: Round | None = None  # the round that it follows; None for a clinic's first
    figures_again_on: date | None = None  # the first day on which figures of therapists can be shown; None for any

    @property
    def is_too_soon(self) -> bool:
        """Whether no figures of therapists can be shown in an assessment that ends on the proposed day."""
        return self.figures_again_on is not None and self.due_on < self.figures_again_on

    @property
    def initial(self) -> dict[str, object]:
        """What the form begins with."""
        context = {name: getattr(self.last, name) for name in CONTEXT if self.last}
        return {"title": self.title, "due_on": self.due_on, **context}


def days_of_erasing(clinic: Clinic) -> tuple[date, ...]:
    """Give the days, in the clinic, on which finished assessments of it were erased, the latest first."""
    found = Erasure.objects.of_rounds().filter(clinic_id=clinic.pk, finished_on__isnull=False).order_by("-at")
    zone = ZoneInfo(clinic.time_zone)
    return tuple(at.astimezone(zone).date() for at in found.values_list("at", flat=True)[:ERASED_TOLD])


def round_under_way(clinic: Clinic) -> Round | None:
    """Give the clinic's open round; None when there is none."""
    return Round.objects.open().filter(clinic=clinic, instrument_key=INSTRUMENT).first()


def proposed_round(clinic: Clinic, *, now: datetime) -> ProposedRound:
    """Give what the form of a new round begins with: what a network proposes, or else our own.

    After a finished round the new one is called a follow-up and begins with what was said of the service then.

    A proposal whose day has passed is over. Of several networks' the one that ends first is taken, those without a day
    last; name and day are never those of two networks.
    """
    today = now.astimezone(ZoneInfo(clinic.time_zone)).date()
    proposed = RoundSuggestion.objects.filter(clinic=clinic).order_by("pk")
    timely = [one for one in proposed if one.due_on is None or today <= one.due_on <= today + LONGEST_DURATION]
    one = min(timely, key=lambda one: one.due_on or date.max, default=None)
    last = Round.objects.finished_by(now, clinic_id=clinic.pk, instrument_key=INSTRUMENT).first()
    return ProposedRound(
        title=(one and one.title) or (f"Follow-up {today:%B %Y}" if last else default_title(now)),
        due_on=(one and one.due_on) or today + DEFAULT_DURATION,
        said=_proposal_said(one) if one else "",
        last=last,
        figures_again_on=figures_again_on(last, now=now) if last else None,
    )


def _proposal_said(one: RoundSuggestion) -> str:
    who = one.by_name or "A network that you let in"
    what = " and ".join(filter(None, ["the last day" if one.due_on else "", "the name" if one.title else ""]))
    return f"{who} proposes {what} below. You can change {'both' if one.due_on and one.title else 'it'}."


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


def typed_sheet(posted: Mapping[str, str]) -> Sheet:
    """Lay out what was typed on a page of the clinic form, from the post alone: nothing stored is looked up."""
    instrument = load(INSTRUMENT)
    named = {name.partition("-")[2] for name in posted if name.startswith(("answer-", "base-"))}
    items = [item for item in instrument.items_of(Form.MANAGER) if item.key in named]
    sheet = make_sheet(instrument, Context(), items, [f for f in instrument.facts if f.key in named], {})
    return laid_over(sheet, instrument, posted)


def laid_over(sheet: Sheet, instrument: Instrument, posted: Mapping[str, str], check: Check = check_answer) -> Sheet:
    """Lay what was typed over an empty sheet."""
    entries = read_entries(instrument, posted, sheet.keys, {}, check)
    return with_entries(with_posted_ground(sheet, posted), instrument, Context(), entries, {})


def section_url(assessment: Round, domain: str) -> str:
    """Give the address of a topic's page."""
    return reverse("rounds:section", args=[assessment.pk, domain])


def neighbours(domains: Sequence[Domain], domain: str) -> tuple[int, Domain | None, Domain | None]:
    """Give a topic's place among others (from 1), and the topics before and after it."""
    place = [d.key for d in domains].index(domain)
    before = domains[place - 1] if place else None
    after = domains[place + 1] if place + 1 < len(domains) else None
    return place + 1, before, after


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
        items = [(i, stored.get(i.key, NOTHING).answer) for i in asked_items(instrument, context, domain.key)]
        lines.append(check_row(domain, section_url(assessment, domain.key), scores[domain.key], items, Form.MANAGER))
    return tuple(lines)


def check_row(domain: Domain, url: str, scale: ScaleScore, items: Sequence[tuple[Item, Given]], form: Form) -> CheckRow:
    """Give a topic with its open questions, and what they do to its score."""

    def links(wanted: Given) -> tuple[tuple[str, str], ...]:
        return tuple((item.wording[form], f"{url}#field-{item.key}") for item, answer in items if answer == wanted)

    return CheckRow(
        title=domain.title,
        url=url,
        effect=effect_words(scale),
        blanks=links(None),
        unknown=links(NonAnswer.DONT_KNOW),
        left_out=links(NonAnswer.NOT_APPLICABLE),
        split=links(TALK_NO_AGREEMENT),
    )


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
