"""What follows the topics: the team, the plan, what changed, what to find out, and what all of it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessments.plans.words import day
from assessments.reports.pdf.answers import answer_lines
from assessments.reports.pdf.topics import card_lines, cards_of
from assessments.reports.pdf.words import CHOSE, COMPARED, HOW, MADE_BY, RANGES
from readiness.instrument.definition import CONFIDENCE

if TYPE_CHECKING:
    from assessments.plans.change_flags import FlagMove
    from assessments.plans.change_rows import TopicChange
    from assessments.reports.report import Report
    from assessments.results.rows import ScoreRow
    from assessments.results.team_rows import TalkCell

    Values = dict[str, Any]


def team(report: Report) -> Values:
    """Give what the team said, topic by topic, and where views differ."""
    section, page = report.page.team, report.page
    asked = section.n_invited
    invited = f"{asked} therapist{' was' if asked == 1 else 's were'} invited to answer in confidence." if asked else ""
    cards = [card_lines(card) for card in cards_of(report, CONFIDENCE)]
    return {
        "paragraphs": [text for text in (section.summary, invited, section.state) if text],
        "people": section.people,
        "meeting": section.meeting,
        "rows": [
            {
                "title": row.title,
                "released": f"{row.released.figure} {row.released.words}".strip() if row.released else "not shown",
                "talk": _talk(row.talk),
            }
            for row in section.rows
        ],
        "chosen": CHOSE if section.is_shown else "",
        "ranges": RANGES if section.has_ranges else "",
        "cards": cards,
        "not_agreed": list(section.not_agreed),
        "requests": list(section.requests),
        "talked": [{"title": one.title, "answers": answer_lines(one.answers, {})} for one in section.talked],
        "gaps": [
            {"title": gap.title, "clinic": gap.clinic, "team": gap.team.figure, "basis": gap.team.basis}
            for gap in page.gaps
        ],
        "no_gap": page.no_gap if section.rows and not page.gaps else "",
        "compared": COMPARED.format(page.compared) if section.rows else "",
    }


def _talk(cell: TalkCell | None) -> Values:
    if cell is None:
        return {"figure": "not asked", "basis": ""}
    figure = f"{cell.mark.figure} {cell.mark.words}".strip() if cell.mark else ""
    missing = f" ({cell.missing})" if cell.missing else ""
    return {"figure": "; ".join(filter(None, [figure, cell.doubt])), "basis": f"{cell.basis}{missing}"}


def plan(report: Report) -> list[Values]:
    """Give the actions of the clinic's plan."""
    return [
        {
            "title": row.title,
            "answers": row.answers,
            "steps": row.steps,
            "who": row.owner,
            "when": row.due,
            "status": row.status_words,
            "reason": row.reason,
        }
        for row in report.plan
    ]


def change(report: Report) -> Values | None:
    """Give what changed since the assessment before; None where there was none."""
    page = report.change
    if page is None:
        return None
    flags = page.flags
    groups = [
        ("Closed", flags.closed), ("Gone, but not settled", flags.gone), ("New", flags.new), ("Stayed", flags.stayed)
    ]  # fmt: skip
    lying = [*page.between.shown, *page.between.more]
    return {
        "before": page.before.full,
        "after": page.after.full,
        "summary": page.summary,
        "notices": list(page.notices),
        "topics": [_topic_change(row) for row in page.topics],
        "flags_summary": flags.summary,
        "flags": [{"title": title, "moves": [_move(one) for one in moves]} for title, moves in groups if moves],
        "actions": [{"title": one.title, "words": f"{one.words} {day(one.on)}"} for one in lying],
    }


def _topic_change(row: TopicChange) -> Values:
    return {
        "title": row.title,
        "before": _side(row.before),
        "after": _side(row.after),
        "points": row.points,
        "verdict": row.words,
        "why": " ".join(filter(None, [row.why, row.remark])),
    }


def _side(row: ScoreRow | None) -> list[str]:
    """Give the figure of a topic in one of two assessments, its word, and what it rests on."""
    return [row.figure, row.words or row.doubt, row.brief_basis] if row else ["", "not asked", ""]


def _move(one: FlagMove) -> Values:
    was = f"was “{one.level_words}”" if one.is_over else one.level_words
    answers = [f"{move.short}: {move.before} → {move.after}" for move in one.answers]
    return {
        "name": one.name,
        "level": "" if one.is_over else one.level,
        "words": was,
        "topic": one.topic,
        "why": one.why,
        "answers": answers,
    }


def find_out(report: Report) -> list[Values]:
    """Give what is not known yet, by who would know."""
    asked = {row.key: row.answer.text for row in report.items}
    return [{"who": one.title, "questions": [asked[key] for key in one.items]} for one in report.page.inquiries]


def facts(report: Report) -> Values:
    """Give the figures stated beside the ratings, and where they point another way."""
    page = report.page
    return {
        "clashes": list(page.clashes),
        "rows": [
            {
                "text": row.text,
                "figure": f"{row.figure} {row.unit}".strip(),
                "beside": f"{row.beside.short} – {row.beside.words}" if row.beside else "",
            }
            for row in page.facts
        ],
    }


def how(report: Report) -> list[str]:
    """Say how scores are made, and by which versions."""
    about = report.about
    made_by = MADE_BY.format(
        instrument=about.instrument_version,
        algorithm=about.algorithm_version,
        guidance=about.guidance_version,
        day=day(about.made_on),
    )
    return [*HOW, made_by]


def caveats(report: Report) -> list[str]:
    """Say what the report cannot say."""
    return list(report.page.caveats)


def sources(report: Report) -> list[Values]:
    """Give the publications behind questions and options, and how much of each was read."""
    return [
        {"citation": source.citation, "url": source.url, "read": source.read}
        for source in report.reading.instrument.sources
    ]
