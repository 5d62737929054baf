"""What result pages show, in their order.

Takes a reading and plain words, never a round, so that a practice run can be shown in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.results import words
from assessments.results.layout import Layout
from assessments.results.rows import (
    AnswerRow,
    CardRow,
    FactRow,
    GapRow,
    GroupRow,
    OptionGroup,
    SafetyRow,
    ScoreRow,
    TopicRow,
)
from assessments.results.views_words import DIFFERENT, NO_COMPARISON, compared_words, differ_words
from readiness.guidance.cards import FIRST
from readiness.guidance.flags import ROLE_GAP, WEAK_DOMAIN
from readiness.guidance.notes import Inquiry
from readiness.instrument.definition import NonAnswer
from readiness.scoring.bands import IN_PLACE_FROM, Band

if TYPE_CHECKING:
    from datetime import date

    from assessments.results.reading import Reading
    from assessments.results.team import Coming
    from assessments.results.team_rows import TeamSection

STRENGTHS_SHOWN: Final = 6
LOWEST_NAMED: Final = 3


@dataclass(frozen=True)
class Heading:
    """What stands over a result: whose it is, of what, and of when. An address that is empty is not offered."""

    clinic: str
    title: str
    asked: str = "the clinic form, answered by the managers together"
    finished_on: date | None = None
    due_on: date | None = None  # the last day for answers
    back_url: str = ""
    check_url: str = ""
    quick_url: str = ""
    result_url: str = ""
    print_url: str = ""
    finish_url: str = ""
    team_url: str = ""
    plan_url: str = ""
    change_url: str = ""
    clinic_url: str = ""
    add_url: str = ""  # where an option becomes an action
    meeting_url: str = ""  # of a finished assessment
    files_url: str = ""  # of a finished assessment


@dataclass(frozen=True)
class ResultPage:
    """A whole result, from safety to the other views."""

    heading: Heading
    is_final: bool
    n_asked: int
    n_answered: int
    safety: tuple[SafetyRow, ...]
    first: tuple[CardRow, ...]
    rest: tuple[CardRow, ...]
    summary: str
    topics: tuple[TopicRow, ...]
    team: TeamSection
    gaps: tuple[GapRow, ...]
    no_gap: str
    compared: str
    option_groups: tuple[OptionGroup, ...]
    inquiries: tuple[Inquiry, ...]
    strong_topics: tuple[ScoreRow, ...]
    strengths: tuple[AnswerRow, ...]
    more_strengths: tuple[AnswerRow, ...]
    facts: tuple[FactRow, ...]
    clashes: tuple[str, ...]
    takeaways: tuple[GroupRow, ...]
    cfir: tuple[GroupRow, ...]
    by_takeaways: str = words.BY_TAKEAWAYS
    by_cfir: str = words.BY_CFIR
    caveats: tuple[str, ...] = words.CAVEATS
    caveats_brief: str = words.CAVEATS_BRIEF
    different: str = DIFFERENT
    without_answers: str = words.WITHOUT_ANSWERS

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered."""
        return not self.n_answered

    @property
    def is_all_good(self) -> bool:
        """Whether nothing that was answered is below In place."""
        has_scores = any(topic.score.exact for topic in self.topics)
        return has_scores and not self.first and not self.option_groups

    @property
    def n_without_word(self) -> int:
        """How many topics have no score, or one that rests on too few answers for a word."""
        return sum(not topic.score.words for topic in self.topics)

    @property
    def has_marks(self) -> bool:
        """Whether the team's view of any of the topics is known."""
        return self.has_values or self.has_ranges

    @property
    def has_values(self) -> bool:
        """Whether the team's view of any of the topics is a value."""
        return any(topic.mark and not topic.mark.is_range for topic in self.topics)

    @property
    def has_ranges(self) -> bool:
        """Whether the team's view of any of the topics is a range."""
        return any(topic.mark and topic.mark.is_range for topic in self.topics)

    @property
    def is_team_lower(self) -> bool:
        """Whether the team's view of any of the topics may be below In place."""
        return any(topic.mark and topic.mark.start < IN_PLACE_FROM for topic in self.topics)

    @property
    def gap_titles(self) -> str:
        """The topics on which views differ, as a part of a sentence; empty for none."""
        return words.named([gap.title for gap in self.gaps])

    @property
    def compared_words(self) -> str:
        """What is said of comparing views."""
        return compared_words(self.compared)

    @property
    def views_brief(self) -> str:
        """What paper says under the picture of clinic and team; empty where no figure of a team stands in it."""
        if not self.has_marks:
            return ""
        return differ_words(self.gap_titles) if self.gaps else NO_COMPARISON

    @property
    def rest_gaps(self) -> str:
        """What the folded rest holds of different views, as a part of a sentence; empty for nothing."""
        titles = [card.topic for card in self.rest if any(flag.key == ROLE_GAP for flag in card.flags)]
        return words.named(titles)

    @property
    def also_asked(self) -> str:
        """Who was asked beside the managers; empty for nobody."""
        return self.team.asked

    @property
    def bands(self) -> tuple[str, ...]:
        """The names of the bands, lowest first."""
        return tuple(band.value for band in Band)

    @property
    def n_open(self) -> int:
        """How many questions are not answered."""
        return self.n_asked - self.n_answered


