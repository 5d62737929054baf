"""What a posted answer may be: from what a browser sends to an answer of the questionnaire, or a plain refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.clinics.text import UnreadableTextError, clean_text
from assessments.rounds.models import COMMENT_MAX, Given
from readiness.instrument.definition import Answer, Form, Instrument, NonAnswer
from readiness.scoring.team_talk import TALK_NO_AGREEMENT, talk_items

if TYPE_CHECKING:
    from readiness.instrument.definition import Fact, Item


class AnswerRefusedError(ValueError):
    """An answer that the questionnaire does not allow; the message says so in the user's words."""


class UnknownKeyError(LookupError):
    """The form has no such item or fact."""


def question(instrument: Instrument, key: str, form: Form = Form.MANAGER) -> Item | Fact:
    """Give the item of a form, or the fact of the clinic form, with this key.

    Raises:
        UnknownKeyError: the form does not ask it.
    """
    item = instrument.item.get(key)
    if item is not None and form in item.wording:
        return item
    if form is Form.MANAGER and (fact := instrument.fact.get(key)) is not None:
        return fact
    raise UnknownKeyError(key)


def check_answer(instrument: Instrument, key: str, raw: object, form: Form = Form.MANAGER) -> Answer:
    """Check an answer as it came as JSON: a whole number, "dont_know", "not_applicable", or None for cleared.

    Raises:
        UnknownKeyError: the form does not ask it.
        AnswerRefusedError: the questionnaire does not allow this answer here.
    """
    question(instrument, key, form)
    if raw is None:
        return None
    if isinstance(raw, str):
        return _check_non_answer(instrument, key, raw)
    low, high = bounds(instrument, key)
    if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
        raise AnswerRefusedError(_what_is_offered(instrument, key))
    return raw


def check_talk_answer(instrument: Instrument, key: str, raw: object) -> Given:
    """Check an answer of a team talk: as on the therapist form, and "no_agreement" is one too.

    Raises:
        UnknownKeyError: the team talk does not ask it; nobody's own confidence is talked through.
        AnswerRefusedError: the questionnaire does not allow this answer here.
    """
    if key not in {item.key for item in talk_items(instrument)}:
        raise UnknownKeyError(key)
    return TALK_NO_AGREEMENT if raw == TALK_NO_AGREEMENT else check_answer(instrument, key, raw, Form.THERAPIST)


def _what_is_offered(instrument: Instrument, key: str) -> str:
    low, high = bounds(instrument, key)
    if key in instrument.fact:
        return f"Please give a whole number from {low:,} to {high:,}."
    return f"Please choose one of the answers offered for “{instrument.item[key].short}”."


def bounds(instrument: Instrument, key: str) -> tuple[int, int]:
    """Give the lowest and highest number that answer an item or fact."""
    if (fact := instrument.fact.get(key)) is not None:
        return fact.low, fact.high
    scale = instrument.scale[instrument.item[key].scale]
    return scale.low, scale.high


def _check_non_answer(instrument: Instrument, key: str, raw: str) -> NonAnswer:
    try:
        non_answer = NonAnswer(raw)
    except ValueError as error:
        raise AnswerRefusedError(_what_is_offered(instrument, key)) from error
    if non_answer is NonAnswer.NOT_APPLICABLE and not offers_not_applicable(instrument, key):
        raise AnswerRefusedError("This question concerns every clinic. “Don’t know” is a fine answer.")
    return non_answer


def offers_not_applicable(instrument: Instrument, key: str) -> bool:
    """Say whether "does not apply" is offered: not for the two safety items and not for facts."""
    return key in instrument.item and not instrument.item[key].safety


def check_comment(raw: object) -> str | None:
    """Check a comment; None leaves the stored one as it is.

    Raises:
        AnswerRefusedError: not text, too long, or with characters that cannot be kept.
    """
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise AnswerRefusedError("The comment is not text.")
    if len(raw) > COMMENT_MAX * 2:
        raise AnswerRefusedError(f"The comment is too long. Please keep it under {COMMENT_MAX:,} characters.")
    try:
        comment = clean_text(raw)
    except UnreadableTextError as error:
        raise AnswerRefusedError(f"The comment: {error}") from error
    if len(comment) > COMMENT_MAX:
        raise AnswerRefusedError(f"The comment is too long. Please keep it under {COMMENT_MAX:,} characters.")
    return comment
