"""What a therapist's browser may do now: it answers, or is told in plain words why not. Looks, and changes nothing.

No view of a therapist asks who has signed in, reads a session, or leaves a cookie other than the passes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, assert_never

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments.respondents import actions, presenters
from assessments.respondents.models import TeamPageLink
from assessments.respondents.passes import MARK, PROFILE, Held, has_sent, held
from assessments.rounds.models import Round
from assessments.rounds.passes import to_team_page
from assessments.rounds.policies import RoundClosedError, can_answer

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from assessments.respondents.models import Invitation

READ: Final = ("GET", "HEAD")
FORM: Final = ("GET", "HEAD", "POST")

P = ParamSpec("P")


class Why(StrEnum):
    """Why a browser cannot answer."""

    UNKNOWN = "unknown"  # it holds no pass: cookies are off, or no link was opened here
    OTHER = "other"  # the form that it sent was shown before another link was opened here
    GONE = "gone"  # its link opens nothing: withdrawn, or too old
    OVER = "over"  # the last day has passed
    CLOSED = "closed"  # the assessment is closed, and only a newer link than this browser's opens the team page
    SENT = "sent"  # answers were sent with this link
    SENT_HERE = "sent-here"  # answers for this assessment were sent from this browser, with another link


@dataclass(frozen=True)
class Visit:
    """A browser that may answer."""

    held: Held
    invitation: Invitation
    now: datetime

    @property
    def round(self) -> Round:
        """The assessment that it was invited to."""
        return self.invitation.round

    @property
    def draft_id(self) -> UUID:
        """The draft of this browser for this invitation, whether it is begun or not."""
        return self.held.draft_id

    def page(
        self, request: HttpRequest, template: str, context: dict[str, Any], status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        """Give a page whose forms say for which invitation they were shown."""
        return render(request, template, {MARK: self.held.mark, **context}, status=status)


def look(request: HttpRequest, now: datetime) -> Visit | Why:
    """Say what a browser may do: answer, or why not."""
    kept = held(request)
    if kept is None:
        return Why.UNKNOWN
    if request.method == "POST" and not kept.is_of(request.POST.get(MARK, "")):
        return Why.OTHER
    try:
        invitation = actions.find_invitation(kept.invitation_id)
    except actions.LinkGoneError:
        return _without_invitation(kept, now)
    if invitation.answered:
        return Why.SENT
    if not can_answer(invitation.round, now=now):
        return Why.OVER
    return Why.SENT_HERE if has_sent(request, invitation.round_id) else Visit(kept, invitation, now)


def _without_invitation(kept: Held, now: datetime) -> Why:
    if _team_page(kept.token_hash, now):
        return Why.OVER
    return Why.CLOSED if Round.objects.closed().filter(pk=kept.round_id).exists() else Why.GONE


def therapist_page(
    methods: tuple[str, ...] = FORM, otherwise: Callable[[HttpRequest, Why], HttpResponse | None] | None = None
) -> Callable[[Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view of those who may answer; everybody else is told why they cannot, with what they typed.

    So is whoever could answer when the view began and cannot any more when it saves. `otherwise` may answer first.
    """

    def decorate(view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @require_http_methods(methods)
        @wraps(view)
        def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            found = look(request, timezone.now())
            if isinstance(found, Visit):
                try:
                    return view(request, found, *args, **kwargs)
                except actions.AlreadySentError:
                    found = Why.SENT
                except RoundClosedError:
                    found = Why.OVER
                except actions.LinkGoneError:
                    found = _without_invitation(found.held, found.now)
            return (otherwise and otherwise(request, found)) or turned_away(request, found)

        inner.when_expired = expired  # type: ignore[attr-defined]
        return inner

    return decorate


def turned_away(request: HttpRequest, why: Why) -> HttpResponse:
    """Say why nothing can be answered; what was typed is shown, because it was not saved."""
    if request.method != "POST" and why is Why.OVER and (page := team_page_of(request)):
        return to_team_page(page.round_id)
    context = {
        "why": why.value,
        "typed": _typed(request),
        "has_profile": why is Why.SENT and bool(PROFILE.read(request)),
        "is_late": request.method == "POST",
    }
    return render(request, "respondents/turned_away.html", context, status=_status(request, why))


def _status(request: HttpRequest, why: Why) -> HTTPStatus:
    match why:
        case Why.GONE:
            return HTTPStatus.NOT_FOUND
        case Why.UNKNOWN:
            return HTTPStatus.FORBIDDEN
        case Why.OTHER:
            return HTTPStatus.CONFLICT
        case Why.OVER | Why.CLOSED | Why.SENT | Why.SENT_HERE:
            return HTTPStatus.FORBIDDEN if request.method == "POST" else HTTPStatus.OK
    assert_never(why)


def expired(request: HttpRequest) -> HttpResponse:
    """Say that a form could not be taken because its token was missing or old, and show what was typed."""
    context = {"why": "expired", "typed": _typed(request)}
    return render(request, "respondents/turned_away.html", context, status=HTTPStatus.FORBIDDEN)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Give what was sent and not saved, in the words of the assessment where the browser's pass says which it is."""
    kept = held(request) if request.method == "POST" else None
    is_known = kept is not None and kept.is_of(request.POST.get(MARK, ""))
    assessment = Round.objects.filter(pk=kept.round_id).first() if kept and is_known else None
    return presenters.typed_words(request.POST.dict(), assessment)


def nothing_there(request: HttpRequest, status: HTTPStatus = HTTPStatus.NOT_FOUND) -> HttpResponse:
    """Answer for every link that opens nothing, in the same bytes whatever the reason."""
    return render(request, "link_gone.html", status=status)


def team_page_of(request: HttpRequest) -> TeamPageLink | None:
    """Give what is left of this browser's link after closing."""
    kept = held(request)
    return _team_page(kept.token_hash, timezone.now()) if kept else None


def _team_page(token_hash: str, now: datetime) -> TeamPageLink | None:
    return TeamPageLink.objects.working(now=now).filter(token_hash=token_hash).first()
