"""The kinds of values that stand in a clinic's file, each with the rule that it keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Final
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from assessments.clinics.text import clean_line, clean_text

BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
END: Final = datetime(2200, 1, 1, tzinfo=UTC)
ROWS_MAX: Final = 100_000
"""How many rows of one kind a file may hold."""


def _moment(at: datetime) -> datetime:
    if not BEGINNING <= at < END:
        raise ValueError("this is no time of our days")
    return at.astimezone(UTC)


def _day(day: date) -> date:
    if day < BEGINNING.date():
        raise ValueError("this is no day of our time")
    return day


def checked_address(text: str) -> str:
    """Give an address in lower case that can be printed: between quotation marks standards allow more.

    Raises:
        ValueError: it is none.
    """
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValueError("this is no e-mail address") from error
    if not text.isprintable():
        raise ValueError("this is no e-mail address")
    if text != text.lower():
        raise ValueError("addresses are in lower case")
    return text


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("there is no such time zone")
    return name


Moment = Annotated[AwareDatetime, AfterValidator(_moment)]
Day = Annotated[date, AfterValidator(_day)]
"""Of a plan, as far ahead as anybody likes."""
Line = Annotated[str, AfterValidator(clean_line)]
Text = Annotated[str, AfterValidator(clean_text)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,60}$")]
Address = Annotated[str, StringConstraints(max_length=254), AfterValidator(checked_address)]
Zone = Annotated[str, AfterValidator(_zone)]
Count = Annotated[int, Field(ge=0, le=ROWS_MAX)]
Small = Annotated[int, Field(ge=0, le=32_767)]
"""What every database takes as a small number."""
Revision = Annotated[int, Field(ge=1, le=2**31 - 1)]
Person = Annotated[int, Field(ge=1, le=ROWS_MAX)]
"""Somebody of the file, by the number that they have in it."""
