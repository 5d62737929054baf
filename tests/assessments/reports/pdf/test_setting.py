"""The process that sets a document: what it cannot reach, and what becomes of one that hangs or dies."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest

from assessments.reports.pdf import child, setting
from assessments.reports.pdf.setting import NotMadeError, set_pdf

SAID: Final = "Somebody’s words 中"
pytestmark = pytest.mark.timeout(30)  # typst lets everybody else go first

REACHES: Final = {
    "a file of the machine": '#read("/etc/passwd")',
    "a file outside its folder": '#read("../beside.txt")',
    "a picture in the network": '#image("http://127.0.0.1:8000/picture.png")',
    "a package": '#import "@preview/cetz:0.4.0"',
}
TEMPLATE: Final = '#set document(title: "x"); #set text(font: "Noto Sans"); #json(bytes(sys.inputs.data)).said'


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "beside.txt").write_text("beside")
    (folder / "x.typ").write_text(TEMPLATE)
    monkeypatch.setattr(setting, "TEMPLATES", folder)
    return folder


def test_document_is_set_and_what_cannot_be_shown_is_replaced(templates: Path) -> None:
    assert set_pdf("x.typ", {"said": SAID}).startswith(b"%PDF-")


@pytest.mark.parametrize("reach", REACHES)
def test_template_reaches_nothing(templates: Path, caplog: pytest.LogCaptureFixture, reach: str) -> None:
    (templates / "x.typ").write_text(f"{TEMPLATE}\n{REACHES[reach]}")
    with pytest.raises(NotMadeError):
        set_pdf("x.typ", {"said": SAID})
    assert len(caplog.records) == 2
    assert "Somebody" not in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own refusal is Linux's")
def test_template_opens_no_connection_where_there_is_a_network(
    templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (templates / "x.typ").write_text(REACHES["a package"])
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.setblocking(False)
        at = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        monkeypatch.setattr(setting, "ENVIRONMENT", {**setting.ENVIRONMENT, "HTTPS_PROXY": at})
        monkeypatch.setattr(child, "SECONDS", 3)  # with a connection, it would wait for an answer
        with pytest.raises(NotMadeError):
            set_pdf("x.typ", {})
        with pytest.raises(BlockingIOError):
            proxy.accept()


def test_data_are_never_markup(templates: Path) -> None:
    said = " ".join(REACHES.values())
    assert set_pdf("x.typ", {"said": said}).startswith(b"%PDF-")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own refusal is Linux's")
def test_kernel_refuses_what_the_process_must_not_have(tmp_path: Path) -> None:
    program = """
import ctypes, errno, pathlib, socket, subprocess, sys
from assessments.reports.pdf import child
libc = ctypes.CDLL(None, use_errno=True)
child.limit()
child.refuse_calls()
def by_another_number():
    libc.syscall(0x40000000 | 41, 2, 1, 0)
    if ctypes.get_errno() == errno.EPERM:
        raise PermissionError
reaches = {
    "connection": socket.socket,
    "number": by_another_number,
    "program": lambda: subprocess.run(["true"]),
    "file": lambda: pathlib.Path(sys.argv[1]).write_text("x"),
    "memory": lambda: bytearray(child.MEMORY),
}
for name, reach in reaches.items():
    try:
        reach()
    except (OSError, MemoryError):
        print(name)
"""
    command = [sys.executable, "-c", program, str(tmp_path / "x")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["connection", "number", "program", "file", "memory"]


LIMITED: Final = f"""
import sys
sys.path.append({str(Path(child.__file__).parent)!r})
import child
child.SECONDS = 1
child.limit()
"""


def fake(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(setting, "CHILD", (sys.executable, "-I", "-c", program))


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", id="killed"),
        pytest.param("import sys; sys.stdout.write('%PDF-1.7 half of it'); sys.stdout.flush(); sys.exit(3)", id="half"),
        pytest.param("", id="nothing"),
    ],
)
def test_dead_process_gives_no_file(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    fake(monkeypatch, program)
    with pytest.raises(NotMadeError):
        set_pdf("x.typ", {})


@pytest.mark.parametrize(
    ("program", "seconds"),
    [
        pytest.param("import time; time.sleep(30)", 0.2, id="hangs"),
        pytest.param(f"{LIMITED}\nwhile True: pass", 30, id="works"),
    ],
)
def test_process_that_takes_too_long_is_killed_and_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, program: str, seconds: float
) -> None:
    fake(monkeypatch, program)
    monkeypatch.setattr(child, "SECONDS", seconds)
    with pytest.raises(NotMadeError):
        set_pdf("x.typ", {})
    assert len(caplog.records) == 1


def test_process_that_cannot_be_started_gives_no_file(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setattr(setting, "CHILD", (str(tmp_path / "none"),))
    with pytest.raises(NotMadeError):
        set_pdf("x.typ", {})
    assert "pdf-not-made" in caplog.text
    assert str(tmp_path) not in caplog.records[0].getMessage()


def test_log_says_that_there_was_no_memory(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    said = "memory allocation of 4096 bytes failed\nnote: run with RUST_BACKTRACE=1"
    fake(monkeypatch, f"import os, sys; sys.stderr.write({said!r}); sys.stderr.flush(); os.abort()")
    with pytest.raises(NotMadeError):
        set_pdf("x.typ", {})
    assert [record.getMessage().split(": ")[-1] for record in caplog.records] == ["out of memory"] * 2


class PanicException(BaseException):
    """What the library raises, by the same name, where it gives up on a text: it quotes it."""


def test_text_that_the_library_gave_up_on_stays_out_of_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def give_up(*_: object, **given: object) -> None:
        raise PanicException(f"byte index 3 is not a char boundary of `{given}`")

    library = SimpleNamespace(Fonts=lambda **_: None, Compiler=give_up, TypstError=ValueError)
    monkeypatch.setitem(sys.modules, "typst", library)
    monkeypatch.setattr(child, "refuse_calls", lambda: None)
    with pytest.raises(SystemExit, match=r"^PanicException$"):
        child._set(Path(), "x.typ", "", SAID)
    fake(monkeypatch, f"import os, sys; sys.stderr.write({SAID!r}); sys.stderr.flush(); os.abort()")
    with pytest.raises(NotMadeError):
        set_pdf("x.typ", {})
    assert [record.getMessage().split(": ")[-1] for record in caplog.records] == ["nothing said"] * 2


def test_process_that_died_is_tried_once_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mark = str(tmp_path / "tried")
    fake(monkeypatch, f"import os; print('%PDF') if os.path.exists({mark!r}) else os.mkdir({mark!r}) or os.abort()")
    assert set_pdf("x.typ", {}) == b"%PDF\n"
