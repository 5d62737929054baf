"""How a consultant's pages find their network: the second step of signing in first, then what is theirs, or 404."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, TooManyFieldsSent
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect

from assessments.networks.choosing import alias_number
from assessments.networks.models import Network, NetworkClinic
from assessments.networks.querysets import is_consultant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from django.http import HttpResponseBase

    from assessments.clinics.models import User

TOO_MUCH: Final = "That address asked for more than this page can take. Here is the page without any of it."
View = TypeVar("View", bound="Callable[..., HttpResponseBase]")
HIDDEN_NAMES: Final = "networks-without-names"
"""Where the session keeps the networks whose clinics are shown by aliases."""


def second_step_first(view: View) -> View:
    """Send a consultant without a second factor to set one up, before anything of a network is shown.

    An address that asks for more than a request may hold leads to its page without any of that.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if settings.REQUIRE_MFA and is_consultant(request.user) and not is_mfa_enabled(request.user):
            messages.info(request, "Before you can see clinics here, please set up a second step for signing in.")
            return redirect("mfa_activate_totp")
        try:
            return view(request, *args, **kwargs)
        except TooManyFieldsSent:
            if request.method == "POST":
                raise
            messages.warning(request, TOO_MUCH)
            return redirect(request.path)

    return cast("View", guarded)


def without_empty_parts(view: View) -> View:
    """Lead a form's address with empty parts to the same without them: the one to keep, and to pass on.

    A clinic without an id is no empty part, but one that is not there.
    """

    @wraps(view)
    def led(request: HttpRequest, network_id: UUID) -> HttpResponseBase:
        try:
            parts = [(name, value) for name, values in request.GET.lists() for value in values]
        except TooManyFieldsSent:
            return view(request, network_id)
        kept = [(name, value) for name, value in parts if value or name == "clinic"]
        if len(kept) == len(parts):
            return view(request, network_id)
        network_or_404(request, network_id)
        return redirect(f"{request.path}?{urlencode(kept)}" if kept else request.path)

    return cast("View", led)


def network_or_404(request: HttpRequest, network_id: UUID) -> Network:
    """Give a network of this consultant; not there and not theirs are the same 404."""
    return get_object_or_404(Network.objects.visible_to(request.user), pk=network_id)


def place_or_404(request: HttpRequest, network: Network, clinic_id: UUID) -> NetworkClinic:
    """Give a clinic that lets the network in; one that left, another's and none at all are the same 404."""
    places = NetworkClinic.objects.visible_to(request.user).select_related("clinic")
    return get_object_or_404(places, network=network, clinic=clinic_id)


@contextmanager
def not_found_if_gone() -> Iterator[None]:
    """Answer 404 where an act finds that what the page showed has gone meanwhile, or is no longer this person's."""
    try:
        yield
    except ObjectDoesNotExist as error:
        raise Http404 from error


def hides_names(request: HttpRequest, network: Network) -> bool:
    """Whether this browser shows aliases in place of clinics' names, until it is switched back or signed out."""
    return str(network.pk) in request.session.get(HIDDEN_NAMES, [])


def switch_names(request: HttpRequest, network: Network, *, is_hidden: bool) -> None:
    """Hide or show the names of a network's clinics in this browser."""
    hidden = set(request.session.get(HIDDEN_NAMES, [])) - {str(network.pk)}
    request.session[HIDDEN_NAMES] = sorted(hidden | ({str(network.pk)} if is_hidden else set()))


def shown_name(place: NetworkClinic, is_aliased: bool) -> str:
    """Give what a clinic is called on a page. `place.clinic` has been read with it."""
    return place.alias if is_aliased else place.clinic.name


def frame(request: HttpRequest, network: Network, tab: str) -> dict[str, Any]:
    """Give what `networks/base.html` needs on every page of a network.

    `tab` is the key of the tab that is open; `here` is where switching the names leads back to. It holds no search by
    name, which would stand on the page, and in the address, while names are hidden.
    """
    is_aliased = hides_names(request, network)
    return {"network": network, "tab": tab, "is_aliased": is_aliased, "here": _without_names(request)}


def _without_names(request: HttpRequest) -> str:
    """Give the address that is open, but for a search by name."""
    if all(alias_number(search) is not None for search in request.GET.getlist("search")):
        return request.get_full_path()
    others = request.GET.copy()
    del others["search"]
    return f"{request.path}?{others.urlencode()}"


def consultant(request: HttpRequest) -> User:
    """Give who asks; signed in, as the site requires."""
    return cast("User", request.user)
