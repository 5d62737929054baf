"""What was erased of a network's clinics, in sentences: that it was, and when. Nothing else is known of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db.models import Min

from assessments.clinics.models import AuditEvent, Erasure
from assessments.networks.models import NetworkTombstone
from assessments.results.words import number
from assessments.rounds.policies import day_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from assessments.clinics.querysets import Viewer
    from assessments.networks.models import Network, NetworkClinic

TOLD_MAX: Final = 50
"""How many are told, the latest first: as many as finished assessments are listed of a clinic."""
LATELY: Final = timedelta(days=30)
"""For how long it is told on a network's first screen."""


def erased_rounds(place: NetworkClinic) -> tuple[str, ...]:
    """Tell which assessments of a clinic were erased since it first let the network in.

    What was erased before is nobody's business. Leaving the network, erasing and coming back hides nothing: a clinic
    that comes back has a new place, but its first joining stands on record. The caller has checked who asks;
    `place.clinic` has been read with it.
    """
    zone = ZoneInfo(place.clinic.time_zone)
    found = list(Erasure.objects.of_rounds().filter(clinic_id=place.clinic_id).order_by("-at")[:TOLD_MAX])
    since = _first_joined([place])[place.clinic_id] if found else place.joined_at
    return tuple(_round_words(one.finished_on, one.at.astimezone(zone)) for one in found if one.at >= since)


def erased_of(places: Sequence[NetworkClinic]) -> dict[UUID, str]:
    """Tell by clinic of a network, of those of which finished assessments were erased since, that they were.

    In two statements for any number of clinics. The caller has checked who asks; `clinic` of each place has been read
    with it.
    """
    zones: dict[UUID | None, ZoneInfo] = {place.clinic_id: ZoneInfo(place.clinic.time_zone) for place in places}
    erasures = Erasure.objects.of_rounds().filter(clinic_id__in=zones, finished_on__isnull=False).order_by("at")
    found = list(erasures.values_list("clinic_id", "at"))
    since = _first_joined([place for place in places if place.clinic_id in {clinic_id for clinic_id, _ in found}])
    days: dict[UUID, list[date]] = defaultdict(list)
    for clinic_id, at in found:
        if clinic_id and at >= since[clinic_id]:
            days[clinic_id].append(at.astimezone(zones[clinic_id]))
    return {clinic_id: _erased_words(ones) for clinic_id, ones in days.items()}


def _erased_words(days: Sequence[date]) -> str:
    if len(days) == 1:
        return f"one was erased on {day_in_words(days[0])}"
    return f"{number(len(days))} were erased, the last on {day_in_words(days[-1])}"


def _first_joined(places: Sequence[NetworkClinic]) -> dict[UUID, datetime]:
    """Give by clinic when it first let the network in, in one statement; all places are of one network."""
    if not places:
        return {}
    joined = AuditEvent.objects.filter(
        clinic__in=[place.clinic_id for place in places],
        act=AuditEvent.Act.NETWORK_JOINED,
        subject__startswith=f"{places[0].network_id} ",
    )
    first = dict(joined.order_by().values("clinic").annotate(first=Min("at")).values_list("clinic", "first"))
    return {place.clinic_id: min(first.get(place.clinic_id, place.joined_at), place.joined_at) for place in places}


def erased_clinics(user: Viewer, network: Network, *, since: datetime | None = None) -> tuple[str, ...]:
    """Tell which clinics of a network were erased, since a moment or ever, to one of its consultants."""
    found = NetworkTombstone.objects.visible_to(user).filter(network=network)
    if since is not None:
        found = found.filter(erased_at__gt=since)
    return tuple(f"{one.alias} was erased on {day_in_words(one.erased_at)}." for one in found[:TOLD_MAX])


def _round_words(finished_on: date | None, at: datetime) -> str:
    what = f"An assessment finished on {day_in_words(finished_on)}" if finished_on else "An assessment that was open"
    return f"{what} was erased on {day_in_words(at)}."
