"""A shared form before whoever fills it in, as a plain form: shown, saved, and shown again with what was typed.

The clinic form and the team talk differ in what they ask, in whose name they are saved and in where they lead; a
`SharedForm` says that, and the rest is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render

from assessments.clinics.policies import RefusedError
from assessments.rounds.posts import Check, read_entries, with_entries, with_posted_ground

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.rounds.actions import Change
    from assessments.rounds.models import FormAnswer, Round
    from assessments.rounds.sheets import Sheet, Stored

PAGE_EXPIRED = HTTPStatus.FORBIDDEN


@dataclass(frozen=True)
class SharedForm:
    """A page of a shared form, and what becomes of it."""

    assessment: Round
    template: str
    page: Mapping[str, Any]  # what the template shows beside the questions
    no_answers: str  # why no answers are taken; empty where they are
    check: Check
    look: Callable[[], Mapping[str, Stored]]
    lay_out: Callable[[Mapping[str, Stored]], Sheet]
    save: Callable[[list[Change]], Mapping[str, FormAnswer | None]]
    theirs: Callable[[FormAnswer | None], Stored]
    leads_to: Mapping[str, str]  # the name of a button -> the address that it leads to
    beside: Callable[[Sheet], Sheet] = lambda sheet: sheet  # lays what was said last time beside a page that is shown


def answer(request: HttpRequest, form: SharedForm) -> HttpResponse:
    """Show a page of a shared form, or save what was posted."""
    stored = form.look()
    sheet = form.lay_out(stored)
    if request.method == "POST":
        return _save_or_show(request, form, stored, sheet)
    return _show(request, form, sheet)


def _save_or_show(request: HttpRequest, form: SharedForm, stored: Mapping[str, Stored], sheet: Sheet) -> HttpResponse:
    """Save every answer that can be saved; go on, or show the page again with what could not."""
    instrument, context = form.assessment.instrument, form.assessment.context
    entries = read_entries(instrument, request.POST.dict(), sheet.keys, stored, form.check)
    try:
        found = form.save([entry.change for entry in entries.values() if entry.is_touched and not entry.error])
    except RefusedError as refused:
        shown = with_entries(sheet, instrument, context, entries, {})
        return _show(request, form, shown, HTTPStatus.FORBIDDEN, closed_reason=refused.reason)
    conflicts = {key: form.theirs(row) for key, row in found.items()}
    unsaved = {key: entry for key, entry in entries.items() if entry.error or key in conflicts}
    if not unsaved:
        return redirect(_destination(request, form))
    shown = with_entries(form.lay_out(form.look()), instrument, context, unsaved, conflicts)
    return _show(request, form, shown, HTTPStatus.UNPROCESSABLE_ENTITY)


def _destination(request: HttpRequest, form: SharedForm) -> str:
    """Give where to go after saving. Clearing an answer, or pressing Enter, stays on the page."""
    cleared = request.POST.get("clear", "")
    here = f"{request.path}#field-{cleared}" if cleared in form.assessment.instrument.item else request.path
    return form.leads_to.get(request.POST.get("go", ""), here)


def _show(
    request: HttpRequest, form: SharedForm, sheet: Sheet, status: HTTPStatus = HTTPStatus.OK, closed_reason: str = ""
) -> HttpResponse:
    context = {
        **form.page,
        "sheet": form.beside(sheet),
        "errors": sheet.errors,
        "can_answer": not form.no_answers,
        "no_answers": form.no_answers,
        "closed_reason": closed_reason,
    }
    return render(request, form.template, context, status=status)


def recover(request: HttpRequest, form: SharedForm, frame: str = "base.html") -> HttpResponse:
    """Show a page again with what was typed, after its form token ended. Saves nothing."""
    stored = form.look()
    sheet = form.lay_out(stored)
    posted = request.POST.dict()
    instrument = form.assessment.instrument
    entries = read_entries(instrument, posted, sheet.keys, stored, form.check)
    typed = with_entries(with_posted_ground(sheet, posted), instrument, form.assessment.context, entries, {})
    return typed_again(request, form.beside(typed), frame, "open-long")


def typed_again(request: HttpRequest, sheet: Sheet, frame: str, why: str, closed_reason: str = "") -> HttpResponse:
    """Show what was typed, why it is not saved (`why` is named in the template), and how to go on.

    Where answers have ended for good, `closed_reason` says so instead.
    """
    context = {"sheet": sheet, "frame": frame, "why": why, "closed_reason": closed_reason}
    return render(request, "rounds/recover.html", context, status=PAGE_EXPIRED)
