"""The pages of one action: a new one, its own page, moving it, and writing a note."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from assessments.clinics.models import Clinic, User
from assessments.plans import action_presenters as presenters
from assessments.plans import actions
from assessments.plans.answered import titles_in
from assessments.plans.fields import summary_of
from assessments.plans.forms import WAS, ActionForm, BaseForm, MoveForm, NoteForm, op_of, plain, texts_of, touched
from assessments.plans.models import Action, Status
from assessments.plans.signed_out import back_to, keeps_words
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django import forms

    from assessments.plans.answered import Titles

RELOAD: Final = (
    "Something was missing in what your browser sent. Please look at the action as it is now, and try again."
)

BACK: Final = "back"
"""The field that a form carries which was opened from an assessment's options, and leads back to them."""


@dataclass(frozen=True)
class Sent:
    """The form of an action as its page shows it: upon which revision, and what `was` in it when the page was made.

    Where somebody else has changed the action, `conflicts` tell what is stored, and `meanwhile` what they did.
    """

    form: ActionForm
    was: Mapping[str, str]
    base: int
    conflicts: tuple[presenters.Beside, ...] = ()
    meanwhile: tuple[presenters.HistoryRow, ...] = ()


@keeps_words
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """Write an action freely; the address may say what it answers and in which assessment that was seen."""
    clinic = get_object_or_404(Clinic.objects.visible_to(request.user), pk=clinic_id)
    flag, domain = presenters.preset(request.GET.get("flag", ""), request.GET.get("topic", ""))
    op, seen_in = op_of(request.POST), _seen_in(request, clinic)
    form = ActionForm(
        request.POST if request.method == "POST" else None,
        initial={"answers": f"{flag}:{domain}" if flag or domain else ""},
        owners=presenters.owner_choices(presenters.members_of(clinic)),
        answers=presenters.answer_choices(clinic, (flag, domain), titles_in(seen_in)),
        today=actions.today_of(clinic, timezone.now()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            action = actions.add_action(
                by=cast(User, request.user),
                clinic=clinic,
                content=form.content(),
                op=op,
                origin=actions.Origin(seen_in.pk) if seen_in else None,
                now=timezone.now(),
            )
        except actions.PlanFullError as error:
            form.add_error(None, str(error))
        except (actions.PastDueDayError, actions.NotAnOwnerError) as error:
            _refuse(form, error)
        else:
            messages.success(request, "The action is in your plan.")
            return redirect(action)
    errors = summary_of(form)
    context = {"clinic": clinic, "form": form, "op": op, "errors": errors}
    return render(request, "plans/action_new.html", context, status=_status(errors))


def _seen_in(request: HttpRequest, clinic: Clinic) -> Round | None:
    """Give the round of this clinic that the address names; anything else is none."""
    wanted = Round.objects.visible_to(request.user).select_related("clinic", "result").filter(clinic=clinic)
    try:
        return wanted.filter(pk=request.GET.get("round", "")).first()
    except ValidationError:
        return None


@keeps_words
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, clinic_id: UUID, action_id: UUID) -> HttpResponse:
    """Show an action with its history, and change what it says."""
    found = _action(request, clinic_id, action_id)
    if request.method != "POST":
        return _page(request, found)
    form = _form(found, titles_in(found.round), request.POST)
    base = BaseForm(request.POST)
    if not base.is_valid():
        form.add_error(None, RELOAD)
    sent = Sent(form, _was(request), base.cleaned_data.get("base", found.revision))
    if not form.is_valid():
        return _page(request, found, sent=sent)
    try:
        actions.change_action(
            by=cast(User, request.user),
            action_id=found.pk,
            base=sent.base,
            content=form.content(),
            now=timezone.now(),
        )
    except actions.StaleActionError as error:
        return _both_versions(request, error.current, sent.base)
    except (actions.PastDueDayError, actions.NotAnOwnerError) as error:
        _refuse(form, error)
        return _page(request, found, sent=sent)
    messages.success(request, "Saved.")
    return redirect((BACK in request.POST and presenters.options_url(found)) or found)


def _both_versions(request: HttpRequest, current: Action, base: int) -> HttpResponse:
    """Answer a change of what somebody else has changed: what was typed stays, and beside it stands what is stored."""
    stored, typed = texts_of(actions.content_of(current)), touched(request.POST)
    texts = {name: request.POST.get(name, "") if name in typed else text for name, text in stored.items()}
    form = _form(current, titles_in(current.round), texts)
    differing = [name for name, text in stored.items() if plain(texts[name]) != plain(text)]
    if not differing:
        messages.info(request, "Somebody else changed this meanwhile, and nothing of yours is missing.")
        return redirect(current)
    conflicts = tuple(presenters.stored_beside(form[name], stored[name]) for name in differing)
    deeds = presenters.meanwhile(current, base, cast(User, request.user))
    return _page(request, current, sent=Sent(form, stored, current.revision, conflicts, deeds))


@keeps_words
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, clinic_id: UUID, action_id: UUID) -> HttpResponse:
    """Move an action to another status."""
    found = _action(request, clinic_id, action_id)
    if request.method != "POST":
        return back_to(request, found.get_absolute_url())
    form = MoveForm(request.POST, auto_id="move_%s")
    if not form.is_valid():
        return _page(request, found, move=form)
    base, status, reason = form.cleaned_data["base"], Status(form.cleaned_data["status"]), form.cleaned_data["reason"]
    try:
        actions.move_action(
            by=cast(User, request.user),
            action_id=found.pk,
            base=base,
            status=status,
            reason=reason,
            now=timezone.now(),
        )
    except actions.ReasonMissingError as error:
        form.add_error("reason", str(error))
        return _page(request, found, move=form)
    except actions.StaleActionError as error:
        return _moved_meanwhile(request, error.current, base, status, reason)
    messages.success(request, f"“{found.title}” is now {status.label.lower()}.")
    return redirect(_way_back(request, found))


