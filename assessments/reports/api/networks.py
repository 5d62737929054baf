"""The addresses of the API that consultants use, and the questionnaire, which every token opens.

A clinic is told as far as the list of the network's pages tells it, and read by the same code.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from assessments.networks.models import Network, NetworkClinic
from assessments.networks.portfolio import Outcome, Standing, standings
from assessments.networks.querysets import NetworkQuerySet
from assessments.reports.api import network_schemas as schemas
from assessments.reports.api.addresses import reads
from assessments.reports.api.doors import Call
from assessments.reports.api.errors import ApiError
from assessments.reports.api.questionnaire_schemas import Questionnaire
from assessments.reports.api.reach import part_of
from assessments.reports.api.schemas import Paging
from assessments.reports.plan_values import Values, named
from assessments.results import words
from assessments.results.models import ResultFlag
from assessments.results.reading import guidance_for
from assessments.rounds.models import Round
from readiness.guidance.words import flag_name
from readiness.instrument.definition import INSTRUMENT, Instrument, Stage
from readiness.instrument.export import export
from readiness.instrument.loading import InstrumentError, load
from readiness.instrument.words import STAGES
from readiness.scoring.score import ScaleScore

router: Final = Router(tags=["For consultants"])
for_all: Final = Router(tags=["For everybody with a token"])
ONE_CLINIC: Final = "This token is limited to one clinic, so it opens no network."


def _networks(call: Call) -> NetworkQuerySet:
    if call.auth.clinic_id:
        raise ApiError(HTTPStatus.FORBIDDEN, ONE_CLINIC)
    return Network.objects.visible_to(call.auth.user)


@reads(router, "/networks", response=schemas.Networks, takes=Paging, summary="The networks that the token opens")
def networks(request: Call, query: Query[Paging]) -> Values:
    """Those of which the token’s owner is a consultant now, by id."""
    part, next_ = part_of(_networks(request), ("id",), request, limit=query.limit, after=query.after)
    return {"networks": [{"id": str(one.pk), "name": one.name} for one in part], "next": next_}


@reads(
    router,
    "/networks/{uuid:network_id}/clinics",
    response=schemas.Places,
    takes=schemas.PlacesWanted,
    summary="The clinics of a network",
)
def network_clinics(request: Call, network_id: UUID, query: Query[schemas.PlacesWanted]) -> Values:
    """Each as far as it lets the network look: its progress, or also its last scores and flags. Never an answer."""
    network = get_object_or_404(_networks(request), pk=network_id)
    places = NetworkClinic.objects.visible_to(request.auth.user).filter(network=network).select_related("clinic")
    part, next_ = part_of(places, ("number",), request, limit=query.limit, after=query.after)
    found = standings(part, load(INSTRUMENT))
    return {"clinics": [_place(one, is_named=query.names) for one in found], "next": next_}


def _place(standing: Standing, *, is_named: bool) -> Values:
    place, latest, open_ = standing.place, standing.latest, standing.open
    current = open_ or latest
    return {
        "id": str(place.clinic_id) if is_named else None,
        "number": place.number,
        "alias": place.alias,
        "name": place.clinic.name if is_named else None,
        "shows": place.level,
        "stage": named(current.stage, STAGES[Stage(current.stage)]) if current else None,
        "finished_on": latest.closed_on if latest else None,
        "open": {
            "due_on": open_.due_on,
            "n_sections_done": standing.done.n_done,
            "n_sections": standing.done.n_sections,
        }
        if open_
        else None,
        "latest": _latest(standing.outcome, latest, is_named=is_named) if standing.outcome and latest else None,
    }


def _latest(outcome: Outcome, assessment: Round, *, is_named: bool) -> Values:
    instrument = assessment.instrument
    return {
        "id": str(assessment.pk) if is_named else None,
        "instrument": {"key": instrument.key, "version": instrument.version, "title": instrument.title},
        "topics": [_topic(scale, instrument) for scale in outcome.topics],
        "flags": [_flag(flag, instrument) for flag in outcome.flags],
    }


def _topic(scale: ScaleScore, instrument: Instrument) -> Values:
    return {
        "key": str(scale.key),
        "title": instrument.domain[str(scale.key)].title,
        "score": scale.score,
        "figure": words.figure(scale.score) or None,
        "status": scale.status.value,
        "band": scale.band.value if scale.band else None,
        "words": words.band_words(scale) or None,
        "remark": words.doubt_words(scale) or None,
    }


def _flag(flag: ResultFlag, instrument: Instrument) -> Values:
    guidance = guidance_for(instrument.key, instrument.version, None)
    title = flag_name(guidance, instrument, flag.key, flag.domain)
    return {"key": flag.key, "level": flag.level, "topic": flag.domain, "title": title}


@reads(
    for_all,
    "/questionnaires/{slug:questionnaire}/{int:version}",
    response=Questionnaire,
    summary="A questionnaire",
)
def questionnaire(request: Call, questionnaire: str, version: int) -> Values:
    """Its topics and questions in the words that people answered, what they stand on, and names for all keys.

    Every token opens it.

    `questionnaire` and `version` are what an assessment calls `instrument.key` and `instrument.version`.
    """
    try:
        return export(load(questionnaire, version))
    except InstrumentError as error:
        raise Http404 from error
