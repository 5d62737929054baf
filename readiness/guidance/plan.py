"""What is worth saying of a clinic's plan as a whole: that it is training and nothing else.

The words stand in the guidance, under `training_only`.
"""

from __future__ import annotations

from collections.abc import Iterable

from readiness.guidance.definition import Kind


def is_training_only(kinds: Iterable[Kind | None]) -> bool:
    """Say whether a plan has open actions and all of them train.

    Args:
        kinds: what each open action changes, in any order; None for one of which that is not known, as people write
            their own: with one of these nothing is said.

    Source: docs/scoring.md, "Options": beside training something else should always be in view (`itfits-2024`).
    """
    return set(kinds) == {Kind.TRAIN}
