"""Sets the board report in the body of a Word document, block by block."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count, zip_longest
from typing import TYPE_CHECKING, Final, assert_never

from assessments.reports.board.blocks import (
    AnswerList,
    Card,
    Listing,
    OptionText,
    Paragraph,
    States,
    Table,
    Topics,
)
from assessments.reports.word import elements
from assessments.reports.word.elements import Element, Text, element, keep_with_next, link_within, paragraph
from assessments.reports.word.tables import answer_table, made_table, plain_table, topic_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.reports.board.blocks import Block, BoardReport, Section

LEVELS: Final = {"red": "LevelRed", "amber": "LevelAmber", "settled": "LevelSettled", "blank": "LevelBlank"}
REST: Final = "the_rest"
CONTENTS_LEVELS: Final = 2


@dataclass
class Writing:
    """Writes one document; `new_numbers` begins a numbered list and gives its number."""

    new_numbers: Callable[[], int]
    _bookmarks: count[int] = field(default_factory=lambda: count(1))

    def report(self, board: BoardReport) -> Iterator[Element]:
        """Write the whole report."""
        yield paragraph("Over", (board.over, ""))
        yield paragraph("Title", (board.clinic, ""))
        yield paragraph("Subtitle", (board.assessment, ""))
        yield paragraph("Lead", (board.about, ""))
        for label, text in board.facts:
            yield paragraph("Facts", (f"{label} ", "Strong"), (text, ""))
        for section in board.front:
            yield from self._section(section, 1)
        yield paragraph("Quiet", (board.caveat, ""))
        yield from self._contents(board)
        number = next(self._bookmarks)
        yield element("bookmarkStart", id=number, name=REST)
        for section in board.rest:
            yield from self._section(section, 1)
        yield element("bookmarkEnd", id=number)

    def _section(self, section: Section, level: int) -> Iterator[Element]:
        heading = paragraph(f"Heading{min(level, 4)}", (section.title, ""))
        yield elements.bookmarked(heading, next(self._bookmarks), _mark(section))
        for block, following in zip_longest(section.blocks, section.blocks[1:]):
            made = list(self._block(block, level))
            if isinstance(block, Paragraph) and isinstance(following, Table | Topics):
                keep_with_next(made)
            yield from made
        for part in section.parts:
            yield from self._section(part, level + 1)

    def _contents(self, board: BoardReport) -> Iterator[Element]:
        """List the sections as Word would, without numbers of pages: so it is right before Word has counted."""
        found = [line for section in board.rest for line in _entries(section, 1)]
        yield paragraph("TOCHeading", (board.contents, ""))
        links = [(f"TOC{level}", link_within(_mark(section), section.title)) for section, level in found]
        begin, code, separate, end = elements.field(f'TOC \\o "1-{CONTENTS_LEVELS}" \\b {REST} \\h \\n \\z', ())
        for place, (style, link) in enumerate(links):
            before = [begin, code, separate] if not place else []
            after = [end] if place == len(links) - 1 else []
            yield paragraph(style, inside=[*before, link, *after])

    def _block(self, block: Block, level: int) -> Iterator[Element]:
        match block:
            case Paragraph():
                label: list[Text] = [(f"{block.label} ", "Strong")] if block.label else []
                yield paragraph("Quiet" if block.is_quiet else "Normal", *label, (block.text, ""))
            case Listing():
                yield from _listing(block)
            case Table():
                yield from plain_table(block)
            case States():
                yield from _states(block)
            case Topics():
                yield from topic_table(block)
            case Card():
                yield from self._card(block)
            case AnswerList():
                yield from answer_table(block)
            case OptionText():
                yield from self._option(block, level)
            case _:
                assert_never(block)

    def _card(self, card: Card) -> Iterator[Element]:
        yield paragraph("Heading2", (f"{card.number}. ", ""), *_heads(card))
        yield paragraph("Normal", (" ".join(head.text for head in card.heads), ""))
        if card.because:
            yield paragraph("Quiet", (card.because, ""))
        if card.option:
            lead = [(f"{card.option_lead} ", ""), (card.option, "Strong"), (f" {card.steps_lead}".rstrip(), "")]
            yield paragraph("Normal", *lead, settings=[element("keepNext")] if card.steps else [])
        yield from self._steps(card.steps)
        if card.others:
            yield paragraph("Quiet", (card.others, ""))

    def _option(self, option: OptionText, level: int) -> Iterator[Element]:
        yield paragraph(f"Heading{min(level + 1, 4)}", (option.title, ""))
        yield paragraph("Facts", (option.facts, ""))
        yield paragraph("Normal", (option.why, ""))
        if option.because:
            yield paragraph("Quiet", (option.because, ""))
        yield paragraph("Normal", (option.steps_lead, "Strong"), settings=[element("keepNext")])
        yield from self._steps(option.steps)
        yield paragraph("Normal", (f"{option.not_when_lead} ", "Strong"), (option.not_when, ""))
        yield paragraph("Quiet", (option.basis, ""))

    def _steps(self, steps: tuple[str, ...]) -> Iterator[Element]:
        number = self.new_numbers() if steps else 0
        made = [paragraph("ListNumber", (step, ""), settings=_numbered(number)) for step in steps]
        keep_with_next(made[:-1])
        yield from made


def _heads(card: Card) -> Iterator[Text]:
    """Give what a card is about, each with its own level, then the topic."""
    for place, head in enumerate(card.heads):
        yield (f"{' · ' if place else ''}{head.title} ", "")
        yield (head.level_words, LEVELS[head.level])
    yield (f" {card.topic}", "Basis")


def _listing(listing: Listing) -> Iterator[Element]:
    for title, text in listing.entries:
        if title and text:
            yield paragraph("ListBullet", (title, "Strong"), (f"{listing.between}{text}", ""))
        else:
            yield paragraph("ListBullet", (title or text, ""))


def _states(states: States) -> Iterator[Element]:
    """Set what stands where: under its head as a table, else with its text below."""
    if not states.head:
        for line in states.lines:
            head = ((f"{line.title} ", "Strong"), (line.level_words, LEVELS[line.level]))
            yield paragraph("Normal", *head, settings=[element("keepNext")])
            yield paragraph("Normal", (line.text, ""))
        return
    rows = (
        [
            [paragraph("TableText", (line.level_words, LEVELS[line.level]))],
            [paragraph("TableText", (line.title, "Strong" if line.level == "red" else ""))],
            [paragraph("TableText", (line.text, ""))],
        ]
        for line in states.lines
    )
    yield from made_table(states.head[0], (2100, 4638, 2900), states.head, rows)


def _entries(section: Section, level: int) -> Iterator[tuple[Section, int]]:
    yield section, level
    if level < CONTENTS_LEVELS:
        for part in section.parts:
            yield from _entries(part, level + 1)


def _mark(section: Section) -> str:
    return f"_Toc_{section.key}".replace("-", "_")[:40]


def _numbered(number: int) -> list[Element]:
    """Say in which numbered list a paragraph stands; nothing for 0."""
    return [element("numPr", element("ilvl", val=0), element("numId", val=number))] if number else []
