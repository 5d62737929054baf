"""What a meeting adds to the plan in its own words: one line."""

from __future__ import annotations

from django import forms

from assessments.plans.fields import LineField
from assessments.plans.models import TITLE_MAX


class OwnStepForm(forms.Form):
    """A step that no option says."""

    title = LineField(
        label="Something else",
        max_length=TITLE_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"}),
        help_text="One line: what is to be done. Please name no person here.",
        error_messages={"required": "Please say in a line what is to be done."},
    )
    op = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
