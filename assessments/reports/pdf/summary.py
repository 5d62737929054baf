"""The first two pages: whose result it is, what asks for attention, the topics in one picture, and what to do first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from assessments.plans.words import day
from assessments.reports.pdf.answers import because

if TYPE_CHECKING:
    from assessments.reports.report import Report
    from assessments.results.presenters import ResultPage
    from assessments.results.rows import CardRow, TopicRow
    from assessments.results.team_rows import Mark, TeamRow

    Values = dict[str, Any]

STRENGTHS: Final = 3


def summary(report: Report) -> Values:
    """Give the two pages that can stand alone."""
    page = report.page
    cards = (*page.first, *page.rest)
    return {
        "about": _about(report),
        "safety": [
            {"state": row.state, "words": row.words, "question": row.answer.short, "answer": row.answer.words}
            for row in page.safety
        ],
        "start": _start(page),
        "flags": [_flag(card) for card in cards],
        "picture": page.summary,
        "legend": _legend(page),
        "has_marks": page.has_marks,
        "topics": [topic_line(topic) for topic in page.topics],
        "views": f"Different views between you and your team: {page.gap_titles}." if page.gaps else "",
        "strong": [{"title": row.title, "figure": row.figure} for row in page.strong_topics],
        "strengths": [{"question": row.short, "answer": row.words} for row in page.strengths[:STRENGTHS]],
        "steps": [_step(report, card) for card in page.first],
        "caveat": page.caveats_brief,
    }


def _about(report: Report) -> list[list[str]]:
    about, page = report.about, report.page
    asked = f"The clinic form, answered by the managers together: {page.n_answered} of {page.n_asked} questions."
    if page.also_asked:
        asked += f" Beside it {page.also_asked}."
    confidence = page.team.confidence
    rated = f"The therapists rated their own confidence at {confidence.of_100}." if confidence else ""
    lines = [
        ["Assessment", f"{about.title}, begun on {day(about.opened_on)}, finished on {day(about.closed_on)}"],
        ["The service", about.stage],
        ["How people come", "; ".join(about.routes)],
        ["For whom", "; ".join(about.for_whom)],
        ["Who was asked", asked],
        ["Known of the team", f"{page.team.brief} {rated}".strip()],
    ]
    return [line for line in lines if line[1]]


def _start(page: ResultPage) -> str:
    if page.is_empty:
        return "Finished without answers"
    return "What asks for attention" if page.first else "Nothing asks for a decision"


def _flag(card: CardRow) -> Values:
    return {
        "number": card.number,
        "level": card.level,
        "words": card.level_words,
        "titles": [flag.title for flag in card.flags],
        "topic": card.topic,
    }


def _legend(page: ResultPage) -> list[list[str]]:
    """Explain the team's marks, as the result page does."""
    lies = "it" if page.has_values else "your team’s figure"
    entries = [["value", "your team’s figure"]] if page.has_values else []
    return entries + ([["range", f"the range in which {lies} lies"]] if page.has_ranges else [])


def topic_line(topic: TopicRow) -> Values:
    """Give a topic with its bar; one without a score has no bar, never an empty one."""
    score = topic.score
    return {
        "key": score.key,
        "title": score.title,
        "score": float(score.exact) if score.exact else None,
        "band": score.band,
        "is_hatched": score.is_hatched,
        "figure": score.figure,
        "words": score.words or score.brief_doubt,
        "basis": score.brief_basis,
        "mark": _mark(topic.mark) if topic.mark else None,
        "team": _team(topic.team),
    }


def _mark(mark: Mark) -> Values:
    return {"start": mark.start, "width": mark.width, "is_range": mark.is_range, "figure": mark.figure}


def _team(row: TeamRow | None) -> str:
    if row is None:
        return ""
    if row.mark:
        return f"{row.mark.figure} {row.mark.words}".strip()
    return row.talk.doubt.lower() if row.talk else "not shown"


def _step(report: Report, card: CardRow) -> Values:
    option = next(iter(card.options.here), None)
    known = report.reading.guidance.option
    return {
        **_flag(card),
        "sentence": card.flags[0].sentence,
        "because": f"Because {card.said}." if card.said else because(card.because),
        "option": option.title if option else "",
        "steps": list(known[option.key].steps) if option else [],
        "elsewhere": "" if option or not card.option_elsewhere else card.option_elsewhere[1],
    }
