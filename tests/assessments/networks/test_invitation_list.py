"""A list of clinics as people send it: every line is understood, or named with its number and reason."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assessments.clinics.text import address_key, clean_line
from assessments.networks.invitation_list import Line, UnreadableListError, decoded, read_list

HARBOUR = Line("Harbour Clinic", "anna@harbour.example")
LAKESIDE = Line("Lakeside", "ben@lakeside.example")


@pytest.mark.parametrize(
    "text",
    [
        "Harbour Clinic,anna@harbour.example\nLakeside,ben@lakeside.example",
        "Harbour Clinic; anna@harbour.example \r\nLakeside;ben@lakeside.example\r\n",
        "Harbour Clinic\tanna@harbour.example\rLakeside\tben@lakeside.example",
        'Clinic;Address\n"Harbour Clinic";"ANNA@harbour.example"\n\n;;\nLakeside;;ben@lakeside.example',
        "\n\nName of the clinic,Lead\nHarbour Clinic,anna@harbour.example\nLakeside,ben@lakeside.example",
        "\ufeffHarbour  Clinic,anna@harbour.example\nLakeside,ben@lakeside.example",
        "Harbour Clinic;anna@harbour.example\nLakeside;ben@lakeside.example\nHARBOUR CLINIC;anna+2@harbour.example",
    ],
    ids=["comma", "semicolon", "tab", "quoted", "heading after blank lines", "mark", "twice"],
)
def test_list_is_read_as_a_spreadsheet_saves_it(text):
    reading = read_list(text)
    assert (reading.lines, reading.refused) == ([HARBOUR, LAKESIDE], [])


def test_columns_are_parted_by_what_parts_most_lines_in_two():
    reading = read_list("Harbour, North Quay\ta@example.org\nLakeside; East, Two\tb@example.org")
    assert [line.clinic for line in reading.lines] == ["Harbour, North Quay", "Lakeside; East, Two"]
    assert not reading.refused


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Harbour Clinic", "two columns"),
        ("anna@harbour.example", "two columns"),
        ("Harbour;anna@harbour.example;Bergen", "two columns"),
        ("Harbour;anna@harbour", "not an e-mail address"),
        ("Harbour;anna at harbour.example", "not an e-mail address"),
        ("Harbour;anna@harbour.example,ben@harbour.example", "not an e-mail address"),
        ("anna@harbour.example;Harbour", "not an e-mail address"),
        ("\u200b;anna@harbour.example", "name is missing"),
        ("See https://x.example;anna@harbour.example", "web addresses"),
        ("ＷＷＷ.x.example;anna@harbour.example", "web addresses"),
        ("x" * 121 + ";anna@harbour.example", "longer than 120"),
        ("Harbour;" + "x" * 250 + "@example.org", "too long"),
        ("Har\x07bour;anna@harbour.example", "cannot be kept"),
        ("Har\0bour;anna@harbour.example", "cannot be kept"),
        ('=HYPERLINK("x");anna@harbour.example', "like a formula"),
        ("  @SUM(A1);anna@harbour.example", "like a formula"),
        ('"\t+1";anna@harbour.example', "like a formula"),
        ("＝1;anna@harbour.example", "like a formula"),
        ("Harbour;=1+1@example.org", "like a formula"),
        ("x" * 140_000, "two columns"),
    ],
    ids=ascii,
)
def test_line_that_cannot_be_used_is_named(line, reason):
    reading = read_list(f"Lakeside;ben@lakeside.example\n\n{line}")
    assert reading.lines == [LAKESIDE]
    assert [one.number for one in reading.refused] == [3]
    assert reason in reading.refused[0].reason
    assert len(reading.refused[0].text) <= 80


def test_first_line_with_an_address_is_no_heading():
    reading = read_list("Harbour;anna@\nLakeside;ben@lakeside.example")
    assert ([one.number for one in reading.refused], reading.heading) == ([1], "")


def test_one_line_is_taken_for_a_heading_and_told():
    reading = read_list("\nClinic;Address\nHarbour;none\n")
    assert ([one.number for one in reading.refused], reading.heading) == ([3], "Clinic, Address")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Bodø;å@example.org".encode(), "Bodø;å@example.org"),
        ("Bodø".encode("utf-8-sig"), "Bodø"),
        ("Bodø".encode("utf-16"), "Bodø"),
        (b"\xfe\xff" + "Bodø".encode("utf-16-be"), "Bodø"),
        (b"", ""),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16", "utf-16 the other way round", "nothing"],
)
def test_text_of_a_file(content, text):
    assert decoded(content) == text


@pytest.mark.parametrize(
    "content",
    [
        "Bodø".encode("cp1252"),
        "Bodø".encode("utf-16-le"),
        b"\xff\xfeB",
        b"PK\x03\x04\x14\x00\x06\x00",
        b"\xff\xfe\x00\xd8",
        b"Harbour\0;a@example.org",
    ],
    ids=["windows", "utf-16 without mark", "half a character", "workbook", "surrogate", "NUL"],
)
def test_file_that_is_no_text_is_told_what_to_do(content):
    with pytest.raises(UnreadableListError, match="CSV UTF-8"):
        decoded(content)


PIECES = st.sampled_from(
    [
        ";",
        ",",
        "\t",
        "\n",
        "\r\n",
        "\r",
        '"',
        "'",
        "=",
        "@",
        "a@example.org",
        "Harbour",
        " ",
        "\0",
        "\x0b",
        "\u2028",
        "ø",
    ]
)


@example('"')
@example("\ud800;a@example.org")
@example("a;" + "x" * 131_073)
@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_any_text_is_read_and_no_line_is_lost(text):
    reading = read_list(text)
    numbers = {one.number for one in reading.refused}
    assert len(numbers) == len(reading.refused)
    assert all(one.reason for one in reading.refused)
    assert all(line.clinic and address_key(line.email) and line == cleaned(line) for line in reading.lines)
    said = [line for number, line in enumerate(re.split("\r\n|\r|\n", text), start=1) if number not in numbers]
    neither = [line for line in said if "@" not in line and any(c.isalnum() for c in line)]
    assert len(neither) <= bool(reading.heading)
    assert reading.lines or not any("@" in line for line in said)


def cleaned(line):
    return Line(clean_line(line.clinic), clean_line(line.email).lower())


@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("abc@ ")), max_size=30))
def test_every_line_that_holds_something_is_taken_or_refused(pairs):
    rows = [f"Clinic {name};{mailbox}@example.org" for name, mailbox in pairs]
    reading = read_list("\n".join(rows))
    usable = {(name, mailbox) for name, mailbox in pairs if mailbox in "abc"}
    assert {(line.clinic[-1], line.email[0]) for line in reading.lines} == usable
    assert len(reading.refused) == sum(mailbox not in "abc" for _, mailbox in pairs)
