"""Sets the board report in the body of a Word document, block by block."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
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
from assessments.reports.word.elements import Element, Text, element, link_within, paragraph
from assessments.reports.word.tables import answer_table, made_table, plain_table, topic_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.reports.board.blocks import Block, BoardReport, Section

LEVELS: Final = {"red": "LevelRed", "amber": "LevelAmber", "settled": "LevelSettled", "blank": "LevelBlank"}
CONTENTS: Final = "In the rest of this report"
REST: Final = "the_rest"
CONTENTS_LEVELS: Final = 2
N_OPTIONS: Final = 3
"""How many options stand with their first step on the first pages."""
MORE_OPTIONS: Final = "Options, never orders"


@dataclass
class Writing:
    """Writes one document; `new_numbers` begins a numbered list and gives its number."""

    new_numbers: Callable[[], int]
    _bookmarks: count[int] = field(default_factory=lambda: count(1))

    def report(self, board: BoardReport) -> Iterator[Element]:
        """Write the whole report."""
        yield paragraph("Over", (board.title.partition(":")[0], ""))
        yield paragraph("Title", (board.clinic, ""))
        yield paragraph("Subtitle", (board.assessment, ""))
        for label, text in board.facts:
            yield paragraph("Facts", (f"{label}: ", "Strong"), (text, ""))
        yield paragraph("Lead", (board.lead, ""))
        for section in board.front:
            yield from self._section(section, 1)
        yield paragraph("Quiet", (board.caveat, ""))
        yield from self._contents(board)
        number = next(self._bookmarks)
        yield element("bookmarkStart", id=number, name=REST)
        for section in board.rest:
            yield from self._section(section, 1, is_new_page=section.key == board.rest[0].key)
        yield element("bookmarkEnd", id=number)

    def _section(self, section: Section, level: int, *, is_new_page: bool = False) -> Iterator[Element]:
        settings = [element("pageBreakBefore")] if is_new_page else []
        heading = paragraph(f"Heading{min(level, 4)}", (section.title, ""), settings=settings)
        yield elements.bookmarked(heading, next(self._bookmarks), _mark(section))
        for block in section.blocks:
            yield from self._block(block, level)
        for part in section.parts:
            yield from self._section(part, level + 1)

    def _contents(self, board: BoardReport) -> Iterator[Element]:
        """List the sections as Word would, without numbers of pages: so it is right before Word has counted."""
        found = [line for section in board.rest for line in _entries(section, 1)]
        yield paragraph("TOCHeading", (CONTENTS, ""))
        links = [(f"TOC{level}", link_within(_mark(section), section.title)) for section, level in found]
        begin, code, separate, end = elements.field(f'TOC \\o "1-{CONTENTS_LEVELS}" \\b {REST} \\h \\n \\z', ())
        for place, (style, link) in enumerate(links):
            before = [begin, code, separate] if not place else []
            after = [end] if place == len(links) - 1 else []
            yield paragraph(style, inside=[*before, link, *after])

    def _block(self, block: Block, level: int) -> Iterator[Element]:
        match block:
            case Paragraph():
                label: list[Text] = [(f"{block.label.rstrip('.')}. ", "Strong")] if block.label else []
                yield paragraph("Quiet" if block.is_quiet else "Normal", *label, (block.text, ""))
            case Listing():
                yield from self._listing(block)
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

    def _listing(self, listing: Listing) -> Iterator[Element]:
        style = "ListNumber" if listing.is_numbered else "ListBullet"
        number = self.new_numbers() if listing.is_numbered else 0
        for title, text in listing.entries:
            if title and text:
                yield paragraph(style, (title, "Strong"), (f"{listing.between}{text}", ""), settings=_numbered(number))
            else:
                yield paragraph(style, (title or text, ""), settings=_numbered(number))

    def _card(self, card: Card) -> Iterator[Element]:
        titles = " · ".join(title for title, _ in card.flags)
        yield paragraph("Heading2", (f"{card.number}. {titles}", ""))
        yield paragraph("Facts", (card.level_words, LEVELS[card.level]), (f" · {card.topic}", ""))
        for _, sentence in card.flags:
            yield paragraph("Normal", (sentence, ""))
        if card.because:
            answers = "; ".join(card.because_answers)
            yield paragraph("Normal", (f"{card.because}: {answers}." if answers else card.because, ""))
        if card.options:
            yield paragraph("Normal", (MORE_OPTIONS, "Strong"), settings=[element("keepNext")])
        for option in card.options[:N_OPTIONS]:
            step = f" First step: {option.first_step}" if option.first_step else ""
            yield paragraph("ListBullet", (f"{option.title}.", "Strong"), (step, ""))
        if others := "; ".join(option.title for option in card.options[N_OPTIONS:]):
            yield paragraph("Quiet", (f"Other options: {others}.", ""))

    def _option(self, option: OptionText, level: int) -> Iterator[Element]:
        yield paragraph(f"Heading{min(level + 1, 4)}", (option.title, ""))
        yield paragraph("Facts", (" · ".join(option.facts), ""))
        if option.because:
            yield paragraph("Normal", (f"{option.because}.", ""))
        yield paragraph("Normal", (option.why, ""))
        number = self.new_numbers()
        for step in option.steps:
            yield paragraph("ListNumber", (step, ""), settings=_numbered(number))
        yield paragraph("Normal", ("When it does not fit. ", "Strong"), (option.not_when, ""))
        yield paragraph("Quiet", (option.basis, ""))


def _states(states: States) -> Iterator[Element]:
    """Set what stands where as a table, so that the words of levels stand below each other."""
    rows = (
        [
            [paragraph("TableText", (line.level_words, LEVELS[line.level]))],
            [paragraph("TableText", (line.title, "Strong"), (f" – {line.text}", ""))],
        ]
        for line in states.lines
    )
    yield from made_table("Where it stands", (2100, 7538), ("State", "What it is about"), rows)


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
