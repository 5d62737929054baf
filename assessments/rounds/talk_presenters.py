"""What the pages of a team talk show: its topics, a page of questions, the check before sending, the lead's panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.urls import reverse

from assessments.rounds.answering import check_talk_answer
from assessments.rounds.models import TeamTalk, given
from assessments.rounds.presenters import CheckRow, SectionRow, check_row, laid_over
from assessments.rounds.sheets import NOTHING, Sheet, Stored, make_sheet
from assessments.rounds.team_talk import talk_answers
from readiness.instrument.definition import INSTRUMENT, Context, Domain, Form, Instrument, Item
from readiness.instrument.loading import load
from readiness.scoring.team_talk import REQUESTS, TALK_NO_AGREEMENT, score_team_talk, talk_items

if TYPE_CHECKING:
    from datetime import date

    from assessments.rounds.models import FormAnswer, Round

SMALL_TEAM: Final = 2
"""Up to so many therapists, a team talk tells the manager who said what."""


@dataclass(frozen=True)
class TalkPanel:
    """What the clinic may know of a team talk: whether it has a link, and once it is sent, when and by how many."""

    has_link: bool
    sent_on: date | None = None
    n_people: int | None = None

    @property
    def is_sent(self) -> bool:
        """Whether the team has sent it."""
        return self.sent_on is not None


def talk_panel(assessment: Round) -> TalkPanel:
    """Give what the lead's page and the task list say of a team talk."""
    talk = TeamTalk.objects.filter(round=assessment).first()
    if talk is None:
        return TalkPanel(has_link=False)
    return TalkPanel(has_link=True, sent_on=talk.sent_on, n_people=talk.n_people)


def link_message(assessment: Round, token: str) -> str:
    """Give what the lead passes on to the team, with the link. It begins with BASE_URL, whatever a request says."""
    url = f"{settings.BASE_URL}{reverse('rounds:talk_link', args=[token])}"
    small = "Please know that I will be able to tell who said what.\n\n" if is_small_team(assessment) else ""
    return (
        f"Dear colleagues,\n\n{small}"
        "please meet for about 20 minutes, without me, and say together how you see online treatment here. "
        "One of you opens this link and holds the pen; no account is needed:\n\n"
        f"{url}\n\n"
        f"Answers are possible until the end of {assessment.due_on:%-d %B %Y}. Once you send them, I see them. "
        "Whoever has this link can read and change what you have agreed on before it is sent. I have it too, because "
        "I pass it on; I will not open it. Please pass it to nobody outside the team."
    )


def is_small_team(assessment: Round) -> bool:
    """Say whether the clinic has so few therapists that a manager will know who said what."""
    n_therapists = assessment.clinic.n_therapists
    return n_therapists is not None and 1 <= n_therapists <= SMALL_TEAM


def talk_domains(instrument: Instrument) -> tuple[Domain, ...]:
    """Give the topics that a team talks about, in order."""
    keys = {item.domain for item in talk_items(instrument)}
    return tuple(domain for domain in instrument.domains if domain.key in keys)


def asked_items(assessment: Round, domain: str) -> tuple[Item, ...]:
    """Give the questions of a topic, in order."""
    context = assessment.context
    items = talk_items(assessment.instrument)
    return tuple(i for i in items if i.domain == domain and i.is_asked(Form.THERAPIST, context))


def stored_by_team(row: FormAnswer | None) -> Stored:
    """Give a stored row as another holder of the link gave it; None means that nothing is stored."""
    if row is None:
        return NOTHING
    return Stored(row.answer, "", row.revision, "Somebody with the same link")


def stored_answers(assessment: Round) -> dict[str, Stored]:
    """Give what the team has agreed on so far, with revisions."""
    rows = assessment.answers.of_team_talk().values_list("key", "value", "non_answer", "revision")
    return {key: Stored(given(value, non_answer), "", revision) for key, value, non_answer, revision in rows}


def topic_url(domain: str) -> str:
    """Give the address of a topic's page."""
    return reverse("rounds:talk_topic", args=[domain])


def topic_sheet(assessment: Round, domain: str, stored: Mapping[str, Stored]) -> Sheet:
    """Lay out a topic's page."""
    return _sheet(assessment.instrument, assessment.context, asked_items(assessment, domain), stored)


def typed_sheet(posted: Mapping[str, str]) -> Sheet:
    """Lay out what was typed on a topic's page, from the post alone: nothing stored is looked up."""
    instrument = load(INSTRUMENT)
    named = tuple(i for i in talk_items(instrument) if f"answer-{i.key}" in posted or f"base-{i.key}" in posted)
    return laid_over(_sheet(instrument, Context(), named, {}), instrument, posted, check_talk_answer)


def _sheet(instrument: Instrument, context: Context, items: tuple[Item, ...], stored: Mapping[str, Stored]) -> Sheet:
    return make_sheet(instrument, context, items, (), stored, Form.THERAPIST, (TALK_NO_AGREEMENT,))


def topic_rows(assessment: Round) -> tuple[SectionRow, ...]:
    """Give the topics with how many of their questions are answered."""
    answers = talk_answers(assessment)
    return tuple(
        SectionRow(
            title=domain.title,
            about=domain.about,
            url=topic_url(domain.key),
            n_answered=sum(item.key in answers for item in asked_items(assessment, domain.key)),
            n_asked=len(asked_items(assessment, domain.key)),
        )
        for domain in talk_domains(assessment.instrument)
    )


def check_rows(assessment: Round) -> tuple[CheckRow, ...]:
    """Give each topic with its blanks and what the team does not agree on, and what they do to its score."""
    instrument, answers = assessment.instrument, talk_answers(assessment)
    scales = {row.scale.key: row.scale for row in score_team_talk(instrument, answers, assessment.context)}
    return tuple(
        check_row(
            domain,
            topic_url(domain.key),
            scales[domain.key],
            [(item, answers.get(item.key)) for item in asked_items(assessment, domain.key)],
            Form.THERAPIST,
        )
        for domain in talk_domains(instrument)
    )


def request_words(talk: TeamTalk) -> tuple[str, ...]:
    """Give what a team asks for, in words; what it said in its own words comes last."""
    return tuple(talk.other_request if key == "other" else REQUESTS[key] for key in talk.requests)
