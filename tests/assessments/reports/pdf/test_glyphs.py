"""Which characters can be shown: all that are kept can be set, beside whatever, and the others are replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from assessments.reports.pdf import glyphs, setting
from assessments.reports.pdf.glyphs import BREAK, shown, with_breaks
from assessments.reports.pdf.setting import TEMPLATES

MARK: Final = "\u0301"
EACH: Final = "#for text in json(bytes(sys.inputs.data)).said { par(text) }"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        pytest.param("Zoë Łukasz Ελένη Юлия", "Zoë Łukasz Ελένη Юлия", id="latin-greek-cyrillic"),
        pytest.param("שלום مرحبا 123", "שלום مرحبا 123", id="right-to-left"),
        pytest.param("👩🏽\u200d⚕\ufe0f 🏥", "👩🏽\u200d⚕\ufe0f 🏥", id="emoji"),
        pytest.param("中文", "\ufffd\ufffd", id="no-font"),
        pytest.param("e" + MARK, "é", id="composed"),
        pytest.param("מ" + MARK, "מ", id="mark-of-another-font"),
        pytest.param("\u202eevil\u202c\u2066x\u2069", "evilx", id="direction"),
        pytest.param("a\nb\tc\x00d\u2028e", "a\nb c d e", id="controls"),
        pytest.param("q" + MARK * 2_000 + "r", "q" + MARK * glyphs.JOINED_MAX + "r", id="thousands-of-marks"),
        pytest.param("\uffff\ufdd0\ue000", "\ufffd\ufffd\ufffd", id="no-characters"),
    ],
)
def test_text_is_shown_as_far_as_fonts_go(text: str, right: str) -> None:
    assert shown(text) == right


def test_plain_text_is_of_the_main_font_and_joins_nothing() -> None:
    assert shown("Zoë שלום 👩🏽\u200d⚕ e\u20dd", is_plain=True) == "Zoë \ufffd\ufffd\ufffd\ufffd \ufffd\ufffd e"


def test_long_run_may_break_between_letters_and_nowhere_else() -> None:
    assert with_breaks("an-ordinary-word-of-30-letters") == "an-ordinary-word-of-30-letters"
    nurse = "👩🏽\u200d⚕\ufe0f"
    broken = with_breaks(f"{nurse * 20} {'x' * 20}")
    assert broken.split(BREAK) == [nurse * 8, nurse * 8, f"{nurse * 4} {'x' * 20}"]


def test_fonts_of_the_template_are_those_of_the_package() -> None:
    template = (TEMPLATES / "style.typ").read_text()
    named = {path.stem.removesuffix("[wght]") for path in glyphs.folder().glob("*.ttf")} - {"NotoSans-Italic"}
    spaced = template.partition("#let fonts = (")[2].partition(")\n")[0].replace(" ", "")
    assert {name for name in named if f'"{name}"' in spaced} == named


def test_every_character_that_is_kept_can_be_set_beside_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.typ").write_text(
        f'#import "style.typ": fonts; #set document(title: "x"); #set text(font: fonts)\n{EACH}', encoding="utf-8"
    )
    (tmp_path / "style.typ").write_bytes((TEMPLATES / "style.typ").read_bytes())
    monkeypatch.setattr(setting, "TEMPLATES", tmp_path)
    blocks = (range(0x3000), range(0xA640, 0xAB70), range(0xF900, 0x10000), range(0x1F000, 0x20000))
    codes = [chr(code) for block in blocks for code in block]
    said = ["".join(codes[start : start + 64]) for start in range(0, len(codes), 64)]
    mixed = ["".join(codes[start::977]) for start in range(977)]
    tried = setting._once("x.typ", {"said": [shown(text) for text in (*said, *mixed)]}, 30)
    assert tried.startswith(b"%PDF-")
