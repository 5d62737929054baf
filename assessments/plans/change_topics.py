"""What the topics of two finished assessments come to side by side: figures, verdict, sentence and reasons.

The verdict is the rule's (`readiness.scoring.change`); here it is only put into words.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from assessments.plans.change_rows import AnswerMove, TopicChange
from assessments.results import words
from assessments.results.layout import score_row
from readiness.instrument.definition import Form
from readiness.instrument.equivalence import same_question, same_questions
from readiness.instrument.words import answer_words
from readiness.scoring.change import Change, change, difference, steps_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.results.history import Side
    from assessments.results.rows import ScoreRow
    from readiness.instrument.definition import Answer, Domain, Item
    from readiness.scoring.score import ScaleScore

NOT_ASKED: Final = "Not asked: this way was not in use"
OTHER_WAYS: Final = "Not quite the same questions were asked, as other ways in were in use."
BEFORE: Final = "before"
AFTER: Final = "after"
NAMED: Final = 4
"""How many topics the summary names of one kind; more are counted."""


class Reason(StrEnum):
    """Why a topic is not compared."""

    NOT_ASKED = "not-asked"
    OTHER_QUESTIONS = "other-questions"
    NO_SCORE = "no-score"
    FEW_ANSWERS = "few-answers"


REASONS: Final = {
    Reason.NOT_ASKED: "It was not asked {}.",
    Reason.OTHER_QUESTIONS: "The questionnaire has changed in between, and not all of its questions are the same.",
    Reason.NO_SCORE: "There were not enough answers for a score {}.",
    Reason.FEW_ANSWERS: "Fewer than half of its questions had an answer on the scale {}.",
}


def topic_changes(before: Side, after: Side) -> tuple[TopicChange, ...]:
    """Lay out the topics: those with a clear change first, then the others, each in the order of the form."""
    rows = [_topic(domain, before, after) for domain in all_domains(before, after)]
    return tuple(sorted(rows, key=lambda row: (not row.is_clear, not row.is_compared)))


def all_domains(before: Side, after: Side) -> tuple[Domain, ...]:
    """Give the topics of the later form, in its order, then those that only the earlier one asked."""
    later = after.instrument.domains_of(Form.MANAGER)
    known = {domain.key for domain in later}
    return (*later, *(d for d in before.instrument.domains_of(Form.MANAGER) if d.key not in known))


def is_same(before: Side, after: Side, domain: str) -> bool:
    """Whether both asked the same questions of a topic."""
    return same_questions(before.instrument, after.instrument, domain)


def _topic(domain: Domain, before: Side, after: Side) -> TopicChange:
    """Give a reason where it is not compared, and where there is no clear change though the figures differ."""
    key = domain.key
    first, second, same = before.scores.get(key), after.scores.get(key), is_same(before, after, key)
    verdict, points = change(first, second, is_same=same), difference(first, second, is_same=same)
    reason, told = ("", []) if points is not None else _reason(first, second, same=same)
    if verdict is Change.NO_CLEAR_CHANGE and points and first and second:
        reason = noise_words(min(first.n_valid, second.n_valid))
    left = score_row(first, domain.title, before.context.stage) if first else None
    right = score_row(second, domain.title, after.context.stage) if second else None
    return TopicChange(
        key=key,
        title=domain.title,
        before=left,
        after=right,
        verdict=verdict,
        exact="" if points is None else repr(points),
        points="" if points is None else words.signed(points),
        sentence=_sentence(verdict, points, left, right),
        basis=_basis(first, second, told),
        why=reason,
        remark=_remark(key, before, after, same=same, is_compared=points is not None),
        moves=_moves(key, before, after),
    )


def _reason(before: ScaleScore | None, after: ScaleScore | None, *, same: bool) -> tuple[str, list[str]]:
    reason, names = why_not(before, after, same=same)
    return REASONS[reason].format(_times(names)), names


def _sentence(verdict: Change, points: float | None, before: ScoreRow | None, after: ScoreRow | None) -> str:
    """Say where the topic stood and stands; doubts are said beside the figures they are about."""
    if points == 0 and before and after:
        return f"{_figure(before)} both times."
    if before and after and not (before.exact or after.exact):
        return "No score either time."
    stood = f"Before {_figure(before)}, after {_figure(after)}"
    if points is None:
        return f"{stood}."
    n_points = words.counted(int(words.figure(abs(points))), "point")
    match verdict:
        case Change.HIGHER | Change.LOWER:
            return f"{stood}: {n_points} {verdict.value}."
        case _:
            return f"{stood}: {n_points} apart."


def _figure(row: ScoreRow | None) -> str:
    if row is None:
        return "not asked"
    if not row.exact:
        return "no score"
    return f"{row.figure} (“{row.words}”)" if row.words else f"{row.figure}"


def _basis(before: ScaleScore | None, after: ScaleScore | None, told: Sequence[str]) -> str:
    """Say on how many answers each figure stands, and how far it can be leaned on where that is not `told` yet."""
    sides = [(name, scale) for name, scale in ((BEFORE, before), (AFTER, after)) if scale]
    based = [(name, words.basis_words(scale).removeprefix("based on ")) for name, scale in sides]
    if len({text for _, text in based}) < len(based):
        said = f"{based[0][1]} both times"
    else:
        said = ", ".join(f"{text} {name}" for name, text in based)
    doubts = [(name, words.doubt_words(scale)) for name, scale in sides if name not in told]
    doubted = "; ".join(f"{name}: {text[0].lower()}{text[1:]}" for name, text in doubts if text)
    return f"Based on {said}." + (f" {doubted.capitalize()}." if doubted else "")


def noise_words(n_questions: int) -> str:
    """Say how far the answers to so many questions may move without anything having changed."""
    steps = words.number(steps_needed(n_questions))
    over = f"{words.number(n_questions)} question{'' if n_questions == 1 else 's'}"
    return (
        f"Too little to tell from chance: fewer than {steps} steps in sum over {over} also happen when nothing has "
        "changed."
    )


def why_not(before: ScaleScore | None, after: ScaleScore | None, *, same: bool) -> tuple[Reason, list[str]]:
    """Say why two scores are not compared, in the order of the rule, and in which of the two the reason lies."""
    sides = {BEFORE: before, AFTER: after}
    if missing := [name for name, scale in sides.items() if scale is None]:
        return Reason.NOT_ASKED, missing
    if not same:
        return Reason.OTHER_QUESTIONS, []
    if missing := [name for name, scale in sides.items() if scale and scale.score is None]:
        return Reason.NO_SCORE, missing
    return Reason.FEW_ANSWERS, [name for name, scale in sides.items() if scale and not scale.is_half_known]


def _times(names: Sequence[str]) -> str:
    return "either time" if len(names) > 1 else "".join(names)


def _remark(key: str, before: Side, after: Side, *, same: bool, is_compared: bool) -> str:
    """Say where the same form did not ask the same, and where not the same questions stand behind two figures."""
    said = [OTHER_WAYS] if same and differs_by_route(key, before, after) else []
    if is_compared and (other := _answered_once(key, before, after)):
        said.append(f"Not the same questions were answered on the scale: {other}. That alone can move the figure.")
    return " ".join(said)


def _answered_once(key: str, before: Side, after: Side) -> str:
    """Name the questions that were asked both times and count in one of the figures alone; empty for none."""
    items = [
        item for item in after.instrument.items_of(Form.MANAGER, key) if not _differs_by_route(item, before, after)
    ]
    parts = []
    for name, one, other in ((BEFORE, before, after), (AFTER, after, before)):
        once = [
            item.short
            for item in items
            if isinstance(one.answers.get(item.key), int) and not isinstance(other.answers.get(item.key), int)
        ]
        parts += [f"{words.named(once)} only {name}"] if once else []
    return "; ".join(parts)


def differs_by_route(key: str, before: Side, after: Side) -> bool:
    """Whether a question of this topic was asked only once, because of the ways in that were in use."""
    return any(_differs_by_route(item, before, after) for item in after.instrument.items_of(Form.MANAGER, key))


def _differs_by_route(item: Item, before: Side, after: Side) -> bool:
    return item.is_asked(Form.MANAGER, before.context) is not item.is_asked(Form.MANAGER, after.context)


def _moves(domain: str, before: Side, after: Side) -> tuple[AnswerMove, ...]:
    """Give the answers of a topic that are not what they were, of questions that were the same, in the form's order."""
    items = [
        item.key
        for item in after.instrument.items_of(Form.MANAGER, domain)
        if same_question(before.instrument, after.instrument, item.key)
    ]
    moved = [key for key in items if before.answers.get(key) != after.answers.get(key)]
    return tuple(AnswerMove(after.instrument.item[key].short, said(before, key), said(after, key)) for key in moved)


