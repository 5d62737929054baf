"""Clinic forms that differ and come to the same scores and flags: what no level below answers may tell apart.

Found by trying: the answers of a topic change places within it, or one gives a step of the scale to another, and the
pure core says whether that can be seen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from readiness.guidance.flags import Flag, raise_flags
from readiness.guidance.loading import load as load_guidance
from readiness.guidance.options import Offer, offer
from readiness.instrument.definition import Answer, Context, Domain, Form, NonAnswer
from readiness.instrument.loading import load
from readiness.scoring.compare import Higher, TeamFigure, TeamSource, clinic_side, role_gap
from readiness.scoring.score import ScaleScore, score
from tests.assessments.results.team import TALK, WORK

INSTRUMENT: Final = load()
GUIDANCE: Final = load_guidance(INSTRUMENT)
CONTEXT: Final = Context(stage="running", routes=["gp", "self"], for_whom=["pain-fatigue"])
TOPICS: Final = INSTRUMENT.domains_of(Form.MANAGER)
ANSWERS: Final[tuple[Answer, ...]] = (1, 1, 2, 2, 3, 4, 5, NonAnswer.DONT_KNOW)
TRIES: Final = 40
"""How often the answers of a topic are changed until nothing shows it."""
HALF: Final = 0.5

Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Read:
    """What the core makes of a form beside the team talk `TALK`."""

    scores: tuple[ScaleScore, ...]
    flags: tuple[Flag, ...]
    higher: Mapping[str, Higher]
    managers: Mapping[str, float | None]
    offers: tuple[Offer, ...]

    @property
    def shown(self) -> tuple[object, ...]:
        """What a clinic shows with its scores."""
        return self.scores, {(flag.key, flag.level, flag.domain) for flag in self.flags}, self.higher

    @property
    def order(self) -> list[tuple[str, str]]:
        """The flags as the clinic itself reads them."""
        return [(flag.key, flag.domain) for flag in self.flags]

    @property
    def options(self) -> set[tuple[str, str]]:
        """What the clinic itself is offered, and for what."""
        return {(one.for_, one.key) for one in self.offers}


def read(answers: Answers) -> Read:
    """Read a form."""
    scorecard = score(INSTRUMENT, Form.MANAGER, answers, CONTEXT)
    team = {key: TeamFigure(key, said, said, TeamSource.TALK) for key, said in _talked()}
    flags = raise_flags(INSTRUMENT, answers, scorecard, CONTEXT, team)
    sides = {key: side.score for key in team if (side := clinic_side(INSTRUMENT, key, answers, CONTEXT))}
    gaps = {key: role_gap(side, team[key]) for key, side in sides.items()}
    return Read(
        scores=tuple(scorecard.domains),
        flags=flags,
        higher={key: gap.higher for key, gap in gaps.items() if gap},
        managers=sides,
        offers=offer(INSTRUMENT, GUIDANCE, answers, scorecard, CONTEXT, flags),
    )


def _talked() -> Iterator[tuple[str, float]]:
    """Give by topic what the team talk says: the mean of what was agreed on."""
    for domain in TOPICS:
        said = [TALK[i.key] for i in INSTRUMENT.items_of(Form.THERAPIST, domain.key) if i.key in WORK]
        agreed = [value for value in said if isinstance(value, int)]
        if agreed:
            yield domain.key, 25 * (sum(agreed) / len(agreed) - 1)


def twins(seed: int) -> tuple[Answers, Answers]:
    """Make a form, and one in which the answers of many topics are others, and nothing shows it."""
    chance = random.Random(seed)
    first = {item.key: chance.choice(ANSWERS) for item in INSTRUMENT.items_of(Form.MANAGER)}
    second: Answers = first
    shown = read(first).shown
    for domain in TOPICS:
        second = _changed(second, domain, chance, shown)
    return first, second


def _changed(answers: Answers, domain: Domain, chance: random.Random, shown: object) -> Answers:
    keys = [item.key for item in INSTRUMENT.items_of(Form.MANAGER, domain.key)]
    for _ in range(TRIES):
        values = [answers[key] for key in keys]
        chance.shuffle(values)
        _give_a_step(values, chance)
        other = {**answers, **dict(zip(keys, values, strict=True))}
        if other != answers and read(other).shown == shown:
            return other
    return answers


def _give_a_step(values: list[Answer], chance: random.Random) -> None:
    """Let a low answer give a step to another one, if there are two; the mean stays."""
    steps = {place: value for place, value in enumerate(values) if isinstance(value, int)}
    giving = [place for place, step in steps.items() if step in (2, 3)]
    taking = [place for place, step in steps.items() if step in (1, 2, 3, 4)]
    if giving and len(taking) > 1 and chance.random() < HALF:
        one, other = chance.choice(giving), chance.choice(taking)
        if one != other:
            values[one], values[other] = steps[one] - 1, steps[other] + 1
