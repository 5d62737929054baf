"""The form on paper asks all that the form on the screen asks, and says where to type it in."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from assessments.reports.forms.clinic_form import Section, clinic_form
from assessments.reports.forms.kinds import BY_KEY, made
from readiness.instrument.definition import INSTRUMENT

pytestmark = pytest.mark.timeout(30)  # typst lets everybody else go first


def test_form_on_paper_asks_everything_in_order_and_says_where_to_type_it_in() -> None:
    form = clinic_form(INSTRUMENT)
    a4, letter = (PdfReader(BytesIO(made(BY_KEY[kind], form.version))) for kind in ("paper-a4", "paper-letter"))
    assert [round(one.pages[0].mediabox.width) for one in (a4, letter)] == [595, 612]
    pages = ["".join(page.extract_text().split()) for page in a4.pages]
    foot = f"questionnaireversion{form.version}·typeitinathttp://testserver"
    assert all(foot in page for page in pages)
    said = "".join(pages)
    asked = [text for part in form.sections for text in _texts(part)]
    places = [said.find("".join(text.split())) for text in asked]
    assert -1 not in places
    assert places == sorted(places)
    root: Any = a4.trailer["/Root"]
    (document,) = root["/StructTreeRoot"]["/K"]
    tags = {part.get_object()["/S"] for part in document.get_object()["/K"]}
    assert "/P" in tags
    assert "/Span" not in tags  # of which several would be read as one


def test_no_topic_is_torn_apart_on_either_size_of_paper() -> None:
    form = clinic_form(INSTRUMENT)
    for kind in ("paper-a4", "paper-letter"):
        pdf = PdfReader(BytesIO(made(BY_KEY[kind], form.version)))
        pages = ["".join(page.extract_text().split()) for page in pdf.pages]
        for number, part in enumerate(form.sections, start=1):
            words = ["".join(text.split()) for text in (f"{number}. {part.title}", *_texts(part))]
            assert any(all(one in page for one in words) for page in pages), (kind, part.title)


def _texts(section: Section) -> list[str]:
    return [one.text for one in section.ratings] + [one.text for one in section.numbers]
