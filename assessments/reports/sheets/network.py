"""The workbook of a network: its comparison with all clinics that are asked for, as the pages show them."""

from __future__ import annotations

from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final

from assessments.networks.compare_presenters import compare_page
from assessments.networks.compare_reading import compare
from assessments.reports.codes import CUTS, NOT_SHOWN
from assessments.reports.sheets.book import Book, Front
from assessments.reports.sheets.codebook import Entry, codebook_of, topic_about
from assessments.reports.sheets.network_notes import notes_sheet
from assessments.reports.sheets.network_reading import clinic_lines
from assessments.reports.sheets.sheet import MORE, Column, Look, Sheet
from assessments.reports.sheets.topics import figure_of
from assessments.results import words
from assessments.results.team_rows import released_mark, topic_title
from readiness.instrument.definition import Form
from readiness.scoring.spread import MIN_FOR_QUARTILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.networks.compare_presenters import ComparePage
    from assessments.networks.compare_reading import Asked
    from assessments.networks.compare_rows import LeftOut, Strip
    from assessments.networks.models import Network
    from assessments.reports.sheets.network_reading import ClinicLine
    from assessments.reports.sheets.sheet import Cell
    from readiness.instrument.definition import Domain, Instrument

CLINIC: Final[Column[ClinicLine]] = Column(
    "Clinic", "The clinic, or its number in the network where names were hidden.", 30, lambda line: line.row.name
)


def write_network_workbook(target: IO[bytes], network: Network, asked: Asked, *, folder: str) -> None:
    """Write the comparison that is asked for, with all its clinics; `folder` takes what is written on the way."""
    given = compare(asked)
    page = compare_page(given, asked.selection, asked.instrument, is_aliased=asked.is_aliased)
    day = asked.now.date()
    long = (topics_sheet(asked.instrument), flags_sheet(page), team_sheet(asked.instrument))
    short = tuple(_short(page))
    with Book(target, Front(f"{network.name}: comparison", day), folder=folder) as book:
        notes = notes_sheet(network, asked, page, day)
        book.add(notes)
        _write_clinics(book, long, clinic_lines(asked, given))
        for sheet in short:
            book.add(sheet)
        sheets: tuple[Sheet[Any], ...] = (notes, *long, *short)
        book.add(codebook_of(sheets, entries(asked.instrument)))


def _write_clinics(book: Book, sheets: tuple[Sheet[ClinicLine], ...], lines: Iterator[ClinicLine]) -> None:
    """Write each clinic on every sheet before the next is read."""
    topics, flags, team = pages = [book.begin(sheet) for sheet in sheets]
    for line in lines:
        topics.write(line)
        flags.write(line)
        if line.released:
            team.write(line)
    for page in pages:
        page.end()


def _short(page: ComparePage) -> Iterator[Sheet[Any]]:
    """Give the sheets that are there if they have anything to say; one clinic alone is not spread."""
    if page.n_compared > 1:
        yield spread_sheet(page)
    if page.left_out:
        yield left_out_sheet(page)


def topics_sheet(instrument: Instrument) -> Sheet[ClinicLine]:
    """Give the scores, as a heat table; then for each topic its word, and what the score rests on."""
    topics = instrument.domains_of(Form.MANAGER)
    scores = (
        Column(
            topic.title,
            "The clinic’s score of 100 on this topic, kept unrounded, shown as a whole number. Empty where too little "
            "was answered: that is not zero.",
            12,
            partial(_score, topic.key),
            Look.HEAT,
        )
        for topic in topics
    )
    further = (column for place, topic in enumerate(topics) for column in _further(place, topic))
    about = "A clinic that can be compared, with its scores in the assessment that it finished last."
    return Sheet("Topics", about, (CLINIC, *scores, *further), (), n_printed=1 + len(topics))


def _further(place: int, topic: Domain) -> Iterator[Column[ClinicLine]]:
    yield Column(
        f"{topic.title}: word",
        "What the score means in a word. Empty where fewer than half of the questions have an answer on the scale.",
        15,
        partial(_word, place),
        Look.WORD,
    )
    yield Column(
        f"{topic.title}: basis",
        "On how many of the topic’s questions the score stands, and how far it can be leaned on.",
        18,
        partial(_basis, place, topic.key),
    )


def _score(key: str, line: ClinicLine) -> Cell:
    return line.scores[key].score


def _word(place: int, line: ClinicLine) -> Cell:
    return line.row.cells[place].words


def _basis(place: int, key: str, line: ClinicLine) -> Cell:
    scale = line.scores[key]
    return ", ".join(filter(None, [f"{scale.n_valid} of {scale.n_items}", line.row.cells[place].doubt]))


