"""What therapists see of themselves after sending: their confidence task by task, and a copy of their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assessments.respondents.compact import unpacked
from assessments.respondents.posts import Posted, laid_over, read_posted
from assessments.respondents.presenters import in_words
from assessments.rounds.sheets import Sheet, make_sheet
from readiness.instrument.definition import CONFIDENCE, Context, Form, Stage
from readiness.instrument.loading import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.instrument.definition import Answer, Instrument


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
    value: int | None  # None: no figure was given


@dataclass(frozen=True)
class ProfilePage:
    """The private profile."""

    bars: tuple[TaskBar, ...]


def profile_page(kept: Kept) -> ProfilePage:
    """Lay out the private profile."""
    instrument = kept.instrument
    return ProfilePage(
        bars=tuple(
            TaskBar(
                short=item.short,
                text=item.wording[Form.THERAPIST],
                words=in_words(instrument, item.key, answer, kept.stage),
                value=answer if isinstance(answer, int) else None,
            )
            for item in instrument.items_of(Form.THERAPIST, CONFIDENCE)
            for answer in [kept.answers.get(item.key)]
        )
    )


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
