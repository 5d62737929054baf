"""Which options stand on a consultant's page of a clinic: those it was offered, or those that fit what is shown.

What a clinic is offered depends on its single answers, and on the routes that are open. So where answers are not shown,
those stand there that fit the flags and the weakest topics, whatever answers are behind them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.results import words
from assessments.results.layout import option_body
from readiness.guidance.flags import WEAK_DOMAIN
from readiness.guidance.options import lowest_of
from readiness.guidance.without_answers import fitting
from readiness.instrument.words import ROUTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.utils.safestring import SafeString

    from assessments.networks.clinic_reading import Outcome
    from assessments.results.rows import AnswerRow
    from readiness.guidance.flags import Flag

Titles = tuple[tuple[str, str], ...]
"""Keys and titles of options that stand in full elsewhere."""


@dataclass(frozen=True, slots=True)
class OptionLine:
    """An option in full. `because` are the low answers that it acts on, none unless they are shown.

    `routes` names the ways in that it needs, where it is not known whether they are open.
    """

    key: str
    title: str
    kind: str
    effort: str
    who: str
    because: tuple[AnswerRow, ...]
    routes: str
    body: SafeString


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An option for a flag or topic; `items` are the low answers that it acts on."""

    key: str
    target: str
    items: tuple[str, ...] = ()


def target_of(flag: Flag) -> str:
    """Say under what options for a flag are kept: a weak topic has its own, any other flag has them once."""
    return flag.domain if flag.key == WEAK_DOMAIN else flag.key


class Options:
    """Gives options in full where they come first and as a link afterwards; `answers` is None unless they are shown."""

    def __init__(self, outcome: Outcome, answers: Mapping[str, AnswerRow] | None) -> None:
        self.outcome, self.answers, self.shows_answers = outcome, answers or {}, answers is not None
        self.candidates = tuple(_offered(outcome) if self.shows_answers else _fitting(outcome))
        self._given: set[str] = set()
        self._used: set[str] = set()

    def of(self, targets: Sequence[str]) -> tuple[tuple[OptionLine, ...], Titles]:
        """Give the options for flags and topics, and those of them that stood in full before."""
        self._used.update(targets)
        wanted: dict[str, _Candidate] = {}
        for one in self.candidates:
            if one.target in targets:
                wanted.setdefault(one.key, one)
        here = [one for key, one in wanted.items() if key not in self._given]
        elsewhere = [key for key in wanted if key in self._given]
        self._given.update(wanted)
        titles = self.outcome.guidance.option
        return tuple(self._line(one) for one in here), tuple((key, titles[key].title) for key in elsewhere)

    def of_topics(self) -> Iterator[tuple[str, tuple[OptionLine, ...], Titles]]:
        """Give those for low topics that have no card of their own, in the order of the questionnaire."""
        targets = {one.target for one in self.candidates}
        for domain in self.outcome.instrument.domains:
            if domain.key in targets - self._used:
                yield (domain.title, *self.of([domain.key]))

    def _line(self, one: _Candidate) -> OptionLine:
        outcome, option = self.outcome, self.outcome.guidance.option[one.key]
        ways = [] if self.shows_answers else [said for route, said in ROUTES.items() if route in option.routes]
        return OptionLine(
            key=one.key,
            title=option.title,
            kind=words.KINDS[option.kind],
            effort=words.EFFORTS[option.effort],
            who=option.who,
            because=tuple(self.answers[item] for item in one.items if item in self.answers),
            routes=f"Fits where this way in is open: {words.joined(ways)}." if ways else "",
            body=option_body(outcome.instrument.key, outcome.instrument.version, outcome.guidance.version, one.key),
        )


def _offered(outcome: Outcome) -> Iterable[_Candidate]:
    """Give what the clinic was offered, in its order."""
    for offer in outcome.result.offers:
        yield _Candidate(offer["key"], offer["for"], tuple(offer["items"]))


def _fitting(outcome: Outcome) -> Iterable[_Candidate]:
    """Give what fits the flags and the weakest topics, in the order of the guidance."""
    place = {key: place for place, key in enumerate(outcome.guidance.option)}
    targets = {target_of(flag): (flag.key, flag.domain) for flag in outcome.flags}
    targets |= {domain: (WEAK_DOMAIN, domain) for domain in lowest_of(outcome.topics)}
    found = [
        _Candidate(option.key, target)
        for target, (flag, domain) in targets.items()
        for option in fitting(outcome.guidance, flag, domain)
    ]
    return sorted(found, key=lambda one: place[one.key])
