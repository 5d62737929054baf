"""What happens to a form of a plan whose session or token has ended: nothing that was typed is lost, nothing is saved.

The page is made of what was sent alone and tells nothing of the clinic, so that it may be shown to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")

TYPED: Final = {
    "title": "What is to be done",
    "owner_name": "Who sees to it",
    "due_on": "By when",
    "steps": "First steps",
    "reason": "Why this will not be done",
    "note": "A note",
}
"""What people type into forms of a plan, and what the page calls it."""

LONG: Final = frozenset({"steps", "note"})
CARRIED: Final = frozenset(
    {"op", "base", "status", "next", "back", "owner", "answers", "kind", "effort", "is_shown_to_team"}
)
ONCE_MORE: Final = "You had been signed out, so nothing was changed. Please press it once more."


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A field as it was sent."""

    name: str
    label: str
    text: str
    is_long: bool


def keeps_words(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Let a view meet people who are signed in; whoever is not any more finds what they typed, and how to go on."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return _typed_again(request) or redirect_to_login(request.get_full_path())

    guarded.when_expired = expired  # type: ignore[attr-defined]
    return guarded


def expired(request: HttpRequest) -> HttpResponse:
    """Answer a form whose token has ended."""
    if found := _typed_again(request):
        return found
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return render(request, "site/expired.html", status=HTTPStatus.FORBIDDEN)


def back_to(request: HttpRequest, page: str) -> HttpResponse:
    """Lead whoever comes from signing in, with the address of a button alone, to the page on which it stands."""
    if request.method == "GET":
        messages.info(request, ONCE_MORE)
    return redirect(page)


def _typed_again(request: HttpRequest) -> HttpResponse | None:
    """Show what was typed, in a form that sends it once more; none where nothing was."""
    sent = request.POST
    rows = [TypedRow(name, label, sent[name], name in LONG) for name, label in TYPED.items() if sent.get(name)]
    if not rows:
        return None
    carried = [(name, text) for name, text in sent.items() if name in CARRIED or _is_what_was(name)]
    context = {"rows": rows, "carried": carried, "is_signed_out": not request.user.is_authenticated}
    return render(request, "plans/recover.html", context, status=HTTPStatus.FORBIDDEN)


def _is_what_was(name: str) -> bool:
    """Whether a page keeps in this field what it had shown; `forms` reads it."""
    return name.startswith("was-") and name.removeprefix("was-") in {*TYPED, *CARRIED}
