"""Who may have a heavy file made just now: two at a time on a machine (or in a container), one of them for a person.

A slot is a lock on a file, which the kernel opens again when its holder dies, whatever it died of. Whoever just had
one lets those go first who were told to wait meanwhile (`turns`). With it comes a folder for what is written on the
way; what a dead holder left there is gone as soon as somebody takes any slot.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from django.conf import settings

from assessments.reports.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

N_SLOTS: Final = 2
RETRY_SECONDS: Final = (2, 3, 4, 5)
"""After how long people ask again: not all of them at the same moment."""
FOLDER: Final = "slots"
GATE: Final = "gate"
LONGEST: Final = 64 * 1024

logger = logging.getLogger(__name__)


class BusyError(Exception):
    """All slots are taken, or one of them for the same person, or it is the turn of somebody else."""


class NoSlotError(Exception):
    """Slots cannot be looked after: the disk is full, or their folder cannot be written."""


def retry_seconds(user_pk: int) -> int:
    """Say after how many seconds a person asks again."""
    return RETRY_SECONDS[user_pk % len(RETRY_SECONDS)]


@contextmanager
def slot(user_pk: int) -> Iterator[Path]:
    """Hold a slot for a person; give its folder, which is empty, and emptied at the end.

    Raises:
        BusyError: none is free for them.
        NoSlotError: nobody can have one.
    """
    try:
        held, room = _taken(user_pk)
    except OSError as error:
        logger.warning("no-slot: %s", os.strerror(error.errno or 0))
        raise NoSlotError from error
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
        os.close(held)


def _taken(user_pk: int) -> tuple[int, Path]:
    """Take a slot and write down for whom; give the open file whose closing frees it, and the slot's folder.

    One asks at a time, so that nobody takes a second slot while their first is being written down.
    """
    folder = settings.VAR_DIR / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    gate = _open(folder / GATE)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        return _free_one(folder, gate, user_pk)
    finally:
        os.close(gate)


def _free_one(folder: Path, gate: int, user_pk: int) -> tuple[int, Path]:
    """Take a slot by a second name for its open file, so that whatever goes wrong before leaves none taken."""
    holder, turns = str(user_pk).encode(), Turns.read(os.pread(gate, LONGEST, 0))
    with ExitStack() as opened:
        free: list[tuple[int, Path]] = []
        for number in range(N_SLOTS):
            file = _open(folder / str(number))
            opened.callback(os.close, file)
            if _lock(file):
                free.append((file, folder / f"{number}-files"))
            elif os.pread(file, 40, 0) == holder:
                raise BusyError
        if not free:
            turns.wait(user_pk)
            _write(gate, turns.written())
            raise BusyError
        if not turns.may_have(user_pk, len(free)):
            raise BusyError
        for _, room in free:
            shutil.rmtree(room, ignore_errors=True)
        file, room = free[0]
        room.mkdir(mode=0o700)
        _write(file, holder)
        turns.have(user_pk)
        _write(gate, turns.written())
        return os.dup(file), room


def _write(file: int, content: bytes) -> None:
    os.ftruncate(file, 0)
    os.pwrite(file, content, 0)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
