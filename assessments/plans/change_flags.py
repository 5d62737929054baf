"""What has become of the flags between two assessments: closed, gone without being settled, new, or stayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assessments.plans.change_rows import AnswerMove
from assessments.plans.change_topics import NOT_ASKED, said
from assessments.results import words
from assessments.results.team_rows import topic_title
from readiness.guidance.flags import LOW_CONFIDENCE, ROLE_GAP, WEAK_DOMAIN
from readiness.guidance.over_time import Closed, Shift, compare_flags, why_closed
from readiness.guidance.words import flag_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.results.history import Side
    from readiness.guidance.flags import Flag

SHIFTS: Final = {Shift.SAME: "", Shift.EASED: "less pressing than before", Shift.GROWN: "more pressing than before"}
WHY: Final = {
    Closed.IMPROVED: "What raised it is answered higher now.",
    Closed.NOT_ASKED: "It went because its question is not asked now, or does not apply. That settles nothing.",
    Closed.NOT_ANSWERED: "It went because a question is not answered now, or not known. That settles nothing.",
    Closed.GAVE_WAY: "The topic is as low as before; another flag now says what it is about.",
}
WEAK_IMPROVED: Final = "Taken together, the answers on this topic no longer say “Not yet”."
TEAM_WHY: Final = {
    (LOW_CONFIDENCE, Closed.IMPROVED): "The figure of those who answered this time raises no flag. They need not be "
    "the same people.",
    (LOW_CONFIDENCE, Closed.NOT_ANSWERED): "Nothing of the therapists’ own confidence is shown this time. That settles "
    "nothing.",
    (
        ROLE_GAP,
        Closed.IMPROVED,
    ): "What both sides say lies less than 20 points apart this time. On the team’s side they "
    "need not be the same people.",
    (ROLE_GAP, Closed.NOT_ANSWERED): "There are not two views to compare this time. That settles nothing.",
}
UNTOLD: Final = "Why it is not raised any more cannot be told from the answers."


@dataclass(frozen=True, slots=True)
class FlagMove:
    """A flag by its short name. `level` is what it was, or is where it is raised now, in words `level_words`.

    `why` says why it closed, or how it shifted; `answers` are those of its questions, before and after.
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
        _move(one.after, after, before, after, why=SHIFTS[one.shift], reason=one.shift.value) for one in found.stayed
    )
    return FlagsSection(_summary(closed, gone, new, stayed), closed, gone, new, stayed)


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
    return TEAM_WHY.get((flag.key, why), WHY[why])


def _move(flag: Flag, raised_in: Side, before: Side, after: Side, *, why: str, reason: str = "") -> FlagMove:
    name = flag_name(raised_in.guidance, raised_in.instrument, flag.key, flag.domain)
    return FlagMove(
        key=flag.key,
        domain=flag.domain,
        name=name,
        topic=topic_title(raised_in.instrument.domain[flag.domain]),
        level=flag.level.value,
        level_words=words.LEVELS[flag.level],
        why=why,
        reason=reason,
        answers=() if flag.key == ROLE_GAP else tuple(_answers(flag, before, after)),
    )


def _answers(flag: Flag, before: Side, after: Side) -> Sequence[AnswerMove]:
    """Give the questions of a flag with both answers."""
    sides = [side for side in (before, after) if all(key in side.instrument.item for key in flag.items)]
    if not sides:
        return ()
    return [
        AnswerMove(
            short=sides[-1].instrument.item[key].short,
            before=_said(before, key),
            after=_said(after, key),
            step_before=0,
            step_after=0,
        )
        for key in flag.items
    ]


def _said(side: Side, key: str) -> str:
    return said(side, key) if key in side.answers else NOT_ASKED.partition(":")[0]


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
