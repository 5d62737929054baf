"""What people type is kept readable, and names that look alike share a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.clinics.text import (
    NotAnAddressError,
    UnreadableTextError,
    address_key,
    clean_line,
    clean_text,
    name_key,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two   words ", "two words"),
        ("one\r\ntwo", "one two"),
        ("\u202eevil\u202c", "evil"),
        ("zero\u200bwidth", "zerowidth"),
        ("e\u0301", "\u00e9"),
        ("👩\u200d⚕️", "👩\u200d⚕️"),
        ("עברית", "עברית"),
    ],
    ids=ascii,
)
def test_line_is_cleaned(typed, kept):
    assert clean_line(typed) == kept


def test_text_keeps_its_lines():
    assert clean_text("one\r\ntwo\rthree\n") == "one\ntwo\nthree"


@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800b", "a\x1bb", "a\x7fb"], ids=ascii)
def test_unreadable_characters_are_refused(typed):
    with pytest.raises(UnreadableTextError):
        clean_line(typed)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_cleaning_twice_changes_nothing(text):
    assert clean_line(clean_line(text)) == clean_line(text)


@pytest.mark.parametrize(
    "twin", ["CAFÉ nord", "Cafe\u0301  Nord", "Café\u200b Nord", "Ｃafé Nord", "Ca\u00adfé Nord"], ids=ascii
)
def test_twins_share_a_key(twin):
    assert name_key(twin) == name_key("Café Nord")


def test_other_names_have_other_keys():
    assert name_key("Café Nord") != name_key("Café Süd")


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("nora@example.org", "nora@example.org"),
        (" Nora@EXAMPLE.org ", "nora@example.org"),
        ("nora+survey@example.org", "nora@example.org"),
        ("nora+a+b@example.org", "nora@example.org"),
        ("nora@example.org.", "nora@example.org"),
        ("ｎｏｒａ＠example．org", "nora@example.org"),
        ("no\u200bra@example.org", "nora@example.org"),
        ("nora@Klinik-Zürich.example", "nora@xn--klinik-zrich-klb.example"),
        ("nora@xn--klinik-zrich-klb.example", "nora@xn--klinik-zrich-klb.example"),
        ("nora@klinik-zu\u0308rich.example", "nora@xn--klinik-zrich-klb.example"),
        ("nora@example。org", "nora@example.org"),
        ("+nora@example.org", "+nora@example.org"),
        ('"nora+a"@example.org', '"nora+a"@example.org'),
        ("n.o.ra@example.org", "n.o.ra@example.org"),
        ("nora@localhost", "nora@localhost"),
    ],
)
def test_address_key_is_what_spellings_of_one_mailbox_share(address, key):
    assert address_key(address) == key
    assert address_key(key) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nora",
        "@example.org",
        "nora@",
        "nora@example",
        "nora@exa mple.org",
        "a@b@example.org",
        "nora@example.org\nBcc: all@example.org",
        "nora@example.org, milan@example.org",
        "Nora <nora@example.org>",
        "no\x00ra@example.org",
        "nora@example..org",
        f"nora@{'a' * 64}.org",
        f"nora@{'ü' * 60}.org",
        "a" * 250 + "@example.org",
        "nora@" + "\u00fcb." * 70 + "org",
        "nora@" + "\u00fcb." * 28 + "org",
        "nöra@example.org",
        "\udc80@example.org",
    ],
    ids=ascii,
)
def test_address_key_refuses_what_is_no_address_without_quoting_it(text):
    with pytest.raises(NotAnAddressError) as caught:
        address_key(text)
    assert "example" not in str(caught.value)
