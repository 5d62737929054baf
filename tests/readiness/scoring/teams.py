"""Teams as Hypothesis draws them: invented topics, and people who answer them, often alike and often near an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from hypothesis import strategies as st

from readiness.scoring.release import Release, plan_release

Sheet = dict[str, int | float | None]
ANY_SIZE: Final = st.integers(0, 14)


@dataclass(frozen=True)
class Team:
    """What `plan_release` is given."""

    k: int
    viewers: int
    recent_release: bool
    domains: Mapping[str, Mapping[str, Any]]
    submitted: list[Sheet]

    @property
    def threshold(self) -> int:
        return max(5, self.k) + self.viewers

    def release(self, **changes: Any) -> Release:
        changed = replace(self, **changes)
        return plan_release(changed.k, changed.viewers, changed.recent_release, changed.domains, changed.submitted)

    def scores(self, key: str) -> list[Fraction | None]:
        """Give each person's exact mean in a domain, in the order of `submitted`; None for who does not count."""
        items = self.domains[key]["items"]
        found: list[Fraction | None] = []
        for sheet in self.submitted:
            answers = [Fraction(answer) for item in items if (answer := sheet.get(item)) is not None]
            counts = len(answers) >= 2 and len(answers) >= len(items) / 2
            found.append(sum(answers, Fraction()) / len(answers) if counts else None)
        return found

    def n_persons(self, key: str) -> int:
        return sum(score is not None for score in self.scores(key))


@st.composite
def questionnaires(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """One to three domains of one to five items, on steps of 25 or 10."""
    return {
        f"d{number}": {
            "items": [f"d{number}-{item}" for item in range(draw(st.integers(1, 5)))],
            "scale": [0, 100, draw(st.sampled_from((25, 10)))],
        }
        for number in range(draw(st.integers(1, 3)))
    }


@st.composite
def people(draw: st.DrawFn, domains: Mapping[str, Mapping[str, Any]], n: st.SearchStrategy[int]) -> list[Sheet]:
    """People who fill their sheets in up to four ways, most of them in a part of the scale; some leave items out."""
    low, high = draw(st.sampled_from(((0, 100), (0, 25), (75, 100), (25, 75))))
    besides = draw(st.sampled_from(((), (None,) * 4, (0, 100))))

    def answer(step: int) -> st.SearchStrategy[int | float | None]:
        return st.sampled_from((*[point for point in range(0, 101, step) if low <= point <= high] * 3, *besides))

    kinds = {item: answer(domain["scale"][2]) for domain in domains.values() for item in domain["items"]}
    ways = draw(st.lists(st.fixed_dictionaries(kinds), min_size=1, max_size=4))
    return [dict(draw(st.sampled_from(ways))) for _ in range(draw(n))]


@st.composite
def teams(draw: st.DrawFn, n: st.SearchStrategy[int] = ANY_SIZE) -> Team:
    """A team that may or may not reach its threshold."""
    domains = draw(questionnaires())
    return Team(
        k=draw(st.integers(-1, 9)),
        viewers=draw(st.sampled_from((0, 0, 0, 1, 2, 3))),
        recent_release=draw(st.sampled_from((False, False, False, False, True))),
        domains=domains,
        submitted=draw(people(domains, n)),
    )
