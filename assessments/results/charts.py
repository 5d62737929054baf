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

    from assessments.results.rows import ScoreRow

EMPTY_STYLE: Final = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
PLOTLY_CSP: Final = {
    "style-src-elem": ["'self'", EMPTY_STYLE, "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"],
    "style-src-attr": ["'unsafe-hashes'", EMPTY_STYLE, "'sha256-AR/cKIZjWPcPmBUPDA6oti9XBiTbJvz0Cro2J1VzzS8='"],
}
"""The four styles that plotly.js sets by itself, by their hashes; only on pages that can show a chart."""

Figure = dict[str, Any]


def topics_figure(rows: Sequence[ScoreRow]) -> Figure | None:
    """Give a bar chart of the topics that have a score, weakest at the top; None when no topic has one.

    `meta.bands` names the band of each bar, so that the page's script can take its colour from the page, light or dark.
    """
    scored = [row for row in reversed(rows) if row.exact]
    if not scored:
        return None
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [float(row.exact) for row in scored],
        "y": [row.title for row in scored],
        "text": [row.figure for row in scored],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [[", ".join(filter(None, [row.words, row.basis, row.missing]))] for row in scored],
        "hovertemplate": "<b>%{y}</b><br>%{text} of 100<br>%{customdata[0]}<extra></extra>",
        "marker": {"pattern": {"shape": ["/" if row.is_hatched else "" for row in scored]}},
        "meta": {"bands": [row.band for row in scored]},
    }
    return {"data": [bars], "layout": _layout(len(scored))}


def _layout(n_bars: int) -> Figure:
    edges = [0, PARTLY_FROM, IN_PLACE_FROM, 100]
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    return {
        "template": "none",
        "height": 80 + 38 * n_bars,
        "margin": {"l": 8, "r": 36, "t": 28, "b": 36},
        "xaxis": {"range": [0, 100], "tickvals": edges, "fixedrange": True, "zeroline": False},
        "yaxis": {"automargin": True, "fixedrange": True, "ticks": "", "ticksuffix": "  "},
        "annotations": [_band_name(band, middle) for band, middle in zip(Band, middles, strict=True)],
        "bargap": 0.35,
    }


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
