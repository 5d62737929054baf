"""What each way of telling a result says, as one common mapping, read from outside as its readers do.

A key is a view and what it is about: `("figure", "topic/funding")`. Figures are text as pages write them, "" where
there is none; scores are numbers, None where there is none. An extractor gives what it finds and makes nothing up: what
a channel left out is missing from its mapping.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from http import HTTPStatus
from typing import Any, Final

from django.test import Client
from django.utils import timezone
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader

from assessments.clinics.models import User
from assessments.reports.actions import make_token
from assessments.reports.files import BY_KEY
from assessments.reports.models import Scope
from assessments.reports.report import Report
from assessments.rounds.models import Round
from readiness.instrument.definition import CONFIDENCE
from tests.assessments.results.conftest import hooks, page_of

Cells = dict[tuple[str, str], str | float | None]

NOT_SHOWN: Final = "not shown"
LEVELS: Final = {"Needs a decision": "red", "Look at this": "amber"}
WORD: Final = r"Not yet|Partly|In place"
FIGURE: Final = r"\d+(?: or (?:less|more))?"


@dataclass(frozen=True)
class Told:
    """A finished assessment as its lead can have it; `keys` gives topics by title, therapists' ones included."""

    assessment: Round
    lead: User
    report: Report
    page: str

    @property
    def keys(self) -> Mapping[str, str]:
        """Topics by title."""
        return {domain.title: domain.key for domain in self.report.reading.instrument.domains} | {
            "The therapists’ own confidence": "confidence"
        }

    def file(self, kind: str) -> bytes:
        """Make a file."""
        return BY_KEY[kind].make(self.report)

    @cached_property
    def pdf(self) -> list[str]:
        """Read the PDF page by page, once, because that takes long."""
        return [page.extract_text() for page in PdfReader(io.BytesIO(self.file("report-a4"))).pages]

    def rows(self, kind: str) -> list[dict[str, str]]:
        """Read a CSV file."""
        return list(csv.DictReader(io.StringIO(self.file(kind).decode("utf-8-sig"), newline="")))


def number(text: str) -> float | None:
    """Read a number; None for none."""
    return float(text) if text else None


def figure_of(value: object, side: str | None, bound: object) -> str:
    """Write a figure of the therapists as pages do."""
    if side:
        return f"{bound} or {'less' if side == 'at_most' else 'more'}"
    return NOT_SHOWN if value in ("", None) else str(value)


def in_one(flags: Iterable[str]) -> str:
    """Write flags with their levels as one cell."""
    return ", ".join(sorted(flags))


def hooks_of_page(told: Told) -> Cells:
    """Read the hooks of the page."""
    found: Cells = {}
    for one in hooks(told.page, "domain-score"):
        key = f"topic/{one['domain']}"
        found["score", key] = number(one["score"])
        found["status", key], found["band", key] = one["status"], one["band"]
    found["flags", ""] = in_one(f"{one['flag']} {one['level']}" for one in hooks(told.page, "flag"))
    marks = re.findall(
        r'class="level level-(\w+)">([^<]*)<|<(?:div|h3) data-test="flag"[^>]* data-level="(\w+)"', told.page
    )
    over = ("", "")
    for level, words, of_flag in marks:
        over = over if of_flag else (level, words)
        assert not of_flag or over == (of_flag, next(text for text, key in LEVELS.items() if key == of_flag))
    return found


def _levels(told: Told, text: str) -> str:
    """Read the level at every place where a flag is named, in tables before its title, elsewhere behind it."""
    flags = [flag for card in (*told.report.page.first, *told.report.page.rest) for flag in card.flags]
    level, title = "|".join(LEVELS), "|".join(re.escape(flag.title) for flag in flags)
    found: dict[str, set[str]] = {}
    if flags:
        said = " ".join(text.split())
        behind = re.findall(rf"((?:{title})(?: · (?:{title}))*) ({level})", said)
        before = [(titles, words) for words, titles in re.findall(rf"({level}) ({title})", said)]
        for titles, words in (*behind, *before):
            for one in titles.split(" · "):
                found.setdefault(one, set()).add(LEVELS[words])
    return in_one(f"{flag.key} {one}" for flag in flags for one in found.get(flag.title, ()))


