"""Pages of a team talk, for whoever holds its link: no account is asked for, and no session read or made.

The link's token is exchanged at once for a signed cookie, so that it leaves the address bar and every later request.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.clinics.actions import hash_of
from assessments.clinics.forms import summary_of
from assessments.clinics.models import User
from assessments.clinics.policies import RefusedError
from assessments.rounds import policies, presenters, shared_forms, talk_actions, talk_presenters
from assessments.rounds.answering import check_talk_answer
from assessments.rounds.forms import TalkForm
from assessments.rounds.limits import status_of_miss
from assessments.rounds.models import TeamTalk
from assessments.rounds.passes import FRESH_TALK_LINK, TEAM_TALK, to_team_page
from assessments.rounds.shared_forms import SharedForm
from assessments.rounds.team_talk import held_talk, talk_of, why_ended
from assessments.rounds.views import round_or_404
from readiness.instrument.definition import NonAnswer
from readiness.instrument.words import non_answer_words

if TYPE_CHECKING:
    from datetime import datetime

FRAME = "by_link.html"


@require_http_methods(["GET", "HEAD", "POST"])
def make_link(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Make the link of a round's team talk, then show it, once; the browser brings it along for a minute.

    Asked for again, the page leads back to where another can be made.
    """
    assessment, user, now = round_or_404(request, round_id), cast(User, request.user), timezone.now()
    if request.method == "POST":
        token = talk_actions.make_talk_link(by=user, round_id=assessment.pk, now=now)
        to_it = redirect("rounds:make_talk_link", assessment.pk)
        FRESH_TALK_LINK.give(to_it, {"round": str(assessment.pk), "token": token})
        return to_it
    policies.check_can_make_talk_link(user, assessment, now=now)
    fresh = FRESH_TALK_LINK.read(request)
    if fresh.get("round") != str(assessment.pk):
        return redirect(f"{reverse('respondents:team', args=[assessment.pk])}#team-talk")
    page = {
        "round": assessment,
        "clinic": assessment.clinic,
        "message": talk_presenters.link_message(assessment, fresh["token"]),
    }
    response = render(request, "rounds/talk_link.html", page)
    FRESH_TALK_LINK.take_back(response)
    return response


@login_not_required
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token of a link for a pass, and go on without it."""
    talk = talk_of(hash_of(token), now=timezone.now())
    if talk is None:
        response = render(request, "link_gone.html", status=status_of_miss(request))
    else:
        response = redirect("rounds:talk")
        TEAM_TALK.give(response, {"link": talk.token_hash, "round": str(talk.round_id)})
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show whoever holds the pen what a team talk is and how far it has come, or that it was sent.

    Once the round is closed, a talk that was sent leads to the team page.
    """
    now = timezone.now()
    talk = held_talk(request, now=now)
    if talk is None:
        return _gone(request)
    if not talk.round.is_open:
        return to_team_page(talk.round_id, is_talk=True)
    page = _page_of(talk)
    if talk.is_sent:
        return render(request, "rounds/talk_sent.html", page | {"requests": talk_presenters.request_words(talk)})
    topics = talk_presenters.topic_rows(talk.round)
    page |= {
        "no_answers": _no_answers(talk, now),
        "topics": topics,
        "next_topic": next((t for t in topics if t.n_answered < t.n_asked), None),
        "n_answered": sum(t.n_answered for t in topics),
        "n_asked": sum(t.n_asked for t in topics),
        "is_small_team": talk_presenters.is_small_team(talk.round),
    }
    return render(request, "rounds/talk.html", page)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def topic(request: HttpRequest, domain: str) -> HttpResponse:
    """Show and save a topic's page. What is posted after the link has gone is shown again."""
    now = timezone.now()
    talk = held_talk(request, now=now)
    if talk is None:
        return _lost(request)
    if request.method != "POST" and (talk.is_sent or not talk.round.is_open):
        return redirect("rounds:talk")
    try:
        return shared_forms.answer(request, _topic_form(talk, domain, now))
    except TeamTalk.DoesNotExist:
        return _lost(request)


