"""Of what the board report consists: sections that hold blocks. Plain values; how they look, each format decides.

Every block names its `kind`, so that the whole can also be handed on as JSON (`dataclasses.asdict`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from assessments.results.rows import ScoreRow
from assessments.results.team_rows import Mark


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `label` stands before it in bold, `is_quiet` is what few need to read."""

    text: str
    label: str = ""
    is_quiet: bool = False
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; each entry may begin with words in bold, and `between` parts them from the others."""

    entries: tuple[tuple[str, str], ...]
    is_numbered: bool = False
    between: str = ". "
    kind: Literal["listing"] = "listing"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names the row. A text may have several lines; `shares` are the widths of columns."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class StateLine:
    """Something and where it stands: `level` is "red", "amber", "settled" or "blank" and is said by `level_words`."""

    level: str
    level_words: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class States:
    """Lines of which each says first where something stands."""

    lines: tuple[StateLine, ...]
    kind: Literal["states"] = "states"


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic of the picture; `word` is what stands beside the figure, whatever it is; `team` is said, `mark` drawn."""

    score: ScoreRow
    figure: str
    word: str
    basis: str
    team: str
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Topics:
    """The picture of the topics, weakest first; `bands` are key and word, lowest first, `legend` says what is drawn."""

    caption: str
    lines: tuple[TopicLine, ...]
    has_team: bool
    bands: tuple[tuple[str, str], ...]
    legend: tuple[str, ...]
    kind: Literal["topics"] = "topics"


@dataclass(frozen=True, slots=True)
class BriefOption:
    """An option in two lines; `first_step` is empty where it is told on another card, and so are all its `steps`."""

    title: str
    first_step: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One of the first things to decide or look at, with its number, why it stands there and what could be done."""

    number: int
    level: str
    level_words: str
    topic: str
    flags: tuple[tuple[str, str], ...]
    because: str
    because_answers: tuple[str, ...]
    options: tuple[BriefOption, ...]
    kind: Literal["card"] = "card"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A question with its answer in words; `step` 1-5 on the scale, 0 for anything else; `comment` empty for none."""

    key: str
    text: str
    words: str
    step: int
    comment: str


@dataclass(frozen=True, slots=True)
class AnswerList:
    """Questions with their answers."""

    caption: str
    lines: tuple[AnswerLine, ...]
    kind: Literal["answers"] = "answers"


@dataclass(frozen=True, slots=True)
class OptionText:
    """An option in full. `facts` are what it changes, the effort and who acts."""

    title: str
    facts: tuple[str, ...]
    because: str
    why: str
    steps: tuple[str, ...]
    not_when: str
    basis: str
    kind: Literal["option"] = "option"


Block = Paragraph | Listing | Table | States | Topics | Card | AnswerList | OptionText


@dataclass(frozen=True, slots=True)
class Section:
    """A part with its title. `key` names it for links within a file; parts within it stand after its own blocks."""

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    parts: tuple[Section, ...] = ()


@dataclass(frozen=True)
class BoardReport:
    """The whole report: `facts` are pairs that say of what and when it is; `front` must be able to stand alone.

    `caveat` ends the front: what it cannot say, in brief.
    """

    title: str
    clinic: str
    assessment: str
    facts: tuple[tuple[str, str], ...]
    lead: str
    front: tuple[Section, ...]
    caveat: str
    rest: tuple[Section, ...] = field(default=())
    language: str = "en"
