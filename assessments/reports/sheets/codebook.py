"""The last sheet: what every column means, every question, and every code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from assessments.plans.models import Status as ActionStatus
from assessments.reports.codes import BANDS, SIDES, STATUSES
from assessments.reports.missing import missing_words
from assessments.reports.sheets.sheet import Column, Sheet
from assessments.results import words
from assessments.results.team_rows import topic_title
from readiness.guidance.words import flag_name
from readiness.instrument.definition import CONFIDENCE, Form
from readiness.instrument.words import STATUSES as SOURCE_STATUSES
from readiness.instrument.words import source_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assessments.reports.report import Report
    from readiness.guidance.definition import Guidance
    from readiness.instrument.definition import Domain, Instrument, Item, Stage


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the codebook: something by its name, of a part, with what it means and what else is known of it."""

    part: str
    where: str
    name: str
    means: str
    more: str = ""


COLUMNS: Final[tuple[Column[Entry], ...]] = (
    Column("Part", "What kind of entry it is.", 16, lambda entry: entry.part),
    Column("Where", "The sheet or topic to which it belongs.", 26, lambda entry: entry.where),
    Column(
        "Name",
        "The head of a column, a key, a code or a word, as it stands in this file.",
        28,
        lambda entry: entry.name,
    ),
    Column("Meaning", "What it means.", 70, lambda entry: entry.means),
    Column(
        "More",
        "The factor behind a question and its sources, or how a publication was read.",
        60,
        lambda entry: entry.more,
    ),
)


def codebook_sheet(sheets: Iterable[Sheet[Any]], report: Report) -> Sheet[Entry]:
    """Explain the sheets of an assessment, and everything that stands in them by a key."""
    reading = report.reading
    entries = (
        *topics(reading.instrument),
        *questions(reading.instrument),
        *codes(reading.context.stage),
        *flags(reading.guidance, reading.instrument),
        *sources(reading.instrument),
    )
    return codebook_of(sheets, entries)


def codebook_of(sheets: Iterable[Sheet[Any]], entries: Iterable[Entry]) -> Sheet[Entry]:
    """Explain sheets, the codebook's own columns among them, and then whatever else is to be explained."""
    own = Sheet("Codebook", "A sheet, a column, a question, a code or a source.", COLUMNS, ())
    return Sheet(own.name, own.about, COLUMNS, (*columns((*sheets, own)), *entries), 3)


def columns(sheets: Iterable[Sheet[Any]]) -> Iterator[Entry]:
    """Say of each sheet what a line is, and of each of its columns what it means."""
    for sheet in sheets:
        yield Entry("Sheet", sheet.name, sheet.name, sheet.about)
        yield from (Entry("Column", sheet.name, column.head, column.about) for column in sheet.columns)


def topics(instrument: Instrument) -> Iterator[Entry]:
    """Give every topic, with what it is about."""
    for domain in instrument.domains:
        yield Entry("Topic", "", domain.key, f"{topic_title(domain)}. {topic_about(domain)}")


def topic_about(domain: Domain) -> str:
    """Say what a topic is about; what only therapists are asked speaks to them."""
    return f"On their form: “{domain.about}”" if domain.key == CONFIDENCE else domain.about


def questions(instrument: Instrument) -> Iterator[Entry]:
    """Give every question of the clinic form with its sources, the answers to them, and the figures to be stated."""
    for item in instrument.items_of(Form.MANAGER):
        topic = topic_title(instrument.domain[item.domain])
        yield Entry("Question", topic, item.key, item.wording[Form.MANAGER], _behind(instrument, item))
    for key in dict.fromkeys(item.scale for item in instrument.items_of(Form.MANAGER)):
        yield from (Entry("Answer", "Items", str(step), label) for step, label in instrument.scale[key].labels.items())
    for fact in instrument.facts:
        topic = topic_title(instrument.domain[fact.domain])
        yield Entry("Stated figure", topic, fact.key, fact.text, f"{fact.unit}, {fact.low:,} to {fact.high:,}")


def _behind(instrument: Instrument, item: Item) -> str:
    founded = instrument.determinant[item.determinant]
    behind = "; ".join(
        f"{source_name(instrument.source[one.source])}, {SOURCE_STATUSES[one.status]}" for one in founded.sources
    )
    return f"Factor: {founded.name}. Sources: {behind}."


def codes(stage: Stage) -> Iterator[Entry]:
    """Give every code, and the words for it."""
    yield from (Entry("Band", "Topics", band, means) for band, means in BANDS)
    yield from (Entry("Status", "Topics", status, means) for status, means in STATUSES)
    for code, said in missing_words(stage):
        yield Entry("Missing", "Items", code, f"{said}. No figure, never zero.")
    for side, said in SIDES:
        yield Entry("End", "Topics", side, f"The therapists’ figure is a range: {said}.")
    yield from (Entry("Level", "Flags", level.value, said) for level, said in words.LEVELS.items())
    yield from (Entry("State", "Plan", state.value, str(state.label)) for state in ActionStatus)


def flags(guidance: Guidance, instrument: Instrument) -> Iterator[Entry]:
    """Give every flag that may be raised, by its name."""
    yield from (Entry("Flag", "Flags", key, flag_name(guidance, instrument, key)) for key in guidance.flag)


def sources(instrument: Instrument) -> Iterator[Entry]:
    """Give every publication, and how it was read."""
    for source in instrument.sources:
        yield Entry(
            "Source", "", source_name(source), source.citation, " ".join(filter(None, [source.read, source.url]))
        )
