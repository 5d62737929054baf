"""Everything that the board report says, in its order, as whoever sets it has to say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from assessments.reports.board.blocks import (
    AnswerList,
    Block,
    BoardReport,
    Card,
    Listing,
    OptionText,
    Paragraph,
    Section,
    States,
    Table,
    Topics,
)


def said_of(board: BoardReport) -> Iterator[str]:
    """Give all texts but the list of contents and the picture's legend."""
    yield from (board.over, board.clinic, board.assessment, board.about)
    yield from (text for fact in board.facts for text in fact)
    for section in board.front:
        yield from _section(section)
    yield from (board.caveat, board.contents)
    for section in board.rest:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield section.title
    for block in section.blocks:
        yield from _block(block)
    for part in section.parts:
        yield from _section(part)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield from (block.label, block.text)
        case Listing():
            yield from (f"{lead}{block.between if text else ''}{text}" for lead, text in block.entries)
        case Table():
            yield from (*block.head, *(cell for row in block.rows for cell in row))
        case States():
            yield from _states(block)
        case Topics():
            yield from _topics(block)
        case Card():
            yield from _card(block)
        case AnswerList():
            yield from _answers(block)
        case OptionText():
            yield from (block.title, block.facts, block.why, block.because, block.steps_lead, *block.steps)
            yield from (block.not_when_lead, block.not_when, block.basis)
        case _:
            assert_never(block)


def _states(states: States) -> Iterator[str]:
    yield from states.head
    for line in states.lines:
        yield from (line.level_words, line.title) if states.head else (line.title, line.level_words)
        yield line.text


def _topics(topics: Topics) -> Iterator[str]:
    yield from (topics.head[0], *(word for _, word in topics.bands), *topics.head[1:])
    for one in topics.lines:
        yield from (one.score.title, one.figure, one.word, *([one.team] if topics.has_team else []), one.basis)


def _card(card: Card) -> Iterator[str]:
    yield f"{card.number}."
    yield from (text for head in card.heads for text in (head.title, head.level_words))
    yield from (card.topic, *(head.text for head in card.heads), card.because)
    yield from (card.option_lead, card.option, card.steps_lead, *card.steps, card.others)


def _answers(answers: AnswerList) -> Iterator[str]:
    yield from answers.head
    for one in answers.lines:
        yield from (one.text, f"{answers.comment_label} {one.comment}" if one.comment.strip() else "", one.words)
