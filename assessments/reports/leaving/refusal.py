"""How a clinic's file is refused: with one line that says where and why, and repeats nothing but an address."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import DataError, IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator


class FileRefusedError(ValueError):
    """The file cannot be read into this installation. The message is one line; nothing was written.

    What cannot be printed is left out: the line is read in a terminal, which would take it for a command.
    """

    def __init__(self, line: str) -> None:
        super().__init__("".join(one for one in line if one.isprintable()))


def check(is_right: object, where: str, why: str) -> None:
    """Refuse the file unless this is right.

    Raises:
        FileRefusedError: it is not.
    """
    if not is_right:
        raise FileRefusedError(f"{where}: {why}.")


@contextmanager
def written_at(where: str) -> Iterator[None]:
    """Refuse the file where the database does not take a part of it.

    Raises:
        FileRefusedError: it does not.
    """
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise FileRefusedError(f"{where}: it is here already, or contradicts another part of the file.") from error
