"""The figures to explore, for plotly in the browser. They show the same rows as the pictures beside them.

Figures are written in plotly's own JSON; a test builds each with plotly's Python library, which refuses what it does
not know. Loading that library in the server would cost memory and time on every page for nothing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from assessments.results.words import BANDS
from readiness.scoring.bands import IN_PLACE_FROM, PARTLY_FROM, Band

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.results.rows import ScoreRow, TopicRow
    from assessments.results.team_rows import Mark

EMPTY_STYLE: Final = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
PLOTLY_CSP: Final = {
    "style-src-elem": ["'self'", EMPTY_STYLE, "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"],
    "style-src-attr": ["'unsafe-hashes'", EMPTY_STYLE, "'sha256-AR/cKIZjWPcPmBUPDA6oti9XBiTbJvz0Cro2J1VzzS8='"],
}
"""The four styles that plotly.js sets by itself, by their hashes; only on pages that can show a chart."""

EDGES: Final = (0, PARTLY_FROM, IN_PLACE_FROM, 100)
"""Where the bands begin and end."""
SCORE_AXIS: Final = {"range": [0, 100], "tickvals": list(EDGES), "fixedrange": True, "zeroline": False}
"""An axis on which scores lie."""
HOVER: Final = "<b>%{y}</b><br>The team: %{customdata[0]}<br>%{customdata[1]}<extra></extra>"

Figure = dict[str, Any]


def topics_figure(topics: Sequence[TopicRow]) -> Figure | None:
    """Give a bar chart of the topics that have a figure, of the clinic or the team, weakest at the top; or None.

    `meta.bands` names the band of each bar, so that the page's script can take its colour from the page, light or dark.
    The team's values are diamonds, its ranges lines from end to end.
    """
    shown = [topic for topic in reversed(topics) if topic.score.exact or topic.mark]
    if not shown:
        return None
    marked = [(topic.score.title, topic.mark) for topic in shown if topic.mark]
    values = [(title, mark) for title, mark in marked if not mark.is_range]
    ranges = [(title, mark) for title, mark in marked if mark.is_range]
    traces = [_bars([topic.score for topic in shown])]
    traces += [_values(values)] if values else []
    traces += [_range(title, mark) for title, mark in ranges]
    return {"data": traces, "layout": _layout(len(shown))}


def _bars(rows: Sequence[ScoreRow]) -> Figure:
    return {
        "type": "bar",
        "orientation": "h",
        "x": [float(row.exact) if row.exact else None for row in rows],
        "y": [row.title for row in rows],
        "text": [row.figure for row in rows],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [[", ".join(filter(None, [row.words, row.basis, row.missing]))] for row in rows],
        "hovertemplate": "<b>%{y}</b><br>%{text} of 100<br>%{customdata[0]}<extra></extra>",
        "marker": {"pattern": {"shape": ["/" if row.is_hatched else "" for row in rows]}},
        "meta": {"bands": [row.band for row in rows]},
    }


def _values(marked: Sequence[tuple[str, Mark]]) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [float(mark.value) for _, mark in marked],
        "y": [title for title, _ in marked],
        "customdata": [_told(mark) for _, mark in marked],
        "hovertemplate": HOVER,
        "marker": {"symbol": "diamond", "size": 14, "line": {"width": 2}},
        "cliponaxis": False,
    }


def _range(title: str, mark: Mark) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [mark.start, mark.start + mark.width],
        "y": [title, title],
        "customdata": [_told(mark)] * 2,
        "hovertemplate": HOVER,
        "line": {"width": 3, "dash": "dot"},
        "marker": {"symbol": "line-ns", "size": 14, "line": {"width": 3}},
        "cliponaxis": False,
    }


def _told(mark: Mark) -> list[str]:
    return [mark.of_100, ", ".join(filter(None, [mark.words, mark.basis]))]


def _layout(n_bars: int) -> Figure:
    return {
        "template": "none",
        "height": 80 + 38 * n_bars,
        "margin": {"l": 8, "r": 36, "t": 28, "b": 36},
        "xaxis": SCORE_AXIS,
        "yaxis": {"automargin": True, "fixedrange": True, "ticks": "", "ticksuffix": "  "},
        "annotations": band_names(),
        "bargap": 0.35,
        "showlegend": False,
    }


def band_names() -> list[Figure]:
    """Give the names of the bands, to stand over an axis of scores."""
    middles = [(low + high) / 2 for low, high in pairwise(EDGES)]
    return [_band_name(band, middle) for band, middle in zip(Band, middles, strict=True)]


def _band_name(band: Band, place: float) -> Figure:
    return {
        "x": place,
        "y": 1,
        "xref": "x",
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "text": BANDS[band],
    }
