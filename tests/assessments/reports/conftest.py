"""What tests of reports share: finished assessments, as those of plans have them."""

from tests.assessments.plans.conftest import action, closed_round, finish_next

__all__ = ["action", "closed_round", "finish_next"]
