"""What consultants' pages call stages, sizes, needs and levels; words for a clinic itself do not fit there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.networks.models import Level
from assessments.networks.selection import Need, flag_parts
from assessments.results.reading import guidance_for
from readiness.guidance.words import flag_name as name_of_flag
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
    Need.NO_PLAN: "Closed without a plan",
    Need.FINISHED: "Finished in the last 14 days",
}
SHOWN: Final = {Level.PROGRESS: "Progress", Level.SCORES: "Scores and flags", Level.ANSWERS: "Answers as well"}


def flag_name(instrument: Instrument, flag: str) -> str:
    """Name a flag by what may be missing, at whatever level; on one topic, if the flag is meant on that one alone."""
    guidance = guidance_for(instrument.key, instrument.version, None)
    return name_of_flag(guidance, instrument, *flag_parts(flag))
