"""What tests of reports share: finished assessments, as those of plans have them."""

from tests.assessments.networks.conftest import consultant, network
from tests.assessments.plans.conftest import action, closed_round, finish_next
from tests.assessments.results.conftest import heard, mixed_round

__all__ = ["action", "closed_round", "consultant", "finish_next", "heard", "mixed_round", "network"]
