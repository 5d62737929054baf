"""How an address is added to the API: what it answers, what it takes, and which token opens it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from assessments.reports.api.doors import Door, Parameters
from assessments.reports.models import Scope

if TYPE_CHECKING:
    from ninja import Router
    from ninja.types import TCallable

READ: Final = ("GET", "HEAD")
SCOPE: Final = "x-scope"
"""Where the document says which scope an address needs."""
ERRORS: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def reads(
    router: Router,
    address: str,
    *,
    response: type[BaseModel],
    summary: str,
    takes: type[Parameters] = Parameters,
    scope: Scope = Scope.RESULTS,
) -> Callable[[TCallable], TCallable]:
    """Add an address that is read: with a token of this scope, and with no parameters but those it takes."""

    def add(view: TCallable) -> TCallable:
        return router.api_operation(
            list(READ),
            address,
            auth=Door(scope, takes),
            response={HTTPStatus.OK: response},
            operation_id=view.__name__,
            summary=summary,
            description=" ".join((view.__doc__ or "").split()),
            by_alias=True,
            openapi_extra={SCOPE: scope.value},
        )(view)

    return add
