"""What tests of erasing share: who erases, and where in the whole database a word still stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.apps import apps

from assessments.clinics.models import AuditEvent, Erasure, User
from assessments.networks.erasing import erase_person
from tests.assessments.conftest import NOW

AGAIN: Final = NOW + timedelta(days=30)
TELLING: Final = {AuditEvent: {"subject"}, Erasure: {"clinic_id", "round_id"}}
"""Columns in which the number of what was erased stays."""


def erase(*, by: User | None, user_id: int) -> Erasure:
    """Erase a person as the command does."""
    return erase_person(by=by, user_id=user_id, now=AGAIN)


def named_in(*words: object) -> set[tuple[str, str]]:
    """Give the columns of the whole database in which any of these words stands, where it is not meant to."""
    wanted = [str(word) for word in words]
    return {
        (model._meta.label, column)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label != "sessions.Session"
        for row in model._base_manager.values()
        for column, value in row.items()
        if column not in TELLING.get(model, set()) and any(word in str(value) for word in wanted)
    }