def flags_sheet(page: ComparePage) -> Sheet[ClinicLine]:
    """Give the flags, a column for each that any of the clinics has."""
    columns = (
        Column(
            head.title,
            "What the flag asks for, and on which topics where it is raised topic by topic. Empty where it is not "
            "raised.",
            19,
            partial(_flag, place),
            Look.WORD,
        )
        for place, head in enumerate(page.flag_heads)
    )
    return Sheet("Flags", "The same clinics, with their flags.", (CLINIC, *columns), ())


def _flag(place: int, line: ClinicLine) -> Cell:
    cell = line.row.flags[place]
    return MORE.join(filter(None, [cell.words, cell.topics]))


def team_sheet(instrument: Instrument) -> Sheet[ClinicLine]:
    """Give the figures of therapists as they are shown, each of one team."""
    columns = (
        Column(
            topic_title(topic),
            "What the clinic’s therapists as a group say, in confidence, of 100: a figure rounded to the nearest 5, or "
            f"a range near either end. “{NOT_SHOWN}”: nothing may be told. Not to be averaged over clinics.",
            14,
            partial(_team, topic.key),
            Look.COUNT,
        )
        for topic in instrument.domains_of(Form.THERAPIST)
    )
    at_least: Column[ClinicLine] = Column(
        "From at least", "From how many therapists each figure is, at least.", 11, _at_least, Look.COUNT
    )
    about = "A clinic of which figures of the therapists are shown."
    return Sheet("Team", about, (CLINIC, *columns, at_least), ())


def _team(key: str, line: ClinicLine) -> Cell:
    row = line.released.get(key)
    mark = released_mark(row) if row else None
    return figure_of(mark) if mark else NOT_SHOWN


def _at_least(line: ClinicLine) -> Cell:
    return next((row.n for row in line.released.values()), None)


TOO_FEW: Final = f"Empty where fewer than {words.number(MIN_FOR_QUARTILES)} clinics have a score."
SPREAD: Final[tuple[Column[Strip], ...]] = (
    Column("Topic", "The topic.", 30, lambda strip: strip.title),
    Column(
        "Median",
        f"Half of the scores are below, half above. {TOO_FEW}",
        9,
        lambda strip: _whole(strip.median),
        Look.COUNT,
    ),
    Column(
        "From",
        f"Where the middle half of the scores begins. {TOO_FEW}",
        9,
        lambda strip: _whole(strip.low_quartile),
        Look.COUNT,
    ),
    Column("To", f"Where the middle half ends. {TOO_FEW}", 9, lambda strip: _whole(strip.high_quartile), Look.COUNT),
    Column("Not yet", "In how many clinics the topic is under 50.", 10, lambda strip: strip.n_by_band[0], Look.COUNT),
    Column("Partly", "In how many it is from 50 to under 75.", 10, lambda strip: strip.n_by_band[1], Look.COUNT),
    Column("In place", "In how many it is 75 or over.", 10, lambda strip: strip.n_by_band[2], Look.COUNT),
    Column(
        "Without a score",
        "How many clinics answered too little for a score.",
        11,
        lambda strip: strip.n_without,
        Look.COUNT,
    ),
    Column("In words", "The same as the page says it.", 50, lambda strip: strip.said),
)


def spread_sheet(page: ComparePage) -> Sheet[Strip]:
    """Give how far the clinics lie apart on each topic."""
    return Sheet("Spread", "A topic over all these clinics.", SPREAD, page.strips)


def _whole(figure: str) -> int | None:
    return int(figure) if figure else None


LEFT_OUT: Final[tuple[Column[LeftOut], ...]] = (
    Column("Why", "Why they cannot be compared.", 44, lambda group: group.reason),
    Column("Clinics", "How many there are.", 10, lambda group: group.n_clinics, Look.COUNT),
    Column("Which", "The first of them by name.", 60, lambda group: "\n".join(name for _, name in group.named)),
    Column("More", "How many are not named here.", 10, lambda group: group.n_more or None, Look.COUNT),
)


def left_out_sheet(page: ComparePage) -> Sheet[LeftOut]:
    """Give who is not in the comparison, and why."""
    return Sheet("Left out", "A reason for which clinics are not in the comparison.", LEFT_OUT, page.left_out)


def entries(instrument: Instrument) -> tuple[Entry, ...]:
    """Explain topics and words, under which they stand here: a network's file holds no keys and no codes."""
    return (
        *(Entry("Topic", "", topic_title(topic), topic_about(topic)) for topic in instrument.domains),
        *(Entry("Word", "Topics", words.BANDS[band], cut) for band, cut in CUTS.items()),
    )
