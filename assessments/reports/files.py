"""Which files are made of a finished assessment: what each is for, and who makes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

from assessments.reports.answers import named
from assessments.reports.forms.response import response
from assessments.reports.pdf.report import A4, LETTER, report_pdf
from assessments.reports.sheets.book import CONTENT_TYPE as XLSX
from assessments.reports.sheets.clinic import workbook
from assessments.reports.tables.answers import answers_long, answers_wide
from assessments.reports.tables.codebook import codebook
from assessments.reports.tables.csv_text import CONTENT_TYPE as CSV
from assessments.reports.tables.scores import scores_long
from assessments.reports.values import report_values
from assessments.reports.word.document import word_report

if TYPE_CHECKING:
    from assessments.reports.report import About, Report


class Group(StrEnum):
    """Whom files are for, in the order of the page."""

    BOARD = "For the board and the meeting"
    ANALYST = "For whoever works with the figures"
    PROGRAM = "For other programs"


@dataclass(frozen=True)
class FileKind:
    """A kind of file. `key` stands in its address; `make` writes the whole file; a heavy one waits for a slot.

    `about` says what it is for and what is in it, `leaves_out` what one might look for there in vain; `form` names the
    format. `variant_of` is the key of a kind that says the same in another shape, beside which it is offered.
    """

    key: str
    group: Group
    title: str
    form: str
    about: str
    leaves_out: str
    name: str  # the end of the file's name
    content_type: str
    make: Callable[[Report], bytes]
    is_heavy: bool = False
    variant_of: str = ""


def _json(report: Report) -> bytes:
    return json.dumps(report_values(report), ensure_ascii=False, indent=2).encode()


KINDS: Final = (
    *(
        FileKind(
            key=f"report-{key}",
            group=Group.BOARD,
            title="The report",
            form=f"PDF, {paper}",
            about=(
                "Two pages that can stand alone, then every topic with its answers, comments and options, the plan, "
                "what changed, and what all of it rests on."
            ),
            leaves_out="anything that one therapist answered",
            name=f"report-{key}.pdf",
            content_type="application/pdf",
            make=partial(report_pdf, paper=size),
            is_heavy=True,
            variant_of=variant_of,
        )
        for key, paper, size, variant_of in (("a4", "A4", A4, ""), ("letter", "US Letter", LETTER, "report-a4"))
    ),
    FileKind(
        key="word",
        group=Group.BOARD,
        title="The report, to edit",
        form="Word",
        about="What the PDF says, in the same order, with headings, lists and tables that you can change and shorten.",
        leaves_out="anything that one therapist answered",
        name="report.docx",
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        make=word_report,
        is_heavy=True,
    ),
    FileKind(
        key="workbook",
        group=Group.ANALYST,
        title="Workbook",
        form="Excel (XLSX)",
        about="Scores, answers, flags, options, plan and change on sheets of their own, the scores also as "
        "formulas that you can follow, and a codebook.",
        leaves_out="the answers of a team talk to single questions",
        name="result.xlsx",
        content_type=XLSX,
        make=workbook,
        is_heavy=True,
    ),
    FileKind(
        key="answers-long",
        group=Group.ANALYST,
        title="The answers, one row each",
        form="CSV",
        about="Every question of the clinic form with its answer, its comment, or why there is none.",
        leaves_out="anything a therapist answered",
        name="answers-long.csv",
        content_type=CSV,
        make=lambda report: answers_long(report).csv(),
    ),
    FileKind(
        key="answers-wide",
        group=Group.ANALYST,
        title="The assessment in one row",
        form="CSV",
        about="One column for each answer and score, to put under other assessments in R, SPSS or Excel.",
        leaves_out="comments, and the therapists’ answers to single questions",
        name="answers-wide.csv",
        content_type=CSV,
        make=lambda report: answers_wide(report).csv(),
    ),
    FileKind(
        key="scores",
        group=Group.ANALYST,
        title="The figures, one row each",
        form="CSV",
        about="Every score of the clinic form, and what the team says of each topic, with what it rests on.",
        leaves_out="answers",
        name="scores.csv",
        content_type=CSV,
        make=lambda report: scores_long(report).csv(),
    ),
    FileKind(
        key="codebook",
        group=Group.ANALYST,
        title="What the columns mean",
        form="CSV",
        about="Every column of these tables, with the wording of the question, its codes and its sources.",
        leaves_out="answers and figures",
        name="codebook.csv",
        content_type=CSV,
        make=lambda report: codebook(report).csv(),
    ),
    FileKind(
        key="json",
        group=Group.PROGRAM,
        title="The whole result",
        form="JSON",
        about="What the result page says, card by card, with the answers, the plan and what changed, for a program.",
        leaves_out="the answers of a team talk to single questions, and those of the assessment before",
        name="result.json",
        content_type="application/json",
        make=_json,
    ),
    FileKind(
        key="fhir",
        group=Group.PROGRAM,
        title="The clinic’s answers for health records",
        form="FHIR",
        about="What the clinic answered and noted, as a QuestionnaireResponse (R4) about an organisation.",
        leaves_out="scores, flags, the plan and everything of the team",
        name="fhir.json",
        content_type="application/fhir+json",
        make=response,
    ),
)
BY_KEY: Final = {kind.key: kind for kind in KINDS}


@dataclass(frozen=True)
class Offered:
    """A kind as the page offers it, with its other shapes beside it."""

    kind: FileKind
    variants: tuple[FileKind, ...]


def grouped() -> list[tuple[Group, list[Offered]]]:
    """Give all kinds by whom they are for, in the order of the page."""
    groups = (
        (group, [_offered(kind) for kind in KINDS if kind.group is group and not kind.variant_of]) for group in Group
    )
    return [(group, offered) for group, offered in groups if offered]


def _offered(kind: FileKind) -> Offered:
    return Offered(kind, tuple(other for other in KINDS if other.variant_of == kind.key))


def file_name(about: About, kind: FileKind) -> str:
    """Name a file after the clinic and the day of finishing."""
    return named(about.clinic, about.closed_on.isoformat(), kind.name)
