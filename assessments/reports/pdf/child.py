"""The process that sets one document: JSON comes in, a PDF goes out. It knows typst and nothing of the application.

Started as `child.py TEMPLATES NAME FONTS` with an empty environment. Whatever it is handed, it can read the files of
TEMPLATES and no others, open no connection, start no program, write no file, and take neither the machine's memory nor
its time. What somebody wrote never comes as markup: it stands in `sys.inputs.data`, from which templates take strings.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import re
import resource
import struct
import sys
from pathlib import Path
from typing import Final, cast

SECONDS: Final = 60
MEMORY: Final = 512 * 1024 * 1024
"""Of address space. A full report takes about a third of it, mostly the library itself."""
NICE: Final = 10

SYSCALLS: Final = {
    "x86_64": (0xC000003E, {"socket": 41, "execve": 59, "execveat": 322, "io_uring_setup": 425}),
    "aarch64": (0xC00000B7, {"socket": 198, "execve": 221, "execveat": 281, "io_uring_setup": 425}),
}
"""The kernel's name of each machine, and the numbers of the calls that are refused there. Source: <linux/audit.h>."""
PR_SET_NO_NEW_PRIVS: Final = 38
PR_SET_SECCOMP: Final = 22
SECCOMP_MODE_FILTER: Final = 2
OTHER_NUMBERS: Final = 0x40000000
"""From here on x86-64 has the same calls once more, for a narrower kind of program that has none of ours."""
LOAD, IF_EQUAL, IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # classic BPF
ALLOW: Final = 0x7FFF0000
REFUSE: Final = 0x00050000 | errno.EPERM
KILL: Final = 0x80000000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def main() -> None:
    """Set the document that stands on standard input."""
    folder, name, fonts = sys.argv[1:]
    given = sys.stdin.read()
    limit()
    pdf = _set(Path(folder), name, fonts, given)
    sys.stdout.buffer.write(pdf)


def limit() -> None:
    """Take little memory and time, write no file, and let others go first."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))  # also where whoever started it is gone
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def refuse_calls() -> None:
    """Have the kernel refuse connections and programs from here on, where it is Linux on a machine that is known.

    Elsewhere the library must be trusted: it goes to the network for packages only, and no template of ours names one.

    Raises:
        OSError: the kernel would not.
    """
    if sys.platform != "linux" or platform.machine() not in SYSCALLS:
        return
    machine, calls = SYSCALLS[platform.machine()]
    steps = [(LOAD, 0, 0, 4), (IF_EQUAL, 1, 0, machine), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    steps.append((IF_AT_LEAST, len(calls) + 1, 0, OTHER_NUMBERS))
    for left, call in zip(range(len(calls), 0, -1), calls.values(), strict=True):
        steps.append((IF_EQUAL, left, 0, call))
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    program = _Program(len(steps), b"".join(struct.pack("HBBI", *step) for step in steps))
    libc = ctypes.CDLL(None, use_errno=True)
    for asked in (
        (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*asked):
            raise OSError(ctypes.get_errno(), "the kernel does not let calls be refused")


def _set(folder: Path, name: str, fonts: str, given: str) -> bytes:
    import typst  # here, so that the limits hold for the library too

    refuse_calls()
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    try:
        compiler = typst.Compiler(folder / name, root=folder, font_paths=found, sys_inputs={"data": given})
        pdf = compiler.compile(format="pdf", pdf_standards="ua-1")
    except typst.TypstError as error:
        sys.exit(_without_text(error.diagnostic))
    except BaseException as error:  # noqa: BLE001 - a panic of the library is no Exception, and quotes what it was at
        sys.exit(type(error).__name__)
    return cast(bytes, pdf)


def _without_text(diagnostic: str) -> str:
    """Say where in the templates it went wrong: the message itself may hold what somebody wrote."""
    places = re.findall(r"┌─ (\S+\.typ:\d+)", diagnostic)
    return f"typst: {', '.join(dict.fromkeys(places)) or 'no place'}"


if __name__ == "__main__":
    main()
