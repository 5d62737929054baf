"""Signed cookies that stand for a link once it was opened, so that its secret leaves the address bar.

People without an account have no session on the server: what their browser may do, and which draft is theirs, stands in
these cookies alone. They are HttpOnly, and nothing that was changed or is too old is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core import signing
from django.shortcuts import redirect

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Pass:
    """A kind of signed cookie; one kind is never taken for another."""

    name: str
    lasts: timedelta
    ends_with_browser: bool = False  # a session cookie: gone when the browser is closed, `lasts` at the latest

    @property
    def cookie(self) -> str:
        """The cookie's name; bound to this host where the service runs on https."""
        return f"__Host-{self.name}" if settings.SESSION_COOKIE_SECURE else self.name

    def read(self, request: HttpRequest) -> dict[str, Any]:
        """Give what the browser's pass says; empty when there is none, or none that holds."""
        try:
            content = signing.loads(request.COOKIES.get(self.cookie, ""), salt=self._salt, max_age=self.lasts)
        except signing.BadSignature:
            return {}
        return content if isinstance(content, dict) else {}

    def give(self, response: HttpResponse, content: dict[str, Any]) -> None:
        """Let the browser keep a pass with this content, in place of the one it has."""
        response.set_cookie(
            self.cookie,
            signing.dumps(content, salt=self._salt, compress=True),
            max_age=None if self.ends_with_browser else self.lasts,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )

    def take_back(self, response: HttpResponse) -> None:
        """Let the browser forget its pass."""
        response.set_cookie(
            self.cookie, "", max_age=0, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )

    @property
    def _salt(self) -> str:
        return f"assessments.rounds.passes.{self.name}"


TEAM_PAGE: Final = Pass("team-page", timedelta(hours=12), ends_with_browser=True)
"""Opens the team page of one closed round: {"round": its id, "is_talk": whether a team talk's link gave it}.

A talk's link is passed on freely and shows of what the team said no more than the talk.
"""

TEAM_TALK: Final = Pass("team-talk", timedelta(hours=12), ends_with_browser=True)
"""Opens a team talk: {"link": the hash of its link's token, "round": the round's id}.

It is the link that opens, so that a new one shuts out who came by the old one.
"""

FRESH_TALK_LINK: Final = Pass("talk-link", timedelta(minutes=1))
"""Carries a new link of a team talk to the page that shows it once: {"round": the round's id, "token": its token}."""


def to_team_page(round_id: UUID, *, is_talk: bool = False) -> HttpResponse:
    """Lead to the team page of a closed round, with a pass that opens it, or of it what the talk said."""
    response = redirect("plans:team_page")
    TEAM_PAGE.give(response, {"round": str(round_id), "is_talk": is_talk})
    return response
