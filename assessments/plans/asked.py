"""What an assessment asks for, beside what the plan answers: each flag and low topic with its options.

An option is in the plan as long as an action that was made of it is not finished. A flag or topic is answered by an
action that names it, or that was made of one of its options, while that is unfinished or done since the assessment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from assessments.plans.models import Status
from assessments.results import words as result_words
from assessments.results.layout import offers_of
from assessments.results.team_rows import topic_title
from readiness.guidance.cards import words as flag_words
from readiness.guidance.flags import PER_TOPIC, WEAK_DOMAIN
from readiness.guidance.options import lowest_domains

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from assessments.plans.models import Action
    from assessments.plans.querysets import ActionQuerySet
    from assessments.results.reading import Reading
    from assessments.rounds.models import Round
    from readiness.guidance.cards import Card
    from readiness.guidance.options import Offer


ACTIONS_SHOWN: Final = 5
"""Actions that are named below a thing that they answer."""


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option with the value of its button, or the action in the plan that was made of it."""

    key: str
    value: str
    title: str
    kind: str
    effort: str
    action_title: str
    action_url: str


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action that answers something."""

    title: str
    url: str
    status: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A flag's card or a low topic, its options, and the first of the actions that answer it.

    `level` is empty for a topic.
    """

    anchor: str
    level: str
    level_words: str
    titles: tuple[str, ...]
    topic: str
    options: tuple[OptionRow, ...]
    actions: tuple[ActionRow, ...]
    n_actions: int
    new_query: str  # what a free action of it begins with


@dataclass(frozen=True)
class Asked:
    """Everything that an assessment asks for, the pressing things first."""

    asks: tuple[Ask, ...]

    @property
    def n_unanswered(self) -> int:
        """How many have no action yet."""
        return sum(not ask.n_actions for ask in self.asks)


def asked_by(assessment: Round, reading: Reading, actions: ActionQuerySet) -> Asked:
    """Lay out what a reading asks for. `actions` are those of the clinic's plan."""
    since = assessment.closed_on or assessment.opened_at.date()
    counting = Q(status__in=[Status.PLANNED, Status.UNDER_WAY]) | Q(status=Status.DONE, finished_on__gte=since)
    plan = list(actions.filter(counting).only("clinic", "title", "status", "flag", "domain", "option"))
    lister = _Lister(assessment, reading, plan)
    weak = {card.domain for card in reading.cards if card.key == WEAK_DOMAIN}
    cards = tuple(lister.card(card) for card in reading.cards)
    topics = tuple(lister.topic(domain) for domain in lowest_domains(reading.scorecard) if domain not in weak)
    return Asked(cards + topics)


class _Lister:
    def __init__(self, assessment: Round, reading: Reading, plan: Sequence[Action]) -> None:
        self.reading, self.plan, self.round_id = reading, plan, assessment.pk
        self.of_option = {action.option: action for action in plan if action.option and not action.state.is_finished}

    def card(self, card: Card) -> Ask:
        reading = self.reading
        texts = (
            flag_words(
                reading.guidance, reading.instrument, flag, reading.answers, reading.context, reading.team.figures
            )
            for flag in card.flags
        )
        offers = offers_of(reading, card)
        named = {(flag.key, flag.domain if flag.key in PER_TOPIC else "") for flag in card.flags}
        first = card.flags[0]
        answering = self._answering(
            offers,
            lambda one: (
                (one.flag, one.domain if one.flag in PER_TOPIC else "") in named
                or (card.key == WEAK_DOMAIN and one.domain == card.domain)
            ),
        )
        return Ask(
            anchor=f"ask-{card.key}-{card.domain}",
            level=card.level.value,
            level_words=result_words.LEVELS[card.level],
            titles=tuple(text.title for text in texts),
            topic=topic_title(reading.instrument.domain[card.domain]),
            options=self._options(offers),
            actions=answering[:ACTIONS_SHOWN],
            n_actions=len(answering),
            new_query=f"round={self.round_id}&flag={first.key}&topic={first.domain}",
        )

    def topic(self, domain: str) -> Ask:
        reading = self.reading
        offers = [offer for offer in reading.offers if offer.for_ == domain]
        figure = result_words.figure(reading.scorecard.domain(domain).score)
        answering = self._answering(offers, lambda one: one.domain == domain)
        return Ask(
            anchor=f"ask-{domain}",
            level="",
            level_words=f"{figure} of 100",
            titles=(topic_title(reading.instrument.domain[domain]),),
            topic="One of the lowest topics",
            options=self._options(offers),
            actions=answering[:ACTIONS_SHOWN],
            n_actions=len(answering),
            new_query=f"round={self.round_id}&topic={domain}",
        )

    def _answering(self, offers: Iterable[Offer], names_it: Callable[[Action], bool]) -> tuple[ActionRow, ...]:
        keys = {offer.key for offer in offers}
        found = (one for one in self.plan if names_it(one) or one.option in keys)
        return tuple(ActionRow(one.title, one.get_absolute_url(), one.state.label) for one in found)

    def _options(self, offers: Iterable[Offer]) -> tuple[OptionRow, ...]:
        return tuple(self._option(offer) for offer in offers)

    def _option(self, offer: Offer) -> OptionRow:
        option, action = self.reading.guidance.option[offer.key], self.of_option.get(offer.key)
        return OptionRow(
            key=offer.key,
            value=f"{offer.for_}:{offer.key}",
            title=option.title,
            kind=result_words.KINDS[offer.kind],
            effort=result_words.EFFORTS[option.effort],
            action_title=action.title if action else "",
            action_url=action.get_absolute_url() if action else "",
        )
