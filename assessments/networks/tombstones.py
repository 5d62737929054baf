"""What was erased of a network's clinics, in sentences: that it was, and when. Nothing else is known of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from assessments.clinics.models import Erasure
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
    """Tell which assessments of a clinic were erased, whether or not it let the network in at that time.

    Whoever is let in sees all finished assessments, and so also that there were more: leaving the network, erasing and
    coming back hides nothing. The caller has checked who asks; `place.clinic` has been read with it.
    """
    zone = ZoneInfo(place.clinic.time_zone)
    found = Erasure.objects.of_rounds().filter(clinic_id=place.clinic_id).order_by("-at")[:TOLD_MAX]
    return tuple(_round_words(one.finished_on, one.at.astimezone(zone)) for one in found)


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
