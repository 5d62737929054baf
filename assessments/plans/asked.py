"""What an assessment asks for, beside what the plan answers: each flag and low topic with its options.

An option is in the plan as long as an action that was made of it is not finished; else its row says how the last one
ended. A flag or topic is answered by an action that names it, or that was made of one of its options, while that is
unfinished or done since the assessment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from assessments.plans.earlier import AGAIN, by_option, ended
from assessments.plans.models import Status
from assessments.results import words as result_words
from assessments.results.layout import offers_of
from assessments.results.team_rows import topic_title
from readiness.guidance.cards import words as flag_words
from readiness.guidance.flags import PER_TOPIC, WEAK_DOMAIN
from readiness.guidance.options import lowest_domains

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from assessments.plans.models import Action
    from assessments.plans.querysets import ActionQuerySet
    from assessments.results.reading import Reading
    from assessments.rounds.models import Round
    from readiness.guidance.cards import Card
    from readiness.guidance.options import Offer


READ: Final = (
    "clinic",
    "title",
    "status",
    "flag",
    "domain",
    "option",
    "finished_on",
    "drop_reason",
    "created_at",
)
ACTIONS_SHOWN: Final = 5
"""Actions that are named below a thing that they answer."""


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option with its button, and the action in the plan that was made of it, or how the last one `ended`.

    Without words on it there is no button, because the option is in the plan.
    """

    key: str
    value: str
    title: str
    kind: str
    effort: str
    button: str
    action_title: str
    action_url: str
    action_status: str
    ended: str


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action that answers something."""

    title: str
    url: str
    status: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A flag's card or a low topic, its options, and the first of the actions that answer it.

    `level` is empty for a topic. What an option's row says stands there alone; `n_actions` counts it too.
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
    plan = list(actions.filter(counting | ~Q(option="")).only(*READ))
    lister = _Lister(assessment, reading, plan, since)
    weak = {card.domain for card in reading.cards if card.key == WEAK_DOMAIN}
    cards = tuple(lister.card(card) for card in reading.cards)
    topics = tuple(lister.topic(domain) for domain in lowest_domains(reading.scorecard) if domain not in weak)
    return Asked(cards + topics)


class _Lister:
    def __init__(self, assessment: Round, reading: Reading, plan: Sequence[Action], since: date) -> None:
        self.reading, self.round_id = reading, assessment.pk
        self.of_option = by_option(plan)
        self.answering = [one for one in plan if _is_answer(one, since)]

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
            actions=self._rows_beside(offers, answering),
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
            actions=self._rows_beside(offers, answering),
            n_actions=len(answering),
            new_query=f"round={self.round_id}&topic={domain}",
        )

    def _answering(self, offers: Iterable[Offer], names_it: Callable[[Action], bool]) -> list[Action]:
        keys = {offer.key for offer in offers}
        return [one for one in self.answering if names_it(one) or one.option in keys]

    def _rows_beside(self, offers: Iterable[Offer], answering: Iterable[Action]) -> tuple[ActionRow, ...]:
        """Give the first of the actions of which no option's row tells."""
        told = {self.of_option[offer.key].pk for offer in offers if offer.key in self.of_option}
        found = [one for one in answering if one.pk not in told][:ACTIONS_SHOWN]
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
            button=AGAIN.get(action.state, "") if action else "Add to plan",
            action_title=action.title if action else "",
            action_url=action.get_absolute_url() if action else "",
            action_status=action.state.label if action else "",
            ended=ended(action, with_reason=True) if action else "",
        )


def _is_answer(action: Action, since: date) -> bool:
    """Whether it is to be done yet, or was done since a day."""
    if action.finished_on is None:
        return True
    return action.state is Status.DONE and action.finished_on >= since
