"""Lets a test change what the database keeps from being changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from assessments.clinics.models import Erasure


@contextmanager
def rewriting() -> Iterator[None]:
    """Lift the guards of history as an erasure does: for rows as another release left them, or as they never are."""
    with transaction.atomic():
        erasure = Erasure.objects.create(kind="clinic", clinic_id=uuid4(), at=timezone.now())
        yield
        erasure.is_running = False
        erasure.save(update_fields=["is_running"])
