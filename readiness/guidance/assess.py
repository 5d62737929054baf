"""Everything that one form's answers mean, from plain JSON to plain JSON: scores, flags and options.

The contract of `manage.py score`; docs/scoring.md shows an example.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from readiness.guidance.flags import Flag, raise_flags
from readiness.guidance.loading import load as load_guidance
from readiness.guidance.options import Offer, offer
from readiness.instrument.definition import INSTRUMENT, Context, Form, Instrument
from readiness.instrument.loading import InstrumentError
from readiness.instrument.loading import load as load_instrument
from readiness.scoring.score import AnswerError, RawAnswers, ScaleScore, Scorecard, score

KEYS: Final = frozenset({"instrument", "version", "form", "context", "answers"})

MAX_MESSAGE: Final = 300

Assessment = dict[str, list[dict[str, Any]]]
"""Rows of plain JSON under `domains`, `takeaways`, `cfir`, `flags` and `options`."""


class PayloadError(ValueError):
    """Input that cannot be assessed; the message names the item or the key in one line."""


def assess(data: object) -> Assessment | list[Assessment]:
    """Score a payload; a list of payloads gives a list, all or nothing.

    A payload has `form`, `answers`, and may have `instrument`, `version` and `context`; without a context the service
    is running with every route open. A therapist form has no flags and no options. Scores are unrounded.

    Raises:
        PayloadError: what is wrong, in one line; in a list with the payload's number, counted from 1.
    """
    if not isinstance(data, list):
        return assess_one(data)
    results = []
    for number, payload in enumerate(data, start=1):
        try:
            results.append(assess_one(payload))
        except PayloadError as error:
            raise PayloadError(f"payload {number}: {error}") from error
    return results


def assess_one(payload: object) -> Assessment:
    """Score one payload, as `assess`.

    Raises:
        PayloadError: what is wrong, in one line.
    """
    if not isinstance(payload, Mapping):
        raise PayloadError("payload: give an object with form and answers")
    for key in payload:
        if key not in KEYS:
            raise PayloadError(f"{reprlib.repr(key)}: not a key of a payload; there are {', '.join(sorted(KEYS))}")
    instrument, form, context = _instrument(payload), _form(payload), _context(payload)
    try:
        scorecard = score(instrument, form, _answers(payload), context)
    except AnswerError as error:
        raise PayloadError(str(error)) from error
    flags, offers = _guidance(instrument, form, _answers(payload), scorecard, context)
    return {
        "domains": [_scale_row(scale) for scale in scorecard.domains],
        "takeaways": [_scale_row(scale) for scale in scorecard.takeaways],
        "cfir": [_scale_row(scale) for scale in scorecard.cfir],
        "flags": [_flag_row(flag) for flag in flags],
        "options": [_offer_row(one) for one in offers],
    }


def _instrument(payload: Mapping[str, object]) -> Instrument:
    key, version = payload.get("instrument", INSTRUMENT), payload.get("version")
    if not isinstance(key, str):
        raise PayloadError("instrument: give the key of an instrument")
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise PayloadError("version: give a whole number")
    try:
        return load_instrument(key, version)
    except InstrumentError as error:
        raise PayloadError(f"instrument: {error}"[:MAX_MESSAGE]) from error


def _form(payload: Mapping[str, object]) -> Form:
    form = payload.get("form")
    if not isinstance(form, str) or form not in tuple(Form):
        raise PayloadError(f"form: give {' or '.join(Form)}")
    return Form(form)


def _context(payload: Mapping[str, object]) -> Context:
    context = payload.get("context")
    if context is None:
        return Context()
    try:
        return Context.model_validate(context)
    except ValidationError as error:
        mistake = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(reprlib.repr(part) if isinstance(part, str) else str(part) for part in mistake["loc"])
        raise PayloadError(f"context {where}: {mistake['msg']}") from error


def _answers(payload: Mapping[str, object]) -> RawAnswers:
    answers = payload.get("answers")
    if not isinstance(answers, Mapping):
        raise PayloadError("answers: give an object that maps items to answers")
    return answers


def _guidance(
    instrument: Instrument, form: Form, answers: RawAnswers, scorecard: Scorecard, context: Context
) -> tuple[Iterable[Flag], Iterable[Offer]]:
    if form is Form.THERAPIST:
        return (), ()
    flags = raise_flags(instrument, answers, scorecard, context)
    return flags, offer(instrument, load_guidance(instrument), answers, scorecard, context, flags)


def _scale_row(scale: ScaleScore) -> dict[str, Any]:
    return {
        "key": scale.key,
        "score": scale.score,
        "status": scale.status.value,
        "band": scale.band.value if scale.band else None,
        "n_items": scale.n_items,
        "n_applicable": scale.n_applicable,
        "n_valid": scale.n_valid,
        "n_dont_know": scale.n_dont_know,
        "n_not_applicable": scale.n_not_applicable,
        "n_blank": scale.n_blank,
    }


def _flag_row(flag: Flag) -> dict[str, Any]:
    return {"key": flag.key, "level": flag.level.value, "domain": flag.domain, "items": list(flag.items)}


def _offer_row(one: Offer) -> dict[str, Any]:
    return {
        "key": one.key,
        "for": one.for_,
        "kind": one.kind.value,
        "basis": one.basis.value,
        "items": list(one.items),
    }
