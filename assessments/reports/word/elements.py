"""The elements of a Word document: paragraphs, runs, links, fields. Knows nothing of reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from assessments.reports.word.runs import clean, directed, is_read_leftwards

Element = Any
"""An element of lxml, which has no types."""
Text = tuple[str, str]
"""A text and the style of its characters, empty for that of its paragraph."""
SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def element(name: str, /, *inside: Element, **attributes: object) -> Element:
    """Make an element of Word's own names, such as `p`, with attributes of the same and what stands inside."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    made.extend(inside)
    return made


def paragraph(style: str, *texts: Text, inside: Iterable[Element] = (), settings: Iterable[Element] = ()) -> Element:
    """Make a paragraph of texts, each in a style of characters; `inside` stands before them."""
    is_leftwards = is_read_leftwards("".join(text for text, _ in texts))
    turned = [element("bidi")] if is_leftwards else []
    look = element("pPr", element("pStyle", val=style), *settings, *turned)
    made = (run for text, of in texts for run in runs(text, of, is_leftwards=is_leftwards))
    return element("p", look, *inside, *made)


def runs(text: str, style: str = "", *, is_leftwards: bool = False) -> list[Element]:
    """Make the runs of a text, as many as its directions need."""
    return [_run(part, style, turned) for part, turned in directed(clean(text), is_leftwards=is_leftwards)]


def _run(text: str, style: str, is_turned: bool) -> Element:
    look = [element("rStyle", val=style)] if style else []
    look += [element("rtl")] if is_turned else []
    inside = [element("rPr", *look)] if look else []
    for number, line in enumerate(text.split("\n")):
        if number:
            inside.append(element("br"))
        for place, part in enumerate(line.split("\t")):
            if place:
                inside.append(element("tab"))
            if part:
                inside.append(_text(part))
    return element("r", *inside)


def _text(text: str) -> Element:
    made = element("t")
    made.text = text
    made.set(SPACE, "preserve")
    return made


def bookmarked(made: Element, number: int, name: str) -> Element:
    """Give a paragraph a name that links within the document lead to."""
    made.insert(1, element("bookmarkStart", id=number, name=name))
    made.append(element("bookmarkEnd", id=number))
    return made


def link_within(name: str, text: str) -> Element:
    """Make a link to a named paragraph of the same document."""
    return element("hyperlink", *runs(text), anchor=name, history=1)


def keep_with_next(made: Iterable[Element]) -> None:
    """Let paragraphs, also those within tables, stand on the page of what follows them."""
    for style in (style for one in made for style in one.iter(qn("w:pStyle"))):
        style.addnext(element("keepNext"))


def field(code: str, shown: Iterable[Element]) -> list[Element]:
    """Make a field that Word works out, and what it shows until then."""
    asked = element("instrText")
    asked.text = code
    asked.set(SPACE, "preserve")
    return [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", asked),
        element("r", element("fldChar", fldCharType="separate")),
        *shown,
        element("r", element("fldChar", fldCharType="end")),
    ]
