"""The page about the teams of a network: where they and their managers differ, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from assessments.networks import team_comparison, team_presenters
from assessments.networks.comparison import results, tally
from assessments.networks.doors import frame, network_or_404, second_step_first
from assessments.networks.models import NetworkClinic
from assessments.networks.paging import on_page, pager, read_page
from assessments.networks.result_lists import in_order, of_page
from readiness.instrument.definition import INSTRUMENT
from readiness.instrument.loading import load
from readiness.scoring.team_talk import REQUESTS

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import QueryDict

    from readiness.instrument.definition import Instrument


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a topic, a request, and a page of each of both lists. What is unknown is nothing."""

    topic: str
    asks: str
    page: int
    talks: int

    def link(self, **changes: object) -> str:
        """Give the address with something changed."""
        now = replace(self, **changes)  # type: ignore[arg-type]
        parts = {"topic": now.topic, "asks": now.asks, "page": str(now.page), "talks": str(now.talks)}
        return "?" + urlencode({name: value for name, value in parts.items() if value not in ("", "1")})


def read_asked(given: QueryDict, instrument: Instrument) -> Asked:
    """Read an address."""
    topics = {domain.key for domain in team_comparison.shared_topics(instrument)}
    topic, asks = given.get("topic", ""), given.get("asks", "")
    return Asked(
        topic=topic if topic in topics else "",
        asks=asks if asks in REQUESTS else "",
        page=read_page(given.get("page", "")),
        talks=read_page(given.get("talks", "")),
    )


@require_safe
@second_step_first
def teams(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Show where managers and teams see a topic differently, and what teams ask for: counted, and clinic by clinic."""
    network = network_or_404(request, network_id)
    context = frame(request, network, "compare")
    is_aliased = context["is_aliased"]
    places = NetworkClinic.objects.visible_to(request.user).filter(network=network)
    everybody = tally(places)
    instrument = load(INSTRUMENT, everybody.version)
    asked = read_asked(request.GET, instrument)
    latest = results(places, instrument.version)
    heard = team_comparison.heard(latest, instrument, topic=asked.topic)
    views_pager = pager(asked.page, heard.count(), lambda page: f"{asked.link(page=page)}#clinics")
    requested = team_comparison.requests(latest)
    talking = team_comparison.talking(latest, requested, key=asked.asks)
    talks_pager = pager(asked.talks, talking.count(), lambda page: f"{asked.link(talks=page)}#requests")
    views_page = of_page(in_order(heard, places, "-n_gaps", is_aliased=is_aliased), on_page(views_pager))
    talks_page = of_page(in_order(talking, places, is_aliased=is_aliased), on_page(talks_pager))
    topics = team_comparison.shared_topics(instrument)
    context |= {
        "topics": team_presenters.topic_lines(
            team_comparison.topic_views(latest, instrument),
            asked.topic,
            lambda key: f"{asked.link(topic=key, page=1)}#clinics",
        ),
        "rows": team_presenters.views_rows(team_comparison.outcomes(views_page, places), topics, is_aliased=is_aliased),
        "chosen_topic": instrument.domain[asked.topic].title if asked.topic else "",
        "chosen_request": REQUESTS.get(asked.asks, ""),
        "titles": [domain.title for domain in topics],
        "all_views": f"{asked.link(topic='', page=1)}#clinics" if asked.topic else "",
        "views_pager": views_pager,
        "n_talks": requested.n_talks,
        "requests": team_presenters.request_lines(
            requested, asked.asks, lambda key: f"{asked.link(asks=key, talks=1)}#requests"
        ),
        "request_rows": team_presenters.request_rows(
            team_comparison.outcomes(talks_page, places), is_aliased=is_aliased
        ),
        "all_requests": f"{asked.link(asks='', talks=1)}#requests" if asked.asks else "",
        "talks_pager": talks_pager,
        "left_out": team_presenters.left_out_said(everybody),
    }
    return render(request, "networks/teams.html", context)
