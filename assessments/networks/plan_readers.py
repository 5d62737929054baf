"""What whoever writes into a clinic's plan is told of the consultants who read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.networks.models import NetworkClinic
from assessments.results.words import joined, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.clinics.models import Clinic

NAMED: Final = 3
"""How many networks are named; the others are counted."""


def readers_told(clinic: Clinic) -> str:
    """Say in a sentence whose consultants read what of each action; empty where no network is let in so far."""
    places = NetworkClinic.objects.filter(clinic=clinic).showing_scores().select_related("network")
    rows = sorted((place.network.name, place.shown.shows_answers) for place in places)
    everybody, of_titles = [name for name, _ in rows], [name for name, is_title in rows if is_title]
    if not rows:
        return ""
    never = "who sees to it, its steps or notes"
    if of_titles == everybody:
        read = "title, topic, day and status of each action until it is finished"
    elif of_titles:
        read = f"topic, day and status of each action until it is finished, those of {_names(of_titles)} its title too"
    else:
        read, never = "topic, day and status of each action until it is finished", f"its title, {never}"
    return f"Consultants of {_names(everybody)} read {read}; never {never}."


def _names(names: Sequence[str]) -> str:
    if len(names) <= NAMED:
        return named(names)
    return joined([*(f"“{name}”" for name in names[:NAMED]), f"{len(names) - NAMED} more"])
