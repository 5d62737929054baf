"""What a token opens: what its owner may see at this moment, or of it the one clinic that the token is limited to.

And lists a part at a time: by the last row of the part before, so that none is skipped or told twice.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.signing import BadSignature, Signer
from django.db.models import F, Model, Q, QuerySet

from assessments.clinics.mails import absolute
from assessments.clinics.models import Clinic
from assessments.plans.models import Action, ActionEntry
from assessments.reports.api.errors import ApiError
from assessments.rounds.models import Round

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import Field

    from assessments.plans.querysets import ActionEntryQuerySet, ActionQuerySet
    from assessments.reports.api.doors import Call
    from assessments.reports.models import ApiToken
    from assessments.rounds.querysets import RoundQuerySet

Row = TypeVar("Row", bound=Model)
NOT_FROM_NEXT: Final = "after: take it from the address in “next” of this list."


def clinics_of(token: ApiToken) -> QuerySet[Clinic]:
    """Give the clinics that a token opens."""
    clinics = Clinic.objects.visible_to(token.user)
    return clinics.filter(pk=token.clinic_id) if token.clinic_id else clinics


def rounds_of(token: ApiToken) -> RoundQuerySet:
    """Give the assessments of these clinics."""
    return Round.objects.visible_to(token.user).filter(clinic__in=clinics_of(token))


def actions_of(token: ApiToken) -> ActionQuerySet:
    """Give the actions of these clinics' plans."""
    return Action.objects.visible_to(token.user).filter(clinic__in=clinics_of(token))


def entries_of(token: ApiToken) -> ActionEntryQuerySet:
    """Give what happened to these actions."""
    return ActionEntry.objects.visible_to(token.user).filter(action__clinic__in=clinics_of(token))


def finished_between(rounds: RoundQuerySet, first: date | None, last: date | None) -> RoundQuerySet:
    """Give the rounds that ended on these days, both included, as `Round.closed_on` counts days: each in its own zone.

    A round that the clock closed ended on its due day, however late the clock looked.
    """
    if first is None and last is None:
        return rounds
    wanted = Q(pk__in=[])
    for zone in rounds.closed().order_by().values_list("time_zone", flat=True).distinct():
        in_zone = Q(time_zone=zone)
        if first is not None:
            begins = datetime.combine(first, time.min, ZoneInfo(zone))
            in_zone &= Q(closed_at__gte=begins, due_at__gt=begins)
        if last is not None:
            ends = datetime.combine(last + timedelta(days=1), time.min, ZoneInfo(zone))
            in_zone &= Q(closed_at__lt=ends) | Q(due_at__lte=ends, closed_at__gte=F("due_at"))
        wanted |= in_zone
    return rounds.closed().filter(wanted)


def part_of(
    rows: QuerySet[Row], order: Sequence[str], call: Call, *, limit: int, after: str | None
) -> tuple[Sequence[Row], str | None]:
    """Give the part of a list that begins after a row, and the address of the next part; None at the end.

    The address holds by what that row was sorted, so it leads on though the row may have gone, or may have left the
    list. It is signed: it is followed, not made. Signed is not hidden, and servers log addresses: no list is ordered by
    a name.

    Args:
        rows: the whole list.
        order: the fields by which it is ordered, the last one unique; a minus turns one round.
        call: who asks, and with which other parameters.
        limit: how many rows at most.
        after: what the address of this part holds; None for the beginning.

    Raises:
        ApiError: it is from no address of this list.
    """
    signer = Signer(salt=f"reports.api {call.path}")
    fields = [cast("Field[Any, Any]", rows.model._meta.get_field(name.removeprefix("-"))) for name in order]
    found = rows.order_by(*order)
    if after is not None:
        try:
            told = signer.unsign_object(after)
        except BadSignature as error:
            raise ApiError(HTTPStatus.BAD_REQUEST, NOT_FROM_NEXT) from error
        values = [field.to_python(value) for field, value in zip(fields, told, strict=True)]
        found = found.filter(_beyond(dict(zip(order, values, strict=True))))
    part = list(found[: limit + 1])
    if len(part) <= limit:
        return part, None
    others = {name: value for name, value in call.GET.items() if name != "after"}
    last = signer.sign_object([field.value_to_string(part[limit - 1]) for field in fields])
    return part[:limit], absolute(f"{call.path}?{urlencode({**others, 'after': last})}")


def _beyond(last: Mapping[str, object]) -> Q:
    """Say which rows come after those values of the fields by which they are ordered."""
    beyond, same = Q(), Q()
    for field, value in last.items():
        name, comes_after = field.removeprefix("-"), "lt" if field.startswith("-") else "gt"
        beyond |= same & Q(**{f"{name}__{comes_after}": value})
        same &= Q(**{name: value})
    return beyond
