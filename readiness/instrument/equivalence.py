"""Which questions two versions of a questionnaire have in common, so that their answers can be set side by side.

Only what a later version says itself counts: an item that keeps its key but is not marked may ask something else.
"""

from __future__ import annotations

from readiness.instrument.definition import Form, Instrument


def same_question(before: Instrument, after: Instrument, key: str) -> bool:
    """Say whether an item asks the same in both versions: the later one marks it in `same_as`. The order is all one.

    False for an item that one of them does not have, and between different questionnaires.
    """
    if before.key != after.key or key not in before.item or key not in after.item:
        return False
    earlier, later = sorted((before, after), key=lambda instrument: instrument.version)
    return earlier.version == later.version or key in later.same_as.get(earlier.version, ())


def same_questions(before: Instrument, after: Instrument, domain: str) -> bool:
    """Say whether the manager form asks the same of a domain in both versions: the same items, every one marked.

    A score over other items is another score, so one item more or less, or reworded, and the domain is not compared.
    False for a domain that one of them does not ask.
    """
    asked, others = ({item.key for item in each.items_of(Form.MANAGER, domain)} for each in (before, after))
    return bool(asked) and asked == others and all(same_question(before, after, key) for key in asked)
