"""What a consultant fills in about a network: shape and clean text, no permissions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms

from assessments.clinics.forms import LineField, summary_of
from assessments.clinics.text import has_link
from assessments.networks.invitation_list import (
    LIST_MAX,
    Reading,
    UnreadableListError,
    decoded,
    read_list,
)
from assessments.networks.policies import INVITED_AT_ONCE_MAX
from assessments.rounds.actions import LONGEST_DURATION

if TYPE_CHECKING:
    from django.http import QueryDict

    from assessments.networks.models import Network

FILE_MAX: Final = 256 * 1024
"""Bytes of a file that are read."""
NAMED_MAX: Final = 10
"""How many lines that cannot be used stand in the summary of errors; all of them stand beside the list."""
TOO_LONG: Final = "This list is too long. Please send it in parts."


class NewNetworkForm(forms.Form):
    """The name of a network."""

    name = LineField(
        label="Name of the network",
        max_length=120,
        help_text="Clinics read it before they join, for instance “Region North roll-out”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Please give the network a name."},
    )

    def clean_name(self) -> str:
        """Refuse a link: the name stands in mails to people who do not know the sender."""
        name: str = self.cleaned_data["name"]
        if has_link(name):
            raise forms.ValidationError("Please leave web addresses out of the name.")
        return name


class NetworkForm(NewNetworkForm):
    """The name of a network and what it proposes to its clinics; `today` is the first day that can be proposed."""

    round_title = LineField(
        label="Name of their next assessment (optional)",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="For instance “Autumn 2027”.",
    )
    round_due_on = forms.DateField(
        label="Last day for answers (optional)",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Proposed until this day has passed.",
        error_messages={"invalid": "Please give a date, such as 2027-01-31."},
    )

    def __init__(self, data: QueryDict | None = None, *, today: date, initial: dict[str, object] | None = None) -> None:
        super().__init__(data, initial=initial)
        self._today = today

    def clean_round_due_on(self) -> date | None:
        """Refuse a day that no clinic would be offered."""
        day: date | None = self.cleaned_data["round_due_on"]
        if day and day < self._today:
            raise forms.ValidationError("Please choose a last day for answers that is not in the past.")
        if day and day - self._today > LONGEST_DURATION:
            raise forms.ValidationError("Please choose a last day for answers within a year from now.")
        return day

    @classmethod
    def of(cls, network: Network, *, today: date) -> NetworkForm:
        """Give the form filled in with what is known of a network; a day that has passed is left out."""
        due_on = network.round_due_on if network.round_due_on and network.round_due_on >= today else None
        return cls(
            initial={"name": network.name, "round_title": network.round_title, "round_due_on": due_on}, today=today
        )


class ConsultantForm(forms.Form):
    """The address of a consultant."""

    email = forms.EmailField(
        label="E-mail address of the consultant",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="The one by which they sign in here.",
        error_messages={
            "required": "Please type the address of your colleague.",
            "invalid": "Please type one e-mail address, such as name@example.org.",
        },
    )


class ListForm(forms.Form):
    """A list of clinics to invite, as a file or pasted; whatever of a file cannot be used comes back as if pasted."""

    file = forms.FileField(
        label="A file from your spreadsheet, saved as CSV",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        error_messages={"empty": "This file is empty.", "invalid": "Please choose the file again."},
    )
    pasted = forms.CharField(
        label="Or paste the lines here",
        max_length=LIST_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One clinic a line: its name, then the address of its lead, with a comma, semicolon or tab between.",
        error_messages={
            "max_length": TOO_LONG,
            "null_characters_not_allowed": "This holds a character that cannot be kept. Please copy the lines again.",
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.reading = Reading([], [], "")

    def clean_file(self) -> str:
        """Give the file's text, read only if it is not too large."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > FILE_MAX:
            raise forms.ValidationError(TOO_LONG)
        try:
            text = decoded(file.read())
        except UnreadableListError as error:
            raise forms.ValidationError(str(error)) from error
        if len(text) > LIST_MAX:
            raise forms.ValidationError(TOO_LONG)
        return text

    def clean(self) -> dict[str, Any]:
        """Read the list; nothing is invited while a line cannot be used."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        if cleaned["file"] and cleaned["pasted"]:
            self.add_error(
                "pasted",
                "Lines stand here, and a file was chosen as well. Please empty this box, or leave the file out.",
            )
        else:
            self._read(cleaned["file"] or cleaned["pasted"])
        return cleaned

    def _read(self, text: str) -> None:
        self.data = {**self.data.dict(), "pasted": text}  # type: ignore[attr-defined]
        reading = read_list(text)
        n_lines = len(reading.lines) + len(reading.refused)
        if n_lines > INVITED_AT_ONCE_MAX:
            self.add_error(
                "pasted",
                f"This list has {n_lines:,} lines. Please invite at most {INVITED_AT_ONCE_MAX} clinics at once.",
            )
            return
        self.reading = reading
        if reading.refused:
            self.add_error("pasted", _n_refused(len(reading.refused)))
        elif not reading.lines:
            self.add_error("pasted", "Please choose a file, or paste at least one line with a clinic and an address.")

    def problems(self) -> list[dict[str, str]]:
        """Give what is wrong, for the summary of errors, with the first of the lines that cannot be used."""
        lines = [f"Line {one.number}: {one.reason}" for one in self.reading.refused[:NAMED_MAX]]
        return [*summary_of(self), *({"field": "id_pasted", "message": line} for line in lines)]


def _n_refused(number: int) -> str:
    subject = "1 line cannot be used." if number == 1 else f"{number} lines cannot be used."
    return f"{subject} Nobody was invited. Please correct the list here and send it again."
