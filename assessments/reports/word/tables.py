"""Tables of a Word document: with a repeated head, a name for who cannot see them, and widths that stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from assessments.reports.word.elements import Element, element, keep_with_next, paragraph
from assessments.reports.word.runs import clean

if TYPE_CHECKING:
    from assessments.reports.board.blocks import AnswerList, Table, TopicLine, Topics
    from assessments.results.rows import ScoreRow

WIDTH: Final = 9638
"""Of the text on the page, in twentieths of a point."""
BARS: Final = {"not_yet": "BarNotYet", "partly": "BarPartly", "in_place": "BarInPlace"}
FILLS: Final = {"not_yet": "B5430F", "partly": "A8870A", "in_place": "11766C"}
PADDING: Final = 57 + 113
"""Left and right of what stands in a cell, as `styles.xml` has it."""
SHORTEST: Final = 60
"""Of a bar, so that a low score is not taken for none."""
LONG: Final = 600
"""Characters of a row that may be parted by the end of a page."""

Cell = Sequence[Element]


def plain_table(table: Table) -> list[Element]:
    """Make a table of texts, of which the first in a row names it."""
    shares = sum(table.shares)
    widths = [WIDTH * share // shares for share in table.shares]
    rows = ([_lines(text, is_title=not place) for place, text in enumerate(row)] for row in table.rows)
    return made_table(table.caption, widths, table.head, rows)


def answer_table(answers: AnswerList) -> list[Element]:
    """Make a table of questions, each with its answer and, below it, its comment."""
    rows = (
        [
            [
                paragraph("TableText", (one.text, "")),
                *_comment(answers.comment_label, one.comment),
            ],
            [paragraph("TableText", (one.words, "Strong" if one.step else ""))],
        ]
        for one in answers.lines
    )
    return made_table(answers.caption, (6900, WIDTH - 6900), answers.head, rows)


def _comment(label: str, comment: str) -> list[Element]:
    parts = [part for part in clean(comment).split("\n") if part.strip()]
    return [
        paragraph("Comment", *([] if place else [(f"{label} ", "Strong")]), (part, ""))
        for place, part in enumerate(parts)
    ]


def topic_table(topics: Topics) -> list[Element]:
    """Make the picture of the topics: beside its figure and its word each has a bar that can be edited."""
    bands = " · ".join(word for _, word in topics.bands)
    head = [topics.head[0], bands, *topics.head[1:]]
    widths = [2750, 2100, 1700, 1400, 1688] if topics.has_team else [2900, 2400, 1900, 2438]
    rows = (_topic(line, widths[1], has_team=topics.has_team) for line in topics.lines)
    picture, end = made_table(topics.caption, widths, head, rows)
    *others, _ = picture.tr_lst
    keep_with_next(others)
    return [picture, end]


def _topic(line: TopicLine, width: int, *, has_team: bool) -> list[Cell]:
    team = [[paragraph("TableText", (line.team, "Strong" if line.mark else ""))]] if has_team else []
    return [
        [paragraph("TableText", (line.score.title, "Strong"))],
        bar(line.score, width),
        [paragraph("TableText", *([(f"{line.figure} ", "Strong")] if line.figure else []), (line.word, ""))],
        *team,
        [paragraph("TableText", (line.basis, "Basis"))],
    ]


def bar(score: ScoreRow, width: int) -> list[Element]:
    """Draw a score as a shaded paragraph on a line as long as the scale; nothing where there is no score.

    It is as long as its indent leaves it, so whoever edits the document can make it longer or shorter.
    """
    if not score.exact:
        return [paragraph("TableText")]
    scale = width - PADDING
    length = round(float(score.exact) / 100 * scale)
    line = paragraph("BarLine")
    if not length:
        return [line]
    fill = [element("shd", val="diagStripe", color="FFFFFF", fill=FILLS[score.band])] if score.is_hatched else []
    indent = element("ind", right=scale - max(length, SHORTEST))
    return [paragraph(BARS[score.band], settings=[*fill, indent]), line]


def _lines(text: str, *, is_title: bool) -> Cell:
    """Give the lines of a text as paragraphs; of what names a row the first is in bold, the others say more."""
    first, *others = clean(text).split("\n")
    style = "Strong" if is_title else ""
    return [
        paragraph("TableText", (first, style)),
        *(paragraph("TableText", (one, "")) for one in others if one.strip()),
    ]


def made_table(
    caption: str, widths: Sequence[int], head: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> list[Element]:
    """Make a table, and the paragraph that parts it from what follows."""
    look = element(
        "tblPr",
        element("tblStyle", val="ReportTable"),
        element("tblW", w=sum(widths), type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblLook", val="0420", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1),
        element("tblCaption", val=clean(caption)),
    )
    grid = element("tblGrid", *(element("gridCol", w=width) for width in widths))
    top = _row(widths, [[paragraph("TableHead", (text, ""))] for text in head], is_head=True)
    made = element("tbl", look, grid, top, *(_row(widths, row) for row in rows))
    return [made, paragraph("TableEnd")]


def _row(widths: Sequence[int], cells: Sequence[Cell], *, is_head: bool = False) -> Element:
    n_characters = sum(len(text) for cell in cells for one in cell for text in one.itertext())
    look = [element("cantSplit")] if n_characters < LONG else []
    look += [element("tblHeader")] if is_head else []
    return element(
        "tr",
        *([element("trPr", *look)] if look else []),
        *(
            element("tc", element("tcPr", element("tcW", w=width, type="dxa")), *cell)
            for width, cell in zip(widths, cells, strict=True)
        ),
    )
