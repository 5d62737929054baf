"""Of what the board report consists: sections that hold blocks. Plain values; how they look, each format decides.

Every word that a format sets stands in these values, with its punctuation, in the order of the fields.

Every block names its `kind`, so that the whole can also be handed on as JSON (`dataclasses.asdict`).
"""

from __future__ import annotations

from dataclasses import dataclass
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
    between: str = " "
    kind: Literal["listing"] = "listing"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names the row; `shares` are the widths of columns.

    A text may have several lines, of which all but the first are quiet; not in the columns that are `even`.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    even: tuple[int, ...] = ()
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
    """Lines of which each says where something stands: a table under its `head`, without one a text each."""

    lines: tuple[StateLine, ...]
    head: tuple[str, ...] = ()
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
    """The picture of the topics, weakest first, as a table.

    `head` names its columns but the picture's own, over which the words of `bands` stand, keys and words, lowest first;
    `legend` says how the team's figures are drawn, where they are.
    """

    caption: str
    head: tuple[str, ...]
    lines: tuple[TopicLine, ...]
    has_team: bool
    bands: tuple[tuple[str, str], ...]
    legend: tuple[str, ...]
    kind: Literal["topics"] = "topics"


@dataclass(frozen=True, slots=True)
class Card:
    """One of the first things to decide or look at, with its number, why it stands there and what could be done.

    `heads` are its flags, those together that ask for the same; `option` is one in full, `others` names the others.
    An option that is told on another card has neither `steps_lead` nor `steps` here.
    """

    number: int
    heads: tuple[StateLine, ...]
    topic: str
    because: str
    option_lead: str
    option: str
    steps_lead: str
    steps: tuple[str, ...]
    others: str
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
    """Questions with their answers; `comment_label` stands before a comment."""

    caption: str
    lines: tuple[AnswerLine, ...]
    head: tuple[str, str] = ("Question", "Answer")
    comment_label: str = "Comment:"
    kind: Literal["answers"] = "answers"


@dataclass(frozen=True, slots=True)
class OptionText:
    """An option in full. `facts` are what it changes, the effort and who acts."""

    title: str
    facts: str
    why: str
    because: str
    steps: tuple[str, ...]
    not_when: str
    basis: str
    steps_lead: str = "First steps"
    not_when_lead: str = "When it does not fit."
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
    """The whole report: `about` says what it is, `facts` of what and when; `front` must be able to stand alone.

    `caveat` ends the front: what it cannot say, in brief. `contents` stands over the list of the rest.
    """

    title: str
    over: str
    clinic: str
    assessment: str
    about: str
    facts: tuple[tuple[str, str], ...]
    front: tuple[Section, ...]
    caveat: str
    contents: str
    rest: tuple[Section, ...]
    language: str = "en"
