"""Makes the Word file of a finished assessment: the report in its body, its looks, and what the file says of itself."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.parser import parse_xml

from assessments.reports.report_text import board_report
from assessments.reports.word.elements import Element, element, field, paragraph, runs
from assessments.reports.word.runs import clean
from assessments.reports.word.writing import Writing

if TYPE_CHECKING:
    from datetime import date

    from docx.document import Document as WordDocument
    from docx.oxml.numbering import CT_Numbering

    from assessments.reports.board.blocks import BoardReport
    from assessments.reports.report import Report

HERE: Final = Path(__file__).parent
STYLES: Final = (HERE / "styles.xml").read_bytes()
NUMBERING: Final = (HERE / "numbering.xml").read_bytes()
KEPT: Final = {RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.NUMBERING, RELATIONSHIP_TYPE.SETTINGS}
KEPT_OUTSIDE: Final = {RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES}
SETTINGS: Final = (
    b'<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b'<w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    b'<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    b'<w:compatSetting w:name="overrideTableStyleFontSizeAndJustification" '
    b'w:uri="http://schemas.microsoft.com/office/word" w:val="1"/></w:compat>'
    b'<w:themeFontLang w:val="en-GB"/></w:settings>'
)
MARGIN: Final = 1134  # twentieths of a point: 2 cm
A4: Final = (11906, 16838)
NUMBERED: Final = 2
"""The kind of list that is numbered, in `numbering.xml`."""


def word_report(report: Report) -> bytes:
    """Give the board report as a Word document."""
    board = board_report(report)
    made = _blank()
    numbering = made.part.numbering_part.element
    body = made.element.body
    sheet = _sheet()
    body.clear()
    body.extend(Writing(lambda: _new_numbers(numbering)).report(board))
    body.append(sheet)
    _foot(made, board)
    _properties(made, board, report.about.closed_on)
    kept = BytesIO()
    made.save(kept)
    return _dated(kept.getvalue(), report.about.closed_on)


def _blank() -> WordDocument:
    """Give an empty document with our looks and nothing of the library's template."""
    made = Document()
    part = made.part
    for key, relation in list(part.rels.items()):
        if relation.reltype not in KEPT:
            del part.rels[key]
    for key, relation in list(part.package.rels.items()):
        if relation.reltype not in KEPT_OUTSIDE:
            del part.package.rels[key]
    for found, text in (
        (part._styles_part, STYLES),
        (part.numbering_part, NUMBERING),
        (part._settings_part, SETTINGS),
    ):
        found._element = parse_xml(text)
    return made


def _new_numbers(numbering: CT_Numbering) -> int:
    """Begin a numbered list at 1."""
    number = len(numbering.num_lst) + 1
    start = element("lvlOverride", element("startOverride", val=1), ilvl=0)
    numbering.append(element("num", element("abstractNumId", val=NUMBERED), start, numId=number))
    return number


def _sheet() -> Element:
    width, height = A4
    margins = dict.fromkeys(("top", "right", "bottom", "left"), MARGIN)
    return element(
        "sectPr",
        element("pgSz", w=width, h=height),
        element("pgMar", **margins, header=567, footer=567, gutter=0),
    )


def _foot(made: WordDocument, board: BoardReport) -> None:
    """Say on every page whose report it is, and which page."""
    foot = made.sections[0].footer
    foot.is_linked_to_previous = False
    inside = foot._element
    inside.clear()
    pages = [
        element("r", element("tab")), *runs("Page "), *field("PAGE", runs("1")),
        *runs(" of "), *field("NUMPAGES", runs("1")),
    ]  # fmt: skip
    line = paragraph("Footer")  # read rightwards whatever the clinic is called, so that the pages stand at the right
    line.extend([*runs(f"{board.clinic} · {board.assessment}"), *pages])
    inside.append(line)


def _properties(made: WordDocument, board: BoardReport, closed_on: date) -> None:
    """Say of the file what it is and of which day; nobody's name, no program's."""
    own = made.core_properties
    at = datetime.combine(closed_on, time())
    own.author = own.last_modified_by = own.comments = own.keywords = own.category = ""
    own.title, own.subject = clean(board.title)[:255], clean(board.assessment)[:255]
    own.language, own.revision = board.language, 1
    own.created = own.modified = at


def _dated(made: bytes, closed_on: date) -> bytes:
    """Give the same file with the closing day as the date of its parts, instead of the moment of making."""
    kept = BytesIO()
    with ZipFile(BytesIO(made)) as old, ZipFile(kept, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = ZipInfo(name, (closed_on.year, closed_on.month, closed_on.day, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return kept.getvalue()
