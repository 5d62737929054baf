"""What tests of leaving share: clinics with finished assessments and networks, as those of networks have them."""

from tests.assessments.networks.conftest import (
    colleague_consultant,
    consultant,
    earlier,
    latest,
    network,
    place,
    under_way,
)

__all__ = ["colleague_consultant", "consultant", "earlier", "latest", "network", "place", "under_way"]
