"""What therapists see of themselves after sending: their confidence task by task, and a copy of their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from assessments.respondents.compact import unpacked
from assessments.respondents.posts import Posted, laid_over, read_posted
from assessments.respondents.presenters import in_words
from assessments.rounds.sheets import Sheet, make_sheet
from readiness.guidance.loading import load as load_guidance
from readiness.guidance.profile import Profile, Task, profile
from readiness.guidance.words import Grounds, grounds_of
from readiness.instrument.definition import CONFIDENCE, Context, Form, Stage
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.guidance.definition import Tip
    from readiness.instrument.definition import Answer, Instrument

SURE_FROM: Final = 5
"""From which figure on, of 10, the sentence calls somebody sure of something."""
UNSURE: Final = "That can change, and you need not do it all at once or alone."
"""What is said with it to somebody who is sure of nothing yet."""
NAMED_MAX: Final = 2
"""How many tasks that share a figure the sentence names; more it counts, and the picture shows which."""


@dataclass(frozen=True)
class Kept:
    """What a browser kept of the answers that were sent."""

    instrument: Instrument
    stage: Stage
    answers: dict[str, Answer]


def read_keepsake(content: Mapping[str, Any]) -> Kept | None:
    """Read the profile's pass; None when there is none."""
    if not content:
        return None
    instrument = load(content["k"], content["v"])
    answers = unpacked(instrument, content["a"])
    return None if answers is None else Kept(instrument, Stage(content["s"]), answers)


def read_tried(posted: Mapping[str, str]) -> Posted:
    """Read what a visitor sent of the eight confidence questions."""
    instrument = load()
    return read_posted(instrument, posted, instrument.items_of(Form.THERAPIST, CONFIDENCE))


def try_sheet(posted: Posted) -> Sheet:
    """Lay out the eight confidence questions with what was sent."""
    instrument, context = load(), Context()
    items = instrument.items_of(Form.THERAPIST, CONFIDENCE)
    return laid_over(make_sheet(instrument, context, items, (), {}, Form.THERAPIST), instrument, context, posted)


def tried(posted: Posted) -> Kept:
    """Give what a visitor sent as if a browser had kept it."""
    return Kept(load(), Stage.RUNNING, posted.given)


@dataclass(frozen=True)
class TaskBar:
    """A task of the work online and how sure the therapist feels: a bar from 0 to 10, and the same in words."""

    short: str
    text: str
    words: str
    figure: str  # the same, without the words of the ends
    percent: int | None  # 0-100; None: no figure was given
    safety: str  # beside the task about risk, always; else empty


@dataclass(frozen=True)
class TipRow:
    """Something that the therapist could do, with what it rests on."""

    title: str
    why: str
    step: str
    grounds: Grounds


@dataclass(frozen=True)
class Focus:
    """A task to begin with, and 2-3 things to try."""

    bar: TaskBar
    tips: tuple[TipRow, ...]


@dataclass(frozen=True)
class ProfilePage:
    """The private profile: a sentence, a picture and a table of the same bars, and tips for the lowest two."""

    sentence: str
    bars: tuple[TaskBar, ...]
    lowest: tuple[Focus, ...]
    lead_in: str  # says which tasks the tips are for


def profile_page(kept: Kept) -> ProfilePage:
    """Lay out the private profile."""
    instrument = kept.instrument
    found = profile(instrument, load_guidance(instrument), kept.answers)
    bars = {task.item: _bar(kept, task) for task in found.tasks}
    return ProfilePage(
        sentence=_sentence(kept, found),
        bars=tuple(bars.values()),
        lowest=tuple(
            Focus(bars[focus.task.item], tuple(_tip(tip, instrument) for tip in focus.tips)) for focus in found.lowest
        ),
        lead_in=found.steady or _lead_in(found),
    )


def _bar(kept: Kept, task: Task) -> TaskBar:
    item = kept.instrument.item[task.item]
    words = in_words(kept.instrument, task.item, task.answer, kept.stage)
    return TaskBar(
        short=item.short,
        text=item.wording[Form.THERAPIST],
        words=words,
        figure=words.partition(":")[0],
        percent=task.answer * 10 if isinstance(task.answer, int) else None,
        safety=task.safety,
    )


def _tip(tip: Tip, instrument: Instrument) -> TipRow:
    return TipRow(tip.title, tip.why, tip.step, grounds_of(tip, instrument))


def _sentence(kept: Kept, found: Profile) -> str:
    """Say in one sentence what the picture shows."""
    figures = {task.item: task.answer for task in found.tasks if isinstance(task.answer, int)}
    if not figures:
        return "You gave no figure for any of the eight tasks, so there is nothing to show."
    low, high = min(figures.values()), max(figures.values())
    if len(figures) == 1:
        return f"Your one figure is {low} of 10."
    if high < SURE_FROM:
        tasks = "these tasks" if len(figures) == len(found.tasks) else "the tasks with a figure"
        most = "" if low == high else f", most of all about {_named(kept, figures, low)}"
        return f"You feel unsure about {tasks} for now{most}. {UNSURE}"
    if low == high:
        return f"Your figures are all {low} of 10."
    return f"You feel surest about {_named(kept, figures, high)} and least sure about {_named(kept, figures, low)}."


def _lead_in(found: Profile) -> str:
    """Say which tasks the tips are for; where more share the lowest figures, that these are two of them."""
    figures = [task.answer for task in found.tasks if isinstance(task.answer, int)]
    chosen = [focus.task.answer for focus in found.lowest if isinstance(focus.task.answer, int)]
    if chosen and sum(figure <= max(chosen) for figure in figures) > len(chosen):
        return "Several tasks share your lowest figures. These are two to begin with. Take what fits, leave the rest."
    tasks = "task with your lowest figure" if len(chosen) == 1 else "two tasks with your lowest figures"
    return f"For the {tasks}. Take what fits, leave the rest."


def _named(kept: Kept, figures: Mapping[str, int], figure: int) -> str:
    shorts = [f"“{kept.instrument.item[key].short}”" for key, given in figures.items() if given == figure]
    names = f"{len(shorts)} tasks" if len(shorts) > NAMED_MAX else " and ".join(shorts)
    return f"{names} ({figure} of 10)"


@dataclass(frozen=True)
class CopyTopic:
    """A topic of the copy, with questions and answers in words."""

    title: str
    rows: tuple[tuple[str, str], ...]


def copy_of(kept: Kept) -> tuple[CopyTopic, ...]:
    """Lay out a copy of all answers."""
    instrument = kept.instrument
    return tuple(
        CopyTopic(
            domain.title,
            tuple(
                (item.wording[Form.THERAPIST], in_words(instrument, item.key, kept.answers.get(item.key), kept.stage))
                for item in instrument.items_of(Form.THERAPIST, domain.key)
            ),
        )
        for domain in instrument.domains_of(Form.THERAPIST)
    )


def copy_text(kept: Kept) -> str:
    """Write the copy as plain text."""
    lines = ["My answers about treating patients online", ""]
    for topic in copy_of(kept):
        lines += [topic.title, ""]
        for text, words in topic.rows:
            lines += [text, f"    {words}"]
        lines.append("")
    return "\n".join(lines)
