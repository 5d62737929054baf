"""What a consultant fills in about a network: shape and clean text, no permissions."""

from __future__ import annotations

from django import forms

from assessments.clinics.forms import LineField


class NewNetworkForm(forms.Form):
    """The name of a network."""

    name = LineField(
        label="Name of the network",
        max_length=120,
        help_text="Clinics read it before they join, for instance “Region North roll-out”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Please give the network a name."},
    )
