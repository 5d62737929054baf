"""The report's own sentences: what is said in every one of them, whatever the clinic."""

from __future__ import annotations

from typing import Final

CHOSE: Final = "These are the views of those who chose to answer. Others may see it differently."
RANGES: Final = (
    "Near either end of the scale only a range is given: an exact figure there would say how nearly everybody "
    "answered. The larger the team, the narrower these ranges are."
)
COMPARED: Final = (
    "Views are compared on {}: there you and the therapists were asked the same questions, and your side counts only "
    "these. Views count as different from 20 points of 100 on; of a range, the nearest end counts."
)
HOW: Final = (
    "Every question is answered on five steps, from “not at all true” to “completely true”, which count 0, 25, 50, 75 "
    "and 100 points. The score of a topic is the plain average of its answers that have points. No question weighs "
    "more than another, and there is no overall score.",
    "“Don’t know”, “does not apply” and no answer have no points; none of them counts as zero. What does not apply is "
    "left out. With three quarters of the other questions answered a topic has a score, with half of them a "
    "provisional one, with fewer none. Where fewer than half of all its questions are answered, its bar is hatched and "
    "has no word.",
    "Under 50 a topic reads “Not yet”, from 50 “Partly”, from 75 “In place”. These borders are conventions.",
    "Ten questions are also looked at one by one, whatever their topic scores, and some are read together. What comes "
    "of it stands under “Needs a decision” or “Look at this”.",
    "Therapists’ figures are worked out once, when the assessment is finished, and only for topics that at least five "
    "of them answered. They are rounded to the nearest 5, and near either end of the scale they are only ranges.",
    "From one assessment to the next a topic reads “higher” or “lower” only where its answers have moved by more than "
    "people’s answers do by themselves.",
)
MADE_BY: Final = (
    "This assessment was scored by version {instrument} of the questionnaire, version {algorithm} of the rules and "
    "version {guidance} of the options, and frozen when it was finished. The plan is as it stood on {day}."
)
