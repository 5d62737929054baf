"""The one door of the API: a token in the header, its scope, its limit, and no parameter that is not known.

Cookies are never looked at: who has signed in on the pages is nobody here.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest
from django.utils import timezone
from ninja.security.http import HttpAuthBase
from pydantic import BaseModel, ConfigDict

from assessments.reports.actions import find_token, note_use
from assessments.reports.api.errors import ApiError
from assessments.reports.api.limits import count_call, count_wrong
from assessments.reports.models import Scope
from assessments.reports.policies import has_second_step

if TYPE_CHECKING:
    from assessments.reports.models import ApiToken

SCHEME: Final = "bearer"
NAME_MAX: Final = 40
"""How much is repeated of a parameter's name that is not known."""
NEEDS_ANSWERS: Final = (
    "This token opens results only. Answers, comments, facts and the plan need a token with the scope “answers”."
)
NO_SECOND_STEP: Final = (
    "The account of this token needs a second step for signing in and has none, so the token opens nothing."
)


class Parameters(BaseModel):
    """What an address takes after its question mark: nothing else than the fields."""

    model_config = ConfigDict(extra="forbid")


class Call(HttpRequest):
    """A request that came through the door; `auth` is its token, with its owner."""

    auth: ApiToken


class Door(HttpAuthBase):
    """Lets a request in whose token opens this address."""

    openapi_scheme = SCHEME

    def __init__(self, scope: Scope, parameters: type[BaseModel]) -> None:
        super().__init__()
        self.scope = scope
        self.known = frozenset(field.alias or name for name, field in parameters.model_fields.items())

    def __call__(self, request: HttpRequest) -> ApiToken:
        """Give the token, once it may ask this."""
        token = _token(request)
        count_call(token)
        if not has_second_step(token.user):
            raise ApiError(HTTPStatus.FORBIDDEN, NO_SECOND_STEP)
        if request.method != "HEAD":
            note_use(token, now=timezone.now())
        if self.scope.holds_answers and not token.reach.holds_answers:
            raise ApiError(HTTPStatus.FORBIDDEN, NEEDS_ANSWERS)
        self._check_parameters(request)
        return token

    def _check_parameters(self, request: HttpRequest) -> None:
        for name, values in request.GET.lists():
            if name not in self.known:
                raise ApiError(HTTPStatus.BAD_REQUEST, self._not_known(name))
            if len(values) > 1:
                raise ApiError(HTTPStatus.BAD_REQUEST, f"{name} was given more than once.")

    def _not_known(self, name: str) -> str:
        known = f"It takes {', '.join(sorted(self.known))}" if self.known else "It takes no parameters"
        return f"This address does not know “{name[:NAME_MAX]}”. {known}."


def _token(request: HttpRequest) -> ApiToken:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not secret.strip():
        raise unauthorized()
    token = find_token(secret=secret.strip(), now=timezone.now())
    if token is None:
        count_wrong(request)
        raise unauthorized("This token opens nothing: it was mistyped, has expired or was ended.")
    return token


def unauthorized(message: str = "") -> ApiError:
    """Say that a working token is needed."""
    return ApiError(HTTPStatus.UNAUTHORIZED, message, {"WWW-Authenticate": "Bearer"})
