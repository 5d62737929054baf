"""Writes a questionnaire as a page of Markdown: `python -m readiness.instrument.document` gives docs/instrument.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from readiness.instrument.definition import Determinant, Domain, Fact, Form, ForWhom, Instrument, Item
from readiness.instrument.loading import load
from readiness.instrument.words import ROUTES, SEEN_IN, STATUSES

INTRODUCTION: Final = """\
<!-- Generated from readiness/instrument/library by `make docs`; do not edit. -->

# {title}, version {version}

{n_manager} questions for managers, {n_therapist} for therapists; {n_critical} questions are critical, {n_quick} in the
quick start. All statements are our own words; no question of another questionnaire is copied. The questionnaire has
not been validated.

The twelve-clinic study: van der Vaart and others (2019), chronic pain and chronic fatigue. The five-service study:
Folker and others (2018), five European services, depression and anxiety. Both are interview studies: they show what
staff experienced as helping or hindering, not how often, how strongly or with what effect. A status says how firmly a
source stands behind a factor, not behind every word of the question. *Seen in* names the patients of the services in
which a study reported the factor.

Marks: **critical** = a low answer is shown whatever the topic's score; **safety** = critical, ranks first, and "does
not apply" is not offered; **quick** = in the quick start; **live** = cannot be true before the first patient;
**route** = asked only when patients can come in that way."""


def document(instrument: Instrument) -> str:
    """Give the page as Markdown that ends with a line break; the same for the same questionnaire."""
    return "\n\n".join(_blocks(instrument)) + "\n"


def _blocks(instrument: Instrument) -> Iterator[str]:
    yield INTRODUCTION.format(
        title=instrument.title,
        version=instrument.version,
        n_manager=len(instrument.items_of(Form.MANAGER)),
        n_therapist=len(instrument.items_of(Form.THERAPIST)),
        n_critical=sum(item.critical for item in instrument.items),
        n_quick=sum(item.quick for item in instrument.items),
    )
    for domain in instrument.domains:
        yield from _domain(instrument, domain)
    yield "## Facts beside the ratings"
    yield "Whole numbers, all optional, never scored."
    yield _table(("Fact", "Question", "Unit", "Topic", "Marks"), (_fact(instrument, fact) for fact in instrument.facts))
    yield "## Scales"
    yield _table(
        ("Scale", "Steps", "Labels"),
        (
            (f"`{scale.key}`", f"{scale.low}-{scale.high}", _join(f"{n} {label}" for n, label in scale.labels.items()))
            for scale in instrument.scales
        ),
    )
    yield "## Known but not asked"
    asked = {item.determinant for item in instrument.items}
    yield _table(
        ("Factor", "CFIR", "Sources", "Seen in", "Why"),
        (
            (row.name, row.cfir, _sources(row), _seen_in(row), row.why)
            for row in instrument.determinants
            if row.key not in asked
        ),
    )
    yield "## Sources and how much of each was read"
    yield _table(
        ("Source", "Publication", "Read"),
        (
            (f"`{source.key}`", f"[{source.citation}]({source.url})" if source.url else source.citation, source.read)
            for source in instrument.sources
        ),
    )


def _domain(instrument: Instrument, domain: Domain) -> Iterator[str]:
    takeaway = next(row for row in instrument.takeaways if row.key == domain.takeaway)
    items = [item for item in instrument.items if item.domain == domain.key]
    counts = (f"{sum(form in item.wording for item in items)} {form}" for form in Form)
    yield f"## {domain.title} (`{domain.key}`)"
    yield f"{domain.name}. {domain.about} Takeaway {takeaway.key}: {takeaway.title}. Questions: {', '.join(counts)}."
    yield _table(
        ("Item", "Wording", "Factor", "CFIR", "Sources", "Seen in", "Why we ask", "Marks"),
        (_item(item, instrument.determinant[item.determinant]) for item in items),
    )


def _item(item: Item, determinant: Determinant) -> tuple[str, ...]:
    return (
        f"`{item.key}`",
        _wording(item),
        determinant.name,
        determinant.cfir,
        _sources(determinant),
        _seen_in(determinant),
        determinant.why,
        _marks(item),
    )


def _wording(item: Item) -> str:
    manager, therapist = item.wording.get(Form.MANAGER), item.wording.get(Form.THERAPIST)
    if manager == therapist:
        return f"Both: {manager}"
    return _join(f"{form.capitalize()}: {item.wording[form]}" for form in Form if form in item.wording)


def _marks(item: Item) -> str:
    marks = [name for name in ("critical", "safety", "quick", "live") if getattr(item, name)]
    return ", ".join(marks + ([f"route: {ROUTES[item.route]}"] if item.route else []))


def _sources(determinant: Determinant) -> str:
    return _join(f"`{row.source}`: {STATUSES[row.status]}" for row in determinant.sources)


def _seen_in(determinant: Determinant) -> str:
    return _join(SEEN_IN[group] for group in ForWhom if group in determinant.seen_in)


def _fact(instrument: Instrument, fact: Fact) -> tuple[str, ...]:
    route = f"route: {ROUTES[fact.route]}" if fact.route else ""
    return f"`{fact.key}`", fact.text, fact.unit, instrument.domain[fact.domain].title, route


def _join(parts: Iterable[str]) -> str:
    return "<br>".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Lay out a Markdown table; a bar inside a cell is escaped."""
    lines = (head, ("---",) * len(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(document(load()), end="")