def groups_of_page(told: Told) -> Cells:
    """Read the two other views on the page."""
    found: Cells = {}
    for part in re.split(r'<details class="topic topic-plain"', told.page)[1:]:
        one = dict(re.findall(r'data-([a-z]+)="([^"]*)"', part.partition(">")[0]))
        key = f"{'takeaway' if one['group'].isdigit() else 'cfir'}/{one['group']}"
        found["score", key] = number(one["score"])
        found["figure", key], found["words", key] = _said_on_bar(part)
    return found


def gaps_of_page(told: Told) -> Cells:
    """Read where views differ."""
    parts = re.split(r'data-test="role-gap" data-domain="', told.page)[1:]
    return {("gap", part.partition('"')[0]): _match(r".*?<b>(\d+)</b>", part)[1] for part in parts}


def bars_of_page(told: Told) -> Cells:
    """Read what stands on the bars."""
    found: Cells = {}
    for part in re.split(r'<details class="topic"', told.page)[1:]:
        key = _match(r'.*?data-domain="([^"]+)"', part)[1]
        found["figure", f"topic/{key}"], found["words", f"topic/{key}"] = _said_on_bar(part)
        team = re.search(rf"Your team: ({FIGURE})", _plain(part.partition("</summary>")[0]))
        found["mark", key] = team[1] if team else ""
    return found


def _said_on_bar(part: str) -> tuple[str, str]:
    said = _match(rf"(?:(\d+)|No score)(?: ({WORD}))?", _plain(part.partition('class="topic-figure">')[2][:400]))
    return said[1] or "", said[2] or ""


def tables_of_page(told: Told) -> Cells:
    """Read the table of the topics, and the one of the team; or the sentence in its place."""
    found: Cells = {}
    for title, figure, words, *team in _table(told.page, "The nine topics, weakest first"):
        key = told.keys[re.sub(r" based on .*", "", title)]
        found["figure", f"topic/{key}"] = figure.replace("–", "")
        found["words", f"topic/{key}"] = words if re.fullmatch(WORD, words) else ""
        mark = re.match(FIGURE, team[0]) if team else None
        found["mark", key] = mark[0] if mark else ""
    if 'data-test="not-shown"' in told.page:
        found |= {("released", row.scale): NOT_SHOWN for row in told.report.reading.team.rows}
    for title, *said in _table(told.page, "What the team said, by topic"):
        key = told.keys[title]
        if told.report.page.team.is_shown:
            found["released", key] = _match(rf"{FIGURE}|{NOT_SHOWN}", said.pop(0))[0]
        if said and said[0] != "not asked":
            talked = re.match(rf"{FIGURE}(?! of \d)", said[0])
            found["talk", key] = talked[0] if talked else ""
    return found


def chart_of_page(told: Told) -> Cells:
    """Read the data of the chart; it has no bar for a topic without any figure."""
    data = re.search(r'<script id="chart-figure" type="application/json">(.*?)</script>', told.page, re.DOTALL)
    figure: dict[str, Any] = json.loads(data[1]) if data else {"data": []}
    found: Cells = {}
    for key in (topic.key for topic in told.report.reading.instrument.domains if topic.key != "confidence"):
        found["score", f"topic/{key}"], found["figure", f"topic/{key}"], found["mark", key] = None, "", ""
    for trace in figure["data"]:
        for place, title in enumerate(trace["y"]):
            key = told.keys[title]
            if trace["type"] == "bar":
                found["score", f"topic/{key}"] = trace["x"][place]
                found["figure", f"topic/{key}"] = trace["text"][place]
            else:
                found["mark", key] = trace["customdata"][place][0].replace(" of 100", "")
    return found


def json_file(told: Told) -> Cells:
    """Read the JSON file."""
    return of_values(json.loads(told.file("json")))


def of_values(values: Mapping[str, Any]) -> Cells:
    """Read a result in plain JSON values."""
    found: Cells = {}
    for view, name in (("topic", "topics"), ("takeaway", "takeaways"), ("cfir", "cfir")):
        for row in values[name]:
            key = f"{view}/{row['key']}"
            found["score", key], found["status", key] = row["score"], row["status"]
            found["band", key] = row["band"] or ""
            found["figure", key], found["words", key] = row["figure"] or "", row["words"] or ""
    if values["therapists"]["n_invited"]:
        for row in values["therapists"]["rows"]:
            found["released", row["key"]] = figure_of(row["value"], row["side"], row["bound"])
            assert row["is_shown"] == (found["released", row["key"]] != NOT_SHOWN) == bool(row["figure"])
    for row in (values["team_talk"] or {"rows": []})["rows"]:
        found["talk score", row["key"]], found["talk", row["key"]] = row["score"], row["figure"] or ""
    found["flags", ""] = in_one(f"{one['key']} {one['level']}" for one in values["flags"])
    found |= {("gap", one["topic"]): one["clinic"] for one in values["different_views"]}
    return found


