"""What was erased of a network's clinics, in sentences: that it was, and when. Nothing else is known of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db.models import Min

from assessments.clinics.models import AuditEvent, Erasure
from assessments.networks.models import NetworkTombstone

if TYPE_CHECKING:
    from datetime import date, datetime

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
    of_clinic = Erasure.objects.of_rounds().filter(clinic_id=place.clinic_id, at__gte=_first_joined_at(place))
    found = of_clinic.order_by("-at")[:TOLD_MAX]
    return tuple(_round_words(one.finished_on, one.at.astimezone(zone)) for one in found)


def _first_joined_at(place: NetworkClinic) -> datetime:
    joined = AuditEvent.objects.filter(
        clinic=place.clinic_id, act=AuditEvent.Act.NETWORK_JOINED, subject__startswith=f"{place.network_id} "
    )
    first = joined.aggregate(at=Min("at"))["at"]
    return min(first, place.joined_at) if first else place.joined_at


def erased_clinics(user: Viewer, network: Network, *, since: datetime | None = None) -> tuple[str, ...]:
    """Tell which clinics of a network were erased, since a moment or ever, to one of its consultants."""
    found = NetworkTombstone.objects.visible_to(user).filter(network=network)
    if since is not None:
        found = found.filter(erased_at__gt=since)
    return tuple(f"{one.alias} was erased on {_day(one.erased_at)}." for one in found[:TOLD_MAX])


def _round_words(finished_on: date | None, at: datetime) -> str:
    what = f"An assessment finished on {_day(finished_on)}" if finished_on else "An assessment that was open"
    return f"{what} was erased on {_day(at)}."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
