"""How a team's figures are told: one set of rows for the bars, the chart, the tables, the paper and the team page.

Reads released rows and team talks only. What may not be shown is the same empty row, whatever the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.results import words
from assessments.results.rows import AnswerRow
from assessments.rounds.sheets import given_words
from readiness.instrument.definition import CONFIDENCE, Form
from readiness.scoring.compare import TeamSource, figure_from_row, possible_bands
from readiness.scoring.release import Row, RowStatus, Side
from readiness.scoring.score import ScoreStatus
from readiness.scoring.team_talk import NO_AGREEMENT_WORDS, REQUESTS, TALK_NO_AGREEMENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.results.team import Talk, Team
    from assessments.rounds.models import Given
    from readiness.instrument.definition import Context, Domain, Instrument, Item, Stage
    from readiness.scoring.team_talk import TalkScore

SIDES: Final = {Side.AT_MOST: "or less", Side.AT_LEAST: "or more"}
NOT_SHOWN: Final = (
    "For this assessment no figures of the therapists are shown, to protect whoever answered. It can have one of three "
    "reasons, and which is not told: fewer than five answers, figures of this team in the 90 days before, or somebody "
    "who can see results among those asked. What helps: a team talk, or asking again in the next assessment."
)
"""The same words whatever the reason, something strange included."""
NOT_KNOWN: Final = "Nothing is known of the therapists’ view in this assessment."
NOT_KNOWN_YET: Final = "Nothing is known of the therapists’ view yet."
"""Also true where invitations were withdrawn, or a team talk was begun and not sent, which nobody else may know."""
NOTHING_YET: Final = (
    "Nothing of their answers is known while the assessment is open. Group figures are made once, when it is finished."
)
RANGES: Final = (
    "Near either end of the scale only a range is given: an exact figure there would say how nearly everybody answered."
)
CHOSE: Final = "These are the views of those who chose to answer. Others may see it differently."
TIES_NAMED: Final = 2
"""How many topics are named as the lowest; where more share that place, none is."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a team says of a topic, on 0-100: a `value`, or at an end of the scale a range (`side` and `bound`).

    `value`, `side` and `bound` are as frozen and empty where they say nothing; `figure` is rounded. `start` and `width`
    place the mark on a bar, in percent. `basis` says from whom it is.
    """

    source: TeamSource
    value: str
    side: str
    bound: str
    figure: str
    of_100: str
    words: str
    basis: str
    start: float
    width: float

    @property
    def is_range(self) -> bool:
        """Whether it is a range rather than a value."""
        return bool(self.side)


@dataclass(frozen=True, slots=True)
class TalkCell:
    """What a team talk says of a topic; `mark` is None where too little was agreed on for a score."""

    mark: Mark | None
    basis: str
    missing: str
    doubt: str


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A topic as the team sees it. `released` is None where nothing is shown, `talk` where there was none about it."""

    key: str
    title: str
    released: Mark | None
    talk: TalkCell | None

    @property
    def mark(self) -> Mark | None:
        """What stands on the bar: the group's figure, or else the talk's."""
        return self.released or (self.talk.mark if self.talk else None)


@dataclass(frozen=True, slots=True)
class TalkTopic:
    """What a team talk answered to each question of a topic, in the order of the form."""

    title: str
    answers: tuple[AnswerRow, ...]


