"""The figures to explore, for plotly in the browser. They show the same rows as the pictures beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from assessments.results.words import BANDS
from readiness.scoring.bands import IN_PLACE_FROM, PARTLY_FROM, Band

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.results.rows import ScoreRow


def topics_figure(rows: Sequence[ScoreRow]) -> dict[str, Any]:
    """Give a bar chart of the topics that have a score, weakest at the top; colours are put in by the page's script.

    `meta.bands` names the band of each bar, so that the script can take its colour from the page, light or dark.
    """
    scored = [row for row in reversed(rows) if row.exact]
    bars = go.Bar(
        orientation="h",
        x=[float(row.exact) for row in scored],
        y=[row.title for row in scored],
        text=[row.figure for row in scored],
        textposition="outside",
        cliponaxis=False,
        customdata=[[", ".join(filter(None, [row.words, row.basis, row.missing]))] for row in scored],
        hovertemplate="<b>%{y}</b><br>%{text} of 100<br>%{customdata[0]}<extra></extra>",
        marker={"pattern": {"shape": ["/" if row.is_hatched else "" for row in scored]}},
        meta={"bands": [row.band for row in scored]},
    )
    layout = go.Layout(
        template="none",
        height=80 + 38 * len(scored),
        margin={"l": 8, "r": 36, "t": 28, "b": 36},
        xaxis={
            "range": [0, 100],
            "tickvals": [0, PARTLY_FROM, IN_PLACE_FROM, 100],
            "fixedrange": True,
            "zeroline": False,
        },
        yaxis={"automargin": True, "fixedrange": True, "ticks": ""},
        annotations=[
            _band_name(Band.NOT_YET, PARTLY_FROM / 2),
            _band_name(Band.PARTLY, (PARTLY_FROM + IN_PLACE_FROM) / 2),
            _band_name(Band.IN_PLACE, (IN_PLACE_FROM + 100) / 2),
        ],
        bargap=0.35,
    )
    figure: dict[str, Any] = go.Figure(bars, layout).to_plotly_json()
    return figure


def _band_name(band: Band, place: float) -> dict[str, Any]:
    return {
        "x": place,
        "y": 1,
        "xref": "x",
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "text": BANDS[band],
    }
