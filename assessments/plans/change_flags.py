"""What has become of the flags between two assessments: closed, gone without being settled, new, or stayed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assessments.plans.change_rows import AnswerMove
from assessments.plans.change_team import both_views
from assessments.plans.change_topics import said
from assessments.results import words
from assessments.results.team_rows import topic_title
from readiness.guidance.cards import words as flag_words
from readiness.guidance.flags import LOW_CONFIDENCE, ROLE_GAP, WEAK_DOMAIN, Level
from readiness.guidance.over_time import Closed, Shift, compare_flags, is_one_step, why_closed
from readiness.guidance.words import flag_name
from readiness.instrument.equivalence import same_question
from readiness.scoring.compare import GAP

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assessments.results.history import Side
    from readiness.guidance.flags import Flag
    from readiness.guidance.over_time import Stayed
    from readiness.instrument.definition import Answer

SHIFTS: Final = {
    Shift.SAME: "",
    Shift.EASED: f"Less pressing than before, when it was “{words.LEVELS[Level.RED]}”.",
    Shift.GROWN: f"More pressing than before, when it was “{words.LEVELS[Level.AMBER]}”.",
}
WHY: Final = {
    Closed.IMPROVED: "What raised it is answered higher now.",
    Closed.NOT_ASKED: "It went because its question is not asked now, or does not apply. That settles nothing.",
    Closed.NOT_ANSWERED: "It went because a question is not answered now, or not known. That settles nothing.",
    Closed.GAVE_WAY: "The topic is as low as before; another flag now says what it is about.",
}
WEAK_IMPROVED: Final = "Taken together, the answers on this topic no longer say “Not yet”."
NOT_THE_SAME: Final = "On the team’s side they need not be the same people."
TEAM_WHY: Final = {
    LOW_CONFIDENCE: {
        Closed.IMPROVED: f"The figure of those who answered this time raises no flag. {NOT_THE_SAME}",
        Closed.NOT_ANSWERED: "Nothing of the therapists’ own confidence is shown this time. That settles nothing.",
    },
    ROLE_GAP: {
        Closed.IMPROVED: f"The figures of both sides lie less than {GAP} points apart this time. {NOT_THE_SAME}",
        Closed.NOT_ANSWERED: (
            f"No difference of {GAP} points or more can be told this time: a view is not known, or given as a range. "
            "That settles nothing."
        ),
    },
}
UNTOLD: Final = "Why it is not raised any more cannot be told from the answers."
CHANCE: Final = "That alone also happens by chance"
ONE_STEP_UP: Final = f"One answer is one step higher. {CHANCE}: look whether it is so."
ONE_STEP_DOWN: Final = f"One answer is one step lower. {CHANCE}: look whether it is so."
SHIFTS_BY_ONE_STEP: Final = {
    Shift.EASED: (
        f"One step higher; now “{words.LEVELS[Level.AMBER]}” instead of “{words.LEVELS[Level.RED]}”. {CHANCE}."
    ),
    Shift.GROWN: (
        f"One step lower; now “{words.LEVELS[Level.RED]}” instead of “{words.LEVELS[Level.AMBER]}”. {CHANCE}."
    ),
}


@dataclass(frozen=True, slots=True)
class FlagMove:
    """A flag by its title on the result page. `level` is what it was, or is where it is raised now, in `level_words`.

    `topic` is empty where the name says it; `why` says why it closed, or how it shifted; `answers` are those of its
    questions, or of different views both figures, before and after. `is_one_step`: that is all that has moved it.
    """

    key: str
    domain: str
    name: str
    topic: str
    level: str
    level_words: str
    why: str
    reason: str
    answers: tuple[AnswerMove, ...]
    is_over: bool
    is_safety: bool
    is_one_step: bool


@dataclass(frozen=True, slots=True)
class FlagsSection:
    """The flags of both assessments: `closed` by better answers, `gone` otherwise, `new`, and `stayed`."""

    closed: tuple[FlagMove, ...]
    gone: tuple[FlagMove, ...]
    new: tuple[FlagMove, ...]
    stayed: tuple[FlagMove, ...]

    @property
    def groups(self) -> tuple[tuple[str, str, tuple[FlagMove, ...]], ...]:
        """What became of them, by a key, in words and with those of which it did; without what became of none."""
        found = (
            ("closed", "Closed", self.closed),
            ("gone", "Gone, but not settled", self.gone),
            ("new", "New", self.new),
            ("stayed", "Stayed", self.stayed),
        )
        return tuple(group for group in found if group[2])

    @property
    def summary(self) -> str:
        """What has become of all of them, counted."""
        return flags_summary(self)

    @property
    def lead(self) -> str:
        """What belongs at the top of the page: the same, with what is new by its name."""
        return flags_lead(self)


def flags_section(before: Side, after: Side) -> FlagsSection:
    """Lay out what has become of the flags, each group in the order of its result: safety first."""
    found = compare_flags(before.flags, after.flags)
    ended = [(flag, _why(flag, before, after)) for flag in found.closed]
    return FlagsSection(
        closed=tuple(_ended(flag, why, before, after) for flag, why in ended if why is Closed.IMPROVED),
        gone=tuple(_ended(flag, why, before, after) for flag, why in ended if why is not Closed.IMPROVED),
        new=tuple(_new(flag, before, after) for flag in found.new),
        stayed=tuple(_stayed(one, before, after) for one in found.stayed),
    )


def _new(flag: Flag, before: Side, after: Side) -> FlagMove:
    is_small = _is_one_step(flag, before, after, is_better=False)
    return _move(flag, after, before, after, why=ONE_STEP_DOWN if is_small else "", is_small=is_small)


def _stayed(one: Stayed, before: Side, after: Side) -> FlagMove:
    """Show the questions of both: one that no longer raises it tells why it has eased."""
    shift = one.shift
    flag = replace(one.after, items=tuple(dict.fromkeys((*one.before.items, *one.after.items))))
    is_small = shift is not Shift.SAME and _is_one_step(flag, before, after, is_better=shift is Shift.EASED)
    why = SHIFTS_BY_ONE_STEP[shift] if is_small else SHIFTS[shift]
    move = _move(flag, after, before, after, why=why, reason=shift.value, is_small=is_small)
    return replace(move, name=_name(one.after, after))


def _is_one_step(flag: Flag, before: Side, after: Side, *, is_better: bool) -> bool:
    return is_one_step(flag, _same_answers(before, after), after.answers, after.instrument, is_better=is_better)


def _same_answers(before: Side, after: Side) -> dict[str, Answer]:
    """Give the earlier answers to questions that ask the same now."""
    return {k: said for k, said in before.answers.items() if same_question(before.instrument, after.instrument, k)}


def _why(flag: Flag, before: Side, after: Side) -> Closed | None:
    """Say why a flag closed; None where today's rules, or another version's questions, cannot tell."""
    try:
        return why_closed(
            flag,
            _same_answers(before, after),
            after.answers,
            after.context,
            after.instrument,
            context_before=before.context,
            team_after=after.team.figures,
        )
    except ValueError:
        return None


def _ended(flag: Flag, why: Closed | None, before: Side, after: Side) -> FlagMove:
    is_small = why is Closed.IMPROVED and _is_one_step(flag, before, after, is_better=True)
    said = ONE_STEP_UP if is_small else _why_words(flag, why)
    return _move(flag, before, before, after, why=said, reason=why.value if why else "untold", is_small=is_small)


def _why_words(flag: Flag, why: Closed | None) -> str:
    if why is None:
        return UNTOLD
    if flag.key == WEAK_DOMAIN and why is Closed.IMPROVED:
        return WEAK_IMPROVED
    return TEAM_WHY.get(flag.key, {}).get(why, WHY[why])


def _move(
    flag: Flag, raised_in: Side, before: Side, after: Side, *, why: str, is_small: bool, reason: str = ""
) -> FlagMove:
    name, instrument = _name(flag, raised_in), raised_in.instrument
    topic = topic_title(instrument.domain[flag.domain])
    return FlagMove(
        key=flag.key,
        domain=flag.domain,
        name=name,
        topic="" if topic in name else topic,
        level=flag.level.value,
        level_words=words.LEVELS[flag.level],
        why=why,
        reason=reason,
        answers=tuple(
            both_views(flag.domain, before, after) if flag.key == ROLE_GAP else _answers(flag, before, after)
        ),
        is_over=raised_in is before,
        is_safety=any(key in instrument.item and instrument.item[key].safety for key in flag.items),
        is_one_step=is_small,
    )


def _name(flag: Flag, side: Side) -> str:
    """Name a flag as the result page does; by its short name where that result's words are not at hand."""
    try:
        return flag_words(side.guidance, side.instrument, flag, side.answers, side.context, side.team.figures).title
    except KeyError:  # a question that the frozen flag names is no longer there
        return flag_name(side.guidance, side.instrument, flag.key, flag.domain)


