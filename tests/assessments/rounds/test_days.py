"""The days that pages tell of a round: they stay as told, and every page tells the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.clinics.models import Clinic, User
from assessments.results.closing import close
from assessments.rounds.models import Round
from tests.assessments.conftest import open_round_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

SAID = {"stage": "preparing", "routes": ["gp"], "for_whom": ["other"], "title": "First look"}


def test_days_told_stay_when_the_clinic_changes_its_time_zone(lead: User, clinic: Clinic, open_round: Round) -> None:
    due_on, due_at = open_round.due_on, open_round.due_at
    Clinic.objects.update(time_zone="Asia/Tokyo")

    again = Round.objects.get(pk=open_round.pk)
    assert (again.due_on, again.due_at, again.time_zone) == (due_on, due_at, "UTC")
    said = {**SAID, "due_on": (due_on + timedelta(days=1)).isoformat()}
    signed_in(lead).post(reverse("rounds:settings", args=[open_round.pk]), said)

    again.refresh_from_db()
    assert again.due_at == due_at + timedelta(days=1)


@pytest.mark.parametrize(
    ("after_due", "day"),
    [
        (timedelta(days=-1, hours=3), "13 December 2026"),
        (timedelta(seconds=0), "13 December 2026"),
        (timedelta(hours=30), "13 December 2026"),
        (timedelta(days=-1, seconds=-1), "12 December 2026"),
    ],
    ids=["on-the-last-day", "by-the-clock", "by-a-late-clock", "a-day-early"],
)
def test_every_page_names_the_same_day_of_finishing(lead: User, clinic: Clinic, after_due: timedelta, day: str) -> None:
    clinic.time_zone = "America/New_York"
    clinic.save()
    assessment = open_round_of(clinic, lead)
    by = lead if after_due < timedelta() else None
    close(round_id=assessment.pk, by=by, now=assessment.due_at + after_due)

    for name, args in (
        ("rounds:clinic", [clinic.pk]),
        ("rounds:round", [assessment.pk]),
        ("results:result", [assessment.pk]),
        ("results:print_page", [assessment.pk]),
    ):
        page = signed_in(lead).get(reverse(name, args=args)).content.decode()
        assert day in page, name
