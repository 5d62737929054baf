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
    "low-patient-inflow": "Patient numbers may not fit",
    "low-gp-referral": "Few referrals from GPs",
    "missing-funding": "Money still open",
    "scepticism": "Doubts among GPs or colleagues",
    "critical-evidence": "Evidence in question",
    "critical-management-support": "Unclear backing from leaders",
    "critical-workload": "Week may be too full",
    "critical-training": "Training may be needed",
    "critical-named-lead": "Nobody clearly in charge",
    "critical-risk-procedure": "Risk procedure incomplete",
    "critical-data-protection": "Data rules incomplete",
    LOW_CONFIDENCE: "Therapists not sure yet",
    ROLE_GAP: "Views differ",
    WEAK_DOMAIN: "Other topics with much open",
}
"""Flags by what may be missing, true at either level and of "don't know"; one of a new question has its short name."""


def flag_name(instrument: Instrument, flag: str) -> str:
    """Name a flag by what may be missing, at whatever level; on one topic, if the flag is meant on that one alone."""
    key, topic = flag_parts(flag)
    name = FLAGS.get(key) or instrument.item[key.removeprefix("critical-")].short
    if not topic:
        return name
    title = instrument.domain[topic].title
    return f"{title}: much is open" if key == WEAK_DOMAIN else f"{name}: {title}"