def _answers(flag: Flag, before: Side, after: Side) -> Iterator[AnswerMove]:
    """Give the questions of a flag with both answers."""
    for key in flag.items:
        asking = after if key in after.instrument.item else before
        yield AnswerMove(asking.instrument.item[key].short, _said(before, key), _said(after, key))


def _said(side: Side, key: str) -> str:
    return said(side, key) if key in side.answers else "Not asked"


def flags_summary(flags: FlagsSection) -> str:
    """Count the flags by what has become of them, and those that closed by one step on one question."""
    parts = [*_closed_parts(flags), *_part(flags.new, "is new", "are new"), *_part(flags.stayed, *STAYED)]
    return _sentence(parts) or "Nothing was flagged either time."


def flags_lead(flags: FlagsSection) -> str:
    """Say the same for the top of the page, with the names of what is new or more pressing; safety comes first."""
    grown = tuple(one for one in flags.stayed if one.reason == Shift.GROWN.value)
    parts = [
        *_closed_parts(flags),
        *(f"{text}: {_names(flags.new)}" for text in _part(flags.new, "is new", "are new")),
        *(f"{text}: {_names(grown)}" for text in _part(grown, "is more pressing", "are more pressing")),
    ]
    return _sentence(parts) or ("No flag has closed, and none is new." if flags.stayed else "")


