"""What people type, made safe to keep: no control characters, no invisible tricks, nothing lost that can be read."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

BIDI_AND_INVISIBLE: Final = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
"""Characters that reorder or hide text. Joiners (U+200C, U+200D) stay: some scripts and emoji need them."""

JOINERS: Final = re.compile("[\u200c\u200d\u00ad\ufe00-\ufe0f]")

LINK: Final = re.compile(r"(?<=www)\.|:(?=//)", re.IGNORECASE)

ADDRESS_MAX: Final = 254
"""Characters of the longest address that mail can reach (RFC 5321, 4.5.3.1.3, less the angle brackets)."""


class UnreadableTextError(ValueError):
    """The text holds a character that cannot be kept: NUL, a lone surrogate, a control character."""


class NotAnAddressError(ValueError):
    """The text is no e-mail address. The message is for people; it does not quote the text."""


def clean_line(text: str) -> str:
    """Give one line of text: NFC, white space folded, invisible characters removed.

    Raises:
        UnreadableTextError: a character cannot be kept.
    """
    return " ".join(clean_text(text).split())


def clean_text(text: str) -> str:
    """Give text of several lines: NFC, line ends unified, invisible characters removed, ends trimmed.

    Raises:
        UnreadableTextError: a character cannot be kept.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in text):
        raise UnreadableTextError("The text holds a character that cannot be kept. Please type it again.")
    return unicodedata.normalize("NFC", BIDI_AND_INVISIBLE.sub("", text)).strip()


def has_link(text: str) -> bool:
    """Say whether a mail program would make a link of a part of the text: a name in our mail must not carry one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "://" in folded or "www." in folded


def unlinked(text: str) -> str:
    """Give text of which no mail program makes a link, still to be read: "https[:]//", "www[.]"."""
    if not has_link(text):
        return text
    return LINK.sub(r"[\g<0>]", unicodedata.normalize("NFKC", text))


def name_key(name: str) -> str:
    """Give what two names share that look the same: case, width and invisible characters folded."""
    return " ".join(JOINERS.sub("", unicodedata.normalize("NFKC", clean_line(name))).casefold().split())


def address_key(address: str) -> str:
    """Give what two spellings of one mailbox share, to compare by; mail goes to the address as it was typed.

    Case and width are folded, a `+tag` and the dot behind the host are left out, an international host is in ASCII.

    Raises:
        NotAnAddressError: the text is no e-mail address.
    """
    try:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", clean_line(address)).lower())
        if len(folded) > ADDRESS_MAX:
            raise NotAnAddressError("This address is too long.")
        mailbox, _, host = folded.rpartition("@")
        host = host.encode("idna").decode("ascii").lower().removesuffix(".")
        validate_email(f"{mailbox}@{host}")
    except (UnreadableTextError, UnicodeError, ValidationError) as error:
        raise NotAnAddressError("This is not an e-mail address.") from error
    untagged = mailbox if mailbox.startswith('"') else mailbox.partition("+")[0]
    key = f"{untagged or mailbox}@{host}"
    if len(key) > ADDRESS_MAX:
        raise NotAnAddressError("This address is too long.")
    return key
