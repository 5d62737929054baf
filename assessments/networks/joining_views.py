"""Pages of the clinic's side: a joining link, who may look at the clinic, how far, and the end of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.clinics.accounts import opens_sign_up
from assessments.clinics.forms import summary_of
from assessments.clinics.models import Clinic, User
from assessments.clinics.policies import can_lead, check_can_lead
from assessments.networks import actions, joining_presenters, record_presenters
from assessments.networks.joining_forms import JoinForm, LevelForm
from assessments.networks.models import NetworkClinic
from assessments.rounds.limits import status_of_miss

if TYPE_CHECKING:
    from assessments.networks.actions import Joining

ACTS_SHOWN: Final = 20
"""How many acts concerning networks the clinic's page lists."""


def _leads_somewhere(token: str) -> bool:
    try:
        actions.find_joining(token=token, now=timezone.now())
    except actions.LinkGoneError:
        return False
    return True


@opens_sign_up(_leads_somewhere)
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Say who would see what to whoever has the link; let a lead who has signed in let the network in."""
    here = urlencode({"next": reverse("networks:join", args=[token])})
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect(f"{resolve_url('account_login')}?{here}")
    try:
        joining = actions.find_joining(token=token, now=timezone.now())
        if request.method == "POST":
            return _join(request, token, joining, here)
    except actions.LinkGoneError:
        return _gone(request)
    return _join_page(request, joining, here)


def _join(request: HttpRequest, token: str, joining: Joining, here: str) -> HttpResponse:
    user = cast(User, request.user)
    form = JoinForm(joining_presenters.clinics_led_by(user), request.POST)
    if not form.is_valid():
        return _join_page(request, joining, here, form)
    clinic = form.clinic_chosen()
    try:
        actions.join(by=user, token=token, clinic=clinic, level=form.chosen(), now=timezone.now())
    except actions.AlreadyInError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, f"{clinic} lets {joining.network} in.")
    return redirect("networks:of_clinic", clinic.pk)


def _join_page(request: HttpRequest, joining: Joining, here: str, form: JoinForm | None = None) -> HttpResponse:
    user = request.user if request.user.is_authenticated else None
    chosen = form.data.get("clinic", "") if form else None
    context = {
        "page": joining_presenters.join_page(joining, user, chosen=chosen),
        "form": form,
        "errors": summary_of(form) if form else [],
        "here": here,
        "needs_second_step": settings.REQUIRE_MFA,
    }
    return render(request, "networks/join.html", context, status=_status(form))


def _status(form: LevelForm | None) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK


def _gone(request: HttpRequest) -> HttpResponse:
    """Answer a link that leads nowhere; a form that was sent twice is told that the first time did it.

    Members of clinics read whom these let in, whatever the link was: it may be one that they have used.
    """
    if request.method == "POST" and (place := _place_sent(request)):
        messages.info(request, f"{place.clinic} lets this network in already.")
        return redirect("networks:of_clinic", place.clinic_id)
    places = NetworkClinic.objects.visible_to_clinic(request.user).select_related("clinic", "network")
    context = {"places": places.order_by("clinic__name_key", "network__name", "pk")}
    return render(request, "networks/join_gone.html", context, status=status_of_miss(request))


def _place_sent(request: HttpRequest) -> NetworkClinic | None:
    try:
        network_id, clinic_id = UUID(request.POST.get("network", "")), UUID(request.POST.get("clinic", ""))
    except ValueError:
        return None
    places = NetworkClinic.objects.visible_to_clinic(request.user).select_related("clinic")
    return places.filter(network=network_id, clinic=clinic_id).first()


def _clinic(request: HttpRequest, clinic_id: UUID) -> Clinic:
    return get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic_id)


def _place(request: HttpRequest, clinic: Clinic, network_id: UUID) -> NetworkClinic:
    places = NetworkClinic.objects.visible_to_clinic(request.user).select_related("network", "clinic")
    place = get_object_or_404(places, clinic=clinic, network=network_id)
    check_can_lead(request.user, clinic)
    return place


@require_safe
def of_clinic(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Show the members of a clinic who outside it may look at it, how far, and what was done about it."""
    clinic = _clinic(request, clinic_id)
    context = {
        "clinic": clinic,
        "is_lead": can_lead(request.user, clinic),
        "places": joining_presenters.place_cards(clinic, cast(User, request.user)),
        "acts": record_presenters.latest_of_networks(clinic, ACTS_SHOWN),
        "needs_second_step": settings.REQUIRE_MFA,
    }
    return render(request, "networks/of_clinic.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, clinic_id: UUID, network_id: UUID) -> HttpResponse:
    """Change how far a network is let in."""
    found = _place(request, _clinic(request, clinic_id), network_id)
    form = LevelForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        try:
            actions.change_level(by=cast(User, request.user), place=found, level=form.chosen(), now=timezone.now())
        except NetworkClinic.DoesNotExist as error:
            raise Http404 from error
        messages.success(request, f"{found.network} sees from now on: {form.chosen().label}.")
        return redirect("networks:of_clinic", clinic_id)
    context = {
        "clinic": found.clinic,
        "network": found.network,
        "cards": joining_presenters.level_cards(found.shown),
        "form": form,
        "errors": summary_of(form) if form else [],
    }
    return render(request, "networks/place.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, clinic_id: UUID, network_id: UUID) -> HttpResponse:
    """Ask, then end what a network sees of a clinic. Pressed twice, it has ended once."""
    clinic = _clinic(request, clinic_id)
    if request.method == "POST" and can_lead(request.user, clinic) and actions.has_left(clinic, network_id):
        messages.info(request, f"That network no longer sees anything of {clinic}.")
        return redirect("networks:of_clinic", clinic_id)
    found = _place(request, clinic, network_id)
    if request.method != "POST":
        return render(request, "networks/leave.html", {"clinic": found.clinic, "place": found})
    actions.withdraw(by=cast(User, request.user), place=found, now=timezone.now())
    messages.success(request, f"{found.network} no longer sees anything of {found.clinic}.")
    return redirect("networks:of_clinic", clinic_id)
