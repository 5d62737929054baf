"""plotly's script comes from the installed package, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from assessments.results.plotlyjs import FILE, STATIC_PATH, PlotlyFinder


def test_script_is_found_where_templates_ask_for_it():
    found = finders.find(STATIC_PATH)

    assert isinstance(found, str)
    assert Path(found).stat().st_size > 1_000_000


@pytest.mark.parametrize("path", ["plotly/", "plotly/widgetbundle.js", "plotly/../plotly.min.js", "plotly.min.js"])
def test_nothing_else_is_found(path):
    assert PlotlyFinder().find(path) == []


def test_all_places_are_a_list():
    assert PlotlyFinder().find(STATIC_PATH, find_all=True) == [PlotlyFinder().find(STATIC_PATH)]


def test_collecting_takes_one_file_into_its_folder():
    ((name, storage),) = PlotlyFinder().list(None)

    assert name == FILE
    assert getattr(storage, "prefix", "") == "plotly"
    assert storage.exists(name)


def test_there_is_nothing_to_configure():
    assert PlotlyFinder().check() == []
