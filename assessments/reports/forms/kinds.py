"""Which files the questionnaire is given as: what each is for, and who makes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from assessments.reports.forms.clinic_form import ClinicForm, clinic_form
from assessments.reports.forms.fhir import questionnaire
from assessments.reports.forms.limesurvey import limesurvey
from assessments.reports.forms.paper import ON_PAPER
from assessments.reports.forms.redcap import redcap
from assessments.reports.forms.xlsform import xlsform
from assessments.reports.slots import BusyError
from readiness.instrument.definition import INSTRUMENT
from readiness.instrument.export import export
from readiness.instrument.loading import load


@dataclass(frozen=True)
class QuestionnaireKind:
    """A kind of file. `key` stands in its address, `name` ends the file's name; `make` writes the whole file."""

    key: str
    title: str
    form: str
    about: str
    name: str
    content_type: str
    make: Callable[[ClinicForm], bytes]


def _json(form: ClinicForm) -> bytes:
    return json.dumps(export(load(form.key, form.version)), ensure_ascii=False, indent=2).encode()


KINDS: Final = (
    *(
        QuestionnaireKind(
            key=f"paper-{key}",
            title=f"On {paper} paper, to print and fill in by hand",
            form="PDF",
            about="Every statement with its boxes and a line for a comment. It cannot be filled in on a screen.",
            name=f"paper-{key}.pdf",
            content_type="application/pdf",
            make=make,
        )
        for key, (paper, make) in ON_PAPER.items()
    ),
    QuestionnaireKind(
        key="xlsform",
        title="XLSForm for ODK, KoboToolbox and their like",
        form="XLSX",
        about="A workbook that can be uploaded as it is. The reasons for asking are in its guidance hints.",
        name="xlsform.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        make=xlsform,
    ),
    QuestionnaireKind(
        key="redcap",
        title="Data dictionary for REDCap",
        form="CSV",
        about="For an empty project. The keys of the questions and the reasons for asking are in the annotations.",
        name="redcap.csv",
        content_type="text/csv; charset=utf-8",
        make=redcap,
    ),
    QuestionnaireKind(
        key="limesurvey",
        title="Survey structure for LimeSurvey",
        form="TXT",
        about="Tab-separated values, to be imported as a new survey. The reasons for asking are the questions’ help.",
        name="limesurvey.txt",
        content_type="text/tab-separated-values; charset=utf-8",
        make=limesurvey,
    ),
    QuestionnaireKind(
        key="fhir",
        title="FHIR R4 Questionnaire for health records",
        form="JSON",
        about="About an organisation, not a patient. A finished assessment’s own files hold the answers to it.",
        name="fhir.json",
        content_type="application/fhir+json",
        make=questionnaire,
    ),
    QuestionnaireKind(
        key="json",
        title="The questionnaire with its sources, for programs",
        form="JSON",
        about="Both forms, the scales, and the factors behind the questions with where we have them from.",
        name="questionnaire.json",
        content_type="application/json",
        make=_json,
    ),
)
BY_KEY: Final = {kind.key: kind for kind in KINDS}


_turns: Final = {kind.key: Lock() for kind in KINDS}
_made: Final[dict[tuple[str, int], bytes]] = {}


def made(kind: QuestionnaireKind, version: int) -> bytes:
    """Give a file of a version of the questionnaire; made once, because a version never changes.

    Each by one request at a time, and nobody waits, for anybody can ask: one that hangs keeps one thread, not all.

    Raises:
        BusyError: it is being made.
        NotMadeError: it could not be made.
    """
    wanted = (kind.key, version)
    if wanted in _made:
        return _made[wanted]
    turn = _turns[kind.key]
    if not turn.acquire(blocking=False):
        raise BusyError
    try:
        if wanted not in _made:  # it may have been made while this request came here
            _made[wanted] = kind.make(clinic_form(INSTRUMENT, version))
        return _made[wanted]
    finally:
        turn.release()


def file_name(kind: QuestionnaireKind, version: int) -> str:
    """Name a file after the questionnaire and its version."""
    return f"{INSTRUMENT}-{version}-{kind.name}"
