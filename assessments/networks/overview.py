"""What a consultant's first screen counts: who needs them now, and which flags the clinics have in common.

Everything is counted by the database. Flags are those of frozen results of clinics that show scores.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Case, CharField, Count, Exists, Q, Subquery, Value, When

from assessments.networks.choosing import by_name
from assessments.networks.comparison import results
from assessments.networks.needs import comparable, needing, open_answers, safety_flags, shows_scores, with_rounds
from assessments.networks.selection import Need
from assessments.results.models import ResultFlag
from readiness.guidance.flags import Level, flag_keys
from readiness.guidance.in_common import Cause
from readiness.instrument.definition import Form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from assessments.networks.models import NetworkClinic
    from assessments.networks.querysets import NetworkClinicQuerySet
    from readiness.instrument.definition import Instrument

FEW: Final = 3
"""Up to how many clinics are named where they need the consultant."""
QUICK: Final = "quick"
ALL: Final = "all"
ELSEWHERE: Final = "elsewhere"
"""Stand in place of a topic for clinics that have answered the quick questions alone, or as good as everything, or
that saved last what the questionnaire at hand does not ask."""


@dataclass(frozen=True)
class Needing:
    """How many clinics there are, and how many of them need the consultant; where they are stuck is counted apart.

    `n_showing` are those that show scores and have a result, `n_comparable` those of them whose latest result is of the
    questionnaire at hand. `n_red` of the clinics with a safety flag have one that needs a decision; `n_unopened` of
    those that have not started have no assessment open; `n_behind` of those that close soon have answered fewer than
    half of the questions.
    """

    n_clinics: int
    n_showing: int
    n_comparable: int
    n_safety: int
    n_red: int
    n_not_started: int
    n_unopened: int
    n_closing: int
    n_behind: int
    n_no_plan: int
    n_finished: int


def count_needing(places: NetworkClinicQuerySet, instrument: Instrument, *, now: datetime) -> Needing:
    """Count the clinics, in one query."""
    needs = {need: needing(need, instrument=instrument, now=now) for need in Need}
    red = safety_flags(instrument).filter(level=Level.RED.value)
    half = -(-len(instrument.items_of(Form.MANAGER)) // 2)
    counts = {
        "n_clinics": Q(),
        "n_showing": shows_scores() & Q(last_round__isnull=False),
        "n_comparable": comparable(instrument),
        "n_safety": needs[Need.SAFETY],
        "n_red": shows_scores() & Q(Exists(red)),
        "n_not_started": needs[Need.NOT_STARTED],
        "n_unopened": needs[Need.NOT_STARTED] & Q(open_round=None),
        "n_closing": needs[Need.CLOSING],
        "n_behind": needs[Need.CLOSING] & ~_has_answered(instrument, half),
        "n_no_plan": needs[Need.NO_PLAN],
        "n_finished": needs[Need.FINISHED],
    }
    joined = with_rounds(places, instrument)
    return Needing(**joined.aggregate(**{name: Count("pk", filter=which) for name, which in counts.items()}))


def few_needing(
    places: NetworkClinicQuerySet,
    instrument: Instrument,
    counts: Mapping[Need, int],
    *,
    is_aliased: bool,
    now: datetime,
) -> Mapping[Need, Sequence[NetworkClinic]]:
    """Give the clinics that need the consultant, in the order of their names, for each need that few have."""
    joined = with_rounds(places, instrument).order_by(*by_name(is_aliased=is_aliased)).select_related("clinic")
    return {
        need: list(joined.filter(needing(need, instrument=instrument, now=now))[:FEW])
        for need, n_clinics in counts.items()
        if 0 < n_clinics <= FEW
    }


def stuck_at(places: NetworkClinicQuerySet, instrument: Instrument, *, now: datetime) -> Mapping[str, int]:
    """Count stuck clinics by the topic in which they saved last, most first; or by `QUICK`, `ALL` and `ELSEWHERE`."""
    items = instrument.items_of(Form.MANAGER)
    n_always = sum(item.route is None for item in items)
    beyond = open_answers().exclude(key__in=[item.key for item in items if item.quick])
    at = Case(
        When(~Q(Exists(beyond)), then=Value(QUICK)),
        When(_has_answered(instrument, n_always), then=Value(ALL)),
        default=Subquery(open_answers().order_by("-saved_at", "-pk").values("key")[:1]),
        output_field=CharField(),
    )
    stuck = with_rounds(places, instrument).filter(needing(Need.STUCK, instrument=instrument, now=now))
    by_key = stuck.values(at=at).order_by().annotate(n=Count("pk"))
    counts: Counter[str] = Counter()
    for key, n_clinics in by_key.values_list("at", "n"):
        counts[_topic_of(instrument, key)] += n_clinics
    return dict(counts.most_common())


def causes_in_common(places: NetworkClinicQuerySet, instrument: Instrument) -> tuple[Cause, ...]:
    """Count the clinics by flag, of those whose latest result is of this questionnaire: in the order of the most."""
    flags = ResultFlag.objects.filter(result__in=results(places, instrument.version)).order_by().values("key", "domain")
    counted = flags.annotate(n_clinics=Count("pk"), n_red=Count("pk", filter=Q(level=Level.RED.value)))
    known = frozenset(flag_keys(instrument))
    causes = (Cause(**row) for row in counted if row["key"] in known)
    return tuple(sorted(causes, key=lambda cause: (-cause.n_clinics, -cause.n_red, cause.key, cause.domain)))


def _has_answered(instrument: Instrument, n_questions: int) -> Q:
    """Say whether so many questions of its open clinic form are answered by a clinic: nothing beyond is counted."""
    items = [item.key for item in instrument.items_of(Form.MANAGER)]
    answered = open_answers().filter(key__in=items)
    return Q(Exists(answered[n_questions - 1 : n_questions]))


def _topic_of(instrument: Instrument, key: str) -> str:
    """Give the topic of a question or figure; `QUICK` and `ALL` as they are."""
    if key in (QUICK, ALL):
        return key
    asked = instrument.item.get(key) or instrument.fact.get(key)
    return asked.domain if asked else ELSEWHERE
