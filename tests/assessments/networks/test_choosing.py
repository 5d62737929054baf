"""Which clinics a selection means, and in which order, with what is not shown left out."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from django.http import QueryDict

from assessments.clinics.models import User
from assessments.networks.choosing import alias_number, chosen, ordered
from assessments.networks.models import Level, Network, NetworkClinic
from assessments.networks.selection import read_selection
from assessments.results.models import ResultScore
from assessments.rounds.models import FormAnswer, Round
from readiness.instrument.definition import Form
from readiness.instrument.loading import load
from tests.assessments.conftest import NOW
from tests.assessments.history import rewriting
from tests.assessments.networks.clinics import add_clinic, begin, finish, save
from tests.assessments.results.conftest import ALL_MOSTLY, DONT_KNOW, MIXED

DAYS_AGO: Final = NOW - timedelta(days=30)
LOW_MONEY: Final = {**ALL_MOSTLY, **{item.key: 2 for item in load().items_of(Form.MANAGER, "funding")}}


def names(user: User, network: Network, address: str, *, is_aliased: bool = False) -> list[str]:
    """Give the names of the clinics that an address means, in its order."""
    instrument = load()
    selection = read_selection(QueryDict(address), instrument)
    assert not selection.unknown
    places = NetworkClinic.objects.visible_to(user).filter(network=network)
    places = chosen(places, selection, instrument=instrument, is_aliased=is_aliased, now=NOW)
    places = ordered(places, selection, instrument=instrument, is_aliased=is_aliased)
    return list(places.values_list("clinic__name", flat=True))


def test_chosen_by_what_a_clinic_is(consultant: User, network: Network) -> None:
    add_clinic(network, "Bergen", country="Norway", setting="primary", n_therapists=4)
    add_clinic(network, "Åre", country="Sweden", setting="primary", n_therapists=6)
    add_clinic(network, "Cadiz", country="Spain", setting="hospital", n_therapists=21)
    add_clinic(network, "Delft")
    assert names(consultant, network, "country=Spain") == ["Cadiz"]
    assert names(consultant, network, "setting=primary") == ["Bergen", "Åre"]
    assert names(consultant, network, "setting=primary&country=Sweden") == ["Åre"]
    assert names(consultant, network, "size=small") == ["Bergen"]
    assert names(consultant, network, "size=medium") == ["Åre"]
    assert names(consultant, network, "size=large") == ["Cadiz"]


def test_chosen_by_search(consultant: User, network: Network) -> None:
    for name in ("Harbour Clinic", "HARBOUR House", "100% Online", "1000 Lakes"):
        add_clinic(network, name)
    assert names(consultant, network, "search=harbour") == ["Harbour Clinic", "HARBOUR House"]
    assert names(consultant, network, "search=100%25") == ["100% Online"]
    assert names(consultant, network, "search=_") == []


def test_chosen_by_alias_where_names_are_hidden(consultant: User, network: Network) -> None:
    for name in ("Harbour", "Forest", "Clinic 1 of the north"):
        add_clinic(network, name)
    for search in ("2", "clinic 2", "Clinic+2"):
        assert names(consultant, network, f"search={search}", is_aliased=True) == ["Forest"]
    for search in ("forest", "clinic", "999999999", "9999999999"):
        assert names(consultant, network, f"search={search}", is_aliased=True) == []


def test_chosen_by_stage_of_the_open_assessment_or_else_the_last(consultant: User, network: Network) -> None:
    finish(add_clinic(network, "Finished"), ALL_MOSTLY, stage="pilot")
    both = add_clinic(network, "Moved on")
    finish(both, ALL_MOSTLY, at=DAYS_AGO, stage="pilot")
    begin(both, stage="running")
    add_clinic(network, "Nothing")
    assert names(consultant, network, "stage=pilot") == ["Finished"]
    assert names(consultant, network, "stage=running") == ["Moved on"]
    assert names(consultant, network, "sort=stage") == ["Finished", "Moved on", "Nothing"]
    assert names(consultant, network, "sort=-stage") == ["Moved on", "Finished", "Nothing"]


def test_chosen_by_bands_and_flags_of_clinics_that_show_scores(consultant: User, network: Network) -> None:
    finish(add_clinic(network, "Shows scores"), LOW_MONEY)
    finish(add_clinic(network, "Shows answers", Level.ANSWERS), LOW_MONEY)
    finish(add_clinic(network, "Shows progress", Level.PROGRESS), LOW_MONEY)
    finish(add_clinic(network, "All good"), ALL_MOSTLY)
    poor = ["Shows answers", "Shows scores"]
    assert names(consultant, network, "band=funding:not_yet") == poor
    assert names(consultant, network, "flag=missing-funding") == poor
    assert names(consultant, network, "band=funding:not_yet&band=intake:in_place&flag=missing-funding") == poor
    assert names(consultant, network, "band=funding:not_yet&band=intake:not_yet") == []
    assert names(consultant, network, "flag=missing-funding&flag=scepticism") == []
    assert names(consultant, network, "band=funding:in_place") == ["All good"]


def test_chosen_by_a_flag_on_one_topic(consultant: User, network: Network) -> None:
    weak = {item.key: 2 for item in load().items_of(Form.MANAGER, "process") if not item.critical}
    finish(add_clinic(network, "Weak process"), {**ALL_MOSTLY, **weak})
    assert names(consultant, network, "flag=weak-domain") == ["Weak process"]
    assert names(consultant, network, "flag=weak-domain:process") == ["Weak process"]
    assert names(consultant, network, "flag=weak-domain:skills") == []


def test_chosen_by_the_latest_result_of_the_same_version(consultant: User, network: Network) -> None:
    better = add_clinic(network, "Better now")
    finish(better, LOW_MONEY, at=DAYS_AGO)
    finish(better, ALL_MOSTLY)
    other = finish(add_clinic(network, "Other version"), LOW_MONEY)
    with rewriting():
        Round.objects.filter(pk=other.pk).update(instrument_version=2)
    assert names(consultant, network, "band=funding:not_yet") == []
    assert names(consultant, network, "flag=missing-funding") == []
    assert names(consultant, network, "sort=funding") == ["Better now", "Other version"]


def test_need_safety_is_of_whatever_version_and_never_of_clinics_at_progress(
    consultant: User, network: Network
) -> None:
    finish(add_clinic(network, "Red"), MIXED)
    finish(add_clinic(network, "Amber"), {**ALL_MOSTLY, "data-protection": DONT_KNOW})
    finish(add_clinic(network, "Hidden", Level.PROGRESS), MIXED)
    finish(add_clinic(network, "Settled"), ALL_MOSTLY)
    begin(add_clinic(network, "Not finished"), MIXED)
    older = finish(add_clinic(network, "Older"), MIXED)
    with rewriting():
        Round.objects.filter(pk=older.pk).update(instrument_version=2)
    assert names(consultant, network, "need=safety") == ["Amber", "Older", "Red"]


def test_need_not_started(consultant: User, network: Network) -> None:
    add_clinic(network, "Nothing", Level.PROGRESS)
    begin(add_clinic(network, "Opened"))
    cleared = begin(add_clinic(network, "Cleared"), {"intake": 3})
    cleared.answers.update(value=None)
    talk = begin(add_clinic(network, "Team talks"))
    FormAnswer.objects.create(round=talk, form="joint", key="intake", value=3, op="op", saved_at=NOW)
    begin(add_clinic(network, "Begun"), {"intake": 3})
    again = add_clinic(network, "Opened again")
    finish(again, ALL_MOSTLY, at=DAYS_AGO)
    begin(again)
    assert names(consultant, network, "need=not-started") == ["Cleared", "Nothing", "Opened", "Team talks"]


def test_need_stuck_after_two_weeks_without_an_answer_saved(consultant: User, network: Network) -> None:
    begin(add_clinic(network, "Stuck", Level.PROGRESS), {"intake": 3}, at=NOW - timedelta(days=15), days=60)
    begin(add_clinic(network, "Not yet stuck"), {"intake": 3}, at=NOW - timedelta(days=13), days=60)
    moving = begin(add_clinic(network, "Moving"), {"intake": 3}, at=DAYS_AGO, days=60)
    save(moving, {"evidence": 4}, at=NOW - timedelta(days=2))
    talking = begin(add_clinic(network, "Team talks"), {"intake": 3}, at=DAYS_AGO, days=60)
    FormAnswer.objects.create(round=talking, form="joint", key="intake", value=3, op="op", saved_at=NOW)
    begin(add_clinic(network, "Never begun"), at=DAYS_AGO, days=60)
    finish(add_clinic(network, "Finished"), {"intake": 3}, at=DAYS_AGO)
    assert names(consultant, network, "need=stuck") == ["Stuck", "Team talks"]


def test_need_closing_within_a_week(consultant: User, network: Network) -> None:
    begin(add_clinic(network, "Next week"), days=7)
    begin(add_clinic(network, "This week", Level.PROGRESS), days=6)
    begin(add_clinic(network, "Late"), at=DAYS_AGO, days=29)  # the clock has not closed it yet
    finish(add_clinic(network, "Finished"), ALL_MOSTLY)
    assert names(consultant, network, "need=closing") == ["Late", "This week"]
    assert names(consultant, network, "need=closing&sort=-due") == ["This week", "Late"]


@pytest.mark.parametrize(("sort", "first"), [("safety", "Safety"), ("flags", "Money")])
def test_ordered_by_flags_puts_decisions_first_and_unknown_last(
    consultant: User, network: Network, sort: str, first: str
) -> None:
    finish(add_clinic(network, "Good"), ALL_MOSTLY)
    finish(add_clinic(network, "Safety"), {**ALL_MOSTLY, "risk-procedure": 1})
    finish(add_clinic(network, "Money"), {**ALL_MOSTLY, "reimbursement": 1})
    finish(add_clinic(network, "A bit"), {**ALL_MOSTLY, "reimbursement": 3, "named-lead": 3, "risk-procedure": 3})
    finish(add_clinic(network, "Hidden", Level.PROGRESS), MIXED)
    add_clinic(network, "Nothing")
    descending = names(consultant, network, f"sort=-{sort}")
    assert descending[:2] == [first, "A bit"]
    assert descending[-2:] == ["Hidden", "Nothing"]
    ascending = names(consultant, network, f"sort={sort}")
    assert ascending[0] == "Good"
    assert ascending[3:] == [first, "Hidden", "Nothing"]


def test_ordered_by_a_topic_with_unknown_last_both_ways(consultant: User, network: Network) -> None:
    finish(add_clinic(network, "High"), ALL_MOSTLY)
    finish(add_clinic(network, "Low"), LOW_MONEY)
    finish(add_clinic(network, "Also low"), LOW_MONEY)
    finish(add_clinic(network, "Hidden", Level.PROGRESS), ALL_MOSTLY)
    finish(add_clinic(network, "No score"), {"intake": 3})
    last = ["Hidden", "No score"]
    assert names(consultant, network, "sort=funding") == ["Also low", "Low", "High", *last]
    assert names(consultant, network, "sort=-funding") == ["High", "Also low", "Low", *last]
    scored = ResultScore.objects.filter(form="clinic", view="domain", key="funding", score__isnull=False)
    assert scored.count() == 4


def test_ordered_by_dates(consultant: User, network: Network) -> None:
    finish(add_clinic(network, "Earlier"), ALL_MOSTLY, at=DAYS_AGO)
    finish(add_clinic(network, "Later"), ALL_MOSTLY)
    add_clinic(network, "Nothing")
    assert names(consultant, network, "sort=finished") == ["Earlier", "Later", "Nothing"]
    assert names(consultant, network, "sort=-finished") == ["Later", "Earlier", "Nothing"]


def test_ordered_by_name_whatever_its_case_or_by_number_where_names_are_hidden(
    consultant: User, network: Network
) -> None:
    for name in ("forest", "Harbour", "Alpine"):
        add_clinic(network, name)
    assert names(consultant, network, "") == ["Alpine", "forest", "Harbour"]
    assert names(consultant, network, "sort=-name") == ["Harbour", "forest", "Alpine"]
    assert names(consultant, network, "", is_aliased=True) == ["forest", "Harbour", "Alpine"]
    assert names(consultant, network, "sort=funding", is_aliased=True) == ["forest", "Harbour", "Alpine"]


@pytest.mark.parametrize(
    ("search", "number"),
    [("12", 12), ("Clinic 12", 12), ("clinic12", 12), ("12a", None), ("Clinic", None), ("٣", None), ("1" * 10, None)],
)
def test_alias_number(search: str, number: int | None) -> None:
    assert alias_number(search) == number
