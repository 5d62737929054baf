"""What a consultant's page of one clinic shows, in words.

Of a clinic that shows scores, a flag is told by a phrase that is true whichever answers caused it, because the words
that the clinic itself reads depend on single answers; and so do the order of its flags and the options on offer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from assessments.networks.clinic_options import Options, target_of
from assessments.networks.doors import shown_name
from assessments.networks.list_presenters import FlagCount
from assessments.networks.models import Level
from assessments.networks.needs import safety_keys
from assessments.results import words
from assessments.results.layout import score_row
from assessments.results.presenters import summary
from assessments.results.rows import AnswerRow, ScoreRow
from assessments.results.team_rows import Mark, TeamSection, team_section, topic_title
from readiness.guidance.cards import merge
from readiness.guidance.definition import TOPIC
from readiness.guidance.flags import PER_TOPIC, ROLE_GAP
from readiness.guidance.flags import Level as FlagLevel
from readiness.guidance.without_answers import in_plain_order
from readiness.instrument.definition import Form
from readiness.instrument.words import STAGES
from readiness.scoring.bands import Band
from readiness.scoring.compare import Higher, shared_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from assessments.networks.clinic_options import OptionLine, Titles
    from assessments.networks.clinic_reading import Outcome, Progress
    from assessments.networks.models import NetworkClinic
    from assessments.rounds.models import Round
    from readiness.guidance.cards import Card
    from readiness.guidance.definition import Guidance
    from readiness.guidance.flags import Flag
    from readiness.instrument.definition import Instrument, Item
    from readiness.scoring.score import ScaleScore

HIGHER: Final = {Higher.CLINIC: "The managers rate it higher.", Higher.TEAM: "The team rates it higher."}

SHOWS: Final = {
    Level.PROGRESS: "how far it is",
    Level.SCORES: "its scores and flags",
    Level.ANSWERS: "its scores and flags, and its answers and comments",
}


@dataclass(frozen=True, slots=True)
class ClinicHead:
    """Whose page it is, and what the clinic shows."""

    name: str
    about: str
    shows: str
    since: date


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """How far the open assessment is."""

    stage: str
    due_on: date
    sections: str
    at: str
    worked_on: date | None


@dataclass(frozen=True, slots=True)
class FinishedLine:
    """A finished assessment in the list; `title` is empty where names are hidden."""

    pk: str
    title: str
    finished_on: date | None
    is_shown: bool


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A flag, told so that it gives no answer away."""

    key: str
    level: str
    level_words: str
    phrase: str


@dataclass(frozen=True, slots=True)
class FlagCard:
    """One thing to decide or look at; `answers` are those behind it, none unless the clinic shows its answers."""

    anchor: str
    topic: str
    flags: tuple[FlagLine, ...]
    said: str
    answers: tuple[AnswerRow, ...]
    options: tuple[OptionLine, ...]
    elsewhere: Titles


@dataclass(frozen=True, slots=True)
class SafetyLine:
    """A safety question and whether it was flagged; `answer` is empty unless the clinic shows its answers."""

    short: str
    state: str  # "red", "amber", "settled", "blank", or "none" where nothing is flagged and more is not shown
    words: str
    answer: str


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic with its score and what the team says of it."""

    score: ScoreRow
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class ViewsLine:
    """A topic that managers and team see differently.

    `managers` is empty where their side was not frozen, and unless answers are shown: with the topic's score it would
    give away those that managers alone were asked.
    """

    key: str
    title: str
    managers: str
    team: Mark | None
    higher: str


@dataclass(frozen=True)
class OutcomePage:
    """The frozen outcome of one assessment as a consultant reads it."""

    finished_on: date | None
    title: str
    is_latest: bool
    stage: str
    safety: tuple[SafetyLine, ...]
    counted: str
    cards: tuple[FlagCard, ...]
    summary: str
    topics: tuple[TopicLine, ...]
    team: TeamSection
    views: tuple[ViewsLine, ...]
    compared: str
    options: tuple[tuple[str, tuple[OptionLine, ...], Titles], ...]
    strong: tuple[ScoreRow, ...]

    bands: tuple[str, ...] = tuple(band.value for band in Band)

    @property
    def has_unflagged_safety(self) -> bool:
        """Whether it is open what stands behind a safety question that was not flagged."""
        return any(row.state == "none" for row in self.safety)

    @property
    def shares_cards(self) -> bool:
        """Whether a card stands for several flags."""
        return any(len(card.flags) > 1 for card in self.cards)

    @property
    def has_values(self) -> bool:
        """Whether the team's view of any of the topics is a value."""
        return any(topic.mark and not topic.mark.is_range for topic in self.topics)

    @property
    def has_ranges(self) -> bool:
        """Whether the team's view of any of the topics is a range."""
        return any(topic.mark and topic.mark.is_range for topic in self.topics)


