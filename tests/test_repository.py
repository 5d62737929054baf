"""What holds for the repository as a whole: locks, papers, decisions, templates, and what must never be in a file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
from django.template import engines

ROOT: Final = Path(__file__).parent.parent
FOLDERS: Final = ("assessments", "docs", "readiness", "static", "templates", "tests", ".ci")
TEXT: Final = {".css", ".html", ".js", ".md", ".py", ".svg", ".toml", ".txt", ".xml", ".yml", ""}
CODE: Final = ("assessments", "readiness")
MANY: Final = 100  # a check of nothing passes; there are more files than this of each kind
MAX_MODULE_LINES: Final = 400
MAX_DECISION_LINES: Final = 40


def files(*folders: str, suffix: str = "") -> Iterator[Path]:
    """Give every file below the folders whose name ends with the suffix, in order."""
    for folder in folders:
        yield from sorted(
            p for p in (ROOT / folder).rglob(f"*{suffix}") if p.is_file() and "__pycache__" not in p.parts
        )


def read(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Give each file, by its place in the repository, with its text."""
    return ((path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in paths)


def named(paths: Iterator[Path]) -> list[object]:
    """Give paths as test parameters whose ids are their places in the repository."""
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


PAPERS: Final = [*sorted(ROOT.glob("*.md")), *files("docs", suffix=".md")]
DECISIONS: Final = list(files("docs/decisions", suffix=".md"))
TEMPLATES: Final = list(files("templates"))


def locked(name: str) -> dict[str, str]:
    """Give the packages of a lock file with their versions."""
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_holds_no_address_and_a_hash_for_each_package(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--index|--find-links", text)
    for block in re.split(r"\n(?=[a-z0-9])", text):
        assert "--hash=sha256:" in block


def test_locks_agree():
    runtime, development = locked("requirements.lock"), locked("requirements-dev.lock")
    assert runtime
    assert runtime.items() <= development.items()


def test_every_dependency_says_why_it_is_here():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("[tool.", 1)[0]
    wanted = tomllib.loads(project)
    names = [
        *wanted["project"]["dependencies"],
        *(name for group in wanted["dependency-groups"].values() for name in group),
    ]
    for name in names:
        line = next(line for line in project.splitlines() if f'"{name}"' in line)
        assert line.partition("#")[2].strip(), name


@pytest.mark.parametrize("paper", named(iter(PAPERS)))
def test_links_of_papers_lead_somewhere(paper):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", paper.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (paper.parent / target).exists(), target


def test_commands_of_readme_are_make_targets():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake (run|[a-z]+)\b", (ROOT / "README.md").read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_decisions_are_numbered_without_gaps():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("decision", named(iter(DECISIONS)))
def test_decision_is_short_and_has_its_three_parts(decision):
    lines = decision.read_text(encoding="utf-8").splitlines()
    assert len(lines) < MAX_DECISION_LINES
    assert lines[0].startswith(f"# {decision.name[:4]} ")
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_text_files_are_tidy(folder):
    for path in files(folder):
        if path.suffix in TEXT and path.stat().st_size:
            text = path.read_bytes()
            assert text.endswith(b"\n"), path
            assert b"\r" not in text, path
            assert path.suffix == ".md" or not re.search(rb"[ \t]\n", text), path


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_hold_no_private_key_and_no_open_end(folder):
    for path in files(folder):
        if path.suffix in TEXT and path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            assert "PRIVATE KEY-----" not in text, path
            assert not re.search(r"\b(TODO|FIXME|XXX)\b", text), path


def test_modules_are_no_longer_than_can_be_read():
    lines = {path: len(text.splitlines()) for path, text in read(files(*CODE, "tests", suffix=".py"))}
    assert len(lines) > MANY
    assert {path: n for path, n in lines.items() if n > MAX_MODULE_LINES} == {}


def test_modules_open_by_saying_what_they_are_for():
    modules = [(path, text) for path, text in read(files(*CODE, suffix=".py")) if "migrations" not in path.parts]
    assert len(modules) > MANY
    assert [path for path, text in modules if text.strip() and not text.startswith('"""')] == []


@pytest.mark.parametrize("template", named(iter(TEMPLATES)))
def test_template_parses(template):
    engines["django"].get_template(str(template.relative_to(ROOT / "templates")))


def test_templates_have_nothing_inline():
    inline = r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=|javascript:"
    assert len(TEMPLATES) > MANY
    assert [path for path, text in read(TEMPLATES) if re.search(inline, text, re.IGNORECASE)] == []


def test_templates_speak_the_words_of_pages():
    unwanted = r"\b(audits?|compliance|fail\w*|determinants?)\b|\bn ="
    shown = {
        path: re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", " ", text, flags=re.DOTALL) for path, text in read(TEMPLATES)
    }
    assert len(shown) > MANY
    assert [path for path, text in shown.items() if re.search(unwanted, text, re.IGNORECASE)] == []
