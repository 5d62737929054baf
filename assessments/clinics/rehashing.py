"""Who holds something by the hash of a password, and is told when it is made anew for the same password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.clinics.models import User

_HOLDERS: Final[list[Callable[[User, str], None]]] = []


def tell_of_new_hashes(holder: Callable[[User, str], None]) -> None:
    """Let an app that others must not reach into be told; it says so when it is made ready.

    Args:
        holder: takes the person and what `get_session_auth_hash` gave of them before.
    """
    if holder not in _HOLDERS:
        _HOLDERS.append(holder)


def tell_holders(person: User, before: str) -> None:
    """Tell whoever wants to be told that the hash of a person's password is another, and the password is not."""
    for holder in _HOLDERS:
        holder(person, before)