def clinic_head(place: NetworkClinic, *, is_aliased: bool) -> ClinicHead:
    """Say whose page it is, in a line."""
    clinic = place.clinic
    therapists = words.counted(clinic.n_therapists, "therapist") if clinic.n_therapists is not None else ""
    about = filter(None, [clinic.country, clinic.get_setting_display(), therapists])
    return ClinicHead(
        name=shown_name(place, is_aliased),
        about=" · ".join(about),
        shows=SHOWS[place.shown],
        since=place.joined_at.astimezone(ZoneInfo(clinic.time_zone)).date(),
    )


def progress_line(progress: Progress) -> ProgressLine:
    """Put into words how far an open assessment is."""
    done = progress.done
    return ProgressLine(
        stage=STAGES[progress.assessment.context.stage],
        due_on=progress.assessment.due_on,
        sections=f"{done.n_done} of {done.n_sections}",
        at=done.at.title if done.at else "",
        worked_on=done.worked_on,
    )


def finished_lines(rounds: Iterable[Round], shown: object, *, has_titles: bool) -> tuple[FinishedLine, ...]:
    """Give the finished assessments, the latest first; `shown` is the id of the one on the page."""
    return tuple(
        FinishedLine(str(one.pk), one.title if has_titles else "", one.closed_on, one.pk == shown) for one in rounds
    )


def flag_phrase(guidance: Guidance, instrument: Instrument, flag: Flag) -> str:
    """Say in a sentence what a flag tells of a clinic, at either level and whichever answers caused it."""
    phrase = guidance.flag[flag.key].in_common_one
    if flag.key in PER_TOPIC:
        phrase = phrase.replace(TOPIC, instrument.domain[flag.domain].title)
    return f"The clinic {phrase}"


def counted_flags(instrument: Instrument, flags: Sequence[Flag]) -> str:
    """Count flags as the list of clinics does; empty for none."""
    safety = safety_keys(instrument)
    kinds = {
        "Safety": [flag.level for flag in flags if flag.key in safety],
        "Other flags": [flag.level for flag in flags if flag.key not in safety],
    }
    return " ".join(f"{kind}: {_count(levels)}." for kind, levels in kinds.items() if levels)


def _count(levels: Sequence[FlagLevel]) -> str:
    n_red = levels.count(FlagLevel.RED)
    count = FlagCount(n_red, len(levels) - n_red)
    return ", ".join(filter(None, [count.decide, count.look]))


def told_team(outcome: Outcome, *, is_aliased: bool) -> TeamSection:
    """Put the team's figures and requests into words, without what a talk answered to single questions.

    Under aliases, what a team asks for in its own words is left out.
    """
    team = outcome.team
    if is_aliased and team.talk:
        team = replace(team, talk=replace(team.talk, other_request=""))
    section = team_section(team, outcome.instrument, outcome.context, is_final=True)
    return replace(section, talked=(), not_agreed=())


def outcome_page(outcome: Outcome, answers: Mapping[str, AnswerRow] | None, *, is_aliased: bool) -> OutcomePage:
    """Lay out an outcome; `answers` is None unless the clinic shows them."""
    if answers is None:
        outcome = replace(outcome, flags=in_plain_order(outcome.instrument, outcome.flags))
    team = told_team(outcome, is_aliased=is_aliased)
    options = Options(outcome, answers)
    topics = _topics(outcome, team)
    return OutcomePage(
        finished_on=outcome.assessment.closed_on,
        title="" if is_aliased else outcome.assessment.title,
        is_latest=outcome.assessment.is_latest,
        stage=STAGES[outcome.context.stage],
        safety=_safety(outcome, answers),
        counted=counted_flags(outcome.instrument, outcome.flags),
        cards=tuple(_card(outcome, card, team, answers, options) for card in merge(outcome.flags)),
        summary=summary([topic.score for topic in topics]),
        topics=topics,
        team=team,
        views=tuple(_views(outcome, domain, team, shows_managers=answers is not None) for domain in outcome.gaps),
        compared=words.named([d.title for d in outcome.instrument.domains if shared_items(outcome.instrument, d.key)]),
        options=tuple(options.of_topics()),
        strong=_strong(outcome, topics),
    )


