"""The figure to explore, for plotly in the browser: each topic before and after. It shows the rows of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from assessments.results.charts import SCORE_AXIS, band_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.plans.change_rows import TopicChange
    from assessments.results.rows import ScoreRow

Figure = dict[str, Any]

ROW: Final = 40
"""Height of a topic, in pixels."""
HOVER: Final = "<b>%{y}</b><br>%{customdata}<extra></extra>"


def dumbbells_figure(topics: Sequence[TopicChange]) -> Figure | None:
    """Give the topics with a figure as dumbbells, in the order of the page; None where none has one.

    Before is a ring, after a dot. Topics that are compared have a line between the two: a strong one where the change
    is clear. `meta.bands` names the band of each mark, so that the page's script can take its colour from the page.
    """
    shown = [topic for topic in topics if _has(topic.before) or _has(topic.after)]
    if not shown:
        return None
    compared = [topic for topic in shown if topic.is_compared]
    clear, unclear = ([t for t in compared if t.is_clear is wanted] for wanted in (True, False))
    traces = [_lines(clear, {"width": 4})] if clear else []
    traces += [_lines(unclear, {"width": 1.5, "dash": "dot"})] if unclear else []
    traces += [_marks(shown, "before", {"symbol": "circle-open", "size": 19, "line": {"width": 3}})]
    traces += [_marks(shown, "after", {"symbol": "circle", "size": 12, "line": {"width": 1}})]
    return {
        "data": traces,
        "layout": {
            "template": "none",
            "height": 80 + ROW * len(shown),
            "margin": {"l": 8, "r": 36, "t": 28, "b": 36},
            "xaxis": SCORE_AXIS,
            "yaxis": {
                "automargin": True,
                "fixedrange": True,
                "ticks": "",
                "ticksuffix": "  ",
                "categoryorder": "array",
                "categoryarray": [topic.title for topic in reversed(shown)],
            },
            "annotations": band_names(),
            "showlegend": False,
        },
    }


def _has(row: ScoreRow | None) -> bool:
    return bool(row and row.exact)


def _lines(topics: Sequence[TopicChange], line: Figure) -> Figure:
    """Give the lines of several topics as one, with a gap after each."""
    ends = [(topic.title, topic.before, topic.after) for topic in topics]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for _, a, b in ends for x in (float(a.exact) if a else None, float(b.exact) if b else None, None)],
        "y": [y for title, _, _ in ends for y in (title, title, None)],
        "hoverinfo": "skip",
        "line": line,
        "marker": {},
        "cliponaxis": False,
    }


def _marks(topics: Sequence[TopicChange], when: str, marker: Figure) -> Figure:
    rows = [(topic, row) for topic in topics if (row := topic.before if when == "before" else topic.after)]
    found = [(topic, row) for topic, row in rows if row.exact]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [float(row.exact) for _, row in found],
        "y": [topic.title for topic, _ in found],
        "customdata": [
            ", ".join(filter(None, [f"{when.capitalize()}: {row.figure} of 100", row.words, row.basis, row.doubt]))
            + f"<br>{topic.words}"
            for topic, row in found
        ],
        "hovertemplate": HOVER,
        "marker": marker,
        "meta": {"bands": [row.band for _, row in found]},
        "cliponaxis": False,
    }
