"""The sheet of questions: the clinic form as it was answered. The scores of topics are worked out from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsxwriter.utility import xl_col_to_name

from assessments.reports.sheets.sheet import Column, Look, Sheet, yes

if TYPE_CHECKING:
    from assessments.reports.report import ItemRow, Report

NAME: Final = "Items"
TOPIC_KEY: Final = "Topic key"
VALUE: Final = "Value"
MISSING: Final = "Missing"


COLUMNS: Final[tuple[Column[ItemRow], ...]] = (
    Column("Topic", "The topic to which the question belongs.", 22, lambda row: row.topic_title),
    Column("Question", "The question as the clinic form puts it.", 52, lambda row: row.answer.text),
    Column("Answer", "The answer in words.", 20, lambda row: row.answer.words),
    Column(
        VALUE,
        "The answer on the scale, 1 to 5; 5 is always ready. Empty for every other answer and for none. The formulas "
        "of the topics read this column: change a value and see what would follow.",
        7,
        lambda row: row.value,
        Look.COUNT,
    ),
    Column("Comment", "What the managers wrote beside the answer.", 44, lambda row: row.comment),
    Column(
        MISSING,
        "Why there is no value, as a code. Empty where there is one.",
        15,
        lambda row: row.missing,
        Look.CODE,
    ),
    Column("Asked", "Whether the question is asked of a service like this one.", 8, lambda row: yes(row.is_asked)),
    Column(
        "Critical",
        "Whether a low answer is shown whatever the topic’s score.",
        9,
        lambda row: yes(row.answer.is_critical),
    ),
    Column("Key", "The question’s key, the same in every assessment.", 22, lambda row: row.key, Look.CODE),
    Column(TOPIC_KEY, "The topic’s key.", 14, lambda row: row.topic, Look.CODE),
)


def items_sheet(report: Report) -> Sheet[ItemRow]:
    """Give the clinic form, in its order."""
    return Sheet(NAME, "A question of the clinic form, in the order of the form.", COLUMNS, report.items, n_printed=5)


def cells_of(head: str, n_items: int) -> str:
    """Give the address of a column's cells below its head, for a formula of another sheet."""
    place = next(place for place, column in enumerate(COLUMNS) if column.head == head)
    letter = xl_col_to_name(place)
    return f"{NAME}!${letter}$2:${letter}${n_items + 1}"