def _card(
    outcome: Outcome, card: Card, team: TeamSection, answers: Mapping[str, AnswerRow] | None, options: Options
) -> FlagCard:
    here, elsewhere = options.of([target_of(flag) for flag in card.flags])
    anchor = f"card-{card.key}-{card.domain}" if card.key in PER_TOPIC else f"card-{card.key}"
    views = _views(outcome, card.domain, team, shows_managers=answers is not None) if card.key == ROLE_GAP else None
    return FlagCard(
        anchor=anchor,
        topic=topic_title(outcome.instrument.domain[card.domain]),
        flags=tuple(
            FlagLine(
                flag.key,
                flag.level.value,
                words.LEVELS[flag.level],
                flag_phrase(outcome.guidance, outcome.instrument, flag),
            )
            for flag in card.flags
        ),
        said=_views_sentence(views) if views else "",
        answers=tuple(answers[key] for key in card.items if key in answers) if answers else (),
        options=here,
        elsewhere=elsewhere,
    )


def _views(outcome: Outcome, domain: str, team: TeamSection, *, shows_managers: bool) -> ViewsLine:
    row = team.of(domain)
    higher = outcome.who_is_higher(domain)
    return ViewsLine(
        key=domain,
        title=outcome.instrument.domain[domain].title,
        managers=words.figure(outcome.side_of_managers(domain)) if shows_managers else "",
        team=row.mark if row else None,
        higher=HIGHER[higher] if higher else "",
    )


def _views_sentence(line: ViewsLine) -> str:
    """Say in a sentence what may be shown of both figures, as far as they were frozen."""
    if not line.team:
        return line.higher
    if not line.managers:
        return f"{line.higher} The team, {line.team.basis}: {line.team.of_100}.".strip()
    return (
        f"On what both were asked, the managers rate {line.managers} of 100; the team, {line.team.basis}, "
        f"{line.team.of_100}."
    )


def _safety(outcome: Outcome, answers: Mapping[str, AnswerRow] | None) -> tuple[SafetyLine, ...]:
    """Say of each safety question whether it was flagged, and what stands behind no flag if answers are shown."""
    levels = {key: flag.level for flag in outcome.flags for key in flag.items}
    items = [item for item in outcome.instrument.items_of(Form.MANAGER) if item.safety]
    return tuple(_safety_line(item, levels.get(item.key), (answers or {}).get(item.key)) for item in items)


def _safety_line(item: Item, level: FlagLevel | None, answer: AnswerRow | None) -> SafetyLine:
    said = answer.words if answer else ""
    if level:
        return SafetyLine(item.short, level.value, words.LEVELS[level], said)
    if answer is None:
        return SafetyLine(item.short, "none", "Not flagged", "")
    return SafetyLine(item.short, *(("settled", "In place") if answer.step else ("blank", "Not answered")), said)


def _topics(outcome: Outcome, team: TeamSection) -> tuple[TopicLine, ...]:
    """Give the topics, weakest first; those without a score stand last."""
    scales = sorted(outcome.topics, key=lambda scale: (scale.score is None, scale.score or 0.0))
    return tuple(_topic(outcome, scale, team) for scale in scales)


def _topic(outcome: Outcome, scale: ScaleScore, team: TeamSection) -> TopicLine:
    domain, row = str(scale.key), team.of(str(scale.key))
    score = score_row(scale, outcome.instrument.domain[domain].title, outcome.context.stage)
    return TopicLine(score, row.mark if row else None)


def _strong(outcome: Outcome, topics: Sequence[TopicLine]) -> tuple[ScoreRow, ...]:
    """Give the topics In place, the strongest first, but those on which the managers rate higher than their team."""
    doubted = {domain for domain in outcome.gaps if outcome.who_is_higher(domain) is not Higher.TEAM}
    strong = (topic.score for topic in reversed(topics) if topic.score.words == words.BANDS[Band.IN_PLACE])
    return tuple(score for score in strong if score.key not in doubted)
