"""What has become of flags from one assessment to the next: which are new, which have closed and why, which stay.

`compare_flags` reads flags alone. `why_closed` and `is_one_step` read answers and are for pages that may show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from readiness.guidance.flags import (
    FLOW_ITEMS,
    LOW_CONFIDENCE,
    OF_TEAM,
    WEAK_DOMAIN,
    Flag,
    Level,
    flag_keys,
    raise_flags,
)
from readiness.instrument.definition import Answer, Context, Form, Instrument, NonAnswer
from readiness.scoring.bands import Band
from readiness.scoring.compare import TeamFigure, are_close, clinic_side
from readiness.scoring.score import RawAnswers, Scorecard, answers_in_context, score


class Shift(StrEnum):
    """How pressing a flag that has stayed is now."""

    SAME = "same"
    EASED = "eased"  # red before, amber now
    GROWN = "grown"  # amber before, red now


@dataclass(frozen=True, slots=True)
class Stayed:
    """A flag that both assessments raised, as it was and as it is: level and causing items may differ."""

    before: Flag
    after: Flag

    @property
    def shift(self) -> Shift:
        """Whether it has become less pressing, or more."""
        if self.before.level is self.after.level:
            return Shift.SAME
        return Shift.EASED if self.after.level is Level.AMBER else Shift.GROWN


@dataclass(frozen=True, slots=True)
class FlagChanges:
    """The flags of two assessments: `new` and `stayed` in the order of the later, `closed` in that of the earlier."""

    new: tuple[Flag, ...]
    closed: tuple[Flag, ...]
    stayed: tuple[Stayed, ...]


class Closed(StrEnum):
    """Why a flag is no longer raised. Only the first is good news."""

    IMPROVED = "improved"  # what raised it is now answered above that
    NOT_ASKED = "not-asked"  # its question does not apply now, its route is closed, or the version no longer asks it
    NOT_ANSWERED = "not-answered"  # a question is blank or not known now, or it can no longer be told
    GAVE_WAY = "gave-way"  # of `weak-domain` alone: the topic is as low, and another flag now says what it is about


def compare_flags(before: Iterable[Flag], after: Iterable[Flag]) -> FlagChanges:
    """Part the flags of two assessments into new, closed and stayed; a flag is known by its key and its domain."""
    earlier, later = ({(flag.key, flag.domain): flag for flag in flags} for flags in (before, after))
    return FlagChanges(
        new=tuple(flag for key, flag in later.items() if key not in earlier),
        closed=tuple(flag for key, flag in earlier.items() if key not in later),
        stayed=tuple(Stayed(earlier[key], flag) for key, flag in later.items() if key in earlier),
    )


def why_closed(
    flag: Flag,
    answers_before: RawAnswers,
    answers_after: RawAnswers,
    context_after: Context | None,
    instrument: Instrument,
    *,
    context_before: Context | None,
    team_after: Mapping[str, TeamFigure] | None = None,
) -> Closed:
    """Say why a flag of an earlier assessment is not raised any more, so that silence is never praised.

    A flag has improved where it would not be raised either if every question that has no answer on the scale now had
    still its earlier answer, in the earlier context. So one answer raised does not hide another that is missing.

    Args:
        flag: raised before, not raised now.
        answers_before: the earlier clinic form, without the questions that ask something else now (`same_question`).
        answers_after: the later clinic form.
        context_after: the later context; None for a running service with every route open.
        instrument: the version of the later assessment.
        context_before: the earlier context.
        team_after: the team's figures that the later flags were raised with; for flags about the team.

    Raises:
        AnswerError: as `score`.
        ValueError: the flag is still raised.

    Source: docs/scoring.md, "Change between two assessments".
    """
    if not _can_raise(instrument, flag):
        return Closed.NOT_ASKED
    team = team_after or {}
    asked = {item.key for item in instrument.items_of(Form.MANAGER)}
    known = {key: answer for key, answer in answers_before.items() if key in asked}
    earlier = answers_in_context(instrument, Form.MANAGER, known, context_before)
    now = answers_in_context(instrument, Form.MANAGER, answers_after, context_after)
    form = _Form(instrument, now, context_after or Context(), team)
    if form.raises(flag):
        raise ValueError(f"{flag.key} ({flag.domain}): still raised")
    if flag.key in OF_TEAM and not form.can_tell_of_team(flag):
        return Closed.NOT_ANSWERED
    if form.causes(flag):
        return Closed.GAVE_WAY
    silent = {key for key, answer in now.items() if answer is None or answer is NonAnswer.DONT_KNOW}
    not_asked = {key for key, answer in now.items() if answer is NonAnswer.NOT_APPLICABLE}
    if form.given(earlier, silent).causes(flag):
        return Closed.NOT_ANSWERED
    if form.given(earlier, not_asked).causes(flag):
        return Closed.NOT_ASKED
    if form.given(earlier, silent | not_asked, context_before or Context()).causes(flag):
        return Closed.NOT_ANSWERED
    return Closed.IMPROVED


def is_one_step(
    flag: Flag, answers_before: RawAnswers, answers_after: RawAnswers, instrument: Instrument, *, is_better: bool
) -> bool:
    """Say whether what became of a flag is one step on one question, which also happens with nothing changed.

    So it is where of all the questions that the flag may rest on exactly one is answered otherwise, both times on the
    scale, and by one step in the direction that explains it. What rests on the team as well is never one step.

    Args:
        flag: with the questions that caused it in either assessment.
        answers_before: the earlier clinic form as it counted, without the questions that ask something else now.
        answers_after: the later one.
        instrument: the version of the later assessment.
        is_better: whether the flag has closed or eased, rather than come or grown.

    Source: docs/scoring.md, "Change between two assessments".
    """
    if flag.key in OF_TEAM:
        return False
    behind = {*flag.items, *_ALSO_READ.get(flag.key, ())}
    if flag.key == WEAK_DOMAIN and flag.domain in instrument.domain:
        behind |= {item.key for item in instrument.items_of(Form.MANAGER, flag.domain)}
    pairs = [(answers_before.get(key), answers_after.get(key)) for key in behind]
    moved = [(before, after) for before, after in pairs if before != after]
    if len(moved) != 1:
        return False
    before, after = moved[0]
    return isinstance(before, int) and isinstance(after, int) and after - before == (1 if is_better else -1)


_ALSO_READ: Final[Mapping[str, Iterable[str]]] = {
    "low-patient-inflow": ("intake", *FLOW_ITEMS.values()),
    "low-gp-referral": FLOW_ITEMS.values(),
}
"""Questions that a rule reads without naming them as a cause."""


def _can_raise(instrument: Instrument, flag: Flag) -> bool:
    """Whether the version can raise a flag of this key on this domain at all."""
    form = Form.THERAPIST if flag.key == LOW_CONFIDENCE else Form.MANAGER
    return flag.key in flag_keys(instrument) and any(one.key == flag.domain for one in instrument.domains_of(form))


@dataclass(frozen=True)
class _Form:
    """A clinic form, as it was answered or as it might have been, and what it raises."""

    instrument: Instrument
    answers: Mapping[str, Answer]
    context: Context
    team: Mapping[str, TeamFigure]

    def given(self, earlier: Mapping[str, Answer], keys: Iterable[str], context: Context | None = None) -> _Form:
        """Give the form with earlier answers to some items, and their routes open, or in another context."""
        answers = {key: earlier[key] for key in keys}
        if context is None:
            routes = {route for key in answers if (route := self.instrument.item[key].route)}
            context = self.context.model_copy(update={"routes": self.context.routes | routes})
        return _Form(self.instrument, {**self.answers, **answers}, context, self.team)

    def raises(self, flag: Flag) -> bool:
        return (flag.key, flag.domain) in self._raised

    @cached_property
    def _scorecard(self) -> Scorecard:
        return score(self.instrument, Form.MANAGER, self.answers, self.context)

    @cached_property
    def _raised(self) -> frozenset[tuple[str, str]]:
        raised = raise_flags(self.instrument, self.answers, self._scorecard, self.context, self.team)
        return frozenset((one.key, one.domain) for one in raised)

    def causes(self, flag: Flag) -> bool:
        """Whether the flag's condition holds, even where another flag would stand in its place."""
        return self.is_low(flag.domain) if flag.key == WEAK_DOMAIN else self.raises(flag)

    def is_low(self, domain: str) -> bool:
        scale = self._scorecard.domain(domain)
        return scale.band is Band.NOT_YET and scale.is_half_known

    def can_tell_of_team(self, flag: Flag) -> bool:
        """Whether what is known shows that there is nothing to flag; a range may hide that there is."""
        figure = self.team.get(flag.domain)
        if figure is None:
            return False
        if flag.key == LOW_CONFIDENCE:
            return True
        side = clinic_side(self.instrument, flag.domain, self.answers, self.context)
        return side is not None and are_close(side.score, figure)