def result_page(reading: Reading, heading: Heading) -> ResultPage:
    """Lay out a whole result."""
    shown = Layout(reading)
    numbered = list(enumerate(reading.cards, start=1))
    # In this order, because an option stands in full where it is laid out first, and the rest is folded.
    first = tuple(shown.card(number, card) for number, card in numbered[:FIRST])
    option_groups = shown.option_groups()
    rest = tuple(shown.card(number, card) for number, card in numbered[FIRST:])
    topics = shown.topics()
    strengths = [shown.answers[key] for key in reading.strengths.items]
    return ResultPage(
        heading=heading,
        is_final=reading.is_frozen,
        n_asked=reading.n_asked,
        n_answered=reading.n_answered,
        safety=shown.safety(),
        first=first,
        rest=rest,
        summary=summary([topic.score for topic in topics]),
        topics=topics,
        team=shown.team,
        gaps=shown.gaps(),
        no_gap=shown.no_gap(),
        compared=words.named(shown.compared()),
        option_groups=option_groups,
        inquiries=reading.inquiries,
        strong_topics=tuple(t.score for t in reversed(topics) if t.score.key in reading.strengths.domains),
        strengths=tuple(strengths[:STRENGTHS_SHOWN]),
        more_strengths=tuple(strengths[STRENGTHS_SHOWN:]),
        facts=shown.facts(),
        clashes=tuple(clash.text for clash in reading.clashes),
        takeaways=shown.takeaways(),
        cfir=shown.cfir(),
    )


@dataclass(frozen=True)
class FirstLookPage:
    """What the quick start has found: flags at once, no score of a topic."""

    heading: Heading
    n_asked: int
    n_answered: int
    n_on_scale: int
    safety: tuple[SafetyRow, ...]
    cards: tuple[CardRow, ...]

    @property
    def says_too_little(self) -> bool:
        """Whether fewer than half of the questions have an answer on the scale, so that silence means nothing."""
        return self.n_on_scale * 2 < self.n_asked


def first_look(reading: Reading, heading: Heading) -> FirstLookPage:
    """Lay out what the quick start has found. `reading` knows the quick questions only."""
    shown = Layout(reading)
    asked = [key for key in reading.answers if reading.instrument.item[key].quick and reading.is_asked(key)]
    cards = (card for card in reading.cards if card.key != WEAK_DOMAIN)
    return FirstLookPage(
        heading=heading,
        n_asked=len(asked),
        n_answered=sum(reading.answers[key] is not None for key in asked),
        n_on_scale=sum(isinstance(reading.answers[key], int) for key in asked),
        safety=shown.safety(),
        cards=tuple(shown.card(number, card) for number, card in enumerate(cards, start=1)),
    )


def summary(rows: list[ScoreRow]) -> str:
    """Say in a sentence or two what the picture of the topics shows; `rows` are weakest first."""
    scored = [row for row in rows if row.exact]
    if not scored:
        return "No topic has enough answers for a score."
    if len(scored) == 1 and len(rows) > 1:
        return f"Only {scored[0].title} has enough answers for a score: {scored[0].figure} of 100."
    counts = {word: sum(row.words == word for row in rows) for word in words.BANDS.values()}
    found = [(word, count) for word, count in counts.items() if count]
    if len(found) == 1 and found[0][1] == len(rows):
        sentence = f"All {words.NUMBERS[len(rows)]} topics are “{found[0][0]}”"
    else:
        parts = [f"{words.NUMBERS[n]} {'is' if n == 1 else 'are'} “{word}”" for word, n in found]
        sentence = f"Of {words.NUMBERS[len(rows)]} topics, {words.joined(parts or ['none has a word'])}"
    n_wordless = sum(not row.words for row in scored) if found else 0
    without = {"a word": n_wordless, "a score": len(rows) - len(scored)}
    if missing := [f"{words.NUMBERS[n]} without {what}" for what, n in without.items() if n]:
        sentence += f"; {words.joined(missing)}"
    return f"{sentence}. {_lowest(scored)}"


def _lowest(scored: list[ScoreRow]) -> str:
    """Say which of at least two topics with a score, weakest first, has the lowest score as it is shown."""
    figure = scored[0].figure
    lowest = [row.title for row in scored if row.figure == figure]
    if len(lowest) == 1:
        return f"The lowest is {lowest[0]}, with {figure} of 100."
    if len(lowest) == len(scored):
        return f"Every score is {figure} of 100."
    if len(lowest) > LOWEST_NAMED:
        return f"{words.NUMBERS[len(lowest)].capitalize()} have the lowest score, {figure} of 100."
    return f"The lowest are {words.named(lowest)}, with {figure} of 100 each."


@dataclass(frozen=True)
class FinishPage:
    """What finishing would freeze: how many answers there are, how many are not on the scale, and what of the team."""

    n_asked: int
    n_on_scale: int
    n_blank: int
    n_dont_know: int
    team: Coming


def finish_page(reading: Reading, team: Coming) -> FinishPage:
    """Count what finishing would freeze."""
    asked = [answer for key, answer in reading.answers.items() if reading.is_asked(key)]
    return FinishPage(
        n_asked=len(asked),
        n_on_scale=sum(isinstance(answer, int) for answer in asked),
        n_blank=asked.count(None),
        n_dont_know=asked.count(NonAnswer.DONT_KNOW),
        team=team,
    )
