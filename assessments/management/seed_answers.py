"""What the people of seeded clinics answer: by chance, but each clinic stays like itself. Knows no database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from readiness.instrument.definition import Answer, Answers, Context, Form, Instrument, Item, NonAnswer
from readiness.scoring.team_talk import MAX_REQUESTS, REQUESTS, TALK_NO_AGREEMENT, talk_items

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

Usual = dict[str, float]
"""What a group of people mostly answers, by topic, on 1-5 whatever the scale."""

MIDDLE: Final = 3.3
TILTS: Final = {
    "programme": 0.7,
    "integration": -0.1,
    "intake": -0.3,
    "skills": 0.1,
    "practice": -0.4,
    "leadership": 0.3,
    "process": 0.2,
    "funding": -0.6,
    "acceptance": 0.2,
    "confidence": 0.0,
}
"""How much higher than others a topic is answered in most clinics."""
SAFETY_TILT: Final = 1.6
BETWEEN_CLINICS: Final = 0.5
BETWEEN_TOPICS: Final = 0.5
BETWEEN_TEAM_AND_CLINIC: Final = 0.4
LOWER_IN_TEAMS: Final = 0.4
BETWEEN_ANSWERS: Final = 0.8
GAINED: Final = 0.4
"""What is answered anew a round later is answered so much higher, on average."""
KEPT_SHARE: Final = 0.6
BLANK_SHARE: Final = 0.03
DONT_KNOW_SHARE: Final = 0.06
NO_AGREEMENT_SHARE: Final = 0.08
ASKED_FOR: Final = tuple(key for key in REQUESTS if key != "other")


def usual_of_clinic(instrument: Instrument, source: random.Random) -> Usual:
    """Give what a clinic mostly answers."""
    own = source.gauss(MIDDLE, BETWEEN_CLINICS)
    return {
        domain.key: own + TILTS.get(domain.key, 0) + source.gauss(0, BETWEEN_TOPICS) for domain in instrument.domains
    }


def usual_of_team(clinic: Usual, source: random.Random) -> Usual:
    """Give what the therapists of a clinic mostly answer, who see some topics differently, and most a little lower."""
    return {key: usual + source.gauss(-LOWER_IN_TEAMS, BETWEEN_TEAM_AND_CLINIC) for key, usual in clinic.items()}


def grown(usual: Usual) -> Usual:
    """Give what the same people mostly answer an assessment later."""
    return {key: value + GAINED for key, value in usual.items()}


def clinic_form(
    instrument: Instrument, usual: Usual, context: Context, source: random.Random, *, before: Answers | None = None
) -> dict[str, Answer]:
    """Give a clinic form, without what was left open. Most of what was answered before is answered so again."""
    asked = (item for item in instrument.items_of(Form.MANAGER) if item.is_asked(Form.MANAGER, context))
    given = _given({item.key: _answer(instrument, item, usual, source) for item in asked})
    if not before:
        return given
    return {key: before.get(key, answer) if source.random() < KEPT_SHARE else answer for key, answer in given.items()}


def therapist_form(instrument: Instrument, usual: Usual, source: random.Random) -> dict[str, Answer]:
    """Give a therapist's form as sending stores it: without what was left open."""
    return _given({item.key: _answer(instrument, item, usual, source) for item in instrument.items_of(Form.THERAPIST)})


def talk_form(instrument: Instrument, usual: Usual, context: Context, source: random.Random) -> dict[str, Answer | str]:
    """Give what a team agreed on in a team talk, and where it did not agree."""
    asked = (item for item in talk_items(instrument) if item.is_asked(Form.THERAPIST, context))
    agreed = _given({item.key: _answer(instrument, item, usual, source) for item in asked})
    return {key: TALK_NO_AGREEMENT if source.random() < NO_AGREEMENT_SHARE else given for key, given in agreed.items()}


def requests(source: random.Random) -> list[str]:
    """Give what a team asks for, in the order in which it is kept."""
    chosen = source.sample(ASKED_FOR, source.randint(1, MAX_REQUESTS))
    return [key for key in REQUESTS if key in chosen]


def on_percent(instrument: Instrument, answers: Answers) -> dict[str, float | None]:
    """Give a therapist's answers on 0-100, as a release is planned from them."""
    return {
        key: instrument.scale[instrument.item[key].scale].value(answer) if isinstance(answer, int) else None
        for key, answer in answers.items()
    }


def _given(answers: Mapping[str, Answer]) -> dict[str, Answer]:
    return {key: answer for key, answer in answers.items() if answer is not None}


def _answer(instrument: Instrument, item: Item, usual: Usual, source: random.Random) -> Answer:
    chance = source.random()
    if chance < BLANK_SHARE:
        return None
    if chance < BLANK_SHARE + DONT_KNOW_SHARE:
        return NonAnswer.DONT_KNOW
    scale = instrument.scale[item.scale]
    on_five = usual[item.domain] + SAFETY_TILT * item.safety + source.gauss(0, BETWEEN_ANSWERS)
    return round(scale.low + (min(5, max(1, on_five)) - 1) / 4 * (scale.high - scale.low))
