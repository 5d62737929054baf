"""The figures to explore, for plotly in the browser: the clinics of the page as a heat map, the topics as dots.

They show the rows of the page and nothing beside them.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from assessments.results.charts import EDGES, SCORE_AXIS, band_names
from readiness.scoring.bands import Band

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.networks.compare_rows import Cell, ClinicRow, Strip

Figure = dict[str, Any]

ROW: Final = 34
"""Height of a clinic or a topic, in pixels."""
TITLE_WIDTH: Final = 14
"""Characters of a topic's title in a line."""
HOVER: Final = "%{customdata}<extra></extra>"


def heat_figure(rows: Sequence[ClinicRow]) -> Figure | None:
    """Give the clinics of a page as a heat map, in the order of the page; None without clinics.

    A topic without a score is null, which stays blank; a score on too few answers for a word stands in brackets.
    `meta` says between which scores a band lies, so that the page's script can take its colours from the page.
    """
    if not rows:
        return None
    topics = ["<br>".join(wrap(cell.title, TITLE_WIDTH)) for cell in rows[0].cells]
    return {
        "data": [
            {
                "type": "heatmap",
                "z": [[float(cell.exact) if cell.exact else None for cell in row.cells] for row in rows],
                "x": list(range(len(topics))),
                "y": list(range(len(rows))),
                "text": [
                    [f"({cell.figure})" if cell.is_hatched else cell.figure for cell in row.cells] for row in rows
                ],
                "texttemplate": "%{text}",
                "customdata": [[_told(row, cell) for cell in row.cells] for row in rows],
                "hovertemplate": HOVER,
                "hoverongaps": False,
                "zmin": 0,
                "zmax": 100,
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
                "meta": {"bands": [band.value for band in Band], "edges": list(EDGES)},
            }
        ],
        "layout": {
            "template": "none",
            "height": 120 + ROW * len(rows),
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": _named(topics) | {"side": "top", "tickangle": 0},
            "yaxis": _named([plain(row.name) for row in rows]) | {"autorange": "reversed", "ticksuffix": "  "},
        },
    }


def strips_figure(strips: Sequence[Strip]) -> Figure | None:
    """Give the topics as dots with median and quartiles, and the marked clinic; None without topics."""
    if not strips:
        return None
    return {
        "data": [_halves(strips), _dots(strips), _medians(strips), _marks(strips)],
        "layout": {
            "template": "none",
            "height": 80 + ROW * len(strips),
            "margin": {"l": 8, "r": 24, "t": 28, "b": 36},
            "xaxis": SCORE_AXIS,
            "yaxis": _named([strip.title for strip in strips]) | {"autorange": "reversed", "ticksuffix": "  "},
            "annotations": band_names(),
            "showlegend": False,
        },
    }


def _dots(strips: Sequence[Strip]) -> Figure:
    dots = [(place, strip.title, dot) for place, strip in enumerate(strips) for dot in strip.dots]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [float(dot.x) for _, _, dot in dots],
        "y": [place for place, _, _ in dots],
        "customdata": [f"<b>{title}</b><br>{dot.told}" for _, title, dot in dots],
        "hovertemplate": HOVER,
        "marker": {"size": [2 * float(dot.radius) for _, _, dot in dots], "opacity": 0.85, "line": {"width": 0.75}},
        "meta": {"bands": [dot.band for _, _, dot in dots]},
        "cliponaxis": False,
    }


def _halves(strips: Sequence[Strip]) -> Figure:
    """Give the middle halves as lines from quartile to quartile, with a gap between topics."""
    shown = [(place, strip) for place, strip in enumerate(strips) if strip.half_at]
    ends = [(float(strip.half_at), float(strip.half_at) + float(strip.half_width)) for _, strip in shown]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for low, high in ends for x in (low, high, None)],
        "y": [y for place, _ in shown for y in (place, place, None)],
        "hoverinfo": "skip",
        "line": {"width": 2},
        "marker": {},
        "cliponaxis": False,
    }


def _medians(strips: Sequence[Strip]) -> Figure:
    shown = [(place, strip) for place, strip in enumerate(strips) if strip.median_at]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [float(strip.median_at) for _, strip in shown],
        "y": [place for place, _ in shown],
        "customdata": [f"<b>{strip.title}</b><br>{strip.said}" for _, strip in shown],
        "hovertemplate": HOVER,
        "line": {},
        "marker": {"symbol": "line-ns", "size": 22, "line": {"width": 3}},
        "cliponaxis": False,
    }


def _marks(strips: Sequence[Strip]) -> Figure:
    shown = [(place, strip) for place, strip in enumerate(strips) if strip.mark_at]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [float(strip.mark_at) for _, strip in shown],
        "y": [place for place, _ in shown],
        "customdata": [f"<b>{strip.title}</b><br>The marked clinic: {strip.mark}" for _, strip in shown],
        "hovertemplate": HOVER,
        "marker": {"symbol": "triangle-down", "size": 15, "line": {"width": 1.5}},
        "meta": {"colour": "accent"},
        "cliponaxis": False,
    }


def _named(titles: Sequence[str]) -> Figure:
    """Give an axis that counts its places and names them: two clinics may have the same name."""
    return {
        "tickvals": list(range(len(titles))),
        "ticktext": list(titles),
        "automargin": True,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    }


def _told(row: ClinicRow, cell: Cell) -> str:
    figures = f"{cell.figure} of 100" if cell.exact else "not enough answers for a score"
    words = ", ".join(filter(None, [figures, cell.words, cell.doubt]))
    return f"<b>{plain(row.name)}</b><br>{cell.title}<br>{words}"


def plain(text: str) -> str:
    """Give text that plotly shows as it stands; it would read some markup in what it is given."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
