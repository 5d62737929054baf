"""The words and figures of results as pages say them. Rounding happens here and nowhere before."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from readiness.guidance.definition import Effort, Kind
from readiness.guidance.flags import Level
from readiness.instrument.definition import Stage
from readiness.scoring.bands import Band
from readiness.scoring.change import Change
from readiness.scoring.score import ScaleScore, ScoreStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

BANDS: Final = {Band.NOT_YET: "Not yet", Band.PARTLY: "Partly", Band.IN_PLACE: "In place"}
LEVELS: Final = {Level.RED: "Needs a decision", Level.AMBER: "Look at this"}
KINDS: Final = {
    Kind.TRAIN: "Training",
    Kind.ORGANISE: "Organisation",
    Kind.FINANCE: "Money",
    Kind.PATHWAY: "Patient pathway",
    Kind.TECHNOLOGY: "Technology",
}
CHANGES: Final = {
    Change.HIGHER: "higher",
    Change.LOWER: "lower",
    Change.NO_CLEAR_CHANGE: "no clear change",
    Change.NOT_COMPARED: "cannot be compared",
}
"""What is said of a topic in two assessments, in the order in which pages count them."""
EFFORTS: Final = {Effort.LOW: "Little effort", Effort.MEDIUM: "Some effort", Effort.HIGH: "Much effort"}
BY_TAKEAWAYS: Final = "By five takeaways, after a software vendor’s summary of the five-service study"
BY_CFIR: Final = "By the areas of CFIR, a framework for putting new things into practice"
NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

AVERAGE: Final = "The score of a topic is the plain average of its answers that have points."
BORDERS: Final = "Under 50 a topic reads “Not yet”, from 50 “Partly”, from 75 “In place”"
WITHOUT_ANSWERS: Final = "This assessment was finished without answers, so no topic has a score."

CAVEATS: Final = (
    "This is a profile to think and talk with, not a verdict. It does not predict success, and it judges nobody.",
    "The questions come from what staff in two studies found helpful or hard. The studies do not say how often, how "
    "strongly or with what effect, so every question of a topic counts the same.",
    "The studies were small and held around 2016 to 2018: twelve clinics for chronic pain and fatigue, and five "
    "European services for depression and anxiety, which were already running. The setting here may differ.",
    "The answers are the clinic’s own view. Patients were not asked, and GPs and payers are seen through its eyes.",
    "The questionnaire has not been tested for how well it measures. The lines between “Not yet”, “Partly” and "
    "“In place” are conventions.",
)
"""What stands on every result. Source: the limits of the two studies that the questionnaire rests on."""

CAVEATS_BRIEF: Final = (
    "A profile to talk with, not a verdict: it predicts nothing and judges nobody. The questions rest on two small "
    "studies of what staff found helpful or hard; every question counts the same; the lines between the words are "
    "conventions, and the questionnaire is not yet tested for how well it measures. The answers are the clinic’s view."
)


def figure(score: float | None) -> str:
    """Give a 0-100 score as a whole number, half rounded up; empty for no score."""
    return "" if score is None else str(math.floor(score + 0.5))


def band_words(scale: ScaleScore) -> str:
    """Give the band in words; empty without a score, or where fewer than half of the questions are answered."""
    return BANDS[scale.band] if scale.band and scale.is_half_known else ""


def basis_words(scale: ScaleScore) -> str:
    """Say on how many answers a score stands."""
    return f"based on {scale.n_valid} of {scale.n_items} questions"


def missing_words(scale: ScaleScore, stage: Stage) -> str:
    """Say what the other answers are; empty when every question is answered on the scale."""
    elsewhere = "too early or not used" if stage is Stage.PREPARING else "do not apply"
    parts = (
        (scale.n_dont_know, "don’t know"),
        (scale.n_not_applicable, elsewhere),
        (scale.n_blank, "not answered"),
    )
    return ", ".join(f"{count} {words}" for count, words in parts if count)


def doubt_words(scale: ScaleScore) -> str:
    """Say how far a score can be leaned on; empty when enough is answered."""
    if scale.status is ScoreStatus.NOT_SCORED:
        return "Not enough answers for a score"
    if not scale.is_half_known:
        return "Fewer than half answered, so no word"
    return "Provisional" if scale.status is ScoreStatus.PROVISIONAL else ""


def joined(words: Sequence[str]) -> str:
    """Join words as a sentence does: "a, b and c"; empty for none."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def named(titles: Sequence[str]) -> str:
    """Join titles, which may hold an "and" themselves; empty for none."""
    return joined([f"“{title}”" for title in titles])


def either(words: Sequence[str]) -> str:
    """Join words of which one is meant: "a, b or c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def number(count: int) -> str:
    """Give a whole number in words where it is small, else in digits."""
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def signed(difference: float) -> str:
    """Give a difference as a whole number with its sign, half rounded away from zero; "0" for none."""
    size = figure(abs(difference))
    if size == "0":
        return "0"
    return f"+{size}" if difference > 0 else f"−{size}"


def counted(number: int, one: str) -> str:
    """Give a number with its noun, in the plural where it is not one."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"
