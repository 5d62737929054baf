"""What consultants' pages call stages, sizes, needs, levels and flags; words for a clinic itself do not fit there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.networks.models import Level
from assessments.networks.selection import Need, flag_parts
from readiness.guidance.flags import LOW_CONFIDENCE, ROLE_GAP, WEAK_DOMAIN
from readiness.instrument.definition import Stage

if TYPE_CHECKING:
    from readiness.instrument.definition import Instrument

STAGES: Final = {Stage.PREPARING: "Preparing", Stage.PILOT: "Pilot", Stage.RUNNING: "Running"}
SIZES: Final = {"small": "Up to 5 therapists", "medium": "6 to 20 therapists", "large": "More than 20 therapists"}
NEEDS: Final = {
    Need.SAFETY: "Safety flag",
    Need.NOT_STARTED: "Not started",
    Need.STUCK: "Stuck for 14 days or longer",
    Need.CLOSING: "Closing within 7 days",
    Need.FINISHED: "Finished in the last 14 days",
}
SHOWN: Final = {Level.PROGRESS: "Progress", Level.SCORES: "Scores and flags", Level.ANSWERS: "Answers as well"}
FLAGS: Final = {
    "low-patient-inflow": "Enough patients",
    "low-gp-referral": "Referrals from GPs",
    "missing-funding": "Money",
    "scepticism": "Trust of GPs and colleagues",
    LOW_CONFIDENCE: "Therapists’ confidence",
    ROLE_GAP: "Different views",
    WEAK_DOMAIN: "Other topics with much open",
}
"""Flags that are not of a single question; those that are have the question's short name."""


def flag_name(instrument: Instrument, flag: str) -> str:
    """Name a flag by what it is about, at whatever level; on one topic, if the flag is meant on that one alone."""
    key, topic = flag_parts(flag)
    question = instrument.item.get(key.removeprefix("critical-"))
    name = question.short if question else FLAGS[key]
    if not topic:
        return name
    title = instrument.domain[topic].title
    return f"{title}: much is open" if key == WEAK_DOMAIN else f"{name}: {title}"