def _moved_meanwhile(request: HttpRequest, current: Action, base: int, status: Status, reason: str) -> HttpResponse:
    context = {
        "action": current,
        "meanwhile": presenters.meanwhile(current, base, cast(User, request.user)),
        "status_words": current.state.label,
        "wanted": status,
        "is_same": current.state is status,
        "reason": reason,
        "next": request.POST.get("next", ""),
    }
    return render(request, "plans/action_meanwhile.html", context, status=HTTPStatus.CONFLICT)


def _way_back(request: HttpRequest, found: Action) -> str:
    """Give the page of this site on which the button stood, the action's own for any other."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return f"{wanted}#action-{found.pk}" if is_ours else found.get_absolute_url()


@keeps_words
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, clinic_id: UUID, action_id: UUID) -> HttpResponse:
    """Write a note on an action."""
    found = _action(request, clinic_id, action_id)
    if request.method != "POST":
        return back_to(request, found.get_absolute_url())
    form = NoteForm(request.POST, auto_id="note_%s")
    if not form.is_valid():
        return _page(request, found, note=form)
    by, said, op = cast(User, request.user), form.cleaned_data["note"], op_of(request.POST)
    try:
        actions.add_note(by=by, action_id=found.pk, note=said, op=op, now=timezone.now())
    except actions.NotesFullError as error:
        form.add_error("note", str(error))
        return _page(request, found, note=form)
    messages.success(request, "Your note is kept.")
    return redirect(f"{found.get_absolute_url()}#history")


def _action(request: HttpRequest, clinic_id: UUID, action_id: UUID) -> Action:
    found = Action.objects.visible_to(request.user).select_related("clinic", "owner", "round__clinic", "round__result")
    return get_object_or_404(found, pk=action_id, clinic=clinic_id)


def _form(found: Action, titles: Titles, texts: Mapping[str, str] | None = None) -> ActionForm:
    stored = texts_of(actions.content_of(found))
    return ActionForm(
        texts,
        initial=stored,
        owners=presenters.owner_choices(presenters.members_of(found.clinic), found),
        answers=presenters.answer_choices(found.clinic, (found.flag, found.domain), titles),
        today=actions.today_of(found.clinic, timezone.now()),
    )


def _was(request: HttpRequest) -> dict[str, str]:
    """Give what the page had shown, to be shown once more."""
    return {name: request.POST[WAS + name] for name in ActionForm.base_fields if WAS + name in request.POST}


def _page(
    request: HttpRequest,
    found: Action,
    *,
    sent: Sent | None = None,
    move: MoveForm | None = None,
    note: NoteForm | None = None,
) -> HttpResponse:
    """Show an action's page, with one of its forms as it was sent."""
    user, members = cast(User, request.user), presenters.members_of(found.clinic)
    titles = titles_in(found.round)
    change = sent or Sent(_form(found, titles), texts_of(actions.content_of(found)), found.revision)
    is_new = request.method != "POST" and "added" in request.GET
    if is_new:
        change.form.fields["owner"].widget.attrs["autofocus"] = True
    errors = [*_errors(change.form), *_errors(move), *_errors(note)]
    context = {
        "action": found,
        "clinic": found.clinic,
        "page": presenters.action_page(found, user, members, titles, timezone.now(), request.GET.get("older", "")),
        "change": change,
        "form": change.form,
        "is_from_options": (is_new or BACK in request.POST) and found.round is not None,
        "is_changing": is_new or bool(sent),
        "move": move or MoveForm(auto_id="move_%s"),
        "is_dropping": bool(move),
        "note": note or NoteForm(auto_id="note_%s"),
        "op": op_of(request.POST),
        "errors": errors,
    }
    status = HTTPStatus.CONFLICT if change.conflicts else _status(errors)
    return render(request, "plans/action.html", context, status=status)


def _errors(form: forms.Form | None) -> list[dict[str, str]]:
    """List what is wrong; where a browser left out what the page carries unseen, that alone."""
    if form is None or not form.is_bound or not form.errors:
        return []
    if {"base", "status"} & form.errors.keys():
        return [{"field": "", "message": RELOAD}]
    return summary_of(form)


def _refuse(form: forms.Form, error: Exception) -> None:
    form.add_error("due_on" if isinstance(error, actions.PastDueDayError) else "owner", str(error))


def _status(errors: Sequence[object]) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
