"""The page on which the clinics of a network are compared."""

from __future__ import annotations

from uuid import UUID

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assessments.networks.charts import heat_figure, strips_figure
from assessments.networks.compare_presenters import compare_page
from assessments.networks.compare_reading import Asked
from assessments.networks.compare_reading import compare as compared
from assessments.networks.comparison import tally
from assessments.networks.doors import frame, network_or_404, second_step_first, without_empty_parts
from assessments.networks.filters import filters, not_understood, without_names
from assessments.networks.models import Network, NetworkClinic
from assessments.networks.paging import past_the_end
from assessments.networks.portfolio import countries
from assessments.networks.selection import read_selection
from assessments.results.charts import PLOTLY_CSP
from readiness.instrument.definition import INSTRUMENT
from readiness.instrument.loading import load


@require_safe
@csp_replace(PLOTLY_CSP)  # type: ignore[arg-type]  # its type knows no arguments from the address
@second_step_first
@without_empty_parts
def compare(request: HttpRequest, network_id: UUID) -> HttpResponse:
    """Compare the clinics that show scores by what they finished last: topic by topic, flag by flag."""
    network = network_or_404(request, network_id)
    context = frame(request, network, "compare")
    asked = asked_for(request, network, is_aliased=context["is_aliased"])
    selection, instrument, is_aliased = asked.selection, asked.instrument, asked.is_aliased
    page = compare_page(compared(asked), selection, instrument, is_aliased=is_aliased)
    context |= {
        "notes": [*not_understood(selection), *past_the_end(page.pager, selection.page)],
        "page": page,
        "n_all": asked.everybody.n_clinics,
        "filters": filters(selection, instrument, countries(asked.places), is_aliased=is_aliased),
        "heat_figure": heat_figure(page.rows),
        "strips_figure": strips_figure(page.strips),
    }
    return render(request, "networks/compare.html", context)


def asked_for(request: HttpRequest, network: Network, *, is_aliased: bool) -> Asked:
    """Read which clinics an address asks to compare, of those that this person sees."""
    places = NetworkClinic.objects.visible_to(request.user).filter(network=network)
    everybody = tally(places)
    instrument = load(INSTRUMENT, everybody.version)
    selection = read_selection(request.GET, instrument)
    return Asked(
        places=places,
        everybody=everybody,
        instrument=instrument,
        selection=without_names(selection) if is_aliased else selection,
        is_aliased=is_aliased,
        now=timezone.now(),
    )
