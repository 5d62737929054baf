"""A finished assessment's clinic form as a FHIR R4 QuestionnaireResponse: what was answered, and by no person.

What was not asked, or not answered, is left out. That a number is not known is said as FHIR says it of what is missing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from assessments.reports.forms.clinic_form import COMMENT, SERVICE, clinic_form
from assessments.reports.forms.fhir import (
    ANSWER,
    EXTENSIONS,
    canonical,
    coding,
    comment_id,
    number_text,
    topic_id,
)
from readiness.instrument.definition import NonAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.reports.forms.clinic_form import Choice, ClinicForm, Number, Rating, Section
    from assessments.reports.report import ItemRow, Report

Resource = dict[str, Any]

UNKNOWN: Final = {"extension": [{"url": f"{EXTENSIONS}/data-absent-reason", "valueCode": "asked-unknown"}]}


def response(report: Report) -> bytes:
    """Write the answers to the clinic form as a QuestionnaireResponse in JSON."""
    return json.dumps(_resource(report), ensure_ascii=False, indent=2).encode()


def _resource(report: Report) -> Resource:
    about = report.about
    form = clinic_form(about.instrument, about.instrument_version)
    clinic = {
        "resourceType": "Organization",
        "id": "clinic",
        "identifier": [_identifier(about.clinic_id)],
        "name": about.clinic,
    }
    return {
        "resourceType": "QuestionnaireResponse",
        "id": about.round_id,
        "contained": [clinic],
        "identifier": _identifier(about.round_id),
        "questionnaire": f"{canonical(form)}|{form.version}",
        "status": "completed",
        "subject": {"reference": "#clinic", "display": about.clinic},
        "authored": about.closed_on.isoformat(),
        "item": list(_groups(report, form)),
    }


def _identifier(key: str) -> Resource:
    return {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{key}"}


def _groups(report: Report, form: ClinicForm) -> Iterator[Resource]:
    """Give the groups in which anything was answered."""
    service = [item for question in form.service for item in _choice(report, question)]
    if service:
        yield {"linkId": "service", "text": SERVICE, "item": service}
    rows = {row.key: row for row in report.items}
    for section in form.sections:
        if items := list(_answered(report, section, rows)):
            yield {"linkId": topic_id(section.key), "text": section.title, "item": items}


def _choice(report: Report, question: Choice) -> Iterator[Resource]:
    said = getattr(report.about.context, question.key)
    chosen = said if question.is_multiple else {said}
    if answers := [{"valueCoding": coding(question.key, one)} for one in question.options if one.code in chosen]:
        yield {"linkId": question.key, "text": question.text, "answer": answers}


def _answered(report: Report, section: Section, rows: dict[str, ItemRow]) -> Iterator[Resource]:
    for rating in section.ratings:
        if rows[rating.key].is_asked:
            yield from _rating(rating, rows[rating.key])
    for number in section.numbers:
        if (value := report.reading.facts.get(number.key)) is not None:
            yield _number(number, value)


def _rating(rating: Rating, row: ItemRow) -> Iterator[Resource]:
    said = row.missing or str(row.value)
    if answers := [{"valueCoding": coding(ANSWER, option)} for option in rating.options if option.code == said]:
        yield {"linkId": rating.key, "text": rating.text, "answer": answers}
    if row.comment.strip():
        yield {"linkId": comment_id(rating.key), "text": COMMENT, "answer": [{"valueString": row.comment}]}


def _number(number: Number, value: int | NonAnswer) -> Resource:
    answer = {"_valueInteger": UNKNOWN} if isinstance(value, NonAnswer) else {"valueInteger": value}
    return {"linkId": number.key, "text": number_text(number), "answer": [answer]}
