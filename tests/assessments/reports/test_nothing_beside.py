"""What files carry beside what they say: the same bytes however many answered and whenever, no path, no hour."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import pytest
from django.db import transaction
from pypdf import PdfReader
from pypdf.generic import StreamObject

from assessments.clinics.models import User
from assessments.reports.files import KINDS, FileKind
from assessments.reports.report import report_of
from assessments.rounds.models import Round
from readiness.instrument.definition import Answer, Form
from readiness.instrument.loading import load
from readiness.scoring.release import MIN_PEOPLE
from tests.assessments.conftest import NOW
from tests.assessments.results.conftest import LATER
from tests.assessments.results.team import finish, hear, sheet

Sheets = list[dict[str, Answer]]

SILENT: Final = [item.key for item in load().items_of(Form.THERAPIST, "acceptance")]
FULL: Final = sheet(3, 4)
WITHOUT: Final = {key: value for key, value in FULL.items() if key not in SILENT}
MANY: Final = ([FULL] * 11 + [WITHOUT] * 2, [WITHOUT] * 4 + [FULL] * 11)
FEW: Final[tuple[Sheets, Sheets]] = ([FULL] * 4, [])
LIGHT: Final = tuple(kind for kind in KINDS if kind.content_type != "application/pdf")
"""Without those that take longest; Word says what they say."""
PATH: Final = re.compile(rb"(?<![\w.:/])/(?:home|root|tmp|usr|var|work|opt|srv|Users)/|\b[A-Z]:\\[A-Za-z]{4}|file://")
HOUR: Final = re.compile(rb"(?:D:\d{8}|\d{4}-\d\d-\d\d[T ])(\d\d:?\d\d:?\d\d)")

pytestmark = pytest.mark.timeout(30)  # the whole of every kind, twice


@pytest.mark.parametrize(("one", "other", "kinds"), [(*MANY, KINDS), (*FEW, LIGHT)], ids=["shown", "not-shown"])
def test_files_are_the_same_however_many_answered_and_whenever(
    mixed_round: Round, lead: User, one: Sheets, other: Sheets, kinds: tuple[FileKind, ...]
) -> None:
    early = _files(mixed_round, lead, one, NOW + timedelta(minutes=1), kinds)
    late = _files(mixed_round, lead, other, NOW + timedelta(minutes=77), kinds)
    assert {kind: early[kind] == late[kind] for kind in early} == {kind.key: True for kind in kinds}


def test_files_hold_no_path_and_no_hour(mixed_round: Round, lead: User) -> None:
    for kind, content in _files(mixed_round, lead, [FULL] * 7, NOW).items():
        for name, part in _parts(content):
            assert (kind, name, PATH.findall(part)) == (kind, name, [])
            hours = {hour.replace(b":", b"") for hour in HOUR.findall(part)}
            assert (kind, name, hours - {b"000000"}) == (kind, name, set())


def _files(
    assessment: Round, lead: User, sheets: Sheets, at: datetime, kinds: tuple[FileKind, ...] = KINDS
) -> dict[str, bytes]:
    """Let these therapists answer, finish, make these files, and let nothing of it have been."""
    with transaction.atomic():
        found = Round.objects.select_related("clinic").get(pk=assessment.pk)
        finish(hear(found, lead, sheets, n_invited=17, now=at), lead)
        report = report_of(found, reader=lead, now=LATER)
        assert report.page.team.is_shown == (len(sheets) >= MIN_PEOPLE)
        made = {kind.key: kind.make(report) for kind in kinds}
        transaction.set_rollback(True)
    return made


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give everything that a file consists of, as far as it can be opened."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for one in packed.infolist():
                yield one.filename, packed.read(one)
                assert one.date_time[3:] == (0, 0, 0)
    elif content.startswith(b"%PDF"):
        yield from _parts_of_pdf(content)
    else:
        yield "", content


def _parts_of_pdf(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Give all of it but fonts, and what is compressed unpacked."""
    read = PdfReader(io.BytesIO(content))
    yield "as it is", content
    for number in sorted({*read.xref[0], *read.xref_objStm}):
        found = read.get_object(number)
        yield str(number), repr(found).encode()
        if isinstance(found, StreamObject) and "/Length1" not in found and "/Subtype" not in found:
            yield f"{number}, unpacked", found.get_data()
