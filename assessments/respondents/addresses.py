"""Reads a pasted list of addresses: each mailbox once, and each line that cannot be used named with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from assessments.clinics.text import NotAnAddressError, UnreadableTextError, address_key, clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

SEPARATORS: Final = re.compile(r"[\r\n;,\t]+|(?<=>)\s+")
SHOWN_MAX: Final = 80
"""How much of a line that cannot be used is repeated, in characters."""
PASTED_MAX: Final = 100_000
"""How long a pasted list may be, in characters: 500 of the longest usual addresses fit."""


@dataclass(frozen=True)
class Address:
    """A mailbox as it was written, and what its other spellings share."""

    text: str
    key: str


@dataclass(frozen=True)
class Refused:
    """A piece of a pasted list that cannot be invited, and why."""

    text: str
    reason: str


def read_addresses(pasted: str) -> tuple[list[Address], list[Refused]]:
    """Part a pasted list into addresses and pieces that are none; a mailbox that stands twice is taken once.

    One address a line, or parted by commas, semicolons, tabs or spaces; "Name <address>" is understood.
    """
    found: dict[str, Address] = {}
    refused = []
    for piece in _pieces(pasted):
        try:
            address = _address(piece)
        except (ValidationError, UnreadableTextError, NotAnAddressError):
            refused.append(Refused(piece[:SHOWN_MAX], "This is not an e-mail address."))
        else:
            found.setdefault(address.key, address)
    return list(found.values()), refused


def _pieces(pasted: str) -> Iterator[str]:
    for piece in SEPARATORS.split(pasted[:PASTED_MAX]):
        words = piece.split()
        if "<" in piece or not all("@" in word for word in words):
            yield piece.strip()
        else:
            yield from words


def _address(piece: str) -> Address:
    text = clean_line(piece)
    text = parseaddr(text)[1] if "<" in text else text
    validate_email(text)
    return Address(text, address_key(text))
