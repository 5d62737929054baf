"""The clinic form as a FHIR R4 Questionnaire.

The canonical address and the code systems are UUIDs by name, the same at every installation: the address of one site
would make of one questionnaire as many as there are sites. A link id is a key of the questionnaire, so that answers to
two versions meet wherever the question is the same.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final

from assessments.reports.forms.clinic_form import (
    CAVEAT,
    COMMENT,
    INTRODUCTION,
    LICENCE,
    ROUTES_KEY,
    SERVICE,
    SERVICE_ABOUT,
    UNKNOWN,
)
from assessments.rounds.models import COMMENT_MAX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.reports.forms.clinic_form import Choice, ClinicForm, Number, Option, Rating, Section

Resource = dict[str, Any]

ANSWER: Final = "answer"
"""The kind of code system that ratings share."""

NAMES: Final = uuid.uuid5(uuid.NAMESPACE_URL, "icbt-readiness")
EXTENSIONS: Final = "http://hl7.org/fhir/StructureDefinition"
ITEM_CONTROL: Final = "http://hl7.org/fhir/questionnaire-item-control"


def canonical(form: ClinicForm) -> str:
    """Give the address of the questionnaire, whatever its version."""
    return _urn(f"questionnaire/{form.key}")


def system_of(kind: str) -> str:
    """Give the code system of the answers to ratings ("answer"), or to a question on the service (its key)."""
    return _urn(f"code-system/{kind}")


def _urn(name: str) -> str:
    return uuid.uuid5(NAMES, name).urn


def topic_id(key: str) -> str:
    """Give the link id of a topic; some topics share their key with a question."""
    return f"topic/{key}"


def comment_id(key: str) -> str:
    """Give the link id of the comment on a question."""
    return f"{key}/comment"


def number_text(number: Number) -> str:
    """Give the text of a question for a number."""
    return f"{number.text} {UNKNOWN}"


def coding(kind: str, option: Option) -> Resource:
    """Give an option as a coding."""
    return {"system": system_of(kind), "code": option.code, "display": option.text}


def questionnaire(form: ClinicForm) -> bytes:
    """Write the form as a Questionnaire in JSON."""
    return json.dumps(_resource(form), ensure_ascii=False, indent=2).encode()


def _resource(form: ClinicForm) -> Resource:
    return {
        "resourceType": "Questionnaire",
        "id": f"{form.key}-{form.version}",
        "url": canonical(form),
        "version": str(form.version),
        "name": "IcbtReadiness",
        "title": form.title,
        "status": "active",
        "subjectType": ["Organization"],
        "publisher": form.title,
        "description": f"{INTRODUCTION} {CAVEAT}",
        "copyright": LICENCE,
        "item": [_service(form), *(_topic(section) for section in form.sections)],
    }


def _service(form: ClinicForm) -> Resource:
    questions = [_choice(question) for question in form.service]
    about = _display("service/about", SERVICE_ABOUT)
    return {"linkId": "service", "text": SERVICE, "type": "group", "item": [about, *questions]}


def _choice(question: Choice) -> Resource:
    return {
        "linkId": question.key,
        "text": question.text,
        "type": "choice",
        "required": False,
        "repeats": question.is_multiple,
        "answerOption": [{"valueCoding": coding(question.key, option)} for option in question.options],
    }


def _topic(section: Section) -> Resource:
    questions = [item for rating in section.ratings for item in _rating(rating)]
    numbers = [_number(number) for number in section.numbers]
    about = _display(f"{topic_id(section.key)}/about", section.about)
    return {
        "linkId": topic_id(section.key),
        "text": section.title,
        "type": "group",
        "item": [about, *questions, *numbers],
    }


def _rating(rating: Rating) -> Iterator[Resource]:
    when = _when(rating.route)
    yield {
        "linkId": rating.key,
        "text": rating.text,
        "type": "choice",
        **when,
        "required": False,
        "answerOption": [_answer_option(option) for option in rating.options],
        "item": [_help(rating)],
    }
    yield {
        "linkId": comment_id(rating.key),
        "text": COMMENT,
        "type": "text",
        **when,
        "required": False,
        "maxLength": COMMENT_MAX,
    }


def _answer_option(option: Option) -> Resource:
    """Only points of the scale have a weight: not knowing is no number."""
    weight = {} if option.points is None else _extended("ordinalValue", valueDecimal=option.points)
    return {**weight, "valueCoding": coding(ANSWER, option)}


def _number(number: Number) -> Resource:
    return {
        "extension": [
            _extension("minValue", valueInteger=number.low),
            _extension("maxValue", valueInteger=number.high),
        ],
        "linkId": number.key,
        "text": number_text(number),
        "type": "integer",
        **_when(number.route),
        "required": False,
    }


def _help(rating: Rating) -> Resource:
    control = {"coding": [{"system": ITEM_CONTROL, "code": "help", "display": "Help-Button"}]}
    return {
        **_extended("questionnaire-itemControl", valueCodeableConcept=control),
        **_display(f"{rating.key}/why", f"Why we ask: {rating.why}"),
    }


def _display(link_id: str, text: str) -> Resource:
    return {"linkId": link_id, "text": text, "type": "display"}


def _when(route: str) -> Resource:
    if not route:
        return {}
    chosen = {"system": system_of(ROUTES_KEY), "code": route}
    return {"enableWhen": [{"question": ROUTES_KEY, "operator": "=", "answerCoding": chosen}]}


def _extended(name: str, **value: object) -> Resource:
    return {"extension": [_extension(name, **value)]}


def _extension(name: str, **value: object) -> Resource:
    return {"url": f"{EXTENSIONS}/{name}", **value}
