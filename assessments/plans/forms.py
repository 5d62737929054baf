"""What people fill in about an action: its contents, where it moves, a note. Shape and clean text, no permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from django import forms

from assessments.plans.actions import PAST_DAY, Content
from assessments.plans.fields import LineField, ParagraphField
from assessments.plans.models import REASON_MAX, TEXT_MAX, TITLE_MAX, Status
from assessments.results.words import EFFORTS, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    Choices = Sequence[tuple[str, str | list[tuple[str, str]]]]

WAS: Final = "was-"
"""Before the names of fields: what stood in them when the page was made."""


class ActionForm(forms.Form):
    """What an action says. `answers` is a flag and a topic as "<flag>:<topic>", either of which may be empty."""

    title = LineField(
        label="What is to be done",
        max_length=TITLE_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Please say in a line what is to be done."},
    )
    owner = forms.ChoiceField(
        label="Who sees to it (optional)",
        required=False,
        error_messages={
            "invalid_choice": "This person does not belong to the clinic any more. Please choose somebody else, or "
            "write a name."
        },
    )
    owner_name = LineField(
        label="Or somebody else (optional)",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="A name, for a person who has no account here.",
    )
    due_on = forms.DateField(
        label="By when (optional)",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Please give a date, such as 2027-01-31, or leave it empty."},
    )
    steps = ParagraphField(
        label="First steps (optional)",
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One step on each line.",
    )
    answers = forms.ChoiceField(
        label="What it answers (optional)",
        required=False,
        error_messages={"invalid_choice": "Please choose from the list, or leave it open."},
    )
    kind = forms.ChoiceField(
        label="What it changes (optional)",
        choices=[("", "Not said"), *((key.value, words) for key, words in KINDS.items())],
        required=False,
    )
    effort = forms.ChoiceField(
        label="Effort (optional)",
        choices=[("", "Not said"), *((key.value, words) for key, words in EFFORTS.items())],
        required=False,
    )
    is_shown_to_team = forms.BooleanField(
        label="Show this to the team",
        required=False,
        help_text="Therapists then read its title, status and by when on their page; never who sees to it, nor notes.",
    )

    def __init__(
        self,
        data: Mapping[str, str] | None,
        *,
        initial: Mapping[str, object],
        owners: Choices,
        answers: Choices,
        today: date,
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.today = today
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]
        self.fields["answers"].choices = answers  # type: ignore[attr-defined]

    def clean_due_on(self) -> date | None:
        """Refuse a day that has passed, unless it stood there before, so that all that is wrong is said at once."""
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on and due_on < self.today and due_on.isoformat() != self.initial.get("due_on"):
            raise forms.ValidationError(PAST_DAY)
        return due_on

    def clean(self) -> dict[str, Any]:
        """Refuse two owners."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("owner") and cleaned.get("owner_name"):
            self.add_error("owner_name", "Please choose a person from the list or write a name, not both.")
        return cleaned

    def content(self) -> Content:
        """Give what was said."""
        said = self.cleaned_data
        flag, _, domain = said["answers"].partition(":")
        return Content(
            title=said["title"],
            steps=said["steps"],
            flag=flag,
            domain=domain,
            kind=said["kind"],
            effort=said["effort"],
            owner_id=int(said["owner"]) if said["owner"] else None,
            owner_name=said["owner_name"],
            due_on=said["due_on"],
            is_shown_to_team=said["is_shown_to_team"],
        )


def texts_of(content: Content) -> dict[str, str]:
    """Write what an action says as a browser sends it back, by the names of the fields."""
    return {
        "title": content.title,
        "owner": str(content.owner_id or ""),
        "owner_name": content.owner_name,
        "due_on": content.due_on.isoformat() if content.due_on else "",
        "steps": content.steps,
        "answers": f"{content.flag}:{content.domain}" if content.flag or content.domain else "",
        "kind": content.kind,
        "effort": content.effort,
        "is_shown_to_team": "on" if content.is_shown_to_team else "",
    }


def touched(posted: Mapping[str, str]) -> frozenset[str]:
    """Give the fields whose contents are others than the page showed; all of which it does not say what it showed."""
    return frozenset(
        name
        for name in ActionForm.base_fields
        if WAS + name not in posted or plain(posted.get(name, "")) != plain(posted[WAS + name])
    )


def op_of(posted: Mapping[str, str]) -> str:
    """Give the operation that a form names, by which a double click is recognised; a new one where it names none."""
    try:
        return str(UUID(posted.get("op", "")))
    except ValueError:
        return str(uuid4())


def plain(text: str) -> str:
    """Give what two texts share that differ in white space alone, as browsers and cleaning change it."""
    return "\n".join(text.split())


class BaseForm(forms.Form):
    """The revision upon which somebody acts."""

    base = forms.IntegerField(min_value=1)


class MoveForm(BaseForm):
    """Where an action moves, and why where it is dropped."""

    status = forms.ChoiceField(
        choices=Status.choices,
        error_messages={
            "required": "Please choose where to move it.",
            "invalid_choice": "Please choose where to move it.",
        },
    )
    reason = LineField(
        label="Why will this not be done?",
        max_length=REASON_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="One line, so that nobody has to ask again.",
    )


class NoteForm(forms.Form):
    """A note on an action."""

    note = ParagraphField(
        label="A note",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Please write something first."},
        help_text="For the people of the clinic. A note cannot be changed later.",
    )
