"""The therapists' questions, page by page, and the page that shows all answers before they are sent."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments.respondents import actions, presenters
from assessments.respondents.compact import packed, unpacked
from assessments.respondents.doors import Visit, Why, nothing_there, therapist_page
from assessments.respondents.pages import Page, pages_of
from assessments.respondents.passes import PROFILE, held, note_sent
from assessments.respondents.posts import Posted, laid_over, read_posted

INVALID = HTTPStatus.UNPROCESSABLE_ENTITY


@therapist_page()
def page(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Show and save a page of questions. Saving in the background answers 204, and says where the button leads."""
    pages = pages_of(visit.round.instrument)
    if not 1 <= number <= len(pages):
        return nothing_there(request)
    shown = pages[number - 1]
    if request.method != "POST":
        return _page(request, visit, shown)
    posted = read_posted(visit.round.instrument, request.POST, shown.items)
    if posted.given:  # a page on which nothing was changed begins no draft
        actions.save_draft(
            invitation_id=visit.invitation.pk, draft_id=visit.draft_id, given=posted.given, now=visit.now
        )
    if posted.errors:
        return _page(request, visit, shown, posted)
    destination = _destination(request, shown, len(pages))
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Location": destination})
    return redirect(destination)


def _page(request: HttpRequest, visit: Visit, shown: Page, posted: Posted | None = None) -> HttpResponse:
    sheet = presenters.page_sheet(visit.round, shown, visit.draft_id)
    if posted is not None:
        sheet = laid_over(sheet, visit.round.instrument, visit.round.context, posted)
    errors = sheet.errors
    context = {
        "page": shown,
        "n_pages": len(pages_of(visit.round.instrument)),
        "sheet": sheet,
        "errors": errors,
        "round": visit.round,
        "is_change": _is_change(request),
    }
    return visit.page(request, "respondents/page.html", context, INVALID if errors else HTTPStatus.OK)


def _is_change(request: HttpRequest) -> bool:
    return request.GET.get("from") == "check"


def _destination(request: HttpRequest, shown: Page, n_pages: int) -> str:
    """Give where to go after saving. Clearing an answer, or pressing Enter, stays on the page."""
    number = shown.number
    match request.POST.get("go"):
        case "check":
            return reverse("respondents:check")
        case "next":
            return reverse("respondents:page", args=[number + 1]) if number < n_pages else reverse("respondents:check")
        case "back":
            return reverse("respondents:page", args=[number - 1]) if number > 1 else reverse("respondents:landing")
        case "later":
            return reverse("respondents:later")
        case _:
            cleared = request.POST.get("clear", "")
            anchor = f"#field-{cleared}" if cleared in {item.key for item in shown.items} else ""
            return request.get_full_path() + anchor


def _sent_twice(request: HttpRequest, why: Why) -> HttpResponse | None:
    """Answer a second press of the send button as the first: with the profile of the answers that were on the page.

    A browser whose draft is still there has sent nothing: another with the same link was quicker, and that is said.
    """
    kept = held(request)
    if request.method != "POST" or why is not Why.SENT or kept is None or actions.has_draft(kept.draft_id):
        return None
    try:
        assessment = actions.find_invitation(kept.invitation_id).round
    except actions.LinkGoneError:  # closed or withdrawn since
        return None
    answers = unpacked(assessment.instrument, request.POST.get("shown", ""))
    if not answers:
        return None
    response = redirect("respondents:done")
    if not PROFILE.read(request):
        PROFILE.give(response, presenters.keepsake(assessment, answers))
    return response


@therapist_page(otherwise=_sent_twice)
def check(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show all answers; send them on request, if they are still those that were shown."""
    if request.method != "POST":
        return _check(request, visit)
    instrument = visit.round.instrument
    answers = presenters.answers_of(visit.round, visit.draft_id)
    if request.POST.get("shown") != packed(instrument, answers):
        if actions.find_invitation(visit.invitation.pk).answered:  # by a press that was quicker than this one
            raise actions.AlreadySentError
        return _check(request, visit, "Your answers have changed since this page was opened. Please look again.")
    try:
        sent = actions.send(invitation_id=visit.invitation.pk, draft_id=visit.draft_id, now=visit.now)
    except (actions.NothingToSendError, actions.DraftGoneError) as error:
        return _check(request, visit, str(error))
    response = redirect("respondents:done")
    PROFILE.give(response, presenters.keepsake(visit.round, sent))
    note_sent(request, response, visit.round.pk)
    visit.held.without_draft().give(response)
    return response


def _check(request: HttpRequest, visit: Visit, error: str = "") -> HttpResponse:
    context = {
        "check": presenters.check(visit.round, visit.draft_id),
        "errors": [{"field": "", "message": error}] if error else [],
    }
    return visit.page(request, "respondents/check.html", context, INVALID if error else HTTPStatus.OK)
