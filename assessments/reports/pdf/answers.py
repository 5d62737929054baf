"""How answers stand in the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assessments.results.rows import AnswerRow


def because(answers: Sequence[AnswerRow]) -> str:
    """Say from which answers something follows; empty for none."""
    said = "; ".join(f"{answer.short} – {answer.words}" for answer in answers)
    return f"Because you answered: {said}." if said else ""


def answer_lines(answers: Iterable[AnswerRow], comments: dict[str, str]) -> list[dict[str, Any]]:
    """Give questions in full with their answers and comments."""
    return [
        {
            "question": answer.text,
            "answer": answer.words,
            "step": answer.step,
            "comment": comments.get(answer.key, ""),
        }
        for answer in answers
    ]