def recover(request: HttpRequest) -> HttpResponse:
    """Show a topic's page again with what was typed, after its form token ended. Saves nothing."""
    now = timezone.now()
    talk = held_talk(request, now=now)
    if talk is None or request.resolver_match is None:
        return _lost(request)
    return shared_forms.recover(request, _topic_form(talk, request.resolver_match.kwargs["domain"], now), FRAME)


topic.when_expired = recover  # type: ignore[attr-defined]


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Check the answers, say what the team asks for and how many it is, and send."""
    now = timezone.now()
    talk = held_talk(request, now=now)
    form = TalkForm(request.POST or None)
    if talk is None:
        return _gone(request, form)
    if talk.is_sent or not talk.round.is_open:
        return redirect("rounds:talk")
    refusal = _no_answers(talk, now)
    if request.method == "POST" and form.is_valid():
        try:
            talk_actions.send_talk(link=talk.token_hash, now=now, **form.details())
        except TeamTalk.DoesNotExist:
            return _gone(request, form)
        except policies.RoundClosedError as closed:
            refusal = closed.reason
        except talk_actions.TalkRefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("rounds:talk")
    rows = talk_presenters.check_rows(talk.round)
    page = _page_of(talk) | {
        "form": form,
        "errors": summary_of(form),
        "no_answers": refusal,
        "rows": rows,
        "n_blank": sum(len(row.blanks) for row in rows),
        "n_split": sum(len(row.split) for row in rows),
        "left_out_words": non_answer_words(NonAnswer.NOT_APPLICABLE, talk.round.context.stage),
    }
    return render(request, "rounds/talk_send.html", page, status=_status(form, refusal))


def _status(form: TalkForm, refusal: str) -> HTTPStatus:
    if form.is_bound and refusal:
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _page_of(talk: TeamTalk) -> dict[str, object]:
    return {"talk": talk, "round": talk.round, "clinic": talk.round.clinic}


def _no_answers(talk: TeamTalk, now: datetime) -> str:
    try:
        policies.check_can_talk(talk, talk.round, now=now)
    except RefusedError as refused:
        return refused.reason
    return ""


def _topic_form(talk: TeamTalk, domain: str, now: datetime) -> SharedForm:
    assessment = talk.round
    domains = talk_presenters.talk_domains(assessment.instrument)
    if domain not in {d.key for d in domains}:
        raise Http404
    place, before, after = presenters.neighbours(domains, domain)
    return SharedForm(
        assessment=assessment,
        template="rounds/talk_topic.html",
        page={
            **_page_of(talk),
            "domain": assessment.instrument.domain[domain],
            "place": place,
            "total": len(domains),
            "before": before,
            "next_words": f"Save and go to “{after.title}”" if after else "Save and check before sending",
            "item_url": reverse("rounds:talk_item", args=["_key_"]),
        },
        no_answers=_no_answers(talk, now),
        check=check_talk_answer,
        look=partial(talk_presenters.stored_answers, assessment),
        lay_out=partial(talk_presenters.topic_sheet, assessment, domain),
        save=lambda changes: talk_actions.save_joint_page(link=talk.token_hash, changes=changes, now=now),
        theirs=talk_presenters.stored_by_team,
        leads_to={
            "list": reverse("rounds:talk"),
            "next": talk_presenters.topic_url(after.key) if after else reverse("rounds:talk_send"),
        },
    )


def _lost(request: HttpRequest) -> HttpResponse:
    """Say that the link has gone, or show what was typed, from the post alone, and how to go on."""
    if request.method != "POST":
        return _gone(request)
    sheet = talk_presenters.typed_sheet(request.POST.dict())
    return shared_forms.typed_again(request, sheet, FRAME, "link-gone", why_ended(request))


def _gone(request: HttpRequest, form: TalkForm | None = None) -> HttpResponse:
    """Say that a link opens nothing, in the same words whatever the cause; what was typed to be sent is shown."""
    if form is not None and form.is_bound:
        page = {"form": form, "reason": why_ended(request)}
        return render(request, "rounds/talk_not_sent.html", page, status=HTTPStatus.FORBIDDEN)
    return render(request, "link_gone.html", status=HTTPStatus.NOT_FOUND)
