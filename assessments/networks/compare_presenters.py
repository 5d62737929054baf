"""Puts the comparison of clinics into words, figures and places on a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final
from uuid import UUID

from assessments.networks import words as ours
from assessments.networks.compare_rows import Cell, ClinicRow, FlagCell, FlagHead, LeftOut, Strip
from assessments.networks.comparison import Reason
from assessments.networks.doors import shown_name
from assessments.networks.list_presenters import WEAKEST, Head
from assessments.networks.needs import safety_keys
from assessments.networks.paging import Pager, pager_of
from assessments.networks.selection import MANY_MAX, Selection
from assessments.networks.strips import clinics, strip, strips_said
from assessments.results import words
from readiness.guidance.flags import PER_TOPIC
from readiness.guidance.flags import Level as FlagLevel
from readiness.guidance.in_common import ALL_FROM
from readiness.instrument.definition import Form
from readiness.scoring.bands import Band
from readiness.scoring.score import ScoreStatus
from readiness.scoring.spread import MIN_FOR_QUARTILES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.networks.compare_reading import Compared, Comparison
    from assessments.networks.comparison import FlagCount
    from assessments.networks.models import NetworkClinic
    from readiness.guidance.flags import Flag
    from readiness.instrument.definition import Domain, Instrument
    from readiness.scoring.score import ScaleScore

REASONS: Final = {
    Reason.PROGRESS: "Scores not shown",
    Reason.UNFINISHED: "Nothing finished yet",
    Reason.VERSION: "Last finished with another version of the questionnaire",
}


@dataclass(frozen=True)
class ComparePage:
    """The whole page. `query` is the address's part that chooses the same clinics in the list, `address` its own.

    `only` is the clinic that is compared with no other.
    """

    compared: str
    n_compared: int
    n_clinics: int
    pager: Pager
    left_out: tuple[LeftOut, ...]
    name_head: Head
    heads: tuple[Head, ...]
    rows: tuple[ClinicRow, ...]
    heat_said: str
    strips: tuple[Strip, ...]
    strips_said: str
    mark: str
    flag_heads: tuple[FlagHead, ...]
    flags_said: str
    query: str
    address: str
    only: UUID | None
    bands: tuple[str, ...] = tuple(words.BANDS.values())
    caveats: str = words.CAVEATS_BRIEF
    n_for_quartiles: int = MIN_FOR_QUARTILES

    @property
    def has_medians(self) -> bool:
        """Whether any topic has enough scores for a median."""
        return any(strip.median for strip in self.strips)


def compare_page(given: Comparison, selection: Selection, instrument: Instrument, *, is_aliased: bool) -> ComparePage:
    """Lay out the page. `instrument` is the questionnaire in the version that is compared."""
    layout = _Layout(given, selection, instrument, is_aliased)
    strips, is_alone = layout.strips(), given.n_compared == 1
    return ComparePage(
        compared=compared_words(given, is_chosen=selection.is_filtered),
        n_compared=given.n_compared,
        n_clinics=given.tally.n_clinics,
        pager=pager_of(selection, given.n_compared),
        left_out=layout.left_out(),
        name_head=layout.head("name", "Clinic"),
        heads=tuple(layout.head(topic.key, topic.title) for topic in layout.topics),
        rows=layout.rows(),
        heat_said="" if is_alone else layout.heat_said(),
        strips=strips,
        strips_said="" if is_alone else strips_said(strips),
        mark=layout.name(given.marked.place) if given.marked else "",
        flag_heads=layout.flag_heads(),
        flags_said="" if is_alone else layout.flags_said(),
        query=selection.but(sort="name", is_descending=False).query(),
        address=selection.query(),
        only=given.clinics[0].place.clinic_id if is_alone and given.clinics else None,
    )


def clinic_rows(given: Comparison, instrument: Instrument, *, is_aliased: bool) -> tuple[ClinicRow, ...]:
    """Lay out the clinics alone, with the flags of the whole comparison and no links."""
    layout = _Layout(given, Selection(), instrument, is_aliased)
    return tuple(layout.row(clinic, is_marked=False, mark_url="") for clinic in given.clinics)


def compared_words(given: Comparison, *, is_chosen: bool) -> str:
    """Say how many clinics are compared, out of how many, and by what."""
    n_compared, n_clinics = given.n_compared, given.tally.n_clinics
    chosen = f"{clinics(n_clinics)} that you have chosen" if is_chosen else clinics(n_clinics)
    if n_compared == n_clinics >= ALL_FROM:
        so_many = f"All {chosen} are compared by their"
    elif n_compared == 1:
        return f"{_one(n_clinics, is_chosen=is_chosen)}, so there is nothing to compare it with."
    else:
        so_many = f"{n_compared:,} of {'the ' if is_chosen else ''}{chosen} are compared by their"
    return f"{so_many} latest finished assessment (version {given.version} of the questionnaire)."


def _one(n_clinics: int, *, is_chosen: bool) -> str:
    if n_clinics == 1:
        return "You have chosen one clinic" if is_chosen else "There is one clinic"
    chosen = f"the {clinics(n_clinics)} that you have chosen" if is_chosen else clinics(n_clinics)
    return f"Only one of {chosen} can be compared"


@dataclass(frozen=True)
class _Layout:
    given: Comparison
    selection: Selection
    instrument: Instrument
    is_aliased: bool

    @property
    def topics(self) -> tuple[Domain, ...]:
        return self.instrument.domains_of(Form.MANAGER)

    @cached_property
    def flag_order(self) -> tuple[FlagCount, ...]:
        """The columns of the table of flags: safety, which must not fall off its edge, then what most clinics have."""
        safety = safety_keys(self.instrument)
        return tuple(sorted(self.given.flags, key=lambda count: count.key not in safety))

    def name(self, place: NetworkClinic) -> str:
        return shown_name(place, self.is_aliased)

    def head(self, key: str, title: str) -> Head:
        is_here = self.selection.sort == key
        order = ("descending" if self.selection.is_descending else "ascending") if is_here else ""
        return Head(title, self.selection.sorted_by(key).query(), order)

    def rows(self) -> tuple[ClinicRow, ...]:
        return tuple(self._row(clinic) for clinic in self.given.clinics)

    def _row(self, clinic: Compared) -> ClinicRow:
        place, marked = clinic.place, self.given.marked
        is_marked = marked is not None and marked.place == place
        mark_url = self.selection.but(mark=None if is_marked else place.clinic_id, page=self.given.page).query()
        return self.row(clinic, is_marked=is_marked, mark_url=mark_url)

    def row(self, clinic: Compared, *, is_marked: bool, mark_url: str) -> ClinicRow:
        return ClinicRow(
            id=clinic.place.clinic_id,
            name=self.name(clinic.place),
            is_marked=is_marked,
            mark_url=mark_url,
            cells=self._cells(clinic),
            flags=tuple(self._flag(count.key, clinic.flags) for count in self.flag_order),
        )

    def _cells(self, clinic: Compared) -> tuple[Cell, ...]:
        scored = sorted((s.score, s.key) for s in clinic.scores.values() if s.score is not None)
        weak = {key: place for place, (_, key) in enumerate(scored[:WEAKEST], start=1)}
        return tuple(cell(clinic.scores[topic.key], topic.title, weak.get(topic.key, 0)) for topic in self.topics)

    def _flag(self, key: str, flags: Iterable[Flag]) -> FlagCell:
        found = [flag for flag in flags if flag.key == key]
        title = ours.flag_name(self.instrument, key)
        if not found:
            return FlagCell(title, "", "", "")
        raised_on = {flag.domain for flag in found} if key in PER_TOPIC else set()
        topics = [topic.title for topic in self.instrument.domains if topic.key in raised_on]
        level = FlagLevel(found[0].level)
        return FlagCell(title, level.value, words.LEVELS[level], ", ".join(topics))

    def heat_said(self) -> str:
        """Say which topic is at the lowest band most often."""
        low = [(topic.spread.n_by_band[Band.NOT_YET], key) for key, topic in self.given.spreads.items()]
        most = max((n_clinics for n_clinics, _ in low), default=0)
        if not most:
            return ""
        keys = [key for n_clinics, key in low if n_clinics == most]
        titles = words.named([topic.title for topic in self.topics if topic.key in keys])
        return f"Most often “{words.BANDS[Band.NOT_YET]}”: {titles}, in {self._of_all(most)}."

    def strips(self) -> tuple[Strip, ...]:
        return tuple(
            strip(topic, self.given.spreads[topic.key], self.given.marked)
            for topic in self.topics
            if topic.key in self.given.spreads
        )

    def flag_heads(self) -> tuple[FlagHead, ...]:
        return tuple(self._flag_head(count) for count in self.flag_order)

    def _flag_head(self, count: FlagCount) -> FlagHead:
        flags = tuple(dict.fromkeys((*self.selection.flags, count.key)))
        is_more = self.selection.flags != flags and len(flags) <= MANY_MAX
        return FlagHead(
            title=ours.flag_name(self.instrument, count.key),
            url=self.selection.but(flags=flags).query() if is_more else "",
            n_red=count.n_red,
            n_amber=count.n_amber,
        )

    def flags_said(self) -> str:
        """Say what is flagged most often, beside what the selection asks for."""
        if not self.given.flags:
            return "Nothing is flagged in these clinics."
        told = [count for count in self.given.flags if count.key not in self.selection.flags]
        if not told:
            return ""
        most = told[0].n_clinics
        titles = [ours.flag_name(self.instrument, count.key) for count in told if count.n_clinics == most]
        return f"Flagged most often: {words.named(titles)}, in {self._of_all(most)}."

    def left_out(self) -> tuple[LeftOut, ...]:
        counts = self.given.tally.n_left_out(self.given.version)
        named = {
            reason: tuple((place.clinic_id, self.name(place)) for place in places)
            for reason, places in self.given.left_out.items()
        }
        return tuple(LeftOut(REASONS[reason], n, named.get(reason, ())) for reason, n in counts.items() if n)

    def _of_all(self, number: int) -> str:
        n_compared = self.given.n_compared
        return f"all {clinics(number)}" if number == n_compared >= ALL_FROM else f"{number:,} of {clinics(n_compared)}"


def cell(scale: ScaleScore, title: str, weak: int) -> Cell:
    """Give a clinic's score on a topic; `weak` as in the cell."""
    is_scored = scale.score is not None
    doubt = "provisional" if scale.status is ScoreStatus.PROVISIONAL else ""
    return Cell(
        key=str(scale.key),
        title=title,
        exact=repr(scale.score) if is_scored else "",
        figure=words.figure(scale.score),
        status=scale.status.value,
        band=scale.band.value if scale.band else "",
        words=words.band_words(scale),
        doubt=doubt if scale.is_half_known or not is_scored else "few answers",
        weak=weak,
    )
