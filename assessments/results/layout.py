"""Turns a reading into the lines of a result page: in which words and order, in full or as a link."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from assessments.results import words
from assessments.results.reading import guidance_for
from assessments.results.rows import (
    AnswerRow,
    CardRow,
    FactRow,
    FlagRow,
    GapRow,
    GroupRow,
    OptionGroup,
    OptionList,
    OptionRow,
    SafetyRow,
    ScoreRow,
    TopicRow,
)
from assessments.results.team_rows import TeamSection, team_section, topic_title
from assessments.results.views_words import no_gap_words
from readiness.guidance.cards import words as flag_words
from readiness.guidance.flags import LOW_CONFIDENCE, OF_TEAM, ROLE_GAP, WEAK_DOMAIN, Flag, Level
from readiness.guidance.notes import holds_down
from readiness.guidance.options import Offer, lowest_domains
from readiness.guidance.words import grounds_of
from readiness.instrument.definition import Form, NonAnswer
from readiness.instrument.loading import load
from readiness.instrument.words import answer_words, source_name
from readiness.scoring.compare import clinic_side, shared_items
from readiness.scoring.score import ScaleScore, ScoreStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.utils.safestring import SafeString

    from assessments.results.reading import Reading
    from assessments.results.team_rows import Mark, TeamRow
    from readiness.guidance.cards import Card
    from readiness.instrument.definition import Item, Stage


@dataclass
class Layout:
    """Lays out one page; remembers which options stand on it in full already."""

    reading: Reading
    answers: dict[str, AnswerRow] = field(init=False)
    team: TeamSection = field(init=False)
    _options_shown: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        reading = self.reading
        self.team = team_section(reading.team, reading.instrument, reading.context, is_final=reading.is_frozen)
        self.answers = {
            key: AnswerRow(
                key=key,
                short=reading.instrument.item[key].short,
                text=reading.instrument.item[key].wording[Form.MANAGER],
                words=answer_words(reading.instrument, key, answer, reading.context.stage)
                if reading.is_asked(key)
                else "Not asked: this way is not in use",
                step=answer if isinstance(answer, int) else 0,
                is_critical=reading.instrument.item[key].critical,
            )
            for key, answer in reading.answers.items()
        }

    def takeaways(self) -> tuple[GroupRow, ...]:
        instrument = self.reading.instrument
        titles = {takeaway.key: takeaway.title for takeaway in instrument.takeaways}
        return self._groups(
            self.reading.scorecard.takeaways, titles, lambda item: instrument.domain[item.domain].takeaway
        )

    def cfir(self) -> tuple[GroupRow, ...]:
        instrument = self.reading.instrument
        titles = {domain.key: domain.title for domain in instrument.cfir}
        return self._groups(
            self.reading.scorecard.cfir, titles, lambda item: instrument.determinant[item.determinant].cfir
        )

    def _groups(
        self, scales: Iterable[ScaleScore], titles: Mapping[Any, str], group_of: Callable[[Item], object]
    ) -> tuple[GroupRow, ...]:
        """`group_of` gives the key of the group that an item counts in, as scoring does."""
        answers: dict[object, list[AnswerRow]] = {}
        for item in self.reading.instrument.items_of(Form.MANAGER):
            answers.setdefault(group_of(item), []).append(self.answers[item.key])
        return tuple(
            GroupRow(self._score(scale, titles[scale.key]), tuple(answers.get(scale.key, ()))) for scale in scales
        )

    def _score(self, scale: ScaleScore, title: str) -> ScoreRow:
        return score_row(scale, title, self.reading.context.stage)

    def topics(self) -> tuple[TopicRow, ...]:
        """Weakest first; topics without a score stand last, in the order of the form."""
        scales = sorted(self.reading.scorecard.domains, key=lambda s: (s.score is None, s.score or 0.0))
        return tuple(self._topic(scale) for scale in scales)

    def _topic(self, scale: ScaleScore) -> TopicRow:
        reading, domain = self.reading, str(scale.key)
        low = holds_down(reading.instrument, reading.answers, domain, reading.context)
        items = reading.instrument.items_of(Form.MANAGER, domain)
        return TopicRow(
            score=self._score(scale, reading.instrument.domain[domain].title),
            team=self.team.of(domain),
            holds_down=tuple(self.answers[key] for key in low),
            others=tuple(self.answers[item.key] for item in items if item.key not in low),
        )

    def card(self, number: int, card: Card) -> CardRow:
        reading = self.reading
        return CardRow(
            anchor=f"card-{card.key}-{card.domain}" if card.key in (ROLE_GAP, WEAK_DOMAIN) else f"card-{card.key}",
            number=number,
            level=card.level.value,
            level_words=words.LEVELS[card.level],
            topic=topic_title(reading.instrument.domain[card.domain]),
            flags=tuple(self._flag(flag) for flag in card.flags),
            said=self._said(card, "you"),
            told=self._said(card, "the clinic"),
            because=tuple(self.answers[key] for key in card.items),
            options=self._options(offers_of(reading, card), set(card.items)),
        )

    def _flag(self, flag: Flag) -> FlagRow:
        reading = self.reading
        said = flag_words(
            reading.guidance, reading.instrument, flag, reading.answers, reading.context, reading.team.figures
        )
        return FlagRow(
            flag.key,
            flag.level.value,
            words.LEVELS[flag.level],
            said.title,
            said.sentence,
            self._sources(said.sources),
        )

    def _said(self, card: Card, who: str) -> str:
        """Say with the team's figure why there is a card; empty where only the clinic's answers are the reason."""
        row = self.team.of(card.domain)
        if row is None or row.mark is None or card.key not in OF_TEAM:
            return ""
        group = f"as a group ({row.mark.basis})" if row.released else row.mark.basis
        if card.key == LOW_CONFIDENCE:
            return f"the therapists rated their own confidence at {row.mark.of_100}, {group}"
        ours = f"{who} rated what both were asked at {words.figure(self._clinic_side(card.domain))} of 100"
        return f"{ours}, and the therapists at {row.mark.of_100}, {group}"

    def _clinic_side(self, domain: str) -> float | None:
        """Give the clinic's score over exactly the questions that the team was asked too."""
        reading = self.reading
        side = clinic_side(reading.instrument, domain, reading.answers, reading.context)
        return side.score if side else None

    def compared(self) -> tuple[str, ...]:
        """Give the topics on which clinic and team are asked the same questions."""
        domains = self.reading.instrument.domains_of(Form.THERAPIST)
        return tuple(domain.title for domain in domains if shared_items(self.reading.instrument, domain.key))

    def gaps(self) -> tuple[GapRow, ...]:
        """Give the topics that were flagged as seen differently, in their rank."""
        rows = [self.team.of(flag.domain) for flag in self.reading.flags if flag.key == ROLE_GAP]
        return tuple(self._gap(row, row.mark) for row in rows if row and row.mark)

    def no_gap(self) -> str:
        """Say what can be told where no topic was flagged as seen differently."""
        return no_gap_words((self._clinic_side(key), figure) for key, figure in self.reading.team.figures.items())

    def _gap(self, row: TeamRow, mark: Mark) -> GapRow:
        return GapRow(
            key=row.key,
            title=row.title,
            clinic=words.figure(self._clinic_side(row.key)),
            team=mark,
            answers=tuple(self.answers[key] for key in shared_items(self.reading.instrument, row.key)),
        )

    def _sources(self, keys: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple((key, source_name(self.reading.instrument.source[key])) for key in keys)

    def _options(self, offers: Iterable[Offer], said: set[str]) -> OptionList:
        """`said` are the answers that stand beside the options already and need not be repeated."""
        here, elsewhere = [], []
        for offer in offers:
            if offer.key in self._options_shown:
                elsewhere.append((offer.key, self.reading.guidance.option[offer.key].title))
            else:
                here.append(self._option(offer, said))
                self._options_shown.add(offer.key)
        return OptionList(tuple(here), tuple(elsewhere))

    def _option(self, offer: Offer, said: set[str]) -> OptionRow:
        instrument, guidance = self.reading.instrument, self.reading.guidance
        option = guidance.option[offer.key]
        return OptionRow(
            key=offer.key,
            for_=offer.for_,
            title=option.title,
            kind=words.KINDS[offer.kind],
            effort=words.EFFORTS[option.effort],
            who=option.who,
            first_step=option.steps[0],
            because=tuple(self.answers[key] for key in offer.items if key not in said),
            body=option_body(instrument.key, instrument.version, guidance.version, offer.key),
        )

    def option_groups(self) -> tuple[OptionGroup, ...]:
        reading = self.reading
        return tuple(
            OptionGroup(
                key=domain,
                title=reading.instrument.domain[domain].title,
                figure=words.figure(reading.scorecard.domain(domain).score),
                options=self._options([o for o in reading.offers if o.for_ == domain], set()),
            )
            for domain in lowest_domains(reading.scorecard)
        )

    def safety(self) -> tuple[SafetyRow, ...]:
        levels = {key: flag.level for flag in self.reading.flags for key in flag.items}
        items = [item.key for item in self.reading.instrument.items_of(Form.MANAGER) if item.safety]
        return tuple(self._safety(key, levels.get(key)) for key in items)

    def _safety(self, key: str, level: Level | None) -> SafetyRow:
        row = self.answers[key]
        if level:
            return SafetyRow(row, level.value, words.LEVELS[level])
        if row.step:
            return SafetyRow(row, "settled", "In place")
        return SafetyRow(row, "blank", "Not answered" if self.reading.is_frozen else "Not answered yet")

    def facts(self) -> tuple[FactRow, ...]:
        beside = {clash.fact: clash.item for clash in self.reading.guidance.clashes}
        return tuple(
            FactRow(
                text=self.reading.instrument.fact[key].text,
                figure="Don’t know" if isinstance(value, NonAnswer) else f"{value:,}",
                unit="" if isinstance(value, NonAnswer) else self.reading.instrument.fact[key].unit,
                beside=self.answers[beside[key]] if key in beside else None,
            )
            for key, value in self.reading.facts.items()
        )


def offers_of(reading: Reading, card: Card) -> tuple[Offer, ...]:
    """Give the options of a card's flags, each once, those of the first flag first."""
    targets = [flag.domain if flag.key == WEAK_DOMAIN else flag.key for flag in card.flags]
    offers: dict[str, Offer] = {}
    for offer in sorted((o for o in reading.offers if o.for_ in targets), key=lambda o: targets.index(o.for_)):
        offers.setdefault(offer.key, offer)
    return tuple(offers.values())


def score_row(scale: ScaleScore, title: str, stage: Stage) -> ScoreRow:
    """Put the score of a topic, takeaway or CFIR domain into words."""
    return ScoreRow(
        key=str(scale.key),
        title=title,
        exact="" if scale.score is None else repr(scale.score),
        figure=words.figure(scale.score),
        status=scale.status.value,
        band=scale.band.value if scale.band else "",
        words=words.band_words(scale),
        basis=words.basis_words(scale),
        missing=words.missing_words(scale, stage),
        doubt=words.doubt_words(scale),
        is_hatched=scale.status is not ScoreStatus.NOT_SCORED and not scale.is_half_known,
    )


@lru_cache(maxsize=512)
def option_body(instrument: str, version: int, guidance_version: int, key: str) -> SafeString:
    """Render what an option says to every clinic; once, because guidance never changes once released."""
    questionnaire = load(instrument, version)
    option = guidance_for(instrument, version, guidance_version).option[key]
    context = {"option": option, "grounds": grounds_of(option, questionnaire)}
    return render_to_string("results/_option_body.html", context)
