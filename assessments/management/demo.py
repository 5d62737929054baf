"""Invented clinics to look at: who they are stands in demo.toml; here they are built, through the actions of the apps.

The accounts and their password are known to everybody, so they belong on a machine to try things out on, nowhere else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, TypedDict
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from assessments.clinics import actions as clinics
from assessments.clinics.models import Clinic, ManagerInvitation, Membership, Role, User
from assessments.management.demo_network import clinics_of, network_of
from assessments.management.demo_plan import plans_of
from assessments.management.demo_story import Story, play
from assessments.management.demo_team import hear_team
from assessments.management.marks import read_marks
from assessments.respondents import upkeep
from assessments.respondents.seeding import fresh_links
from assessments.results.closing import close
from assessments.rounds import actions as rounds
from assessments.rounds.models import Round
from readiness.instrument.definition import Context, Form

PASSWORD: Final = "quiet-harbour-lanterns"  # noqa: S105 - meant to be known
ADMIN: Final = "admin@example.org"
CONSULTANT: Final = "consultant@example.org"
NAMES: Final = {
    "lead@example.org": "Nora Lind",
    "manager@example.org": "Milan Okafor",
    "lindenhof@example.org": "Sabine Vogt",
    "clearwater@example.org": "Ruth Tanaka",
    "fjordside@example.org": "Ingrid Solheim",
    "millbrook@example.org": "Owen Price",
    CONSULTANT: "Tessa Brandt",
    ADMIN: "Ada Admin",
}


class Account(TypedDict):
    """A sign-in, as `demo --json` prints it."""

    email: str
    password: str
    role: str
    clinics: list[str]


class Inventory(TypedDict):
    """All that there is to try out, as `demo --json` prints it. `links` open the forms of therapists."""

    accounts: list[Account]
    clinics: list[dict[str, str]]
    rounds: list[dict[str, str]]
    links: list[str]


@cache
def invented() -> tuple[dict[str, Any], ...]:
    """Read the invented clinics."""
    return tuple(tomllib.loads((Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))["clinics"])


def has_other_data() -> bool:
    """Whether the database holds people or clinics that are not invented."""
    strangers = User.objects.exclude(email__in=NAMES)
    return strangers.exists() or Clinic.objects.exclude(memberships__user__email__in=NAMES).exists()


@transaction.atomic
def build(*, now: datetime) -> None:
    """Make everything that is not there yet, in one transaction; a second time changes nothing.

    Passwords are set back to the one that is printed. When all open rounds have been closed meanwhile, new ones open.
    """
    is_new = not User.objects.filter(email=ADMIN).exists()
    people = {email: _person(email, name) for email, name in NAMES.items()}
    stories: list[Story] = []
    if is_new:
        stories = [_clinic(entry, people, now) for entry in invented()]
    elif not Round.objects.filter(clinic__memberships__user__in=people.values()).open().exists():
        stories = list(_open_again(people, now))
    stories += plans_of(invented(), people, now=now)
    stories += network_of(people[CONSULTANT], invented(), now=now)
    play(stories)


def inventory(*, now: datetime) -> Inventory:
    """List what there is, as it is in the database now, with fresh links: each time the earlier ones stop working."""
    memberships = list(
        Membership.objects.filter(user__email__in=NAMES).select_related("user", "clinic").order_by("joined_at", "role")
    )
    places = {place.clinic: None for place in memberships}
    assessments = sorted(Round.objects.filter(clinic__in=places), key=_those_with_links_first)
    people = sorted(User.objects.filter(email__in=NAMES), key=lambda user: list(NAMES).index(user.email))
    return {
        "accounts": [_account(user, memberships) for user in people],
        "clinics": [{"id": str(place.pk), "name": place.name} for place in places],
        "rounds": [
            {"id": str(one.pk), "clinic": str(one.clinic_id), "state": "open" if one.is_open else "closed"}
            for one in assessments
        ],
        "links": [
            link for one in _invented_open() for link in fresh_links(by=_lead_of(one.clinic), round_id=one.pk, now=now)
        ],
    }


def _those_with_links_first(one: Round) -> tuple[bool, datetime]:
    """Order rounds by age, but those that are open without therapists after all others."""
    return one.is_open and not one.n_invited, one.opened_at


def _invented_open() -> Iterable[Round]:
    """Give the open rounds that are invented with therapists; nobody loses a link to a round of their own."""
    names = [
        entry["name"]
        for entry in invented()
        if any(one.get("is_open") and "therapists" in one for one in entry["rounds"])
    ]
    return Round.objects.filter(clinic__memberships__user__email__in=NAMES, clinic__name__in=names).open().distinct()


def _account(user: User, memberships: Iterable[Membership]) -> Account:
    own = [place for place in memberships if place.user_id == user.pk]
    clinic_ids = [place.clinic_id for place in own] or clinics_of(user)
    return {
        "email": user.email,
        "password": PASSWORD,
        "role": _role(user, own),
        "clinics": [str(clinic_id) for clinic_id in clinic_ids],
    }


def _role(user: User, own: Iterable[Membership]) -> str:
    if user.is_staff:
        return "admin"
    if user.is_consultant and not own:
        return "consultant"
    return "lead" if any(place.role == Role.LEAD for place in own) else "manager"


def _person(email: str, name: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        is_admin = email == ADMIN
        user = User.objects.create_user(email, PASSWORD, name=name, is_staff=is_admin, is_superuser=is_admin)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    elif not user.check_password(PASSWORD):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return user


def _clinic(entry: dict[str, Any], people: dict[str, User], now: datetime) -> Story:
    lead = people[entry["lead"]]
    began = now - timedelta(days=max(r["opened_days_ago"] for r in entry["rounds"]) + 1)
    yield began
    clinic = clinics.create_clinic(
        by=lead,
        name=entry["name"],
        country=entry["country"],
        setting=entry["setting"],
        n_therapists=entry["n_therapists"],
        time_zone=entry["time_zone"],
        now=began,
    )
    managers = [people[email] for email in entry.get("managers", ())]
    for manager in managers:
        _join(clinic, lead, manager, began)
    for one in entry["rounds"]:
        yield from _round(clinic, [lead, *managers], one, now)


def _join(clinic: Clinic, lead: User, manager: User, at: datetime) -> None:
    """Let a manager in by an invitation that is accepted at once, without the mail."""
    token = f"demo-{clinic.pk}-{manager.pk}"
    ManagerInvitation.objects.create(
        clinic=clinic,
        email=manager.email,
        token_hash=clinics.hash_of(token),
        invited_by=lead,
        expires_at=at + clinics.INVITATION_LIFE,
    )
    clinics.accept_invitation(by=manager, token=token, now=at)


def _round(clinic: Clinic, people: list[User], entry: dict[str, Any], now: datetime) -> Story:
    opened_at = now - timedelta(days=entry["opened_days_ago"])
    yield opened_at
    assessment = rounds.open_round(
        by=people[0],
        clinic=clinic,
        title=entry["title"],
        context=Context(stage=entry["stage"], routes=entry["routes"], for_whom=entry["for_whom"]),
        due_on=opened_at.astimezone(ZoneInfo(clinic.time_zone)).date() + timedelta(days=entry["open_for_days"]),
        now=opened_at,
    )
    _answer(assessment, people, entry, opened_at)
    if entry.get("is_open"):
        heard_at = _last_evening(assessment, now)
        yield heard_at
        hear_team(assessment, entry, by=people[0], now=heard_at)
        yield now
        upkeep.refresh_participation(now=now)
    else:
        heard_at, closed_at = opened_at + timedelta(days=1), opened_at + timedelta(days=entry["open_for_days"])
        yield heard_at
        hear_team(assessment, entry, by=people[0], now=heard_at)
        yield closed_at
        close(round_id=assessment.pk, by=people[0], now=closed_at)


def _last_evening(assessment: Round, now: datetime) -> datetime:
    """Give a time before last night's count of answers, and yet so late that the worker still sends the mail."""
    today = now.astimezone(ZoneInfo(assessment.time_zone)).date()
    return datetime.combine(today, time.min, tzinfo=ZoneInfo(assessment.time_zone)) - timedelta(minutes=1)


def _answer(assessment: Round, people: list[User], entry: dict[str, Any], opened_at: datetime) -> None:
    comments, facts = entry.get("comments", {}), entry.get("facts", {})
    of_items = read_marks(assessment.instrument, Form.MANAGER, entry["answers"], assessment.context)
    given = [*of_items, *facts.items()]
    for position, (key, answer) in enumerate(given):
        rounds.save_answer(
            by=people[position // 6 % len(people)],
            round_id=assessment.pk,
            change=rounds.Change(key=key, answer=answer, comment=comments.get(key), base=0, op=f"demo-{key}"),
            now=opened_at + timedelta(hours=2, minutes=position),
        )


def _open_again(people: dict[str, User], now: datetime) -> Iterator[Story]:
    """Open the invented open rounds once more, in clinics that their leads still have; else leave things alone."""
    for entry in invented():
        clinic = Clinic.objects.filter(memberships__user=people[entry["lead"]], name=entry["name"]).first()
        for one in entry["rounds"]:
            if one.get("is_open") and clinic and _lead_of(clinic) == people[entry["lead"]]:
                yield _round(clinic, [people[entry["lead"]]], one, now)


def _lead_of(clinic: Clinic) -> User:
    return clinic.memberships.get(role="lead").user
