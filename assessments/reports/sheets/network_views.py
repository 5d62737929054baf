"""The comparison of a network as a file."""

from __future__ import annotations

from http import HTTPStatus
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.networks.compare_views import asked_for
from assessments.networks.doors import consultant, hides_names, network_or_404, second_step_first, without_empty_parts
from assessments.reports.answers import in_a_moment, named, only_headers
from assessments.reports.sheets.book import CONTENT_TYPE
from assessments.reports.sheets.network import write_network_workbook
from assessments.reports.slots import BusyError, NoSlotError, slot

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from assessments.networks.compare_reading import Asked
    from assessments.networks.models import Network


@require_safe
@second_step_first
@without_empty_parts
def network_workbook(request: HttpRequest, network_id: UUID) -> HttpResponseBase:
    """Give all clinics that the page of comparison is asked for, as a workbook."""
    network = network_or_404(request, network_id)
    asked = asked_for(request, network, is_aliased=hides_names(request, network))
    if request.method == "HEAD":
        return only_headers(_name(network, asked), CONTENT_TYPE)
    reader = consultant(request).pk
    try:
        with slot(reader) as folder:
            written = _written(network, asked, folder)
    except BusyError:
        return in_a_moment(render(request, "reports/network_busy.html", {"network": network}), reader)
    except NoSlotError:
        about_it = {"network": network}
        return render(request, "reports/network_not_made.html", about_it, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return FileResponse(written, as_attachment=True, filename=_name(network, asked), content_type=CONTENT_TYPE)


def _name(network: Network, asked: Asked) -> str:
    """Name the file after the network and the day, and say whether clinics or their names were left out."""
    chosen = "chosen" if asked.selection.is_filtered else ""
    aliased = "without-names" if asked.is_aliased else ""
    return f"{named(network.name, asked.now.date().isoformat(), 'comparison', chosen, aliased)}.xlsx"


def _written(network: Network, asked: Asked, folder: Path) -> IO[bytes]:
    """Write the workbook into a file without a name, which is gone when it is closed."""
    written = TemporaryFile(dir=folder)  # noqa: SIM115 - closed when it has been sent
    try:
        write_network_workbook(written, network, asked, folder=str(folder))
    except BaseException:
        written.close()
        raise
    written.seek(0)
    return written