def scores_csv(told: Told) -> Cells:
    """Read the table of figures."""
    found: Cells = {}
    for row in told.rows("scores"):
        if row["view"] == "therapists":
            found["released", row["key"]] = row["figure"]
            assert row["figure"] == figure_of(row["score"], row["side"], row["bound"])
        elif row["view"] == "team_talk":
            found["talk", row["key"]], found["talk score", row["key"]] = row["figure"], number(row["score"])
        else:
            key = f"{row['view']}/{row['key']}"
            found["score", key] = number(row["score"])
            found |= {(name, key): row[name] for name in ("figure", "words", "status", "band")}
    return found


def wide_csv(told: Told) -> Cells:
    """Read the one row of an assessment."""
    (row,) = told.rows("answers-wide")
    found: Cells = {}
    for name, view, key in _scored(row):
        found["score", f"{view}/{key}"] = number(row[name])
        found["status", f"{view}/{key}"], found["band", f"{view}/{key}"] = row[f"{name}_status"], row[f"{name}_band"]
    for name in row:
        topic = re.match(r"therapists_(.+)_shown", name)
        if topic and row["therapists_invited"] != "0":
            of = f"therapists_{topic[1]}"
            found["released", topic[1]] = figure_of(row[of], row[f"{of}_side"], row[f"{of}_bound"])
        topic = re.match(r"talk_(.+)_status", name)
        if topic and row["talk_people"]:
            found["talk score", topic[1]] = number(row[f"talk_{topic[1]}"])
    return found


