"""The check after the load can fail: it finds what is lost, what was stored twice and what is torn."""

from __future__ import annotations

import pytest

from tests.benchmarks.ledger import Ledger, Verdict, verdicts_on_sent

FIRST = {"training": 2, "workload": 2}
SECOND = {"training": 4, "workload": 4}
THIRD = {"training": 5, "workload": 5}


@pytest.mark.parametrize(
    ("stored", "verdict"),
    [
        pytest.param(SECOND, Verdict.KEPT, id="the last that was acknowledged"),
        pytest.param(THIRD, Verdict.KEPT, id="the one under way, in whole"),
        pytest.param(FIRST, Verdict.LOST, id="an earlier one"),
        pytest.param(None, Verdict.LOST, id="nothing"),
        pytest.param({"training": 5, "workload": 4}, Verdict.TORN, id="half of the one under way"),
        pytest.param({"training": 4}, Verdict.TORN, id="half of the last"),
    ],
)
def test_verdict_is_of_the_whole_state(stored: object, verdict: Verdict) -> None:
    assert Ledger([FIRST, SECOND], under_way=THIRD).verdict(stored) is verdict


@pytest.mark.parametrize(
    ("stored", "n_writes", "verdict"),
    [
        pytest.param(SECOND, 2, Verdict.KEPT, id="each once"),
        pytest.param(THIRD, 3, Verdict.KEPT, id="the one under way, too"),
        pytest.param(SECOND, 3, Verdict.TWICE, id="the last twice"),
        pytest.param(THIRD, 4, Verdict.TWICE, id="the one under way twice"),
    ],
)
def test_verdict_counts_writes(stored: object, n_writes: int, verdict: Verdict) -> None:
    assert Ledger([FIRST, SECOND], under_way=THIRD).verdict(stored, n_writes) is verdict


def test_verdict_without_any_save_wants_nothing() -> None:
    assert Ledger().verdict(None) is Verdict.KEPT
    assert Ledger().verdict(FIRST) is Verdict.TORN
    assert Ledger(under_way=FIRST).verdict(FIRST) is Verdict.KEPT


def test_acknowledge_makes_what_was_under_way_the_last() -> None:
    ledger = Ledger([FIRST], under_way=SECOND)

    ledger.acknowledge()

    assert (ledger.last, ledger.under_way) == (SECOND, None)


@pytest.mark.parametrize(
    ("stored", "bad"),
    [
        pytest.param([THIRD, SECOND], {}, id="each once, in any order"),
        pytest.param([SECOND], {Verdict.LOST: 1}, id="one is missing"),
        pytest.param([SECOND, THIRD, THIRD], {Verdict.TWICE: 1}, id="one is there twice"),
        pytest.param([SECOND, FIRST], {Verdict.LOST: 1, Verdict.TORN: 1}, id="one is another than was sent"),
    ],
)
def test_forms_that_were_sent_are_there_once(stored: list[object], bad: dict[Verdict, int]) -> None:
    found = verdicts_on_sent([Ledger([FIRST, SECOND]), Ledger([THIRD])], stored)

    assert {verdict: n for verdict, n in found.items() if n and verdict is not Verdict.KEPT} == bad
