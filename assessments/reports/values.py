"""A finished assessment in plain JSON values: what the JSON file holds and the API answers.

Scores are unrounded beside the figure that pages show. What there is not is null. A figure of the therapists that is
not shown has the same empty row whatever the reason. docs/files.md says what each value means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assessments.reports.missing import value_and_missing
from assessments.reports.plan_values import Values, named, plan_values, whole_change
from assessments.results import words
from assessments.results.team_rows import topic_title
from readiness.guidance.words import basis_of
from readiness.instrument.words import FOR_WHOM, ROUTES, STAGES
from readiness.scoring.release import RowStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assessments.reports.report import About, FrozenResult, ItemRow, Report
    from assessments.results.reading import Reading
    from assessments.results.rows import GapRow, ScoreRow
    from assessments.results.team_rows import Mark, TeamRow
    from readiness.guidance.options import Offer
    from readiness.instrument.definition import Context, Source
    from readiness.scoring.score import ScaleScore
    from readiness.scoring.team_talk import TalkScore

FORMAT: Final = "icbt-readiness-result"
FORMAT_VERSION: Final = 1


def report_values(report: Report) -> Values:
    """Give everything that is told of a finished assessment."""
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "assessment": about_values(report.about),
        **result_values(report),
        **_answered(report),
        "items": [item_values(row) for row in report.items],
        "facts": list(fact_values(report.reading)),
        "plan": plan_values(report.plan, report.about.made_on),
        "change": whole_change(report.change) if report.change else None,
        "sources": [_source(source) for source in report.reading.instrument.sources],
    }


def about_values(about: About) -> Values:
    """Give whose result it is, and by which versions it was made."""
    return {
        "id": about.round_id,
        "clinic": {"id": about.clinic_id, "name": about.clinic},
        "title": about.title,
        "opened_on": about.opened_on.isoformat(),
        "finished_on": about.closed_on.isoformat(),
        **context_values(about.context),
        "instrument": {
            "key": about.instrument,
            "version": about.instrument_version,
            "title": about.instrument_title,
        },
        "guidance_version": about.guidance_version,
        "algorithm_version": about.algorithm_version,
    }


def context_values(context: Context) -> Values:
    """Give what the clinic said of its service."""
    return {
        "stage": named(context.stage, STAGES[context.stage]),
        "routes": [named(key, title) for key, title in ROUTES.items() if key in context.routes],
        "for_whom": [named(key, title) for key, title in FOR_WHOM.items() if key in context.for_whom],
    }


def result_values(report: FrozenResult) -> Values:
    """Give the frozen result alone: scores, what the team says, flags, options and caveats.

    No answer itself, but what follows from few of them: counts, the questions behind a flag, the clinic's side of a
    difference. It is for whoever may see the clinic's answers too.
    """
    page, reading = report.page, report.reading
    topics = {topic.score.key: topic.score for topic in page.topics}
    return {
        "asked": page.heading.asked,
        "questions": {"n_asked": page.n_asked, "n_answered": page.n_answered},
        "summary": page.summary,
        "topics": [_score(scale, topics[str(scale.key)]) for scale in reading.scorecard.domains],
        "takeaways": _scores(reading.scorecard.takeaways, (row.score for row in page.takeaways)),
        "cfir": _scores(reading.scorecard.cfir, (row.score for row in page.cfir)),
        "therapists": _therapists(report),
        "team_talk": _talk(report),
        "different_views": [_view(gap) for gap in page.gaps],
        "flags": list(_flags(report)),
        "options": [_option(report, offer) for offer in reading.offers],
        "caveats": list(page.caveats),
    }


def _answered(report: FrozenResult) -> Values:
    """Give what single answers come to."""
    page, reading = report.page, report.reading
    return {
        "safety": [{"item": row.answer.key, "state": row.state, "words": row.words} for row in page.safety],
        "strengths": {"topics": list(reading.strengths.domains), "items": list(reading.strengths.items)},
        "to_find_out": [{"who": one.who, "title": one.title, "items": list(one.items)} for one in page.inquiries],
        "clashes": [{"item": one.item, "fact": one.fact, "text": one.text} for one in reading.clashes],
    }


def item_values(row: ItemRow) -> Values:
    """Give a question of the clinic form and its answer, or why there is none."""
    return {
        "key": row.key,
        "topic": row.topic,
        "text": row.answer.text,
        "is_asked": row.is_asked,
        "is_critical": row.answer.is_critical,
        "value": row.value,
        "missing": row.missing or None,
        "answer": row.answer.words,
        "comment": row.comment or None,
    }


def _scores(scales: Iterable[ScaleScore], rows: Iterable[ScoreRow]) -> list[Values]:
    return [_score(scale, row) for scale, row in zip(scales, rows, strict=True)]


def _score(scale: ScaleScore, row: ScoreRow) -> Values:
    return {
        "key": row.key,
        "title": row.title,
        "score": scale.score,
        "figure": row.figure or None,
        "status": row.status,
        "band": row.band or None,
        "words": row.words or None,
        "basis": row.basis,
        "remark": row.doubt or None,
        **_counts(scale),
    }


def _counts(scale: ScaleScore) -> Values:
    return {
        "n_items": scale.n_items,
        "n_applicable": scale.n_applicable,
        "n_valid": scale.n_valid,
        "n_dont_know": scale.n_dont_know,
        "n_not_applicable": scale.n_not_applicable,
        "n_blank": scale.n_blank,
    }


def _therapists(report: FrozenResult) -> Values:
    """Give the group figures of the therapists; a topic that is not shown has a row of nothing."""
    team, domains = report.page.team, report.reading.instrument.domain
    marks = {row.key: row.released for row in team.rows}
    return {
        "n_invited": team.n_invited,
        "state": team.state or None,
        "rows": [
            {
                "key": row.scale,
                "title": topic_title(domains[row.scale]),
                "is_shown": row.status is RowStatus.SHOWN,
                "value": row.value,
                "side": row.band.side.value if row.band else None,
                "bound": row.band.bound if row.band else None,
                "n_at_least": row.n,
                **_said(marks.get(row.scale)),
            }
            for row in report.reading.team.rows
        ],
    }


def _said(mark: Mark | None) -> Values:
    return {"figure": mark.figure if mark else None, "words": (mark.words or None) if mark else None}


def _talk(report: FrozenResult) -> Values | None:
    talk, team = report.reading.team.talk, report.page.team
    if talk is None:
        return None
    rows = {row.key: row for row in team.rows}
    return {
        "n_people": talk.n_people,
        "said": team.meeting,
        "rows": [_talked(one, rows[str(one.scale.key)]) for one in talk.scores],
        "requests": list(team.requests),
    }


def _talked(one: TalkScore, row: TeamRow) -> Values:
    scale, cell = one.scale, row.talk
    return {
        "key": row.key,
        "title": row.title,
        "score": scale.score,
        "status": scale.status.value,
        **_said(cell.mark if cell else None),
        "remark": (cell.doubt or None) if cell else None,
        **_counts(scale),
        "n_no_agreement": one.n_no_agreement,
    }


def _view(gap: GapRow) -> Values:
    return {
        "topic": gap.key,
        "title": gap.title,
        "clinic": gap.clinic,
        "team": gap.team.figure,
        "items": [row.key for row in gap.answers],
    }


def _flags(report: FrozenResult) -> Iterator[Values]:
    """Give the flags in their rank, each with its card's place and the words that stand there."""
    rows = (*report.page.first, *report.page.rest)
    said = {
        flag: (row, flag_words)
        for card, row in zip(report.reading.cards, rows, strict=True)
        for flag, flag_words in zip(card.flags, row.flags, strict=True)
    }
    for flag in report.reading.flags:
        card, flag_words = said[flag]
        yield {
            "key": flag.key,
            "card": card.number,
            "is_first": card in report.page.first,
            "level": flag.level.value,
            "topic": flag.domain,
            "items": list(flag.items),
            "title": flag_words.title,
            "sentence": flag_words.sentence,
            "sources": [key for key, _ in flag_words.sources],
        }


def _option(report: FrozenResult, offer: Offer) -> Values:
    option = report.reading.guidance.option[offer.key]
    return {
        "key": offer.key,
        "for": offer.for_,
        "kind": named(offer.kind, words.KINDS[offer.kind]),
        "basis": named(offer.basis, basis_of(option)),
        "items": list(offer.items),
        "title": option.title,
        "why": option.why,
        "steps": list(option.steps),
        "who": option.who,
        "effort": named(option.effort, words.EFFORTS[option.effort]),
        "not_when": option.not_when,
        "sources": list(option.sources),
    }


def fact_values(reading: Reading) -> Iterator[Values]:
    """Give the figures that the form asks beside the ratings, stated or not."""
    for fact in reading.instrument.facts:
        is_asked = fact.route is None or fact.route in reading.context.routes
        value, missing = value_and_missing(reading.facts.get(fact.key), is_asked=is_asked)
        yield {
            "key": fact.key,
            "topic": fact.domain,
            "text": fact.text,
            "unit": fact.unit,
            "is_asked": is_asked,
            "value": value,
            "missing": missing or None,
        }


def _source(source: Source) -> Values:
    return {"key": source.key, "citation": source.citation, "url": source.url or None, "read": source.read}
