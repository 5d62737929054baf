"""Forms of a round: opening it and changing its settings. The questionnaire's own forms stand in `sheets`."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.clinics.forms import LineField
from readiness.instrument.definition import Context
from readiness.instrument.words import FOR_WHOM, ROUTES, STAGES


class ContextForm(forms.Form):
    """What a clinic says of its service: three taps."""

    stage = forms.ChoiceField(
        label="How far are you?",
        choices=[(k.value, v) for k, v in STAGES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Please say how far you are."},
    )
    routes = forms.MultipleChoiceField(
        label="By which ways do, or could, patients reach you?",
        choices=[(k.value, v) for k, v in ROUTES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick every way that is open, also those you plan. Questions about other ways are left out.",
        error_messages={"required": "Please tick at least one way by which patients can reach you."},
    )
    for_whom = forms.MultipleChoiceField(
        label="For whom?",
        choices=[(k.value, v) for k, v in FOR_WHOM.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Please tick at least one group of patients."},
    )

    def context(self) -> Context:
        """Give what was said of the service."""
        fields: dict[str, Any] = {name: self.cleaned_data[name] for name in ("stage", "routes", "for_whom")}
        return Context(**fields)


class RoundForm(ContextForm):
    """Context, last day and title of a round."""

    due_on = forms.DateField(
        label="Last day for answers",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Please choose a last day.", "invalid": "Please give a date, such as 2027-01-31."},
        help_text="The assessment finishes by itself at the end of this day. You can move it later, never earlier.",
    )
    title = LineField(
        label="Name of this assessment",
        max_length=120,
        error_messages={"required": "Please give this assessment a name."},
    )
