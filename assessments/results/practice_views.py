"""The practice run: questions and result without an account, nothing stored; and keeping its answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.signup import complete_signup
from allauth.decorators import rate_limit
from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from assessments.clinics import actions as clinic_actions
from assessments.clinics.account_forms import SignupForm
from assessments.clinics.forms import summary_of
from assessments.results import presenters
from assessments.results.charts import PLOTLY_CSP, topics_figure
from assessments.results.practice import HEADING, Practice, context_form, read_practice
from assessments.results.practice_forms import KeepForm
from assessments.rounds import actions
from assessments.rounds.forms import ContextForm
from assessments.rounds.sheets import Sheet
from readiness.instrument.definition import Context, Domain

if TYPE_CHECKING:
    from assessments.clinics.models import User
    from assessments.rounds.models import Round

Sections = list[tuple[Domain | None, Sheet]]
INVALID = HTTPStatus.UNPROCESSABLE_ENTITY


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Say what the practice run is, and ask the three taps."""
    return _three_taps(request, ContextForm())


def _three_taps(request: HttpRequest, form: ContextForm) -> HttpResponse:
    errors = summary_of(form) if form.is_bound else []
    status = INVALID if errors else HTTPStatus.OK
    return render(request, "results/try.html", {"form": form, "errors": errors}, status=status)


@csrf_exempt  # writes nothing: it works out what was sent, for whoever sent it
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, max_age=0)  # the browser's Back finds the page: nothing of it is stored anywhere else
@csp_replace(PLOTLY_CSP)
def quick(request: HttpRequest) -> HttpResponse:
    """Show the quick start, then what stands out."""
    return _questions_or_result(request, is_quick=True)


@csrf_exempt  # as above
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, max_age=0)
@csp_replace(PLOTLY_CSP)
def whole(request: HttpRequest) -> HttpResponse:
    """Show the whole form, then its result."""
    return _questions_or_result(request, is_quick=False)


def _questions_or_result(request: HttpRequest, *, is_quick: bool) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    taps = context_form(said)
    if not taps.is_valid():
        return _three_taps(request, taps if said else ContextForm())
    practice = read_practice(said, taps.context())
    if request.method != "POST" or practice.has_errors or said.get("go") != "result":
        return _questions(request, practice, is_quick=is_quick)
    reading = practice.reading(is_quick=is_quick)
    context = {"carried": list(practice.carried()), "is_quick": is_quick, "is_empty": practice.is_empty}
    if is_quick:
        return render(
            request, "results/try_first_look.html", {**context, "page": presenters.first_look(reading, HEADING)}
        )
    shown = presenters.result_page(reading, HEADING)
    figure = topics_figure(shown.topics)
    return render(request, "results/try_result.html", {**context, "page": shown, "figure": figure})


def _questions(request: HttpRequest, practice: Practice, *, is_quick: bool) -> HttpResponse:
    sections: Sections = [(None, practice.quick_sheet())] if is_quick else [*practice.sections()]
    page = {
        "sections": sections,
        "is_quick": is_quick,
        "context_fields": [
            (name, value) for name, value in practice.carried() if not name.startswith(("answer-", "comment-"))
        ],
        "kept_fields": _beyond(practice, sections),
        "errors": [error for _domain, sheet in sections for error in sheet.errors],
    }
    return render(request, "results/try_questions.html", page, status=INVALID if page["errors"] else HTTPStatus.OK)


def _beyond(practice: Practice, sections: Sections) -> list[tuple[str, str]]:
    """Give the answers that this page does not ask, so that they are carried along."""
    shown = {field.key for _domain, sheet in sections for field in (*sheet.items, *sheet.facts)}
    return [
        (name, value)
        for name, value in practice.carried()
        if name.startswith(("answer-", "comment-")) and name.partition("-")[2] not in shown
    ]


@login_not_required
@sensitive_post_parameters("password1")
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="signup")  # type: ignore[untyped-decorator]
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the answers of a practice run: sign up where needed, make the clinic, open the round, store them."""
    if request.method != "POST":
        return redirect("results:try")
    practice = _carried(request)
    is_sent = request.POST.get("step") == "keep"
    place = KeepForm(request.POST if is_sent else None, user=request.user)
    if request.user.is_authenticated:
        if is_sent and place.is_valid():
            return _kept_or_asked(request, practice, place)
        return _keep_page(request, practice, place, None)
    return _sign_up_and_keep(request, practice, place, is_sent=is_sent)


def keep_again(request: HttpRequest) -> HttpResponse:
    """Show the page again with a new token, after signing in elsewhere made the old one invalid. Stores nothing."""
    page = _keep_page(request, _carried(request), KeepForm(None, user=request.user), None)
    page.status_code = HTTPStatus.FORBIDDEN
    return page


def _carried(request: HttpRequest) -> Practice:
    """Read what the pages before have carried; a context that none of them made counts as not said."""
    taps = context_form(request.POST)
    return read_practice(request.POST, taps.context() if taps.is_valid() else Context())


def _sign_up_and_keep(request: HttpRequest, practice: Practice, place: KeepForm, *, is_sent: bool) -> HttpResponse:
    account = SignupForm(request.POST if is_sent else None)
    if not get_adapter().is_open_for_signup(request):
        return _keep_page(request, practice, place, None)
    if not is_sent or not all([account.is_valid(), place.is_valid()]):
        return _keep_page(request, practice, place, account)
    with transaction.atomic():
        user, _seen_before = account.try_save(request)
        assessment = _store(user, practice, place) if user else None
    if user is None or assessment is None:
        return _keep_page(request, practice, place, None)
    complete_signup(request, user=user, redirect_url=assessment.get_absolute_url())
    messages.success(request, "Your answers are kept. Go on wherever you like.")
    return redirect(assessment)


def _kept_or_asked(request: HttpRequest, practice: Practice, place: KeepForm) -> HttpResponse:
    try:
        assessment = _store(cast("User", request.user), practice, place)
    except clinic_actions.NameTakenError as error:
        place.add_error("clinic_name", str(error))
    except actions.RoundOpenAlreadyError as error:
        place.add_error(None, str(error))
    else:
        messages.success(request, "Your answers are kept. Go on wherever you like.")
        return redirect(assessment)
    return _keep_page(request, practice, place, None)


@transaction.atomic
def _store(user: User, practice: Practice, place: KeepForm) -> Round:
    now = timezone.now()
    clinic = place.cleaned_data.get("clinic") or clinic_actions.create_clinic(
        by=user, name=place.cleaned_data["clinic_name"], now=now
    )
    return actions.keep_practice(
        by=user, clinic=clinic, context=practice.context, answers=practice.answers, op=uuid4().hex[:16], now=now
    )


def _keep_page(request: HttpRequest, practice: Practice, place: KeepForm, account: SignupForm | None) -> HttpResponse:
    errors = [error for form in (account, place) if form is not None and form.is_bound for error in summary_of(form)]
    context = {"carried": list(practice.carried()), "place": place, "account": account, "errors": errors}
    return render(request, "results/try_keep.html", context, status=INVALID if errors else HTTPStatus.OK)