@dataclass(frozen=True)
class TeamSection:
    """Everything that is told of a team, in the order of the page.

    `people` and `meeting` say from whom figures are, empty without any. `rows` are the topics of the therapists' form,
    none where the team has said nothing that may be shown. `talked` are the answers of a team talk.
    """

    is_final: bool
    n_invited: int
    summary: str
    people: str
    meeting: str
    rows: tuple[TeamRow, ...]
    talked: tuple[TalkTopic, ...]
    not_agreed: tuple[str, ...]
    requests: tuple[str, ...]

    @property
    def is_shown(self) -> bool:
        """Whether any figure of the therapists as a group is shown."""
        return bool(self.people)

    @property
    def is_withheld(self) -> bool:
        """Whether therapists were asked in confidence, and nothing of what they answered, if they did, is shown."""
        return self.is_final and bool(self.n_invited) and not self.is_shown

    @property
    def is_unheard(self) -> bool:
        """Whether nobody of the team is invited and nothing of it is known."""
        return not (self.n_invited or self.is_shown or self.meeting)

    @property
    def state(self) -> str:
        """What is to be said where there are no figures of the group; empty otherwise."""
        if self.is_withheld:
            return NOT_SHOWN
        if self.is_unheard:
            return NOT_KNOWN if self.is_final else NOT_KNOWN_YET
        return NOTHING_YET if self.n_invited and not self.is_final else ""

    @property
    def brief(self) -> str:
        """Say in a sentence from whom there are figures, for the paper."""
        heard = [f"from {self.people} in confidence" if self.is_shown else "", self.meeting]
        figures = " and ".join(filter(None, heard))
        return " ".join(filter(None, [f"Figures {figures}." if figures else "", self.state]))

    @property
    def has_ranges(self) -> bool:
        """Whether a figure is a range."""
        return any(row.released and row.released.is_range for row in self.rows)

    @property
    def invited(self) -> str:
        """How many were invited, in a sentence; empty for nobody."""
        were = "was" if self.n_invited == 1 else "were"
        people = words.counted(self.n_invited, "therapist")
        return f"{people} {were} invited to answer in confidence." if self.n_invited else ""

    @property
    def ranges(self) -> str:
        """Why a figure is a range; empty where none is."""
        return RANGES if self.has_ranges else ""

    @property
    def chose(self) -> str:
        """Whose views figures of the group are; empty without any."""
        return CHOSE if self.is_shown else ""

    @property
    def confidence(self) -> Mark | None:
        """The group's figure of its own confidence."""
        return next((row.released for row in self.rows if row.key == CONFIDENCE), None)

    @property
    def asked(self) -> str:
        """Who was heard beside the managers, as a part of a sentence; empty for nobody."""
        invited = f"{words.counted(self.n_invited, 'therapist')} in confidence" if self.n_invited else ""
        return " and ".join(filter(None, [invited, "the team in a talk" if self.meeting else ""]))

    def of(self, domain: str) -> TeamRow | None:
        """Give the row of a topic; None where therapists are not asked about it."""
        return next((row for row in self.rows if row.key == domain), None)


def team_section(team: Team, instrument: Instrument, context: Context, *, is_final: bool) -> TeamSection:
    """Put into words what a team said, and where nothing may be shown."""
    released = {row.scale: row for row in team.rows}
    talked = {str(one.scale.key): one for one in team.talk.scores} if team.talk else {}
    rows = tuple(
        TeamRow(
            key=domain.key,
            title=topic_title(domain),
            released=released_mark(released[domain.key]) if domain.key in released else None,
            talk=_talk_cell(talked[domain.key], team.talk, context.stage)
            if team.talk and domain.key in talked
            else None,
        )
        for domain in instrument.domains_of(Form.THERAPIST)
    )
    said = team.is_shown or team.talk
    return TeamSection(
        is_final=is_final,
        n_invited=team.n_invited,
        summary=_summary(team, rows),
        people=next((row.released.basis for row in rows if row.released), ""),
        meeting=_meeting(team.talk) if team.talk else "",
        rows=rows if said else (),
        talked=_talked(instrument, team.talk, context) if team.talk else (),
        not_agreed=_not_agreed(instrument, team.talk) if team.talk else (),
        requests=tuple(request_words(team.talk, key) for key in team.talk.requests) if team.talk else (),
    )


def topic_title(domain: Domain) -> str:
    """Give a topic's title for whoever reads results; on the form, therapists read about their own confidence."""
    return "The therapists’ own confidence" if domain.key == CONFIDENCE else domain.title


def released_mark(row: Row) -> Mark | None:
    """Give what a released row shows; None for a withheld one. People's own confidence is never put into a word."""
    figure = figure_from_row(row)
    if figure is None or row.status is RowStatus.WITHHELD:
        return None
    number = str(row.band.bound if row.band else row.value)
    side = SIDES[row.band.side] if row.band else ""
    return Mark(
        source=TeamSource.RELEASED,
        value="" if row.band else number,
        side=row.band.side.value if row.band else "",
        bound=number if row.band else "",
        figure=f"{number} {side}".strip(),
        of_100=f"{number} of 100 {side}".strip(),
        words="" if row.scale == CONFIDENCE else words.either([words.BANDS[b] for b in possible_bands(figure)]),
        basis=f"at least {row.n} therapists",
        start=figure.low,
        width=figure.high - figure.low,
    )


