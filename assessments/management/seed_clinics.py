"""Who seeded clinics are: names, countries, settings and sizes by chance, each with a lead who cannot sign in."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import make_password

from assessments.clinics.models import Clinic, Membership, ResultViewer, Role, Setting, User
from assessments.clinics.text import name_key

if TYPE_CHECKING:
    from datetime import datetime

PREFIX: Final = "seed-"
NO_PASSWORD: Final = make_password(None)
COUNTRIES: Final = {
    "Australia": (9, "Australia/Sydney"),
    "Austria": (4, "Europe/Vienna"),
    "Belgium": (5, "Europe/Brussels"),
    "Canada": (9, "America/Toronto"),
    "Denmark": (6, "Europe/Copenhagen"),
    "Finland": (5, "Europe/Helsinki"),
    "Germany": (15, "Europe/Berlin"),
    "Ireland": (4, "Europe/Dublin"),
    "Netherlands": (13, "Europe/Amsterdam"),
    "Norway": (7, "Europe/Oslo"),
    "Sweden": (9, "Europe/Stockholm"),
    "United Kingdom": (14, "Europe/London"),
}
"""Of a hundred clinics, how many are in which country, and its time zone."""
SETTINGS: Final = {
    Setting.HOSPITAL: (30, "Hospital"),
    Setting.PRIMARY: (30, "Health Centre"),
    Setting.PRIVATE: (25, "Practice"),
    Setting.NATIONAL: (5, "Online Service"),
    Setting.OTHER: (10, "House"),
}
"""Of a hundred clinics, how many work in which setting, and what stands in their names."""
SIZES: Final = ((25, (2, 5)), (50, (6, 20)), (25, (21, 60)))
"""Of a hundred clinics, how many have so many therapists, from and to."""
PLACES: Final = (
    *("Alder", "Beacon", "Birch", "Bridge", "Castle", "Cedar", "Chapel", "Elm", "Ferry", "Forest", "Garden", "Hazel"),
    *("Hill", "Juniper", "Lake", "Lark", "Market", "Meadow", "Mill", "Orchard", "Quay", "River", "Rowan", "Willow"),
)


def make_clinics(numbers: range, source: random.Random, now: datetime) -> tuple[list[Clinic], list[User]]:
    """Write the clinics with these numbers and their leads, and give both in the same order."""
    leads = User.objects.bulk_create(
        User(email=f"{PREFIX}{number + 1}@example.org", name=f"Lead {number + 1}", password=NO_PASSWORD)
        for number in numbers
    )
    clinics = Clinic.objects.bulk_create(_clinic(number + 1, source) for number in numbers)
    pairs = list(zip(clinics, leads, strict=True))
    Membership.objects.bulk_create(Membership(user=lead, clinic=clinic, role=Role.LEAD) for clinic, lead in pairs)
    ResultViewer.objects.bulk_create(ResultViewer(user=lead, clinic=clinic, since=now) for clinic, lead in pairs)
    return clinics, leads


def _clinic(number: int, source: random.Random) -> Clinic:
    country = source.choices(list(COUNTRIES), [share for share, _ in COUNTRIES.values()])[0]
    setting = source.choices(list(SETTINGS), [share for share, _ in SETTINGS.values()])[0]
    size = source.choices([span for _, span in SIZES], [share for share, _ in SIZES])[0]
    name = f"{source.choice(PLACES)} {SETTINGS[setting][1]} {number}"
    return Clinic(
        name=name,
        name_key=name_key(name),
        country=country,
        setting=setting,
        n_therapists=source.randint(*size),
        time_zone=COUNTRIES[country][1],
    )
