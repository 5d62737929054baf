"""What has become of the flags between two assessments: closed, gone without being settled, new, or stayed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from assessments.plans.change_rows import AnswerMove
from assessments.plans.change_topics import said
from assessments.results import words
from assessments.results.team_rows import topic_title
from readiness.guidance.flags import LOW_CONFIDENCE, ROLE_GAP, WEAK_DOMAIN, Level
from readiness.guidance.over_time import Closed, Shift, compare_flags, why_closed
from readiness.guidance.words import flag_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assessments.results.history import Side
    from readiness.guidance.flags import Flag
    from readiness.guidance.over_time import Stayed

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
        Closed.IMPROVED: f"The figures of both sides lie less than 20 points apart this time. {NOT_THE_SAME}",
        Closed.NOT_ANSWERED: (
            "No difference of 20 points or more can be told this time: a view is not known, or given as a range. "
            "That settles nothing."
        ),
    },
}
UNTOLD: Final = "Why it is not raised any more cannot be told from the answers."


@dataclass(frozen=True, slots=True)
class FlagMove:
    """A flag by its short name. `level` is what it was, or is where it is raised now, in words `level_words`.

    `topic` is empty where the name says it; `why` says why it closed, or how it shifted; `answers` are those of its
    questions, before and after.
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


@dataclass(frozen=True, slots=True)
class FlagsSection:
    """The flags of both assessments: `closed` by better answers, `gone` otherwise, `new`, and `stayed`."""

    summary: str
    closed: tuple[FlagMove, ...]
    gone: tuple[FlagMove, ...]
    new: tuple[FlagMove, ...]
    stayed: tuple[FlagMove, ...]


def flags_section(before: Side, after: Side) -> FlagsSection:
    """Lay out what has become of the flags, each group in the order of its result."""
    found = compare_flags(before.flags, after.flags)
    ended = [(flag, _why(flag, before, after)) for flag in found.closed]
    closed = tuple(_ended(flag, why, before, after) for flag, why in ended if why is Closed.IMPROVED)
    gone = tuple(_ended(flag, why, before, after) for flag, why in ended if why is not Closed.IMPROVED)
    new = tuple(_move(flag, after, before, after, why="") for flag in found.new)
    stayed = tuple(
        _move(_with_items_of(one), after, before, after, why=SHIFTS[one.shift], reason=one.shift.value)
        for one in found.stayed
    )
    return FlagsSection(_summary(closed, gone, new, stayed), closed, gone, new, stayed)


def _with_items_of(one: Stayed) -> Flag:
    """Give the later flag with the questions of both: one that no longer raises it tells why it has eased."""
    return replace(one.after, items=tuple(dict.fromkeys((*one.before.items, *one.after.items))))


def _why(flag: Flag, before: Side, after: Side) -> Closed | None:
    """Say why a flag closed; None where today's rules, or another version's questions, cannot tell."""
    try:
        return why_closed(
            flag,
            before.answers,
            after.answers,
            after.context,
            after.instrument,
            context_before=before.context,
            team_after=after.team.figures,
        )
    except ValueError:
        return None


def _ended(flag: Flag, why: Closed | None, before: Side, after: Side) -> FlagMove:
    return _move(flag, before, before, after, why=_why_words(flag, why), reason=why.value if why else "untold")


def _why_words(flag: Flag, why: Closed | None) -> str:
    if why is None:
        return UNTOLD
    if flag.key == WEAK_DOMAIN and why is Closed.IMPROVED:
        return WEAK_IMPROVED
    return TEAM_WHY.get(flag.key, {}).get(why, WHY[why])


def _move(flag: Flag, raised_in: Side, before: Side, after: Side, *, why: str, reason: str = "") -> FlagMove:
    name = flag_name(raised_in.guidance, raised_in.instrument, flag.key, flag.domain)
    topic = topic_title(raised_in.instrument.domain[flag.domain])
    return FlagMove(
        key=flag.key,
        domain=flag.domain,
        name=name,
        topic="" if topic in name else topic,
        level=flag.level.value,
        level_words=words.LEVELS[flag.level],
        why=why,
        reason=reason,
        answers=() if flag.key == ROLE_GAP else tuple(_answers(flag, before, after)),
        is_over=raised_in is before,
    )


def _answers(flag: Flag, before: Side, after: Side) -> Iterator[AnswerMove]:
    """Give the questions of a flag with both answers."""
    for key in flag.items:
        asking = after if key in after.instrument.item else before
        yield AnswerMove(asking.instrument.item[key].short, _said(before, key), _said(after, key))


def _said(side: Side, key: str) -> str:
    return said(side, key) if key in side.answers else "Not asked"


def _summary(
    closed: Sequence[FlagMove], gone: Sequence[FlagMove], new: Sequence[FlagMove], stayed: Sequence[FlagMove]
) -> str:
    counts = (
        (len(closed), "has closed", "have closed"),
        (len(gone), "went without being settled", "went without being settled"),
        (len(new), "is new", "are new"),
        (len(stayed), "has stayed", "have stayed"),
    )
    found = [(n, one if n == 1 else many) for n, one, many in counts if n]
    if not found:
        return "Nothing was flagged either time."
    (first, verb), *others = found
    parts = [f"{words.number(first)} flag{'' if first == 1 else 's'} {verb}"]
    parts += [f"{words.number(n)} {verb}" for n, verb in others]
    text = words.joined(parts)
    return f"{text[0].upper()}{text[1:]}."