def _talk_cell(one: TalkScore, talk: Talk, stage: Stage) -> TalkCell:
    scale, split = one.scale, one.n_no_agreement
    disagreed = f"{split} “{NO_AGREEMENT_WORDS}”" if split else ""
    return TalkCell(
        mark=None if scale.score is None else _talk_mark(scale.score, words.band_words(scale), talk),
        basis=f"{scale.n_valid} of {scale.n_items} questions",
        missing=", ".join(filter(None, [disagreed, words.missing_words(scale, stage)])),
        doubt="Not enough agreed for a figure" if scale.status is ScoreStatus.NOT_SCORED else words.doubt_words(scale),
    )


def _talk_mark(score: float, band: str, talk: Talk) -> Mark:
    figure = words.figure(score)
    return Mark(
        source=TeamSource.TALK,
        value=repr(score),
        side="",
        bound="",
        figure=figure,
        of_100=f"{figure} of 100",
        words=band,
        basis=_meeting(talk),
        start=score,
        width=0.0,
    )


def _meeting(talk: Talk) -> str:
    return "answered by one person" if talk.n_people == 1 else f"agreed in a meeting of {talk.n_people}"


def _talked(instrument: Instrument, talk: Talk, context: Context) -> tuple[TalkTopic, ...]:
    return tuple(
        TalkTopic(
            title=instrument.domain[str(one.scale.key)].title,
            answers=tuple(
                _talk_answer(instrument, item, talk.answers.get(item.key), context)
                for item in instrument.items_of(Form.THERAPIST, str(one.scale.key))
                if item.is_asked(Form.THERAPIST, context)
            ),
        )
        for one in talk.scores
    )


def _talk_answer(instrument: Instrument, item: Item, answer: Given, context: Context) -> AnswerRow:
    return AnswerRow(
        key=item.key,
        short=item.short,
        text=item.wording[Form.THERAPIST],
        words=given_words(instrument, item.key, answer, context.stage),
        step=answer if isinstance(answer, int) else 0,
        is_critical=item.critical,
    )


def _not_agreed(instrument: Instrument, talk: Talk) -> tuple[str, ...]:
    return tuple(
        item.wording[Form.THERAPIST]
        for item in instrument.items_of(Form.THERAPIST)
        if talk.answers.get(item.key) == TALK_NO_AGREEMENT
    )


def request_words(talk: Talk, key: str) -> str:
    """Say what a team talk asks for; `key` is one of its requests."""
    return f"{REQUESTS[key]}: {talk.other_request}" if key == "other" and talk.other_request else REQUESTS[key]


def _summary(team: Team, rows: Sequence[TeamRow]) -> str:
    """Say in a sentence or two what the table shows."""
    if team.is_shown:
        marks = [(row.title, row.released) for row in rows if row.released]
        of_all = f"all {words.NUMBERS[len(rows)]}"
        count = of_all if len(marks) == len(rows) else f"{words.NUMBERS[len(marks)]} of {words.NUMBERS[len(rows)]}"
        sentence = f"The therapists’ view is known of {count} topics, as one figure each, rounded to the nearest 5"
    elif team.talk:
        marks = [(row.title, row.talk.mark) for row in rows if row.talk and row.talk.mark]
        n_asked = sum(row.talk is not None for row in rows)
        of_all = f"all {words.NUMBERS[n_asked]}"
        count = of_all if len(marks) == n_asked else f"{words.NUMBERS[len(marks)]} of {words.NUMBERS[n_asked]}"
        sentence = f"The team talked, and agreed on enough for a figure in {count} topics"
    else:
        return ""
    return f"{sentence}. {_lowest(marks)}".strip()


def _lowest(marks: Sequence[tuple[str, Mark]]) -> str:
    if len(marks) <= 1:
        return ""
    low = min(mark.start + mark.width for _, mark in marks)
    lowest = [(title, mark) for title, mark in marks if mark.start + mark.width == low]
    if len(lowest) > TIES_NAMED:
        return ""
    verb = "are" if len(lowest) > 1 else "is"
    return f"Lowest {verb} {words.joined([title for title, _ in lowest])}, with {lowest[0][1].of_100}."