STAYED: Final = ("has stayed", "have stayed")
NAMED: Final = 3
"""How many flags the top of the page names of one kind."""
INNER: Final = str.maketrans("“”", "‘’")
"""Quotation marks of a name that stands in quotation marks."""


def _closed_parts(flags: FlagsSection) -> Iterator[str]:
    n_small = sum(one.is_one_step for one in flags.closed)
    for text in _part(flags.closed, "has closed", "have closed"):
        yield f"{text}{_of_which(n_small, len(flags.closed))}"
    yield from _part(flags.gone, "went without being settled", "went without being settled")


def _of_which(n_small: int, n_all: int) -> str:
    if not n_small:
        return ""
    if n_small < n_all:
        return f", {words.number(n_small)} of them by one step on one question"
    return f", {'' if n_all == 1 else 'each '}by one step on one question"


def _part(moves: Sequence[FlagMove], one: str, many: str) -> Iterator[str]:
    if moves:
        yield f"{words.number(len(moves))} {one if len(moves) == 1 else many}"


def _names(moves: Sequence[FlagMove]) -> str:
    first = sorted(moves, key=lambda one: not one.is_safety)
    names = [f"“{one.name.translate(INNER)}”{_safety(one)}" for one in first[:NAMED]]
    return words.joined([*names, *([f"{words.number(len(first) - NAMED)} more"] if len(first) > NAMED else [])])


def _safety(one: FlagMove) -> str:
    return " (safety)" if one.is_safety and "safety" not in one.name.casefold() else ""


def _sentence(parts: Sequence[str]) -> str:
    """Say after the first number what is counted."""
    if not parts:
        return ""
    first, _, rest = parts[0].partition(" ")
    noun = "flag" if first == words.number(1) else "flags"
    text = "; ".join([f"{first} {noun} {rest}", *parts[1:]])
    return f"{text[0].upper()}{text[1:]}."
