"""The wire contract for saving one answer: `PUT /rounds/<uuid>/items/<key>/` with JSON {op, base, value, comment}."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments.clinics.models import User
from assessments.rounds import actions, policies
from assessments.rounds.answering import AnswerRefusedError, UnknownKeyError
from assessments.rounds.models import Round
from assessments.rounds.presenters import stored
from assessments.rounds.sheets import form_value

OP = re.compile(r"[A-Za-z0-9_-]{1,64}")
REVISION_MAX = 2**31 - 1


@login_not_required
@require_http_methods(["PUT"])
def item(request: HttpRequest, round_id: UUID, key: str) -> JsonResponse:
    """Save one answer; what each outcome means stands in docs/decisions/0005."""
    if not request.user.is_authenticated:
        return _refusal(HTTPStatus.UNAUTHORIZED, "You are signed out. Sign in again and your answer will be saved.")
    try:
        saved = actions.save_answer(by=request.user, round_id=round_id, change=_read(request, key), now=timezone.now())
    except (Round.DoesNotExist, UnknownKeyError):
        return _not_there()
    except policies.RoundClosedError as closed:
        return _refusal(HTTPStatus.FORBIDDEN, str(closed))
    except AnswerRefusedError as refused:
        if not Round.objects.visible_to(request.user).filter(pk=round_id).exists():
            return _not_there()
        return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(refused))
    except actions.StaleRevisionError as stale:
        return _conflict(stale, request.user)
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


def _conflict(stale: actions.StaleRevisionError, viewer: User) -> JsonResponse:
    theirs = stored(stale.current, viewer)
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
