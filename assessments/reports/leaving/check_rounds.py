"""Whether an assessment in a clinic's file can be true, by its questionnaire and by its own answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from assessments.reports.leaving.refusal import FileRefusedError, check
from assessments.results.closing import ALGORITHM_VERSION, flag_rows, score_rows, therapist_domains
from assessments.results.models import Result
from assessments.results.reading import guidance_for, read
from assessments.results.team import Talk, Team
from assessments.rounds.answering import AnswerRefusedError, UnknownKeyError, check_answer, check_talk_answer
from assessments.rounds.models import given
from readiness.guidance.loading import GuidanceError
from readiness.instrument.definition import Context
from readiness.instrument.loading import InstrumentError, load
from readiness.scoring.release import EndBand, Row, RowStatus, Side, can_be_released
from readiness.scoring.team_talk import REQUESTS, score_team_talk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assessments.reports.leaving.parts import (
        AnswerPart,
        FlagPart,
        ReleasePart,
        ResultPart,
        RoundPart,
        ScorePart,
        TalkAnswerPart,
        TalkPart,
    )
    from assessments.rounds.models import Given
    from readiness.instrument.definition import Instrument

LISTED: Final = frozenset({"form", "view", "key"})
NOT_HERE: Final = "this installation does not have version {version} of {what}"


def check_round(one: RoundPart, where: str) -> None:
    """Refuse an assessment that contradicts its questionnaire or itself.

    Raises:
        FileRefusedError: it does.
    """
    instrument = _instrument(one, where)
    check(_is_context(one), where, "stage, routes or groups stand there twice")
    answers = _answers(instrument, one.answers, check_answer, f"{where}.answers")
    talk = _talk(instrument, one, one.team_talk, f"{where}.team_talk") if one.team_talk else None
    if one.closed_at is None:
        check(one.result is None and one.closed_by is None, where, "it is open and has a result")
        check(one.n_invited == 0, f"{where}.n_invited", "nobody is invited to an open assessment that has moved")
        return
    if one.result is None:
        raise FileRefusedError(f"{where}: it is finished and has no result.")
    check(one.result.frozen_at == one.closed_at, f"{where}.result.frozen_at", "this is not when it was finished")
    _check_release(one, one.result.release_rows, instrument, f"{where}.result.release_rows")
    rows = tuple(_row(row) for row in one.result.release_rows)
    _check_result(instrument, one, answers, Team(one.n_invited, rows, talk), where)
    _check_offers(instrument, one.result, f"{where}.result")


def context_of(one: RoundPart) -> Context:
    """Give what the clinic said of its service."""
    return Context(stage=one.stage, routes=frozenset(one.routes), for_whom=frozenset(one.for_whom))


def _is_context(one: RoundPart) -> bool:
    return all(len(set(said)) == len(said) for said in (one.routes, one.for_whom))


def _instrument(one: RoundPart, where: str) -> Instrument:
    try:
        return load(one.instrument_key, one.instrument_version)
    except InstrumentError as error:
        what = f"the questionnaire {one.instrument_key or 'without a name'}"
        raise FileRefusedError(f"{where}: {NOT_HERE.format(version=one.instrument_version, what=what)}.") from error


def _answers(
    instrument: Instrument,
    rows: Iterable[AnswerPart] | Iterable[TalkAnswerPart],
    check_one: Callable[[Instrument, str, object], Given],
    where: str,
) -> dict[str, Given]:
    found: dict[str, Given] = {}
    for row in rows:
        check(row.key not in found, where, f"{row.key} is answered twice")
        check(row.value is None or not row.non_answer, where, f"{row.key} has two answers")
        try:
            found[row.key] = check_one(instrument, row.key, row.non_answer or row.value)
        except (AnswerRefusedError, UnknownKeyError) as error:
            raise FileRefusedError(f"{where}: the questionnaire knows no such answer to {row.key}.") from error
    return {key: answer if answer is None else given_of(answer) for key, answer in found.items()}


def given_of(answer: Given) -> Given:
    """Give an answer as the questionnaire knows it."""
    return given(None, answer) if isinstance(answer, str) else answer


def _talk(instrument: Instrument, one: RoundPart, talk: TalkPart, where: str) -> Talk:
    answers = _answers(instrument, talk.answers, check_talk_answer, f"{where}.answers")
    check(answers and None not in answers.values(), where, "a talk that was sent has answers")
    check(talk.requests == [key for key in REQUESTS if key in talk.requests], where, "its requests are out of order")
    check(("other" in talk.requests) == bool(talk.other_request), where, "its requests contradict each other")
    scores = score_team_talk(instrument, answers, context_of(one))
    return Talk(talk.n_people, answers, scores, tuple(talk.requests), talk.other_request)


def _check_release(one: RoundPart, rows: list[ReleasePart], instrument: Instrument, where: str) -> None:
    topics = list(therapist_domains(instrument))
    check([row.scale for row in rows] == topics, where, "these are not the topics of the therapists' form")
    for row in rows:
        check((row.bound is not None) == bool(row.side), where, f"{row.scale} has half a range")
    check(can_be_released([_row(row) for row in rows]), where, "figures of a team never come out like this")
    check(all((row.n or 0) <= one.n_invited for row in rows), where, "more answered than were invited")


def _row(row: ReleasePart) -> Row:
    band = EndBand(Side(row.side), row.bound) if row.side and row.bound is not None else None
    return Row(row.scale, RowStatus(row.status), row.value, band, row.n)


def _check_result(instrument: Instrument, one: RoundPart, answers: dict[str, Any], team: Team, where: str) -> None:
    """Hold scores and flags against the answers, where today's program would have come to the same ones."""
    result = one.result
    if result is None:
        return
    if result.algorithm_version > ALGORITHM_VERSION:
        what = "the scoring"
        raise FileRefusedError(f"{where}: {NOT_HERE.format(version=result.algorithm_version, what=what)}.")
    reading, row = read(instrument, answers, context_of(one), team), Result()
    scores, flags = list(score_rows(row, reading)), list(flag_rows(row, reading))
    listed = [_columns(part, LISTED) for part in result.scores] == [_columns(score, LISTED) for score in scores]
    check(listed, f"{where}.result.scores", "these are not the scores of this questionnaire")
    known = {flag.key for flag in guidance_for(instrument.key, instrument.version, None).flags}
    check(all(flag.key in known for flag in result.flags), f"{where}.result.flags", "there is no such flag")
    if result.algorithm_version == ALGORITHM_VERSION:
        for part, score in zip(result.scores, scores, strict=True):
            check(_same(part, score), f"{where}.result.scores", f"{part.key} does not follow from the answers")
        raised = len(flags) == len(result.flags) and all(map(_same, result.flags, flags))
        check(raised, f"{where}.result.flags", "they do not follow from the answers")


def _columns(row: object, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _same(part: ScorePart | FlagPart, row: object) -> bool:
    names = set(type(part).model_fields)
    return _columns(part, names) == _columns(row, names)


def _check_offers(instrument: Instrument, result: ResultPart, where: str) -> None:
    try:
        guidance = guidance_for(instrument.key, instrument.version, result.guidance_version)
    except GuidanceError as error:
        version = NOT_HERE.format(version=result.guidance_version, what="the options")
        raise FileRefusedError(f"{where}: {version}.") from error
    targets = guidance.flag.keys() | instrument.domain.keys()
    for offer in result.offers:
        known = offer.key in guidance.option and offer.for_ in targets and set(offer.items) <= instrument.item.keys()
        check(known, f"{where}.offers", "there is no such option")
