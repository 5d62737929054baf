"""The wire contract for saving one answer: `PUT /rounds/<uuid>/items/<key>/` with JSON {op, base, value, comment}.

A team talk's answers are saved in the same way at `/t/items/<key>/`, for whoever holds its link.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments.clinics.policies import RefusedError
from assessments.rounds import actions, talk_actions
from assessments.rounds.answering import AnswerRefusedError, UnknownKeyError
from assessments.rounds.models import FormAnswer, Round, TeamTalk
from assessments.rounds.presenters import stored
from assessments.rounds.sheets import Stored, form_value
from assessments.rounds.talk_presenters import stored_by_team
from assessments.rounds.team_talk import held_talk, why_ended

OP = re.compile(r"[A-Za-z0-9_-]{1,64}")
REVISION_MAX = 2**31 - 1
SIGNED_OUT = "You are signed out. Your answers stay on this page and are saved once you are back."
LINK_GONE = "This browser has lost the link. Open the newest one in another tab; your answers wait here."


@login_not_required
@require_http_methods(["PUT"])
def item(request: HttpRequest, round_id: UUID, key: str) -> JsonResponse:
    """Save one answer of the clinic form; what each outcome means stands in docs/decisions/0005."""
    person = request.user
    if not person.is_authenticated:
        return _refusal(HTTPStatus.UNAUTHORIZED, SIGNED_OUT)
    now = timezone.now()
    try:
        return _saved(
            request,
            key,
            lambda change: actions.save_answer(by=person, round_id=round_id, change=change, now=now),
            lambda row: stored(row, person),
        )
    except Round.DoesNotExist:
        return _not_there()
    except AnswerRefusedError as refused:
        if not Round.objects.visible_to(person).filter(pk=round_id).exists():
            return _not_there()
        return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(refused))


@login_not_required
@require_http_methods(["PUT"])
def talk_item(request: HttpRequest, key: str) -> JsonResponse:
    """Save one answer of a team talk for whoever holds its link."""
    now = timezone.now()
    talk = held_talk(request, now=now)
    if talk is None:
        return _no_talk(request)
    link = talk.token_hash
    try:
        return _saved(
            request,
            key,
            lambda change: talk_actions.save_joint_answer(link=link, change=change, now=now),
            stored_by_team,
        )
    except TeamTalk.DoesNotExist:
        return _no_talk(request)
    except AnswerRefusedError as refused:
        return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(refused))


def _no_talk(request: HttpRequest) -> JsonResponse:
    if reason := why_ended(request):
        return _refusal(HTTPStatus.FORBIDDEN, reason)
    return _refusal(HTTPStatus.UNAUTHORIZED, LINK_GONE)


def _saved(
    request: HttpRequest,
    key: str,
    save: Callable[[actions.Change], actions.Saved],
    theirs: Callable[[FormAnswer | None], Stored],
) -> JsonResponse:
    try:
        saved = save(_read(request, key))
    except UnknownKeyError:
        return _not_there()
    except RefusedError as refused:
        return _refusal(HTTPStatus.FORBIDDEN, refused.reason)
    except actions.StaleRevisionError as stale:
        return _conflict(theirs(stale.current))
    return JsonResponse({"revision": saved.revision, "saved_at": saved.saved_at.isoformat()})


def _read(request: HttpRequest, key: str) -> actions.Change:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise AnswerRefusedError("The answer could not be read. Please reload the page and answer again.") from error
    if not isinstance(body, dict) or not {"op", "base", "value"} <= body.keys():
        raise AnswerRefusedError("The answer is incomplete: op, base and value are needed.")
    op, base = body["op"], body["base"]
    if not isinstance(op, str) or not OP.fullmatch(op):
        raise AnswerRefusedError("op must be 1 to 64 letters, digits, - or _.")
    if isinstance(base, bool) or not isinstance(base, int) or not 0 <= base <= REVISION_MAX:
        raise AnswerRefusedError("base must be the revision that the answer was given upon, 0 for none.")
    return actions.Change(key=key, answer=body["value"], comment=body.get("comment"), base=base, op=op)


def _not_there() -> JsonResponse:
    return _refusal(HTTPStatus.NOT_FOUND, "This question is not there, or not yours to answer.")


def _refusal(status: HTTPStatus, reason: str) -> JsonResponse:
    return JsonResponse({"error": reason}, status=status)


def _conflict(theirs: Stored) -> JsonResponse:
    value = theirs.answer if isinstance(theirs.answer, int) else form_value(theirs.answer) or None
    return JsonResponse(
        {"revision": theirs.revision, "value": value, "comment": theirs.comment, "by": theirs.by},
        status=HTTPStatus.CONFLICT,
    )


def token_expired(request: HttpRequest) -> JsonResponse:
    """Answer a save whose form token is out of date; the answer carries a new token cookie for the next try."""
    get_token(request)
    return JsonResponse(
        {"error": "This page was open for a long time. Please try again.", "code": "csrf"}, status=HTTPStatus.FORBIDDEN
    )


talk_item.when_expired = token_expired  # type: ignore[attr-defined]