def _scored(row: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in row:
        view, _, key = name.partition("_")
        if view in ("topic", "takeaway", "cfir") and not key.endswith(("_status", "_band")):
            yield name, view, key.replace("_", "-")


def workbook(told: Told) -> Cells:
    """Read the sheets of topics, other views and flags in the workbook."""
    book = load_workbook(io.BytesIO(told.file("workbook")), read_only=True)
    found: Cells = {}
    for row in _sheet(book, "Topics"):
        key = row["Topic key"]
        if key != CONFIDENCE:
            found |= _of_sheet(f"topic/{key}", row)
            found["band", f"topic/{key}"] = row["Band"] or ""
        if row["Therapists"] != "not asked":
            found["released", key] = str(row["Therapists"])
            value, end, bound = row["Therapists: value"], row["Therapists: end"], row["Therapists: bound"]
            assert row["Therapists"] == (figure_of(value, end, bound) if value is None else value)
        if told.report.reading.team.talk and key != CONFIDENCE and told.report.page.team.of(key):
            found["talk score", key] = row["Team talk"]
    for row in _sheet(book, "Other views"):
        found |= _of_sheet(f"{'takeaway' if str(row['Key']).isdigit() else 'cfir'}/{row['Key']}", row)
    found["flags", ""] = in_one(f"{row['Key']} {row['Level key']}" for row in _sheet(book, "Flags"))
    return found


def _of_sheet(key: str, row: Mapping[str, Any]) -> Cells:
    return {("score", key): row["Score"], ("status", key): row["Status"], ("words", key): row["Word"] or ""}


def _sheet(book: Workbook, name: str) -> Iterator[dict[str, Any]]:
    heads, *rows = book[name].iter_rows(values_only=True)
    yield from (dict(zip(heads, row, strict=True)) for row in rows)


def api(told: Told) -> Cells:
    """Ask the API with a token of the lead's."""
    _, secret = make_token(by=told.lead, name="All", scope=Scope.RESULTS, clinic=None, days=30, now=timezone.now())
    address = f"/api/v1/assessments/{told.assessment.pk}/result"
    answer = Client().get(address, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == HTTPStatus.OK
    return of_values(answer.json())


def pdf_file(told: Told) -> Cells:
    """Read the tables of the topics and of the team in the PDF."""
    text = "\n".join(told.pdf)
    table = text.partition("The nine topics, weakest first")[2]
    found: Cells = {("flags", ""): _levels(told, text)}
    for title, key in told.keys.items():
        line = re.search(rf"^{title} (?:(\d+)|No score)(?: ({WORD}))?(.*?) \d+ of \d+ questions", table, re.M | re.S)
        if line:
            found["figure", f"topic/{key}"], found["words", f"topic/{key}"] = line[1] or "", line[2] or ""
            team = re.search(FIGURE, line[3])
            found["mark", key] = team[0] if team else ""
    for head in re.finditer(r"^Topic (In confidence\nat least \d+ therapists\s)?(Team talk\n)?", text, re.M):
        found |= _team_in_pdf(told, head, text[head.end() :]) if head[1] or head[2] else {}
    return found | _withheld(told, text)


def _team_in_pdf(told: Told, head: re.Match[str], text: str) -> Cells:
    found: Cells = {}
    last = "The therapists’ own confidence"
    rows = re.split(rf"^({'|'.join(told.keys)}) ", text, flags=re.M)[1:]
    for title, row in zip(rows[::2], rows[1::2], strict=True):
        said = re.findall(rf"{FIGURE}\b(?! of| “| questions)|{NOT_SHOWN}|not asked|Not enough", row[:60])
        found |= _of_team(told.keys[title], said, is_heard=bool(head[1]), has_talked=bool(head[2]))
        if title == last:
            break
    return found


def word_file(told: Told) -> Cells:
    """Read the tables of the Word document, known by their heads."""
    document = Document(io.BytesIO(told.file("word")))
    text = text_of_word(document)
    found = _withheld(told, text) | {("flags", ""): _levels(told, text)}
    for table in document.tables:
        (_, *heads), *rows = ([cell.text for cell in row.cells] for row in table.rows)
        for title, *cells in rows:
            key = told.keys.get(title.partition("\n")[0], "")
            if heads[1:2] == ["Clinic, of 100"]:
                said = _match(rf"(\d+)? ?({WORD})?", cells[1])
                found["figure", f"topic/{key}"], found["words", f"topic/{key}"] = said[1] or "", said[2] or ""
                mark = re.match(FIGURE, cells[2]) if heads[2] == "The team" else None
                found["mark", key] = mark[0] if mark else ""
            elif heads[0].startswith("Managers, on"):
                found["gap", key] = cells[0]
            elif heads[0].startswith(("In confidence\n", "Team talk\n")):
                talked = [head.startswith("Team talk") for head in heads]
                found |= _of_team(key, cells, is_heard=not talked[0], has_talked=talked[-1])
    return found


def text_of_word(document: WordDocument) -> str:
    """Read a document from its first word to its last, without its list of contents."""
    lines = [
        "".join(one.text or "" if one.tag == qn("w:t") else "\n" for one in line.iter(qn("w:t"), qn("w:br")))
        for line in document.element.body.iter(qn("w:p"))
        if not line.xpath('w:pPr/w:pStyle[@w:val="TOC1" or @w:val="TOC2"]')
    ]
    return "\n".join(lines)


def _of_team(key: str, said: list[str], *, is_heard: bool, has_talked: bool) -> Cells:
    """Read a row of the team's table: what was said in confidence, then in a talk."""
    found: Cells = {}
    if is_heard:
        found["released", key] = _match(rf"{FIGURE}|{NOT_SHOWN}", said.pop(0))[0]
    if has_talked and said[0] != "not asked":
        figure = re.match(FIGURE, said[0])
        found["talk", key] = figure[0] if figure else ""
    return found


def _withheld(told: Told, text: str) -> Cells:
    """Read the sentence that stands where nothing of the therapists is shown."""
    is_said = "no figures of the therapists are shown" in " ".join(text.split())
    return {("released", row.scale): NOT_SHOWN for row in told.report.reading.team.rows if is_said}


def _table(page: str, label: str) -> Iterator[list[str]]:
    for row in re.findall(r"<tr.*?</tr>", page.partition(f'aria-label="{label}"')[2].partition("</table>")[0], re.S)[
        1:
    ]:
        yield [_plain(cell) for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.S)]


def _match(pattern: str, text: str) -> re.Match[str]:
    found = re.match(pattern, text, re.DOTALL)
    assert found, text[:200]
    return found


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def page_of_result(assessment: Round, lead: User) -> str:
    """Give the page of a result."""
    return page_of(lead, assessment)
