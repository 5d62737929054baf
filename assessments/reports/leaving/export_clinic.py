"""How a whole clinic looks as one file: everything that it owns, and nothing of its therapists or its networks."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from django.db import models, transaction

from assessments.clinics.actions import record
from assessments.clinics.erasing import hold_clinics
from assessments.clinics.models import AuditEvent, Clinic, Erasure, Membership, User
from assessments.clinics.policies import check_can_lead
from assessments.networks.models import NetworkClinic
from assessments.plans.actions import today_of
from assessments.plans.models import Action, ActionEntry
from assessments.reports.answers import named
from assessments.reports.leaving import parts
from assessments.results.models import Result, ResultScore
from assessments.rounds.models import FormAnswer, Round, TeamTalk
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from readiness.instrument.definition import Instrument

ABOUT: Final = (
    "Everything that a clinic owns, to keep or to move to another installation.",
    "It holds names, addresses and comments: keep it where only people of the clinic can read it.",
    "Never in it: who was invited as a therapist, what single therapists answered, links, passwords and other secrets.",
    "An assessment that is open comes with the clinic's form. Nobody is invited to it after moving.",
    "Networks are named for you to read. Each of them is let in anew after moving.",
    "People are numbered here. Consultants, and whoever has left, stand with a name and without an address.",
    "How it is read into another installation: manage.py import_clinic, docs/operations.md.",
)
Told = TypeVar("Told", bound=parts.Part)
SUBJECT: Final = re.compile(parts.ActPart.model_fields["subject"].metadata[0].pattern)
OF_CONSULTANTS: Final = (AuditEvent.Act.CONSULTANT_JOINED, AuditEvent.Act.CONSULTANT_LEFT)
UNKNOWN: Final = 0
"""Stands for a person of whom the file says nothing."""

Numbers = dict[int, int]
"""The number of each person in the file, by that of their account."""


@transaction.atomic
def export_clinic(*, by: User | None, clinic_id: UUID, now: datetime) -> bytes:
    """Write a clinic into a file, and keep on record that it was taken along.

    The clinic is held meanwhile: nobody joins, and no assessment closes.

    Args:
        by: the lead; None for the operator.
        clinic_id: which clinic.
        now: when.

    Raises:
        Clinic.DoesNotExist: there is none, or no more, or not this person's.
        RefusedError: the person is not the lead, or no more.
    """
    hold_clinics([clinic_id])
    clinics = Clinic.objects.all() if by is None else Clinic.objects.visible_to(by)
    clinic = clinics.get(pk=clinic_id)
    if by is not None:
        check_can_lead(by, clinic)
    content = written(clinic_file(clinic, made_at=now))
    record(act=AuditEvent.Act.CLINIC_EXPORTED, clinic=clinic, by=by, at=now)
    return content


def written(file: parts.ClinicFile) -> bytes:
    """Give the bytes of the file: JSON with a line for each value, in UTF-8."""
    values = file.model_dump(mode="json", by_alias=True, warnings=False)
    return f"{json.dumps(values, ensure_ascii=False, indent=1)}\n".encode()


def file_name(clinic: Clinic, now: datetime) -> str:
    """Name the file after the clinic and the day that it is there."""
    return named(clinic.name, today_of(clinic, now).isoformat(), "whole-clinic.json")


def clinic_file(clinic: Clinic, *, made_at: datetime) -> parts.ClinicFile:
    """Read everything that a clinic owns, as it stands; no part is checked on the way out."""
    rounds, actions = _rounds(clinic), list(Action.objects.filter(clinic=clinic))
    acts = list(AuditEvent.objects.filter(clinic=clinic).order_by("id"))
    entries = list(ActionEntry.objects.filter(action__in=actions).order_by("id"))
    erased = list(Erasure.objects.filter(clinic_id=clinic.pk).of_rounds())
    people, numbers = _people(clinic, [*rounds, *_answers_of(rounds), *actions, *acts, *entries, *erased])
    return parts.ClinicFile.model_construct(
        format=parts.FORMAT,
        format_version=parts.FORMAT_VERSION,
        made_at=made_at,
        about=list(ABOUT),
        clinic=_told(parts.ClinicPart, clinic, numbers),
        people=people,
        networks=_networks(clinic),
        assessments=[_round(one, numbers) for one in rounds],
        erased_assessments=[_told(parts.ErasurePart, one, numbers) for one in erased],
        plan=parts.PlanPart.model_construct(
            actions=[_told(parts.ActionPart, one, numbers) for one in actions],
            history=[_told(parts.EntryPart, one, numbers, changed=_changed(one, numbers)) for one in entries],
        ),
        acts=[_told(parts.ActPart, one, numbers, subject=_subject(one)) for one in acts],
    )


def _told(part: type[Told], row: models.Model, numbers: Numbers, **beside: object) -> Told:
    """Fill a part from the columns of a row; people become their numbers, `beside` is what is no plain column."""
    columns = (field for field in row._meta.concrete_fields if field.name in part.model_fields.keys() - beside)
    values = dict(beside)
    for field in columns:
        value = getattr(row, field.attname)
        values[field.name] = numbers.get(value) if field.related_model is User else value
    made = cast(Told, part.model_construct(None, **values))
    return made


def _people(clinic: Clinic, rows: Iterable[models.Model]) -> tuple[list[parts.PersonPart], Numbers]:
    """Number the people of the clinic, the lead first, and then whoever else did something, by name."""
    places = list(Membership.objects.filter(clinic=clinic).select_related("user").order_by("role", "joined_at", "id"))
    named = {
        getattr(row, field.attname)
        for row in rows
        for field in row._meta.concrete_fields
        if field.related_model is User
    }
    gone = named | {held for row in rows if isinstance(row, ActionEntry) for held in _owners(row)}
    others = User.objects.filter(pk__in=gone - {None, *(place.user_id for place in places)})
    people: list[tuple[User, Membership | None]] = [(place.user, place) for place in places]
    people += [(user, None) for user in others.order_by("name", "pk")]
    numbers = {user.pk: number for number, (user, _) in enumerate(people, start=1)}
    return [_person(user, place, numbers) for user, place in people], numbers


def _person(user: User, place: Membership | None, numbers: Numbers) -> parts.PersonPart:
    """Tell of a person as the clinic's record does: not by name where the operator acted."""
    return parts.PersonPart.model_construct(
        number=numbers[user.pk],
        name=user.name if place or not user.is_staff else "",
        email=user.email if place else None,
        is_active=user.is_active if place else None,
        place=_told(parts.PlacePart, place, numbers) if place else None,
    )


