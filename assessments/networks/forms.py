"""What a consultant fills in about a network: shape and clean text, no permissions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django import forms

from assessments.clinics.forms import LineField
from assessments.rounds.actions import LONGEST_DURATION

if TYPE_CHECKING:
    from django.http import QueryDict

    from assessments.networks.models import Network


class NewNetworkForm(forms.Form):
    """The name of a network."""

    name = LineField(
        label="Name of the network",
        max_length=120,
        help_text="Clinics read it before they join, for instance “Region North roll-out”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Please give the network a name."},
    )


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
