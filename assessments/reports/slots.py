"""Who may have a heavy file made just now: two at a time on a machine, one of them for a person.

A slot is a lock on a file, which the kernel opens again when its holder dies, whatever it died of.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

N_SLOTS: Final = 2
RETRY_SECONDS: Final = (2, 3, 4, 5)
"""After how long people ask again: not all of them at the same moment."""
FOLDER: Final = "slots"
GATE: Final = "gate"


class BusyError(Exception):
    """All slots are taken, or one of them for the same person."""


def retry_seconds(user_pk: int) -> int:
    """Say after how many seconds a person asks again."""
    return RETRY_SECONDS[user_pk % len(RETRY_SECONDS)]


@contextmanager
def slot(user_pk: int) -> Iterator[None]:
    """Hold a slot for a person.

    Raises:
        BusyError: none is free for them.
    """
    held = _taken(user_pk)
    try:
        yield
    finally:
        os.close(held)


def _taken(user_pk: int) -> int:
    """Take a slot and write down for whom; give the open file whose closing frees it.

    One asks at a time, so that nobody takes a second slot while their first is being written down.
    """
    folder = settings.VAR_DIR / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    gate = _open(folder / GATE)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        return _free_one(folder, str(user_pk).encode())
    finally:
        os.close(gate)


def _free_one(folder: Path, holder: bytes) -> int:
    free: list[int] = []
    is_busy = False
    for number in range(N_SLOTS):
        file = _open(folder / str(number))
        if _lock(file):
            free.append(file)
            continue
        is_busy = is_busy or os.pread(file, 40, 0) == holder
        os.close(file)
    taken = None if is_busy or not free else free.pop(0)
    for file in free:
        os.close(file)
    if taken is None:
        raise BusyError
    os.ftruncate(taken, 0)
    os.pwrite(taken, holder, 0)
    return taken


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