def _owners(entry: ActionEntry) -> list[int]:
    """Give the accounts that an entry speaks of by number."""
    return [held for name, *both in entry.changed if name == "owner" for held in both if isinstance(held, int)]


def _changed(entry: ActionEntry, numbers: Numbers) -> list[list[Any]]:
    return [
        [name, *(numbers.get(held, UNKNOWN) if name == "owner" and isinstance(held, int) else held for held in both)]
        for name, *both in entry.changed
    ]


def _subject(act: AuditEvent) -> str:
    """Give what an act was about, without the number of a consultant's account, which is another one elsewhere."""
    about = act.subject.partition(" ")[0] if act.act in OF_CONSULTANTS else act.subject
    return about if SUBJECT.fullmatch(about) else ""


def _networks(clinic: Clinic) -> list[parts.NetworkPart]:
    places = NetworkClinic.objects.filter(clinic=clinic).select_related("network").order_by("joined_at", "id")
    return [_told(parts.NetworkPart, place, {}, name=place.network.name) for place in places]


def _rounds(clinic: Clinic) -> list[Round]:
    rounds = Round.objects.filter(clinic=clinic).select_related("result", "team_talk")
    frozen = ("result__scores", "result__flags", "result__release_rows")
    return list(rounds.prefetch_related("answers", *frozen).order_by("opened_at", "pk"))


def _answers_of(rounds: Iterable[Round]) -> list[FormAnswer]:
    return [answer for one in rounds for answer in one.answers.all()]


def _round(one: Round, numbers: Numbers) -> parts.RoundPart:
    order = _order_of(one.instrument)
    answers = sorted(one.answers.all(), key=lambda row: (order.get(row.key, len(order)), row.key))
    asked = {"n_invited": one.n_invited if one.closed_at else 0}
    return _told(
        parts.RoundPart,
        one,
        numbers,
        **asked,
        answers=[_told(parts.AnswerPart, row, numbers) for row in answers if row.form == FormAnswer.Form.CLINIC],
        team_talk=_talk(one, answers),
        result=_result(one.result) if hasattr(one, "result") else None,
    )


def _order_of(instrument: Instrument) -> dict[str, int]:
    keys = [*(item.key for item in instrument.items_of(Form.MANAGER)), *(fact.key for fact in instrument.facts)]
    return {key: place for place, key in enumerate(keys)}


def _talk(one: Round, answers: Iterable[FormAnswer]) -> parts.TalkPart | None:
    talk: TeamTalk | None = getattr(one, "team_talk", None)
    if talk is None or not talk.is_sent:
        return None
    joint = [row for row in answers if row.form == FormAnswer.Form.JOINT and row.answer is not None]
    return _told(parts.TalkPart, talk, {}, answers=[_told(parts.TalkAnswerPart, row, {}) for row in joint])


def _result(result: Result) -> parts.ResultPart:
    scores = sorted(result.scores.all(), key=_place_of)
    return _told(
        parts.ResultPart,
        result,
        {},
        scores=[_told(parts.ScorePart, row, {}) for row in scores],
        flags=[_told(parts.FlagPart, row, {}) for row in result.flags.all()],
        release_rows=[_told(parts.ReleasePart, row, {}) for row in result.release_rows.all()],
        offers=[_offer(one) for one in result.offers],
    )


def _place_of(row: ResultScore) -> tuple[str, int, int]:
    return row.form, ResultScore.View.values.index(row.view), row.position


def _offer(one: dict[str, Any]) -> parts.OfferPart:
    return parts.OfferPart.model_construct(for_=one["for"], **{key: one[key] for key in one.keys() - {"for"}})
