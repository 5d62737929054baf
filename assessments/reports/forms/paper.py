"""The clinic form on paper, to print and fill in by hand: every question with its boxes and a line to write on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from assessments.reports.forms.clinic_form import CAVEAT, INTRODUCTION, LICENCE, SERVICE, SERVICE_ABOUT, UNKNOWN
from assessments.reports.pdf.report import A4, LETTER
from assessments.reports.pdf.setting import set_pdf
from readiness.instrument.definition import NonAnswer
from readiness.instrument.words import ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.reports.forms.clinic_form import Choice, ClinicForm, Number, Rating, Section

TITLE: Final = "The clinic’s questionnaire"
BY_HAND: Final = "To print and fill in by hand"
LEAD: Final = (
    "{n_questions} statements in {n_topics} topics about your clinic’s treatment online, and a few numbers. It takes "
    "about 25 minutes, alone or with colleagues, in any order."
)
WHO_SEES: Final = (
    "Who sees it",
    "This paper: whoever you hand it to. Nothing of it reaches us until you type it in at {base_url}. From then on the "
    "people of your clinic’s account can read answers and comments, and once the assessment is finished so can a "
    "network that your clinic has let see its answers.",
)
HOW: Final = ("How to fill it in", INTRODUCTION + " Mark one box in each row; the line below is for a comment.")
NO_NAMES: Final = ("Please", "Write about the clinic: no names of patients or colleagues, here or in comments.")
LINES: Final = ("Clinic", "Filled in by (roles)", "Date")
FOOT: Final = "{title}, questionnaire version {version} · type it in at {base_url}"
ONE: Final = "Mark one"
SEVERAL: Final = "Mark all that are so"
STATEMENT: Final = "Statement"
COMMENT: Final = "Comment"
IN_NUMBERS: Final = "In numbers"
ONLY_IF: Final = "Only if"
ELSEWHERE: Final = "Does not apply, or too early"
"""In short, as the head of a narrow column."""


def paper_form(form: ClinicForm, paper: str) -> bytes:
    """Set the form on a size of paper, by typst's name.

    Raises:
        NotMadeError: it could not be set.
    """
    return set_pdf("form.typ", {"paper": paper, **_content(form)})


ON_PAPER: Final[dict[str, tuple[str, Callable[[ClinicForm], bytes]]]] = {
    "a4": ("A4", partial(paper_form, paper=A4)),
    "letter": ("US Letter", partial(paper_form, paper=LETTER)),
}
"""The sizes of paper by their key, with their name and who sets the form on it."""


def _content(form: ClinicForm) -> dict[str, Any]:
    filled = {
        "title": form.title,
        "version": form.version,
        "base_url": settings.BASE_URL,
        "n_questions": form.n_ratings,
        "n_topics": len(form.sections),
    }
    about = [[label, text.format(**filled)] for label, text in (HOW, WHO_SEES, NO_NAMES)]
    return {
        "product": form.title,
        "title": TITLE,
        "by_hand": BY_HAND,
        "lead": LEAD.format(**filled),
        "about": about,
        "lines": list(LINES),
        "foot": FOOT.format(**filled),
        "service": {"title": SERVICE, "about": SERVICE_ABOUT, "choices": [_choice(one) for one in form.service]},
        "columns": _columns(form),
        "statement": STATEMENT,
        "comment": COMMENT,
        "in_numbers": IN_NUMBERS,
        "unknown": UNKNOWN,
        "sections": [_section(number, section) for number, section in enumerate(form.sections, start=1)],
        "ending": [CAVEAT, LICENCE],
    }


def _columns(form: ClinicForm) -> list[dict[str, str]]:
    """Give the answers that stand over the boxes: the scale, then what is apart from it."""
    every = max((rating.options for section in form.sections for rating in section.ratings), key=len)
    shorter = {NonAnswer.NOT_APPLICABLE.value: ELSEWHERE}
    return [{"code": one.code, "text": shorter.get(one.code, one.text)} for one in every]


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "text": choice.text,
        "hint": SEVERAL if choice.is_multiple else ONE,
        "options": [option.text for option in choice.options],
    }


def _section(number: int, section: Section) -> dict[str, Any]:
    return {
        "number": number,
        "title": section.title,
        "about": section.about,
        "ratings": [_rating(f"{number}.{place}", one) for place, one in enumerate(section.ratings, start=1)],
        "numbers": [_number(one) for one in section.numbers],
    }


def _rating(number: str, rating: Rating) -> dict[str, Any]:
    return {
        "number": number,
        "text": rating.text,
        "only_if": _only_if(rating.route),
        "codes": [option.code for option in rating.options],
    }


def _number(number: Number) -> dict[str, str]:
    return {"text": number.text, "only_if": _only_if(number.route)}


def _only_if(route: str) -> str:
    """Say in which way patients must come for a question to be asked; empty for any."""
    words = {str(key): text for key, text in ROUTES.items()}.get(route, "")
    return f"{ONLY_IF}: {words}" if words else ""