def said(side: Side, key: str) -> str:
    """Give an answer of the clinic form in words."""
    if not side.instrument.item[key].is_asked(Form.MANAGER, side.context):
        return NOT_ASKED
    answer: Answer = side.answers.get(key)
    return answer_words(side.instrument, key, answer, side.context.stage)


def summary(topics: tuple[TopicChange, ...]) -> str:
    """Say in one sentence which topics have changed, how many have not, and how many cannot be compared."""
    by = {verdict: [row.title for row in topics if row.verdict is verdict] for verdict in Change}
    n_all, same, out = len(topics), by[Change.NO_CLEAR_CHANGE], by[Change.NOT_COMPARED]
    parts = [
        f"{_some(by[verdict], n_all)} {'is' if len(by[verdict]) == 1 else 'are'} {verdict.value}"
        for verdict in (Change.HIGHER, Change.LOWER)
        if by[verdict]
    ]
    if not parts and same:
        parts.append(
            "no topic shows a clear change" if len(same) > 1 else f"{_some(same, n_all)} shows no clear change"
        )
    elif same:
        others = "the other " if not out else ""
        one = words.named(same) if out else f"{others}topic"
        parts.append(f"for {one if len(same) == 1 else f'{others}{words.number(len(same))}'} there is no clear change")
    if out:
        parts.append(
            f"none of the {words.number(n_all)} topics can be compared"
            if len(out) == n_all
            else f"{words.named(out) if len(out) == 1 else words.number(len(out))} cannot be compared"
        )
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _some(titles: list[str], n_all: int) -> str:
    if len(titles) == n_all and n_all > 1:
        return f"all {words.number(n_all)} topics"
    return words.named(titles) if len(titles) <= NAMED else f"{words.number(len(titles))} topics"
